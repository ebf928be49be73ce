import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { scene } from '../../test/support/scene.ts';
import { decode } from './decode.ts';
import { type VideoSettings, writeVideo } from './encode.ts';
import { type Frame, OUR_TIME_BASE, rescale, type Ticks } from './frame.ts';
import { pictureDifference, thumbnail } from './hash.ts';
import { type Picture, picture } from './picture.ts';
import { readSound } from './sound.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-encode-'));
});
afterAll(() => rm(folder, { recursive: true }));

const film = scene();
const SIZE = { width: 64, height: 48 };
const FILM = { num: 1, den: 24_000 };
const at = (pts: number, duration = 3000) => ({ picture: film.picture(pts / 90_000), pts: pts as Ticks, duration: duration as Ticks });

async function framesOf(path: string): Promise<Frame[]> {
  const frames: Frame[] = [];
  for await (const frame of decode(path)) frames.push(frame);
  return frames;
}

/** Writes the scene at these ticks, with a second of its voice where there is sound. */
async function written(name: string, settings: Partial<VideoSettings>, ticks: readonly number[]): Promise<string> {
  const path = join(folder, name);
  const video = await writeVideo(path, { ...SIZE, ...settings });
  for (const pts of ticks) await video.frame(at(pts));
  if (settings.sound) {
    const { rate, channels } = settings.sound;
    await video.sound(Float32Array.from({ length: rate * channels }, (_, i) => film.voice(Math.floor(i / channels) / rate)));
  }
  await video.close();
  return path;
}

const same = (a: Picture, b: Picture) => pictureDifference(thumbnail(a), thumbnail(b));

test('pictures come back as they were, at the very ticks: uneven, of another time base, and not waited for', async () => {
  const path = join(folder, 'uneven.mp4');
  const video = await writeVideo(path, SIZE);
  const ours = [0, 3003, 6006, 6007, 50_000].map((pts) => at(pts));
  const theirs = [14, 15, 16].map((i) => ({ ...at(i * 3754), pts: (i * 1001) as Ticks, duration: 1001 as Ticks, timeBase: FILM }));
  await Promise.all([...[...ours, ...theirs].map((frame) => video.frame(frame)), video.close()]);
  const frames = await framesOf(path);
  const ticks = [0, 3003, 6006, 6007, 50_000, 52_553, 56_306, 60_060]; // the last three are i · 3753.75, halves up
  expect(frames.map(({ pts, timeBase }) => rescale(pts, timeBase, OUR_TIME_BASE))).toEqual(ticks);
  expect(frames.at(-1)!.duration).toBe(3754);
  for (const [i, frame] of frames.entries()) expect(same(frame.picture, film.picture(ticks[i]! / 90_000))).toBeLessThan(6);
});

test('odd sides are filled up by their last row and column', async () => {
  const path = join(folder, 'odd.mp4');
  const video = await writeVideo(path, { width: 33, height: 17, quality: 0 });
  const data = new Uint8Array(33 * 17 * 3).fill(40);
  for (let y = 0; y < 17; y++) data.fill(220, (y * 33 + 32) * 3, (y * 33 + 33) * 3); // a bright last column
  await video.frame({ picture: picture(33, 17, data), pts: 0 as Ticks, duration: 1 as Ticks });
  await video.close();
  const { picture: got } = (await framesOf(path))[0]!;
  expect([got.width, got.height]).toEqual([34, 18]);
  const grey = (x: number, y: number) => got.data[(y * 34 + x) * 3]!;
  for (const [x, y] of [
    [33, 0],
    [33, 17],
    [32, 17],
  ] as const)
    expect(grey(x, y)).toBeGreaterThan(210);
  expect(grey(10, 17)).toBeLessThan(50);
});

test.each([
  [48_000, 2],
  [44_100, 1],
] as const)('sound of %i Hz in %i channels is where it was', async (rate, channels) => {
  const path = await written(`sound-${rate}.mp4`, { sound: { rate, channels } }, [0, 45_000]);
  const { samples, start } = await readSound(path, { rate: 48_000 });
  const from = Math.round(start * 48_000);
  let best = { lag: Number.NaN, sum: -Infinity };
  for (let lag = -300; lag <= 300; lag++) {
    let sum = 0;
    for (let i = 2400; i < 40_000; i += 3) sum += (samples[i + lag - from] ?? 0) * film.voice(i / 48_000);
    if (sum > best.sum) best = { lag, sum };
  }
  expect(Math.abs(best.lag)).toBeLessThanOrEqual(24); // half a millisecond
});

test('equal input gives equal bytes, another quality others', async () => {
  const settings = { sound: { rate: 48_000, channels: 2 } } as const;
  const ticks = Array.from({ length: 40 }, (_, i) => i * 3000);
  const files = [await written('a.mp4', settings, ticks), await written('b.mp4', settings, ticks)];
  const [a, b] = await Promise.all(files.map((file) => readFile(file)));
  expect(a!.equals(b!)).toBe(true);
  const worse = await readFile(await written('c.mp4', { ...settings, quality: 40 }, ticks));
  expect(worse.length).toBeLessThan(a!.length);
});

test.each<[string, Partial<VideoSettings>, RegExp]>([
  ['a side of 15', { width: 15 }, /15 × 48/],
  ['a side of 8193', { height: 8193 }, /64 × 8193/],
  ['half a pixel', { width: 64.5 }, /64.5/],
  ['a time base of 0', { timeBase: { num: 0, den: 1 } }, /0\/1/],
  ['a quality of 52', { quality: 52 }, /52/],
  ['a quality that is none', { quality: Number.NaN }, /NaN/],
  ['a rate of 12345', { sound: { rate: 12_345, channels: 1 } }, /12345/],
  ['three channels', { sound: { rate: 48_000, channels: 3 as 2 } }, /got +3/],
])('%s is refused before anything is written', async (_, settings, got) => {
  const refused = writeVideo(join(folder, 'refused.mp4'), { ...SIZE, ...settings });
  await expect(refused).rejects.toMatchObject({ code: 'MEDIA_WRITE_SETTINGS', message: expect.stringMatching(got) });
  expect((await readdir(folder)).filter((name) => name.includes('refused'))).toEqual([]);
});

test.each<[string, [number, number]]>([
  ['the same time again', [3000, 3000]],
  ['an earlier time', [0, 3000]],
  ['no duration', [6000, 0]],
  ['half a tick', [6000.5, 3000]],
  ['half a tick of duration', [6000, 0.5]],
  ['no number', [Number.NaN, 3000]],
])('%s is refused, and ends the video', async (_, [pts, duration]) => {
  const path = join(folder, 'times.mp4');
  await writeFile(path, 'older');
  const video = await writeVideo(path, SIZE);
  await video.frame(at(3000));
  await expect(video.frame(at(pts, duration))).rejects.toMatchObject({ code: 'MEDIA_WRITE_TIME' });
  await expect(video.frame(at(9000))).rejects.toMatchObject({ code: 'MEDIA_WRITE_ENDED' });
  await video.abort();
  expect(await readFile(path, 'utf8')).toBe('older');
  expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('a first time below zero is refused', async () => {
  const video = await writeVideo(join(folder, 'early.mp4'), SIZE);
  await expect(video.frame(at(-1))).rejects.toMatchObject({ code: 'MEDIA_WRITE_TIME' });
});

test('a picture of another size, sound that does not fit, and no picture at all are refused', async () => {
  const path = join(folder, 'never.mp4');
  const begin = (sound?: VideoSettings['sound']) => writeVideo(path, { ...SIZE, ...(sound ? { sound } : {}) });
  const small = { ...at(0), picture: picture(16, 16, new Uint8Array(768)) };
  await expect((await begin()).frame(small)).rejects.toMatchObject({ code: 'MEDIA_WRITE_SIZE' });
  await expect((await begin()).sound(new Float32Array(2))).rejects.toMatchObject({ code: 'MEDIA_WRITE_SOUND' });
  const stereo = await begin({ rate: 48_000, channels: 2 });
  await expect(stereo.sound(new Float32Array(3))).rejects.toMatchObject({ code: 'MEDIA_WRITE_SOUND' });
  await expect((await begin()).close()).rejects.toMatchObject({ code: 'MEDIA_WRITE_EMPTY' });
  expect((await readdir(folder)).filter((name) => name.includes('never'))).toEqual([]);
});

test('aborting leaves nothing, and an older file stays; after the end it does nothing', async () => {
  const path = join(folder, 'abort.mp4');
  await writeFile(path, 'older');
  const video = await writeVideo(path, { ...SIZE, sound: { rate: 48_000, channels: 2 } });
  for (let i = 0; i < 30; i++) await video.frame(at(i * 3000));
  const running = video.sound(new Float32Array(96_000));
  await video.abort();
  await running;
  await video.abort();
  expect(await readFile(path, 'utf8')).toBe('older');
  expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);

  const whole = await written('abort.mp4', {}, [0]);
  expect(whole).toBe(path);
  expect((await readFile(path)).subarray(4, 8).toString()).toBe('ftyp');
});
