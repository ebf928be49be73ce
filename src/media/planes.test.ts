import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { all, makeFile, orient, type Pictures } from '../../test/support/media.ts';
import { scene } from '../../test/support/scene.ts';
import { pictureOf } from './colour.ts';
import { decode } from './decode.ts';
import { writeVideo } from './encode.ts';
import { fileClip } from './fileclip.ts';
import { OUR_TIME_BASE, type Ticks } from './frame.ts';
import { dHash, hashDistance, pictureDifference, thumbnail } from './hash.ts';
import { mergeClips } from './merge.ts';
import { type Picture, resize } from './picture.ts';
import { BT601, isPlanes, type Planes, planesLength } from './planes.ts';
import { showFile } from './showing.ts';
import { TAPE } from './tape.ts';

const folder = mkdtempSync(join(tmpdir(), 'famenet-planes-'));
afterAll(() => rmSync(folder, { recursive: true }));
const here = (name: string) => join(folder, name);

/** A file of the scene, its seconds from `from` on, ten pictures. */
function film(name: string, how: Partial<Pictures>, { from = 0, width = 80, height = 48 } = {}): Promise<string> {
  const drawn = scene({ width, height });
  const shown = Array.from({ length: 10 }, (_, i) => ({ picture: drawn.picture(from + i / 10), pts: i, duration: 1 }));
  return makeFile(here(name), 'mp4', { pictures: { codec: 'libx264', timeBase: { num: 1, den: 10 }, shown, ...how } });
}

/** As merging reads a file. */
async function stored(path: string) {
  const showing = showFile(path, TAPE);
  try {
    return await all(showing.frames());
  } finally {
    await showing.close();
  }
}

const mean = (a: Picture, b: Picture) => a.data.reduce((sum, x, i) => sum + Math.abs(x - b.data[i]!), 0) / a.data.length;

const STORED: readonly (readonly [name: string, how: Partial<Pictures>, matrix: number, full: boolean])[] = [
  ['BT.709', { colorSpace: 'bt709' }, 1, false],
  ['BT.601', { colorSpace: 'bt601' }, 6, false],
  ['full range', { colorSpace: 'bt709', full: true }, 1, true],
  ['colours that are not said', { colorSpace: 'unsaid' }, 2, false],
  ['MPEG-4', { codec: 'mpeg4' }, 2, false],
];

describe.concurrent('planes', () => {
  test.each(STORED)('%s come as they are stored, and are the pictures that decoding gives', async (name, how, matrix, full) => {
    const path = await film(`${name}.mp4`, how);
    const [kept, shown] = [await stored(path), await all(decode(path))];
    expect(kept.end).toEqual(shown.end);
    expect(kept.given).toHaveLength(10);
    for (const [i, { picture, ...times }] of kept.given.entries()) {
      const { picture: expected, ...same } = shown.given[i]!;
      expect(times).toEqual(same);
      expect(picture).toMatchObject({ width: 80, height: 48, colours: { matrix, full } });
      expect((picture as Planes).planes.length).toBe(planesLength(80, 48));
      expect(Buffer.from((await pictureOf(picture)).data)).toEqual(Buffer.from(expected.data));
    }
  });

  test('rows that are filled up in memory are none of the picture', async () => {
    const path = await film('narrow.mp4', {}, { width: 70, height: 50 });
    const [{ given: kept }, { given: shown }] = [await stored(path), await all(decode(path))];
    for (const [i, { picture }] of kept.entries()) {
      expect((picture as Planes).planes.length).toBe(70 * 50 * 1.5);
      expect(Buffer.from((await pictureOf(picture)).data)).toEqual(Buffer.from(shown[i]!.picture.data));
    }
  });

  test.each<readonly [string, Partial<Pictures>]>([
    ['4:4:4', { pixels: '4:4:4' }],
    ['pixels that are not square', { shape: { num: 4, den: 3 } }],
  ])('%s: red, green and blue', async (name, how) => {
    const path = await film(`not-${name.replace(/\W/g, '')}.mp4`, how);
    const [{ given }, shown] = [await stored(path), await all(decode(path))];
    expect(given).toEqual(shown.given);
  });

  test('turned: red, green and blue', async () => {
    const path = orient(await film('upright.mp4', {}), here('turned.mp4'), [0, 1, -1, 0]);
    expect((await stored(path)).given).toEqual((await all(decode(path))).given);
  });

  test('a thumbnail is the same, whichever form it is taken from', async () => {
    for (const [name, how] of STORED.slice(1, 4)) {
      const path = await film(`thumb-${name}.mp4`, { ...how, colorSpace: 'bt601' }, { width: 320, height: 240 });
      for (const { picture } of (await stored(path)).given) {
        const [a, b] = [thumbnail(picture), thumbnail(await pictureOf(picture))];
        expect(pictureDifference(a, b)).toBeLessThan(2); // grey levels of the 10 that are alike: colours that RGB does not have are cut off
        expect(hashDistance(dHash(a), dHash(b))).toBeLessThan(3);
      }
    }
  });
});

describe.concurrent('merged', () => {
  const merged = async (name: string, paths: readonly string[]) => {
    const clips = await Promise.all(paths.map((path) => fileClip(path)));
    const target = here(`${name}.mp4`);
    await mergeClips(clips, { target: (k) => (k === clips.length - 1 ? target : undefined), quality: 0 });
    return target;
  };

  test.each(STORED)('%s: without loss, every pixel is what it was', async (name, how) => {
    const path = await film(`whole-${name}.mp4`, how);
    const target = await merged(`U-${name}`, [path]);
    const [{ given }, before] = [await all(decode(target)), await all(decode(path))];
    expect(given.map(({ picture }) => Buffer.from(picture.data))).toEqual(before.given.map(({ picture }) => Buffer.from(picture.data)));
  });

  test('clips of other colours and sizes get those of the first', async () => {
    const paths = [
      await film('first.mp4', { colorSpace: 'bt709' }),
      await film('second.mp4', { colorSpace: 'bt601', full: true }, { from: 3 }),
      await film('third.mp4', { pixels: '4:4:4' }, { from: 6 }),
      await film('fourth.mp4', {}, { from: 9, width: 160, height: 96 }),
    ];
    const { given } = await all(decode(await merged('U-mixed', paths)));
    expect(given).toHaveLength(40);
    const before = await Promise.all(paths.map(async (path) => (await all(decode(path))).given));
    const small = (picture: Picture) => resize(picture, 20, 12, 'bilinear'); // without the edges of colours, which 4:2:0 cannot keep
    for (const [i, { picture }] of before.flat().entries()) {
      const difference = mean(small(given[i]!.picture), small(picture));
      if (i < 10) expect(difference).toBe(0);
      else expect(difference, `picture ${i}`).toBeLessThan(3);
    }
    const [first] = (await stored(here('U-mixed.mp4'))).given;
    expect(first!.picture).toMatchObject({ colours: { matrix: 1, full: false } });
  });
});

test('planes of odd sides are filled up by the last row and column of the luma', async () => {
  const [width, height] = [33, 17];
  const planes = new Uint8Array(planesLength(width, height)).fill(128);
  for (let i = 0; i < width * height; i++) planes[i] = 16 + ((i * 7) % 200);
  const path = here('odd.mp4');
  const video = await writeVideo(path, { width, height, quality: 0 });
  const picture: Planes = { width, height, planes, colours: BT601 };
  await video.frame({ picture, pts: 0 as Ticks, duration: 1 as Ticks, timeBase: OUR_TIME_BASE });
  await video.close();
  const { picture: got } = (await stored(path)).given[0]!;
  if (!isPlanes(got)) throw new Error('expected planes');
  expect([got.width, got.height]).toEqual([34, 18]);
  const at = (x: number, y: number) => planes[Math.min(y, height - 1) * width + Math.min(x, width - 1)];
  expect([...got.planes.subarray(0, 34 * 18)]).toEqual(Array.from({ length: 34 * 18 }, (_, i) => at(i % 34, Math.floor(i / 34))));
});
