import { type ReactNode, useEffect, useRef } from 'react';
import { problemFrom } from '../api.ts';

const ROWS = [
  ['at', 'Where'],
  ['expected', 'Expected'],
  ['got', 'Got'],
  ['fix', 'What to do'],
] as const;

/** Any error with all that is known of it: what, where, what was expected, what came, and what to do. */
export function Problem({ error, tools }: { readonly error: unknown; readonly tools?: ReactNode }) {
  const problem = problemFrom(error);
  const ref = useRef<HTMLDivElement>(null);
  // in a long form it may come below what is seen
  useEffect(() => {
    void ref.current?.scrollIntoView({ block: 'nearest' }); // gives a promise in newer browsers, which is no way to clean up
  }, []);
  return (
    <div ref={ref} className="problem" role="alert">
      <p className="problem-title">
        {problem.title} <code>{problem.code}</code>
      </p>
      <dl>
        {ROWS.map(([key, label]) =>
          problem[key] === undefined ? null : (
            <div key={key} className={key}>
              <dt>{label}</dt>
              <dd>{problem[key]}</dd>
            </div>
          ),
        )}
      </dl>
      {tools !== undefined && <div className="row">{tools}</div>}
    </div>
  );
}
