import { randomBytes } from 'node:crypto';
import { open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A name beside `file` for what is not finished yet. A killed process may leave such a file; nothing reads it and anyone may delete it. */
export const temporaryFor = (file: string): string => `${file}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;

/** Puts the whole, closed file `temporary` in the place of `file`: flushed to the disk, renamed, and the directory flushed too. */
export async function putInPlace(temporary: string, file: string): Promise<void> {
  const handle = await open(temporary, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
  await syncDirectory(dirname(file));
}

/** Replaces `file` by a small text, so that a reader sees the old file or the whole new one. Errors are those of the operating system. */
export async function writeTextFile(file: string, text: string): Promise<void> {
  const temporary = temporaryFor(file);
  try {
    await writeFile(temporary, text, { flag: 'wx' });
    await putInPlace(temporary, file);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw cause;
  }
}

/** Makes a rename in `directory` survive a power cut. Windows cannot open directories and does not need it. */
export async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
