import { fc, test as prop } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { boxAround, clipBox, iou, liesIn, nms, scaleBox } from './boxes.ts';

const box = (x: number, y: number, width: number, height: number) => ({ x, y, width, height });
const anyBox = fc.record({
  x: fc.integer({ min: -50, max: 50 }),
  y: fc.integer({ min: -50, max: 50 }),
  width: fc.integer({ min: 1, max: 60 }),
  height: fc.integer({ min: 1, max: 60 }),
});

test.each([
  ['the same', box(0, 0, 4, 4), box(0, 0, 4, 4), false, 1],
  ['a half', box(0, 0, 4, 4), box(0, 0, 4, 2), false, 0.5],
  ['a corner', box(0, 0, 4, 4), box(2, 2, 4, 4), false, 4 / 28],
  ['side by side', box(0, 0, 4, 4), box(4, 0, 4, 4), false, 0],
  ['side by side, pixels counted', box(0, 0, 4, 4), box(4, 0, 4, 4), true, 5 / 45],
  ['nothing', box(1, 1, 0, 0), box(1, 1, 0, 0), false, 0],
])('overlap of %s', (_, a, b, plusOne, expected) => expect(iou(a, b, plusOne)).toBeCloseTo(expected, 12));

prop.prop([anyBox, anyBox])('overlap is symmetric, between 0 and 1, and 1 only with itself', (a, b) => {
  expect(iou(a, b)).toBe(iou(b, a));
  expect(iou(a, b)).toBeLessThanOrEqual(1);
  expect(iou(a, b) === 1).toBe(JSON.stringify(a) === JSON.stringify(b));
});

prop.prop([fc.array(fc.record({ box: anyBox, score: fc.float({ min: 0, max: 1, noNaN: true }) }), { maxLength: 30 })])(
  'what is kept does not overlap, and what is dropped overlaps something better',
  (detections) => {
    const kept = nms(detections, { iou: 0.4 });
    for (const [i, a] of kept.entries()) {
      for (const b of kept.slice(i + 1)) expect(iou(a.box, b.box)).toBeLessThanOrEqual(0.4);
    }
    for (const lost of detections.filter((d) => !kept.includes(d))) {
      expect(kept.some((k) => k.score >= lost.score && iou(k.box, lost.box) > 0.4)).toBe(true);
    }
  },
);

test('at most so many', () => {
  const detections = [0.1, 0.9, 0.5].map((score, i) => ({ box: box(i * 10, 0, 4, 4), score }));
  expect(nms(detections, { iou: 0.5, most: 2 }).map(({ score }) => score)).toEqual([0.9, 0.5]);
});

test('clipping, scaling, going round points', () => {
  expect(clipBox(box(-2, 3, 10, 10), 6, 8)).toEqual(box(0, 3, 6, 5));
  expect(clipBox(box(20, 3, 10, 10), 6, 8)).toMatchObject({ width: 0 });
  const picture = { width: 6, height: 8 };
  expect([box(-9, 3, 10, 10), box(-10, 3, 10, 10), box(2, 8, 1, 1), box(2, 3, 0, 1)].map((b) => liesIn(b, picture))).toEqual([
    true,
    false,
    false,
    false,
  ]);
  expect(scaleBox(box(1, 2, 3, 4), 2, 10)).toEqual(box(2, 20, 6, 40));
  expect(
    boxAround([
      { x: 3, y: 1 },
      { x: -1, y: 5 },
    ]),
  ).toEqual(box(-1, 1, 4, 4));
  expect(() => boxAround([])).toThrow(RangeError);
});
