import { fc, test as prop } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { iou } from '../faces/boxes.ts';
import { anchorAt, anchorsOf, assign, decode, encode } from './anchors.ts';

const square = (x: number, y: number, side: number) => ({
  left: x - side / 2,
  top: y - side / 2,
  right: x + side / 2,
  bottom: y + side / 2,
});
/** What S3FD's six maps of a 640 × 640 picture have, as far as the third. */
const ANCHORS = anchorsOf([160, 80, 40].map((n, i) => ({ stride: 4 * 2 ** i, rows: n, columns: n })));
const owned = (labels: BigInt64Array) => labels.reduce((n, label) => n + Number(label), 0);

test('anchors stand in the middle of their cells, the finest map first, row by row', () => {
  expect(ANCHORS).toHaveLength(160 ** 2 + 80 ** 2 + 40 ** 2);
  expect(ANCHORS[0]).toEqual({ x: 2, y: 2, side: 16 });
  expect(ANCHORS[161]).toEqual({ x: 6, y: 6, side: 16 });
  expect(ANCHORS[160 ** 2]).toEqual({ x: 4, y: 4, side: 32 });
});

test('no move gives the anchor itself; moves are tenths of its side and logarithms of its size', () => {
  expect(decode(anchorAt(4, 0, 0), [0, 0, 0, 0])).toEqual({ left: -6, top: -6, right: 10, bottom: 10 });
  const { left, top, right, bottom } = decode(anchorAt(8, 0, 0), [1, -1, Math.log(2) / 0.2, 0]);
  expect((left + right) / 2).toBeCloseTo(4 + 3.2, 10);
  expect((top + bottom) / 2).toBeCloseTo(4 - 3.2, 10);
  expect(right - left).toBeCloseTo(64, 10);
  expect(bottom - top).toBeCloseTo(32, 10);
});

prop.prop([
  fc.integer({ min: 0, max: 5 }),
  fc.record({ x: fc.integer({ min: -50, max: 700 }), y: fc.integer({ min: -50, max: 700 }), side: fc.integer({ min: 1, max: 600 }) }),
])('what training aims at is what detection undoes', (level, { x, y, side }) => {
  const anchor = anchorAt(4 * 2 ** level, 3, 7);
  const face = { ...square(x, y, side), bottom: y + side };
  const back = decode(anchor, encode(anchor, face));
  for (const key of ['left', 'top', 'right', 'bottom'] as const) expect(back[key]).toBeCloseTo(face[key], 6);
});

test('an anchor belongs to the face that it overlaps most', () => {
  const faces = [square(100, 100, 16), square(112, 100, 16)];
  const { labels, offsets } = assign(ANCHORS, faces);
  const at = (x: number) => ANCHORS.findIndex((a) => a.side === 16 && a.x === x && a.y === 98);
  for (const [x, face] of [
    [98, 0],
    [114, 1],
  ] as const) {
    expect(labels[at(x)]).toBe(1n);
    const move = [...offsets.subarray(4 * at(x), 4 * at(x) + 4)] as [number, number, number, number];
    expect(decode(ANCHORS[at(x)]!, move).left).toBeCloseTo(faces[face]!.left, 4);
  }
});

test.each([20, 24, 33, 60])('a face of %i pixels gets every anchor that overlaps it by 0.35 or more, and no other', (side) => {
  const face = square(203, 301, side);
  const { labels } = assign(ANCHORS, [face]);
  const box = { x: face.left, y: face.top, width: side, height: side };
  const wanted = ANCHORS.map((a) => iou({ x: a.x - a.side / 2, y: a.y - a.side / 2, width: a.side, height: a.side }, box) >= 0.35);
  expect(wanted.filter(Boolean).length).toBeGreaterThan(1);
  expect([...labels].map((label) => label === 1n)).toEqual(wanted);
});

test('a face that no anchor fits still gets as many as the others, down to an overlap of a tenth', () => {
  // 7 pixels wide: the best anchors of 16 pixels overlap it by 49/256 = 0.19.
  const { labels } = assign(ANCHORS, [square(302, 302, 7)]);
  expect(owned(labels)).toBe(1);
  const many = assign(ANCHORS, [square(100, 100, 32), square(302, 302, 7)]);
  const ofSmall = ANCHORS.filter((a, i) => many.labels[i] === 1n && Math.abs(a.x - 302) < 20 && Math.abs(a.y - 302) < 20);
  expect(ofSmall.length).toBe(Math.round(owned(assign(ANCHORS, [square(100, 100, 32)]).labels) / 2));
});

test('a speck gets its one best anchor; a picture without faces has none', () => {
  const { labels, offsets } = assign(ANCHORS, [square(301, 301, 1)]);
  expect(owned(labels)).toBe(1);
  expect(owned(assign(ANCHORS, []).labels)).toBe(0);
  expect(offsets.some((v) => v !== 0)).toBe(true);
});
