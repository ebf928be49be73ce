import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { random } from '../base/random.ts';
import type { Detection } from './face.ts';
import { type Descriptors, sameFaces, tracksOf } from './identity.ts';
import type { Tracklet } from './tracker.ts';

const SIZE = 128;

/** Descriptors of a person as face-api gives them: views of one are about 0.35 apart, people about 0.85. */
function person(seed: number): (view: number) => Float32Array {
  const chance = random(seed);
  const mean = Float32Array.from({ length: SIZE }, () => (0.55 * chance.normal()) / Math.sqrt(SIZE));
  return (view) => {
    const own = random(1000 * seed + view);
    return mean.map((m) => m + (0.24 * own.normal()) / Math.sqrt(SIZE));
  };
}
const [anna, ben, carl] = [person(1), person(2), person(3)] as const;
const views = (who: (view: number) => Float32Array, from: number, count = 3) => Array.from({ length: count }, (_, i) => who(from + i));

describe('sameFaces', () => {
  test('the made people are as far apart as real ones', () => {
    const apart = (a: Float32Array, b: Float32Array) => Math.hypot(...a.map((v, k) => v - b[k]!));
    expect(apart(anna(1), anna(2))).toBeGreaterThan(0.25);
    expect(apart(anna(1), anna(2))).toBeLessThan(0.45);
    expect(apart(anna(1), ben(1))).toBeGreaterThan(0.7);
  });

  test('joins one person’s tracklets over cuts, and nobody else’s', () => {
    const of = (who: (view: number) => Float32Array, from: number, frames: number[]) => ({ frames, descriptors: views(who, from) });
    const tracklets = [
      of(anna, 0, [0, 1]),
      of(ben, 0, [2, 3]),
      of(carl, 0, [2, 3]),
      of(anna, 10, [4]),
      of(ben, 20, [5]),
      of(anna, 30, [6]),
    ];
    expect(sameFaces(tracklets)).toEqual([[0, 3, 5], [1, 4], [2]]);
    expect(sameFaces(tracklets, { same: 0.1 })).toEqual([[0], [1], [2], [3], [4], [5]]);
  });

  test('faces that were seen together are never one, also by way of a third', () => {
    const frames = [[0, 1], [1, 2], [7]];
    expect(sameFaces(frames.map((f, i) => ({ frames: f, descriptors: views(anna, 10 * i) })))).toHaveLength(2);
    // Twins in one picture, each of them once more alone: who is nearer is joined, the twins stay two.
    const base = anna(0);
    const moved = (by: number) => [base.map((v, k) => (k === 0 ? v + by : v))];
    const twins = [
      { frames: [0], descriptors: moved(0) },
      { frames: [0], descriptors: moved(0.3) },
      { frames: [5], descriptors: moved(0.05) },
      { frames: [6], descriptors: moved(0.26) },
    ];
    expect(sameFaces(twins)).toEqual([
      [0, 2],
      [1, 3],
    ]);
  });

  test('without descriptors everybody is alone; nobody gives no group', () => {
    expect(
      sameFaces([
        { frames: [0], descriptors: [] },
        { frames: [3], descriptors: [] },
        { frames: [9], descriptors: views(anna, 0) },
      ]),
    ).toEqual([[0], [1], [2]]);
    expect(sameFaces([])).toEqual([]);
  });

  const tracklet = fc.record({
    frames: fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { maxLength: 3 }),
    descriptors: fc.array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 })), { maxLength: 3 }),
  });
  test.prop([fc.array(tracklet, { maxLength: 9 })], { numRuns: 300 })('equals average linkage by its definition', (made) => {
    // A tenth of a grid step, so that distances fall on both sides of 0.5; a little more for each, so that there are no ties.
    const tracklets = made.map(({ frames, descriptors }, i) => ({
      frames,
      descriptors: descriptors.map(([x, y], j) =>
        Float32Array.of(0.2 * x + 0.0013 * (3 * i + j) ** 1.5, 0.2 * y + 0.0007 * (3 * i + j) ** 2),
      ),
    }));
    expect(sameFaces(tracklets)).toEqual(byDefinition(tracklets));
  });
});

/** Average linkage as one would say it: of all pairs of groups that may be joined, the nearest, again and again. */
function byDefinition(tracklets: readonly { readonly frames: readonly number[]; readonly descriptors: Descriptors }[]): number[][] {
  let groups = tracklets.map((_, i) => [i]);
  for (;;) {
    let best: { a: number[]; b: number[]; d: number } | undefined;
    for (const a of groups) {
      for (const b of groups.slice(groups.indexOf(a) + 1)) {
        if (a.some((i) => b.some((j) => tracklets[i]!.frames.some((f) => tracklets[j]!.frames.includes(f))))) continue;
        const of = (group: readonly number[]) => group.flatMap((i) => [...tracklets[i]!.descriptors]);
        const squares = of(a).flatMap((x) => of(b).map((y) => x.reduce((sum, v, k) => sum + (v - y[k]!) ** 2, 0)));
        const d = squares.reduce((sum, s) => sum + s, 0) / squares.length;
        if (d < 0.5 ** 2 && d < (best?.d ?? Number.POSITIVE_INFINITY)) best = { a, b, d };
      }
    }
    if (best === undefined) return groups;
    const { a, b } = best;
    groups = groups
      .filter((g) => g !== b)
      .map((g) => (g === a ? [...a, ...b].sort((x, y) => x - y) : g))
      .sort((x, y) => x[0]! - y[0]!);
  }
}

describe('tracksOf', () => {
  /** A tracklet of some frames, one a fifth of a second. */
  const tracklet = (index: number, shot: number, frames: readonly number[], score = 0.9): Tracklet => ({
    index,
    shot,
    sightings: frames.map((frame) => ({
      t: frame / 5,
      frame,
      face: { box: { x: 0, y: 0, width: 50, height: 50 }, score } satisfies Detection,
    })),
  });

  test('numbers by first appearance and puts sightings in order of time', () => {
    const { tracks, leftOut } = tracksOf(
      [tracklet(0, 0, [0, 1, 2]), tracklet(1, 0, [1, 2, 3]), tracklet(2, 1, [4, 5]), tracklet(3, 1, [4, 5, 6])],
      [views(ben, 0), views(anna, 0), views(ben, 9), views(anna, 9)],
      [4, 3],
    );
    expect(tracks.map(({ id, pieces, sightings }) => [id, pieces, sightings.map((s) => s.frame)])).toEqual([
      [1, 2, [0, 1, 2, 4, 5]],
      [2, 2, [1, 2, 3, 4, 5, 6]],
    ]);
    expect(leftOut).toBe(0);
  });

  test('leaves out what is short or never sure, and counts it', () => {
    const short = [tracklet(0, 0, [0, 1]), tracklet(1, 0, [3, 4, 5]), tracklet(2, 0, [6, 7, 8], 0.55)];
    const { tracks, leftOut } = tracksOf(short, [[], [], []], [9]);
    expect([tracks.map((t) => [t.id, t.sightings.length]), leftOut]).toEqual([[[1, 3]], 2]);
    expect(tracksOf(short, [], [9], { sightings: 1, score: 0 }).tracks).toHaveLength(3);
  });

  test('a face that fills a short shot stays, and pieces count together', () => {
    expect(tracksOf([tracklet(0, 0, [0, 1])], [[]], [2])).toMatchObject({ leftOut: 0, tracks: [{ id: 1 }] });
    const twice = [tracklet(0, 0, [0, 1]), tracklet(1, 1, [6, 7])];
    expect(tracksOf(twice, [views(anna, 0), views(anna, 5)], [4, 4])).toMatchObject({ leftOut: 0, tracks: [{ pieces: 2 }] });
    expect(tracksOf(twice, [views(anna, 0), views(ben, 5)], [4, 4])).toEqual({ leftOut: 2, tracks: [] });
  });
});
