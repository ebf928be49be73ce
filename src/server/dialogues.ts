import { createRoute, z } from '@hono/zod-openapi';
import { parseDialogues, type Utterance } from '../data/index.ts';
import { type Server, unknown, whoOf } from './context.ts';
import { forgottenOnDisk } from './erasure.ts';
import { name, ROLES, utterance } from './events.ts';
import { allow } from './guard.ts';
import { type Asker, entered, mayEnter, projectOf } from './members.ts';
import { body, idIn, json, KEY, routes, write } from './shape.ts';
import type { State, Talk } from './state.ts';
import { checkWhole } from './whole.ts';

const shown = z.object({
  dialogue: z.string(),
  project: z.string(),
  name: z.string(),
  by: z.string(),
  at: z.string(),
  utterances: z.array(utterance),
  /** How many transcripts it has had, from 1. */
  version: z.number(),
});

/** The dialogue of an id, of a project that somebody may enter. Throws SERVER_UNKNOWN. */
export function talkOf({ dialogues, projects }: State, id: string, who: Asker): Talk {
  const talk = dialogues.get(id);
  if (talk === undefined || !mayEnter(projects.get(talk.project), who)) throw unknown('dialogue', id);
  return talk;
}

/** Dialogues: who says what, when, in any of the forms that famenet reads. */
export const dialogues = (server: Server) => {
  const { log } = server;
  const DIALOGUE = idIn('dialogue');
  return routes()
    .openapi(
      createRoute({
        method: 'get',
        path: '/',
        summary: 'All dialogues',
        ...allow(...ROLES),
        responses: { 200: json(z.array(shown.omit({ utterances: true })), 'Dialogues, without their words') },
      }),
      (c) =>
        c.json(
          entered(log.state, log.state.dialogues.values(), whoOf(c)).map(({ utterances: _, ...talk }) => talk),
          200,
        ),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/',
        summary: 'Add a dialogue: JSON, SubRip or WebVTT',
        ...allow('annotator'),
        request: { headers: KEY, ...body(z.object({ project: z.string(), name, content: z.string().min(1) })) },
        responses: { 201: json(shown, 'The dialogue as it was understood') },
      }),
      async (c) => {
        const { content, ...said } = c.req.valid('json');
        const [first] = parseDialogues(content, 'content'); // a file of several gives its first: the studio sends one at a time
        const utterances = first!.utterances.map(plain) as Talk['utterances'];
        const { dialogue } = await write(c, server, 'dialogue-added', { ...said, utterances }, (state, id) => {
          projectOf(state, said.project, whoOf(c), 'annotator');
          return { dialogue: id };
        });
        return c.json(talkOf(log.state, dialogue, whoOf(c)), 201);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/{dialogue}',
        summary: 'A dialogue',
        ...allow(...ROLES),
        request: { params: DIALOGUE },
        responses: { 200: json(shown, 'The dialogue') },
      }),
      async (c) => {
        const talk = talkOf(log.state, c.req.valid('param').dialogue, whoOf(c));
        await checkWhole(server, whoOf(c), { dialogue: talk.dialogue });
        return c.json(talk, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'delete',
        path: '/{dialogue}',
        summary: 'Remove a dialogue: its words, and explanations of it, are gone from the disk at once',
        ...allow('owner'),
        request: { headers: KEY, params: DIALOGUE },
        responses: { 204: { description: 'Gone' } },
      }),
      async (c) => {
        const { dialogue } = c.req.valid('param');
        await write(c, server, 'dialogue-removed', { dialogue }, (state) => {
          talkOf(state, dialogue, whoOf(c));
          return {};
        });
        await forgottenOnDisk(server);
        return c.body(null, 204);
      },
    );
};

/** Without the name of a clip, which would be a path of somebody else's machine. */
export const plain = ({ clip: _, ...said }: Utterance): Utterance => said;
