import { fc, test as prop } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { largest, likeliest, logProbabilities, penalise, sampler } from './sampler.ts';

const scores = (...values: number[]) => Float32Array.from(values);
const { log } = Math;

/** Shares of `n` draws, by id. */
function shares(o: Parameters<typeof sampler>[0], values: readonly number[], n = 20_000): number[] {
  const choose = sampler({ seed: 11, ...o });
  const counts = values.map(() => 0);
  for (let i = 0; i < n; i++) counts[choose(scores(...values), [])]! += 1;
  return counts.map((c) => c / n);
}

describe('greedy', () => {
  test.each([
    [[1, 3, 2], 1],
    [[2, 5, 5, 5], 1], // the first of equals, as PyTorch's argmax on a CPU
    [[Number.NEGATIVE_INFINITY, -7, Number.NEGATIVE_INFINITY], 1],
    [[-0, 0], 0],
    [[-3], 0],
  ])('of %j takes %i', (values, id) => {
    expect(sampler()(scores(...values), [])).toBe(id);
    expect(sampler({ temperature: 1, topK: 1 })(scores(...values), [])).toBe(id);
  });
});

describe('the likeliest', () => {
  const sorted = (values: Float32Array, count: number) =>
    Array.from(values.keys())
      .sort((p, q) => values[q]! - values[p]!)
      .slice(0, count);
  prop.prop([
    fc.array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true, min: -9, max: 9 })), { maxLength: 40 }),
    fc.nat(45),
  ])('are the first of a sort that keeps the order of equals', (values, count) => {
    const all = scores(...values);
    expect(likeliest(all, count)).toEqual(sorted(all, count));
  });
  test('forbidden ones come last', () => {
    const never = Number.NEGATIVE_INFINITY;
    expect(likeliest(scores(never, 1, never, 2), 3)).toEqual([3, 1, 0]);
  });
});

describe('what is not a number is refused, not chosen', () => {
  test.each([
    [[Number.NaN, 1, 2]],
    [[1, 2, Number.NaN]],
    [[Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]],
    [[1, Number.POSITIVE_INFINITY]],
    [[]],
  ])('%j', (values) => {
    for (const o of [{}, { temperature: 1 }, { temperature: 0.5, topP: 0.5, topK: 2 }])
      expect(() => sampler(o)(scores(...values), [])).toThrow(expect.objectContaining({ code: 'MODEL_NAN' }));
    expect(() => logProbabilities(scores(...values))).toThrow(expect.objectContaining({ code: 'MODEL_NAN' }));
  });
});

describe('draws have the exact probabilities', () => {
  const p = [0.5, 0.3, 0.15, 0.05];
  const values = p.map((x) => log(x) + 4);
  // Standard error of a share at 20 000 draws is at most 0.0036: 0.012 is more than three of them.
  const near = (got: number[], want: readonly number[]) => expect(got).toBeClose(want, { abs: 0.012 });

  test('at temperature 1', () => near(shares({ temperature: 1 }, values), p));
  test.each([0.5, 2])('at temperature %f', (temperature) => {
    const powers = p.map((x) => x ** (1 / temperature));
    const total = powers.reduce((s, x) => s + x, 0);
    near(
      shares({ temperature }, values),
      powers.map((x) => x / total),
    );
  });
  test('top-k keeps k', () => near(shares({ temperature: 1, topK: 2 }, values), [0.625, 0.375, 0, 0]));
  test('top-k above the vocabulary keeps all', () => near(shares({ temperature: 1, topK: 99 }, values), p));
  test('top-p keeps the token that crosses the line', () => near(shares({ temperature: 1, topP: 0.6 }, values), [0.625, 0.375, 0, 0]));
  test('top-p keeps one token at least', () => near(shares({ temperature: 1, topP: 1e-9 }, values), [1, 0, 0, 0]));
  test('top-p counts after top-k, on what is left', () =>
    // of 0.5 and 0.3 the first is 0.625 of the mass: it reaches 0.6 alone
    near(shares({ temperature: 1, topK: 2, topP: 0.6 }, values), [1, 0, 0, 0]));
  test('top-p counts after temperature', () => {
    // at temperature 0.5 the first has 0.25 / 0.365 = 0.685
    near(shares({ temperature: 0.5, topP: 0.68 }, values), [1, 0, 0, 0]);
  });
  test('hardly any temperature is greedy', () => near(shares({ temperature: 1e-9 }, values, 200), [1, 0, 0, 0]));
  test('a forbidden token never comes', () => {
    const got = shares({ temperature: 5 }, [1, Number.NEGATIVE_INFINITY, 1]);
    near(got, [0.5, 0, 0.5]);
    expect(got[1]).toBe(0);
  });
});

describe('no run twice', () => {
  test.each([
    ['a run of two that stood there', [1, 2, 1], 2, 2],
    ['a run of three', [5, 6, 7, 0, 5, 6], 3, 7],
    ['a single token', [3], 1, 3],
  ])('%s', (_, before, noRepeat, forbidden) => {
    const scores = Float32Array.from({ length: 8 }, (_, i) => (i === forbidden ? 9 : 8 - i / 10));
    expect(sampler({})(scores.slice(), before)).toBe(forbidden);
    expect(sampler({ noRepeat })(scores.slice(), before)).not.toBe(forbidden);
  });

  test('what only begins alike, or is too short, is free', () => {
    for (const before of [[1, 2, 3, 1], [1], []]) expect(sampler({ noRepeat: 3 })(Float32Array.of(0, 0, 9, 0), before)).toBe(2);
  });
});

describe('repetition penalty', () => {
  test('divides positive and multiplies negative scores, once a token', () => {
    const s = scores(2, -2, 0, 4, Number.NEGATIVE_INFINITY);
    penalise(s, [0, 1, 1, 0, 0, 2, 4], 2);
    expect([...s]).toEqual([1, -4, 0, 4, Number.NEGATIVE_INFINITY]);
  });
  test('leaves ids beyond the scores alone', () => {
    const s = scores(1, 2);
    penalise(s, [7, -1], 3);
    expect([...s]).toEqual([1, 2]);
  });
  test('changes the greedy choice', () => {
    const choose = sampler({ repetitionPenalty: 1.5 });
    expect(choose(scores(2.4, 2), [])).toBe(0);
    expect(choose(scores(2.4, 2), [0])).toBe(1);
  });
});

test('log-probabilities add up to one, also of large scores', () => {
  const logp = logProbabilities(scores(1000, 1001, Number.NEGATIVE_INFINITY));
  expect(logp.slice(0, 2)).toBeClose([-log(1 + Math.E), 1 - log(1 + Math.E)], { abs: 1e-6 });
  expect(logp[2]).toBe(Number.NEGATIVE_INFINITY);
});

test('the largest is the first of equals', () => expect(largest(scores(0, 7, 7))).toBe(1));

test.each([
  [{ temperature: -1 }, 'temperature'],
  [{ temperature: Number.NaN }, 'temperature'],
  [{ temperature: Number.POSITIVE_INFINITY }, 'temperature'],
  [{ topP: 0 }, 'topP'],
  [{ topP: 1.1 }, 'topP'],
  [{ topK: -1 }, 'topK'],
  [{ topK: 1.5 }, 'topK'],
  [{ noRepeat: 1.5 }, 'noRepeat'],
  [{ repetitionPenalty: 0 }, 'repetitionPenalty'],
  [{ repetitionPenalty: Number.POSITIVE_INFINITY }, 'repetitionPenalty'],
])('%j is out of range', (o, name) => {
  expect(() => sampler(o)).toThrow(expect.objectContaining({ code: 'MODEL_SAMPLING', message: expect.stringContaining(`"${name}"`) }));
});
