import { createRoute, z } from '@hono/zod-openapi';
import { isCalled } from '../base/called.ts';
import { FameError } from '../base/errors.ts';
import { idOf, keyOf, nowOf, type Server, unknown, whoOf } from './context.ts';
import { finishErasures } from './erasure.ts';
import { name, type ServerEvent, type ServerEventOf } from './events.ts';
import { allow } from './guard.ts';
import { projectOf } from './members.ts';
import { body, idIn, json, KEY, keyTwice, routes, shaped } from './shape.ts';
import type { State } from './state.ts';
import { logTraces, type Traces, tracesOf } from './traces.ts';
import { withoutName } from './unnamed.ts';

/** What an erasure was, without whom it was about. */
export interface Erased extends Pick<ServerEventOf<'name-erased'>, 'at' | 'by' | 'as' | 'counts' | 'campaigns'> {
  readonly films: number;
  readonly datasets: number;
}

/** What an erasure finds, and has done. */
export interface Erasing {
  /** Absent of a look. */
  readonly erased?: Erased;
  /** What was found; after an erasure what is left, because nobody asked for it. */
  readonly found: Traces;
}

const asked = z.object({
  name,
  /** Whether the name goes wherever else it was said or written, too. */
  mentions: z.boolean().default(true),
  /** Films in which the person is seen or heard: nobody can be cut out of one, so they are removed. */
  files: z.array(z.string()).max(10_000).default([]),
  /** Data sets that go. */
  datasets: z.array(z.string()).max(10_000).default([]),
  /** Campaigns in which the person is erased; absent: all that annotate something of the project. */
  campaigns: z.array(z.string()).max(10_000).optional(),
  /** Only look. */
  dry: z.boolean().default(false),
});

/** Erasing somebody who is seen or heard, by name; and the record of it, which names nobody. */
export const erasures = (server: Server) => {
  const { log } = server;
  return routes()
    .openapi(
      createRoute({
        method: 'get',
        path: '/{project}/erasures',
        summary: 'Who erased somebody from the project, when, and how much there was; nobody’s name',
        ...allow('owner'),
        request: { params: idIn('project') },
        responses: { 200: json(shaped<readonly Erased[]>('Erasures, the latest first'), 'Erasures') },
      }),
      (c) => {
        const { project } = projectOf(log.state, c.req.valid('param').project, whoOf(c));
        const found = [...log.state.events.values()].flatMap((event) =>
          event.type === 'name-erased' && event.project === project ? [recordOf(event)] : [],
        );
        return c.json(found.reverse(), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/{project}/erasures',
        summary: 'Erase somebody of the films and dialogues by name, on the disk, too; with dry, only say where the name is found',
        ...allow('owner'),
        request: { headers: KEY, params: idIn('project'), ...body(asked) },
        responses: { 200: json(shaped<Erasing>('What was found, or what is left'), 'Done, or looked for') },
      }),
      async (c) => {
        const who = whoOf(c);
        const { project } = projectOf(log.state, c.req.valid('param').project, who);
        const { name: called, mentions, files, datasets, campaigns, dry } = c.req.valid('json');
        const sought = { project, name: called, mentions, files };
        for (const file of files) if (log.state.files.get(file)?.project !== project) checkGone(log.state, file);
        const found = await tracesOf(server, sought);
        if (dry) return c.json({ found } satisfies Erasing, 200);
        const chosen = campaigns ?? found.campaigns.flatMap(({ campaign, own }) => (own ? [campaign] : []));
        for (const campaign of chosen) await server.campaign(campaign); // a wrong one is refused before anything is done
        const id = keyOf(c, server);
        await log.carryOut((state) => {
          const before = state.events.get(id);
          if (before?.type === 'name-erased') return []; // what is left of it is done below
          if (before !== undefined) throw keyTwice();
          const inLog = logTraces(state, sought);
          if (inLog.ever.length + files.length + datasets.length + chosen.length + inLog.counts.mentions + inLog.rated === 0)
            throw new FameError('ERASE_NOBODY', 'Nobody of this name is found in the project', {
              at: project,
              expected: 'a name as dialogues have it, or films and data sets to be removed',
              got: 'no such name',
              fix: 'look at how the dialogues write it; each way of writing it is erased by itself',
            });
          const about = { at: nowOf(server), by: who.id };
          const step = (type: string, thing: string) => ({ ...about, id: idOf(server.secret, id, type, thing) });
          const without = withoutName({ name: called, as: pseudonymOf(state), mentions });
          const as = pseudonymOf(state);
          const events: ServerEvent[] = [
            {
              ...{ ...about, id, type: 'name-erased', project, name: called, as, mentions, counts: inLog.counts },
              ...{ dialogues: [...inLog.ever], files, sets: datasets, campaigns: [...chosen] },
            },
          ];
          // A new version: whoever still has the one before on the screen cannot put it back.
          for (const { dialogue } of inLog.dialogues) {
            const { utterances, version } = state.dialogues.get(dialogue)!;
            const changed = without.turns(utterances);
            events.push({ ...step('dialogue', dialogue), type: 'dialogue-changed', dialogue, version, utterances: changed });
          }
          for (const job of inLog.explanations) events.push({ ...step('explanation', job), type: 'explanation-removed', job });
          for (const file of files) {
            if (state.files.get(file)?.project !== project) throw unknown('file', file);
            events.push({ ...step('file', file), type: 'file-removed', file });
          }
          for (const dataset of datasets) {
            if (state.sets.get(dataset)?.project !== project) throw unknown('data set', dataset);
            events.push({ ...step('set', dataset), type: 'set-removed', dataset });
          }
          return events;
        });
        await finishErasures(server);
        const event = log.state.events.get(id) as ServerEventOf<'name-erased'>;
        const left = await tracesOf(server, { ...sought, files: [] });
        return c.json({ erased: recordOf(event), found: { ...left, films: left.films.filter(({ file }) => speaks(found, file)) } }, 200);
      },
    );
};

/** A film that an earlier request under the same key has removed is no mistake; one of another project is. Throws SERVER_UNKNOWN. */
function checkGone({ events, files }: State, file: string): void {
  const removed = !files.has(file) && [...events.values()].some((event) => event.type === 'file-removed' && event.file === file);
  if (!removed) throw unknown('file', file);
}

/** Whether a film was tied to the person before the erasure: afterwards nothing says so. */
const speaks = ({ films }: Traces, file: string): boolean => films.some((one) => one.file === file && one.speaks);

const recordOf = ({ at, by, as, counts, campaigns, files, sets }: ServerEventOf<'name-erased'>): Erased => ({
  ...{ at, by, as, counts, campaigns },
  films: files.length,
  datasets: sets.length,
});

/** The next free pseudonym: no erasure has it, and no speaker is called so. */
function pseudonymOf({ events, dialogues }: State): string {
  const taken = new Set([...events.values()].flatMap((event) => (event.type === 'name-erased' ? [event.as] : [])));
  const speakers = [...dialogues.values()].flatMap(({ utterances }) => utterances.map(({ speaker }) => speaker));
  for (let n = 1; ; n++) {
    const as = `erased-${n}`;
    if (!taken.has(as) && !speakers.some((speaker) => isCalled(speaker, as))) return as;
  }
}
