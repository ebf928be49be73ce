import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { alpha } from '../../src/metrics/index.ts';

/** test/fixtures/agreement/make.py: the package `krippendorff` on made-up ratings and on the example of Krippendorff (2011). */
const { cases } = JSON.parse(readFileSync(new URL('../fixtures/agreement/expected.json', import.meta.url), 'utf8')) as {
  cases: { name: string; raters: (number | null)[][]; alpha: Record<'nominal' | 'ordinal' | 'interval', number> }[];
};
const unitsOf = (raters: (number | null)[][]) => raters[0]!.map((_, unit) => raters.map((row) => row[unit]!).filter((x) => x !== null));

test.each(cases)("Krippendorff's alpha: $name", ({ raters, alpha: expected }) => {
  for (const level of ['nominal', 'ordinal', 'interval'] as const) {
    expect(Math.abs(alpha(unitsOf(raters), level)! - expected[level])).toBeLessThan(1e-12);
  }
});

test('the worked example of Krippendorff (2011): nominal 0.743, ordinal 0.815, interval 0.849', () => {
  const units = unitsOf(cases[0]!.raters);
  expect((['nominal', 'ordinal', 'interval'] as const).map((level) => alpha(units, level)!.toFixed(3))).toEqual([
    '0.743',
    '0.815',
    '0.849',
  ]);
});
