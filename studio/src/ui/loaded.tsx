import type { ReactNode } from 'react';
import { Problem } from './problem.tsx';
import { Progress } from './progress.tsx';

/** What is fetched, what went wrong with that, or that it goes on. */
export function Loaded({
  error,
  ready = false,
  children,
}: {
  readonly error: unknown;
  readonly ready?: boolean;
  readonly children?: ReactNode;
}) {
  if (error !== null && error !== undefined) return <Problem error={error} />;
  return ready ? children : <Progress label="Opening" />;
}
