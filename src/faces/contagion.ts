import { EMOTIONS, type Emotion } from './emotion.ts';
import { clocked, correlogram, EXPRESSIONS, lagged } from './lag.ts';
import type { Stretch } from './timeline.ts';

/**
 * Who changed after whom. Everything here is order in time: B's face followed A's. It never says that A was the cause; a joke, a third
 * person or the cutting of the film makes faces change one after the other too.
 */
export interface ContagionOptions {
  /** Only changes so many seconds apart are put together. */
  readonly window?: number;
  /** Changes closer than this happened together: nobody followed. */
  readonly together?: number;
  /** An expression sets in where its probability goes from at most `low` to at least `high` within `rise` seconds. */
  readonly low?: number;
  readonly high?: number;
  readonly rise?: number;
  /** Circular shifts per pair, and the seed they are drawn with. No p-value is below 1 / (1 + shifts). */
  readonly shifts?: number;
  readonly seed?: number;
  /** Step of the common clock, in seconds. */
  readonly step?: number;
}

export const CONTAGION_DEFAULTS = {
  window: 3,
  together: 0.15,
  low: 0.25,
  high: 0.45,
  rise: 2,
  shifts: 999,
  seed: 1,
  step: 0.2,
} as const satisfies Required<ContagionOptions>;

/** Pairs grow with the square of the tracks, so only those that are seen longest are correlated. */
const MOST_TRACKS = 12;
/** Longer videos (20 minutes at the default step) get a coarser clock. */
const MOST_MOMENTS = 6000;

/** Smoothed readings of one track, in stretches. */
export interface Course {
  readonly id: number;
  readonly stretches: readonly Stretch[];
}

/** A face changes: how viewers would read it turns to an emotion. */
export interface Onset {
  readonly track: number;
  readonly emotion: Emotion;
  /** Seconds; where the probability passes the middle between `low` and `high`, interpolated. */
  readonly t: number;
}

/** One face turned to the same emotion as another one shortly before. */
export interface Following {
  readonly leader: number;
  readonly follower: number;
  readonly emotion: Emotion;
  /** When the leader's and the follower's expressions set in, and how long lies between (seconds). */
  readonly from: number;
  readonly to: number;
  readonly lag: number;
}

/** Two tracks as a pair, in this order: how alike their expressions run when the follower is moved back by a lag, and whether chance does so too. */
export interface Pair {
  readonly leader: number;
  readonly follower: number;
  /** How often the follower's expression set in after the same one of the leader. */
  readonly followings: number;
  /** The largest correlation over lags from one step to the window, and its lag in seconds; absent where `reason` says why. */
  readonly correlation?: number;
  readonly lag?: number;
  /** How often circular shifts of the follower reach that correlation: small where chance does not; not corrected for the number of pairs. */
  readonly p?: number;
  /** The same after Holm's correction for all pairs of this video. */
  readonly pHolm?: number;
  readonly reason?: 'too little time together' | 'too many tracks';
}

export interface Contagion {
  readonly onsets: readonly Onset[];
  readonly followings: readonly Following[];
  readonly pairs: readonly Pair[];
}

/** All of it: onsets, who followed whom, and for every ordered pair of tracks the correlation with its p-value. Deterministic by `seed`. */
export function contagion(courses: readonly Course[], options: ContagionOptions = {}): Contagion {
  const o = { ...CONTAGION_DEFAULTS, ...options };
  const found = courses.flatMap((course) => onsets(course, o)).sort(byTime);
  const followed = followings(found, o);
  return { onsets: found, followings: followed, pairs: pairs(courses, followed, o) };
}

const byTime = (a: Onset, b: Onset) => a.t - b.t || a.track - b.track || a.emotion.localeCompare(b.emotion);

/** Where expressions set in. A stretch that begins with an expression has no onset: nobody saw it come. */
export function onsets({ id, stretches }: Course, options: ContagionOptions = {}): Onset[] {
  const { low, high, rise } = { ...CONTAGION_DEFAULTS, ...options };
  const middle = (low + high) / 2;
  return stretches.flatMap((stretch) =>
    EXPRESSIONS.flatMap((e) => {
      const out: Onset[] = [];
      let calm: number | undefined; // when the expression was last low
      let crossing = 0;
      for (const [i, { t, emotions }] of stretch.entries()) {
        const value = emotions[e]!;
        const before = i > 0 ? stretch[i - 1]!.emotions[e]! : value;
        if (before < middle && value >= middle) {
          crossing = stretch[i - 1]!.t + ((middle - before) / (value - before)) * (t - stretch[i - 1]!.t);
        }
        if (value <= low) calm = t;
        else if (value >= high && calm !== undefined) {
          if (t - calm <= rise) out.push({ track: id, emotion: EMOTIONS[e]!, t: crossing });
          calm = undefined; // the next onset needs a calm moment first
        }
      }
      return out;
    }),
  );
}

/** For each onset, the latest onset of the same emotion on every other track that came before it, at most `window` seconds. Onsets in order of time. */
export function followings(all: readonly Onset[], options: ContagionOptions = {}): Following[] {
  const { window, together } = { ...CONTAGION_DEFAULTS, ...options };
  return all.flatMap(({ track: follower, emotion, t: to }, i) => {
    const latest = new Map<number, number>();
    for (let j = i - 1; j >= 0 && to - all[j]!.t <= window; j--) {
      const { track, emotion: theirs, t } = all[j]!;
      if (track !== follower && theirs === emotion && !latest.has(track)) latest.set(track, t);
    }
    return [...latest].flatMap(([leader, from]) => (to - from > together ? [{ leader, follower, emotion, from, to, lag: to - from }] : []));
  });
}

function pairs(courses: readonly Course[], followed: readonly Following[], o: Required<ContagionOptions>): Pair[] {
  const length = (c: Course) => c.stretches.reduce((sum, s) => sum + s.length, 0);
  const chosen = [...courses].sort((a, b) => length(b) - length(a) || a.id - b.id).slice(0, MOST_TRACKS);
  const times = courses.flatMap((c) => c.stretches.flatMap((s) => [s[0]!.t, s.at(-1)!.t]));
  if (times.length === 0) return [];
  const [start, end] = [times.reduce((a, b) => Math.min(a, b)), times.reduce((a, b) => Math.max(a, b))];
  const step = Math.max(o.step, (end - start) / MOST_MOMENTS);
  const clocks = new Map(chosen.map((course) => [course, clocked(course.stretches, start, end, step)]));
  const ordered = courses.flatMap((leader, i) => courses.slice(i + 1).flatMap((follower) => [{ leader, follower }]));

  return holm(
    ordered.flatMap(({ leader, follower }): Pair[] => {
      const [a, b] = [clocks.get(leader), clocks.get(follower)];
      const there = pairOf(leader, follower, followed);
      const back = pairOf(follower, leader, followed);
      if (a === undefined || b === undefined) return [there, back].map((pair) => ({ ...pair, reason: 'too many tracks' }));
      const at = correlogram(a, b);
      return [
        { ...there, ...(lagged(at, a.n, step, o) ?? TOO_LITTLE) },
        { ...back, ...(lagged((shift) => at(a.n - shift), a.n, step, o) ?? TOO_LITTLE) },
      ];
    }),
  );
}

const TOO_LITTLE = { reason: 'too little time together' } as const;

function pairOf(leader: Course, follower: Course, followed: readonly Following[]): Pair {
  const between = followed.filter((f) => f.leader === leader.id && f.follower === follower.id);
  return { leader: leader.id, follower: follower.id, followings: between.length };
}

/** Holm 1979: the smallest p times the number of tests, the next times one less, …, never falling. */
function holm(all: readonly Pair[]): Pair[] {
  const order = all.flatMap((pair, i) => (pair.p === undefined ? [] : [{ i, p: pair.p }])).sort((x, y) => x.p - y.p);
  const out = [...all];
  let highest = 0;
  for (const [rank, { i, p }] of order.entries()) {
    highest = Math.max(highest, Math.min(1, p * (order.length - rank)));
    out[i] = { ...all[i]!, pHolm: highest };
  }
  return out;
}
