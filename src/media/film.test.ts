import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { all } from '../../test/support/media.ts';
import { scene } from '../../test/support/scene.ts';
import { decode } from './decode.ts';
import { writeVideo } from './encode.ts';
import { watch } from './film.ts';
import type { Frame, Ticks } from './frame.ts';
import { probe } from './probe.ts';
import { readSound } from './sound.ts';
import { wavOf } from './wav.ts';

const folder = mkdtempSync(join(tmpdir(), 'famenet-film-'));
afterAll(() => rmSync(folder, { recursive: true }));
const film = join(folder, 'film.mp4');
const drawn = scene({ width: 64, height: 48 });

beforeAll(async () => {
  const video = await writeVideo(film, { width: 64, height: 48, timeBase: { num: 1, den: 10 } });
  for (let i = 0; i < 20; i++) await video.frame({ picture: drawn.picture(i / 10), pts: i as Ticks, duration: 1 as Ticks });
  await video.close();
});

test('says what a probe says, on the way to the pictures that decoding gives', async () => {
  const options = { sample: { fps: 5 }, maxSide: 32 };
  const { about, pictures } = watch(film, options);
  const seen = await all(pictures);
  expect(await about).toEqual(await probe(film));
  expect(seen).toEqual(await all(decode(film, options)));
});

test('a picture that was given back is the place of a later one, and nothing else changes', async () => {
  const { pictures, giveBack } = watch(film);
  const [seen, places]: [Uint8Array[], Set<ArrayBufferLike>] = [[], new Set()];
  for await (const { picture } of pictures) {
    seen.push(Uint8Array.from(picture.data));
    places.add(picture.data.buffer);
    giveBack(picture);
  }
  expect(seen).toEqual((await all(decode(film))).given.map(({ picture }) => Uint8Array.from(picture.data)));
  expect([seen.length, places.size]).toEqual([20, 1]);
});

test('what is given back and does not fit is no place for another', async () => {
  const { pictures, giveBack } = watch(film);
  giveBack({ width: 2, height: 2, data: new Uint8Array(12) });
  const { value } = await pictures.next();
  expect((value as Frame).picture.data).toHaveLength(64 * 48 * 3);
  await pictures.return({ notes: [] });
});

test('its sound, where it is wanted, is whole before the first picture', async () => {
  const path = join(folder, 'loud.mp4');
  const video = await writeVideo(path, { width: 64, height: 48, timeBase: { num: 1, den: 10 }, sound: { rate: 48_000, channels: 2 } });
  for (let i = 0; i < 20; i++) {
    await video.frame({ picture: drawn.picture(i / 10), pts: i as Ticks, duration: 1 as Ticks });
    await video.sound(Float32Array.from({ length: 9600 }, (_, k) => Math.sin(k / 7) / 2));
  }
  await video.close();
  const loud = watch(path, { sound: true });
  const order: string[] = [];
  void loud.about.then(() => order.push('about'));
  void loud.sound.then(() => order.push('sound'));
  await loud.pictures.next();
  order.push('picture');
  expect(order).toEqual(['about', 'sound', 'picture']);
  const heard = await loud.sound;
  expect(heard).toEqual(await readSound(path));
  expect(heard!.samples.length).toBeGreaterThan(31_000);
  expect((await all(loud.pictures)).given).toHaveLength(19);
  const unasked = watch(path);
  expect((await all(unasked.pictures)).given).toEqual((await all(decode(path))).given);
  expect(await unasked.sound).toBeUndefined();
  const silent = watch(film, { sound: true });
  expect((await all(silent.pictures)).given).toHaveLength(20);
  expect((await silent.sound)!.samples).toHaveLength(0);
});

test('what it is can be known, and refused, before anybody has asked for a picture', async () => {
  const { about, pictures } = watch(film);
  expect((await about).duration).toBeCloseTo(2, 1);
  await pictures.return({ notes: [] });
  expect((await pictures.next()).done).toBe(true);
});

test('who does not go on ends it at once, also while nothing has been read', async () => {
  const { about, sound, pictures } = watch(film, { sound: true });
  await pictures.return({ notes: [] });
  await expect(about).rejects.toMatchObject({ name: 'StoppedError' });
  await expect(sound).rejects.toMatchObject({ name: 'StoppedError' });
  expect((await pictures.next()).done).toBe(true);
});

test('where the reading ends before, every part says why', async () => {
  const sound = join(folder, 'sound.wav');
  writeFileSync(sound, wavOf(new Int16Array(1600), 16_000));
  for (const [path, code] of [
    [join(folder, 'none.mp4'), 'MEDIA_FILE'],
    [sound, 'MEDIA_NO_VIDEO'],
  ] as const) {
    const { about, sound: heard, pictures } = watch(path, { sound: true });
    await expect(pictures.next()).rejects.toMatchObject({ code });
    await expect(about).rejects.toMatchObject({ code });
    await expect(heard).rejects.toMatchObject({ code });
  }
  const { about, pictures } = watch(film, { signal: AbortSignal.abort() });
  await expect(pictures.next()).rejects.toMatchObject({ name: 'StoppedError' });
  await expect(about).rejects.toMatchObject({ name: 'StoppedError' });
});
