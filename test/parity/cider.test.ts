import { describe, expect, test } from 'vitest';
import { cider, ciderD, frequenciesOf, measure } from '../../src/metrics/index.ts';
import { corpusOf, equalsTheTool, itemsOf, madeItems, ONE, README } from '../support/made.ts';

describe('pycocoevalcap and its definition', () => {
  equalsTheTool(ciderD());
  equalsTheTool(cider());
});

test('nlg-eval prints "CIDEr" 1.242192 for its example: CIDEr-D', async () => {
  expect(await corpusOf(ciderD(), README)).toBeCloseTo(1.242192, 6);
});

test('one item: 0 by definition, and it says why', async () => {
  for (const metric of [ciderD(), cider()]) {
    const { score, note } = await measure(metric, ONE, { tokenizer: 'whitespace' });
    expect(score).toBe(0);
    expect(note).toMatch(/one item: .*log\(1\/1\) = 0/);
  }
});

test('two different items and their own references: 10', async () => {
  const items = itemsOf([
    ['a b c d e', 'a b c d e'],
    ['f g h i j', 'f g h i j'],
  ]);
  expect(await corpusOf(ciderD(), items)).toBeCloseTo(10, 12);
});

test('an empty candidate scores 0', async () => {
  const items = itemsOf([
    ['', 'a b c d e'],
    ['', ''],
  ]);
  expect(await corpusOf(ciderD(), items)).toBe(0);
});

test('weights of a larger set may be given, and the signature says so', async () => {
  const frequencies = frequenciesOf(madeItems, 'made-300');
  const some = madeItems.slice(0, 10);
  const whole = await measure(ciderD(), madeItems, { tokenizer: 'ptb' });
  const part = await measure(ciderD({ frequencies }), some, { tokenizer: 'ptb' });
  expect(part.stats).toEqual(whole.stats.slice(0, 10));
  expect(part.signature).toMatch(/df:made-300\|documents:300/);
  expect((await measure(ciderD(), some, { tokenizer: 'ptb' })).score).not.toBeCloseTo(part.score, 3);
});
