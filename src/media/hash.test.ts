import { fc, test as prop } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { scene } from '../../test/support/scene.ts';
import { dHash, hashDistance, hashOfText, hashText, pictureDifference, pixelHash, thumbnail } from './hash.ts';
import { type Picture, picture, resize } from './picture.ts';

/** A picture whose pixel (x, y) is grey as `of` says. */
function grey(width: number, height: number, of: (x: number, y: number) => number): Picture {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) data.fill(of(i % width, Math.floor(i / width)), i * 3, i * 3 + 3);
  return picture(width, height, data);
}

const anyPicture = fc
  .record({ width: fc.integer({ min: 1, max: 150 }), height: fc.integer({ min: 1, max: 130 }), seed: fc.integer({ min: 1, max: 1e6 }) })
  .map(({ width, height, seed }) =>
    picture(
      width,
      height,
      Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * i * seed) % 251),
    ),
  );

test('the thumbnail holds averages of luma in 1/256 of a level', () => {
  expect(new Set(thumbnail(grey(144, 128, () => 200)))).toEqual(new Set([200 * 256]));
  const boxes = thumbnail(grey(144, 128, (x, y) => (x % 2) + 2 * (y % 2))); // each cell is 2 × 2 pixels: 0, 1, 2, 3
  expect(new Set(boxes)).toEqual(new Set([1.5 * 256]));
  const red = picture(1, 1, Uint8Array.of(255, 0, 0));
  expect(thumbnail(red)[0]! / 256).toBeCloseTo(0.299 * 255, 0);
});

prop.prop([anyPicture])('every size down to one pixel has a thumbnail between its darkest and brightest pixel', (p) => {
  const cells = thumbnail(p);
  expect(cells.length).toBe(72 * 64);
  const luma = Array.from(
    { length: p.width * p.height },
    (_, i) => 77 * p.data[i * 3]! + 150 * p.data[i * 3 + 1]! + 29 * p.data[i * 3 + 2]!,
  );
  expect(Math.min(...cells)).toBeGreaterThanOrEqual(Math.min(...luma));
  expect(Math.max(...cells)).toBeLessThanOrEqual(Math.max(...luma));
});

test('dHash: a bit is set where it gets darker to the right, first pair of the first row in the highest bit', () => {
  expect(hashText(dHash(thumbnail(grey(72, 64, (x) => x))))).toBe('0000000000000000');
  expect(hashText(dHash(thumbnail(grey(72, 64, (x) => 255 - x))))).toBe('ffffffffffffffff');
  const cell = (column: number, row: number) => grey(72, 64, (x, y) => (x >> 3 === column && y >> 3 === row ? 255 : 0));
  expect(hashText(dHash(thumbnail(cell(0, 0))))).toBe('8000000000000000');
  expect(hashText(dHash(thumbnail(cell(7, 7))))).toBe('0000000000000001');
});

test('an even area has the same hash however it is compressed: one level of difference is none', () => {
  const wall = (noise: number) => dHash(thumbnail(grey(72, 64, (x) => 90 + (((x >> 3) + noise) % 2))));
  expect(hashDistance(wall(0), wall(1))).toBe(0);
});

prop.prop([fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })])(
  'distance counts the bits that differ, and text is the hash',
  (a, b) => {
    const [x, y] = [a, b].map((n) => hashOfText(n.toString(16).padStart(16, '0'))) as [
      readonly [number, number],
      readonly [number, number],
    ];
    expect(hashText(x)).toBe(a.toString(16).padStart(16, '0'));
    expect(hashDistance(x, y)).toBe((a ^ b).toString(2).replaceAll('0', '').length);
  },
);

test('the same moment in another size or compression is near, another moment is not', () => {
  const film = scene({ width: 160, height: 120 });
  const [then, later] = [film.picture(3), film.picture(4.5)];
  const near = [film.picture(3, { levels: 6, seed: 1 }), resize(resize(then, 107, 81, 'bilinear'), 160, 120, 'bilinear')];
  for (const copy of near) {
    expect(hashDistance(dHash(thumbnail(then)), dHash(thumbnail(copy)))).toBeLessThanOrEqual(3);
    expect(pictureDifference(thumbnail(then), thumbnail(copy))).toBeLessThan(10); // what openSeam takes for one picture
  }
  expect(pictureDifference(thumbnail(then), thumbnail(later))).toBeGreaterThan(20);
  expect(pictureDifference(thumbnail(then), thumbnail(then))).toBe(0);
});

test('pixelHash tells size and every byte', () => {
  const one = picture(2, 3, new Uint8Array(18));
  const changed = picture(
    2,
    3,
    Uint8Array.from({ length: 18 }, (_, i) => (i === 17 ? 1 : 0)),
  );
  const hashes = [one, changed, picture(3, 2, new Uint8Array(18))].map(pixelHash);
  expect(new Set(hashes).size).toBe(3);
  expect(hashes[0]).toMatch(/^[0-9a-f]{16}$/);
  expect(pixelHash(picture(2, 3, new Uint8Array(18)))).toBe(hashes[0]);
});
