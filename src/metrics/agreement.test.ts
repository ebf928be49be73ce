import { fc, test as prop } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { alpha } from './agreement.ts';

describe.each(['nominal', 'ordinal', 'interval'] as const)('%s', (level) => {
  test('perfect agreement is 1', () => expect(alpha([[1, 1], [4, 4, 4], [5]], level)).toBe(1));
  test('nothing to tell: no pairs, or one value only', () => {
    expect(alpha([], level)).toBeUndefined();
    expect(alpha([[3], [4], []], level)).toBeUndefined();
    expect(
      alpha(
        [
          [3, 3],
          [3, 3],
        ],
        level,
      ),
    ).toBeUndefined();
  });
  test('less than chance is below 0', () => {
    expect(
      alpha(
        [
          [1, 5],
          [5, 1],
          [1, 5],
        ],
        level,
      ),
    ).toBeLessThan(0);
  });
  prop.prop([fc.array(fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 4 }), { maxLength: 12 })])(
    'raters and units have no order',
    (units) => {
      const turned = [...units].reverse().map((values) => [...values].reverse());
      const [one, other] = [alpha(units, level), alpha(turned, level)];
      if (one === undefined) expect(other).toBeUndefined();
      else expect(other).toBeCloseTo(one, 10);
    },
  );
});
