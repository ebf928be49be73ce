import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { FameError } from '../base/errors.ts';
import { type Env, idOf, nowOf, type Server, unknown, whoOf } from './context.ts';
import { name, type ServerEvent } from './events.ts';
import { allow } from './guard.ts';
import { type Asker, entered, mayEnter, projectOf } from './members.ts';
import { inThread, type SetFile } from './set-work.ts';
import { body, idIn, json, KEY, routes, write } from './shape.ts';
import type { State, StoredSet } from './state.ts';
import { appended, checkQuota, checkSize, PART } from './upload.ts';

const shown = z.object({
  dataset: z.string(),
  project: z.string(),
  name: z.string(),
  by: z.string(),
  at: z.string(),
  bytes: z.number(),
  /** Absent while bytes are missing. */
  received: z
    .object({
      at: z.string(),
      sha256: z.string(),
      kind: z.enum(['ecem', 'meld', 'ecf', 'set', 'pairs']),
      /** Explained or explainable utterances that were understood; 0 where only the doctor can read it. */
      entries: z.number(),
      /** Texts of two people about the same thing. */
      pairs: z.number(),
    })
    .optional(),
  examined: z.object({ at: z.string(), counts: z.object({ error: z.number(), warning: z.number(), note: z.number() }) }).optional(),
  decided: z.number(),
});

/** A data set of a project that somebody may enter. Throws SERVER_UNKNOWN. */
export function setOf({ sets, projects }: Pick<State, 'sets' | 'projects'>, id: string, who: Asker): StoredSet {
  const set = sets.get(id);
  if (set === undefined || !mayEnter(projects.get(set.project), who)) throw unknown('data set', id);
  return set;
}

/** The same, where it is there as a whole. Throws SERVER_UNKNOWN, UPLOAD_UNFINISHED. */
export function wholeSetOf(state: Pick<State, 'sets' | 'projects'>, id: string, who: Asker) {
  const { received, ...set } = setOf(state, id, who);
  if (received !== undefined) return { ...set, received };
  throw new FameError('UPLOAD_UNFINISHED', 'The data set is not there as a whole yet', { at: id, fix: 'send the rest' });
}

/** Where a data set lies, and what people call it. */
export const setFileOf = ({ sets }: Pick<Server, 'sets'>, { id, name: called }: Pick<StoredSet, 'id' | 'name'>): SetFile => ({
  path: sets.path(id),
  name: called,
});

const show = ({ id, decisions, ...set }: StoredSet): z.infer<typeof shown> => ({ dataset: id, ...set, decided: decisions.size });

/** Data sets: one file each, sent as films are; what it is says its content. What they hold is not handed out to those who annotate. */
export const datasets = (server: Server) => {
  const { log, sets, reports, limits } = server;
  const SET = idIn('dataset');
  const ownOf = (c: Context<Env>, id: string): StoredSet => {
    const set = setOf(log.state, id, whoOf(c));
    if (set.by !== whoOf(c).id) throw unknown('data set', id);
    return set;
  };
  return routes()
    .openapi(
      createRoute({
        method: 'get',
        path: '/',
        summary: 'All data sets',
        ...allow('viewer'),
        responses: { 200: json(z.array(shown), 'Data sets') },
      }),
      (c) => c.json(entered(log.state, log.state.sets.values(), whoOf(c)).map(show), 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/',
        summary: 'Announce a data set: statements of ECEM, tables of MELD, ECF, RECCON, a form of `dataset export`, or pairs of texts',
        ...allow('owner'),
        request: { headers: KEY, ...body(z.object({ project: z.string(), name, bytes: z.int().min(1) })) },
        responses: { 201: json(shown, 'An empty one; its bytes follow with PATCH') },
      }),
      async (c) => {
        const said = c.req.valid('json');
        checkSize(said.bytes, limits.dataset);
        const { dataset } = await write(c, server, 'set-begun', said, (state, id) => {
          projectOf(state, said.project, whoOf(c));
          checkQuota(state, whoOf(c).id, said.bytes, limits.quota);
          return { dataset: id };
        });
        return c.json(show(setOf(log.state, dataset, whoOf(c))), 201);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/{dataset}',
        summary: 'About a data set; the header Upload-Offset says how much of it is there',
        ...allow('viewer'),
        request: { params: SET },
        responses: { 200: json(shown, 'The data set') },
      }),
      async (c) => {
        const set = setOf(log.state, c.req.valid('param').dataset, whoOf(c));
        c.header('Upload-Offset', `${await sets.size(set.id)}`);
        c.header('Upload-Length', `${set.bytes}`);
        return c.json(show(set), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'patch',
        path: '/{dataset}',
        summary: 'Send more bytes; with the last ones it is read, and kept or refused',
        ...allow('owner'),
        request: { params: SET, ...PART },
        responses: { 200: json(shown, 'The data set, with Upload-Offset') },
      }),
      async (c) => {
        const set = ownOf(c, c.req.valid('param').dataset);
        if ((await appended(c, server, sets, set)) === set.bytes) await receive(server, set, whoOf(c).id);
        return c.json(show(setOf(log.state, set.id, whoOf(c))), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'delete',
        path: '/{dataset}',
        summary: 'Remove a data set and its reports: their bytes are gone at once',
        ...allow('owner'),
        request: { headers: KEY, params: SET },
        responses: { 204: { description: 'Gone' } },
      }),
      async (c) => {
        const { dataset } = c.req.valid('param');
        await write(c, server, 'set-removed', { dataset }, (state) => {
          setOf(state, dataset, whoOf(c));
          return {};
        });
        await Promise.all([sets.remove(dataset), reports.remove(dataset)]);
        return c.body(null, 204);
      },
    );
};

/** Reads a data set whose bytes are all there: what nobody can read does not stay. Throws as the readers do. */
async function receive(server: Server, set: StoredSet, by: string): Promise<void> {
  const { log, sets } = server;
  const event = (type: string, more: object) =>
    ({ id: idOf(server.secret, set.id, type), at: nowOf(server), by, type, dataset: set.id, ...more }) as ServerEvent;
  try {
    const found = await inThread({ task: 'look', file: setFileOf(server, set) });
    await log.carryOut((state) =>
      state.sets.has(set.id) && state.sets.get(set.id)!.received === undefined ? [event('set-received', found)] : [],
    );
  } catch (error) {
    if (!(error instanceof FameError) || error.blame === 'us') throw error;
    await log.carryOut((state) => (state.sets.has(set.id) ? [event('set-removed', {})] : []));
    await sets.remove(set.id);
    throw error;
  }
}
