import { FameError } from '../base/errors.ts';

/** Work in turns: bounded, and fair among those who ask. */
export interface Queue {
  /** Runs `work` when its turn comes, at once or later; `signal` takes it out of the line. Throws QUEUE_FULL. */
  add(owner: string, work: () => Promise<void>, signal: AbortSignal): void;
  /** How many wait, and how many run. */
  readonly waiting: () => number;
  readonly running: () => number;
  /** How many others have their turn before this owner's next one. */
  ahead(owner: string): number;
}

/**
 * At most `atOnce` run; whoever has waited longest for a turn has the next one, and then goes behind all other owners, however many tasks are in the own
 * line. `most` may wait for one owner.
 */
export function queue({ atOnce, most }: { readonly atOnce: number; readonly most: number }): Queue {
  const lines = new Map<string, (() => Promise<void>)[]>(); // owners in the order of their turns
  let running = 0;
  const next = (): void => {
    while (running < atOnce) {
      const [owner, line] = lines.entries().next().value ?? [];
      if (owner === undefined || line === undefined) return;
      const work = line.shift()!;
      lines.delete(owner);
      if (line.length > 0) lines.set(owner, line);
      running++;
      work().finally(() => {
        running--;
        next();
      });
    }
  };
  const waiting = () => [...lines.values()].reduce((sum, line) => sum + line.length, 0);
  return {
    add(owner, work, signal) {
      const line = lines.get(owner) ?? [];
      if (line.length >= most)
        throw new FameError('QUEUE_FULL', 'Too much of yours is waiting already', {
          expected: `at most ${most} that wait`,
          got: `${line.length}`,
          fix: 'wait for one of them, or stop it',
        });
      line.push(work);
      lines.set(owner, line);
      signal.addEventListener('abort', () => {
        const place = line.indexOf(work);
        if (place < 0) return; // it runs, or has run
        line.splice(place, 1);
        if (line.length === 0 && lines.get(owner) === line) lines.delete(owner);
      });
      next();
    },
    waiting,
    running: () => running,
    ahead: (owner) => {
      const owners = [...lines.keys()];
      return owners.includes(owner) ? owners.indexOf(owner) : owners.length;
    },
  };
}
