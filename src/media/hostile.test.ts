import { createHash } from 'node:crypto';
import { appendFileSync, copyFileSync, mkdtempSync, renameSync, rmSync, truncateSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Hostile, hostileFiles } from '../../test/support/hostile.ts';
import { all, makeFile } from '../../test/support/media.ts';
import { scene } from '../../test/support/scene.ts';
import { FameError } from '../base/errors.ts';
import { decode } from './decode.ts';
import { converse } from './decoder-process.ts';
import { limitsOf } from './limits.ts';
import { probe } from './probe.ts';
import { decodeSound } from './sound.ts';
import { openSource, type Source } from './source.ts';

const folder = mkdtempSync(join(tmpdir(), 'famenet-hostile-'));
const here = (name: string) => join(folder, name);
const drawn = scene({ width: 272, height: 256 });
const FRAMES = 25;

let server: Server;
let connections = 0;
let url = '';
let list: Hostile[] = [];

beforeAll(async () => {
  server = createServer((_, answer) => answer.end());
  server.on('connection', () => connections++);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const of = (codec: string) => ({
    pictures: {
      codec,
      timeBase: { num: 1, den: 25 },
      shown: Array.from({ length: FRAMES }, (_, i) => ({ picture: drawn.picture(i / 25, { levels: 6, seed: i }), pts: i, duration: 1 })),
    },
    voice: {
      codec: 'mp2',
      rate: 16_000,
      channels: 1 as const,
      pieces: [{ samples: Float32Array.from({ length: 16_000 }, (_, i) => drawn.voice(i / 16_000)), at: 0 }],
    },
  });
  await makeFile(here('good.mov'), 'mov', of('libx264'), { movflags: '+faststart' });
  await makeFile(here('good.mkv'), 'matroska', of('libx264'));
  await makeFile(here('good.avi'), 'avi', of('mpeg4'));
  list = hostileFiles(folder, here('good.mov'), here('good.mkv'), here('good.avi'), url);
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

/** How decoding ended: the code of the error, or undefined; and what came. Anything that is not an error for a person fails the test. */
async function ending(path: string, options: Parameters<typeof decode>[1] = {}) {
  const frames: string[] = [];
  try {
    const run = decode(path, { maxSide: 64, ...options });
    for (;;) {
      const next = await run.next();
      if (next.done) return { code: undefined, frames, end: next.value };
      frames.push(createHash('sha256').update(next.value.picture.data).digest('hex'));
    }
  } catch (e) {
    if (!(e instanceof FameError)) throw e;
    expect(e.detail.fix).toBeTruthy();
    expect(e.detail.at ?? path).toBe(path);
    return { code: e.code, frames, error: e };
  }
}

describe('the corpus', () => {
  const endings = new Map<string, Awaited<ReturnType<typeof ending>>>();

  test('every file ends with pictures or with an error for a person', async () => {
    const wrong: unknown[] = [];
    const queue = [...list];
    const work = async () => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const end = await ending(next.path);
        endings.set(next.name, end);
        const { code, error } = end;
        if (!next.codes.includes(code)) wrong.push({ name: next.name, code, error: error?.message });
      }
    };
    await Promise.all([work(), work(), work()]);
    expect(wrong).toEqual([]);
    expect(list.length).toBeGreaterThan(30);
  });

  test('nobody was called', () => expect(connections).toBe(0));

  test('what is truncated gives all up to there, and says so', async () => {
    const whole = await ending(here('good.mov'));
    const half = endings.get('cut0.9.mp4')!;
    expect(whole.frames).toHaveLength(FRAMES);
    expect(half.frames.length).toBeGreaterThan(FRAMES / 2);
    expect(half.frames.length).toBeLessThan(FRAMES);
    expect(half.frames).toEqual(whole.frames.slice(0, half.frames.length));
    expect(half.end?.short).toMatch(/the file is cut off after 0\.\d\d s|the file ends after/);
    expect(whole.end?.short).toBeUndefined();
  });

  test('a file with a reference to another gives nothing of that', () => {
    for (const name of ['reference.mov', 'reference-http.mov']) {
      const { code, frames } = endings.get(name)!;
      expect({ code, frames }).toEqual({ code: 'MEDIA_NO_FRAMES', frames: [] });
    }
  });

  test('sound is read as carefully', async () => {
    for (const name of ['cut0.9.mp4', 'flipped2.mkv', 'reference.mov', 'flipped1.avi']) {
      await all(decodeSound(here(name))).catch((e) => expect(e).toBeInstanceOf(FameError));
    }
    expect(connections).toBe(0);
  });
});

describe('behind the sniffing', () => {
  // A list that got past it: the process is told to read it as what it is. Nothing that it names is opened.
  test.each([
    ['hls', 'list.mp4'],
    ['concat', 'call.mp4'],
    ['concat', 'concat.mp4'],
    ['dash', 'dash.mp4'],
    ['sdp', 'sdp.mp4'],
  ])('%s in %s leads nowhere', async (demuxer, name) => {
    const good = await openSource(here('good.mov'), limitsOf());
    await good.close();
    const { handle, bytes } = await openAs(here(name));
    const source: Source = { ...good, path: here(name), handle, bytes, container: { name: demuxer, demuxer, floating: false } };
    const run = converse(source, { scan: true }, limitsOf());
    await expect(
      (async () => {
        for await (const _ of run);
      })(),
    ).rejects.toMatchObject({ code: expect.stringMatching(/^MEDIA_(DAMAGED|NO_STREAM)$/) });
    await handle.close();
    expect(connections).toBe(0);
  });
});

describe.concurrent('limits', () => {
  test.each([
    ['bytes', 1000],
    ['streams', 1],
    ['duration', 0.5],
    ['pixels', 1000],
    ['frames', 10],
    ['memory', 1e6],
  ] as const)('%s', async (name, most) => {
    const { code, error } = await ending(here('good.mov'), { limits: { [name]: most } });
    expect(code).toBe('MEDIA_LIMIT');
    expect(error?.detail).toMatchObject({
      at: here('good.mov'),
      expected: expect.stringContaining(String(most)),
      fix: expect.stringContaining(`limits.${name}`),
    });
  });

  test('stall: a process that says nothing is ended', async () => {
    const { code, error } = await ending(here('good.mov'), { limits: { stall: 0.001 } });
    expect([code, error?.detail.fix]).toEqual(['MEDIA_LIMIT', expect.stringContaining('limits.stall')]);
  });

  test('a slow reader gets everything', async () => {
    const frames: number[] = [];
    for await (const { index } of decode(here('good.mov'))) {
      frames.push(index);
      if (index === 1) await new Promise((done) => setTimeout(done, 300));
    }
    expect(frames).toHaveLength(FRAMES);
  });

  test('probe has them, too', async () => {
    await expect(probe(here('years.mp4'))).rejects.toMatchObject({ code: 'MEDIA_LIMIT' });
    await expect(probe(here('huge.avi'))).rejects.toMatchObject({ code: 'MEDIA_LIMIT' });
  });
});

describe('a file that changes while it is read', () => {
  test('what is added is not looked at; a swap changes nothing; a cut is said', async () => {
    const whole = (await ending(here('good.mov'))).frames;
    const changes: Record<string, (path: string) => void> = {
      grow: (path) => appendFileSync(path, Buffer.alloc(1 << 20, 7)),
      swap: (path) => renameSync(here('good.copy'), path),
    };
    copyFileSync(here('good.avi'), here('good.copy'));
    for (const [name, change] of Object.entries(changes)) {
      const path = here(`${name}.mov`);
      copyFileSync(here('good.mov'), path);
      const frames: string[] = [];
      for await (const { index, picture } of decode(path, { maxSide: 64 })) {
        if (index === 0) change(path);
        frames.push(createHash('sha256').update(picture.data).digest('hex'));
      }
      expect(frames).toEqual(whole);
    }
    const path = here('shrink.mkv');
    copyFileSync(here('good.mkv'), path);
    const run = decode(path);
    await run.next();
    truncateSync(path, 0);
    const { given } = await all(run); // what was read before the cut still comes
    expect(given.length).toBeLessThanOrEqual(FRAMES);
  });
});

/** Opens a file without looking at it. */
async function openAs(path: string) {
  const { open, stat } = await import('node:fs/promises');
  return { handle: await open(path), bytes: (await stat(path)).size };
}
