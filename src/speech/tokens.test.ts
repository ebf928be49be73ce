import { expect, test } from 'vitest';
import { cut, LONGEST, piecesOf } from './pieces.ts';
import { eventsOf } from './sounds.ts';
import { segmentsOf, wordsOf } from './tokens.ts';

const heard = (tokens: readonly string[], timestamps: readonly number[], durations?: readonly number[]) => ({
  text: tokens.join(''),
  tokens,
  timestamps,
  ...(durations === undefined ? {} : { durations }),
});

test('tokens are words: from the first token to the last letter', () => {
  const words = wordsOf(heard([' Oh', ' Phoe', 'be', ',', ' no', '!'], [0, 0.5, 0.7, 1, 1.5, 1.9], [0.3, 0.2, 0.2, 0.5, 0.4, 0.1]), 10, 2);
  expect(words.map(({ text, start, end }) => [text, start, Number(end.toFixed(6))])).toEqual([
    ['Oh', 10, 10.3],
    ['Phoebe,', 10.5, 10.9],
    ['no!', 11.5, 11.9],
  ]);
});

test('without durations a word ends with the next one, or soon; log probabilities become confidence', () => {
  const words = wordsOf({ ...heard(['▁yes', '▁but', '▁no'], [0, 0.2, 3]), ys_log_probs: [0, Math.log(0.5), Math.log(0.25)] }, 0, 3.1);
  expect(words.map(({ end }) => Number(end.toFixed(6)))).toEqual([0.2, 0.6, 3.1]);
  expect(words.map(({ confidence }) => confidence)).toEqual([1, 0.5, expect.closeTo(0.25, 12)]);
});

test('without times they are shared out, and say so', () => {
  expect(wordsOf(heard([' Hi', ' you'], []), 1, 1).map(({ start, exact }) => [start, exact])).toEqual([
    [1, false],
    [1 + 3 / 7, false],
  ]);
});

test('segments end at pauses, at the end of a sentence, and where the voice changes', () => {
  const at = (text: string, start: number) => ({ text, start, end: start + 0.3, exact: true });
  const words = [at('Hi', 0), at('there.', 0.3), at('Well', 0.6), at('yes', 2), at('no', 2.3)];
  const voices = [
    { start: 0, end: 2.25, speaker: '1' },
    { start: 2.25, end: 3, speaker: '2' },
  ];
  expect(segmentsOf(words, voices).map(({ text, speaker, start, end }) => [speaker, text, start, end])).toEqual([
    ['1', 'Hi there.', 0, 0.6],
    ['1', 'Well', 0.6, 0.8999999999999999],
    ['1', 'yes', 2, 2.3],
    ['2', 'no', 2.3, 2.5999999999999996],
  ]);
  expect(segmentsOf([])).toEqual([]);
});

test('pieces: voices with a margin, joined up to what a recogniser hears, and cut where it is quiet', () => {
  const rate = 100;
  const samples = new Float32Array(100 * rate).fill(0.5);
  samples.fill(0, 24 * rate, 25 * rate);
  const short = [
    { from: 100, to: 200 },
    { from: 400, to: 500 },
    { from: 3400, to: 3500 },
  ];
  expect(piecesOf(short, samples, rate)).toEqual([
    { from: 85, to: 515 },
    { from: 3385, to: 3515 },
  ]);
  const parts = cut({ from: 0, to: 60 * rate }, samples, rate);
  expect(parts[0]!.to).toBeGreaterThanOrEqual(24 * rate);
  expect(parts[0]!.to).toBeLessThanOrEqual(25 * rate);
  expect(parts.every(({ from, to }, i) => to - from <= LONGEST * rate && from === (parts[i - 1]?.to ?? 0))).toBe(true);
  expect(parts.at(-1)!.to).toBe(60 * rate);
});

test('sounds: windows of one class that touch are one event; other classes and low scores are none', () => {
  const tags = (name: string, prob: number) => [
    { name, prob },
    { name: 'Speech', prob: 0.99 },
  ];
  const windows = [
    { start: 0, end: 2, tags: tags('Laughter', 0.4) },
    { start: 1, end: 3, tags: tags('Laughter', 0.8) },
    { start: 2, end: 4, tags: tags('Laughter', 0.29) },
    { start: 4, end: 6, tags: tags('Laughter', 0.5) },
  ];
  expect(eventsOf(windows)).toEqual([
    { name: 'Laughter', start: 0, end: 3, confidence: 0.8 },
    { name: 'Laughter', start: 4, end: 6, confidence: 0.5 },
  ]);
});
