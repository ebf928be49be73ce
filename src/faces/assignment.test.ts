import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { assignment } from './assignment.ts';

test.each([
  [[], []],
  [[[], []], []],
  [[[0.5]], [[0, 0]]],
  [[[0]], []],
  [[[-1]], []],
  [[[0.1, 0.9, 0.3]], [[0, 1]]],
  [[[0.1], [0.9], [0.3]], [[1, 0]]],
  [
    [
      [0, 0],
      [0, 0],
    ],
    [],
  ],
  [
    [
      [0.9, 0.8],
      [0.8, 0],
    ],
    [
      [0, 1],
      [1, 0],
    ],
  ], // greedy would take 0.9 and nothing else
] as [number[][], [number, number][]][])('%j → %j', (values, pairs) => {
  expect(assignment(values)).toEqual(pairs);
});

/** The best sum of all partial matchings, by trying them. */
function best(values: readonly (readonly number[])[], row = 0, used: ReadonlySet<number> = new Set()): number {
  if (row === values.length) return 0;
  const alone = best(values, row + 1, used);
  return values[row]!.reduce(
    (most, value, j) => (used.has(j) || value <= 0 ? most : Math.max(most, value + best(values, row + 1, new Set([...used, j])))),
    alone,
  );
}

const matrix = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })).chain(([rows, columns]) =>
  fc.array(fc.array(fc.oneof(fc.constant(0), fc.double({ min: -1, max: 2, noNaN: true })), { minLength: columns, maxLength: columns }), {
    minLength: rows,
    maxLength: rows,
  }),
);

test.prop([matrix], { numRuns: 300 })('the largest sum, each row and column once', (values) => {
  const pairs = assignment(values);
  expect(new Set(pairs.map(([i]) => i)).size).toBe(pairs.length);
  expect(new Set(pairs.map(([, j]) => j)).size).toBe(pairs.length);
  expect(pairs.every(([i, j]) => values[i]![j]! > 0)).toBe(true);
  expect(pairs.reduce((sum, [i, j]) => sum + values[i]![j]!, 0)).toBeCloseTo(best(values), 9);
});
