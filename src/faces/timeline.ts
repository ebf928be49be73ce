import { EMOTIONS, type Emotion } from './emotion.ts';

/** How viewers would read a face at a moment: probabilities in the order of `EMOTIONS`. */
export interface Reading {
  /** Seconds. */
  readonly t: number;
  readonly emotions: Float32Array;
}

/** A stretch of readings that follow each other closely; `timeline` is a list of them, in order of time. */
export type Stretch = readonly Reading[];

export interface SmoothingOptions {
  /** Standard deviation of the kernel, in seconds; 0 leaves the readings as they are. */
  readonly spread?: number;
  /** Only the past and the present count: what a live view can show. Shifts everything later by about 0.8 spreads. */
  readonly causal?: boolean;
}

export const TIMELINE_DEFAULTS = {
  spread: 0.3,
  causal: false,
  /** A face unseen for longer than this many seconds begins a new stretch: nothing is smoothed, ranked or interpolated across. */
  gap: 1,
} as const;

const NEUTRAL = EMOTIONS.indexOf('neutral');
/** The kernel ends here, in spreads: what lies beyond weighs less than 1.2 %. */
const KERNEL_END = 3;

/** Readings of one track cut into stretches: wherever nothing is known for more than `gap` seconds. Readings come in order of time. */
export function stretches(readings: readonly Reading[], gap: number = TIMELINE_DEFAULTS.gap): Stretch[] {
  const out: Reading[][] = [];
  for (const reading of readings) {
    const current = out.at(-1);
    if (current === undefined || reading.t - current.at(-1)!.t > gap) out.push([reading]);
    else current.push(reading);
  }
  return out;
}

/**
 * The readings of a stretch, each replaced by the mean of its neighbours under a Gaussian over real time (Nadaraya 1964, Watson 1964):
 * a distribution again, between the smallest and the largest reading. Edges have fewer neighbours and are smoothed less.
 */
export function smoothed(
  stretch: Stretch,
  { spread = TIMELINE_DEFAULTS.spread, causal = TIMELINE_DEFAULTS.causal }: SmoothingOptions = {},
): Reading[] {
  if (spread <= 0) return [...stretch];
  let first = 0;
  return stretch.map(({ t }) => {
    while (stretch[first]!.t < t - KERNEL_END * spread) first++;
    const sums = new Float64Array(EMOTIONS.length);
    let total = 0;
    for (let j = first; j < stretch.length; j++) {
      const away = stretch[j]!.t - t;
      if (away > (causal ? 0 : KERNEL_END * spread)) break;
      const weight = Math.exp(-0.5 * (away / spread) ** 2);
      total += weight;
      for (let e = 0; e < sums.length; e++) sums[e]! += weight * stretch[j]!.emotions[e]!;
    }
    return { t, emotions: Float32Array.from(sums, (sum) => sum / total) };
  });
}

/** A moment when viewers would read an emotion most clearly. */
export interface Peak {
  readonly t: number;
  readonly emotion: Emotion;
  /** Probability at the peak. */
  readonly value: number;
  /** How far it stands out from the higher of the two valleys beside it. */
  readonly prominence: number;
  /** 1 - P(neutral): total variation distance of the whole reading from a neutral one. */
  readonly fromNeutral: number;
}

export interface PeakOptions {
  readonly value?: number;
  readonly prominence?: number;
}

export const PEAK_DEFAULTS = { value: 0.3, prominence: 0.15 } as const satisfies Required<PeakOptions>;

/**
 * Local maxima of every emotion but neutral in a (smoothed) stretch, with at least this value and prominence, in order of time.
 * Prominence as for mountains: going left and right until something higher, how far one has to go down; the edge of the stretch counts
 * as an end, and a maximum on the edge has one side only. A plateau peaks in its middle. A stretch that never changes has no peak.
 */
export function peaks(stretch: Stretch, options: PeakOptions = {}): Peak[] {
  const least = { ...PEAK_DEFAULTS, ...options };
  return EMOTIONS.flatMap((emotion, e): Peak[] => {
    if (e === NEUTRAL) return [];
    const values = stretch.map((r) => r.emotions[e]!);
    return maxima(values).flatMap(({ at, prominence }): Peak[] => {
      const { t, emotions } = stretch[at]!;
      if (values[at]! < least.value || prominence < least.prominence) return [];
      return [{ t, emotion, value: values[at]!, prominence, fromNeutral: 1 - emotions[NEUTRAL]! }];
    });
  }).sort((a, b) => a.t - b.t);
}

/** Positions that are higher than both sides, with their prominence. */
function maxima(values: readonly number[]): { at: number; prominence: number }[] {
  const out: { at: number; prominence: number }[] = [];
  for (let i = 0; i < values.length; ) {
    const top = values[i]!;
    let end = i;
    while (end + 1 < values.length && values[end + 1] === top) end++;
    if (!(values[i - 1]! > top) && !(values[end + 1]! > top)) {
      const sides = [valley(values, i - 1, -1, top), valley(values, end + 1, 1, top)].filter((v) => v !== undefined);
      if (sides.length > 0) out.push({ at: (i + end) >> 1, prominence: top - Math.max(...sides) });
    }
    i = end + 1;
  }
  return out;
}

/** The lowest value on the way from `from` to something higher than `top`, or to the end; undefined if there is no way. */
function valley(values: readonly number[], from: number, step: 1 | -1, top: number): number | undefined {
  let lowest: number | undefined;
  for (let i = from; i >= 0 && i < values.length && values[i]! <= top; i += step) lowest = Math.min(lowest ?? top, values[i]!);
  return lowest;
}

/** Some time of a track, in one reading. */
export interface Summary {
  /** Mean over time, in the order of `EMOTIONS`. */
  readonly emotions: Float32Array;
  /** Seconds for which the face was seen. */
  readonly seen: number;
}

/**
 * The mean reading of a track between two times (seconds). Each reading stands for the time nearer to it than to its neighbours, but for
 * at most gap / 2 on either side, so that uneven frame rates and lost frames do not count double. undefined where nothing was seen.
 */
export function summary(
  readings: readonly Reading[],
  start = Number.NEGATIVE_INFINITY,
  end = Number.POSITIVE_INFINITY,
  gap: number = TIMELINE_DEFAULTS.gap,
): Summary | undefined {
  const sums = new Float64Array(EMOTIONS.length);
  let seen = 0;
  for (const [i, { t, emotions }] of readings.entries()) {
    const [before, after] = [readings[i - 1]?.t, readings[i + 1]?.t];
    // The first and the last reading reach as far outwards as inwards; a lonely one as far as it may.
    const half = (away: number | undefined) => (away === undefined ? undefined : Math.min(away, gap) / 2);
    const [left, right] = [half(before === undefined ? undefined : t - before), half(after === undefined ? undefined : after - t)];
    const from = Math.max(start, t - (left ?? right ?? gap / 2));
    const to = Math.min(end, t + (right ?? left ?? gap / 2));
    if (to <= from) continue;
    seen += to - from;
    for (let e = 0; e < sums.length; e++) sums[e]! += (to - from) * emotions[e]!;
  }
  return seen > 0 ? { emotions: Float32Array.from(sums, (sum) => sum / seen), seen } : undefined;
}

/** What a mean reading says in a word. */
export interface Verdict {
  /** `unclear` where no class dominates. */
  readonly dominant: Emotion | 'unclear';
  /** Probability of the largest class, also where it does not dominate. */
  readonly score: number;
}

export interface VerdictOptions {
  /** The largest class has at least this probability … */
  readonly least?: number;
  /** … and leads the second by this much. */
  readonly lead?: number;
}

/** Of seven classes an even reading gives 0.14 each. */
export const VERDICT_DEFAULTS = { least: 0.35, lead: 0.1 } as const satisfies Required<VerdictOptions>;

/** The class that dominates a reading. */
export function verdict(emotions: Float32Array, options: VerdictOptions = {}): Verdict {
  const { least, lead } = { ...VERDICT_DEFAULTS, ...options };
  const order = EMOTIONS.map((_, e) => e).sort((a, b) => emotions[b]! - emotions[a]!);
  const [score, second] = [emotions[order[0]!]!, emotions[order[1]!]!];
  return { dominant: score >= least && score - second >= lead ? EMOTIONS[order[0]!]! : 'unclear', score };
}

/** The strongest expression in some time: the most probable class other than neutral, and when. */
export function strongest(
  readings: readonly Reading[],
  start = Number.NEGATIVE_INFINITY,
  end = Number.POSITIVE_INFINITY,
): { readonly t: number; readonly emotion: Emotion; readonly value: number } | undefined {
  let best: { t: number; emotion: Emotion; value: number } | undefined;
  for (const { t, emotions } of readings) {
    if (t < start || t > end) continue;
    for (const [e, emotion] of EMOTIONS.entries()) {
      if (e !== NEUTRAL && emotions[e]! > (best?.value ?? 0)) best = { t, emotion, value: emotions[e]! };
    }
  }
  return best;
}

/** Several faces as one reading: mean weighted by area × time seen. undefined for no face. */
export function weighted(faces: readonly (Summary & { readonly area: number })[]): Float32Array | undefined {
  const total = faces.reduce((sum, { area, seen }) => sum + area * seen, 0);
  if (total <= 0) return undefined;
  return Float32Array.from(EMOTIONS, (_, e) => faces.reduce((sum, f) => sum + f.area * f.seen * f.emotions[e]!, 0) / total);
}
