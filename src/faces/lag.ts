import { random } from '../base/random.ts';
import { EMOTIONS } from './emotion.ts';
import type { Reading, Stretch } from './timeline.ts';

/** Expressions whose courses are compared, by position: all but neutral, which is what the others leave. */
export const EXPRESSIONS = EMOTIONS.flatMap((emotion, e) => (emotion === 'neutral' ? [] : [e]));

/** Correlations of fewer common moments than this are not computed (5 s at 5 frames a second). */
const LEAST_COMMON = 25;

/** A course on the common clock, each expression less its mean: rows of EXPRESSIONS.length values; 0 and `seen` 0 where the face is away. */
export interface Clocked {
  readonly n: number;
  readonly values: Float64Array;
  /** Sum of the squares of each row. */
  readonly power: Float64Array;
  readonly seen: Uint8Array;
}

/** Puts stretches on the clock from `start` to `end` (seconds), interpolated between readings. */
export function clocked(stretches: readonly Stretch[], start: number, end: number, step: number): Clocked {
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
export function correlogram(a: Clocked, b: Clocked): (shift: number) => number | undefined {
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
export function lagged(
  at: (shift: number) => number | undefined,
  n: number,
  step: number,
  { window, shifts, seed }: { readonly window: number; readonly shifts: number; readonly seed: number },
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
