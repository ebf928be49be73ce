import { setImmediate } from 'node:timers/promises';
import { FameError } from '../base/errors.ts';
import type { Append, Appended } from './store.ts';

/** A queue in front of a database. */
export interface Group {
  /** Throws as the write does, and STORE_CLOSED. */
  append(append: Append): Promise<Appended>;
  /** Takes no more writes, and waits for those in hand. */
  close(): Promise<void>;
}

interface Waiting {
  readonly append: Append;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: unknown) => void;
}

const LARGEST = 256; // writes in one transaction

/**
 * Group commit: what comes in while a transaction is on its way to the disk goes into the next one, so that a slow disk makes writes later, not fewer.
 * `write` puts a batch into one transaction and gives a verdict for each; what it throws, all of the batch get.
 */
export function grouped(write: (batch: readonly Append[]) => Promise<readonly (Appended | FameError)[]>): Group {
  let waiting: Waiting[] = [];
  let running: Promise<void> | undefined;
  let closed = false;

  const run = async (): Promise<void> => {
    await setImmediate(); // whatever has arrived in this turn of the event loop goes together
    while (waiting.length > 0) {
      const batch = waiting.slice(0, LARGEST);
      waiting = waiting.slice(LARGEST);
      try {
        const verdicts = await write(batch.map(({ append }) => append));
        for (const [i, { resolve, reject }] of batch.entries()) {
          const verdict = verdicts[i]!;
          if (verdict instanceof FameError) reject(verdict);
          else resolve(verdict);
        }
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    running = undefined;
  };

  return {
    append(append) {
      if (closed) return Promise.reject(storeClosed());
      return new Promise((resolve, reject) => {
        waiting.push({ append, resolve, reject });
        running ??= run();
      });
    },
    async close() {
      closed = true;
      await running;
    },
  };
}

/** The error of a store that is used after its end. */
export function storeClosed(): FameError {
  return new FameError('STORE_CLOSED', 'The store was closed', { fix: 'open it again' }, { blame: 'us' });
}
