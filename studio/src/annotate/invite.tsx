import { type FormEvent, useState } from 'react';
import type { Role } from '../../../src/protocol/events.ts';
import { say } from '../notices.ts';
import { Button, Choices, Field, Panel } from '../ui/index.ts';
import { useSend } from './desk.ts';

const ROLES: readonly (readonly [Role, string])[] = [
  ['annotator', 'writes drafts'],
  ['voter', 'votes on pairs of drafts'],
  ['adjudicator', 'judges the training round'],
  ['lead', 'invites, reassigns, withdraws'],
];

/** Letting somebody into the campaign, or giving other roles. */
export function Invite({ campaign }: { readonly campaign: string }) {
  const send = useSend(campaign);
  const [person, setPerson] = useState('');
  const [name, setName] = useState('');
  const [roles, setRoles] = useState<readonly Role[]>(['annotator']);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const id = person.trim();
    if (!(await send('invite', { person: id, name: name.trim() || id, roles }, `Invitation of ${id}`))) return;
    say(`${id} works in the campaign now.`);
    setPerson('');
    setName('');
  };
  return (
    <Panel title="Invite somebody, or change roles">
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <Field label="Account" hint="As the person logs in. Somebody who is in the campaign already gets these roles instead.">
          {(ids) => <input {...ids} value={person} maxLength={200} required onChange={({ target }) => setPerson(target.value)} />}
        </Field>
        <Field label="Name (optional)">
          {(ids) => <input {...ids} value={name} maxLength={200} onChange={({ target }) => setName(target.value)} />}
        </Field>
        <Choices legend="Roles" rows={ROLES.map(([id, about]) => ({ id, name: id, about }))} chosen={roles} onChoose={setRoles} />
        <div className="row">
          <Button look="main" type="submit" disabled={person.trim() === '' || roles.length === 0}>
            Invite
          </Button>
        </div>
      </form>
    </Panel>
  );
}
