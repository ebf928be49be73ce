import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cut, cutOf, type Opened, scene } from '../../test/support/scene.ts';
import { MediaError } from '../base/errors.ts';
import type { Frame, Ticks } from './frame.ts';
import { pixelHash } from './hash.ts';
import { readLedger } from './ledger.ts';
import { type Clip, type MergeOptions, mergeClips, shownAs } from './merge.ts';
import { TAPE } from './tape.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'famenet-merge-'));
});
afterAll(() => rm(root, { recursive: true }));

const film = scene();
/** A dialogue as MELD cuts it: an overlap of 5 frames, none, one of 20, a clip inside the one before, a gap. */
const CUTS: readonly (readonly [from: number, to: number])[] = [
  [0, 30],
  [25, 60],
  [60, 90],
  [70, 110],
  [80, 95],
  [120, 140],
];
/** What each of them adds. */
const ADDS: readonly (readonly [from: number, to: number])[] = [
  [0, 30],
  [30, 60],
  [60, 90],
  [90, 110],
  [95, 95],
  [120, 140],
];
const KEPT = ADDS.flatMap(([from, to], clip) => Array.from({ length: to - from }, (_, i) => ({ clip, frame: from + i })));

function dialogue(change: (k: number) => Partial<Cut> = () => ({})): { clips: Clip[]; opened: Opened[] } {
  const opened = CUTS.map(() => ({ frames: 0, sounds: 0 }));
  const clips = CUTS.map(([from, to], k) => cutOf(film, { from, to, grain: 3, ...change(k) }, opened[k]));
  return { clips, opened };
}

async function folder(): Promise<{ at: string; target: (k: number) => string; options: MergeOptions }> {
  const at = await mkdtemp(join(root, 'dia-'));
  const target = (k: number) => join(at, `U_${k}.mp4`);
  return { at, target, options: { target } };
}

const bytesOf = async (files: readonly string[]) =>
  Promise.all(
    files.map(async (file) =>
      createHash('sha256')
        .update(await readFile(file))
        .digest('hex'),
    ),
  );

test('U_0 to U_n: every clip is opened once, every frame is there once, and nothing of a later clip', async () => {
  const { target, options } = await folder();
  const { clips, opened } = dialogue();
  const merged = await mergeClips(clips, options);
  expect(opened).toEqual(CUTS.map(() => ({ frames: 1, sounds: 1 })));
  expect(merged.map(({ k, path, built }) => [k, path, built])).toEqual(CUTS.map((_, k) => [k, target(k), true]));
  const originals: string[][] = [];
  for (const clip of dialogue().clips) {
    originals.push([]);
    for await (const frame of clip.open(TAPE).frames()) originals.at(-1)!.push(pixelHash(frame.picture));
  }
  for (const [k, { ledger }] of merged.entries()) {
    expect(ledger).toEqual(await readLedger(target(k)));
    const kept = KEPT.filter(({ clip }) => clip <= k);
    expect(ledger.video.duration).toBe(kept.length * 3003);
    expect(ledger.frames.map(([clip, source, output, duration, , pixels]) => [clip, source, output, duration, pixels])).toEqual(
      kept.map(({ clip, frame }, i) => {
        const inClip = frame - CUTS[clip]![0];
        return [clip, inClip * 1001, i * 3003, 3003, originals[clip]![inClip]];
      }),
    );
    expect(ledger.clips.map(({ kept, dropped }) => [kept, dropped])).toEqual(
      CUTS.slice(0, k + 1).map(([from, to], i) => {
        const added = ADDS[i]![1] - ADDS[i]![0];
        return [added, to - from - added];
      }),
    );
  }
  const { clips: entries } = merged.at(-1)!.ledger;
  expect(entries.map(({ notes }) => notes)).toEqual([[], [], [], [], ['CLIP_ALL_REPEATED'], []]);
  expect(entries.map(({ seam }) => seam.is)).toEqual(['new', 'repeat', 'new', 'repeat', 'repeat', 'new']);
});

test('what is there is not made again; what is missing or of other clips is, to the same bytes', async () => {
  const { target, options } = await folder();
  const files = CUTS.map((_, k) => target(k));
  await mergeClips(dialogue().clips, options);
  const first = await bytesOf(files);

  const again = dialogue();
  expect((await mergeClips(again.clips, options)).map(({ built }) => built)).toEqual(CUTS.map(() => false));
  expect(again.opened).toEqual(CUTS.map(() => ({ frames: 0, sounds: 0 })));

  await rm(target(1).replace('.mp4', '.json'));
  const some = dialogue();
  expect((await mergeClips(some.clips, options)).map(({ built }) => built)).toEqual(CUTS.map((_, k) => k === 1));
  expect(some.opened.map(({ frames }) => frames)).toEqual([1, 1, 0, 0, 0, 0]);
  expect(await bytesOf(files)).toEqual(first);

  const changed = dialogue((k) => (k === 4 ? { id: 'another' } : {}));
  expect((await mergeClips(changed.clips, options)).map(({ built }) => built)).toEqual(CUTS.map((_, k) => k >= 4));
  const better = await mergeClips(changed.clips, { ...options, quality: 10 });
  expect(better.every(({ built }) => built)).toBe(true);
});

test('one U_k alone is what it is among all', async () => {
  const [all, one] = [await folder(), await folder()];
  await mergeClips(dialogue().clips, all.options);
  const progress: number[] = [];
  const { clips, opened } = dialogue();
  const merged = await mergeClips(clips, {
    target: (k) => (k === 3 ? one.target(k) : undefined),
    onProgress: ({ clip, clips, frames }) => progress.push(clip * 1000 + clips * 100 + frames),
  });
  expect(merged.map(({ k }) => k)).toEqual([3]);
  expect(opened.map(({ frames }) => frames)).toEqual([1, 1, 1, 1, 0, 0]);
  expect(progress.length).toBe(30 + 35 + 30 + 40);
  expect(progress.at(-1)).toBe(3 * 1000 + 4 * 100 + 40);
  expect((await readdir(one.at)).sort()).toEqual(['U_3.json', 'U_3.mp4']);
  expect(await bytesOf([one.target(3)])).toEqual(await bytesOf([all.target(3)]));
});

/** The clip, but after so many frames something happens. */
function until(clip: Clip, frames: number, happens: () => void): Clip {
  return shownAs(clip, (showing) => ({
    async *frames() {
      let left = frames;
      for await (const frame of showing.frames()) {
        if (left-- === 0) happens();
        yield frame;
      }
      return undefined;
    },
  }));
}

test('stopped or failed in the middle of a clip: what was finished stays whole, nothing else is left', async () => {
  for (const stops of [true, false]) {
    const { at, options } = await folder();
    const stop = new AbortController();
    const { clips } = dialogue();
    clips[2] = until(clips[2]!, 7, () => {
      if (!stops) throw new MediaError('MEDIA_CRASHED', 'The decoding process ended by itself');
      stop.abort();
    });
    await expect(mergeClips(clips, { ...options, signal: stop.signal })).rejects.toMatchObject({
      code: stops ? 'STOPPED' : 'MEDIA_CRASHED',
    });
    expect((await readdir(at)).sort()).toEqual(['U_0.json', 'U_0.mp4', 'U_1.json', 'U_1.mp4']);
    const resumed = await mergeClips(dialogue().clips, options);
    expect(resumed.map(({ built }) => built)).toEqual([false, false, true, true, true, true]);
  }
});

test.skipIf(process.platform === 'win32')('killed in the middle of a clip: the same', async () => {
  const { at, target, options } = await folder();
  const program = `
    import { mergeClips, shownAs } from ${JSON.stringify(new URL('./merge.ts', import.meta.url).href)};
    import { cutOf, scene } from ${JSON.stringify(new URL('../../test/support/scene.ts', import.meta.url).href)};
    const clips = ${JSON.stringify(CUTS)}.map(([from, to]) => cutOf(scene(), { from, to, grain: 3 }));
    clips[2] = shownAs(clips[2], (showing) => ({ frames: async function* () {
      for await (const frame of showing.frames()) { yield frame; if (frame.index === 12) { console.log('here'); await new Promise((go) => setTimeout(go, 60_000)); } }
    } }));
    await mergeClips(clips, { target: (k) => ${JSON.stringify(at)} + '/U_' + k + '.mp4' });`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = await once(child.stdout, 'data');
  expect(String(said)).toBe('here\n');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect((await readdir(at)).sort()).toEqual(['U_0.json', 'U_0.mp4', 'U_1.json', 'U_1.mp4']);
  const whole = await bytesOf([target(0), target(1)]);
  const resumed = await mergeClips(dialogue().clips, options);
  expect(resumed.map(({ built }) => built)).toEqual([false, false, true, true, true, true]);
  expect(await bytesOf([target(0), target(1)])).toEqual(whole);
});

const empty = (id: string): Clip => ({
  ...cutOf(film, { from: 0, to: 0, id, sound: false }),
});
const pictureless = (id: string): Clip =>
  shownAs(empty(id), () => ({
    // biome-ignore lint/correctness/useYield: it fails before its first picture, as decoding a sound file does
    async *frames(): AsyncGenerator<Frame, undefined> {
      throw new MediaError('MEDIA_NO_VIDEO', 'The file has no pictures');
    },
  }));

test('a clip without pictures adds nothing, and says so; clips without any are refused', async () => {
  const { at, target, options } = await folder();
  const [a, b] = [cutOf(film, { from: 0, to: 20 }), cutOf(film, { from: 20, to: 30 })];
  const merged = await mergeClips([a, empty('none'), pictureless('sound only'), b], options);
  expect(merged.at(-1)!.ledger.clips.map(({ notes, kept }) => [kept, notes])).toEqual([
    [20, []],
    [0, ['CLIP_NO_FRAMES', 'CLIP_NO_SOUND']],
    [0, ['CLIP_NO_FRAMES', 'CLIP_NO_SOUND']],
    [10, []],
  ]);
  expect(merged.map(({ ledger }) => ledger.video.duration)).toEqual([20, 20, 20, 30].map((n) => n * 3003));
  await rm(at, { recursive: true });
  await expect(mergeClips([empty('none')], options)).rejects.toMatchObject({ code: 'MEDIA_MERGE_NOTHING', detail: { at: target(0) } });
  expect(await readdir(at)).toEqual([]);
});

test.each<[string, Partial<MergeOptions>, string]>([
  ['no place', { target: () => undefined }, 'MEDIA_MERGE_NOTHING'],
  ['a quality of 52', { quality: 52 }, 'MEDIA_OPTION'],
  ['a reach that is none', { reach: Number.NaN }, 'MEDIA_OPTION'],
  ['a reach of a minute and more', { reach: 61 }, 'MEDIA_OPTION'],
])('%s is refused before a clip is opened', async (_, change, code) => {
  const { options } = await folder();
  const { clips, opened } = dialogue();
  await expect(mergeClips(clips, { ...options, ...change })).rejects.toMatchObject({ code });
  await expect(mergeClips([], { ...options, ...change })).rejects.toBeInstanceOf(MediaError);
  expect(opened.every(({ frames, sounds }) => frames + sounds === 0)).toBe(true);
});

test('a repeat from further back than the reach stays', async () => {
  const { options } = await folder();
  const clips = [cutOf(film, { from: 0, to: 60 }), cutOf(film, { from: 20, to: 70 })];
  const merged = await mergeClips(clips, { ...options, reach: 1 });
  expect(merged[1]!.ledger.video.duration).toBe(110 * 3003);
  const all = await mergeClips(clips, { ...options, reach: 2 });
  expect(all[1]!.ledger.video.duration).toBe(70 * 3003);
});

test('a file that ends early is merged as far as it goes, with what is missing', async () => {
  const { options } = await folder();
  const clip = cutOf(film, { from: 0, to: 20 });
  const cut = shownAs(clip, (showing) => ({
    async *frames() {
      yield* showing.frames();
      return { short: 'the last 3 s are missing', notes: [] };
    },
  }));
  const [merged] = await mergeClips([cut], options);
  expect(merged!.ledger.clips[0]).toMatchObject({ kept: 20, notes: ['CLIP_SHORT'], short: 'the last 3 s are missing' });
  expect(merged!.ledger.video.duration).toBe((20 * 3003) as Ticks);
});
