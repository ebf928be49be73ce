import { pbkdf2 } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { scene } from '../../test/support/scene.ts';
import { check, quietAv } from './av.ts';
import { type Coded, even, pictureEncoder, soundEncoder, type Track } from './codec.ts';
import { OUR_TIME_BASE, type Ticks } from './frame.ts';
import { BT601, type Image, planesLength } from './planes.ts';

const film = scene();

/** 60 frames of the scene at 30 a second, compressed; these ones as keys. */
async function compressed(keys: readonly number[] = [], size: { width: number; height: number } = film): Promise<Coded[]> {
  const encoder = await pictureEncoder({ width: size.width, height: size.height, timeBase: OUR_TIME_BASE, quality: 25 });
  const coded: Coded[] = [];
  for (let i = 0; i < 60; i++) {
    coded.push(...(await encoder.encode(film.picture(i / 30), (i * 3000) as Ticks, 3000 as Ticks, keys.includes(i))));
  }
  coded.push(...(await encoder.end()));
  encoder.close();
  return coded;
}

test('a packet for each picture, in their order, key where asked', async () => {
  const coded = await compressed([17, 40]);
  expect(coded.map(({ pts }) => pts)).toEqual(Array.from({ length: 60 }, (_, i) => i * 3000));
  expect(coded.every(({ duration }) => duration === 3000)).toBe(true);
  expect(coded.flatMap(({ key }, i) => (key ? [i] : []))).toEqual([0, 17, 40]);
});

test('equal pictures give equal packets', async () => {
  const [a, b] = [await compressed(), await compressed()];
  expect(a.map(({ data }) => Buffer.from(data).toString('base64'))).toEqual(b.map(({ data }) => Buffer.from(data).toString('base64')));
});

/** Collects garbage now, and puts other bytes where pictures of this size were. */
function collect(bytes: number): void {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  for (let i = 0; i < 2; i++) gc();
  for (let i = 0; i < 500; i++) Buffer.allocUnsafeSlow(bytes).fill(i);
}

test.each([
  [63, 47, 'colours'], // filled up to even sides: a copy that nobody else has
  [64, 48, 'colours'],
  [63, 47, 'planes'],
  [64, 48, 'planes'],
  [64, 48, 'planes of other colours'], // converted twice
] as const)(
  'a picture of %i × %i in %s that waits for a thread is not collected as garbage',
  { timeout: 120_000 },
  async (width, height, form) => {
    const busy = () => Array.from({ length: 4 }, () => new Promise((done) => pbkdf2('', '', 100_000, 64, 'sha512', done))); // all threads
    const made = (i: number): Image => {
      const bytes = (length: number) => Uint8Array.from({ length }, (_, at) => (at * (i + 3)) % 251);
      if (form === 'colours') return { width, height, data: bytes(width * height * 3) };
      return { width, height, planes: bytes(planesLength(width, height)), colours: form === 'planes' ? BT601 : { ...BT601, full: true } };
    };
    const packets = async (late: boolean): Promise<string[]> => {
      const encoder = await pictureEncoder({ width, height, timeBase: OUR_TIME_BASE, quality: 0 });
      const coded: Coded[] = [];
      for (let i = 0; i < 2; i++) {
        const threads = late ? busy() : [];
        const coming = encoder.encode(made(i), (i * 3000) as Ticks, 3000 as Ticks);
        await new Promise(setImmediate); // what only this turn knows is forgotten
        if (late) for (const length of [even(width) * even(height) * 3, planesLength(even(width), even(height))]) collect(length);
        coded.push(...(await coming));
        await Promise.all(threads);
      }
      coded.push(...(await encoder.end()));
      encoder.close();
      return coded.map(({ data }) => Buffer.from(data).toString('base64'));
    };
    expect(await packets(true)).toEqual(await packets(false));
  },
);

/** The level that an H.264 stream declares, times 10: the fourth byte of its sequence parameter set. */
function levelOf({ parameters }: Track): number {
  const bytes = Buffer.from(parameters.extradata!);
  return bytes[bytes.indexOf(Buffer.from([0, 0, 0, 1, 0x67])) + 7]!;
}

test.each([
  [64, 48, 10],
  [1280, 720, 31],
  [1920, 1080, 40],
])('%i × %i declares the level that its size needs, %i: ticks are no pictures', async (width, height, level) => {
  const encoder = await pictureEncoder({ width, height, timeBase: OUR_TIME_BASE, quality: 25 });
  expect(levelOf(encoder)).toBe(level);
  encoder.close();
});

test('sides are even', () => expect([1, 2, 33, 48].map(even)).toEqual([2, 2, 34, 48]));

test('sound: packets of 1024 samples from before zero up to the end, whatever the pieces', async () => {
  const coded: Coded[][] = [];
  for (const piece of [1024, 777, 48_000]) {
    const encoder = await soundEncoder({ rate: 48_000, channels: 2 });
    const all: Coded[] = [];
    for (let done = 0; done < 10_000; done += piece) {
      const count = Math.min(piece, 10_000 - done);
      all.push(...(await encoder.encode(Float32Array.from({ length: count * 2 }, (_, i) => film.voice((done + (i >> 1)) / 48_000)))));
    }
    all.push(...(await encoder.end()));
    encoder.close();
    coded.push(all);
  }
  expect(coded[1]).toEqual(coded[0]);
  expect(coded[2]).toEqual(coded[0]);
  expect(coded[0]!.map(({ pts }) => pts)).toEqual(Array.from({ length: 11 }, (_, i) => (i - 1) * 1024));
  expect(coded[0]!.at(-1)!.pts + coded[0]!.at(-1)!.duration).toBe(10_000);
});

test('no sound, and what is no sound: silence instead of an error', async () => {
  const none = await soundEncoder({ rate: 48_000, channels: 1 });
  expect(await none.end()).toEqual([]);
  none.close();
  const bytes = async (value: number) => {
    const encoder = await soundEncoder({ rate: 48_000, channels: 1 });
    const coded = [...(await encoder.encode(new Float32Array(4096).fill(value))), ...(await encoder.end())];
    encoder.close();
    return coded.map(({ data }) => Buffer.from(data).toString('base64'));
  };
  expect(await bytes(Number.NaN)).toEqual(await bytes(0));
  expect(await bytes(Number.POSITIVE_INFINITY)).toEqual(await bytes(1));
  expect(await bytes(-3e38)).toEqual(await bytes(-1));
});

test('what FFmpeg says becomes an error with the file, and a full disk is told as such', async () => {
  const av = await quietAv();
  expect(check(av, 3, 'writing', 'U_0.mp4')).toBe(3);
  expect(() => check(av, -28, 'writing', 'U_0.mp4')).toThrow(/MEDIA_WRITE[\s\S]*U_0\.mp4[\s\S]*free disk space/);
  expect(() => check(av, -13, 'opening', 'U_0.mp4')).toThrow(/opening: Permission denied[\s\S]*you may write/);
});
