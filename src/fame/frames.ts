/** Pictures of the cumulative clip: all that was shown up to the end of the utterance in question, and nothing after it. */
import { decode } from '../media/decode.ts';
import { type Frame, secondsOf } from '../media/frame.ts';
import type { Limits } from '../media/limits.ts';
import type { Picture } from '../media/picture.ts';
import { probe } from '../media/probe.ts';

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
  /** Seconds of the whole video, as `probe` says, where that is known already: a process less. */
  readonly duration?: number | undefined;
  readonly limits?: Partial<Limits>;
  readonly signal?: AbortSignal;
}

/**
 * The pictures on show in the middle of each of `count` equal parts of 0 … `end` seconds (or of the whole video where it is shorter, or `end` is left out).
 * The moments depend on `end` only, not on how much follows it. @throws what `decode` throws
 */
export async function* framesUntil(path: string, end = Number.POSITIVE_INFINITY, o: FramesOptions = {}): AsyncGenerator<Shown> {
  const { count = FRAMES, duration = (await probe(path, o)).duration, ...asked } = o;
  const until = Math.min(end, duration);
  const at = Array.from({ length: count }, (_, i) => ((i + 0.5) * until) / count);
  for await (const { picture, pts, timeBase } of decode(path, { ...asked, sample: { at } })) {
    const t = secondsOf(pts, timeBase);
    if (t < until) yield { t, picture };
  }
}

/** A picture, and for which of several questions it is looked at, by number from 0. */
export interface SharedShown extends Shown {
  readonly of: readonly number[];
}

/**
 * The same for several ends of one film, decoded once. Of each equal part of 0 … `end` one picture is given, too, but not the one in its middle: the one at
 * the multiple of a power of two of a second that is nearest to the middle (`sharedMoments`), since those are shared by ends that lie near each other.
 * A picture comes once, with the numbers of all ends that it is for; nothing of an end's pictures depends on the other ends. @throws what `decode` throws
 */
export async function* framesOfEnds(path: string, ends: readonly number[], o: FramesOptions = {}): AsyncGenerator<SharedShown> {
  const { count = FRAMES, duration = (await probe(path, o)).duration, ...asked } = o;
  const until = ends.map((end) => Math.min(end, duration));
  const moments = until.flatMap((end, k) => sharedMoments(end, count).map((at) => ({ at, k }))).sort((p, q) => p.at - q.at);
  const at = [...new Set(moments.map((m) => m.at))];
  let next = 0;
  /** What is given of a frame that stays until `gone`. */
  function* shown({ picture, pts, timeBase }: Frame, gone: number): Generator<SharedShown> {
    const t = secondsOf(pts, timeBase);
    const of = new Set<number>();
    for (; next < moments.length && moments[next]!.at < gone; next++) if (t < until[moments[next]!.k]!) of.add(moments[next]!.k);
    if (of.size > 0) yield { t, picture, of: [...of].sort((p, q) => p - q) };
  }
  let before: Frame | undefined;
  for await (const frame of decode(path, { ...asked, sample: { at } })) {
    if (before) yield* shown(before, secondsOf(frame.pts, frame.timeBase));
    before = frame;
  }
  if (before) yield* shown(before, Number.POSITIVE_INFINITY);
}

/**
 * One moment in each of `count` equal parts of 0 … `end` seconds, all of them multiples of one power of two (of a second) that is no longer than a part:
 * the nearest to the middle, the earlier one of two.
 */
export function sharedMoments(end: number, count: number): number[] {
  const step = 2 ** Math.floor(Math.log2(end / count));
  return Array.from({ length: count }, (_, i) => Math.ceil(((i + 0.5) * end) / count / step - 0.5) * step);
}
