/** What every kind of job has over HTTP: how far it is, a stream of what is told of it, and its end. */
import { createRoute, z } from '@hono/zod-openapi';
import { streamSSE } from 'hono/streaming';
import { unknown, whoOf } from './context.ts';
import type { Role } from './events.ts';
import { allow } from './guard.ts';
import type { JobEvent, JobState, Jobs } from './jobs.ts';
import type { Asker } from './members.ts';
import { idIn, json, KEY, routes, shaped } from './shape.ts';

/** Jobs as somebody may see them: undefined where there is none of this id, or not for whoever asks. */
export interface Followed {
  get(who: Asker, id: string): JobState | undefined;
  follow(who: Asker, id: string, after: number, signal: AbortSignal): AsyncGenerator<JobEvent> | undefined;
  /** Stops it; what is over already may be forgotten by it. */
  stop(who: Asker, id: string): Promise<void> | void;
}

/** All jobs of a kind, each for its owner. */
export const ownJobs = (jobs: Jobs): Followed => ({
  get: ({ id: owner }, id) => jobs.get(owner, id),
  follow: ({ id: owner }, id, after, signal) => jobs.follow(owner, id, after, signal),
  stop: ({ id: owner }, id) => jobs.stop(owner, id),
});

/** Milliseconds between signs of life on a stream that has nothing to tell. */
const HEARTBEAT = 15_000;

/** The routes of a kind of job, for these roles and owners. */
export const following = (jobs: Followed, ...roles: readonly Role[]) => {
  const JOB = idIn('job');
  const stateOf = (who: Asker, id: string): JobState => {
    const state = jobs.get(who, id);
    if (state === undefined) throw unknown('job', id);
    return state;
  };
  return routes()
    .openapi(
      createRoute({
        method: 'get',
        path: '/{job}',
        summary: 'How far a job of yours is, and what it gave',
        ...allow(...roles),
        request: { params: JOB },
        responses: { 200: json(shaped<JobState>('The job'), 'The job') },
      }),
      (c) => c.json(stateOf(whoOf(c), c.req.valid('param').job), 200),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/{job}/events',
        summary: 'What is told of it as server-sent events; Last-Event-ID goes on where a stream broke',
        ...allow(...roles),
        request: { params: JOB },
        responses: { 200: { description: 'Events', content: { 'text/event-stream': { schema: z.string() } } } },
      }),
      (c) => {
        const { job } = c.req.valid('param');
        const gone = new AbortController();
        const after = /^\d{1,9}$/.exec(c.req.header('last-event-id') ?? '0');
        const told = jobs.follow(whoOf(c), job, Number(after?.[0] ?? 0), gone.signal);
        if (told === undefined) throw unknown('job', job);
        return streamSSE(c, async (stream) => {
          stream.onAbort(() => gone.abort());
          const alive = setInterval(() => void stream.write(': alive\n\n'), HEARTBEAT);
          try {
            for await (const { n, event, data } of told) await stream.writeSSE({ id: `${n}`, event, data: JSON.stringify(data) });
          } finally {
            clearInterval(alive);
          }
        });
      },
    )
    .openapi(
      createRoute({
        method: 'delete',
        path: '/{job}',
        summary: 'Stop a job; one that is over is forgotten',
        ...allow(...roles),
        request: { headers: KEY, params: JOB },
        responses: { 200: json(shaped<JobState>('The job'), 'The job, as it was left') },
      }),
      async (c) => {
        const { job } = c.req.valid('param');
        const before = stateOf(whoOf(c), job);
        await jobs.stop(whoOf(c), job);
        return c.json(jobs.get(whoOf(c), job) ?? before, 200);
      },
    );
};
