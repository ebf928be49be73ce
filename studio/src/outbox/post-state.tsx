import { useEffect, useState } from 'react';
import { Button, Dialog, Problem } from '../ui/index.ts';
import { useOutbox, usePost } from './browser.ts';
import './outbox.css';
import type { Halt, Letter } from './outbox.ts';

/** What waits for the server, what it has refused, and what can be done about it. Nothing is shown where nothing waits, unless `always`. */
export function PostState({ always = false }: { readonly always?: boolean }) {
  const { letters, halt } = usePost();
  const [open, setOpen] = useState(false);
  const refused = letters.filter((letter) => letter.refused !== undefined).length;
  const waiting = letters.length - refused;
  if (letters.length === 0) {
    return always ? <span className="post-state good">✓ Everything is sent</span> : <span role="status" className="unseen" />;
  }
  return (
    <>
      <span role="status" className={`post-state ${refused > 0 ? 'bad' : 'warn'}`}>
        <Button look="quiet" onClick={() => setOpen(true)}>
          {[refused > 0 ? `${refused} refused` : '', waiting > 0 ? `${waiting} waiting for the server` : ''].filter(Boolean).join(', ')}
        </Button>
      </span>
      {open && <PostDialog letters={letters} halt={halt} onClose={() => setOpen(false)} />}
    </>
  );
}

function PostDialog({
  letters,
  halt,
  onClose,
}: {
  readonly letters: readonly Letter[];
  readonly halt: Halt | undefined;
  readonly onClose: () => void;
}) {
  const box = useOutbox();
  return (
    <Dialog title="What is not on the server yet" onClose={onClose} wide>
      <p>
        All of this is kept on this machine, also when the page is closed. It goes out by itself as soon as the server answers, and counts
        once.
      </p>
      {halt !== undefined && (
        <div className="callout warn">
          <p>
            {halt.why === 'login' ? `${halt.problem.title}. Log in, and what waits goes out.` : 'The server does not answer.'}{' '}
            <NextTry halt={halt} />
          </p>
          <div className="row">
            <Button onClick={() => void box.wake()}>Try now</Button>
          </div>
        </div>
      )}
      <ul className="post-letters">
        {letters.map((letter) => (
          <li key={letter.id}>
            <div className="row">
              <strong>{letter.label}</strong>
              <span className="hint">
                written {clock(letter.at)}
                {letter.tries > 0 && `, tried ${letter.tries} ×`}
              </span>
            </div>
            {letter.refused !== undefined && (
              <Problem
                error={letter.refused}
                tools={
                  <>
                    <Button onClick={() => void box.retry(letter.id)}>Send again</Button>
                    <Button look="danger" onClick={() => void box.discard(letter.id)}>
                      Take it away
                    </Button>
                  </>
                }
              />
            )}
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

function NextTry({ halt }: { readonly halt: Halt }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.ceil((halt.until - now) / 1000));
  return <span className="number">Next try in {seconds} s.</span>;
}

/** The time of day. */
export const clock = (ms: number): string => new Date(ms).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' });
