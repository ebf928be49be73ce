import { describe, expect, test } from 'vitest';
import { rougeL } from '../../src/metrics/index.ts';
import { corpusOf, equalsTheTool, FRENCH, itemsOf, ONE, README } from '../support/made.ts';

describe('pycocoevalcap', () => equalsTheTool(rougeL()));

test.each([
  ['nlg-eval’s example', README, 0.522104],
  ['one item', ONE, 0.9070631],
  ['French', FRENCH, 0.9070631],
] as const)('%s', async (_, items, printed) => {
  expect(await corpusOf(rougeL(), items)).toBeCloseTo(printed, 6);
});

test('the best precision and the best recall may come from different references', async () => {
  const one = await corpusOf(rougeL(), itemsOf([['a b c d', 'a b c d e f g h']]));
  const other = await corpusOf(rougeL(), itemsOf([['a b c d', 'a b']]));
  const both = await corpusOf(rougeL(), itemsOf([['a b c d', 'a b c d e f g h', 'a b']]));
  expect([one, other].every((score) => score < 1)).toBe(true);
  expect(both).toBe(1);
});

test('empty sentences', async () => {
  expect(await corpusOf(rougeL(), itemsOf([['', 'a b']]))).toBe(0);
  expect(await corpusOf(rougeL(), itemsOf([['a b', '']]))).toBe(0);
  expect(await corpusOf(rougeL(), itemsOf([['', '']]))).toBe(1); // the tool's "" is one token, the empty one
});
