import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { MediaError } from '../base/errors.ts';
import { type Limits, within } from './limits.ts';
import { type Container, KNOWN, type Peek, sniff } from './sniff.ts';

/** A file that may be decoded: opened once, looked at, and handed on as what was opened, so that nobody can swap it meanwhile. */
export interface Source {
  readonly path: string;
  readonly container: Container;
  /** Bytes of the file when it was opened: what is added later is not looked at. */
  readonly bytes: number;
  /** Open for reading; whoever reads says where, so its own position means nothing. */
  readonly handle: FileHandle;
  close(): Promise<void>;
}

/**
 * Opens a regular local file and recognises its container. Nothing of it is decoded here, and no FFmpeg is needed.
 * @throws MediaError MEDIA_FILE (missing, folder, device, pipe, no permission), MEDIA_EMPTY, MEDIA_FORMAT, MEDIA_LIMIT.
 */
export async function openSource(path: string, limits: Limits): Promise<Source> {
  const handle = await openRegular(path, limits);
  try {
    const bytes = (await handle.stat()).size;
    const peek: Peek = async (offset, length) => {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    };
    const found = await sniff(peek);
    if ('seems' in found) {
      throw new MediaError('MEDIA_FORMAT', 'This is not a video or sound file that we read', {
        at: path,
        expected: `${KNOWN}, by content`,
        got: found.seems,
        fix: 'convert it to mp4, for example with `ffmpeg -i FILE out.mp4`',
      });
    }
    return { path, container: found, bytes, handle, close: () => handle.close() };
  } catch (e) {
    await handle.close();
    throw e;
  }
}

async function openRegular(path: string, limits: Limits): Promise<FileHandle> {
  // Without O_NONBLOCK a named pipe would keep us waiting for a writer. 0 on Windows, which has none in the file system.
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch((e: NodeJS.ErrnoException) => {
    const missing = e.code === 'ENOENT' || e.code === 'ENOTDIR';
    const remote = /^[a-z][a-z0-9+.-]+:\/\//i.test(path);
    const fix = remote ? 'download it first: only local files are opened' : missing ? 'check the path' : 'check its permissions';
    throw refused(path, missing ? 'no such file' : `${e.code}: it cannot be opened`, fix, e);
  });
  const stat = await handle.stat();
  try {
    if (stat.isDirectory()) throw refused(path, 'a folder', 'name a file in it');
    if (!stat.isFile()) throw refused(path, 'a device, pipe or socket', 'save it as a file first');
    if (stat.size === 0) {
      throw new MediaError('MEDIA_EMPTY', 'The file is empty', {
        at: path,
        expected: 'a video or sound',
        got: '0 bytes',
        fix: 'copy or download it again',
      });
    }
    within(limits, 'bytes', stat.size, path);
    return handle;
  } catch (e) {
    await handle.close();
    throw e;
  }
}

function refused(path: string, got: string, fix: string, cause?: Error): MediaError {
  return new MediaError('MEDIA_FILE', 'The file cannot be opened', { at: path, expected: 'a regular local file', got, fix }, { cause });
}
