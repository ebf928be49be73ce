import { MediaError } from '../base/errors.ts';

/**
 * The only file that names node-av (FFmpeg inside an npm package). It may be imported by the child process that decodes
 * and by the writers of our own files; never where a file from outside is opened in the main process.
 */

// node-av 6 needs Promise.withResolvers, which Node has from version 22 on.
type Resolvers<T> = { promise: Promise<T>; resolve: (value: T | PromiseLike<T>) => void; reject: (reason?: unknown) => void };
const host = Promise as unknown as { withResolvers?: <T>() => Resolvers<T> };
host.withResolvers ??= <T>(): Resolvers<T> => {
  let resolve!: Resolvers<T>['resolve'];
  let reject!: Resolvers<T>['reject'];
  const promise = new Promise<T>((yes, no) => {
    [resolve, reject] = [yes, no];
  });
  return { promise, resolve, reject };
};

/** What of node-av is used: the functions of FFmpeg and their constants. The package as a whole takes twice as long to load. */
export type Library = typeof import('node-av/lib') & typeof import('node-av/constants');

/** Loads it on first use (about 0.1 s). */
export async function loadAv(): Promise<Library> {
  const [functions, constants] = await Promise.all([import('node-av/lib'), import('node-av/constants')]);
  return { ...constants, ...functions };
}

/** FFmpeg, silent: what it has to say comes in our errors. */
export async function quietAv(): Promise<Library> {
  const av = await loadAv();
  av.Log.setLevel(av.AV_LOG_QUIET);
  return av;
}

/** The MediaError for a failure of FFmpeg while `file` (or what it is made of) is written. Everything from 0 upwards is none. */
export function check(av: Library, code: number, doing: string, at?: string): number {
  if (code >= 0) return code;
  const got = `${doing}: ${new av.FFmpegError(code).message}`;
  const full = code === -28 || code === -122 || code === -27; // ENOSPC, EDQUOT, EFBIG
  const fix = full
    ? 'free disk space or choose another disk; nothing was changed'
    : 'check that the folder exists and that you may write to it';
  throw new MediaError('MEDIA_WRITE', 'A video cannot be written', { ...(at === undefined ? {} : { at }), got, fix });
}

/** Its types, for those who are handed a loaded one. */
export type * as Av from 'node-av/lib';
