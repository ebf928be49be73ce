import { availableParallelism } from 'node:os';
import { MediaError } from '../base/errors.ts';

/** What a file may ask for before we stop trusting it. */
export interface Limits {
  /** Size of the file. */
  readonly bytes: number;
  /** Streams in the file: pictures, sound, subtitles and others. */
  readonly streams: number;
  /** Seconds, as the header promises and as the clock of the frames reaches. */
  readonly duration: number;
  /** Pixels of one picture, as it is stored and as it is shown. */
  readonly pixels: number;
  /** Pictures that are decoded, also those that a sampling leaves out. */
  readonly frames: number;
  /**
   * Bytes of memory that the decoding process may hold. It looks at itself every twentieth of a second and gives up above that; no system lets a
   * Node program set a hard limit, so what a file makes FFmpeg take between two looks comes on top. The sizes of pictures are checked before.
   */
  readonly memory: number;
  /**
   * Seconds without any progress while somebody waits: then the process is ended. A machine with too much to do makes honest work wait for minutes, and
   * that must not look like a fault of the file; a file that is never done with costs one process for that long.
   */
  readonly stall: number;
}

/** A film of four hours in 8K passes; what a damaged or hostile header invents does not. */
export const LIMITS: Limits = {
  bytes: 64 * 2 ** 30,
  streams: 64,
  duration: 4 * 3600,
  pixels: 8192 * 4320,
  frames: 4 * 3600 * 120,
  memory: 2 * 2 ** 30,
  stall: 300,
};

/** Threads of one decoder, one more than cores because they wait for each other. Each holds pictures of its own, so their number is a matter of memory, too. */
export const THREADS = Math.min(8, availableParallelism() + 1);

/** The limits with some of them changed. @throws MediaError MEDIA_OPTION where one is not a number above 0. */
export function limitsOf(some: Partial<Limits> = {}): Limits {
  const limits = { ...LIMITS, ...some };
  for (const [name, value] of Object.entries(limits)) {
    if (!(name in LIMITS) || !(value > 0)) {
      throw new MediaError('MEDIA_OPTION', `There is no such limit: ${name} = ${value}`, {
        expected: `a number above 0 for one of ${Object.keys(LIMITS).join(', ')}`,
        got: String(value),
        fix: 'leave it out to have its default',
      });
    }
  }
  return limits;
}

const UNITS: Readonly<Record<keyof Limits, string>> = {
  bytes: 'bytes',
  streams: 'streams',
  duration: 'seconds',
  pixels: 'pixels in a picture',
  frames: 'pictures',
  memory: 'bytes of memory',
  stall: 'seconds without progress',
};

/** @throws MediaError MEDIA_LIMIT where `got` is above the limit (or not a number at all). */
export function within(limits: Limits, name: keyof Limits, got: number, at?: string): void {
  if (got <= limits[name]) return;
  throw new MediaError('MEDIA_LIMIT', `The file asks for more than is allowed: ${UNITS[name]}`, {
    ...(at === undefined ? {} : { at }),
    expected: `at most ${limits[name]} ${UNITS[name]}`,
    got: `${got}`,
    fix: `if you trust the file, allow more: limits.${name}`,
  });
}
