/** Mono sound at 2 kHz, smoothed: enough to recognise speech and music again, and cheap to compare. */
export type Hum = Float32Array;

/** Samples a second of a Hum. */
export const HUM_RATE = 2000;

/**
 * Sound (left and right in turns, `rate` a multiple of 2,000) as a Hum that ends where the sound ends: averages, smoothed once more so that it hardly
 * matters which samples they begin with.
 */
export function humOf(samples: Float32Array, { rate, channels }: { readonly rate: number; readonly channels: number }): Hum {
  const step = (rate / HUM_RATE) * channels;
  const length = Math.floor(samples.length / step);
  const coarse = new Float32Array(length);
  let i = samples.length - length * step;
  for (let k = 0; k < length; k++) {
    let sum = 0;
    for (const end = i + step; i < end; i++) sum += samples[i]!;
    coarse[k] = sum / step;
  }
  return coarse.map((x, k) => (x * 2 + (coarse[k - 1] ?? x) + (coarse[k + 1] ?? x)) / 4);
}

/** Where and how strongly the beginning of one sound is heard in the end of another. */
export interface Echo {
  /** Highest correlation, −1 to 1. */
  readonly correlation: number;
  /** Which of the overlaps that were asked for it is nearest to. */
  readonly which: number;
  /** No other place correlates nearly as well. */
  readonly clear: boolean;
}

/** Less than this says nothing: any vowel resembles another for so long. */
const SHORTEST = 0.25 * HUM_RATE;
/** More than this says nothing new. */
const LONGEST = 2 * HUM_RATE;
/** Files differ in how they count the samples that a decoder needs to warm up: up to 2,048 of them. */
const LOOSE = 0.06 * HUM_RATE;
/** Amplitude (root mean square) below which it is silence: −54 dB. */
const SILENT = 0.002;
/** The second-best place may reach this part of the best one's correlation. */
const SECOND = 0.8;

/**
 * Looks for the beginning of `head` in the end of `tail`, at overlaps near the ones asked for (seconds): normalised correlation over the overlap, 2 s at most.
 * Undefined where it cannot say: every overlap, or `head`, is shorter than a quarter of a second, or silent.
 */
export function echo(tail: Hum, head: Hum, overlaps: readonly number[]): Echo | undefined {
  const asked = overlaps.map((seconds) => Math.round(seconds * HUM_RATE));
  const [tailEnergy, headEnergy] = [energies(tail), energies(head)];
  const found = new Map<number, number>(); // overlap in samples → correlation
  for (const overlap of asked) {
    if (overlap < SHORTEST) continue; // else only its longer neighbours would be heard, where the sound is not
    for (let lag = overlap - LOOSE; lag <= overlap + LOOSE; lag++) {
      if (!found.has(lag)) found.set(lag, correlationAt(tail, head, lag, tailEnergy, headEnergy));
    }
  }
  let best: { lag: number; correlation: number } | undefined;
  for (const [lag, correlation] of found) {
    if (correlation > (best?.correlation ?? -Infinity)) best = { lag, correlation };
  }
  if (!best) return undefined;
  const { lag, correlation } = best;
  const distance = (i: number) => Math.abs(asked[i]! - lag);
  const which = asked.reduce((nearest, _, i) => (distance(i) < distance(nearest) ? i : nearest), 0);
  const second = [...found].some(([other, c]) => Math.abs(other - lag) > LOOSE && c > correlation * SECOND);
  return { correlation, which, clear: !second };
}

/** The correlation with an overlap of so many samples; NaN where it says nothing, which is never the highest. */
function correlationAt(tail: Hum, head: Hum, overlap: number, tailEnergy: Float64Array, headEnergy: Float64Array): number {
  const length = Math.min(overlap, head.length, LONGEST);
  const start = tail.length - overlap;
  if (length < SHORTEST - LOOSE || start < 0) return Number.NaN;
  const a = tailEnergy[start + length]! - tailEnergy[start]!;
  const b = headEnergy[length]!;
  if (Math.min(a, b) < length * SILENT * SILENT) return Number.NaN;
  let sum = 0;
  for (let i = 0; i < length; i++) sum += tail[start + i]! * head[i]!;
  return sum / Math.sqrt(a * b);
}

/** Sums of squares up to each sample. */
function energies(of: Hum): Float64Array {
  const sums = new Float64Array(of.length + 1);
  for (let i = 0; i < of.length; i++) sums[i + 1] = sums[i]! + of[i]! * of[i]!;
  return sums;
}
