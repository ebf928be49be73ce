import { parentPort, workerData } from 'node:worker_threads';
import { FameError } from '../base/errors.ts';
import { startThread } from '../base/thread.ts';
import type { Work } from './metric.ts';

export interface PoolOptions extends Work {
  /** Number of threads, at least 1. */
  readonly threads: number;
}

/**
 * Does jobs in threads; the results are in the order of the jobs, whatever the number of threads. `module` is the thread's file, which calls `serve`: its
 * address in the source (`….ts`) or in the published package (`….js`). `shared` goes to each thread once; what it holds in shared memory is not copied.
 * All threads have ended when this returns or throws. Throws the signal's reason, and METRIC_THREAD when a thread fails.
 */
export async function inThreads<Job, Result>(
  module: URL,
  shared: unknown,
  jobs: readonly Job[],
  { threads, signal, progress }: PoolOptions,
): Promise<Result[]> {
  signal?.throwIfAborted();
  const workers = Array.from({ length: Math.min(threads, jobs.length) }, () => startThread(module, shared));
  const results = new Array<Result>(jobs.length);
  let [next, done] = [0, 0];
  let stop = () => {};
  try {
    await new Promise<void>((resolve, reject) => {
      stop = () => reject(signal?.reason);
      signal?.addEventListener('abort', stop, { once: true });
      const failed = (got: string, cause?: unknown) =>
        reject(new FameError('METRIC_THREAD', 'A thread that was scoring failed', { at: module.href, got }, { cause, blame: 'us' }));
      for (const worker of workers) {
        let job = next;
        const ask = () => {
          job = next++;
          if (job < jobs.length) worker.postMessage(jobs[job]);
        };
        worker.on('message', (result: Result) => {
          results[job] = result;
          done++;
          progress?.(done, jobs.length);
          if (done === jobs.length) resolve();
          else ask();
        });
        worker.on('error', (error) => failed(error instanceof Error ? error.message : String(error), error));
        worker.on('exit', (code) => failed(`it ended early, with ${code}`)); // too late to matter where all is done
        ask();
      }
      if (jobs.length === 0) resolve();
    });
  } finally {
    signal?.removeEventListener('abort', stop);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return results;
}

/** What the file of a thread does: `prepare` gets what is shared, and gives the function that does a job. What it throws ends the pool. */
export function serve<Shared, Job, Result>(prepare: (shared: Shared) => (job: Job) => Result): void {
  const work = prepare(workerData as Shared);
  parentPort?.on('message', (job: Job) => parentPort?.postMessage(work(job)));
}
