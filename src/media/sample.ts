import { MediaError } from '../base/errors.ts';
import type { TimeBase } from './frame.ts';

/**
 * Which pictures of a video are given; the others are decoded (they may be needed for the next) but never converted or sent.
 * - every: all of them.
 * - fps: the picture on show at each 1/fps s, counted from the first picture. A picture that is on show twice is given once.
 * - count: that many, evenly spread by number (Video-ChatGPT's rule, see `spreadIndices`); all, if there are fewer.
 * - at: the picture on show at each moment (seconds from the file's zero); before the first picture the first, after the end the last.
 * - moments: that many key moments, see `keyMoments`; all, if there are fewer. The video is decoded twice for it.
 */
export type Sampling =
  | { readonly every: 'frame' }
  | { readonly fps: number }
  | { readonly count: number }
  | { readonly at: readonly number[] }
  | { readonly moments: number };

/** @throws MediaError MEDIA_OPTION where the numbers make no sense. */
export function checkSampling(sample: Sampling): Sampling {
  const good =
    ('every' in sample && sample.every === 'frame') ||
    ('fps' in sample && sample.fps > 0 && Number.isFinite(sample.fps)) ||
    ('count' in sample && Number.isSafeInteger(sample.count) && sample.count > 0) ||
    ('at' in sample && sample.at.every((t) => Number.isFinite(t) && t >= 0)) ||
    ('moments' in sample && Number.isSafeInteger(sample.moments) && sample.moments > 0);
  if (good) return sample;
  throw new MediaError('MEDIA_OPTION', 'There is no such sampling of pictures', {
    expected: "{ every: 'frame' }, { fps } above 0, { count } or { moments } from 1, or { at: seconds from 0 }",
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
  if (total <= count) return Array.from({ length: total }, (_, i) => i); // the rule would give some twice and never the last
  const part = (total - 1) / count;
  return Array.from({ length: count }, (_, i) => Math.floor((halfToEven(part * i) + halfToEven(part * (i + 1))) / 2));
}

function halfToEven(x: number): number {
  const low = Math.floor(x);
  if (x - low !== 0.5) return Math.round(x);
  return low % 2 === 0 ? low : low + 1;
}

/** How much each picture differs from the one before (grey levels, 0 for the first), and when it appears (seconds). */
export interface Changes {
  readonly changes: readonly number[];
  readonly times: readonly number[];
}

/** Grey levels: less is noise of compression, or a slow movement. */
const CHANGE = 2;
/** Seconds between two changes; a flash is not two of them. */
const APART = 0.25;

/**
 * The numbers of `count` pictures that show what a video is about, ascending; all of them, if there are not more. The video is cut where it
 * changes most, and where there are too few changes, its longest part is halved; of each part the picture in the middle is taken. So a video of
 * up to `count` shots has one picture at least of each that is longer than a quarter of a second.
 */
export function keyMoments({ changes, times }: Changes, count: number): number[] {
  const total = changes.length;
  if (total === 0) return [];
  const cuts = [0, total];
  const order = Array.from({ length: total }, (_, i) => i).sort((a, b) => changes[b]! - changes[a]! || a - b);
  const timeOf = (cut: number) => times[Math.min(cut, total - 1)]!;
  for (const i of order) {
    if (cuts.length > count || changes[i]! < CHANGE) break;
    if (cuts.every((cut) => Math.abs(timeOf(cut) - times[i]!) >= APART)) cuts.push(i);
  }
  cuts.sort((a, b) => a - b);
  while (cuts.length <= Math.min(count, total)) {
    let longest = 1;
    for (let k = 2; k < cuts.length; k++) if (cuts[k]! - cuts[k - 1]! > cuts[longest]! - cuts[longest - 1]!) longest = k;
    cuts.splice(longest, 0, Math.floor((cuts[longest]! + cuts[longest - 1]!) / 2));
  }
  return cuts.slice(1).map((end, k) => Math.floor((cuts[k]! + end - 1) / 2));
}

/** Asked in order for each picture, with the time when it appears and when the next one does (both in ticks). */
export interface Picker {
  /** `last`: there is no next one; the time is when this one goes. */
  wants(index: number, pts: number, next: number, last: boolean): boolean;
  /** No later picture will be wanted. */
  done(): boolean;
}

/** What must be known of the whole video: `total`, the number of its pictures, for `count`; `changes` for `moments`. */
export interface Known {
  readonly total?: number;
  readonly changes?: Changes;
}

/** Chooses pictures as they come. */
export function picker(sample: Sampling, { num, den }: TimeBase, known: Known = {}): Picker {
  if ('every' in sample) return { wants: () => true, done: () => false };
  if ('fps' in sample) return atMoments(sample.fps * num, den);
  if ('at' in sample) return atTimes([...sample.at].sort((a, b) => a - b).map((t) => (t * den) / num));
  const { total = 0, changes = { changes: [], times: [] } } = known;
  return ofNumbers('count' in sample ? spreadIndices(total, sample.count) : keyMoments(changes, sample.moments));
}

/** The pictures with these numbers. */
function ofNumbers(numbers: readonly number[]): Picker {
  const wanted = new Set(numbers);
  const last = numbers.at(-1) ?? -1;
  let seen = -1;
  return {
    wants(index) {
      seen = index;
      return wanted.has(index);
    },
    done: () => seen >= last,
  };
}

/**
 * Moment k is k · den / step ticks after the first picture, and half a tick more: containers round to whole ticks, and a picture that comes too
 * late for its moment by that must not be missed. Compared without dividing, so whole numbers stay exact.
 */
function atMoments(step: number, den: number): Picker {
  let first: number | undefined;
  let k = 0;
  return {
    wants(_, pts, next) {
      first ??= pts;
      const end = (next - first - 0.5) * step;
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
    wants(_, __, next, last) {
      const from = k;
      while (k < ticks.length && (last || ticks[k]! < next)) k++;
      return k > from;
    },
    done: () => k >= ticks.length,
  };
}
