import { type FormEvent, useState } from 'react';
import type { Role } from '../../../src/server/events.ts';
import { say } from '../notices.ts';
import { Button, Choices, Field, Problem } from '../ui/index.ts';
import { ROLES, useInvite } from './team.ts';

/** Inviting somebody: an id, what the person may do, and a link that opens once. */
export function Invite({ taken }: { readonly taken: readonly string[] }) {
  const invite = useInvite();
  const [account, setAccount] = useState('');
  const [roles, setRoles] = useState<readonly Role[]>(['annotator']);
  const [made, setMade] = useState<{ readonly account: string; readonly link: string; readonly until: string }>();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const id = account.trim();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setError(undefined);
    setBusy(true);
    try {
      const { token, until } = await invite(id, roles);
      setMade({ account: id, link: `${location.origin}/join#${token}`, until });
      setAccount('');
    } catch (caught) {
      setError(caught);
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className="stack" aria-label="Invite somebody">
      <h3>Invite somebody to this place</h3>
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <Field
          label="Account"
          hint="With this id the person logs in. It stands in exports: a pseudonym is best."
          error={taken.includes(id) ? 'Somebody has this id already.' : undefined}
        >
          {(ids) => (
            <input
              {...ids}
              value={account}
              required
              maxLength={200}
              autoComplete="off"
              spellCheck={false}
              onChange={({ target }) => setAccount(target.value)}
            />
          )}
        </Field>
        <Choices
          legend="May be, in the projects that let the person in"
          rows={ROLES.map(([id, about]) => ({ id, name: id, about }))}
          chosen={roles}
          onChoose={setRoles}
        />
        {error !== undefined && <Problem error={error} />}
        <div className="row">
          <Button type="submit" busy={busy} disabled={id === '' || roles.length === 0 || taken.includes(id)}>
            Make an invitation
          </Button>
        </div>
      </form>
      {made !== undefined && (
        <div className="callout good" role="status">
          <p>
            Give this to {made.account}, by a way that nobody else reads. It is shown once, and opens once, until{' '}
            <time dateTime={made.until}>{made.until.slice(0, 10)}</time>.
          </p>
          <Field label="Link of the invitation">
            {(ids) => <input {...ids} readOnly value={made.link} onFocus={({ target }) => target.select()} />}
          </Field>
          <div className="row">
            <Button onClick={() => void navigator.clipboard?.writeText(made.link).then(() => say('Copied'))}>Copy</Button>
          </div>
        </div>
      )}
    </section>
  );
}
