import type { Sound } from '../media/frame.ts';

/** How loud a sound is over time, and where somebody seems to speak. One value for every `step` seconds from `start` on. */
export interface Loudness {
  readonly start: number;
  readonly step: number;
  /** Decibels above the threshold of speech, from -20 to 20: 0 and more is taken for speech. */
  readonly level: Float32Array;
}

const STEP = 0.01;
/** A value looks at this much sound, in seconds. */
const WINDOW = 0.025;
/** Speech is louder than the quiet parts by this share of the way to the loud parts, and by so many decibels at least. */
const SHARE = 0.35;
const LEAST_RISE = 8;
/** Below this (full scale = 0 dB) nothing is speech, however quiet the rest. */
const SILENCE = -55;

/**
 * Loudness against an adaptive threshold: a third of the way from the quiet parts (10th percentile) to the loud ones (95th). It tells
 * louder from quieter, not speech from music: who needs that gives the utterances' times. A sound without contrast (silence, a hum, a
 * constant noise) has no speech.
 */
export function loudness({ samples, rate, start }: Sound): Loudness {
  const count = Math.floor(samples.length / rate / STEP);
  const decibels = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const middle = (i + 0.5) * STEP;
    const from = Math.max(0, Math.round((middle - WINDOW / 2) * rate));
    const to = Math.min(samples.length, Math.max(from + 1, Math.round((middle + WINDOW / 2) * rate)));
    let power = 0;
    for (let k = from; k < to; k++) power += samples[k]! ** 2;
    decibels[i] = 10 * Math.log10(power / (to - from) + 1e-10);
  }
  const sorted = Float32Array.from(decibels).sort();
  const at = (share: number) => sorted[Math.min(count - 1, Math.floor(share * count))] ?? SILENCE;
  const [quiet, loud] = [at(0.1), at(0.95)];
  const threshold =
    loud - quiet < LEAST_RISE ? Number.POSITIVE_INFINITY : Math.max(SILENCE, quiet + Math.max(LEAST_RISE, SHARE * (loud - quiet)));
  return { start, step: STEP, level: decibels.map((d) => Math.max(-20, Math.min(20, d - threshold))) };
}

/** Mean level between two times, and the share of that time that is speech; undefined where there is no sound. */
export function heard({ start, step, level }: Loudness, from: number, to: number): { level: number; speech: number } | undefined {
  const at = Math.round((from - start) / step);
  const [first, last] = [Math.max(0, at), Math.min(level.length, Math.max(at + 1, Math.round((to - start) / step)))];
  if (last <= first) return undefined;
  let [sum, speech] = [0, 0];
  for (let i = first; i < last; i++) {
    sum += level[i]!;
    if (level[i]! >= 0) speech++;
  }
  return { level: sum / (last - first), speech: speech / (last - first) };
}
