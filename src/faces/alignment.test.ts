import { fc, test as prop } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { centreOf, fivePoints, moved, pose, similarity, TEMPLATES, warp } from './alignment.ts';

const point = fc.record({ x: fc.integer({ min: -200, max: 200 }), y: fc.integer({ min: -200, max: 200 }) });
const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });

prop.prop([
  fc.uniqueArray(point, { minLength: 2, maxLength: 6, selector: ({ x, y }) => `${x},${y}` }),
  number(-3, 3),
  number(0.1, 4),
  number(-50, 50),
  number(-50, 50),
])('a similarity is found again from where it puts points', (points, angle, scale, dx, dy) => {
  const to = { a: scale * Math.cos(angle), b: scale * Math.sin(angle), dx, dy };
  const found = similarity(
    points,
    points.map((p) => moved(to, p)),
  )!;
  for (const p of points) {
    expect(moved(found, p).x).toBeCloseTo(moved(to, p).x, 6);
    expect(moved(found, p).y).toBeCloseTo(moved(to, p).y, 6);
  }
});

test('there is none for points in one place, nor for a mirror picture that only scale 0 fits', () => {
  const corners = [
    { x: 0, y: 0 },
    { x: 1, y: 0 },
    { x: 1, y: 1 },
    { x: 0, y: 1 },
  ];
  expect(similarity(Array(5).fill({ x: 3, y: 4 }), TEMPLATES.frontal!)).toBeUndefined();
  expect(pose(Array(5).fill({ x: 3, y: 4 }))).toBeUndefined();
  expect(
    similarity(
      corners,
      corners.map(({ x, y }) => ({ x: -x, y })),
    ),
  ).toBeUndefined();
});

test.each(Object.entries(TEMPLATES))('a face that looks like the template %s is found to', (name, template) => {
  expect(pose(template)!.name).toBe(name);
  const turned = template.map((p) => moved({ a: 0.3, b: -0.4, dx: 500, dy: 80 }, p));
  expect(pose(turned)!.name).toBe(name);
});

test('five of the 68 points', () => {
  const points = Array.from({ length: 68 }, (_, i) => ({ x: i, y: 2 * i }));
  expect(fivePoints(points).map(({ x }) => x)).toEqual([38.5, 44.5, 30, 48, 54]);
  expect(centreOf(points.slice(0, 3))).toEqual({ x: 1, y: 2 });
});

test('a move by whole pixels copies them, and what lies beside the picture is black', () => {
  const picture = { width: 3, height: 2, data: Uint8Array.from({ length: 18 }, (_, i) => 10 + i) };
  const { data } = warp(picture, { a: 1, b: 0, dx: 1, dy: 1 }, 4);
  const row = (y: number) => [...data.subarray(12 * y, 12 * y + 12)];
  expect(row(0)).toEqual(Array(12).fill(0));
  expect(row(1)).toEqual([0, 0, 0, ...picture.data.subarray(0, 9)]);
  expect(row(2)).toEqual([0, 0, 0, ...picture.data.subarray(9, 18)]);
  expect(row(3)).toEqual(Array(12).fill(0));
});
