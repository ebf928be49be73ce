/** Bytes that people send. A file's name on the disk is the id that the server gave it, so nothing that a client says becomes part of a path. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FameError } from '../base/errors.ts';
import { type Probe, probe } from '../media/index.ts';
import type { ServerLimits } from './context.ts';

/** Where files lie. All ids are checked; all of it throws SERVER_UNKNOWN for another. */
export interface Shelf {
  /** Bytes that are there; 0 of nothing. */
  size(id: string): Promise<number>;
  /**
   * Puts bytes behind those that are there, and flushes them; resolves to the new size. What came before a connection broke stays.
   * Throws UPLOAD_OFFSET, UPLOAD_BUSY, UPLOAD_SIZE (nothing of this call stays), UPLOAD_SLOW, UPLOAD_BROKEN.
   */
  append(id: string, offset: number, whole: number, body: AsyncIterable<Uint8Array>): Promise<number>;
  /** What a whole file is, by its content, in a process of its own; with its SHA-256. Throws as `probe` does. */
  look(id: string): Promise<{ readonly about: Probe; readonly sha256: string }>;
  /** Its bytes from `from` to `to`, both included. */
  read(id: string, from: number, to: number): AsyncIterable<Buffer>;
  /** Where the file lies. */
  path(id: string): string;
  /** The file's path, for the decoder. Each call is counted: a text-only explanation makes none. */
  film(id: string): string;
  readonly films: () => number;
  remove(id: string): Promise<void>;
}

/** A shelf in a folder, which is made where it is absent. */
export async function openShelf(folder: string, limits: Pick<ServerLimits, 'file' | 'duration' | 'idle'>): Promise<Shelf> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const busy = new Set<string>();
  let films = 0;
  const pathOf = (id: string): string => {
    if (/^[0-9a-f]{32}$/.test(id)) return join(folder, id);
    throw new FameError('SERVER_UNKNOWN', 'There is no such file', { at: id.slice(0, 40), fix: 'check the id' });
  };
  const size = async (id: string): Promise<number> =>
    stat(pathOf(id)).then(
      (found) => found.size,
      () => 0,
    );
  return {
    size,
    async append(id, offset, whole, body) {
      const path = pathOf(id);
      if (busy.has(id)) throw new FameError('UPLOAD_BUSY', 'Another request is sending this file', { at: id, fix: 'wait for its end' });
      busy.add(id);
      try {
        const there = await size(id);
        if (offset !== there)
          throw new FameError('UPLOAD_OFFSET', 'The file does not go on here', {
            at: 'Upload-Offset',
            expected: `${there}`,
            got: `${offset}`,
            fix: 'ask for the file: Upload-Offset says how much is there',
          });
        const file = await open(path, offset === 0 ? 'w' : 'r+', 0o600);
        let end = offset;
        try {
          for await (const bytes of inTime(body, limits.idle, id)) {
            if (end + bytes.length > whole) {
              await file.truncate(offset);
              throw tooLarge(whole);
            }
            await file.write(bytes, 0, bytes.length, end);
            end += bytes.length;
          }
        } finally {
          await file.sync();
          await file.close();
        }
        return end;
      } finally {
        busy.delete(id);
      }
    },
    async look(id) {
      const path = pathOf(id);
      const about = await probe(path, { limits: { bytes: limits.file, duration: limits.duration } });
      const sha = createHash('sha256');
      for await (const bytes of createReadStream(path)) sha.update(bytes as Buffer);
      return { about, sha256: sha.digest('hex') };
    },
    read: (id, from, to) => createReadStream(pathOf(id), { start: from, end: to }),
    path: pathOf,
    film(id) {
      films++;
      return pathOf(id);
    },
    films: () => films,
    remove: (id) => rm(pathOf(id), { force: true }),
  };
}

/** The error for more bytes than were announced. */
export function tooLarge(whole: number): FameError {
  return new FameError('UPLOAD_SIZE', 'More was sent than the file has', { expected: `${whole} bytes in all`, fix: 'begin a new upload' });
}

const broken = (at: string, cause: unknown): FameError =>
  new FameError('UPLOAD_BROKEN', 'The connection broke', { at, fix: 'go on from where it stopped: Upload-Offset says where' }, { cause });

/** The same bytes; ends with UPLOAD_SLOW where none come for a while, since a connection that says nothing holds a file open. */
async function* inTime(body: AsyncIterable<Uint8Array>, idle: number, at: string): AsyncGenerator<Uint8Array> {
  const bytes = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      let timer: NodeJS.Timeout | undefined;
      const slow = new Promise<never>((_, reject) => {
        const error = new FameError('UPLOAD_SLOW', 'No bytes came for a while', {
          at,
          expected: `some every ${idle / 1000} s`,
          fix: 'go on from where it stopped: Upload-Offset says where',
        });
        timer = setTimeout(() => reject(error), idle);
      });
      try {
        const next = await Promise.race([bytes.next().catch((cause) => Promise.reject(broken(at, cause))), slow]);
        if (next.done) return;
        yield next.value;
      } finally {
        clearTimeout(timer);
      }
    }
  } finally {
    bytes.return?.().catch(() => {}); // not waited for: a reader that says nothing may not answer this either
  }
}
