import { type FormEvent, useState } from 'react';
import type { Purpose } from '../../../src/server/events.ts';
import { api, newKey, ok } from '../api.ts';
import { may, useMe } from '../people/session.ts';
import { type AccountShown, memberRolesOf, useAccounts } from '../people/team.ts';
import { Button, Dialog, Field, Problem } from '../ui/index.ts';
import { useRefreshProjects } from './project.ts';

/** What each purpose means, in the order in which they are offered. */
const PURPOSES: readonly (readonly [Purpose, title: string, about: string])[] = [
  ['research', 'Research', 'A scientific study; people know that they take part.'],
  ['media', 'Media', 'Films and programmes that were made for the public.'],
  ['consented', 'Consented', 'Recordings of people who have agreed to it.'],
  ['clinical', 'Clinical', 'Part of medical care, or of a study of it.'],
  ['workplace', 'Workplace', 'Refused, unless for a medical or safety reason.'],
  ['education', 'Education', 'Refused, unless for a medical or safety reason.'],
];
const FORBIDDEN: readonly Purpose[] = ['workplace', 'education'];
const SHORTEST = 20;

/** A new project: its purpose is declared first, and the server refuses what the law forbids. */
export function NewProject({ onClose, onMade }: { readonly onClose: () => void; readonly onMade: (id: string) => void }) {
  const refresh = useRefreshProjects();
  const [purpose, setPurpose] = useState<Purpose>('research');
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const forbidden = FORBIDDEN.includes(purpose);
  const me = useMe();
  const team = me.mode === 'team' && may(me);
  const accounts = useAccounts(team);
  const others = (accounts.data ?? []).filter(({ roles }) => !roles.includes('owner'));
  const [entry, setEntry] = useState<'members' | 'all'>('members');
  const [members, setMembers] = useState<readonly string[]>([]);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const reason = `${form.get('reason') ?? ''}`.trim();
    const exception = forbidden && reason !== '' ? { ground: form.get('ground') as 'medical' | 'safety', reason } : undefined;
    setBusy(true);
    try {
      const json = {
        title: `${form.get('title')}`.trim(),
        purpose,
        textOnly: form.get('textOnly') === 'on',
        ...(exception && { exception }),
        ...(team && entry === 'members' && { members: others.filter(({ account }) => members.includes(account)).map(memberOf) }),
      };
      const { project } = await ok(api.projects.$post({ header: newKey(), json }));
      await refresh();
      onMade(project);
    } catch (caught) {
      setError(caught);
      setBusy(false);
    }
  };
  return (
    <Dialog title="New project" onClose={onClose}>
      <form onSubmit={submit} className="stack">
        <Field label="Title">{(ids) => <input {...ids} name="title" required maxLength={200} autoComplete="off" />}</Field>
        <fieldset className="choices">
          <legend>What are people looked at for?</legend>
          {PURPOSES.map(([value, title, about]) => (
            <label key={value} className="choice">
              <input type="radio" name="purpose" value={value} checked={purpose === value} onChange={() => setPurpose(value)} />
              <span>
                <strong>{title}</strong> <span className="hint">{about}</span>
              </span>
            </label>
          ))}
        </fieldset>
        {forbidden && (
          <div className="callout warn">
            <p>
              Reading emotions from faces at work or in education is forbidden in the EU (Regulation (EU) 2024/1689, Art. 5(1)(f)), except
              for medical or safety reasons. If there is one, say it: it is kept in the log and stands in the notice.
            </p>
            <Field label="Ground">
              {(ids) => (
                <select {...ids} name="ground">
                  <option value="medical">Medical</option>
                  <option value="safety">Safety</option>
                </select>
              )}
            </Field>
            <Field label="Reason" hint={`${SHORTEST} characters or more. Without one, the project is refused.`}>
              {(ids) => <textarea {...ids} name="reason" rows={3} maxLength={20_000} />}
            </Field>
          </div>
        )}
        <label className="choice">
          <input type="checkbox" name="textOnly" />
          <span>
            <strong>Words only</strong> <span className="hint">The project takes no films, and never opens one.</span>
          </span>
        </label>
        {team && (
          <fieldset className="choices">
            <legend>Who may enter?</legend>
            <label className="choice">
              <input type="radio" name="entry" checked={entry === 'members'} onChange={() => setEntry('members')} />
              <span>
                <strong>Owners, and these</strong>{' '}
                <span className="hint">For all others the project is not there. You can change it later.</span>
              </span>
            </label>
            {entry === 'members' && (
              <div className="members-of-new">
                {others.map((one) => (
                  <label key={one.account} className="choice">
                    <input
                      type="checkbox"
                      checked={members.includes(one.account)}
                      onChange={({ target }) =>
                        setMembers(target.checked ? [...members, one.account] : members.filter((id) => id !== one.account))
                      }
                    />
                    <span>
                      {one.name} <span className="hint">{memberRolesOf(one).join(', ')}</span>
                    </span>
                  </label>
                ))}
                {accounts.data !== undefined && others.length === 0 && <p className="hint">Nobody else has an account yet.</p>}
              </div>
            )}
            <label className="choice">
              <input type="radio" name="entry" checked={entry === 'all'} onChange={() => setEntry('all')} />
              <span>
                <strong>Everybody with an account</strong> <span className="hint">With all that the account may do.</span>
              </span>
            </label>
          </fieldset>
        )}
        {accounts.error !== null && <Problem error={accounts.error} />}
        {error !== undefined && <Problem error={error} />}
        <div className="row end">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="main" busy={busy}>
            Declare the project
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** A member with all that the account may do. */
const memberOf = (one: AccountShown) => ({ account: one.account, roles: memberRolesOf(one) });
