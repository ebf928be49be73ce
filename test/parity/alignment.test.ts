import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ALIGNED_SIDE, pose, similarity, TEMPLATES, warp } from '../../src/faces/alignment.ts';
import type { Picture } from '../../src/media/picture.ts';

interface Case {
  readonly made: string;
  readonly points: readonly (readonly [number, number])[];
  readonly best: string;
  /** a, b, dx, dy. */
  readonly similarity: readonly number[];
  readonly at: readonly number[];
  readonly exact: readonly number[];
  readonly opencv: readonly number[];
}
const ref: { width: number; height: number; picture: number[]; cases: Case[] } = JSON.parse(
  readFileSync(new URL('../fixtures/alignment/expected.json', import.meta.url), 'utf8'),
);

/** Waves, by make.py's formula. */
const waves: Picture = {
  width: ref.width,
  height: ref.height,
  data: Uint8Array.from({ length: ref.width * ref.height * 3 }, (_, i) => {
    const [c, x, y] = [i % 3, Math.floor(i / 3) % ref.width, Math.floor(i / 3 / ref.width)];
    return Math.round(127 + 60 * Math.sin(x / (5 + c)) + 60 * Math.cos(y / (7 - c) + c));
  }),
};

test('the picture is the one that was warped', () => expect([...waves.data.subarray(0, 600)]).toEqual(ref.picture));

test.each(ref.cases.map((c, i) => [`${i} ${c.made}`, c] as const))(
  'face %s: template and similarity as scikit-image, pixels as scikit-image and OpenCV',
  (_, c) => {
    const points = c.points.map(([x, y]) => ({ x, y }));
    const found = pose(points)!;
    expect(found.name).toBe(c.best);
    const { a, b, dx, dy } = similarity(points, TEMPLATES[c.best]!)!;
    expect([a, b, dx, dy]).toBeClose(c.similarity, { abs: 1e-9 });
    const { width, height, data } = warp(waves, found.to);
    expect([width, height]).toEqual([ALIGNED_SIDE, ALIGNED_SIDE]);
    const pixels = c.at.map((i) => data[i]!);
    expect(pixels).toBeClose(c.exact, { abs: 0.5001 }); // rounded to bytes
    expect(pixels).toBeClose(c.opencv, { abs: 1 });
  },
);
