import { type Film, watch } from '../media/film.ts';
import type { Limits } from '../media/limits.ts';

/** Pictures a second that are looked at where nobody says otherwise. */
export const FACES_FPS = 5;

/** Pictures are decoded at this many pixels a side at most: the networks see less, and a 4K film would fill the memory. */
const MOST_SIDE = 1920;

interface FilmOptions {
  /** Whether it is listened to, too: somebody may speak. */
  readonly heard: boolean;
  readonly fps?: number | undefined;
  readonly limits?: Partial<Limits> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A file as its faces are looked at: it is being read when this returns, while the networks may still be opening. Throws as `watch` does. */
export function filmOfFaces(path: string, { heard, fps = FACES_FPS, limits, signal }: FilmOptions): Film {
  return watch(path, { ...(limits && { limits }), signal, sample: { fps }, maxSide: MOST_SIDE, sound: heard });
}
