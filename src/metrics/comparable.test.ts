import { expect, test } from 'vitest';
import { comparability, namesOf } from './comparable.ts';

const scores = [
  { name: 'BLEU-1', signature: 'bleu|tok:ptb-like', comparable: 'captioning papers' },
  { name: 'ROUGE-L', signature: 'rougeL|tok:ptb-like', comparable: 'captioning papers' },
  { name: 'BLEURT', signature: 'bleurt|model:x', comparable: 'the same checkpoint' },
];

test('a sentence for each kind of metric, from its own facts, and always one on the paper', () => {
  const entries = comparability(scores, { tokenizer: 'ptb', floors: true });
  expect(entries.map(({ of }) => of)).toEqual([
    ['every number'],
    ['BLEU-1', 'ROUGE-L'],
    ['BLEURT'],
    ['tokens'],
    ['FAME-Net paper'],
    ['floors'],
  ]);
  expect(entries[1]!.with).toBe('captioning papers');
  expect(entries.find(({ of }) => of[0] === 'FAME-Net paper')!.with).toContain('no number here can be compared with theirs');
});

test('tokens and floors are named only where there are some; the tokeniser by its own tool', () => {
  const entries = comparability(scores.slice(2), { tokenizer: 'ptb', floors: false });
  expect(entries.map(({ of }) => of[0])).toEqual(['every number', 'BLEURT', 'FAME-Net paper']);
  const [, , , tokens] = comparability(scores, { tokenizer: 'whitespace', floors: false });
  expect(tokens).toEqual({ of: ['tokens'], with: expect.stringContaining('nlg-eval') as string });
});

test.each([
  [['BLEU-1', 'BLEU-2', 'BLEU-3', 'BLEU-4', 'METEOR'], 'BLEU-1 … BLEU-4, METEOR'],
  [['BLEU-1', 'BLEU-4'], 'BLEU-1, BLEU-4'],
  [['ROUGE-L', 'BLEU-4'], 'BLEU-4, ROUGE-L'],
  [['every number'], 'every number'],
])('%j in short: %s', (names, short) => expect(namesOf(names)).toBe(short));
