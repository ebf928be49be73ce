import type { Worker } from 'node:worker_threads';
import { SessionError, StoppedError } from '../base/errors.ts';
import { startThread } from '../base/thread.ts';
import { type Answer, FLAGS, type Request } from './protocol.ts';
import type { Value } from './value.ts';

interface Waiting {
  readonly resolve: (a: Answer) => void;
  readonly reject: (e: Error) => void;
}

/**
 * A thread that runs graphs, so that the event loop never waits for one. Sessions of one engine share its held values.
 * The process may end while an idle engine is alive; `dispose()` frees its memory at once.
 */
export class Engine {
  private readonly worker: Worker;
  private readonly flags = new Int32Array(new SharedArrayBuffer(4 * FLAGS.length));
  private readonly waiting = new Map<number, Waiting>();
  private next = 0;
  private over: SessionError | undefined;
  private ended = false;

  constructor() {
    this.worker = startThread(workerFile, this.flags);
    this.worker.unref();
    this.worker.on('message', (a: Answer) => this.settle(a));
    this.worker.on('error', (e) =>
      this.end(new SessionError('ENGINE_CRASHED', 'The engine stopped with an error', { got: e.message }, { cause: e, blame: 'us' })),
    );
    alive.add(this.flags);
    this.worker.on('exit', () => {
      this.ended = true;
      alive.delete(this.flags);
      this.end(new SessionError('ENGINE_DISPOSED', 'The engine was disposed of', { fix: 'compile the graph again' }));
    });
  }

  /** Memory that is given is not copied, and gone from here. @throws SessionError ENGINE_REFUSED (`got` holds the engine's words), ENGINE_DISPOSED, ENGINE_CRASHED; StoppedError by `signal`, while the engine finishes the run in hand. */
  ask(request: Request, signal?: AbortSignal, give: readonly ArrayBuffer[] = []): Promise<Answer> {
    if (this.over) return Promise.reject(this.over);
    if (signal?.aborted) return Promise.reject(new StoppedError());
    const id = this.next++;
    return new Promise<Answer>((resolve, reject) => {
      const stop = () => this.waiting.delete(id) && this.idle() && reject(new StoppedError());
      const done = () => signal?.removeEventListener('abort', stop);
      this.waiting.set(id, {
        resolve: (a) => {
          done();
          resolve(a);
        },
        reject: (e) => {
          done();
          reject(e);
        },
      });
      signal?.addEventListener('abort', stop, { once: true });
      this.worker.ref();
      this.worker.postMessage({ id, request }, give);
    });
  }

  /** False once disposed of or crashed. */
  get alive(): boolean {
    return this.over === undefined;
  }

  async hold(name: string, value: Value): Promise<void> {
    await this.ask({ do: 'hold', name, value });
  }

  /** Copies of held values. */
  async read(names: readonly string[]): Promise<Record<string, Value>> {
    return (await this.ask({ do: 'read', names })).values ?? {};
  }

  async drop(names: readonly string[]): Promise<void> {
    await this.ask({ do: 'drop', names });
  }

  /** Ends the thread and frees all it holds; what was still asked for is refused. Waits for the run in hand, see `FLAGS`. */
  async dispose(): Promise<void> {
    this.end(new SessionError('ENGINE_DISPOSED', 'The engine was disposed of', { fix: 'compile the graph again' }));
    if (Atomics.exchange(this.flags, FLAGS.indexOf('stop'), 1) === 0) this.worker.postMessage('stop'); // wakes a thread that is idle
    if (this.ended) return;
    this.worker.ref();
    await new Promise<void>((resolve) => this.worker.once('exit', () => resolve()));
  }

  private settle(a: Answer): void {
    const w = this.waiting.get(a.id);
    this.waiting.delete(a.id);
    this.idle();
    if (!w) return; // stopped meanwhile
    if (a.error === undefined) w.resolve(a);
    else w.reject(new SessionError('ENGINE_REFUSED', 'The engine refused', { got: a.error }));
  }

  private idle(): true {
    if (this.waiting.size === 0 && !this.over) this.worker.unref(); // while it is disposed of, somebody waits for its end
    return true;
  }

  private end(why: SessionError): void {
    this.over ??= why;
    for (const w of this.waiting.values()) w.reject(this.over);
    this.waiting.clear();
  }
}

/** `worker.ts`, or `worker.js` in the published package. */
const workerFile = new URL(import.meta.url.replace(/[^/]*(\.[jt]s)$/, 'worker$1'));

/** The flags of all threads that have not ended. */
const alive = new Set<Int32Array>();
process.on('exit', () => {
  for (const flags of alive) {
    Atomics.store(flags, FLAGS.indexOf('stop'), 1);
    Atomics.wait(flags, FLAGS.indexOf('busy'), 1); // Node would wait for the thread, too
  }
});
