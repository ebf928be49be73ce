/** Sound for the networks of test/fixtures/speech-tiny: tones that stand for voices and for laughter, with times that are known. */
import { fileURLToPath } from 'node:url';
import { wavOf } from '../../src/media/index.ts';
import { uniform } from '../support/generated.ts';

export const RATE = 16_000;

/** The folder of networks that hear tones. */
export const TONES = fileURLToPath(new URL('../fixtures/speech-tiny', import.meta.url));

/** What is heard: partials in Hz, inside the bands that make.py names. */
const PARTIALS = {
  low: [150, 300, 450],
  mid: [850, 1000, 1150],
  high: [1900, 2000, 2100],
  Laughter: [3100, 3300, 3500],
  'Crying, sobbing': [4500, 4800],
  Applause: [6200, 6500, 6800],
} as const;

/** A tone from here to there, in seconds. */
export interface Tone {
  readonly of: keyof typeof PARTIALS;
  readonly start: number;
  readonly end: number;
}

/** Seconds that one word of a voice sounds, and from one word to the next. */
const WORD = { sounds: 0.25, every: 0.37 } as const;

/** Somebody's turn: so many words, one behind the other. */
export interface Said extends Tone {
  readonly of: 'low' | 'mid' | 'high';
  readonly words: number;
}

/** A turn that begins here, and when it ends. */
export const turn = (of: Said['of'], start: number, words: number): Said => ({
  of,
  start,
  words,
  end: start + words * WORD.every - (WORD.every - WORD.sounds),
});

/** The words of a turn, each a tone. */
export const wordsOf = ({ of, start, words }: Said): Tone[] =>
  Array.from({ length: words }, (_, i) => ({ of, start: start + i * WORD.every, end: start + i * WORD.every + WORD.sounds }));

/** Seconds in which a tone comes and goes, and how loud each partial and the noise behind it all are. */
const [RAMP, LOUD, NOISE] = [0.01, 0.08, 0.0005];

/** The tones over a little noise, mixed. */
export function mixed(seconds: number, tones: readonly Tone[]): Float32Array {
  const samples = uniform('noise', Math.round(seconds * RATE)).map((n) => NOISE * n);
  for (const { of, start, end } of tones) {
    for (let i = Math.round(start * RATE); i < Math.min(samples.length, end * RATE); i++) {
      const t = i / RATE;
      const gain = LOUD * Math.min(1, (t - start) / RAMP, (end - t) / RAMP);
      for (const partial of PARTIALS[of]) samples[i]! += gain * Math.sin(2 * Math.PI * partial * t);
    }
  }
  return samples;
}

/** The samples as a RIFF file. */
export const wav = (samples: Float32Array): Buffer =>
  wavOf(
    Int16Array.from(samples, (sample) => Math.round(Math.max(-1, Math.min(1, sample)) * 32_767)),
    RATE,
  );
