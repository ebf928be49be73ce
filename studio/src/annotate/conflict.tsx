import { type FormEvent, useState } from 'react';
import { useMe } from '../people/session.ts';
import { Button, Dialog, Field, Problem } from '../ui/index.ts';
import { useSend } from './desk.ts';

/** Says that one may not judge an item: it goes to somebody else. */
export function Conflict({ campaign, item, onClose }: { readonly campaign: string; readonly item: string; readonly onClose: () => void }) {
  const me = useMe();
  const [refused, setRefused] = useState<unknown>();
  const send = useSend(campaign, setRefused);
  const [reason, setReason] = useState('');
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (await send('declare-conflict', { person: me.account, item, reason: reason.trim() }, `Conflict with ${item}`)) onClose();
  };
  return (
    <Dialog title="Conflict of interest" onClose={onClose}>
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <p>
          If you know somebody in the clip, or cannot judge it for another reason, the item goes to somebody else. What you have sent
          already stays. This cannot be taken back.
        </p>
        <Field label="Reason" hint="Leads read it.">
          {(ids) => <input {...ids} value={reason} maxLength={2000} required onChange={({ target }) => setReason(target.value)} />}
        </Field>
        {refused !== undefined && <Problem error={refused} />}
        <div className="row end">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="main" type="submit" disabled={reason.trim() === ''}>
            Leave this item
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
