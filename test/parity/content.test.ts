import { describe, expect, test } from 'vitest';
import { commonWords, contentCider, contentF1, measure } from '../../src/metrics/index.ts';
import { equalsTheTool, itemsOf, made, madeItems } from '../support/made.ts';

describe('the definition, computed in Python with snowballstemmer', () => {
  equalsTheTool(contentF1());
  equalsTheTool(contentCider());
});

test('words in more than 5 % of the references are dropped', () => {
  const { words, references } = commonWords(madeItems);
  expect(words).toEqual([...made.commonWords].sort());
  expect(references).toBe(madeItems.reduce((sum, item) => sum + item.refs.length, 0));
  expect(words).toContain('reason');
});

/** 50 references: the template, and one word that is nobody else's. */
const CAUSES = Array.from({ length: 50 }, (_, i) => `the reason she was happy was that zebra${String.fromCharCode(97 + (i % 26))}${i}`);
const scored = (hyps: (cause: string) => string) =>
  measure(contentF1(), itemsOf(CAUSES.map((cause) => [hyps(cause), cause])), { tokenizer: 'ptb' });

test('the template alone is worth nothing; what it leaves open is worth all', async () => {
  expect((await scored(() => 'the reason she was happy was that')).score).toBe(0);
  expect((await scored((cause) => cause.split(' ').at(-1)!)).score).toBe(1);
});

test('stems and case do not count, repetitions do', async () => {
  const rows = CAUSES.map((cause) => [cause, cause] as const);
  const { metric, stats } = await measure(
    contentF1(),
    itemsOf([['Barking loudly', 'barked loud'], ['dog dog dog', 'dog'], ['', 'dog'], ...rows]),
    { tokenizer: 'whitespace' },
  );
  expect(stats.slice(0, 3).map((s) => metric.corpus([s]))).toBeClose([1, 0.5, 0], { abs: 1e-12 });
});

test('the list is part of the signature', async () => {
  const one = await scored((cause) => cause);
  expect(one.signature).toMatch(
    /^contentF1\|drop:>5%\|words:6\|list:[0-9a-f]{8}\|of:50refs\|stem:porter2\|case:lc\|tok:ptb-like\|items:50/,
  );
  const common = { ...commonWords(itemsOf([['a', 'a']])), hash: '00000000' };
  expect((await measure(contentF1({ common }), itemsOf([['a', 'a']]), { tokenizer: 'ptb' })).signature).toContain('list:00000000');
});

test('items without content and small sets are named', async () => {
  const bare = itemsOf([...CAUSES.map((cause) => [cause, cause] as const), ['x', 'the reason was that']]);
  expect((await measure(contentF1(), bare, { tokenizer: 'ptb' })).note).toBe(
    '1 of 51 items have references of common words only and score 0',
  );
  expect((await measure(contentF1(), itemsOf([['a', 'a']]), { tokenizer: 'ptb' })).note).toMatch(/only 1 references/);
});
