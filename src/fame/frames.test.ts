import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fc, test as property } from '@fast-check/vitest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Ticks } from '../media/index.ts';
import { writeVideo } from '../media/index.ts';
import { type FramesOptions, framesOfEnds, framesUntil, type SharedShown, type Shown, sharedMoments } from './frames.ts';

let folder: string;
let [short, long]: [string, string] = ['', ''];

/** Ten pictures a second; the grey of each says its number. */
async function film(seconds: number): Promise<string> {
  const path = join(folder, `${seconds}.mp4`);
  const writer = await writeVideo(path, { width: 32, height: 32, timeBase: { num: 1, den: 10 } });
  for (let i = 0; i < seconds * 10; i++)
    await writer.frame({
      picture: { width: 32, height: 32, data: new Uint8Array(32 * 32 * 3).fill(20 + 4 * i) },
      pts: i as Ticks,
      duration: 1 as Ticks,
    });
  await writer.close();
  return path;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-frames-'));
  [short, long] = [await film(2), await film(5)];
});
afterAll(() => rm(folder, { recursive: true }));

async function all(path: string, end?: number, o?: FramesOptions): Promise<Shown[]> {
  const found: Shown[] = [];
  for await (const shown of framesUntil(path, end, o)) found.push(shown);
  return found;
}

test('the middles of equal parts of the cumulative clip, whatever follows it', async () => {
  const seen = await all(short, 2, { count: 4 });
  expect(seen.map(({ t }) => t)).toEqual([0.2, 0.7, 1.2, 1.7]);
  for (const { t, picture } of seen) expect(Math.abs(picture.data[0]! - (20 + 40 * t))).toBeLessThanOrEqual(2);
  const within = await all(long, 2, { count: 4 });
  expect(within.map(({ t }) => t)).toEqual(seen.map(({ t }) => t));
});

test('the whole video where it is shorter than asked', async () => {
  expect((await all(short, undefined, { count: 2 })).map(({ t }) => t)).toEqual([0.5, 1.5]);
});

test('no picture twice where there are fewer than asked for', async () => {
  const seen = await all(short, 0.55, { count: 50 });
  expect(seen.map(({ t }) => t)).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5]);
});

async function shared(path: string, ends: readonly number[], count: number): Promise<SharedShown[]> {
  const found: SharedShown[] = [];
  for await (const one of framesOfEnds(path, ends, { count })) found.push(one);
  return found;
}

property.prop([fc.double({ min: 0.01, max: 5000, noNaN: true }), fc.integer({ min: 1, max: 100 })])(
  'shared moments: one in each equal part, multiples of a power of two that is more than half a part',
  (end, count) => {
    const part = end / count;
    const moments = sharedMoments(end, count);
    expect(moments).toHaveLength(count);
    const step = 2 ** Math.floor(Math.log2(part));
    for (const [i, at] of moments.entries()) {
      expect(at / part).toBeGreaterThanOrEqual(i - 1e-9);
      expect(at / part).toBeLessThanOrEqual(i + 1 + 1e-9);
      expect(at).toBeLessThan(end);
      expect(Number.isInteger(at / step)).toBe(true);
    }
  },
);

test('several ends: the pictures of each are those it has alone, and most are shared', async () => {
  const ends = [1.7, 3.1, 3.6, 4.2, 5];
  const all = await shared(long, ends, 4);
  const times = ends.map((_, k) => all.filter(({ of }) => of.includes(k)).map(({ t }) => t));
  for (const [k, end] of ends.entries()) {
    expect((await shared(long, [end], 4)).map(({ t }) => t)).toEqual(times[k]);
    expect(times[k]).toEqual(sharedMoments(end, 4).map((at) => Math.floor(at * 10 + 1e-9) / 10)); // what is on show then
    for (const t of times[k]!) expect(t).toBeLessThan(end);
  }
  for (const { t, picture } of all) expect(Math.abs(picture.data[0]! - (20 + 40 * t))).toBeLessThanOrEqual(2);
  expect(all.map(({ t }) => t)).toEqual([...new Set(times.flat())].sort((a, b) => a - b)); // each once, in order
  expect(all.length).toBeLessThan(times.flat().length * 0.6);
});

test('several ends: no picture twice, none of the end or later, all of a film that is over sooner', async () => {
  const many = await shared(short, [0.25, 9, Number.POSITIVE_INFINITY], 200);
  expect(many.filter(({ of }) => of.includes(0)).map(({ t }) => t)).toEqual([0, 0.1, 0.2]);
  expect(many.map(({ t }) => t)).toEqual(Array.from({ length: 20 }, (_, i) => i / 10));
  for (const { of } of many) expect(of.slice(-2)).toEqual([1, 2]);
});
