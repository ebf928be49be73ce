import { describe, expect, test } from 'vitest';
import { bleu, measure, score } from '../../src/metrics/index.ts';
import { corpusOf, equalsTheTool, FRENCH, itemsOf, ONE, README } from '../support/made.ts';

const ORDERS = [1, 2, 3, 4] as const;

describe('pycocoevalcap', () => {
  for (const order of ORDERS) equalsTheTool(bleu({ order }));
});

/** Printed by nlg-eval for its own example. */
test.each([
  [1, 0.55],
  [2, 0.428174],
  [3, 0.284043],
  [4, 0.201143],
] as const)('nlg-eval prints BLEU-%i %f', async (order, printed) => {
  expect(await corpusOf(bleu({ order }), README)).toBeCloseTo(printed, 6);
});

test('one item with a missing 4-gram: about 1e-4, not 0', async () => {
  const scores = await Promise.all(ORDERS.map((order) => corpusOf(bleu({ order }), ONE)));
  expect(scores).toBeClose([0.799999, 0.632455, 0.5108729, 0.0000903602], { abs: 1e-6 });
});

test('case and punctuation count when they are left in', async () => {
  expect(await corpusOf(bleu({ order: 1 }), FRENCH)).toBeCloseTo(0.799999, 5);
  expect(await corpusOf(bleu({ order: 3 }), FRENCH)).toBeCloseTo(0.0000051, 7);
});

test('nlg-eval’s way to cut sentences is an option, and the signature tells which it was', async () => {
  const segments = [{ id: 'fr', hyp: '  Le test est\ten français. ', refs: ['Test en français.', 'Le test en français.'] }];
  const [kept, cut] = await Promise.all(
    (['whitespace', 'ptb'] as const).map((tokenizer) => score([bleu({ order: 1 })], segments, { tokenizer })),
  );
  expect(kept).toMatchObject([
    { score: expect.closeTo(0.799999, 5) as number, signature: expect.stringContaining('|tok:whitespace|') as string },
  ]);
  expect(cut).toMatchObject([{ score: expect.closeTo(0.8, 5) as number, signature: expect.stringContaining('|tok:ptb-like|') as string }]);
});

test('an empty candidate scores 0, whatever the reference', async () => {
  for (const rows of [itemsOf([['', 'a b c d']]), itemsOf([['', '']])]) {
    for (const order of ORDERS) {
      const score = await corpusOf(bleu({ order }), rows);
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThan(1e-5);
    }
  }
});

test('of two equally close references the shorter sets the length', async () => {
  const items = itemsOf([['a b c d', 'a b', 'a b c d e f']]);
  const { stats } = await measure(bleu(), items, { tokenizer: 'whitespace' });
  expect(stats).toEqual([{ hits: [4, 3, 2, 1], totals: [4, 3, 2, 1], hypLength: 4, refLength: 2 }]);
});
