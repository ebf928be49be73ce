import { describe, expect, test } from 'vitest';
import { desk, drafted, POLICY, SIGNATURE, writing } from '../../test/support/campaign.ts';
import { causesOf, passes, pending } from './gate.ts';
import { statusOf } from './item.ts';

describe('strictly above', () => {
  test.each([
    [0.75, false],
    [0.750_000_1, true],
    [0.749_999_9, false],
    [Number.NaN, false],
    [null, false],
    [Number.NEGATIVE_INFINITY, false],
    [1, true],
  ])('%s passes 0.75: %s', (score, passed) => expect(passes(score, 0.75)).toBe(passed));

  test.each([
    [0.75, 'discussing'],
    [0.750_000_1, 'voting'],
    [Number.NaN, 'discussing'],
    [-0.2, 'discussing'],
  ])('a pair of %s is %s', (score, status) => {
    const d = desk();
    drafted(d, 'i1', score);
    expect(statusOf(d.campaign.items.get('i1')!, POLICY)).toBe(status);
  });
});

test('what the gate said is kept with signature and threshold; NaN becomes null, as JSON has it', () => {
  const d = desk();
  drafted(d, 'i1', Number.NaN);
  const event = d.events.at(-1)!;
  expect(JSON.parse(JSON.stringify(event))).toEqual(event);
  expect(d.campaign.items.get('i1')!.measured).toEqual({ at: event.at, score: null, signature: SIGNATURE, threshold: 0.75, passed: false });
});

test('only causes are compared, each pair once, and in an order that is not that of arrival', () => {
  const d = desk({ items: 40 });
  for (let i = 1; i <= 40; i++) drafted(d, `i${i}`);
  const waiting = pending(d.campaign);
  expect(waiting.map(({ item }) => item)).toEqual(Array.from({ length: 40 }, (_, i) => `i${i + 1}`));
  const first = waiting.filter(({ a }) => a.startsWith('Ann')).length;
  expect(first).toBeGreaterThan(8);
  expect(first).toBeLessThan(32);
  d.does('gate', 'measure', { item: 'i1', score: 0.8, signature: SIGNATURE });
  expect(causesOf(d.campaign, 'i1')).toBeUndefined();
  expect(pending(d.campaign)).toHaveLength(39);
});

test('a score of another measure, or by a person, is refused', () => {
  const d = desk();
  drafted(d, 'i1');
  expect(d.refuses('gate', 'measure', { item: 'i1', score: 0.9, signature: 'bertscore|model:other' })).toBe('PROTOCOL_SIGNATURE');
  expect(d.refuses('lea', 'measure', { item: 'i1', score: 0.9, signature: SIGNATURE })).toBe('PROTOCOL_ROLE');
  expect(d.refuses('gate', 'vote', { item: 'i1', choice: 'a' })).toBe('PROTOCOL_ROLE');
});

test('without a gate every pair is discussed', () => {
  const policy = { ...POLICY, gate: { none: 'no model here' } };
  const d = desk({ policy });
  drafted(d, 'i1');
  expect(statusOf(d.campaign.items.get('i1')!, policy)).toBe('discussing');
  expect(d.refuses('gate', 'measure', { item: 'i1', score: 0.9, signature: SIGNATURE })).toBe('PROTOCOL_STATUS');
  d.does('ann', 'revise', { item: 'i1', writing: writing('Both') }, 'both');
  d.does('ben', 'accept', { item: 'i1', text: 'both' });
  expect(statusOf(d.campaign.items.get('i1')!, policy)).toBe('published');
});
