import { type FormEvent, useState } from 'react';
import type { Standing } from '../../../src/protocol/board.ts';
import type { Seat } from '../../../src/protocol/events.ts';
import { Button, Dialog, Field, Problem } from '../ui/index.ts';
import { useSend } from './desk.ts';

/** What has to be mended at an item. */
export type Asked =
  | { readonly what: 'reassign'; readonly item: Standing; readonly seat: Seat; readonly from: string }
  | { readonly what: 'withdraw'; readonly item: Standing };

/** A seat that goes to somebody else, or an item that leaves the campaign; both with a reason. */
export function Mend({
  campaign,
  asked,
  people,
  onClose,
}: {
  readonly campaign: string;
  readonly asked: Asked;
  readonly people: readonly string[];
  readonly onClose: () => void;
}) {
  const [refused, setRefused] = useState<unknown>();
  const send = useSend(campaign, setRefused);
  const [reason, setReason] = useState('');
  const [to, setTo] = useState('');
  const { item } = asked;
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const why = reason.trim();
    setRefused(undefined);
    const done =
      asked.what === 'withdraw'
        ? await send('withdraw', { item: item.id, reason: why }, `Withdrawal of ${item.id}`)
        : await send(
            'reassign',
            { item: item.id, seat: asked.seat, from: asked.from, reason: why, ...(to === '' ? {} : { to }) },
            `Reassignment of ${item.id}`,
          );
    if (done) onClose();
  };
  return (
    <Dialog
      title={asked.what === 'withdraw' ? `Withdraw ${item.id}` : `Reassign the seat of ${asked.from} at ${item.id}`}
      onClose={onClose}
    >
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <p>
          {asked.what === 'withdraw'
            ? 'The item leaves the campaign, whatever its state. This cannot be taken back.'
            : 'What was written from this seat is set aside. If both drafts are there, the item begins a new round, and the other draft stays as it is.'}
        </p>
        {asked.what === 'reassign' && (
          <Field label="To" hint="Free: whoever comes next may take the seat.">
            {(ids) => (
              <select {...ids} value={to} onChange={({ target }) => setTo(target.value)}>
                <option value="">nobody in particular: the seat is free</option>
                {people
                  .filter((person) => person !== asked.from)
                  .map((person) => (
                    <option key={person}>{person}</option>
                  ))}
              </select>
            )}
          </Field>
        )}
        <Field label="Reason">
          {(ids) => <input {...ids} value={reason} maxLength={2000} required onChange={({ target }) => setReason(target.value)} />}
        </Field>
        {refused !== undefined && <Problem error={refused} />}
        <div className="row end">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="danger" type="submit" disabled={reason.trim() === ''}>
            {asked.what === 'withdraw' ? 'Withdraw' : 'Reassign'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
