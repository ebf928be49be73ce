import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { temporaryFor } from '../base/atomic.ts';
import { unwritable } from './mp4.ts';

/** Bytes that are written at once: a call for each compressed picture would wait for a thread each time. */
const BATCH = 2 ** 20;

/** A temporary file for what is too much for memory. One call at a time. */
export interface Spool {
  /** Bytes so far: where the next `write` at the end goes. */
  readonly length: number;
  /** Writes at a place, by default the end. Places that were jumped over read as zeros. */
  write(bytes: Uint8Array, at?: number): Promise<void>;
  /** Fills `into` from a place; what was never written is left as it is. */
  read(into: Uint8Array, at: number): Promise<void>;
  /** Deletes it. */
  close(): Promise<void>;
}

/** Makes the temporary file beside `path`, where there is space for the result, too. Throws MEDIA_WRITE. */
export async function openSpool(path: string): Promise<Spool> {
  const name = temporaryFor(path);
  const failed = (cause: unknown): never => {
    throw unwritable(name, cause);
  };
  await mkdir(dirname(name), { recursive: true }).catch(failed);
  const handle: FileHandle = await open(name, 'wx+').catch(failed);
  // Open, it needs no name; without one the system takes it back even if we are killed. Windows keeps the name of what is open.
  if (process.platform !== 'win32') await rm(name, { force: true });
  const batch = Buffer.allocUnsafe(BATCH); // the end of what was written, while it waits for more
  let waiting = 0;
  let length = 0;
  const put = async (bytes: Uint8Array, at: number) => {
    for (let done = 0; done < bytes.length; ) {
      done += (await handle.write(bytes, done, bytes.length - done, at + done).catch(failed)).bytesWritten;
    }
  };
  const flush = async () => {
    const count = waiting;
    waiting = 0;
    await put(batch.subarray(0, count), length - count);
  };
  return {
    get length() {
      return length;
    },
    async write(bytes, at = length) {
      if (at !== length || waiting + bytes.length > BATCH) await flush();
      if (at !== length || bytes.length > BATCH) await put(bytes, at);
      else {
        batch.set(bytes, waiting);
        waiting += bytes.length;
      }
      length = Math.max(length, at + bytes.length);
    },
    async read(into, at) {
      await flush();
      for (let done = 0; done < into.length; ) {
        const { bytesRead } = await handle.read(into, done, into.length - done, at + done).catch(failed);
        if (bytesRead === 0) return;
        done += bytesRead;
      }
    },
    async close() {
      await handle.close();
      await rm(name, { force: true });
    },
  };
}
