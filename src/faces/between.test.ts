import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Ticks } from '../media/frame.ts';
import { halfWay, lookAt } from './between.ts';
import type { Detection } from './face.ts';
import type { Shown } from './shots.ts';

const face = (x: number, y = 0, score = 0.9, side = 20): Detection => ({ box: { x, y, width: side, height: side }, score });

describe('halfWay', () => {
  test('a face is on the straight way, as sure as where it is less so', () => {
    expect(halfWay([face(0, 0, 0.9, 20)], [face(2, 1, 0.6, 22)], 0.5)).toEqual([
      { box: { x: 1, y: 0.5, width: 21, height: 21 }, score: 0.6 },
    ]);
  });

  test('faces are told apart by their places, in whatever order they come', () => {
    expect(halfWay([face(0), face(100)], [face(102), face(2)], 0.5)!.map(({ box }) => box.x)).toEqual([1, 101]);
  });

  test.each([
    ['one more', [face(0)], [face(0), face(100)]],
    ['one less', [face(0), face(100)], [face(100)]],
    ['another one', [face(0)], [face(100)]],
    ['one that moves fast', [face(0)], [face(8)]],
    ['one that grows fast', [face(0, 0, 0.9, 20)], [face(0, 0, 0.9, 29)]],
  ])('%s: nobody knows', (_, from, to) => expect(halfWay(from, to, 0.5)).toBeUndefined());

  test('none stays none', () => expect(halfWay([], [], 0.5)).toEqual([]));
});

/** What is to be seen on a picture: which shot, and where faces are; a flash shows none. */
interface Scene {
  readonly shot: number;
  readonly faces: readonly Detection[];
  readonly flash?: boolean;
}

async function lookedAt(scenes: readonly Scene[], gap: number, every = 0.2) {
  const looked: number[] = [];
  const given: (readonly Detection[])[] = [];
  async function* shown(): AsyncGenerator<Shown> {
    for (const [index, { shot, flash = false }] of scenes.entries()) {
      const picture = { width: 1, height: 1, data: new Uint8Array(3) };
      const frame = { picture, index, pts: index as Ticks, duration: 1 as Ticks, timeBase: { num: 1, den: 5 } };
      yield { frame, t: index * every, shot, flash };
    }
  }
  const detect = async ({ frame, flash }: Shown) => {
    if (flash) return [];
    looked.push(frame.index);
    return scenes[frame.index]!.faces;
  };
  const order: number[] = [];
  const exact = ({ box, score }: Detection) => ({ box: { ...box, x: Math.round(box.x * 1e6) / 1e6 }, score });
  for await (const one of lookAt(shown(), detect, gap)) {
    order.push(one.shown.frame.index);
    given.push((await one.detections).map(exact));
  }
  expect(order).toEqual(scenes.map((_, i) => i));
  return { looked: looked.sort((a, b) => a - b), given };
}

const still = (count: number, shot = 0): Scene[] => Array.from({ length: count }, () => ({ shot, faces: [face(10), face(60)] }));
const steady = (count: number): Scene[] => Array.from({ length: count }, (_, i) => ({ shot: 0, faces: [face(i), face(200 - i)] }));

describe('lookAt', () => {
  test('little happens: every second picture, and the last one, since nothing follows it', async () => {
    const { looked, given } = await lookedAt(steady(8), 0.3);
    expect(looked).toEqual([0, 2, 4, 6, 7]);
    expect(given).toEqual(steady(8).map(({ faces }) => faces));
  });

  test('a wider gap, and pictures that are further apart than it', async () => {
    expect((await lookedAt(steady(9), 0.7)).looked).toEqual([0, 4, 8]);
    expect((await lookedAt(still(5), 0.3, 0.4)).looked).toEqual([0, 1, 2, 3, 4]);
    expect((await lookedAt(still(5), 0)).looked).toEqual([0, 1, 2, 3, 4]);
  });

  test('a face that comes, goes or jumps is looked for', async () => {
    const faces = (...xs: number[]): Scene => ({ shot: 0, faces: xs.map((x) => face(x)) });
    const scenes = [faces(0), faces(0), faces(0, 50), faces(0, 50), faces(0, 50), faces(50), faces(50), faces(90), faces(130)];
    const { looked, given } = await lookedAt(scenes, 0.3);
    expect(looked).toEqual([0, 1, 2, 4, 5, 6, 7, 8]);
    expect(given).toEqual(scenes.map((scene) => scene.faces));
  });

  test('over a cut and a flash nothing is guessed', async () => {
    const flash: Scene = { shot: 1, faces: [], flash: true };
    const { looked, given } = await lookedAt([...still(3), ...still(2, 1), flash, ...still(4, 1)], 0.3);
    expect(looked).toEqual([0, 2, 3, 4, 6, 8, 9].sort((a, b) => a - b));
    expect(given[5]).toEqual([]);
  });

  test('on pictures of faces that do not move, whatever comes and goes, it finds what looking at all finds', async () => {
    const places = fc.uniqueArray(fc.nat(4), { maxLength: 3 });
    const scene = fc.record({ shot: fc.constant(0), places });
    await fc.assert(
      fc.asyncProperty(fc.array(scene, { maxLength: 12 }), fc.integer({ min: 1, max: 4 }), async (given, wide) => {
        // What is seen for a single picture between two that are alike may be missed: here nothing is.
        const scenes = given.flatMap(({ shot, places: at }) =>
          Array.from({ length: wide }, () => ({ shot, faces: at.map((x) => face(x * 50)) })),
        );
        const found = await lookedAt(scenes, 0.2 * wide - 0.05);
        const sorted = (faces: readonly Detection[]) => [...faces].sort((a, b) => a.box.x - b.box.x);
        expect(found.given.map(sorted)).toEqual(scenes.map(({ faces }) => sorted(faces)));
      }),
    );
  });

  test('what fails is told where it is waited for', async () => {
    const detect = async ({ frame }: Shown) => {
      if (frame.index === 2) throw new Error('broken');
      return [face(0)];
    };
    async function* shown(): AsyncGenerator<Shown> {
      for (let index = 0; index < 4; index++)
        yield {
          frame: {
            picture: { width: 1, height: 1, data: new Uint8Array(3) },
            index,
            pts: index as Ticks,
            duration: 1 as Ticks,
            timeBase: { num: 1, den: 5 },
          },
          t: index / 5,
          shot: 0,
          flash: false,
        };
    }
    const ends: string[] = [];
    for await (const { detections } of lookAt(shown(), detect, 0.3)) {
      await new Promise(setImmediate);
      ends.push(
        await detections.then(
          () => 'found',
          (error: Error) => error.message,
        ),
      );
    }
    expect(ends).toEqual(['found', 'broken', 'broken', 'found']);
  });
});
