import { describe, expect, test } from 'vitest';
import { picture } from '../media/picture.ts';
import { album, answers, type Describe } from './album.ts';
import type { Detection } from './face.ts';
import type { Tracklet } from './tracker.ts';

const shown = picture(1, 1, new Uint8Array(3));
const face = (size: number, score = 1): Detection => ({ box: { x: 0, y: 0, width: size, height: size }, score });
const tracklet = (index: number): Tracklet => ({ index, shot: 0, sightings: [] });

/** Describes a face by its width, and counts what it was asked. */
function counting(): { describe: Describe; asked: number[] } {
  const asked: number[] = [];
  return {
    asked,
    describe: async (_, boxes) => {
      asked.push(...boxes.map((b) => b.width));
      return boxes.map((b) => Float32Array.of(b.width));
    },
  };
}
const widths = (descriptors: readonly Float32Array[]) => descriptors.map((d) => d[0]);

describe('album', () => {
  test('keeps the five best views, a third of a second apart, best first', async () => {
    const { describe, asked } = counting();
    const [views, who] = [album(describe), tracklet(0)];
    for (let i = 0; i < 20; i++) await views.add(shown, i * 0.2, [face(40 + i)], [who]);
    expect(asked).toEqual([40, 42, 44, 46, 48, 51, 53, 56, 58]); // every second frame, then only what is a quarter better than the worst of five
    expect(widths(views.of(who))).toEqual([58, 56, 53, 51, 48]);
  });

  test('a face that is wide enough is not described again and again for being wider, a surer one is', async () => {
    const { describe, asked } = counting();
    const [views, who] = [album(describe), tracklet(0)];
    for (let i = 0; i < 5; i++) await views.add(shown, i, [face(112, 0.6)], [who]);
    await views.add(shown, 6, [face(300, 0.6)], [who]);
    expect(asked).toHaveLength(5);
    await views.add(shown, 7, [face(112, 0.9)], [who]);
    expect(asked).toHaveLength(6);
  });

  test('several faces of a picture are described in one go, each for its own tracklet', async () => {
    let calls = 0;
    const views = album(async (_, boxes) => {
      calls++;
      return boxes.map((b) => Float32Array.of(b.width));
    });
    const [a, b] = [tracklet(0), tracklet(1)];
    await views.add(shown, 0, [face(50), face(60)], [a, b]);
    expect([calls, widths(views.of(a)), widths(views.of(b)), views.of(tracklet(2))]).toEqual([1, [50], [60], []]);
    await views.add(shown, 0.2, [face(50), face(60)], [a, b]); // too soon for both: nobody is asked
    expect(calls).toBe(1);
  });

  test('without a network every page is empty', async () => {
    const [views, who] = [album(undefined), tracklet(0)];
    await views.add(shown, 0, [face(50)], [who]);
    expect(views.of(who)).toEqual([]);
  });

  test('a network that answers for another number of faces is refused', async () => {
    const views = album(async () => []);
    await expect(views.add(shown, 0, [face(50)], [tracklet(0)])).rejects.toThrow(expect.objectContaining({ code: 'FACES_ANSWER' }));
  });
});

test('answers: one a face, or FACES_ANSWER', () => {
  expect(answers('x', 2, ['a', 'b'])).toEqual(['a', 'b']);
  expect(() => answers('landmarks', 2, ['a'])).toThrow(
    expect.objectContaining({
      code: 'FACES_ANSWER',
      detail: expect.objectContaining({ at: 'landmarks', expected: '2 (one a face)', got: '1' }),
    }),
  );
});
