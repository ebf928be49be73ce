import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { emptyDesk, POLICY } from '../../test/support/campaign.ts';
import { random } from '../base/random.ts';
import {
  type CalibrationSummary,
  calibrate,
  calibrationOf,
  derangement,
  errorsAt,
  LEAST_PAIRS,
  shuffledPairs,
  type TextPair,
} from './calibration.ts';
import { GUIDELINES } from './guidelines.ts';

const options = { signature: 's', threshold: 0.75 };
/** Scores around a middle. */
const around = (middle: number, spread: number, n: number, seed: number) => {
  const chance = random(seed);
  return Array.from({ length: n }, () => middle + spread * chance.normal());
};

describe('derangement', () => {
  property.prop([fc.integer({ min: 2, max: 60 }), fc.nat()])('everything once, nothing in its place', (n, seed) => {
    const order = derangement(n, seed);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
    expect(order.filter((to, i) => to === i)).toEqual([]);
    expect(derangement(n, seed)).toEqual(order);
  });

  test('of one thing there is none', () =>
    expect([derangement(0, 1), derangement(1, 1), shuffledPairs([['a', 'b']], 1)]).toEqual([[], [], []]));

  test('texts that occur twice are not put beside themselves', () => {
    const pairs = [
      ['a', 'x'],
      ['b', 'x'],
      ['c', 'y'],
      ['x', 'z'],
    ] as const;
    for (let seed = 0; seed < 50; seed++) {
      const shuffled = shuffledPairs(pairs, seed);
      expect(shuffled.filter(([first, second]) => first === second || (second === 'x' && (first === 'a' || first === 'b')))).toEqual([]);
    }
  });
});

test('scores are given to both kinds of pairs by the scorer that is passed in', async () => {
  const pairs = Array.from({ length: 100 }, (_, i) => [`cause ${i}`, `cause ${i}`] as const);
  const asked: number[] = [];
  const score = async (given: readonly TextPair[]) => {
    asked.push(given.length);
    return given.map(([a, b]) => (a === b ? 0.95 : 0.3));
  };
  const found = await calibrate(pairs, score, { ...options, seed: 1 });
  expect(asked).toEqual([100, 100]);
  expect(found.summary).toMatchObject({ pairs: { matched: 100, shuffled: 100 }, passing: { matched: 1, shuffled: 0 }, allowed: 0.05 });
  expect(found.fault).toBeUndefined();
});

describe('a bare 0.75 and scores that live above it', () => {
  // What raw roberta-large F1 is known for: unrelated sentences at about 0.89.
  const raw = calibrationOf(around(0.93, 0.02, 500, 1), around(0.89, 0.01, 500, 2), options);
  test('lets every unrelated pair through, and opens no campaign', () => {
    expect(raw.summary.passing).toEqual({ matched: 1, shuffled: 1 });
    expect(raw.fault).toMatchObject({ code: 'PROTOCOL_GATE_OPEN', expected: 'at most 5 % of shuffled pairs above 0.75', got: '100 %' });
    expect(errorsAt(raw, 0.75)).toEqual({ missed: 0, passed: 1 });
  });
  test('has a threshold that keeps what is allowed', () => {
    expect(raw.suggested).toBeGreaterThan(0.89);
    expect(errorsAt(raw, raw.suggested).passed).toBeLessThanOrEqual(0.05);
    expect(errorsAt(raw, raw.suggested - 0.001).passed).toBeGreaterThan(0.05);
    expect(calibrationOf(raw.matched, raw.shuffled, { ...options, threshold: raw.suggested }).fault).toBeUndefined();
  });
});

property.prop([
  fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 80 }),
  fc.double({ min: 0, max: 0.9, noNaN: true }),
])('the suggested threshold lets through what is allowed, and its histogram counts every score', (scores, allowed) => {
  const found = calibrationOf([], scores, { ...options, allowed });
  expect(errorsAt(found, found.suggested).passed).toBeLessThanOrEqual(allowed);
  expect(found.summary.histogram.shuffled.reduce((sum, n) => sum + n, 0)).toBe(scores.length);
});

test('errors, by hand', () => {
  const scores = { matched: [0.9, 0.8, 0.75, 0.6], shuffled: [0.8, 0.75, 0.2, Number.NaN] };
  expect(errorsAt(scores, 0.75)).toEqual({ missed: 0.5, passed: 0.25 });
  expect(errorsAt(scores, 0.1)).toEqual({ missed: 0, passed: 0.75 });
  expect(errorsAt(scores, 0.9)).toEqual({ missed: 1, passed: 0 });
  expect(errorsAt({ matched: [], shuffled: [] }, 0.5)).toEqual({ missed: 0, passed: 0 });
});

test('the histogram, by hand', () => {
  const { histogram } = calibrationOf([1, 0.5, Number.NaN], [0, 0.24, 0.25], { ...options, bins: 4 }).summary;
  expect(histogram).toEqual({ from: 0, to: 1, matched: [0, 0, 1, 1], shuffled: [2, 1, 0, 0] });
  expect(calibrationOf([0.4], [0.4], { ...options, bins: 2 }).summary.histogram).toEqual({
    from: -0.09999999999999998,
    to: 0.9,
    matched: [0, 1],
    shuffled: [0, 1],
  });
});

describe('no campaign opens', () => {
  const good = calibrationOf(new Array(LEAST_PAIRS).fill(0.9), new Array(LEAST_PAIRS).fill(0.1), options).summary;
  const open = (calibration: CalibrationSummary, threshold = 0.75) =>
    emptyDesk().refuses('lea', 'open', {
      title: 'T',
      name: 'Lea',
      policy: { ...POLICY, gate: { signature: 's', threshold, calibration } },
      guidelines: GUIDELINES,
      seed: 1,
    });
  test.each([
    ['with a good gate it does', good, 0.75, undefined],
    ['as many may pass as are allowed', { ...good, passing: { matched: 1, shuffled: 0.05 } }, 0.75, undefined],
    ['one more may not', { ...good, passing: { matched: 1, shuffled: 0.051 } }, 0.75, 'PROTOCOL_GATE_OPEN'],
    ['tried on too few pairs', { ...good, pairs: { matched: 60, shuffled: LEAST_PAIRS - 1 } }, 0.75, 'PROTOCOL_GATE_PAIRS'],
    ['another metric', { ...good, signature: 't' }, 0.75, 'PROTOCOL_GATE_OTHER'],
    ['another threshold', good, 0.7, 'PROTOCOL_GATE_OTHER'],
  ])('%s', (_, calibration, threshold, code) => expect(open(calibration, threshold)).toBe(code));
});
