import { type FormEvent, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { api, newKey, ok } from '../api.ts';
import { Button, Field, Problem } from '../ui/index.ts';
import { Door } from './door.tsx';
import { useSetSession } from './session.ts';

const SHORTEST = 12;

/** Taking up an invitation. A link to /join#WORD brings the word along: what is behind # is never sent to the server. */
export function Join() {
  const [, go] = useLocation();
  const setSession = useSetSession();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const [key] = useState(newKey); // one person joins once, however often the button is pressed
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [token, name, password] = ['token', 'name', 'password'].map((field) => `${form.get(field)}`) as [string, string, string];
    setBusy(true);
    try {
      setSession(await ok(api.session.join.$post({ header: key, json: { token: token.trim(), name: name.trim(), password } })));
      go('/', { replace: true });
    } catch (caught) {
      setError(caught);
      setBusy(false);
    }
  };
  return (
    <Door title="Join">
      <form onSubmit={submit} className="stack">
        <Field label="Word of your invitation" hint="It holds for a week, and once.">
          {(ids) => (
            <input
              {...ids}
              name="token"
              autoComplete="off"
              spellCheck={false}
              required
              maxLength={100}
              defaultValue={location.hash.slice(1)}
            />
          )}
        </Field>
        <Field label="Your name" hint="Others in your projects see it.">
          {(ids) => <input {...ids} name="name" autoComplete="name" required maxLength={200} />}
        </Field>
        <Field label="A new password" hint={`${SHORTEST} characters or more.`}>
          {(ids) => <input {...ids} name="password" type="password" autoComplete="new-password" required minLength={SHORTEST} />}
        </Field>
        {error !== undefined && <Problem error={error} />}
        <Button type="submit" look="main" busy={busy}>
          Join
        </Button>
      </form>
      <p className="hint">
        Joined before? <Link href="/">Log in</Link>.
      </p>
    </Door>
  );
}
