import { expect, test } from 'vitest';
import { mean } from './metric.ts';
import { boundsOf, signFlip } from './ratings-resampling.ts';

const options = { samples: 4000, seed: 3 };

test('the interval of a mean is what theory says', () => {
  const { low, high } = boundsOf(
    Array.from({ length: 400 }, (_, i) => i % 2),
    mean,
    options,
  )!;
  // mean 0.5, standard error 0.5 / √400 = 0.025
  expect(low).toBeCloseTo(0.5 - 1.96 * 0.025, 2);
  expect(high).toBeCloseTo(0.5 + 1.96 * 0.025, 2);
});

test('draws without a statistic are left out; without any there are no bounds', () => {
  expect(boundsOf([1, 2], (drawn) => (drawn[0] === drawn[1] ? undefined : 7), options)).toEqual({ low: 7, high: 7 });
  expect(boundsOf([1], () => undefined, options)).toBeUndefined();
  expect(boundsOf([], mean, options)).toEqual({ low: 0, high: 0 });
});

/** All sign patterns, one by one: what the sampled p comes near. */
function exact(differences: readonly number[]): number {
  const observed = Math.abs(mean(differences));
  let as = 0;
  for (let mask = 0; mask < 2 ** differences.length; mask++) {
    if (Math.abs(mean(differences.map((d, i) => ((mask >> i) & 1 ? d : -d)))) >= observed - 1e-12) as++;
  }
  return as / 2 ** differences.length;
}

test.each([
  ['a difference on every item', [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]],
  ['mostly one way', [1, 1, 0.5, 1, -0.5, 0.5, 1, 1, -1, 0]],
  ['nothing', [1, -1, 0.5, -0.5, 0, 0, 0, 0, 0, 0]],
])('p of turned signs is near that of all patterns: %s', (_, differences) => {
  const p = exact(differences);
  // Four standard errors of 4000 draws.
  expect(Math.abs(signFlip(differences, options) - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / options.samples) + 1 / options.samples);
});

test('a signal stops both', () => {
  const signal = AbortSignal.abort(new Error('enough'));
  expect(() => boundsOf([1], mean, { ...options, signal })).toThrow('enough');
  expect(() => signFlip([1], { ...options, signal })).toThrow('enough');
});
