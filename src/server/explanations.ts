import { createRoute, z } from '@hono/zod-openapi';
import { EMOTIONS } from '../base/emotion.ts';
import { FameError } from '../base/errors.ts';
import { MODALITIES } from '../fame/prompt.ts';
import { keyOf, type Server, unknown, whoOf } from './context.ts';
import { talkOf } from './dialogues.ts';
import { fileOf } from './files.ts';
import { following } from './following.ts';
import { allow } from './guard.ts';
import type { JobState } from './jobs.ts';
import { keeping, keptJobs } from './kept.ts';
import { entered, projectOf } from './members.ts';
import { checkFilms } from './purpose.ts';
import { body, json, KEY, routes, shaped, write } from './shape.ts';
import { checkWhole } from './whole.ts';

/** Words of an answer at most. */
const MOST_NEW = 512;

const listed = z.object({
  job: z.string(),
  at: z.string(),
  project: z.string(),
  dialogue: z.string(),
  utterance: z.number(),
  emotion: z.enum(EMOTIONS),
  file: z.string().optional(),
  state: z.enum(['waiting', 'running', 'done', 'failed', 'stopped']),
});

/** Explanations: they wait in a queue that is fair among people, tell what they do as they do it, and can be stopped. */
export const explanations = (server: Server) => {
  const { log, jobs, shelf, explainers } = server;
  const asked = keptJobs(server);
  return routes()
    .openapi(
      createRoute({
        method: 'get',
        path: '/',
        summary: 'The explanations that you asked for, the latest first',
        ...allow('annotator', 'viewer'),
        request: { query: z.object({ dialogue: z.string().optional() }) },
        responses: { 200: json(z.array(listed), 'Explanations, without their texts') },
      }),
      (c) => {
        const { dialogue } = c.req.valid('query');
        const who = whoOf(c);
        const mine = entered(log.state, log.state.explanations.values(), who).filter(
          (one) => one.by === who.id && (dialogue === undefined || one.dialogue === dialogue),
        );
        const rows = mine.map(({ id, at, project, dialogue, question: { utterance, emotion, file } }) => {
          const about = { job: id, at, project, dialogue, utterance, emotion, state: asked.get(who, id)!.state };
          return file === undefined ? about : { ...about, file };
        });
        return c.json(rows.reverse(), 200);
      },
    )
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
              /** One of those that `/models` names. */
              model: z.string().max(200).optional(),
              /** Whether each sentence is weighed. */
              evidence: z.boolean().default(false),
            }),
          ),
        },
        responses: { 202: json(shaped<JobState>('The job'), 'It waits') },
      }),
      async (c) => {
        const { dialogue, utterance, emotion: named, file, modalities, maxNew, model, evidence } = c.req.valid('json');
        const explainer = model === undefined ? explainers[0] : explainers.find(({ name }) => name === model);
        if (explainer === undefined) throw unknown('model', model!);
        const who = whoOf(c);
        const talk = talkOf(log.state, dialogue, who);
        const project = projectOf(log.state, talk.project, who, 'annotator', 'viewer');
        await checkWhole(server, who, { file, dialogue }); // nobody asks a program about an item before writing
        if (file !== undefined) {
          checkFilms(project);
          if (fileOf(log.state, file, who).project !== talk.project) throw unknown('file', file); // another project's purpose is another
        }
        const turn = talk.utterances[utterance];
        if (turn === undefined) throw unknown('utterance', `${utterance}`);
        const emotion = named ?? turn.emotion;
        if (emotion === undefined)
          throw new FameError('JOB_EMOTION', 'It is not known which emotion should be explained', {
            at: `utterance ${utterance}`,
            expected: `one of ${EMOTIONS.join(', ')}`,
            fix: 'name it, in the request or in the dialogue',
          });
        const film = file === undefined ? undefined : () => shelf.film(file);
        const work = explainer.explain({ turns: talk.utterances as never, target: utterance, emotion, film, modalities, maxNew, evidence });
        const job = keyOf(c, server);
        const known = log.state.explanations.has(job); // and over, or going on: it is not done again
        if (!known) jobs.add(who.id, keeping(server, job, work), job);
        const question = { utterance, emotion, file, modalities, maxNew, model, evidence };
        await write(c, server, 'explanation-asked', { project: talk.project, dialogue, question: plain(question) }, () => ({ job })).catch(
          (error) => {
            if (!known) jobs.stop(who.id, job);
            throw error;
          },
        );
        return c.json(asked.get(who, job)!, 202);
      },
    )
    .route('/', following(asked, 'annotator', 'viewer'));
};

/** Without what was left out, as the log has it. */
const plain = <T extends object>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
