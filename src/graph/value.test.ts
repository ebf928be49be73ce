import { expect, test } from 'vitest';
import { float32, grown, int64, picked, value, writeBlock, zeros } from './value.ts';

test('numbers become arrays of their type', () => {
  expect(value('int64', [2], [1, -2])).toEqual(int64([2], BigInt64Array.of(1n, -2n)));
  expect(value('bool', [2], [1, 0]).data).toEqual(Uint8Array.of(1, 0));
  expect(float32([], [0.5]).data).toEqual(Float32Array.of(0.5));
  expect(zeros('float64', [2, 0]).data).toEqual(new Float64Array(0));
});

test('an array that does not fill its shape is refused', () => {
  const refused = expect.objectContaining({ code: 'VALUE_SIZE', detail: expect.objectContaining({ expected: '4 for [2,2]', got: '3' }) });
  expect(() => float32([2, 2], [1, 2, 3])).toThrow(refused);
  expect(() => int64([2, 2], BigInt64Array.of(1n, 2n, 3n))).toThrow(refused);
});

test.each([
  [0, 1, [0, 0, 0, 0, 1, 2, 3, 4]],
  [1, 0, [1, 2, 0, 0, 3, 4, 0, 0]],
  [2, 1, [0, 1, 0, 2, 0, 3, 0, 4]],
])('a block is written along axis %i at %i', (axis, at, want) => {
  const into = zeros('float32', [2, 2, 2]);
  writeBlock(
    into,
    float32(
      [2, 2, 2].map((d, i) => (i === axis ? 1 : d)),
      [1, 2, 3, 4],
    ),
    axis,
    at,
  );
  expect([...into.data]).toEqual(want);
});

test('long runs and short runs write the same', () => {
  for (const inner of [3, 40]) {
    const into = zeros('float32', [2, 5, inner]);
    const from = float32(
      [2, 2, inner],
      Array.from({ length: 4 * inner }, (_, i) => i + 1),
    );
    writeBlock(into, from, 1, 2);
    const want = Array.from({ length: 10 * inner }, (_, i) => {
      const [o, row, k] = [Math.floor(i / (5 * inner)), Math.floor(i / inner) % 5, i % inner];
      return row === 2 || row === 3 ? from.data[(o * 2 + row - 2) * inner + k] : 0;
    });
    expect([...into.data]).toEqual(want);
  }
});

test.each([
  ['beyond the end', float32([2, 2], [1, 2, 3, 4]), 0, 2],
  ['before the start', float32([1, 2], [1, 2]), 0, -1],
  ['of another width', float32([1, 3], [1, 2, 3]), 0, 0],
  ['of another rank', float32([2], [1, 2]), 0, 0],
  ['along an axis that is not there', float32([1, 2], [1, 2]), 2, 0],
  ['of another type', int64([1, 2], [1, 2]), 0, 0],
])('a block %s is refused and writes nothing', (_, block, axis, at) => {
  const into = zeros('float32', [3, 2]);
  const detail = expect.objectContaining({
    expected: 'room in float32 [3,2]',
    got: `${block.dtype} [${block.shape}] at ${at} of axis ${axis}`,
  });
  expect(() => writeBlock(into, block, axis, at)).toThrow(expect.objectContaining({ code: 'VALUE_BLOCK', detail }));
  expect([...into.data]).toEqual([0, 0, 0, 0, 0, 0]);
});

test('growing keeps what was there, and picking repeats rows', () => {
  const v = float32([2, 1, 2], [1, 2, 3, 4]);
  expect(grown(v, 1, 2)).toEqual(float32([2, 2, 2], [1, 2, 0, 0, 3, 4, 0, 0]));
  expect(picked(v, [1, 0, 1])).toEqual(float32([3, 1, 2], [3, 4, 1, 2, 3, 4]));
  expect(v).toEqual(float32([2, 1, 2], [1, 2, 3, 4]));
});

test.each([[[0, 1, 2, 3]], [[1, 0, 3, 2]], [[3, 0, 1, 2]], [[0, 0, 0, 0]], [[2, 1, 1, 0]], [[1, 1, 0, 3]]])(
  'as many rows move within the array: %j',
  (rows) => {
    const v = float32([4, 2], [0, 1, 10, 11, 20, 21, 30, 31]);
    expect(picked(v, rows)).toBe(v);
    expect([...v.data]).toEqual(rows.flatMap((r) => [10 * r, 10 * r + 1]));
  },
);
