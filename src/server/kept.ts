/** Explanations in the log: what was asked and what came of it outlive the server that made them. */
import { FameError } from '../base/errors.ts';
import { idOf, nowOf, type Server } from './context.ts';
import type { ServerEvent } from './events.ts';
import type { Followed } from './following.ts';
import type { JobEvent, JobState, Work } from './jobs.ts';
import { type Asker, mayEnter } from './members.ts';
import { problemOf } from './problem.ts';
import type { KeptExplanation, State } from './state.ts';

/** A job whose server ended before it did. */
function interrupted({ id, at }: KeptExplanation): FameError {
  return new FameError('JOB_INTERRUPTED', 'The server ended before this was done', { at: id, got: `asked at ${at}`, fix: 'ask again' });
}

/** The end of a job that is not in memory any more. */
function endOf(kept: KeptExplanation): Omit<JobEvent, 'n'> {
  const { state, result, problem } = kept.over ?? { state: 'failed' as const, problem: problemOf(interrupted(kept)) };
  if (state === 'done') return { event: 'done', data: result };
  return state === 'failed' ? { event: 'failed', data: problem } : { event: 'stopped', data: {} };
}

/** The same as the state of a job. */
function shownOf(kept: KeptExplanation): JobState {
  const { event, data } = endOf(kept);
  return {
    id: kept.id,
    state: event as JobState['state'],
    ahead: 0,
    ...(event === 'done' ? { result: data } : {}),
    ...(event === 'failed' ? { problem: data as never } : {}),
  };
}

/** The explanation of an id, of who asked for it, while the account may enter its project. */
export function keptOf({ explanations, projects }: Pick<State, 'explanations' | 'projects'>, who: Asker, id: string) {
  const kept = explanations.get(id);
  return kept?.by === who.id && mayEnter(projects.get(kept.project), who) ? kept : undefined;
}

/** Explanations that are going on, and those that are in the log. */
export function keptJobs(server: Server): Followed {
  const { jobs, log } = server;
  return {
    get(who, id) {
      const kept = keptOf(log.state, who, id);
      return kept && (jobs.get(who.id, id) ?? shownOf(kept));
    },
    follow(who, id, after, signal) {
      const kept = keptOf(log.state, who, id);
      return kept && (jobs.follow(who.id, id, after, signal) ?? once(kept, after));
    },
    async stop(who, id) {
      const kept = keptOf(log.state, who, id);
      const state = jobs.get(who.id, id)?.state;
      if (kept === undefined) return;
      if (state === 'waiting' || state === 'running') {
        jobs.stop(who.id, id);
        await written(server, kept.id, (event) => [event('explanation-over', { state: 'stopped' })]);
      } else await written(server, kept.id, (event) => [event('explanation-removed', {})]);
    },
  };
}

async function* once(kept: KeptExplanation, after: number): AsyncGenerator<JobEvent> {
  yield { n: after + 1, ...endOf(kept) } as JobEvent;
}

/** The same work, whose end is on the disk before it is told. What is stopped is written by who stops it; what ends with the server stays without an end. */
export function keeping(server: Server, job: string, work: Work): Work {
  return async function* kept(told, signal) {
    try {
      const result = yield* work(told, signal);
      signal.throwIfAborted();
      await written(server, job, (event) => [event('explanation-over', { state: 'done', result: result as Record<string, unknown> })]);
      return result;
    } catch (error) {
      if (!signal.aborted)
        await written(server, job, (event) => [event('explanation-over', { state: 'failed', problem: problemOf(error, server.folder) })]);
      throw error;
    }
  };
}

/** Writes what became of a job, once, where it is not over or forgotten. */
async function written(
  server: Server,
  job: string,
  make: (event: (type: 'explanation-over' | 'explanation-removed', more: object) => ServerEvent) => ServerEvent[],
): Promise<void> {
  await server.log.carryOut((state) => {
    const kept = state.explanations.get(job);
    if (kept === undefined) return [];
    const events = make((type, more) => {
      const about = { id: idOf(server.secret, job, type), at: nowOf(server), by: kept.by, job };
      return JSON.parse(JSON.stringify({ ...about, type, ...more })) as ServerEvent; // as it will be read again
    });
    return kept.over === undefined ? events : events.filter(({ type }) => type === 'explanation-removed');
  });
}
