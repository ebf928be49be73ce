import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cutOf, NTSC, type Scene, scene, timesOf } from '../../test/support/scene.ts';
import { decode } from './decode.ts';
import { writeVideo } from './encode.ts';
import { fileClip } from './fileclip.ts';
import { type Frame, OUR_TIME_BASE, secondsOf, type TimeBase } from './frame.ts';
import { dHash, hashDistance, hashOfText, pictureDifference, pixelHash, type Thumbnail, thumbnail } from './hash.ts';
import { type Clip, type Merged, mergeClips, shownAs } from './merge.ts';
import { readSound } from './sound.ts';

/**
 * Real files from end to end: one long scene, cut with overlaps as MELD does, each piece compressed anew, merged, and the results decoded and compared with
 * the scene itself.
 */

/** Seconds in which nothing moves, while the voice goes on. */
const STILL = [7, 8.2] as const;
const moving = scene({ width: 96, height: 72 });
const film: Scene = {
  ...moving,
  picture: (seconds, grain) => moving.picture(seconds < STILL[0] ? seconds : Math.max(STILL[0], seconds - (STILL[1] - STILL[0])), grain),
};
const FILM: { readonly timeBase: TimeBase; readonly ticks: number } = { timeBase: { num: 1, den: 24_000 }, ticks: 1001 };

interface Piece {
  /** Frames of the scene at its rate, counted from its second 0, or from the end of the part before for the film. */
  readonly from: number;
  readonly to: number;
  readonly rate: typeof NTSC;
  /** Frames of it that are not in the piece before. */
  readonly adds: number;
  readonly quality: number;
  readonly sound: { readonly rate: number; readonly channels: 1 | 2 };
}

const STEREO = { rate: 48_000, channels: 2 } as const;
const ntsc = (from: number, to: number, adds: number, quality: number, sound: Piece['sound'] = STEREO): Piece => {
  return { from, to, rate: NTSC, adds, quality, sound };
};
/** Overlaps of 1, 5, 20 and 50 frames, the last one across the still shot; then 24 frames a second, with overlaps of 0 and 8. */
const PIECES: readonly Piece[] = [
  ntsc(0, 60, 60, 23),
  ntsc(59, 110, 50, 20, { rate: 44_100, channels: 2 }),
  ntsc(105, 170, 60, 30, { rate: 48_000, channels: 1 }),
  ntsc(150, 255, 85, 23),
  ntsc(205, 300, 45, 26),
  { ...ntsc(240, 280, 40, 23), rate: FILM }, // 240 frames of film last as long as 300 of the others
  { ...ntsc(272, 300, 20, 25), rate: FILM },
];

/** The second of the scene that each frame of the merged video shows, piece after piece. */
const SHOWN = PIECES.map(({ to, rate, adds }) => Array.from({ length: adds }, (_, i) => timesOf(rate)(to - adds + i)));

let folder: string;
let merged: Merged[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-files-'));
  const clips = [];
  for (const [k, piece] of PIECES.entries()) {
    const path = join(folder, `dia0_utt${k}.mp4`);
    await writePiece(path, piece);
    clips.push(noting(await fileClip(path), k));
  }
  merged = await mergeClips(clips, { target: (k) => join(folder, `U_${k}.mp4`) });
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));

/** `clip tick` of every frame that was decoded for the merge, with the hash of its pixels. */
const originals = new Map<string, string>();

function noting(clip: Clip, k: number): Clip {
  return shownAs(clip, (showing) => ({
    async *frames() {
      for await (const frame of showing.frames()) {
        originals.set(`${k} ${frame.pts}`, pixelHash(frame.picture));
        yield frame;
      }
      return undefined;
    },
  }));
}

async function writePiece(path: string, { from, to, rate, quality, sound }: Piece): Promise<void> {
  const { width, height } = film;
  const clip = cutOf(film, { from, to, ...rate });
  const video = await writeVideo(path, { width, height, timeBase: rate.timeBase, quality, sound });
  const showing = clip.open(sound);
  for await (const frame of showing.frames()) await video.frame(frame);
  for await (const { samples } of showing.sound()) await video.sound(samples);
  await video.close();
}

async function framesOf(path: string): Promise<Frame[]> {
  const frames: Frame[] = [];
  for await (const frame of decode(path)) frames.push(frame);
  return frames;
}

/** The moments of the scene, of all pieces and beyond their end, whose picture this could be: the nearest one, and all that look no different. */
function momentsOf(of: Thumbnail, moments: ReadonlyMap<number, Thumbnail>): { seconds: number[]; difference: number } {
  const hash = dHash(of);
  const near = [...moments].filter(([, thumb]) => hashDistance(hash, dHash(thumb)) <= 20);
  const differences = near.map(([seconds, thumb]) => ({ seconds, difference: pictureDifference(of, thumb) }));
  const difference = Math.min(...differences.map((d) => d.difference));
  return { seconds: differences.filter((d) => d.difference <= difference + 0.5).map((d) => d.seconds), difference };
}

test('every clip adds what it adds, and the ledger says how that was told', () => {
  const { ledger } = merged.at(-1)!;
  expect(ledger.clips.map(({ kept }) => kept)).toEqual(PIECES.map(({ adds }) => adds));
  expect(ledger.clips.map(({ seam }) => seam.is)).toEqual(['new', 'repeat', 'repeat', 'repeat', 'repeat', 'new', 'repeat']);
  expect(ledger.clips.flatMap(({ notes }) => notes)).toEqual([]);
  expect(ledger.clips.map(({ id }) => id)).toEqual(PIECES.map((_, k) => `dia0_utt${k}`));
  for (const { seam } of ledger.clips.filter(({ dropped }) => dropped > 8)) expect(seam.correlation).toBeGreaterThan(0.95);
});

test.each([3, 6])('U_%i is the scene without repeats, and no frame after its end is in it', async (k) => {
  const moments = new Map(SHOWN.flat().map((seconds) => [seconds, thumbnail(film.picture(seconds))]));
  const expected = SHOWN.slice(0, k + 1).flat();
  const { path, ledger } = merged[k]!;
  const frames = await framesOf(path);
  expect(frames.length).toBe(expected.length);
  const end = expected.at(-1)!;
  for (const [i, { picture, pts, timeBase }] of frames.entries()) {
    const thumb = thumbnail(picture);
    const { seconds, difference } = momentsOf(thumb, moments);
    expect(difference).toBeLessThan(10); // what openSeam takes for one picture
    expect(seconds).toContain(expected[i]);
    expect(Math.max(...seconds)).toBeLessThanOrEqual(end); // nothing that it could be comes later
    const [, , output, , hash] = ledger.frames[i]!;
    expect(secondsOf(pts, timeBase)).toBe(secondsOf(output, OUR_TIME_BASE));
    expect(Math.abs(secondsOf(output, OUR_TIME_BASE) - expected[i]!)).toBeLessThan(0.0002); // one scene in one piece: its own clock
    expect(hashDistance(hashOfText(hash), dHash(thumb))).toBeLessThanOrEqual(8); // compressed once more
  }
  // In the still shot many moments look the same, elsewhere only one does: so the last check says something.
  const last = momentsOf(thumbnail(frames.at(-1)!.picture), moments);
  expect(last.seconds.length).toBeLessThanOrEqual(2);
});

test('the ledger names the very pixels and ticks of the clips', () => {
  const { frames } = merged.at(-1)!.ledger;
  expect(frames.map(([clip, source]) => originals.get(`${clip} ${source}`))).toEqual(frames.map(([, , , , , pixels]) => pixels));
});

test('the still shot keeps its length', () => {
  const { frames } = merged.at(-1)!.ledger;
  const still = frames.filter(([, , output]) => {
    const seconds = secondsOf(output, OUR_TIME_BASE);
    return seconds >= STILL[0] && seconds < STILL[1];
  });
  expect(still.length).toBe(36); // 1.2 s
});

test.each([3, 6])('the sound of U_%i is the scene’s, in step with the pictures, and ends where they end', async (k) => {
  const { path, ledger } = merged[k]!;
  const { samples, start } = await readSound(path, { rate: 48_000 });
  const length = secondsOf(ledger.video.duration, OUR_TIME_BASE);
  expect(start + samples.length / 48_000).toBeGreaterThanOrEqual(length - 0.001);
  expect(start + samples.length / 48_000).toBeLessThanOrEqual(length + 1024 / 48_000);
  const zero = Math.round(start * 48_000);
  for (let second = 0.5; second + 0.5 < length; second += 0.5) {
    const lag = lagAt(samples, Math.round(second * 48_000) - zero, second);
    expect(Math.abs(lag)).toBeLessThan(0.002);
  }
});

/** Seconds by which the sound comes late around a moment: the shift that correlates best with the voice. */
function lagAt(samples: Float32Array, at: number, second: number): number {
  let best = { lag: 0, sum: -Infinity };
  for (let lag = -1500; lag <= 1500; lag += 4) {
    let sum = 0;
    for (let i = 0; i < 9600; i += 7) sum += (samples[at + i + lag] ?? 0) * film.voice(second + i / 48_000);
    if (sum > best.sum) best = { lag, sum };
  }
  return best.lag / 48_000;
}

test('nothing but videos and ledgers is left', async () => {
  const names = (await readdir(folder)).sort();
  expect(names).toEqual(PIECES.flatMap((_, k) => [`U_${k}.json`, `U_${k}.mp4`, `dia0_utt${k}.mp4`]).sort());
});
