import { expect, test } from 'vitest';
import { CAST } from './cast.ts';
import { speak, voice } from './sound.ts';

const RATE = 16_000;
const speech = speak('Wait, look at that! I cannot believe it.');

test('syllables follow the text: vowels, pauses at commas, longer ones between sentences', () => {
  expect(speech.syllables.map(({ vowel }) => vowel).join('')).toBe('aoaaiaoeii'); // wait look at that I can-not be-lieve it
  const gap = (i: number) => speech.syllables[i + 1]!.from - speech.syllables[i]!.to;
  expect(gap(0)).toBeCloseTo(0.16, 10);
  expect(gap(1)).toBeCloseTo(0.05, 10);
  expect(gap(3)).toBeCloseTo(0.3, 10);
  expect(speak('').seconds).toBe(0);
});

test('a mouth is shut in pauses and before and after, and never wider than wide', () => {
  const [first, second] = speech.syllables;
  for (const t of [-1, (first!.to + second!.from) / 2, speech.seconds + 0.01]) expect(speech.opening(t)).toBe(0);
  const openings = Array.from({ length: 200 }, (_, i) => speech.opening((i / 200) * speech.seconds));
  expect(Math.max(...openings)).toBeGreaterThan(0.5);
  expect(Math.max(...openings)).toBeLessThanOrEqual(1);
});

test('the voice is loud where the mouth is open', () => {
  const samples = voice(speech, CAST[0]!, RATE);
  const window = 0.03;
  const pairs = Array.from({ length: Math.floor(speech.seconds / window) }, (_, i) => {
    const piece = samples.subarray(Math.round(i * window * RATE), Math.round((i + 1) * window * RATE));
    return [speech.opening((i + 0.5) * window), Math.sqrt(piece.reduce((sum, x) => sum + x * x, 0) / piece.length)] as const;
  });
  expect(correlation(pairs)).toBeGreaterThan(0.7);
  for (const { from, to } of speech.syllables) {
    const loud = (at: number) =>
      samples
        .subarray(Math.round((at - 0.006) * RATE), Math.round((at + 0.006) * RATE))
        .reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    expect(loud(from + 0.006)).toBeLessThan(0.5 * loud((from + to) / 2));
  }
});

test.each(CAST.slice(0, 4))('$name speaks at the pitch of the character', (who) => {
  // The strongest period between 60 and 400 Hz of the autocorrelation over the first syllable.
  const { from, to } = speech.syllables[0]!;
  const piece = voice(speech, who, RATE).subarray(Math.round((from + 0.06) * RATE), Math.round(to * RATE));
  const power = (lag: number) => piece.subarray(lag).reduce((sum, x, i) => sum + x * piece[i]!, 0) / (piece.length - lag);
  const lags = Array.from({ length: Math.floor(RATE / 60) - RATE / 400 }, (_, i) => RATE / 400 + i);
  const best = lags.reduce((a, b) => (power(b) > 1.05 * power(a) ? b : a)); // an octave below is as strong; the shorter period counts
  expect(RATE / best / who.pitch).toBeGreaterThan(0.9);
  expect(RATE / best / who.pitch).toBeLessThan(1.1);
});

test('samples are finite, within ±0.6, and the same each time', () => {
  const samples = voice(speech, CAST[1]!, RATE);
  expect(samples.length).toBe(Math.ceil(speech.seconds * RATE));
  expect(samples.every(Number.isFinite)).toBe(true);
  expect(samples.reduce((most, x) => Math.max(most, Math.abs(x)), 0)).toBeCloseTo(0.6, 6);
  const same = (other: Float32Array) => Buffer.from(other.buffer).equals(Buffer.from(samples.buffer));
  expect(same(voice(speech, CAST[1]!, RATE))).toBe(true);
  expect(same(voice(speech, CAST[2]!, RATE))).toBe(false);
});

function correlation(pairs: readonly (readonly [number, number])[]): number {
  const mean = (k: 0 | 1) => pairs.reduce((sum, p) => sum + p[k], 0) / pairs.length;
  const [a, b] = [mean(0), mean(1)];
  const sum = (of: (p: readonly [number, number]) => number) => pairs.reduce((s, p) => s + of(p), 0);
  return sum((p) => (p[0] - a) * (p[1] - b)) / Math.sqrt(sum((p) => (p[0] - a) ** 2) * sum((p) => (p[1] - b) ** 2));
}
