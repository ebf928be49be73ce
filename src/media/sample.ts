import { MediaError } from '../base/errors.ts';
import type { TimeBase } from './frame.ts';

/**
 * Which pictures of a video are given; the others are decoded (they may be needed for the next) but never converted or sent.
 * - every: all of them.
 * - fps: the picture on show at each 1/fps s, counted from the first picture. A picture that is on show twice is given once.
 * - count: that many, evenly spread by number (Video-ChatGPT's rule, see `spreadIndices`); all, if there are fewer.
 * - at: the picture on show at each moment (seconds from the file's zero); before the first picture the first, after the end the last.
 */
export type Sampling =
  | { readonly every: 'frame' }
  | { readonly fps: number }
  | { readonly count: number }
  | { readonly at: readonly number[] };

/** @throws MediaError MEDIA_OPTION where the numbers make no sense. */
export function checkSampling(sample: Sampling): Sampling {
  const good =
    ('every' in sample && sample.every === 'frame') ||
    ('fps' in sample && sample.fps > 0 && Number.isFinite(sample.fps)) ||
    ('count' in sample && Number.isSafeInteger(sample.count) && sample.count > 0) ||
    ('at' in sample && sample.at.every((t) => Number.isFinite(t) && t >= 0));
  if (good) return sample;
  throw new MediaError('MEDIA_OPTION', 'There is no such sampling of pictures', {
    expected: "{ every: 'frame' }, { fps } above 0, { count } from 1, or { at: seconds from 0 }",
    got: JSON.stringify(sample),
    fix: 'give one of these',
  });
}

/**
 * The numbers of `count` pictures evenly spread over `total`, ascending; all of them, if there are not more.
 * Rule: the picture in the middle of each of `count` equal parts of 0 … total−1, whose ends are rounded half to even.
 * Source: Video-ChatGPT's `get_seq_frames` (networks.md §4.1). Parity: sample.test.ts.
 */
export function spreadIndices(total: number, count: number): number[] {
  const n = Math.min(total, count);
  const part = (total - 1) / n;
  return Array.from({ length: n }, (_, i) => Math.floor((halfToEven(part * i) + halfToEven(part * (i + 1))) / 2));
}

function halfToEven(x: number): number {
  const low = Math.floor(x);
  if (x - low !== 0.5) return Math.round(x);
  return low % 2 === 0 ? low : low + 1;
}

/** Asked in order for each picture, with the time when it appears and when the next one does (both in ticks). */
export interface Picker {
  wants(index: number, pts: number, next: number): boolean;
  /** No later picture will be wanted. */
  done(): boolean;
}

/** @param total how many pictures the video has; needed only for `count`. */
export function picker(sample: Sampling, { num, den }: TimeBase, total: number): Picker {
  if ('every' in sample) return { wants: () => true, done: () => false };
  if ('fps' in sample) return atMoments(sample.fps * num, den);
  if ('at' in sample) return atTimes([...sample.at].sort((a, b) => a - b).map((t) => (t * den) / num));
  const wanted = new Set(spreadIndices(total, sample.count));
  const last = Math.max(...wanted);
  let seen = -1;
  return {
    wants(index) {
      seen = index;
      return wanted.has(index);
    },
    done: () => seen >= last,
  };
}

/** Moment k is k · den / step ticks after the first picture; compared without dividing, so whole numbers stay exact. */
function atMoments(step: number, den: number): Picker {
  let first: number | undefined;
  let k = 0;
  return {
    wants(_, pts, next) {
      first ??= pts;
      const end = (next - first) * step;
      if (k * den >= end) return false;
      k = Math.max(k + 1, Math.ceil(end / den));
      return true;
    },
    done: () => false,
  };
}

/** A picture is wanted when a moment falls before the next one; moments before the first picture fall on it. */
function atTimes(ticks: readonly number[]): Picker {
  let k = 0;
  return {
    wants(_, __, next) {
      const from = k;
      while (k < ticks.length && ticks[k]! < next) k++;
      return k > from;
    },
    done: () => k >= ticks.length,
  };
}
