import { Readable } from 'node:stream';
import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { FameError, MediaError } from '../base/errors.ts';
import { type Env, idOf, nowOf, type Server, unknown, whoOf } from './context.ts';
import { name, ROLES } from './events.ts';
import { allow } from './guard.ts';
import { projectOf } from './projects.ts';
import { checkFilms } from './purpose.ts';
import { rangeOf } from './range.ts';
import { body, idIn, json, KEY, routes, write } from './shape.ts';
import { tooLarge } from './shelf.ts';
import type { State, Stored } from './state.ts';

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

/** What a browser is told that a file is: by its content, never by its name. */
const TYPES: Readonly<Record<string, string>> = {
  mp4: 'video/mp4',
  mov: 'video/quicktime',
  m4a: 'audio/mp4',
  '3gp': 'video/3gpp',
  webm: 'video/webm',
  mkv: 'video/x-matroska',
  avi: 'video/x-msvideo',
  ts: 'video/mp2t',
  wav: 'audio/wav',
  mp3: 'audio/mpeg',
  flac: 'audio/flac',
  ogg: 'audio/ogg',
};

/** A file that is there as a whole. Throws SERVER_UNKNOWN, UPLOAD_UNFINISHED. */
export function fileOf({ files }: State, id: string): Stored & Required<Pick<Stored, 'received'>> {
  const { received, ...file } = storedOf({ files }, id);
  if (received !== undefined) return { ...file, received };
  throw new FameError('UPLOAD_UNFINISHED', 'The file is not there as a whole yet', { at: id, fix: 'send the rest' });
}

function storedOf({ files }: Pick<State, 'files'>, id: string): Stored {
  const file = files.get(id);
  if (file === undefined) throw unknown('file', id);
  return file;
}

const show = ({ id, ...file }: Stored) => ({ file: id, ...file });

/** Videos and sound: sent in parts that can be taken up again, looked at in a process of their own, and read by range. */
export const files = (server: Server) => {
  const { log, shelf, limits, tally } = server;
  const FILE = idIn('file');
  /** The own upload that is going on. */
  const ownOf = (c: Context<Env>, id: string): Stored => {
    const file = storedOf(log.state, id);
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
      (c) => c.json([...log.state.files.values()].map(show), 200),
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
        if (said.bytes > limits.file)
          throw new FameError('UPLOAD_SIZE', 'The file is too large', {
            at: 'bytes',
            expected: `at most ${limits.file}`,
            got: `${said.bytes}`,
            fix: 'send a smaller one',
          });
        const by = whoOf(c).id;
        const { file } = await write(c, server, 'upload-begun', said, (state, id) => {
          checkFilms(projectOf(state, said.project));
          const used = [...state.files.values()].filter((one) => one.by === by).reduce((sum, { bytes }) => sum + bytes, 0);
          if (used + said.bytes <= limits.quota) return { file: id };
          throw new FameError('UPLOAD_QUOTA', 'Your files would take more room than you have', {
            expected: `at most ${limits.quota} bytes`,
            got: `${used} and ${said.bytes} more`,
            fix: 'remove files that are not needed',
          });
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
        const file = storedOf(log.state, c.req.valid('param').file);
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
        request: {
          params: FILE,
          headers: z.object({ 'upload-offset': z.string().regex(/^\d{1,15}$/) }),
          body: { content: { 'application/offset+octet-stream': { schema: z.string().openapi({ format: 'binary' }) } } },
        },
        responses: { 200: json(shown, 'The file, with Upload-Offset') },
      }),
      async (c) => {
        const { id, bytes, received } = ownOf(c, c.req.valid('param').file);
        const offset = Number(c.req.header('upload-offset'));
        if (received !== undefined) throw tooLarge(bytes);
        if (offset + Number(c.req.header('content-length') ?? 0) > bytes) throw tooLarge(bytes);
        const sent = c.req.raw.body as AsyncIterable<Uint8Array> | null; // not as a stream of Node: that one loses what it has read when it breaks
        const size = await shelf.append(id, offset, bytes, sent ?? nothing());
        tally.add('upload_bytes_total', {}, size - offset);
        if (size === bytes) await receive(server, id, whoOf(c).id);
        c.header('Upload-Offset', `${size}`);
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
      (c) => {
        const { id, bytes, received } = fileOf(log.state, c.req.valid('param').file);
        const asked = c.req.header('if-range') === undefined || c.req.header('if-range') === `"${received.sha256}"`;
        const range = asked ? rangeOf(c.req.header('range'), bytes) : undefined;
        const { from, to } = range ?? { from: 0, to: bytes - 1 };
        const head = {
          'Content-Type': TYPES[received.container] ?? 'application/octet-stream',
          'Content-Length': `${to - from + 1}`,
          'Content-Disposition': `inline; filename="${id}.${received.container}"`,
          'Accept-Ranges': 'bytes',
          ETag: `"${received.sha256}"`,
          'Cache-Control': 'private, no-cache',
          ...(range === undefined ? {} : { 'Content-Range': `bytes ${from}-${to}/${bytes}` }),
        };
        const stream = Readable.toWeb(Readable.from(shelf.read(id, from, to), { objectMode: false })) as ReadableStream;
        return c.body(stream, range === undefined ? 200 : 206, head);
      },
    )
    .openapi(
      createRoute({
        method: 'delete',
        path: '/{file}',
        summary: 'Remove a file: its bytes are gone at once',
        ...allow('annotator'),
        request: { headers: KEY, params: FILE },
        responses: { 204: { description: 'Gone' } },
      }),
      async (c) => {
        const { file } = c.req.valid('param');
        const me = whoOf(c);
        await write(c, server, 'file-removed', { file }, (state) => {
          const { by } = storedOf(state, file);
          if (by === me.id || me.roles.includes('owner')) return {};
          throw unknown('file', file);
        });
        await shelf.remove(file);
        return c.body(null, 204);
      },
    );
};

/** Looks at a file whose bytes are all there: what is none that we know, or asks for too much, does not stay. Throws as `probe` does. */
async function receive(server: Server, file: string, by: string): Promise<void> {
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

async function* nothing(): AsyncGenerator<Uint8Array> {}
