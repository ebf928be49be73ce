import { random } from '../base/random.ts';
import { EMOTIONS, type Emotion } from './emotion.ts';
import type { Reading, Stretch } from './timeline.ts';

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

/** Correlations of fewer common moments than this are not computed (5 s at 5 frames a second). */
const LEAST_COMMON = 25;
/** Pairs grow with the square of the tracks, so only those that are seen longest are correlated. */
const MOST_TRACKS = 12;
/** Longer videos (20 minutes at the default step) get a coarser clock. */
const MOST_MOMENTS = 6000;
/** Expressions whose courses are correlated: all but neutral, which is what the others leave. */
const EXPRESSIONS = EMOTIONS.flatMap((emotion, e) => (emotion === 'neutral' ? [] : [e]));

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
  const clocks = new Map(chosen.map((course) => [course, clocked(course, start, end, step)]));
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

/** A course on the common clock, each expression less its mean: rows of EXPRESSIONS.length values; 0 and `seen` 0 where the face is away. */
interface Clocked {
  readonly n: number;
  readonly values: Float64Array;
  /** Sum of the squares of each row. */
  readonly power: Float64Array;
  readonly seen: Uint8Array;
}

function clocked({ stretches }: Course, start: number, end: number, step: number): Clocked {
  const n = Math.floor((end - start) / step + 1e-9) + 1;
  const K = EXPRESSIONS.length;
  const [values, power, seen] = [new Float64Array(n * K), new Float64Array(n), new Uint8Array(n)];
  for (const stretch of stretches) {
    let j = 0;
    const first = Math.max(0, Math.ceil((stretch[0]!.t - start) / step - 0.5));
    for (let i = first; i < n && start + i * step <= stretch.at(-1)!.t + step / 2; i++) {
      const t = start + i * step;
      while (j + 1 < stretch.length && stretch[j + 1]!.t <= t) j++;
      const { emotions } = between(stretch[j]!, stretch[Math.min(j + 1, stretch.length - 1)]!, t);
      seen[i] = 1;
      for (const [k, e] of EXPRESSIONS.entries()) values[i * K + k] = emotions[e]!;
    }
  }
  const count = seen.reduce((sum, s) => sum + s, 0);
  for (let k = 0; k < K; k++) {
    let mean = 0;
    for (let i = 0; i < n; i++) mean += values[i * K + k]! / count;
    for (let i = 0; i < n; i++) if (seen[i]) values[i * K + k]! -= mean;
  }
  for (let i = 0; i < n; i++) for (let k = 0; k < K; k++) power[i]! += values[i * K + k]! ** 2;
  return { n, values, power, seen };
}

function between(a: Reading, b: Reading, t: number): Reading {
  if (b.t <= a.t || t <= a.t) return a;
  const share = Math.min(1, (t - a.t) / (b.t - a.t));
  return { t, emotions: a.emotions.map((p, e) => p + share * (b.emotions[e]! - p)) };
}

/**
 * Correlation of all expressions of a at i with those of b at i + shift, round the clock, over the moments where both are seen; undefined
 * where these are too few. Each shift is computed once.
 */
function correlogram(a: Clocked, b: Clocked): (shift: number) => number | undefined {
  const K = EXPRESSIONS.length;
  const known = new Map<number, number | undefined>();
  const compute = (shift: number) => {
    let [common, dot, aa, bb] = [0, 0, 0, 0];
    for (let i = 0, j = shift; i < a.n; i++, j = j + 1 === a.n ? 0 : j + 1) {
      if (a.seen[i] === 0 || b.seen[j] === 0) continue;
      common++;
      aa += a.power[i]!;
      bb += b.power[j]!;
      for (let k = 0; k < K; k++) dot += a.values[i * K + k]! * b.values[j * K + k]!;
    }
    return common < LEAST_COMMON || aa === 0 || bb === 0 ? undefined : dot / Math.sqrt(aa * bb);
  };
  return (shift) => {
    if (!known.has(shift)) known.set(shift, compute(shift));
    return known.get(shift);
  };
}

/**
 * The largest correlation over lags from one step to the window, and how often it is reached when the follower is turned round the clock
 * by a random amount: that keeps each face's own slowness, which a plain test would take for agreement. p = (1 + reached) / (1 + turns)
 * (Davison and Hinkley 1997, §4.3). Turns that bring the true lags back, forwards or backwards, are not drawn. undefined with too few
 * common moments, or a video too short to be turned.
 */
function lagged(
  at: (shift: number) => number | undefined,
  n: number,
  step: number,
  { window, shifts, seed }: Required<ContagionOptions>,
): { correlation: number; lag: number; p: number } | undefined {
  const most = Math.max(1, Math.round(window / step));
  const room = n - 3 * most - 1;
  if (room < 4 * most) return undefined;
  const largest = (turn: number) => {
    let best: { value: number; lag: number } | undefined;
    for (let lag = 1; lag <= most; lag++) {
      const value = at(lag + turn);
      if (value !== undefined && value > (best?.value ?? -2)) best = { value, lag };
    }
    return best;
  };
  const observed = largest(0);
  if (observed === undefined) return undefined;
  const chance = random(seed);
  let [reached, turns] = [0, 0];
  for (let i = 0; i < shifts; i++) {
    const other = largest(most + 1 + chance.below(room));
    if (other === undefined) continue;
    turns++;
    if (other.value >= observed.value - 1e-12) reached++;
  }
  if (turns < shifts / 2) return undefined;
  return { correlation: observed.value, lag: observed.lag * step, p: (1 + reached) / (1 + turns) };
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
