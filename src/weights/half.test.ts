import { fc, test as prop } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { bfloatToFloat, floatToBfloat, floatToHalf, halfToFloat } from './half.ts';

const ALL = Uint16Array.from({ length: 65536 }, (_, i) => i);

/** The value of a half by the definition of IEEE 754, in float64. */
function definition(h: number): number {
  const sign = h & 0x8000 ? -1 : 1;
  const exponent = (h >> 10) & 31;
  const mantissa = h & 1023;
  if (exponent === 31) return mantissa ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return exponent === 0 ? sign * mantissa * 2 ** -24 : sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}

function widenAll(): Float32Array {
  const out = new Float32Array(65536);
  halfToFloat(ALL, out);
  return out;
}

/** The nearest of the values `table[0..count)` (ascending) to x ≥ 0, ties to the even index: rounding by search instead of by bits. */
function nearest(table: (i: number) => number, count: number, overflow: number, x: number): number {
  if (x >= overflow) return count;
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (table(middle) <= x) low = middle;
    else high = middle - 1;
  }
  if (low === count - 1) return low;
  const below = x - table(low);
  const above = table(low + 1) - x;
  return below < above || (below === above && low % 2 === 0) ? low : low + 1;
}

const bfloat = (i: number): number => new Float32Array(new Uint32Array([i << 16]).buffer)[0]!;

test('every half widens to the value of its definition, -0 included', () => {
  widenAll().forEach((got, h) => {
    if (!Object.is(got, definition(h))) throw new Error(`half ${h.toString(16)}: ${got}, expected ${definition(h)}`);
  });
});

test('every half and every bfloat survives the way to float32 and back, NaN payloads included', () => {
  const same = (got: Uint16Array) => Buffer.from(got.buffer).equals(Buffer.from(ALL.buffer)); // toEqual takes a second here
  expect(same(floatToHalf(widenAll()))).toBe(true);
  const out = new Float32Array(65536);
  bfloatToFloat(ALL, out);
  expect(same(floatToBfloat(out))).toBe(true);
});

test.each([
  [65519.996, 0x7bff],
  [65520, 0x7c00],
  [2 ** -25, 0],
  [2 ** -25 * 1.0001, 1],
  [2 ** -24 * 1.5, 2],
  [2 ** -24 * 2.5, 2],
  [2 ** -14 - 2 ** -26, 0x0400],
  [1 + 2 ** -11, 0x3c00],
  [1 + 3 * 2 ** -11, 0x3c02],
  [-1e-30, 0x8000],
])('half of %d', (x, bits) => expect(floatToHalf(Float32Array.of(x))[0]).toBe(bits));

test('a NaN whose payload lies in the dropped bits stays a NaN', () => {
  const nan = new Float32Array(new Uint32Array([0x7f800001, 0xff800001]).buffer);
  expect([...floatToHalf(nan)]).toEqual([0x7e00, 0xfe00]);
  expect([...floatToBfloat(nan)]).toEqual([0x7fc0, 0xffc0]);
});

prop.prop([fc.float({ noNaN: true, min: -70000, max: 70000 }), fc.float({ noNaN: true })])(
  'rounding equals a search for the nearest',
  (small, any) => {
    const sign = (x: number) => (Object.is(Math.sign(x), -1) || Object.is(x, -0) ? 0x8000 : 0);
    expect(floatToHalf(Float32Array.of(small))[0]).toBe(sign(small) | nearest(definition, 0x7c00, 65520, Math.abs(small)));
    const overflow = bfloat(0x7f7f) + (bfloat(0x7f7f) - bfloat(0x7f7e)) / 2;
    expect(floatToBfloat(Float32Array.of(any))[0]).toBe(sign(any) | nearest(bfloat, 0x7f80, overflow, Math.abs(any)));
  },
);
