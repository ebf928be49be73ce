import { describe, expect, test } from 'vitest';
import { degreesOf, isMirrored, isSideways, orientationOf, pixelShape, shownSize, turned, UPRIGHT } from './orientation.ts';

/** A display matrix with these a, b, c, d. */
function matrix(...[a, b, c, d]: readonly number[]): Buffer {
  const bytes = Buffer.alloc(36);
  for (const [at, x] of [
    [0, a],
    [4, b],
    [12, c],
    [16, d],
    [32, 16_384],
  ] as const)
    bytes.writeInt32LE(Math.round(x! * 65_536), at); // prettier-ignore
  return bytes;
}

/** Pixel values of one letter each, as rows. */
const rows = (bytes: Uint8Array, width: number) => {
  const letters = [...bytes].filter((_, i) => i % 3 === 0).map((x) => String.fromCharCode(x));
  return Array.from({ length: letters.length / width }, (_, y) => letters.slice(y * width, (y + 1) * width).join(''));
};
/** abc / def with two bytes behind each row. */
const stored = Uint8Array.from(['abc', 'def'].flatMap((row) => [...row].flatMap((c) => [c.charCodeAt(0), 1, 2]).concat(99, 99)));

test.each([
  [0, false, [1, 0, 0, 1], ['abc', 'def']],
  [90, false, [0, 1, -1, 0], ['da', 'eb', 'fc']],
  [180, false, [-1, 0, 0, -1], ['fed', 'cba']],
  [270, false, [0, -1, 1, 0], ['cf', 'be', 'ad']],
  [0, true, [-1, 0, 0, 1], ['cba', 'fed']],
  [180, true, [1, 0, 0, -1], ['def', 'abc']],
  [90, true, [0, -1, -1, 0], ['fc', 'eb', 'da']],
  [270, true, [0, 1, 1, 0], ['ad', 'be', 'cf']],
] as const)('%i°, mirrored %s', (degrees, mirrored, numbers, expected) => {
  const o = orientationOf(matrix(...numbers))!;
  expect([degreesOf(o), isMirrored(o)]).toEqual([degrees, mirrored]);
  expect(rows(turned(stored, 3, 2, 11, o), isSideways(o) ? 2 : 3)).toEqual(expected);
});

describe('orientationOf', () => {
  test('the nearest quarter turn', () => {
    const [c, s] = [Math.cos(1.4), Math.sin(1.4)]; // 80°
    expect(degreesOf(orientationOf(matrix(c, s, -s, c))!)).toBe(90);
  });
  test('scaled matrices, too', () => expect(degreesOf(orientationOf(matrix(0, 0.5, -0.5, 0))!)).toBe(90));
  test('nonsense is none', () => {
    for (const bytes of [Buffer.alloc(36), Buffer.alloc(8), matrix(1, 1, 1, 1)]) expect(orientationOf(bytes)).toBeUndefined();
  });
});

describe('shownSize', () => {
  const sideways = orientationOf(matrix(0, 1, -1, 0))!;
  test.each([
    ['square pixels', [640, 480, 1, UPRIGHT], [640, 480]],
    ['wide pixels widen', [720, 576, 16 / 15, UPRIGHT], [768, 576]],
    ['narrow pixels heighten', [720, 480, 8 / 9, UPRIGHT], [720, 540]],
    ['turned', [640, 480, 1, sideways], [480, 640]],
    ['shrunk and turned', [640, 480, 1, sideways, 320], [240, 320]],
    ['never enlarged', [64, 48, 1, UPRIGHT, 320], [64, 48]],
    ['never nothing', [1000, 1, 1, UPRIGHT, 10], [10, 1]],
  ] as const)('%s', (_, input, [width, height]) =>
    expect(shownSize(...(input as unknown as Parameters<typeof shownSize>))).toEqual({ width, height }),
  );

  test('the first that says something', () => {
    expect(pixelShape({ num: 0, den: 1 }, { num: 4, den: 3 }, { num: 1, den: 1 })).toBe(4 / 3);
    expect(pixelShape({ num: 0, den: 1 })).toBe(1);
  });
});
