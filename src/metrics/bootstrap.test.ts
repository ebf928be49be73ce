import { expect, test } from 'vitest';
import { bleu } from './bleu.ts';
import { approximateRandomisation, interval, pairedBootstrap } from './bootstrap.ts';
import type { AnyMetric } from './metric.ts';
import { rougeL } from './rouge.ts';

const metric: AnyMetric = rougeL(); // its statistics are plain numbers, its score their mean
const numbers = (n: number, value: (i: number) => number) => ({ metric, stats: Array.from({ length: n }, (_, i) => value(i)) });
const alternating = numbers(400, (i) => i % 2);

test('the interval of a mean is what theory says', () => {
  const { low, high, signature } = interval(alternating, { samples: 2000, seed: 7 });
  // mean 0.5, standard error 0.5 / √400 = 0.025
  expect(low).toBeCloseTo(0.5 - 1.96 * 0.025, 2);
  expect(high).toBeCloseTo(0.5 + 1.96 * 0.025, 2);
  expect(signature).toBe('bootstrap:2000|seed:7');
  expect(interval(alternating, { samples: 2000, seed: 8 })).not.toEqual({ low, high, signature });
});

test('constant statistics have an interval without width; no items give 0', () => {
  expect(
    interval(
      numbers(5, () => 0.25),
      { samples: 50, seed: 1 },
    ),
  ).toMatchObject({ low: 0.25, high: 0.25 });
  expect(
    interval(
      numbers(0, () => 0),
      { samples: 5, seed: 1 },
    ),
  ).toMatchObject({ low: 0, high: 0 });
});

test.each([pairedBootstrap, approximateRandomisation])('$name finds a difference on every item, and none in noise', (test) => {
  const better = numbers(400, (i) => (i % 2) + 0.1);
  expect(test(better, alternating, { samples: 200, seed: 3 })).toMatchObject({ difference: expect.closeTo(0.1, 9) as number, p: 1 / 201 });
  const shuffled = numbers(400, (i) => (i + Math.floor(i / 2)) % 2);
  expect(test(shuffled, alternating, { samples: 200, seed: 3 }).p).toBeGreaterThan(0.5);
});

test('different items or metrics cannot be paired', () => {
  const failure = expect.objectContaining({ code: 'METRIC_PAIRING' }) as Error;
  expect(() =>
    pairedBootstrap(
      alternating,
      numbers(3, () => 0),
      { samples: 1, seed: 1 },
    ),
  ).toThrow(failure);
  expect(() => approximateRandomisation(alternating, { ...alternating, metric: bleu() }, { samples: 1, seed: 1 })).toThrow(failure);
});

test('a signal stops it', () => {
  const signal = AbortSignal.abort(new Error('enough'));
  for (const run of [
    () => interval(alternating, { samples: 5, seed: 1, signal }),
    () => approximateRandomisation(alternating, alternating, { samples: 5, seed: 1, signal }),
  ]) {
    expect(run).toThrow('enough');
  }
});
