import { expect, test } from 'vitest';
import { type Scene, scene } from '../../test/support/scene.ts';
import { type Hum, humOf } from './echo.ts';
import { dHash, thumbnail } from './hash.ts';
import { openSeam, type Seen, type Verdict } from './seam.ts';

const FPS = 30;
const lively = scene();
const still = scene({ calm: 0 });
const slow = scene({ calm: 0.004 });

interface Case {
  readonly of?: Scene;
  /** Frames of the scene that the stream holds, and the clip. */
  readonly stream: readonly [from: number, to: number];
  readonly clip: readonly [from: number, to: number];
  /** Scene of the clip, if it is another one; its voice, if it is another one. */
  readonly other?: Scene;
  readonly voice?: (seconds: number) => number;
  /** The whole stream's and clip's sound, if it is not the scene's voice. */
  readonly sound?: (seconds: number) => number;
}

function seenOf(of: Scene, [from, to]: readonly [number, number], seed: number): Seen[] {
  return Array.from({ length: to - from }, (_, i) => {
    const thumb = thumbnail(of.picture((from + i) / FPS, { levels: 4, seed }));
    return { thumb, hash: dHash(thumb), at: i / FPS };
  });
}

function humFrom(voice: (seconds: number) => number, [from, to]: readonly [number, number]): Hum {
  const rate = 8000;
  return humOf(
    Float32Array.from({ length: Math.round(((to - from) * rate) / FPS) }, (_, i) => voice(from / FPS + i / rate)),
    { rate, channels: 1 },
  );
}

/** The verdict on a case; with `at`, after how many frames it was known. */
function judged({ of = lively, stream, clip, other = of, sound = of.voice, voice = sound }: Case): Verdict & { at: number } {
  const length = (stream[1] - stream[0]) / FPS;
  const head = humFrom(voice, [clip[0], Math.min(clip[1], clip[0] + 3 * FPS)]);
  const seam = openSeam({ seen: seenOf(of, stream, 1), sound: humFrom(sound, stream), end: length }, head);
  for (const [i, frame] of seenOf(other, clip, 2).entries()) {
    const verdict = seam.look(frame);
    if (verdict) return { ...verdict, at: i + 1 };
  }
  return { ...seam.end(), at: clip[1] - clip[0] };
}

const silence = () => 0;
const tone = (seconds: number) => 0.2 * Math.sin(2 * Math.PI * 220 * seconds);

test.each([1, 2, 3, 5, 6, 7, 8, 12, 20, 45, 89])('a repeat of %i frames is dropped, and known at the first new one', (n) => {
  const { at, ...verdict } = judged({ stream: [0, 90], clip: [90 - n, 90 - n + n + 30] });
  expect(verdict).toMatchObject({ is: 'repeat', dropped: n, by: n < 8 ? 'pictures' : 'pictures and sound' });
  expect(at).toBe(n + 1);
  expect(verdict.difference).toBeGreaterThan(0);
});

test.each([1, 4, 20])('the same without sound: %i frames', (n) => {
  expect(judged({ stream: [0, 60], clip: [60 - n, 100], sound: silence })).toMatchObject({ is: 'repeat', dropped: n, by: 'pictures' });
});

/** A grey that grows by 8 levels with each frame: `level` frames of it. */
const grown = (level: number, at: number): Seen => {
  const thumb = Uint16Array.from({ length: 72 * 64 }, (_, i) => 256 * (20 + ((i * 7) % 40) + 8 * level));
  return { thumb, hash: dHash(thumb), at: at / FPS };
};

test.each([
  [0.1, 'repeat', 1],
  [0.65, 'repeat', 1],
  [0.75, 'new', 0],
  [1, 'new', 0],
])('a first frame that differs from the last one by %d of a step is told as %s', (share, is, dropped) => {
  const silent = humFrom(silence, [0, 10]);
  const seam = openSeam({ seen: Array.from({ length: 10 }, (_, i) => grown(i, i)), sound: silent, end: 10 / FPS }, silent);
  const clip = [9 + share, ...[1, 2, 3, 4].map((i) => 9 + share + i)].map(grown);
  const verdict = clip.reduce<Verdict | undefined>((known, frame) => known ?? seam.look(frame), undefined) ?? seam.end();
  expect(verdict).toMatchObject({ is, dropped });
});

test.each<[string, Case]>([
  ['the next frames', { stream: [0, 90], clip: [90, 150] }],
  ['frames after a gap', { stream: [0, 90], clip: [97, 150] }],
  ['frames from before the stream began', { stream: [60, 120], clip: [30, 90] }],
  ['another scene', { stream: [0, 90], clip: [60, 120], other: scene({ seed: 5 }) }],
  ['the first clip', { stream: [0, 0], clip: [0, 60] }],
  ['no frames', { stream: [0, 60], clip: [60, 60] }],
  ['one frame after one frame', { stream: [0, 1], clip: [0, 1] }],
])('%s are new', (_, one) => expect(judged(one)).toMatchObject({ is: 'new', dropped: 0 }));

test('another scene is known at its first frame', () => {
  expect(judged({ stream: [0, 90], clip: [0, 60], other: scene({ seed: 5 }) }).at).toBe(1);
});

test.each([1, 9, 30])('a clip of %i frames that was shown as a whole is dropped as a whole', (n) => {
  for (const from of [40, 90 - n]) {
    expect(judged({ stream: [0, 90], clip: [from, from + n] })).toMatchObject({ is: 'repeat', dropped: n });
  }
});

test.each([
  ['still', still],
  ['slow', slow],
] as const)('in a %s scene the sound tells', (_, of) => {
  expect(judged({ of, stream: [0, 120], clip: [100, 160] })).toMatchObject({ is: 'repeat', dropped: 20, by: 'sound' });
  expect(judged({ of, stream: [0, 120], clip: [20, 160] })).toMatchObject({
    is: 'repeat',
    dropped: 100,
    by: 'sound',
  });
  expect(judged({ of, stream: [0, 120], clip: [40, 70] })).toMatchObject({ is: 'repeat', dropped: 30, by: 'sound' });
  expect(judged({ of, stream: [0, 120], clip: [120, 180] })).toMatchObject({ is: 'still', dropped: 0 });
  expect(judged({ of, stream: [0, 120], clip: [100, 160], sound: silence })).toMatchObject({ is: 'unclear', dropped: 0 });
  expect(judged({ of, stream: [0, 120], clip: [100, 160], sound: tone })).toMatchObject({ is: 'unclear', dropped: 0 });
});

test('moving pictures that repeat with another sound: many are dropped, few are kept', () => {
  const voice = scene({ seed: 9 }).voice;
  const told = judged({ stream: [0, 90], clip: [60, 120], voice });
  expect(told).toMatchObject({ is: 'repeat', dropped: 30, by: 'pictures', soundDiffers: true });
  expect(told.correlation).toBeLessThan(0.7);
  expect(judged({ stream: [0, 90], clip: [81, 120], voice })).toMatchObject({ is: 'unclear', dropped: 0 });
});
