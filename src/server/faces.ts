import { createRoute, z } from '@hono/zod-openapi';
import { MediaError } from '../base/errors.ts';
import { keyOf, type Server, unknown, whoOf } from './context.ts';
import { talkOf } from './dialogues.ts';
import { fileOf } from './files.ts';
import { type Followed, following } from './following.ts';
import { allow } from './guard.ts';
import type { JobState, Work } from './jobs.ts';
import { projectOf } from './members.ts';
import { checkFilms } from './purpose.ts';
import { body, json, KEY, routes, shaped } from './shape.ts';
import { checkWhole } from './whole.ts';

/** The faces of whole films, as jobs in the same queue as explanations. Reports are in memory alone: a restart forgets them, and so does removing the film. */
export const faces = (server: Server) => {
  const { log, jobs, insight } = server;
  /** Which film a job is about: nobody gets a report of one that is gone. */
  const films = new Map<string, string>();
  const seen = (who: Parameters<Followed['get']>[0], id: string): boolean => {
    const file = films.get(id);
    return file !== undefined && jobs.get(who.id, id) !== undefined && log.state.files.has(file);
  };
  const followed: Followed = {
    get: (who, id) => (seen(who, id) ? jobs.get(who.id, id) : undefined),
    follow: (who, id, after, signal) => (seen(who, id) ? jobs.follow(who.id, id, after, signal) : undefined),
    stop: (who, id) => jobs.stop(who.id, id),
  };
  return routes()
    .openapi(
      createRoute({
        method: 'post',
        path: '/',
        summary: 'Look at the faces of a film: how viewers would read them; a dialogue with times says who speaks',
        ...allow('annotator', 'viewer'),
        request: { headers: KEY, ...body(z.object({ file: z.string(), dialogue: z.string().optional() })) },
        responses: { 202: json(shaped<JobState>('The job; its result is what `famenet faces --json` prints'), 'It waits') },
      }),
      async (c) => {
        const { file, dialogue } = c.req.valid('json');
        const who = whoOf(c);
        const { id, project, received } = fileOf(log.state, file, who);
        checkFilms(projectOf(log.state, project, who, 'annotator', 'viewer'));
        const talk = dialogue === undefined ? undefined : talkOf(log.state, dialogue, who);
        if (talk !== undefined && talk.project !== project) throw unknown('dialogue', talk.dialogue);
        await checkWhole(server, who, { file: id, dialogue });
        if (!received.picture)
          throw new MediaError('MEDIA_NO_VIDEO', 'There are no pictures to look at', { at: id, got: 'sound alone', fix: 'send a film' });
        const work: Work = async function* look(told, signal) {
          yield* [];
          return insight.known(id, talk) ?? insight.faces(id, talk, signal, (done, total) => told({ stage: 'faces', done, total }));
        };
        const job = keyOf(c, server);
        films.set(job, id);
        for (const [first] of films) {
          if (films.size <= 1000) break;
          films.delete(first);
        }
        return c.json(jobs.add(who.id, work, job), 202);
      },
    )
    .route('/', following(followed, 'annotator', 'viewer'));
};
