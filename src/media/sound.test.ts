import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { all, makeFile, type Voice } from '../../test/support/media.ts';
import { scene } from '../../test/support/scene.ts';
import { writeVideo } from './encode.ts';
import { fileClip } from './fileclip.ts';
import type { SoundChunk, Ticks } from './frame.ts';
import { decodeSound, readSound } from './sound.ts';
import { TAPE } from './tape.ts';

const folder = mkdtempSync(join(tmpdir(), 'famenet-sound-'));
afterAll(() => rmSync(folder, { recursive: true }));
const here = (name: string) => join(folder, name);
const drawn = scene({ width: 64, height: 48 });

/** Seconds at which a burst begins. */
const BURST = 0.5;
/** One second, silent but for a burst of 0.1 s; the right channel has half of it. */
function burst(rate: number, channels: 1 | 2): Float32Array {
  return Float32Array.from({ length: rate * channels }, (_, i) => {
    const t = Math.floor(i / channels) / rate;
    const loud = i % channels === 0 ? 0.8 : 0.4;
    return t >= BURST && t < BURST + 0.1 ? loud * Math.sin(2 * Math.PI * 440 * (t - BURST)) : 0;
  });
}
const voice = (codec: string, rate: number, channels: 1 | 2 = 1): Voice => ({
  codec,
  rate,
  channels,
  pieces: [{ samples: burst(rate, channels), at: 0 }],
});
/** Seconds of the first sample that is louder than a tenth. */
function onsetOf(chunks: readonly SoundChunk[]): number {
  for (const { samples, pts, rate, channels } of chunks) {
    const i = samples.findIndex((x) => Math.abs(x) > 0.1);
    if (i >= 0) return (pts + Math.floor(i / channels)) / rate;
  }
  return Number.NaN;
}
/** The first moment when the burst of `burst` is louder than that. */
const ONSET = BURST + Math.asin(0.1 / 0.8) / (2 * Math.PI * 440);

describe.concurrent('containers', () => {
  // The place of the burst shows whether the decoder's warming up was taken away. Below 1 ms nobody sees lips and voice apart.
  test.each([
    ['wav', 'wav', 'pcm_s16le', 16_000, 0.0001],
    ['flac', 'flac', 'flac', 44_100, 0.001],
    ['mp3', 'mp3', 'libmp3lame', 44_100, 0.001],
    ['m4a', 'ipod', 'aac', 48_000, 0.001],
    ['ogg', 'ogg', 'libopus', 48_000, 0.001],
    ['webm', 'webm', 'libopus', 48_000, 0.001],
    ['avi', 'avi', 'pcm_s16le', 44_100, 0.001],
    ['mkv', 'matroska', 'flac', 48_000, 0.001],
  ])('%s', async (name, muxer, codec, rate, tolerance) => {
    const path = await makeFile(here(`burst.${name}`), muxer, { voice: voice(codec, rate) });
    const { given, end } = await all(decodeSound(path));
    expect(Math.abs(onsetOf(given) - ONSET)).toBeLessThan(tolerance);
    for (const { rate: r, channels } of given) expect([r, channels]).toEqual([16_000, 1]);
    const last = given.at(-1)!;
    expect(Math.abs((last.pts + last.samples.length) / 16_000 - 1)).toBeLessThan(0.06); // codecs fill up their last packet
    expect(end).toEqual({ notes: ['no pictures'] });
  });
});

describe.concurrent('samples', () => {
  const wav = makeFile(here('plain.wav'), 'wav', { voice: voice('pcm_s16le', 16_000) });

  test('at its own rate nothing changes', async () => {
    const { samples, rate, start } = await readSound(await wav);
    expect([samples.length, rate, start]).toEqual([16_000, 16_000, 0]);
    expect(samples).toBeClose(burst(16_000, 1), { abs: 1 / 16_000 }); // 16 bits
  });

  test('another rate: as many samples as it takes, the same wave', async () => {
    const { samples } = await readSound(await wav, { rate: 48_000 });
    expect(samples.length).toBe(48_000);
    const inside = (x: Float32Array) => x.subarray(0.52 * 48_000, 0.58 * 48_000); // away from the edges of the burst, where filters ring
    expect(inside(samples)).toBeClose(inside(burst(48_000, 1)), { abs: 0.001 });
  });

  test('two channels take turns; one is their mean', async () => {
    const path = await makeFile(here('two.wav'), 'wav', { voice: voice('pcm_s16le', 16_000, 2) });
    const { given } = await all(decodeSound(path, { channels: 2 }));
    const both = Float32Array.from(given.flatMap(({ samples }) => [...samples]));
    expect(both).toBeClose(burst(16_000, 2), { abs: 1 / 16_000 });
    const { samples } = await readSound(path);
    expect(samples).toBeClose(
      samples.map((_, i) => (both[2 * i]! + both[2 * i + 1]!) / 2),
      { abs: 1e-6 },
    );
  });

  test('pieces are half a second and follow each other', async () => {
    const { given } = await all(decodeSound(await wav, { rate: 8000 }));
    expect(given.map(({ pts, samples }) => [pts, samples.length])).toEqual([
      [0, 4000],
      [4000, 4000],
    ]);
  });

  test('what no amplitude is becomes one', async () => {
    const samples = Float32Array.of(0.5, Number.NaN, 7, -7, Number.POSITIVE_INFINITY, 0.25);
    const path = await makeFile(here('wild.wav'), 'wav', {
      voice: { codec: 'pcm_f32le', rate: 16_000, channels: 1, pieces: [{ samples, at: 0 }] },
    });
    expect([...(await readSound(path)).samples]).toEqual([0.5, 0, 1, -1, 1, 0.25]);
  });
});

describe.concurrent('the clock of the pictures', () => {
  test('a gap stays: the next piece begins later, and is silence in one array', async () => {
    const pieces = [0, 2].map((second) => ({ samples: burst(16_000, 1), at: second * 16_000 }));
    const path = await makeFile(here('gap.mkv'), 'matroska', { voice: { codec: 'pcm_s16le', rate: 16_000, channels: 1, pieces } });
    const { given } = await all(decodeSound(path));
    expect(given.map(({ pts, samples }) => [pts, samples.length])).toEqual([
      [0, 8000],
      [8000, 8000],
      [32_000, 8000],
      [40_000, 8000],
    ]);
    const { samples, start } = await readSound(path);
    expect([samples.length, start]).toEqual([48_000, 0]);
    expect(samples.subarray(16_000, 32_000).every((x) => x === 0)).toBe(true);
    expect(samples.subarray(32_000)).toBeClose(burst(16_000, 1), { abs: 1 / 16_000 });
  });

  test('an overlap is heard once', async () => {
    const pieces = [0, 15_500].map((at) => ({ samples: burst(16_000, 1), at }));
    const path = await makeFile(here('overlap.mkv'), 'matroska', { voice: { codec: 'pcm_s16le', rate: 16_000, channels: 1, pieces } });
    const { given } = await all(decodeSound(path));
    for (const [i, { pts }] of given.slice(1).entries()) expect(pts).toBe(given[i]!.pts + given[i]!.samples.length);
    const last = given.at(-1)!;
    expect(Math.abs(last.pts + last.samples.length - 31_500)).toBeLessThanOrEqual(16); // Matroska counts in milliseconds
  });

  test('sound that begins later, begins later', async () => {
    const pieces = [{ samples: burst(16_000, 1), at: 8000 }];
    const path = await makeFile(here('late.mkv'), 'matroska', {
      pictures: {
        codec: 'libx264',
        timeBase: { num: 1, den: 25 },
        shown: [0, 1].map((pts) => ({ picture: drawn.picture(pts), pts, duration: 1 })),
      },
      voice: { codec: 'flac', rate: 16_000, channels: 1, pieces },
    });
    expect((await readSound(path)).start).toBe(0.5);
  });

  test('what our own writer wrote comes back in its place', async () => {
    const path = here('own.mp4');
    const video = await writeVideo(path, { width: 64, height: 48, sound: { rate: 48_000, channels: 2 } });
    for (let i = 0; i < 10; i++) await video.frame({ picture: drawn.picture(i / 10), pts: (i * 9000) as Ticks, duration: 9000 as Ticks });
    await video.sound(burst(48_000, 2));
    await video.close();
    const { given, end } = await all(decodeSound(path, TAPE));
    expect(given[0]!.pts).toBe(0);
    expect(Math.abs(onsetOf(given) - ONSET)).toBeLessThan(0.001);
    expect(end).toEqual({ notes: [] });
  });

  test('a video without sound gives none, and says so', async () => {
    const path = await makeFile(here('mute.mp4'), 'mp4', {
      pictures: {
        codec: 'libx264',
        timeBase: { num: 1, den: 25 },
        shown: [0, 1].map((pts) => ({ picture: drawn.picture(pts), pts, duration: 1 })),
      },
    });
    expect(await all(decodeSound(path))).toEqual({ given: [], end: { notes: ['no sound'] } });
    expect(await readSound(path)).toEqual({ samples: new Float32Array(0), rate: 16_000, start: 0 });
  });
});

test.each([{ rate: 0 }, { rate: 1e9 }, { rate: 16_000.5 }, { channels: 3 as 2 }])('%o is refused', async (options) => {
  await expect(all(decodeSound(here('plain.wav'), options))).rejects.toMatchObject({ code: 'MEDIA_OPTION' });
});

test('a file is a clip: its name, its bytes, its pictures and its sound', async () => {
  const path = here('clip.mp4');
  const video = await writeVideo(path, { width: 64, height: 48, sound: { rate: 48_000, channels: 2 } });
  for (let i = 0; i < 5; i++) await video.frame({ picture: drawn.picture(i / 10), pts: (i * 9000) as Ticks, duration: 9000 as Ticks });
  await video.sound(burst(48_000, 2));
  await video.close();
  const clip = await fileClip(path);
  expect(clip.id).toBe('clip');
  expect((await fileClip(path, { id: 'mine' })).id).toBe('mine');
  expect(clip.fingerprint).toMatch(/^[0-9a-f]{64}$/);
  const indices: number[] = [];
  const showing = clip.open(TAPE);
  let heard = 0;
  for await (const { rate, channels, samples } of showing.sound()) {
    expect([rate, channels]).toEqual([TAPE.rate, TAPE.channels]);
    heard += samples.length / channels;
  }
  for await (const frame of showing.frames()) indices.push(frame.index);
  expect(indices).toEqual([0, 1, 2, 3, 4]);
  expect(heard).toBe(48_000);
  await showing.close();
  const deaf = clip.open(TAPE); // who does not listen sees the same
  indices.length = 0;
  for await (const frame of deaf.frames()) indices.push(frame.index);
  expect(indices).toEqual([0, 1, 2, 3, 4]);
  await deaf.close();
  await expect(clip.open(TAPE, AbortSignal.abort()).frames().next()).rejects.toMatchObject({ code: 'STOPPED' });
  writeFileSync(here('other.mp4'), Buffer.from('no video'));
  await expect(fileClip(here('other.mp4'))).rejects.toMatchObject({ code: 'MEDIA_FORMAT' });
});
