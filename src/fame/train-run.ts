/** Whether a folder or file of an earlier run may be gone on with. */
import { ModelError } from '../base/errors.ts';

/** A run goes on only as it began. Throws ModelError FAME_RUN. */
export function checkRun(saved: Readonly<Record<string, unknown>>, now: Readonly<Record<string, string>>, at: string): void {
  const other = Object.keys(now).find((key) => saved[key] !== now[key]);
  if (other === undefined) return;
  throw new ModelError('FAME_RUN', 'This folder holds another run', {
    at,
    expected: `${other}: ${now[other]}`,
    got: `${other}: ${String(saved[other] ?? 'nothing')}`,
    fix: 'go on with the settings of that run, or give another place',
  });
}
