import { expect, test } from 'vitest';
import { scene } from '../../test/support/scene.ts';
import { echo, HUM_RATE, type Hum, humOf } from './echo.ts';

const RATE = 48_000;
const { voice } = scene();

/** Stereo sound of the voice (or another function of seconds) from `from` to `to`, as a Hum. */
function hum(from: number, to: number, at: (seconds: number) => number = voice): Hum {
  const samples = Float32Array.from({ length: Math.round((to - from) * RATE) * 2 }, (_, i) => at(from + Math.floor(i / 2) / RATE));
  return humOf(samples, { rate: RATE, channels: 2 });
}

test('a Hum has 2,000 samples a second and ends where the sound ends', () => {
  expect(hum(0, 1.5).length).toBe(1.5 * HUM_RATE);
  const click = new Float32Array((4800 + 13) * 2);
  click.fill(1, click.length - 48); // the last 24 moments: one sample of a Hum
  const of = humOf(click, { rate: RATE, channels: 2 });
  expect(of.length).toBe(200);
  expect([of.at(-1), of.at(-2), of.at(-3)]).toEqual([0.75, 0.25, 0]);
  expect(humOf(new Float32Array(40), { rate: RATE, channels: 2 }).length).toBe(0);
});

test.each([0.25, 0.4, 1, 2.5, 6])('an overlap of %d s is heard, and no other one', (overlap) => {
  const overlaps = Array.from({ length: 90 }, (_, i) => i / 10 + 0.05);
  const found = echo(hum(0, 9), hum(9 - overlap, 14), [...overlaps, overlap])!;
  expect(found.correlation).toBeGreaterThan(0.99);
  expect(Math.abs([...overlaps, overlap][found.which]! - overlap)).toBeLessThanOrEqual(0.05);
  expect(found.clear).toBe(true);
});

test('files may differ by the samples that a decoder needs to warm up', () => {
  const found = echo(hum(0, 4), hum(3 - 2048 / RATE, 7), [0.5, 1, 1.5])!;
  expect(found.which).toBe(1);
  expect(found.correlation).toBeGreaterThan(0.99);
});

test('what follows is not what was heard', () => {
  const found = echo(hum(0, 9), hum(9, 12), [0.3, 0.5, 1, 2])!;
  expect(found.correlation).toBeLessThan(0.7);
});

test('a tone is heard everywhere, so nothing is clear', () => {
  const tone = (seconds: number) => 0.2 * Math.sin(2 * Math.PI * 220 * seconds);
  expect(echo(hum(0, 4, tone), hum(3, 5, tone), [0.5, 1, 1.5, 2])).toMatchObject({ clear: false });
});

test('other loudness is the same sound', () => {
  const found = echo(
    hum(0, 4),
    hum(3, 6, (t) => voice(t) / 5),
    [1],
  )!;
  expect(found.correlation).toBeGreaterThan(0.99);
});

test.each<[string, Hum, Hum, number[]]>([
  ['silence', hum(0, 3), hum(2, 4, () => 0), [1]],
  ['silence before', hum(0, 3, () => 0.0001), hum(2, 4), [1]],
  // The voice would be found 0.05 s further back than asked, in what is too short to tell it from another vowel.
  ['an overlap of 0.2 s', hum(0, 3), hum(2.8, 5), [0.2]],
  ['a clip of 0.1 s', hum(0, 3), hum(2, 2.1), [1]],
  ['an overlap longer than what there is', hum(0, 1), hum(0, 3), [2]],
  ['no overlap', hum(0, 3), hum(3, 4), []],
])('%s says nothing', (_, tail, head, overlaps) => expect(echo(tail, head, overlaps)).toBeUndefined());
