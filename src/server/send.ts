import { Readable } from 'node:stream';
import type { Context } from 'hono';
import { type Env, type Server, unknown } from './context.ts';
import { rangeOf } from './range.ts';

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

/** Bytes to be sent: of a film, or of the part of one that may be seen. */
export interface Sendable {
  /** Changes with the content. */
  readonly tag: string;
  readonly name: string;
  readonly container: string;
  readonly bytes: number;
  /** From `from` to `to`, both included. */
  read(from: number, to: number): AsyncIterable<Uint8Array>;
}

/** Answers with all of it, or with the range that was asked for. Throws FILE_RANGE. */
export function send(c: Context<Env>, { tag, name, container, bytes, read }: Sendable): Response {
  const asked = c.req.header('if-range') === undefined || c.req.header('if-range') === `"${tag}"`;
  const range = asked ? rangeOf(c.req.header('range'), bytes) : undefined;
  const { from, to } = range ?? { from: 0, to: bytes - 1 };
  const stream = Readable.toWeb(Readable.from(read(from, to), { objectMode: false })) as ReadableStream;
  return c.body(stream, range === undefined ? 200 : 206, {
    'Content-Type': TYPES[container] ?? 'application/octet-stream',
    'Content-Length': `${to - from + 1}`,
    'Content-Disposition': `inline; filename="${name}.${container}"`,
    'Accept-Ranges': 'bytes',
    ETag: `"${tag}"`,
    'Cache-Control': 'private, no-cache',
    ...(range === undefined ? {} : { 'Content-Range': `bytes ${from}-${to}/${bytes}` }),
  });
}

/**
 * Answers with the film that belongs to something shown: up to `until` seconds, or all of it where the film ends there. Throws SERVER_UNKNOWN where there is
 * none on the shelf, and as `Cuts.cut` does.
 */
export async function sendFilm(
  c: Context<Env>,
  { log, shelf, cuts }: Pick<Server, 'log' | 'shelf' | 'cuts'>,
  { clip, until }: { readonly clip?: string | undefined; readonly until?: number | undefined },
): Promise<Response> {
  const file = clip === undefined ? undefined : log.state.files.get(clip);
  if (file?.received === undefined) throw unknown('film', clip ?? 'none');
  const { id, bytes, received } = file;
  if (until !== undefined) return send(c, await cuts.cut(id, received, until));
  return send(c, {
    tag: received.sha256,
    name: id,
    container: received.container,
    bytes,
    read: (from, to) => shelf.read(id, from, to),
  });
}
