import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { all, makeFile, orient, type Pictures } from '../../test/support/media.ts';
import { scene } from '../../test/support/scene.ts';
import { decode } from './decode.ts';
import { writeVideo } from './encode.ts';
import type { Frame, Ticks } from './frame.ts';
import { pngOf } from './photo.ts';
import type { Picture } from './picture.ts';
import { probe } from './probe.ts';

const folder = mkdtempSync(join(tmpdir(), 'famenet-decode-'));
afterAll(() => rmSync(folder, { recursive: true }));
const here = (name: string) => join(folder, name);

const drawn = scene({ width: 64, height: 48 });
const shownEvery = (count: number, ticks: number, from = 0): Pictures['shown'] =>
  Array.from({ length: count }, (_, i) => ({ picture: drawn.picture(i / 10), pts: from + i * ticks, duration: ticks }));
const times = (frames: readonly Frame[]) => frames.map(({ pts, duration }) => [pts, duration]);

/** Each corner in a colour of its own, so that no turn looks like another. */
function corners(width: number, height: number): Picture {
  const colours = [
    [200, 20, 20],
    [20, 200, 20],
    [20, 20, 200],
    [200, 200, 20],
  ];
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const quarter = (i % width < width / 2 ? 0 : 1) + (Math.floor(i / width) < height / 2 ? 0 : 2);
    data.set(colours[quarter]!, i * 3);
  }
  return { width, height, data };
}
const NAMES = ['red', 'green', 'blue', 'yellow'];
/** The colours of the corners: upper left, upper right, lower left, lower right. */
function cornersOf({ width, height, data }: Picture): string[] {
  const at = (x: number, y: number) => {
    const [r, g, b] = data.subarray((y * width + x) * 3);
    return NAMES[b! > 110 ? 2 : r! > 110 && g! > 110 ? 3 : r! > 110 ? 0 : 1]!;
  };
  const [x, y] = [width - 5, height - 5];
  return [at(4, 4), at(x, 4), at(4, y), at(x, y)];
}

const ntsc = here('ntsc.mp4');
const uneven = here('uneven.mp4');
/** Ticks of 1/30 000 s. */
const UNEVEN = [0, 1001, 1500, 4001, 4002, 9999, 30_001];

async function write(path: string, pts: readonly number[], last: number): Promise<void> {
  const video = await writeVideo(path, { width: 64, height: 48, timeBase: { num: 1, den: 30_000 } });
  for (const [i, at] of pts.entries()) {
    await video.frame({ picture: drawn.picture(at / 30_000), pts: at as Ticks, duration: ((pts[i + 1] ?? at + last) - at) as Ticks });
  }
  await video.close();
}

beforeAll(async () => {
  await write(
    ntsc,
    Array.from({ length: 60 }, (_, i) => i * 1001),
    1001,
  );
  await write(uneven, UNEVEN, 777);
});

describe.concurrent('times', () => {
  test('30000/1001 pictures a second come at exact ticks, in the numbers that were written', async () => {
    const { given, end } = await all(decode(ntsc));
    expect(times(given)).toEqual(Array.from({ length: 60 }, (_, i) => [i * 1001, 1001]));
    expect(given.map((f) => f.index)).toEqual(Array.from({ length: 60 }, (_, i) => i));
    expect(given[0]!.timeBase).toEqual({ num: 1, den: 30_000 });
    expect(end).toEqual({ notes: ['no sound'] });
  });

  test('a variable frame rate stays variable, also the last duration', async () => {
    const { given } = await all(decode(uneven));
    expect(times(given)).toEqual(UNEVEN.map((at, i) => [at, (UNEVEN[i + 1] ?? at + 777) - at]));
    expect((await probe(uneven)).video).toMatchObject({ variable: true, frames: 7, fps: 6 / (30_001 / 30_000) });
    expect((await probe(ntsc)).video).toMatchObject({ variable: false, fps: 30_000 / 1001, frames: 60 });
  });

  test('pictures that are stored in another order come in theirs', async () => {
    const path = await makeFile(here('b.mp4'), 'mp4', {
      pictures: { codec: 'libx264', timeBase: { num: 1, den: 25 }, shown: shownEvery(20, 1), bFrames: 3 },
    });
    const { given } = await all(decode(path));
    const { num, den } = given[0]!.timeBase;
    expect(given.map((f) => (f.pts * num * 25) / den)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    for (const [i, { picture }] of given.entries()) expect(meanDifference(picture, drawn.picture(i / 10))).toBeLessThan(8);
  });
});

describe.concurrent('containers', () => {
  test.each([
    ['webm', 'libvpx-vp9', 'webm', { num: 1, den: 1000 }, 40, 0],
    ['matroska', 'libx264', 'mkv', { num: 1, den: 1000 }, 40, 0],
    ['avi', 'mpeg4', 'avi', { num: 1, den: 25 }, 1, 0],
    ['mov', 'libx264', 'mov', { num: 1, den: 12_800 }, 512, 0],
    ['mpegts', 'mpeg2video', 'ts', { num: 1, den: 90_000 }, 3600, 0], // its clock starts at 1.4 s: the first picture is our zero
  ] as const)('%s', async (muxer, codec, name, timeBase, ticks, zero) => {
    const path = await makeFile(here(`clip.${name}.bin`), muxer, {
      pictures: { codec, timeBase: { num: 1, den: 25 }, shown: shownEvery(10, 1) },
    });
    const { given, end } = await all(decode(path));
    expect(given[0]!.timeBase).toEqual(timeBase);
    expect(times(given)).toEqual(Array.from({ length: 10 }, (_, i) => [zero + i * ticks, ticks]));
    expect(end.short).toBeUndefined();
    for (const [i, { picture }] of given.entries()) expect(meanDifference(picture, drawn.picture(i / 10))).toBeLessThan(8);
    expect(await probe(path)).toMatchObject({ container: name, video: { width: 64, height: 48, frames: 10, variable: false } });
  });
});

describe.concurrent('as it is shown', () => {
  const upright = here('upright.mp4');
  beforeAll(async () => {
    const shown = [0, 1].map((i) => ({ picture: corners(64, 48), pts: i, duration: 1 }));
    await makeFile(upright, 'mp4', { pictures: { codec: 'libx264', timeBase: { num: 1, den: 25 }, shown } });
  });

  test.each([
    [0, [1, 0, 0, 1], [64, 48], ['red', 'green', 'blue', 'yellow']],
    [90, [0, 1, -1, 0], [48, 64], ['blue', 'red', 'yellow', 'green']],
    [180, [-1, 0, 0, -1], [64, 48], ['yellow', 'blue', 'green', 'red']],
    [270, [0, -1, 1, 0], [48, 64], ['green', 'yellow', 'red', 'blue']],
  ] as const)('turned by %i°', async (rotation, matrix, [width, height], colours) => {
    const path = orient(upright, here(`turned${rotation}.mp4`), matrix);
    const { given } = await all(decode(path));
    expect(given).toHaveLength(2);
    for (const { picture } of given) {
      expect([picture.width, picture.height]).toEqual([width, height]);
      expect(cornersOf(picture)).toEqual(colours);
    }
    if (rotation === 90) expect((await probe(path)).video).toMatchObject({ rotation, width, height });
  });

  test('mirrored, and it is said', async () => {
    const path = orient(upright, here('mirrored.mp4'), [-1, 0, 0, 1]);
    const { given, end } = await all(decode(path));
    expect(cornersOf(given[0]!.picture)).toEqual(['green', 'red', 'yellow', 'blue']);
    expect(end.notes).toContain('mirrored as the file asks');
  });

  test('pixels that are not square become square, and none is lost', async () => {
    const wide = await makeFile(here('wide.mp4'), 'mp4', {
      pictures: { codec: 'libx264', timeBase: { num: 1, den: 25 }, shown: shownEvery(2, 1), shape: { num: 4, den: 3 } },
    });
    const { given, end } = await all(decode(wide));
    expect([given[0]!.picture.width, given[0]!.picture.height]).toEqual([85, 48]);
    expect(end.notes).toContain('pixels are not square: 64 × 48 are stored');
  });

  test('maxSide shrinks in proportion and never enlarges', async () => {
    const sizeOf = async (maxSide: number) => {
      const { picture } = (await all(decode(ntsc, { maxSide, sample: { count: 1 } }))).given[0]!;
      expect(picture.data.length).toBe(picture.width * picture.height * 3);
      return [picture.width, picture.height];
    };
    expect(await sizeOf(30)).toEqual([30, 23]);
    expect(await sizeOf(1000)).toEqual([64, 48]);
  });

  test('colours are those that the stream names', async () => {
    for (const colorSpace of ['bt709', 'bt601'] as const) {
      const shown = [0, 1].map((i) => ({ picture: corners(64, 48), pts: i, duration: 1 }));
      const path = await makeFile(here(`${colorSpace}.mp4`), 'mp4', {
        pictures: { codec: 'libx264', timeBase: { num: 1, den: 25 }, shown, colorSpace },
      });
      expect(meanDifference((await all(decode(path))).given[0]!.picture, corners(64, 48))).toBeLessThan(4);
    }
  });

  test('cover art and subtitles are no video', async () => {
    const cover = await pngOf(corners(40, 40));
    const film = await makeFile(here('film.mkv'), 'matroska', {
      pictures: { codec: 'libx264', timeBase: { num: 1, den: 25 }, shown: shownEvery(5, 1) },
      subtitles: ['one', 'two'],
    });
    const { given, end } = await all(decode(film));
    expect(given).toHaveLength(5);
    expect(end.notes).toEqual(['left out: subtitles', 'no sound']);

    const song = await makeFile(here('song.m4a'), 'ipod', {
      voice: { codec: 'aac', rate: 16_000, channels: 1, pieces: [{ samples: new Float32Array(16_000), at: 0 }] },
      cover,
    });
    expect(await probe(song)).toMatchObject({ container: 'm4a', notes: ['left out: cover art', 'no pictures'] });
    await expect(all(decode(song))).rejects.toMatchObject({ code: 'MEDIA_NO_VIDEO', detail: { at: song } });

    const words = await makeFile(here('words.mkv'), 'matroska', { subtitles: ['one', 'two'] });
    await expect(probe(words)).rejects.toMatchObject({
      code: 'MEDIA_NO_STREAM',
      detail: { got: 'left out: subtitles; no sound; no pictures' },
    });
  });
});

describe.concurrent('sampling', () => {
  const indices = async (sample: Parameters<typeof decode>[1] & object, path = ntsc) =>
    (await all(decode(path, sample))).given.map((f) => f.index);

  test('count: spread by number, with the numbers of the whole video', async () => {
    expect(await indices({ sample: { count: 4 } })).toEqual([7, 22, 37, 51]);
    expect(await indices({ sample: { count: 100 } }, uneven)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  test('fps: what is on show', async () => {
    expect(await indices({ sample: { fps: 4 } })).toEqual([0, 7, 14, 22, 29, 37, 44, 52, 59]);
    expect(await indices({ sample: { fps: 10 } }, uneven)).toEqual([0, 2, 4, 5]); // number 5 is on show from 0.33 to 1 s, number 1 and 3 between two moments
  });

  test('at: the picture of a moment, the last after the end', async () => {
    expect(await indices({ sample: { at: [99, 0.3, 0.31, 0] } }, uneven)).toEqual([0, 4, 6]);
  });

  test('moments: one of each shot', async () => {
    const [a, b, c] = [1, 2, 3].map((seed) => scene({ width: 64, height: 48, seed, calm: 0.1 }));
    const shots = [a!, b!, c!].flatMap((shot, k) => Array.from({ length: [10, 25, 12][k]! }, (_, i) => shot.picture(i / 25)));
    const path = await makeFile(here('shots.mp4'), 'mp4', {
      pictures: { codec: 'libx264', timeBase: { num: 1, den: 25 }, shown: shots.map((picture, pts) => ({ picture, pts, duration: 1 })) },
    });
    expect(await indices({ sample: { moments: 3 } }, path)).toEqual([4, 22, 40]);
  });
});

describe('the process', () => {
  const decoders = () =>
    execFileSync('ps', ['-ww', '-o', 'pid=,args=', '--ppid', String(process.pid)], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line.includes('decoder.ts'));

  test.skipIf(process.platform !== 'linux')('is gone after the end, after a break, after a throw, and after an abort', async () => {
    const stop = new AbortController();
    const ways: Record<string, () => Promise<unknown>> = {
      end: () => all(decode(uneven)),
      break: async () => {
        for await (const frame of decode(ntsc)) if (frame.index === 3) break;
      },
      throw: async () => {
        for await (const _ of decode(ntsc)) throw new Error('mine');
      },
      abort: async () => {
        for await (const frame of decode(ntsc, { signal: stop.signal })) {
          expect(decoders()).toHaveLength(1);
          if (frame.index === 1) stop.abort();
        }
      },
    };
    const ends: Record<string, unknown> = {};
    for (const [name, way] of Object.entries(ways)) {
      ends[name] = await way().catch((e) => e.code ?? e.message);
      expect(decoders()).toEqual([]);
    }
    expect(ends).toMatchObject({ throw: 'mine', abort: 'STOPPED' });
  });

  test.skipIf(process.platform !== 'linux')('waits for a slow reader', async () => {
    const run = decode(ntsc);
    await run.next();
    await new Promise((done) => setTimeout(done, 300));
    expect(decoders()).toHaveLength(1); // 60 small pictures: it would have ended long ago
    await run.return({ notes: [] });
  });

  test.skipIf(process.platform !== 'linux')('neither keeps a program from ending, nor outlives it', async () => {
    const program = here('program.mts');
    const from = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
    writeFileSync(
      program,
      `import { execFileSync } from 'node:child_process';
       import { decode } from ${from('./decode.ts')};
       await decode(${JSON.stringify(ntsc)}).next();
       const lines = execFileSync('ps', ['-ww', '-o', 'pid=,args=', '--ppid', String(process.pid)], { encoding: 'utf8' }).split('\\n');
       console.log(Number.parseInt(lines.find((line) => line.includes('decoder.ts')), 10));`,
    );
    const root = fileURLToPath(new URL('../..', import.meta.url));
    const pid = Number(execFileSync(process.execPath, ['--import', 'tsx', program], { cwd: root, encoding: 'utf8', timeout: 30_000 }));
    expect(pid).toBeGreaterThan(0);
    const isThere = () => existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
    for (let i = 0; i < 100 && isThere(); i++) await new Promise((done) => setTimeout(done, 50));
    expect(isThere()).toBe(false);
  });

  test.skipIf(process.platform !== 'linux')('that crashes is an error, not a crash', async () => {
    const run = decode(ntsc);
    await run.next();
    process.kill(Number.parseInt(decoders()[0]!, 10), 'SIGSEGV');
    await expect(all(run)).rejects.toMatchObject({ code: 'MEDIA_CRASHED', detail: { at: ntsc, got: 'SIGSEGV' } });
  });

  test('a temporary folder that is not there', async () => {
    const before = process.env.TMPDIR;
    process.env.TMPDIR = here('nowhere');
    try {
      await expect(all(decode(ntsc))).rejects.toMatchObject({
        code: 'MEDIA_TEMPORARY',
        detail: { fix: expect.stringContaining('TMPDIR') },
      });
    } finally {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
    }
  });

  test('an aborted signal opens nothing', async () => {
    await expect(all(decode(ntsc, { signal: AbortSignal.abort() }))).rejects.toMatchObject({ code: 'STOPPED' });
  });

  test('a frame keeps its pixels after the next ones came', async () => {
    const kept: { picture: Picture; sum: number }[] = [];
    const sum = (p: Picture) => p.data.reduce((a, b) => a + b, 0);
    for await (const { picture } of decode(ntsc)) kept.push({ picture, sum: sum(picture) });
    expect(kept.map(({ picture }) => sum(picture))).toEqual(kept.map((k) => k.sum));
  });

  test.each([
    [{ maxSide: 0 }, 'maxSide'],
    [{ sample: { fps: 0 } }, 'fps'],
    [{ limits: { frames: Number.NaN } }, 'frames'],
  ])('%o is refused', async (options, word) => {
    await expect(all(decode(ntsc, options))).rejects.toMatchObject({
      code: 'MEDIA_OPTION',
      detail: { expected: expect.stringContaining(word) },
    });
  });
});

/** Mean difference of two pictures in levels of a byte. */
function meanDifference(a: Picture, b: Picture): number {
  expect([a.width, a.height]).toEqual([b.width, b.height]);
  return a.data.reduce((sum, x, i) => sum + Math.abs(x - b.data[i]!), 0) / a.data.length;
}
