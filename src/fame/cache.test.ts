import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openFaceNetworks } from '../faces/index.ts';
import type { Value } from '../graph/index.ts';
import { writeVideo } from '../media/encode.ts';
import { OUR_TIME_BASE, type Ticks } from '../media/frame.ts';
import { type FilmCacheOptions, openFilmCache, towerHash } from './cache.ts';
import { type Fame, openFame } from './fame.ts';

const tiny = fileURLToPath(new URL('../../test/fixtures/llava-tiny', import.meta.url));

let root: string;
let fame: Fame;
let hash: string;
let film: string;
let made: Value;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'famenet-cache-'));
  fame = await openFame(tiny);
  hash = await towerHash(tiny, fame.vision!.tower);
  film = await brighter(join(root, 'film.mp4'), 10);
});
afterAll(async () => {
  await fame.dispose();
  await rm(root, { recursive: true });
});

/** Four pictures, a second each, of a grey that grows. */
async function brighter(path: string, step: number): Promise<string> {
  const video = await writeVideo(path, { width: 64, height: 64 });
  const tick = (s: number) => Math.round((s * OUR_TIME_BASE.den) / OUR_TIME_BASE.num) as Ticks;
  for (const i of [0, 1, 2, 3]) {
    const picture = { width: 64, height: 64, data: new Uint8Array(64 * 64 * 3).fill(40 + step * i) };
    await video.frame({ picture, pts: tick(i), duration: tick(1) });
  }
  await video.close();
  return path;
}

const opened = (folder: string, more: FilmCacheOptions = {}) =>
  openFilmCache({ folder: join(root, folder), vision: { tower: fame.vision!, hash }, frames: 4, ...more });

describe('features', () => {
  test('are made once, and come back bit-equal', async () => {
    const [first, second] = [opened('once'), opened('once')];
    made = await first.features(film, undefined);
    expect(made.shape).toEqual([4 + 9, 16]);
    expect(await second.features(film, undefined)).toEqual(made);
    expect([first.counts, second.counts]).toEqual([
      { found: 0, made: 1 },
      { found: 1, made: 0 },
    ]);
  });

  test.each([
    ['cut off', async (at: string) => truncate(at, 200)],
    [
      'with a flipped bit',
      async (at: string) => {
        const bytes = await readFile(at);
        bytes[bytes.length - 3]! ^= 1;
        await writeFile(at, bytes);
      },
    ],
    ['of something else', async (at: string) => writeFile(at, 'letters')],
  ])('%s are made again', async (_, damage) => {
    const [name] = await readdir(join(root, 'once'));
    await damage(join(root, 'once', name!));
    const again = opened('once');
    expect(await again.features(film, undefined)).toEqual(made);
    expect(again.counts).toEqual({ found: 0, made: 1 });
    await again.features(film, undefined);
    expect(again.counts).toEqual({ found: 1, made: 1 });
  });

  test('whatever changes them has an entry of its own', async () => {
    const other = await brighter(join(root, 'other.mp4'), 50);
    const looks = [
      opened('apart').features(film, undefined),
      opened('apart').features(other, undefined),
      opened('apart').features(film, 2),
      opened('apart', { frames: 2 }).features(film, undefined),
      opened('apart', { vision: { tower: fame.vision!, hash: 'of another tower' } }).features(film, undefined),
    ];
    const [all, , half] = await Promise.all(looks);
    expect(half).not.toEqual(all);
    expect(await readdir(join(root, 'apart'))).toHaveLength(looks.length);
  });

  test('without a folder nothing is kept', async () => {
    const cache = opened('', { folder: undefined });
    await cache.features(film, 1);
    expect(cache.counts).toEqual({ found: 0, made: 1 });
    expect(await readdir(root)).not.toContain('undefined');
  });

  test('FAME_CACHE: there is nothing to look with', async () => {
    const cache = openFilmCache({});
    await expect(cache.features(film, undefined)).rejects.toMatchObject({ code: 'FAME_CACHE', blame: 'us' });
    await expect(cache.faces(film, [])).rejects.toMatchObject({ code: 'FAME_CACHE' });
  });
});

test('the hash of a tower is that of its weights, whatever else is in the folder', async () => {
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  expect(await towerHash(tiny, fame.vision!.tower)).toBe(hash);
  expect(await towerHash(tiny, { ...fame.vision!.tower, take: -3 }), 'fewer layers are used').not.toBe(hash);
});

test('reports about faces are made once, for each dialogue, and again where they are damaged', async () => {
  const networks = await openFaceNetworks({ detector: 'tiny' });
  const cache = () => opened('faces', { networks: async () => networks, fps: 1 });
  const first = await cache().faces(film, []);
  expect(first.video.duration).toBeCloseTo(4, 0);
  const second = cache();
  expect(await second.faces(film, [])).toEqual(JSON.parse(JSON.stringify(first)));
  expect(second.counts).toEqual({ found: 1, made: 0 });
  const [name] = await readdir(join(root, 'faces'));
  const at = join(root, 'faces', name!);
  await writeFile(at, (await readFile(at, 'utf8')).replace('"width":64', '"width":65'));
  const third = cache();
  expect((await third.faces(film, [])).video.width).toBe(64);
  expect(third.counts).toEqual({ found: 0, made: 1 });
  await third.faces(film, [{ speaker: 'Mira', text: 'Oh!', start: 0, end: 2 }]);
  expect(third.counts).toEqual({ found: 0, made: 2 });
  await networks.dispose();
});

test('of a film that goes on after its target nothing later is in the report, whoever asked before; one that ends with it is looked at whole', async () => {
  const networks = await openFaceNetworks({ detector: 'tiny' });
  const cache = opened('targets', { networks: async () => networks, fps: 1 });
  const turns = [0, 1].map((i) => ({ speaker: 'Mira', text: 'Oh!', start: 2 * i, end: 2 * i + 2 }));
  const whole = await cache.faces(film, turns);
  const first = await cache.faces(film, turns.slice(0, 1));
  expect([whole.video.duration, whole.receipt.frames, whole.receipt.video]).toEqual([4, 4, expect.not.objectContaining({ until: 2 })]);
  expect([first.video.duration, first.receipt.frames, first.receipt.video]).toEqual([2, 2, expect.objectContaining({ until: 2 })]);
  const untimed = await cache.faces(film, [{ text: 'Oh!' }]); // nobody knows when it ends: the film is taken to end with it, as those of ECEM do
  expect(untimed.video.duration).toBe(4);
  expect(cache.counts).toEqual({ found: 0, made: 3 });
  const again = opened('targets', { networks: async () => networks, fps: 1 });
  const reports = [await again.faces(film, turns.slice(0, 1)), await again.faces(film, turns), await again.faces(film, [{ text: 'Oh!' }])];
  expect(reports.map(({ video }) => video.duration)).toEqual([2, 4, 4]);
  expect(again.counts).toEqual({ found: 3, made: 0 });
  await networks.dispose();
});
