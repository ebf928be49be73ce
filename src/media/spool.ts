import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { temporaryFor } from '../base/atomic.ts';
import { unwritable } from './mp4.ts';

/** A temporary file for what is too much for memory. */
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
  let length = 0;
  return {
    get length() {
      return length;
    },
    async write(bytes, at = length) {
      for (let done = 0; done < bytes.length; ) {
        done += (await handle.write(bytes, done, bytes.length - done, at + done).catch(failed)).bytesWritten;
      }
      length = Math.max(length, at + bytes.length);
    },
    async read(into, at) {
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
