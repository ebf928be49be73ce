import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { FameError, MediaError } from '../base/errors.ts';
import { type Env, idOf, nowOf, type Server, unknown, whoOf } from './context.ts';
import { forgottenOnDisk } from './erasure.ts';
import { name, ROLES } from './events.ts';
import { allow } from './guard.ts';
import { type Asker, entered, mayEnter, projectOf } from './members.ts';
import { checkFilms } from './purpose.ts';
import { send } from './send.ts';
import { body, idIn, json, KEY, routes, write } from './shape.ts';
import type { State, Stored } from './state.ts';
import { appended, checkQuota, checkSize, PART } from './upload.ts';
import { checkWhole } from './whole.ts';

const shown = z.object({
  file: z.string(),
  project: z.string(),
  name: z.string(),
  by: z.string(),
  bytes: z.number(),
  /** Absent while bytes are missing. */
  received: z
    .object({ at: z.string(), sha256: z.string(), container: z.string(), duration: z.number(), picture: z.boolean(), sound: z.boolean() })
    .optional(),
});

/** A file that is there as a whole, of a project that somebody may enter. Throws SERVER_UNKNOWN, UPLOAD_UNFINISHED. */
export function fileOf(state: State, id: string, who: Asker): ReturnType<typeof receivedOf> {
  visibleOf(state, id, who);
  return receivedOf(state, id);
}

/** The same for whoever may see it for another reason: nobody's membership is asked for. Throws SERVER_UNKNOWN, UPLOAD_UNFINISHED. */
export function receivedOf({ files }: Pick<State, 'files'>, id: string): Stored & Required<Pick<Stored, 'received'>> {
  const { received, ...file } = storedOf({ files }, id);
  if (received !== undefined) return { ...file, received };
  throw new FameError('UPLOAD_UNFINISHED', 'The file is not there as a whole yet', { at: id, fix: 'send the rest' });
}

function storedOf({ files }: Pick<State, 'files'>, id: string): Stored {
  const file = files.get(id);
  if (file === undefined) throw unknown('file', id);
  return file;
}

function visibleOf(state: State, id: string, who: Asker): Stored {
  const file = storedOf(state, id);
  if (mayEnter(state.projects.get(file.project), who)) return file;
  throw unknown('file', id);
}

const show = ({ id, ...file }: Stored) => ({ file: id, ...file });

/** Videos and sound: sent in parts that can be taken up again, looked at in a process of their own, and read by range. */
export const files = (server: Server) => {
  const { log, shelf, cuts, insight, limits } = server;
  const FILE = idIn('file');
  /** The own upload that is going on. */
  const ownOf = (c: Context<Env>, id: string): Stored => {
    const file = visibleOf(log.state, id, whoOf(c));
    if (file.by !== whoOf(c).id) throw unknown('file', id);
    return file;
  };
  return routes()
    .openapi(
      createRoute({
        method: 'get',
        path: '/',
        summary: 'All files',
        ...allow(...ROLES),
        responses: { 200: json(z.array(shown), 'Files') },
      }),
      (c) => c.json(entered(log.state, log.state.files.values(), whoOf(c)).map(show), 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/',
        summary: 'Announce a file; its bytes follow with PATCH',
        ...allow('annotator'),
        request: { headers: KEY, ...body(z.object({ project: z.string(), name, bytes: z.int().min(1) })) },
        responses: { 201: json(shown, 'An empty file') },
      }),
      async (c) => {
        const said = c.req.valid('json');
        checkSize(said.bytes, limits.file);
        const by = whoOf(c).id;
        const { file } = await write(c, server, 'upload-begun', said, (state, id) => {
          checkFilms(projectOf(state, said.project, whoOf(c), 'annotator'));
          checkQuota(state, by, said.bytes, limits.quota);
          return { file: id };
        });
        return c.json(show(storedOf(log.state, file)), 201);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/{file}',
        summary: 'About a file; the header Upload-Offset says how much of it is there',
        ...allow(...ROLES),
        request: { params: FILE },
        responses: { 200: json(shown, 'The file') },
      }),
      async (c) => {
        const file = visibleOf(log.state, c.req.valid('param').file, whoOf(c));
        c.header('Upload-Offset', `${await shelf.size(file.id)}`);
        c.header('Upload-Length', `${file.bytes}`);
        return c.json(show(file), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'patch',
        path: '/{file}',
        summary: 'Send more bytes of a file; with the last ones it is looked at, and kept or refused',
        ...allow('annotator'),
        request: { params: FILE, ...PART },
        responses: { 200: json(shown, 'The file, with Upload-Offset') },
      }),
      async (c) => {
        const file = ownOf(c, c.req.valid('param').file);
        const { id, bytes } = file;
        if ((await appended(c, server, shelf, file)) === bytes) await receive(server, id, whoOf(c).id);
        return c.json(show(storedOf(log.state, id)), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/{file}/content',
        summary: 'Its bytes, or one range of them',
        ...allow(...ROLES),
        request: { params: FILE },
        responses: {
          200: { description: 'All' },
          206: { description: 'The range' },
        },
      }),
      async (c) => {
        const { id, bytes, received } = fileOf(log.state, c.req.valid('param').file, whoOf(c));
        await checkWhole(server, whoOf(c), { file: id });
        const { sha256: tag, container } = received;
        return send(c, { tag, name: id, container, bytes, read: (from, to) => shelf.read(id, from, to) });
      },
    )
    .openapi(
      createRoute({
        method: 'delete',
        path: '/{file}',
        summary: 'Remove a file: its bytes, and explanations that looked at it, are gone at once',
        ...allow('annotator'),
        request: { headers: KEY, params: FILE },
        responses: { 204: { description: 'Gone' } },
      }),
      async (c) => {
        const { file } = c.req.valid('param');
        const me = whoOf(c);
        await write(c, server, 'file-removed', { file }, (state) => {
          const { by } = visibleOf(state, file, me);
          if (by === me.id || me.roles.includes('owner')) return {};
          throw unknown('file', file);
        });
        insight.forget(file);
        await Promise.all([shelf.remove(file), cuts.remove(file), forgottenOnDisk(server)]);
        return c.body(null, 204);
      },
    );
};

/** Looks at a file whose bytes are all there: what is none that we know, or asks for too much, does not stay. Throws as `probe` does. */
export async function receive(server: Server, file: string, by: string): Promise<void> {
  const { log, shelf } = server;
  const event = (type: string, more: object) =>
    ({ id: idOf(server.secret, file, type), at: nowOf(server), by, type, file, ...more }) as never;
  try {
    const { about, sha256 } = await shelf.look(file);
    const { container, duration, video, audio } = about;
    const more = { sha256, container, duration, picture: video !== undefined, sound: audio !== undefined };
    await log.carryOut((state) =>
      state.files.has(file) && state.files.get(file)!.received === undefined ? [event('file-received', more)] : [],
    );
  } catch (error) {
    if (!(error instanceof MediaError)) throw error;
    await log.carryOut((state) => (state.files.has(file) ? [event('file-removed', {})] : []));
    await shelf.remove(file);
    throw error;
  }
}
