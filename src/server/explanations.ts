import { createRoute, z } from '@hono/zod-openapi';
import { streamSSE } from 'hono/streaming';
import { EMOTIONS } from '../base/emotion.ts';
import { FameError } from '../base/errors.ts';
import { MODALITIES } from '../fame/prompt.ts';
import { keyOf, type Server, unknown, whoOf } from './context.ts';
import { talkOf } from './dialogues.ts';
import { fileOf } from './files.ts';
import { allow } from './guard.ts';
import type { JobState } from './jobs.ts';
import { projectOf } from './projects.ts';
import { checkFilms } from './purpose.ts';
import { body, idIn, json, KEY, routes, shaped } from './shape.ts';

/** Words of an answer at most. */
const MOST_NEW = 512;
/** Milliseconds between signs of life on a stream that has nothing to tell. */
const HEARTBEAT = 15_000;

/** Explanations: they wait in a queue that is fair among people, tell what they do as they do it, and can be stopped. */
export const explanations = (server: Server) => {
  const { log, jobs, shelf, explainer } = server;
  const JOB = idIn('job');
  const stateOf = (owner: string, id: string): JobState => {
    const state = jobs.get(owner, id);
    if (state === undefined) throw unknown('job', id);
    return state;
  };
  return routes()
    .openapi(
      createRoute({
        method: 'post',
        path: '/',
        summary: 'Ask why a speaker shows an emotion; without a file, only the words are looked at',
        ...allow('annotator', 'viewer'),
        request: {
          headers: KEY,
          ...body(
            z.object({
              dialogue: z.string(),
              utterance: z.int().min(0),
              emotion: z.enum(EMOTIONS).optional(),
              file: z.string().optional(),
              modalities: z.array(z.enum(MODALITIES)).min(1).optional(),
              maxNew: z.int().min(1).max(MOST_NEW).default(256),
            }),
          ),
        },
        responses: { 202: json(shaped<JobState>('The job'), 'It waits') },
      }),
      (c) => {
        const { dialogue, utterance, emotion: asked, file, modalities, maxNew } = c.req.valid('json');
        const talk = talkOf(log.state, dialogue);
        if (file !== undefined) {
          checkFilms(projectOf(log.state, talk.project));
          if (fileOf(log.state, file).project !== talk.project) throw unknown('file', file); // another project's purpose is another
        }
        const turn = talk.utterances[utterance];
        if (turn === undefined) throw unknown('utterance', `${utterance}`);
        const emotion = asked ?? turn.emotion;
        if (emotion === undefined)
          throw new FameError('JOB_EMOTION', 'It is not known which emotion should be explained', {
            at: `utterance ${utterance}`,
            expected: `one of ${EMOTIONS.join(', ')}`,
            fix: 'name it, in the request or in the dialogue',
          });
        const film = file === undefined ? undefined : () => shelf.film(file);
        const work = explainer.explain({ turns: talk.utterances as never, target: utterance, emotion, film, modalities, maxNew });
        return c.json(jobs.add(whoOf(c).id, work, keyOf(c, server)), 202);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/{job}',
        summary: 'How far a job of yours is, and what it gave',
        ...allow('annotator', 'viewer'),
        request: { params: JOB },
        responses: { 200: json(shaped<JobState>('The job'), 'The job') },
      }),
      (c) => c.json(stateOf(whoOf(c).id, c.req.valid('param').job), 200),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/{job}/events',
        summary: 'Stages and tokens as server-sent events; Last-Event-ID goes on where a stream broke',
        ...allow('annotator', 'viewer'),
        request: { params: JOB },
        responses: { 200: { description: 'Events', content: { 'text/event-stream': { schema: z.string() } } } },
      }),
      (c) => {
        const { job } = c.req.valid('param');
        const gone = new AbortController();
        const after = /^\d{1,9}$/.exec(c.req.header('last-event-id') ?? '0');
        const told = jobs.follow(whoOf(c).id, job, Number(after?.[0] ?? 0), gone.signal);
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
        summary: 'Stop a job',
        ...allow('annotator', 'viewer'),
        request: { params: JOB },
        responses: { 200: json(shaped<JobState>('The job'), 'The job') },
      }),
      (c) => {
        const { job } = c.req.valid('param');
        stateOf(whoOf(c).id, job);
        jobs.stop(whoOf(c).id, job);
        return c.json(stateOf(whoOf(c).id, job), 200);
      },
    );
};
