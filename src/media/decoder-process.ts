import { type ChildProcess, spawn } from 'node:child_process';
import { readSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { StoppedError } from '../base/errors.ts';
import { type Inbox, inboxOf } from './decoder-inbox.ts';
import { openShelf } from './decoder-shelf.ts';
import { type Limits, limitsOf } from './limits.ts';
import { type Image, planesLength } from './planes.ts';
import { type Message, nonsense, type Request, type Shown } from './protocol.ts';
import { openSource, type Source } from './source.ts';

/** What every function takes that opens a file from outside. */
export interface MediaOptions {
  /** What the file may ask for, where it differs from `LIMITS`. */
  readonly limits?: Partial<Limits>;
  /** Ends the decoding process at once; what waits for it throws StoppedError. */
  readonly signal?: AbortSignal | undefined;
}

/** What is wanted of the file. */
export type Wanted = Pick<Request, 'scan' | 'pictures' | 'sound'>;

/** What the process says, with the pictures themselves. */
export type Said =
  | Exclude<Message, { is: 'failed' | 'beat' | 'shown' }>
  | { readonly is: 'shown'; readonly shown: Shown; readonly picture: Image };

/** Opens the file and has it read: see `converse`. @throws MediaError also as `openSource`. */
export async function* ask(path: string, wanted: Wanted, { limits: asked, signal }: MediaOptions): AsyncGenerator<Said, void, undefined> {
  const limits = limitsOf(asked);
  const source = await openSource(path, limits);
  try {
    yield* converse(source, wanted, limits, { signal });
  } finally {
    await source.close();
  }
}

/**
 * Has the file read by a process of its own, and gives what it says: first 'found', then sound, then pictures, last 'end'. A slow reader holds the process up.
 * However this ends (also by `return()`), the process is gone by then. A picture lies in memory of `spare` where there is some of its size.
 * @throws MediaError what the process found wrong, MEDIA_CRASHED, MEDIA_LIMIT (stall), MEDIA_TEMPORARY; StoppedError by `signal`.
 */
export async function* converse(
  source: Source,
  wanted: Wanted,
  limits: Limits,
  { signal, spare = [] }: { readonly signal?: AbortSignal | undefined; readonly spare?: Uint8Array[] } = {},
): AsyncGenerator<Said, void, undefined> {
  if (signal?.aborted) throw new StoppedError();
  const { container, bytes, handle, path } = source;
  const shelf = wanted.pictures && (await openShelf());
  let inbox: Inbox | undefined;
  const stop = () => inbox?.fail(new StoppedError());
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const child = start(handle, shelf);
    inbox = inboxOf(child, limits, path);
    const request: Request = { demuxer: container.demuxer, floating: container.floating, bytes, limits, ...wanted };
    child.stdin!.write(`${JSON.stringify(request)}\n`);
    for (;;) {
      const message = await inbox.next();
      if (message.is === 'failed') throw message.error;
      if (message.is === 'beat') continue;
      if (message.is === 'shown') {
        const picture = take(shelf, message.shown, spare);
        child.stdin!.write(TAKEN);
        yield { ...message, picture };
      } else yield message;
      if (message.is === 'end') return;
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    await inbox?.close();
    await shelf?.close();
  }
}

const TAKEN = Buffer.alloc(1);

/** Takes a picture off the shelf. It lies in memory: 0.3 ms for 720p, less than another thread would take to be asked. */
function take(shelf: FileHandle | undefined, { width, height, place, colours }: Shown, spare: Uint8Array[]): Image {
  const size = colours ? planesLength(width, height) : width * height * 3;
  const given = spare.pop();
  const bytes = given?.length === size ? given : Buffer.allocUnsafeSlow(size);
  const got = shelf ? readSync(shelf.fd, bytes, 0, bytes.length, place) : 0;
  if (got !== bytes.length) throw nonsense('a picture that is not there');
  return colours ? { width, height, planes: bytes, colours } : { width, height, data: bytes };
}

/** What the system needs to start a program; nothing else of our environment is the process' business. */
const ENVIRONMENT = ['SystemRoot', 'TEMP', 'TMP', 'TMPDIR'];

/** The process inherits open files, and no path. */
function start(file: FileHandle, shelf: FileHandle | undefined): ChildProcess {
  const env = Object.fromEntries(ENVIRONMENT.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
  return spawn(process.execPath, ['--max-old-space-size=256', ...program()], {
    stdio: ['pipe', 'ignore', 'pipe', file.fd, 'pipe', shelf?.fd ?? 'ignore'],
    env,
    windowsHide: true,
  });
}

/** The published package is JavaScript; from source the process needs the TypeScript loader. */
function program(): string[] {
  if (!import.meta.url.endsWith('.ts')) return [fileURLToPath(new URL('./decoder.js', import.meta.url))];
  const loader = createRequire(import.meta.url).resolve('tsx');
  return ['--import', pathToFileURL(loader).href, fileURLToPath(new URL('./decoder.ts', import.meta.url))];
}
