import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { FameError } from '../base/errors.ts';
import { parseDialogues, repairText } from '../data/index.ts';
import { applyChanges, type Change, repairTurns, srtOf, vttOf, wordErrors } from '../speech/index.ts';
import { type Env, keyOf, type Server, unknown, whoOf } from './context.ts';
import { plain, talkOf } from './dialogues.ts';
import { ROLES, text } from './events.ts';
import { fileOf } from './files.ts';
import { allow } from './guard.ts';
import type { JobState, Work } from './jobs.ts';
import { projectOf } from './members.ts';
import { checkFilms } from './purpose.ts';
import { body, idIn, json, KEY, routes, shaped, write } from './shape.ts';
import type { Talk } from './state.ts';
import { checkWhole } from './whole.ts';

/** A change as `repairs` has proposed it. */
const change = z.object({
  id: z.int().min(1),
  turn: z.int().min(0),
  from: z.int().min(0),
  to: z.int().min(0),
  before: text,
  after: text,
  kind: z.enum(['encoding', 'spacing', 'punctuation', 'case', 'missing']),
  reason: z.string().max(500),
  confidence: z.number(),
  start: z.number().optional(),
});

/** How each form is written, and what it is called. */
const FORMS = {
  json: { type: 'application/json', write: (talk: Talk) => `${JSON.stringify(talk.utterances, null, 1)}\n` },
  srt: { type: 'application/x-subrip', write: (talk: Talk) => srtOf(cuesOf(talk)) },
  vtt: { type: 'text/vtt', write: (talk: Talk) => vttOf(cuesOf(talk)) },
} as const;

/** Transcripts of dialogues: out and in again as subtitles, and corrected by what is heard, change by change. */
export const transcripts = (server: Server) => {
  const { log, work, shelf } = server;
  const DIALOGUE = idIn('dialogue');
  /** The dialogue, for somebody who may know all of it. */
  const talkFor = async (c: Context<Env>, id: string): Promise<Talk> => {
    const talk = talkOf(log.state, id, whoOf(c));
    await checkWhole(server, whoOf(c), { dialogue: id });
    return talk;
  };
  type Said = { readonly dialogue: string; readonly version: number; readonly utterances?: Talk['utterances'] };
  const changed = (c: Context<Env>, said: Said, make: (talk: Talk) => { readonly utterances?: Talk['utterances'] }) =>
    write(c, server, 'dialogue-changed', said, (state) => {
      const talk = talkOf(state, said.dialogue, whoOf(c));
      projectOf(state, talk.project, whoOf(c), 'annotator');
      checkVersion(talk, said.version);
      return make(talk);
    });
  return routes()
    .openapi(
      createRoute({
        method: 'get',
        path: '/{dialogue}',
        summary: 'The transcript as JSON, SubRip or WebVTT',
        ...allow(...ROLES),
        request: { params: DIALOGUE, query: z.object({ as: z.enum(['json', 'srt', 'vtt']).default('json') }) },
        responses: { 200: { description: 'Text', content: { 'text/plain': { schema: z.string() } } } },
      }),
      async (c) => {
        const talk = await talkFor(c, c.req.valid('param').dialogue);
        const form = c.req.valid('query').as;
        const { type, write: written } = FORMS[form];
        c.header('X-Transcript-Version', `${talk.version}`);
        return c.body(written(talk), 200, {
          'Content-Type': `${type}; charset=utf-8`,
          'Content-Disposition': `attachment; filename="${talk.dialogue}.${form}"`,
        }) as never; // a body is typed as no text
      },
    )
    .openapi(
      createRoute({
        method: 'put',
        path: '/{dialogue}',
        summary: 'Put another transcript in its place: JSON, SubRip, WebVTT or a table of MELD; `version` is the one that was read',
        ...allow('annotator'),
        request: { headers: KEY, params: DIALOGUE, ...body(z.object({ content: z.string().min(1), version: z.int().min(1) })) },
        responses: { 200: json(shaped<Talk>('The dialogue as it was understood'), 'The dialogue') },
      }),
      async (c) => {
        const { dialogue } = c.req.valid('param');
        const { content, version } = c.req.valid('json');
        await talkFor(c, dialogue);
        const [first] = parseDialogues(content, 'content');
        const utterances = first!.utterances.map(plain) as Talk['utterances'];
        await changed(c, { dialogue, version, utterances }, () => ({}));
        return c.json(talkOf(log.state, dialogue, whoOf(c)), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/{dialogue}/repairs',
        summary: 'Compare the transcript with what is heard in a film: a job that proposes changes, and changes nothing',
        ...allow('annotator'),
        request: { headers: KEY, params: DIALOGUE, ...body(z.object({ file: z.string() })) },
        responses: { 202: json(shaped<JobState>('The job'), 'It waits') },
      }),
      async (c) => {
        const { dialogue } = c.req.valid('param');
        const { file } = c.req.valid('json');
        const who = whoOf(c);
        const talk = await talkFor(c, dialogue);
        checkFilms(projectOf(log.state, talk.project, who, 'annotator'));
        if (fileOf(log.state, file, who).project !== talk.project) throw unknown('file', file);
        await checkWhole(server, who, { file });
        const { speech } = server;
        if (speech === undefined)
          throw new FameError('SERVER_SPEECH', 'Nothing here can hear: the server was started without speech models', {
            expected: '--speech with a folder of speech models',
            got: 'none',
            fix: 'famenet models pull parakeet-tdt, then start the server with --speech models/parakeet-tdt',
          });
        const hear: Work = async function* hear(told, signal) {
          told({ stage: 'opening' });
          yield* [];
          const engine = await speech();
          const onProgress = (done: number, total: number) =>
            told({ stage: 'listening', done: Math.round(done), total: Math.round(total) });
          const heard = await engine.hear(shelf.film(file), { signal, onProgress });
          told({ stage: 'comparing' });
          const words = heard.segments.flatMap((segment) => segment.words);
          const written = talk.utterances.map((turn) => turn.text).join(' ');
          const errors = wordErrors(repairText(written).text, heard.segments.map((segment) => segment.text).join(' '));
          return { dialogue, version: talk.version, ...repairTurns(talk.utterances, words, repairText), errors, receipt: heard.receipt };
        };
        return c.json(work.add(who.id, hear, keyOf(c, server)), 202);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/{dialogue}/changes',
        summary: 'Make the changes that were accepted; each stands for itself',
        ...allow('annotator'),
        request: {
          headers: KEY,
          params: DIALOGUE,
          ...body(z.object({ version: z.int().min(1), changes: z.array(change).min(1).max(5000) })),
        },
        responses: { 200: json(shaped<Talk>('The dialogue'), 'The dialogue') },
      }),
      async (c) => {
        const { dialogue } = c.req.valid('param');
        const { version, changes } = c.req.valid('json');
        await talkFor(c, dialogue);
        await changed(c, { dialogue, version }, (talk) => ({ utterances: applyChanges(talk.utterances, changes as readonly Change[]) }));
        return c.json(talkOf(log.state, dialogue, whoOf(c)), 200);
      },
    );
};

/** Throws TRANSCRIPT_CHANGED where somebody else was faster. */
function checkVersion({ dialogue, version }: Talk, seen: number): void {
  if (version === seen) return;
  throw new FameError('TRANSCRIPT_CHANGED', 'Somebody has changed the transcript meanwhile', {
    at: dialogue,
    expected: `version ${version}`,
    got: `version ${seen}`,
    fix: 'read it again, and make the change there',
  });
}

/** What subtitles need. Throws TRANSCRIPT_TIMES where the dialogue does not say when things are said. */
function cuesOf({ dialogue, utterances }: Talk) {
  return utterances.map(({ speaker, text: said, start, end, number }) => {
    if (start !== undefined && end !== undefined) return { speaker, text: said, start, end };
    throw new FameError('TRANSCRIPT_TIMES', 'Subtitles need times, and the dialogue has none', {
      at: `${dialogue}, utterance ${number}`,
      expected: 'a start and an end in seconds',
      fix: 'take it as JSON, or put a transcript with times in its place',
    });
  });
}
