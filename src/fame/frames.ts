/** Pictures of the cumulative clip: all that was shown up to the end of the utterance in question, and nothing after it. */
import type { Limits, Picture } from '../media/index.ts';
import { decode, probe, secondsOf } from '../media/index.ts';

/** Frames that are looked at where nothing else is asked for: Video-ChatGPT's number (docs/deviations.md, §5.1). */
export const FRAMES = 100;

/** A picture and when it appears, in seconds from the video's zero. */
export interface Shown {
  readonly t: number;
  readonly picture: Picture;
}

export interface FramesOptions {
  /** Default `FRAMES`. Fewer are given where fewer were shown. */
  readonly count?: number;
  readonly limits?: Partial<Limits>;
  readonly signal?: AbortSignal;
}

/**
 * The pictures on show in the middle of each of `count` equal parts of 0 … `end` seconds (or of the whole video where it is shorter, or `end` is left out).
 * The moments depend on `end` only, not on how much follows it. @throws what `decode` throws
 */
export async function* framesUntil(path: string, end = Number.POSITIVE_INFINITY, o: FramesOptions = {}): AsyncGenerator<Shown> {
  const { count = FRAMES, ...asked } = o;
  const { duration } = await probe(path, asked);
  const until = Math.min(end, duration);
  const at = Array.from({ length: count }, (_, i) => ((i + 0.5) * until) / count);
  for await (const { picture, pts, timeBase } of decode(path, { ...asked, sample: { at } })) {
    const t = secondsOf(pts, timeBase);
    if (t < until) yield { t, picture };
  }
}
