import { createHash } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { putInPlace, temporaryFor } from '../base/atomic.ts';
import { FameError, WeightError } from '../base/errors.ts';

/** Pieces of a file, made when they are asked for. */
export type Chunks = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** What a finished write put on the disk. */
export interface Written {
  readonly bytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/** One read call of Node takes less than 2 GiB; much smaller pieces also keep memory flat. */
const PIECE = 16 * 1024 * 1024;

/** The WeightError for a failure of the file system while reading `file`. Deliberate errors pass through. */
export function readError(cause: unknown, file: string): FameError {
  if (cause instanceof FameError) return cause;
  const code = errno(cause);
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new WeightError(
      'WEIGHT_FILE_MISSING',
      'A weight file is missing',
      { at: file, got: 'no such file', fix: 'check the path, or fetch the model with `famenet models pull`' },
      { cause },
    );
  return new WeightError(
    'WEIGHT_FILE_READ',
    'A weight file cannot be read',
    { at: file, got: code, fix: 'check that it is a regular file that you may read' },
    { cause },
  );
}

function errno(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
}

/** Opens a regular file for reading; the caller closes it. `size` is in bytes. */
export async function openFile(file: string): Promise<{ handle: FileHandle; size: number }> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file, 'r');
    const stat = await handle.stat();
    if (stat.isFile()) return { handle, size: stat.size };
    const detail = {
      at: file,
      expected: 'a regular file',
      got: stat.isDirectory() ? 'a directory' : 'a device or pipe',
      fix: 'name the file itself',
    };
    throw new WeightError('WEIGHT_FILE_READ', 'A weight file cannot be read', detail);
  } catch (cause) {
    await handle?.close();
    throw readError(cause, file);
  }
}

/** Opens a regular file, hands it and its size to `use`, and closes it. */
export async function withFile<T>(file: string, use: (handle: FileHandle, size: number) => Promise<T>): Promise<T> {
  const { handle, size } = await openFile(file);
  try {
    return await use(handle, size);
  } finally {
    await handle.close();
  }
}

/** Fills `into` from byte `offset`; a file that ends before is refused (it was cut after it was opened, or claimed more than it has). */
export async function fill(handle: FileHandle, file: string, into: Uint8Array, offset: number): Promise<void> {
  for (let done = 0; done < into.length; ) {
    const { bytesRead } = await handle.read(into, done, Math.min(PIECE, into.length - done), offset + done).catch((cause) => {
      throw readError(cause, file);
    });
    if (bytesRead === 0)
      throw new WeightError('WEIGHT_TRUNCATED', 'A weight file ends too early', {
        at: file,
        expected: `${offset + into.length} bytes`,
        got: `${offset + done} bytes`,
        fix: 'the file is cut off; download or write it again',
      });
    done += bytesRead;
  }
}

/**
 * Replaces `file` by `chunks` so that a reader sees the old file or the whole new one, never a part: written beside it as `*.tmp`, flushed to the
 * disk, renamed, and the directory flushed too. If `chunks` throws, or the disk is full, the old file stays and the `.tmp` is removed; only a killed
 * process leaves a `.tmp`, which nothing reads and anyone may delete.
 */
export async function writeAtomic(file: string, chunks: Chunks): Promise<Written> {
  const hash = createHash('sha256');
  let bytes = 0;
  const temporary = temporaryFor(file);
  try {
    const handle = await open(temporary, 'wx');
    try {
      for await (const chunk of chunks) {
        await writeAll(handle, chunk);
        hash.update(chunk);
        bytes += chunk.length;
      }
    } finally {
      await handle.close();
    }
    await putInPlace(temporary, file);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw writeError(cause, file);
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** Writes the whole chunk at the handle's position; one call of the system may take only a part. */
export async function writeAll(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let done = 0; done < chunk.length; ) {
    const { bytesWritten } = await handle.write(chunk, done, Math.min(PIECE, chunk.length - done));
    done += bytesWritten;
  }
}

/** The WeightError for a failure of the file system while writing `file`; anything else, such as an error of the data's producer, is returned as it is. */
export function writeError(cause: unknown, file: string): unknown {
  const code = errno(cause);
  if (cause instanceof FameError || !/^E[A-Z0-9]+$/.test(code)) return cause;
  const full = code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG';
  const fix = full
    ? 'free disk space or choose another disk; nothing was changed'
    : 'check that the directory exists and that you may write to it; nothing was changed';
  return new WeightError('WEIGHT_WRITE', 'A weight file cannot be written', { at: file, got: code, fix }, { cause });
}
