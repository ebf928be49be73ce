import { randomUUID } from 'node:crypto';
import { readSync, writeSync } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MediaError } from '../base/errors.ts';
import { bytesOf, type Image } from './planes.ts';

// Pictures go from the decoding process to us through a temporary file without a name: a pipe would copy each of them through the kernel in pieces
// of 64 KiB, which takes as long as decoding it.

/** Bytes that may lie there: enough for the moments when one of the two does not run. */
const ROOM = 64 * 2 ** 20;
/** Pictures that may lie there, whatever their size. */
const [FEWEST, MOST] = [2, 16];

/** Makes the file, for us and the process that inherits it. @throws MediaError MEDIA_TEMPORARY. */
export async function openShelf(): Promise<FileHandle> {
  const path = join(tmpdir(), `famenet-${randomUUID()}`);
  const handle = await open(path, 'wx+', 0o600).catch((cause) => {
    throw noRoom(cause);
  });
  await rm(path, { force: true });
  return handle;
}

/** The side of the process that decodes. */
export interface Shelf {
  /** Lays a picture down and says at which byte; waits until there is a place. */
  put(picture: Image): number;
}

/** `taken`: a descriptor that gets a byte for each picture that was taken away, and ends when nobody wants more. */
export function shelfOf(descriptor: number, taken: number): Shelf {
  const bytesTaken = Buffer.alloc(MOST);
  let places = 0;
  let lying = 0;
  let count = 0;
  return {
    put(picture) {
      const { width, height } = picture;
      const bytes = bytesOf(picture);
      const most = width * height * 3; // all pictures of a file have one size, but some may come as planes, in half of that
      places ||= Math.max(FEWEST, Math.min(MOST, Math.floor(ROOM / most)));
      if (lying === places) {
        const got = readSync(taken, bytesTaken);
        if (got === 0) process.exit(0);
        lying -= got;
      }
      const place = (count++ % places) * most;
      try {
        for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done, bytes.length - done, place + done);
      } catch (cause) {
        throw noRoom(cause);
      }
      lying++;
      return place;
    },
  };
}

function noRoom(cause: unknown): MediaError {
  return new MediaError(
    'MEDIA_TEMPORARY',
    'There is no room for the pictures on their way',
    {
      expected: `a temporary folder with room for ${ROOM / 2 ** 20} MiB`,
      got: cause instanceof Error ? cause.message : String(cause),
      fix: 'free space there, or name another folder in TMPDIR',
    },
    { cause },
  );
}
