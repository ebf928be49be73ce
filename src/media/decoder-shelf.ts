import { randomUUID } from 'node:crypto';
import { readSync, writeSync } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MediaError } from '../base/errors.ts';

/**
 * Where pictures lie on their way from the decoding process to us: a temporary file without a name, with room for a few of them. A pipe would
 * copy each picture in pieces of 64 KiB through the kernel, which takes as long as decoding it; measured in docs/log.md.
 */
export const PLACES = 4;

/** Makes the file, for us and the process that inherits it. @throws MediaError MEDIA_TEMPORARY. */
export async function openShelf(): Promise<FileHandle> {
  const path = join(tmpdir(), `famenet-${randomUUID()}`);
  const handle = await open(path, 'wx+', 0o600).catch((cause) => {
    throw noRoom(cause);
  });
  await rm(path, { force: true });
  return handle;
}

/** The process' side. */
export interface Shelf {
  /** Lays a picture down and says at which byte; waits until one of the last ones has been taken away. */
  put(bytes: Uint8Array): number;
}

/** `taken`: a descriptor that gets a byte for each picture that was taken away, and ends when nobody wants more. */
export function shelfOf(descriptor: number, taken: number): Shelf {
  const bytesTaken = Buffer.alloc(PLACES);
  let lying = 0;
  let count = 0;
  return {
    put(bytes) {
      if (lying === PLACES) {
        const got = readSync(taken, bytesTaken);
        if (got === 0) process.exit(0);
        lying -= got;
      }
      const place = (count++ % PLACES) * bytes.length; // all pictures of a file have one size
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
      expected: `a temporary folder with room for ${PLACES} pictures`,
      got: cause instanceof Error ? cause.message : String(cause),
      fix: 'free space there, or name another folder in TMPDIR',
    },
    { cause },
  );
}
