/** A thread for the test of the pool: multiplies, waits, fails as its job says. */
import { serve } from '../../src/metrics/pool.ts';

export interface Task {
  readonly number: number;
  /** Milliseconds before the answer. */
  readonly wait?: number;
  readonly fail?: 'throw' | 'exit';
}

serve(({ factor }: { factor: number }) => ({ number, wait = 0, fail }: Task): number => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, wait);
  if (fail === 'throw') throw new Error(`cannot do ${number}`);
  if (fail === 'exit') process.exit(3);
  return number * factor;
});
