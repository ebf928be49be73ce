import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cut, cutOf, type Scene, scene } from '../../test/support/scene.ts';
import { OUR_TIME_BASE, rescale, type Ticks } from './frame.ts';
import type { ClipEntry, FrameEntry } from './ledger.ts';
import { type Clip, openReel } from './reel.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-reel-'));
});
afterAll(() => rm(folder, { recursive: true }));

interface Wound {
  readonly clips: readonly ClipEntry[];
  readonly frames: readonly FrameEntry[];
  readonly end: Ticks;
  readonly size: { readonly width: number; readonly height: number };
}

/** What a reel says of these clips. */
async function wound(...clips: readonly Clip[]): Promise<Wound> {
  const path = join(folder, 'U.mp4');
  const reel = await openReel(path, { quality: 30, reach: 12 });
  try {
    for (const clip of clips) await reel.add(clip);
    const size = await reel.write(path);
    return { clips: reel.clips, frames: reel.frames, end: reel.end, size };
  } finally {
    await reel.close();
  }
}

const lively = scene();
const cut = (from: number, to: number, more: Partial<Cut> = {}, of: Scene = lively) => cutOf(of, { from, to, ...more });
const notesOf = ({ clips }: Wound) => clips.map(({ notes }) => notes);

test('ticks are converted from the beginning of each clip, so that no rounding adds up', async () => {
  const film = { ticks: 1001, timeBase: { num: 1, den: 24_000 } };
  const { frames, end, clips } = await wound(cut(0, 30, film), cut(40, 70));
  const of = (i: number) => rescale((i * 1001) as Ticks, film.timeBase, OUR_TIME_BASE); // i · 3753.75
  expect(frames.slice(0, 30).map(([, , at]) => at)).toEqual(Array.from({ length: 30 }, (_, i) => of(i)));
  expect(frames.slice(0, 30).map(([, , , duration]) => duration)).toEqual(Array.from({ length: 30 }, (_, i) => of(i + 1) - of(i)));
  expect(frames.slice(30).map(([, , at]) => at)).toEqual(Array.from({ length: 30 }, (_, i) => of(30) + i * 3003));
  expect(end).toBe(of(30) + 30 * 3003);
  expect(clips.map(({ from, to, timeBase }) => [from, to, timeBase.den])).toEqual([
    [0, of(30), 24_000],
    [of(30), end, 30_000],
  ]);
});

test('uneven times stay, also behind a repeat; the first frame need not be at zero', async () => {
  const ticks = (frame: number) => (frame % 7 === 3 ? 4004 : 1001);
  const { frames, clips } = await wound(cut(0, 20, { ticks }), cut(14, 40, { ticks, pts: 777 }));
  expect(clips[1]).toMatchObject({ dropped: 6, seam: { is: 'repeat' } });
  const durations = Array.from({ length: 40 }, (_, i) => ticks(i) * 3);
  expect(frames.map(([, , , duration]) => duration)).toEqual(durations);
  expect(frames.map(([, , at]) => at)).toEqual(durations.map((_, i) => durations.slice(0, i).reduce((a, b) => a + b, 0)));
  expect(frames[20]!.slice(0, 2)).toEqual([1, 777 + [14, 15, 16, 17, 18, 19].reduce((sum, i) => sum + ticks(i), 0)]);
});

test('frames without a duration are shown for a tick, and push the next one', async () => {
  const { frames, end } = await wound(cut(0, 4, { ticks: (frame) => (frame % 2 === 1 ? 0 : 1001) }));
  expect(frames.map(([, , at, duration]) => [at, duration])).toEqual([
    [0, 3003],
    [3003, 1],
    [3004, 3002],
    [6006, 1],
  ]);
  expect(end).toBe(6007);
});

test('the first clip gives the size; odd sides are filled up', async () => {
  const [wide, odd] = [scene({ width: 96, height: 48 }), scene({ width: 33, height: 27 })];
  const first = await wound(cut(0, 10), cut(10, 20, {}, wide));
  expect(first.size).toEqual({ width: 64, height: 48 });
  expect(notesOf(first)).toEqual([[], ['CLIP_RESIZED']]);
  expect(first.clips.map(({ width, height }) => [width, height])).toEqual([
    [64, 48],
    [96, 48],
  ]);
  const second = await wound(cut(0, 10, {}, odd));
  expect(second.size).toEqual({ width: 34, height: 28 });
  expect(notesOf(second)).toEqual([['CLIP_SIDE_ODD']]);
});

test('what seams were found comes as notes', async () => {
  const still = scene({ calm: 0 });
  const other = scene({ seed: 8 }).voice;
  const silent = { sound: false };
  expect(notesOf(await wound(cut(0, 40), cut(20, 60, { sound: other })))).toEqual([[], ['SEAM_SOUND_DIFFERS']]);
  expect(notesOf(await wound(cut(0, 40, {}, still), cut(40, 60, {}, still)))).toEqual([[], ['SEAM_STILL']]);
  const unclear = await wound(cut(0, 40, silent, still), cut(30, 60, silent, still));
  expect(notesOf(unclear)).toEqual([['CLIP_NO_SOUND'], ['CLIP_NO_SOUND', 'SEAM_UNCLEAR']]);
  expect(unclear.end).toBe(70 * 3003);
});

test('still shots keep their length, and only what was shown goes: 30 of 60 still frames', async () => {
  const still = scene({ calm: 0 });
  const { clips, end } = await wound(cut(0, 60, { grain: 2 }, still), cut(30, 120, { grain: 2 }, still));
  expect(clips[1]).toMatchObject({ dropped: 30, kept: 60, seam: { is: 'repeat', by: 'sound' } });
  expect(end).toBe(120 * 3003);
});

test('without pictures nothing is written', async () => {
  const place = await mkdtemp(join(folder, 'empty-'));
  const reel = await openReel(join(place, 'U.mp4'), { quality: 30, reach: 12 });
  await expect(reel.write(join(place, 'U.mp4'))).rejects.toMatchObject({ code: 'MEDIA_MERGE_NOTHING' });
  await reel.add(cut(0, 0));
  await expect(reel.write(join(place, 'U.mp4'))).rejects.toMatchObject({ code: 'MEDIA_MERGE_NOTHING' });
  await reel.close();
  expect(await readdir(place)).toEqual([]);
});

test('stopped while it writes: no file, and it can be written again', async () => {
  const place = await mkdtemp(join(folder, 'stopped-'));
  const path = join(place, 'U.mp4');
  const reel = await openReel(path, { quality: 30, reach: 12 });
  await reel.add(cut(0, 10));
  await expect(reel.write(path, AbortSignal.abort())).rejects.toMatchObject({ code: 'STOPPED' });
  expect(await readdir(place)).toEqual([]);
  await reel.write(path);
  expect(await readdir(place)).toEqual(['U.mp4']);
  await reel.close();
});
