import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { FameError } from '../base/errors.ts';
import { MELD_PARTS, type MeldPart } from '../data/index.ts';
import { ALLOWED, type Command, carriedOut, ECEM, folding, GUIDELINES, type Item, MODALITIES, type Policy } from '../protocol/index.ts';
import { calibrationFor, gateAt } from './calibrations.ts';
import { CAMPAIGN } from './campaign.ts';
import { type Env, idOf, keyOf, nowOf, type Server, unknown, whoOf } from './context.ts';
import { setFileOf, wholeSetOf } from './datasets.ts';
import { talkOf } from './dialogues.ts';
import { text } from './events.ts';
import { fileOf } from './files.ts';
import { allow } from './guard.ts';
import { talkItems } from './intake.ts';
import { projectOf } from './members.ts';
import { checkFilms } from './purpose.ts';
import { inThread } from './set-work.ts';
import { body, json, KEY, routes, write } from './shape.ts';

const BATCH = 500_000; // characters of items in one event
const parts = Object.keys(MELD_PARTS) as [MeldPart, ...MeldPart[]];

/** All that a campaign is opened with. */
const asked = z.object({
  project: z.string(),
  title: z.string().trim().min(1).max(200),
  /** What is to be annotated: a data set, or dialogues of the project with their films. */
  source: z.union([
    z.object({ dataset: z.string(), meld: z.partialRecord(z.enum(parts), z.string()).default({}) }),
    z.object({
      dialogues: z
        .array(z.object({ dialogue: z.string(), file: z.string().optional() }))
        .min(1)
        .max(500),
    }),
  ]),
  /** What annotators can look at; absent: all that there is. */
  modalities: z.array(z.enum(MODALITIES)).min(1).optional(),
  voters: z.int().min(1).max(99).default(ECEM.voters),
  training: z.int().min(0).max(100_000).default(ECEM.training.items),
  guidelines: z.object({ version: z.string().min(1).max(200), text }).default(GUIDELINES),
  gate: z.union([
    z.object({ calibration: z.string(), threshold: z.number(), allowed: z.number().min(0).max(1).default(ALLOWED) }),
    z.object({ none: z.string().trim().min(1).max(2000) }),
  ]),
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .default(1),
  /** Only say what would be opened. */
  dry: z.boolean().default(false),
});
type Asked = z.infer<typeof asked>;

const answer = z.object({ campaign: z.string(), items: z.number(), opened: z.boolean(), withFilm: z.number(), first: z.array(z.string()) });

/** Opening a campaign as a whole: its items, its rules, and a gate whose trial the server has made itself. */
export const setup = (server: Server) => {
  const { log } = server;
  const itemsOf = async (c: Context<Env>, { project, source, modalities }: Asked): Promise<readonly Item[]> => {
    const who = whoOf(c);
    const ofProject = <T extends { readonly project: string }>(thing: T, what: string, id: string): T => {
      if (thing.project !== project) throw unknown(what, id);
      return thing;
    };
    if ('dataset' in source) {
      const set = ofProject(wholeSetOf(log.state, source.dataset, who), 'data set', source.dataset);
      const tables = Object.entries(source.meld).map(([part, id]) => [
        part,
        setFileOf(server, ofProject(wholeSetOf(log.state, id, who), 'data set', id)),
      ]);
      return inThread({ task: 'items', file: setFileOf(server, set), meld: Object.fromEntries(tables), modalities });
    }
    return source.dialogues.flatMap(({ dialogue, file }) => {
      const talk = ofProject(talkOf(log.state, dialogue, who), 'dialogue', dialogue);
      if (file === undefined) return talkItems({ talk }, modalities);
      checkFilms(projectOf(log.state, project, who));
      const { received } = ofProject(fileOf(log.state, file, who), 'file', file);
      return talkItems({ talk, film: { file, picture: received.picture, sound: received.sound } }, modalities);
    });
  };
  return routes().openapi(
    createRoute({
      method: 'post',
      path: '/{campaign}/setup',
      summary: 'Open a campaign with its items, and a gate that was tried here; refused where the protocol refuses',
      ...allow('owner'),
      request: { headers: KEY, params: CAMPAIGN, ...body(asked) },
      responses: { 201: json(answer, 'Open, or what would be') },
    }),
    async (c) => {
      const { campaign } = c.req.valid('param');
      const said = c.req.valid('json');
      const who = whoOf(c);
      projectOf(log.state, said.project, who);
      const { gate } = said;
      const policy: Policy = {
        voters: said.voters,
        training: { ...ECEM.training, items: said.training },
        gate: 'none' in gate ? gate : gateAt(calibrationFor(log.state, gate.calibration, who), gate),
      };
      const items = await itemsOf(c, said);
      if (items.length === 0)
        throw new FameError('SETUP_ITEMS', 'There is nothing to annotate', {
          expected: 'utterances with an emotion that is not neutral',
          got: 'none',
          fix: 'name emotions in the dialogues, or choose another data set',
        });
      const key = keyOf(c, server);
      const command = (step: string, orders: object): Command =>
        ({ ...orders, campaign, id: idOf(server.secret, key, step), by: who.id, at: nowOf(server) }) as unknown as Command; // `carriedOut` checks it
      const { title, guidelines, seed } = said;
      const opening = command('open', { type: 'open', title, name: who.name, policy, guidelines, seed });
      const adding = batches(items).map((some, i) => command(`items ${i}`, { type: 'add-items', items: some }));
      const trial = folding(); // a refused one leaves nothing behind, not even a name
      for (const one of [opening, ...adding]) for (const event of carriedOut(trial.state, one)) trial.add(event);
      if (!said.dry) {
        const desk = await server.campaign(campaign, true);
        for (const one of [opening, ...adding]) await desk.carryOut((state) => carriedOut(state, one));
        await write(c, server, 'campaign-set-up', { campaign, project: said.project }, () => ({}));
      }
      const withFilm = items.filter(({ clip }) => clip !== undefined).length;
      return c.json({ campaign, items: items.length, opened: !said.dry, withFilm, first: items.slice(0, 5).map(({ id }) => id) }, 201);
    },
  );
};

/** The items in events that a store can hold. */
function batches(items: readonly Item[]): Item[][] {
  const found: Item[][] = [];
  let room = 0;
  for (const item of items) {
    const size = JSON.stringify(item).length;
    if (found.length === 0 || room < size) {
      found.push([]);
      room = BATCH;
    }
    found.at(-1)!.push(item);
    room -= size;
  }
  return found;
}
