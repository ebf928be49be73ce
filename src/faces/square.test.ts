import { fc, test as prop } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import type { Picture } from '../media/picture.ts';
import { cropOf, type SquareInput, squareOf } from './square.ts';

const BARE: SquareInput = { side: 8, mean: [0, 0, 0], scale: 1, centred: false };

function noise(width: number, height: number, seed: number): Picture {
  return { width, height, data: Uint8Array.from({ length: width * height * 3 }, (_, i) => (Math.imul(i + seed, 0x9e3779b1) >>> 13) & 255) };
}

/** By definition: the crop on a black square, then each pixel between the four of the square around `place · length / side`. */
function byDefinition(picture: Picture, { side, mean, scale, centred }: SquareInput, crop: ReturnType<typeof cropOf>): number[] {
  const length = Math.max(crop.width, crop.height, 1);
  const before = (size: number) => (centred ? length - size - Math.round((length - size) / 2) : 0);
  const [left, top] = [before(crop.width), before(crop.height)];
  const square = (x: number, y: number, c: number) => {
    const [u, v] = [Math.min(x, length - 1) - left, Math.min(y, length - 1) - top];
    const outside = u < 0 || v < 0 || u >= crop.width || v >= crop.height;
    return outside ? 0 : picture.data[((crop.y + v) * picture.width + crop.x + u) * 3 + c]!;
  };
  const out: number[] = [];
  for (let c = 0; c < 3; c++)
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++) {
        const [px, py] = [(x * length) / side, (y * length) / side];
        const [x0, y0] = [Math.floor(px), Math.floor(py)];
        const upper = square(x0, y0, c) * (1 - (px - x0)) + square(x0 + 1, y0, c) * (px - x0);
        const lower = square(x0, y0 + 1, c) * (1 - (px - x0)) + square(x0 + 1, y0 + 1, c) * (px - x0);
        out.push((upper * (1 - (py - y0)) + lower * (py - y0) - mean[c]!) * scale);
      }
  return out;
}

const size = fc.integer({ min: 1, max: 24 });
prop.prop([
  size,
  size,
  fc.constantFrom(5, 8, 17),
  fc.boolean(),
  fc.option(
    fc.record({
      x: fc.double({ min: -10, max: 25, noNaN: true }),
      y: fc.double({ min: -10, max: 25, noNaN: true }),
      width: fc.double({ min: 0, max: 30, noNaN: true }),
      height: fc.double({ min: 0, max: 30, noNaN: true }),
    }),
    { nil: undefined },
  ),
])('equals its definition, for parts of pictures of any shape', (width, height, side, centred, box) => {
  const picture = noise(width, height, side);
  const input = { side, centred, mean: [10, 20, 30], scale: 0.5 } as const;
  const { pixels, crop } = squareOf(picture, input, box);
  expect(crop).toEqual(box === undefined ? { x: 0, y: 0, width, height } : cropOf(picture, box));
  expect(pixels).toBeClose(byDefinition(picture, input, crop), { abs: 1e-3 });
});

test('black goes to the right and below, or half to each side with the odd pixel behind', () => {
  const white = { width: 8, height: 3, data: new Uint8Array(72).fill(255) };
  const rows = (pixels: Float32Array) => Array.from({ length: 8 }, (_, y) => pixels[8 * y]);
  expect(rows(squareOf(white, BARE).pixels)).toEqual([255, 255, 255, 0, 0, 0, 0, 0]);
  expect(rows(squareOf(white, { ...BARE, centred: true }).pixels)).toEqual([0, 0, 255, 255, 255, 0, 0, 0]);
});

test('a box is cut at the borders and rounded down; without a pixel inside it gives black', () => {
  const picture = noise(20, 10, 1);
  expect(cropOf(picture, { x: -3.5, y: 2.7, width: 9.9, height: 50 })).toEqual({ x: 0, y: 2, width: 6, height: 7 });
  const { pixels, crop } = squareOf(picture, { ...BARE, mean: [1, 2, 3] }, { x: 40, y: 40, width: 5, height: 5 });
  expect(crop).toMatchObject({ width: 0, height: 0 });
  expect([pixels[0], pixels[64], pixels[128]]).toEqual([-1, -2, -3]);
});

test('fills the place that it is given', () => {
  const picture = noise(9, 9, 2);
  const place = new Float32Array(3 * 64 + 5).fill(7);
  const { pixels } = squareOf(picture, BARE, undefined, place.subarray(5));
  expect(pixels).toEqual(squareOf(picture, BARE).pixels);
  expect([...place.subarray(0, 5)]).toEqual([7, 7, 7, 7, 7]);
});

test('a part of the square is that part of it', () => {
  const picture = noise(13, 9, 5);
  const [side, rows, columns] = [8, 5, 7];
  const whole = squareOf(picture, BARE).pixels;
  const part = squareOf(picture, { ...BARE, rows, columns }).pixels;
  const at = (c: number, y: number, x: number) => whole[(c * side + y) * side + x]!;
  const wanted = [0, 1, 2].flatMap((c) => Array.from({ length: rows * columns }, (_, i) => at(c, Math.floor(i / columns), i % columns)));
  expect([...part]).toEqual(wanted);
});
