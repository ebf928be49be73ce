import { dismiss, useNotices } from './notices.ts';
import { Button, Problem } from './ui/index.ts';

/** What went wrong, or well, in a corner of the page. */
export function Notices() {
  const notices = useNotices();
  return (
    <div className="notices" aria-live="polite">
      {notices.map(({ id, problem, text }) => (
        <div key={id} className="notice">
          {problem === undefined ? <p>{text}</p> : <Problem error={problem} />}
          <Button look="quiet" onClick={() => dismiss(id)} aria-label="Put this away">
            ✕
          </Button>
        </div>
      ))}
    </div>
  );
}
