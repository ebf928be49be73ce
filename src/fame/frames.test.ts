import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Ticks } from '../media/index.ts';
import { writeVideo } from '../media/index.ts';
import { type FramesOptions, framesUntil, type Shown } from './frames.ts';

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
