import { type FormEvent, useState } from 'react';
import { Link } from 'wouter';
import { api, ok } from '../api.ts';
import { Button, Field, Problem } from '../ui/index.ts';
import { Door } from './door.tsx';
import { useSetSession } from './session.ts';

/** Logging in, in team mode. */
export function Login() {
  const setSession = useSetSession();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    try {
      setSession(await ok(api.session.$post({ json: { account: `${form.get('account')}`.trim(), password: `${form.get('password')}` } })));
    } catch (caught) {
      setError(caught);
      setBusy(false);
    }
  };
  return (
    <Door title="Log in">
      <form onSubmit={submit} className="stack">
        <Field label="Account">{(ids) => <input {...ids} name="account" autoComplete="username" required maxLength={200} />}</Field>
        <Field label="Password">
          {(ids) => <input {...ids} name="password" type="password" autoComplete="current-password" required />}
        </Field>
        {error !== undefined && <Problem error={error} />}
        <Button type="submit" look="main" busy={busy}>
          Log in
        </Button>
      </form>
      <p className="hint">
        Invited? <Link href="/join">Join with your word</Link>. Password forgotten? An owner can invite you again.
      </p>
    </Door>
  );
}
