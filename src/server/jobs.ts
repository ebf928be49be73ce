import { randomBytes } from 'node:crypto';
import { FameError, StoppedError } from '../base/errors.ts';
import { type Problem, problemOf } from './problem.ts';
import { queue } from './queue.ts';

/** Something that is told of a job while it goes on. Numbers count from 1 without gaps, so that a stream that broke goes on where it was. */
export type JobEvent = { readonly n: number } & (
  | { readonly event: 'stage'; readonly data: Stage }
  | { readonly event: 'token'; readonly data: { readonly text: string } }
  | { readonly event: 'done'; readonly data: unknown }
  | { readonly event: 'failed'; readonly data: Problem }
  | { readonly event: 'stopped'; readonly data: Readonly<Record<never, never>> }
);

/** What is being done now, and how far. */
export interface Stage {
  readonly stage:
    | 'waiting'
    | 'opening'
    | 'faces'
    | 'pictures'
    | 'speaking'
    | 'weighing'
    | 'reading'
    | 'examining'
    | 'counting'
    | 'listening'
    | 'comparing';
  readonly done?: number;
  readonly total?: number;
}

/** A job as its owner sees it. */
export interface JobState {
  readonly id: string;
  readonly state: 'waiting' | 'running' | 'done' | 'failed' | 'stopped';
  /** Owners whose turn comes before. */
  readonly ahead: number;
  /** What it gave, once it is done. */
  readonly result?: unknown;
  readonly problem?: Problem;
}

/** What a job does: it tells of its stages and tokens, and gives its result. */
export type Work = (told: (stage: Stage) => void, signal: AbortSignal) => AsyncGenerator<string, unknown, undefined>;

/** Jobs of all accounts. They are kept in memory: a restart forgets them, and whoever asked asks again. */
export interface Jobs {
  /** Adds a job, or finds the one of this id. Throws QUEUE_FULL, SERVER_ENDING. */
  add(owner: string, work: Work, id?: string): JobState;
  /** Undefined where there is none of this id, or it is somebody else's. */
  get(owner: string, id: string): JobState | undefined;
  /** What was told after event `after`, and then what is told; ends with the job, or by `signal`. */
  follow(owner: string, id: string, after: number, signal: AbortSignal): AsyncGenerator<JobEvent> | undefined;
  /** Stops it. */
  stop(owner: string, id: string): void;
  /** Stops all of somebody's, and keeps nothing of them. */
  forget(owner: string): void;
  /** The same of all of these, whoever has asked for them. */
  drop(which: (id: string) => boolean): void;
  readonly waiting: () => number;
  readonly running: () => number;
  /** Takes no more, stops those there are, and waits for them. */
  close(): Promise<void>;
}

interface Job {
  readonly id: string;
  readonly owner: string;
  readonly stop: AbortController;
  readonly events: JobEvent[];
  readonly over: Promise<void>;
  state: JobState['state'];
  /** Called, and forgotten, when something is told. */
  readonly heard: Set<() => void>;
}

const KEPT = 200; // jobs that are over

/** No jobs yet. `hide` is a folder that problems do not name. */
export function jobs({
  atOnce = 1,
  most = 8,
  hide = '',
  onBug = () => {},
}: {
  readonly atOnce?: number;
  readonly most?: number;
  readonly hide?: string;
  readonly onBug?: (error: unknown) => void;
} = {}): Jobs {
  const line = queue({ atOnce, most });
  const all = new Map<string, Job>();
  let closed = false;

  const tell = (job: Job, event: Omit<JobEvent, 'n'>): void => {
    job.events.push({ n: job.events.length + 1, ...event } as JobEvent);
    for (const heard of job.heard) heard();
    job.heard.clear();
  };
  const finish = (job: Job, state: JobState['state'], event: Omit<JobEvent, 'n'>): void => {
    job.state = state;
    tell(job, event);
    const over = [...all.values()].filter((one) => one.state !== 'waiting' && one.state !== 'running');
    for (const one of over.slice(0, -KEPT)) all.delete(one.id);
  };
  const run = async (job: Job, work: Work): Promise<void> => {
    const { signal } = job.stop;
    job.state = 'running';
    try {
      const stream = work((stage) => tell(job, { event: 'stage', data: stage }), signal);
      for (;;) {
        const next = await stream.next();
        signal.throwIfAborted();
        if (next.done) return finish(job, 'done', { event: 'done', data: next.value });
        tell(job, { event: 'token', data: { text: next.value } });
      }
    } catch (error) {
      if (signal.aborted) return finish(job, 'stopped', { event: 'stopped', data: {} });
      if (!(error instanceof FameError)) onBug(error);
      finish(job, 'failed', { event: 'failed', data: problemOf(error, hide) });
    }
  };
  const own = (owner: string, id: string): Job | undefined => {
    const job = all.get(id);
    return job?.owner === owner ? job : undefined;
  };
  const dropped = (which: (job: Job) => boolean): void => {
    for (const job of [...all.values()].filter(which)) {
      job.stop.abort(new StoppedError());
      all.delete(job.id);
    }
  };
  const shown = (job: Job): JobState => {
    const last = job.events.at(-1);
    return {
      id: job.id,
      state: job.state,
      ahead: job.state === 'waiting' ? line.ahead(job.owner) : 0,
      ...(last?.event === 'done' ? { result: last.data } : {}),
      ...(last?.event === 'failed' ? { problem: last.data } : {}),
    };
  };

  return {
    add(owner, work, id = randomBytes(16).toString('hex')) {
      const known = own(owner, id);
      if (known !== undefined) return shown(known);
      if (closed) throw new FameError('SERVER_ENDING', 'The server is about to end', { fix: 'ask again in a moment' });
      let ended = () => {};
      const over = new Promise<void>((resolve) => {
        ended = resolve;
      });
      const job: Job = { id, owner, stop: new AbortController(), events: [], over, state: 'waiting', heard: new Set() };
      job.stop.signal.addEventListener('abort', () => {
        if (job.state === 'waiting') finish(job, 'stopped', { event: 'stopped', data: {} });
        if (job.state === 'stopped') ended();
      });
      all.set(id, job);
      tell(job, { event: 'stage', data: { stage: 'waiting' } });
      try {
        line.add(owner, () => run(job, work).finally(ended), job.stop.signal);
      } catch (error) {
        all.delete(id);
        throw error;
      }
      return shown(job);
    },
    get(owner, id) {
      const job = own(owner, id);
      return job && shown(job);
    },
    follow(owner, id, after, signal) {
      const job = own(owner, id);
      return job && told(job, after, signal);
    },
    stop: (owner, id) => own(owner, id)?.stop.abort(new StoppedError()),
    forget: (owner) => dropped((one) => one.owner === owner),
    drop: (which) => dropped(({ id }) => which(id)),
    waiting: line.waiting,
    running: line.running,
    async close() {
      closed = true;
      const going = [...all.values()].filter(({ state }) => state === 'waiting' || state === 'running');
      for (const job of going) job.stop.abort(new StoppedError());
      await Promise.all(going.map(({ over }) => over));
    },
  };
}

async function* told(job: Job, after: number, signal: AbortSignal): AsyncGenerator<JobEvent> {
  let n = after;
  for (;;) {
    while (n < job.events.length) yield job.events[n++]!;
    if (signal.aborted || (job.state !== 'waiting' && job.state !== 'running')) return;
    await new Promise<void>((resolve) => {
      const heard = (): void => {
        signal.removeEventListener('abort', heard);
        resolve();
      };
      job.heard.add(heard);
      signal.addEventListener('abort', heard);
    });
  }
}
