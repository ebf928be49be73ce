import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cutOf, type Scene, scene, timesOf } from '../../test/support/scene.ts';
import { decode } from './decode.ts';
import { secondsOf } from './frame.ts';
import { mergeClips } from './merge.ts';
import { readSound } from './sound.ts';

/** Odd rates of about 10 frames a second, so that no clip ends on a whole sample, tick or millisecond of another. */
const RATES = [
  { timeBase: { num: 1, den: 30_000 }, ticks: 3003 },
  { timeBase: { num: 1, den: 24_000 }, ticks: 2503 },
  { timeBase: { num: 1, den: 1000 }, ticks: 97 },
  { timeBase: { num: 1, den: 12_800 }, ticks: 1301 },
] as const;
/** Pairs of clips of one rate, 30 s apart in the scene; the second begins 8 frames before the end of the first. */
const PAIRS = Array.from({ length: 16 }, (_, i) => {
  const rate = RATES[i % RATES.length]!;
  return { rate, from: Math.ceil((i * 30) / timesOf(rate)(1)), length: 97 + (i % 5) };
});
const OVERLAP = 8;
/** A flash and a click at every frame whose number is a multiple of this. */
const EVERY = 41;

const CLICK = 0.004; // seconds
const BUCKETS = 10; // a second

/** Moments of the flashes: at most one in each tenth of a second. */
const flashes = new Map<number, number>();
for (const { rate, from, length } of PAIRS) {
  for (let i = from; i < from + 2 * length; i++) {
    const at = timesOf(rate)(i);
    if (i % EVERY === 0) flashes.set(Math.floor(at * BUCKETS), at);
  }
}
const moving = scene({ width: 32, height: 24 });
const white = { width: 32, height: 24, data: new Uint8Array(32 * 24 * 3).fill(255) };
const flashing: Scene = {
  ...moving,
  picture: (seconds, grain) => (flashes.get(Math.floor(seconds * BUCKETS)) === seconds ? white : moving.picture(seconds, grain)),
  voice(seconds) {
    const bucket = Math.floor(seconds * BUCKETS);
    const since = seconds - (flashes.get(bucket) ?? flashes.get(bucket - 1) ?? Infinity);
    return since >= 0 && since < CLICK ? 0.8 * Math.sin(2 * Math.PI * 1500 * since) : 0;
  },
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-drift-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('over five minutes and 32 clips the sound never leaves the pictures', async () => {
  const clips = PAIRS.flatMap(({ rate, from, length }) => [
    cutOf(flashing, { ...rate, from, to: from + length, grain: 2 }),
    cutOf(flashing, { ...rate, from: from + length - OVERLAP, to: from + 2 * length, grain: 2 }),
  ]);
  const path = join(folder, 'U.mp4');
  const last = clips.length - 1;
  const [merged] = await mergeClips(clips, { target: (k) => (k === last ? path : undefined) });
  expect(merged!.ledger.clips.map(({ dropped }) => dropped)).toEqual(PAIRS.flatMap(() => [0, OVERLAP]));

  const seen: number[] = [];
  for await (const { picture, pts, timeBase } of decode(path)) {
    if (picture.data.reduce((sum, x) => sum + x, 0) / picture.data.length > 240) seen.push(secondsOf(pts, timeBase));
  }
  const { samples, start } = await readSound(path, { rate: 48_000 });
  const heard: number[] = [];
  for (let i = 0; i < samples.length; i++) {
    if (Math.abs(samples[i]!) < 0.3) continue;
    heard.push(start + i / 48_000);
    i += 4800;
  }

  expect(seen.at(-1)! - seen[0]!).toBeGreaterThan(290);
  expect(heard.length).toBe(seen.length);
  const offsets = heard.map((at, i) => at - seen[i]!);
  // A frame is 33 ms; what is left is how sharply a click can be seen after AAC.
  expect(Math.max(...offsets.map(Math.abs))).toBeLessThan(0.002);
});
