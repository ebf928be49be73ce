import { expect, test } from 'vitest';
import { bleurt, type PairScorer, type SentencePair } from './bleurt.ts';
import { score } from './score.ts';

/** Judges by lengths, and remembers what it was asked. */
function byLength(): PairScorer & { readonly asked: SentencePair[] } {
  const asked: SentencePair[] = [];
  return {
    name: 'length',
    asked,
    score: async (pairs) => {
      asked.push(...pairs);
      return pairs.map(({ reference, candidate }) => candidate.length - reference.length);
    },
  };
}

test('every pair is judged once, reference first; of several references the best, or the mean', async () => {
  const scorer = byLength();
  const items = [
    { id: 'a', hyp: 'four', refs: ['three', 'on'] },
    { id: 'b', hyp: 'four', refs: ['on', 'on'] },
    { id: 'c', hyp: '', refs: [''] },
  ];
  const rows = await score([bleurt({ scorer }), bleurt({ scorer, references: 'mean' })], items);
  expect(rows).toMatchObject([
    {
      name: 'BLEURT',
      score: 4 / 3,
      perItem: [2, 2, 0],
      signature: expect.stringMatching(/^bleurt\|model:length\|over:max\|items:3\|refs:1-2\|/) as string,
    },
    { score: 2.5 / 3, perItem: [0.5, 2, 0], signature: expect.stringContaining('|over:mean|') as string },
  ]);
  expect(scorer.asked.slice(0, 3)).toEqual([
    { reference: 'three', candidate: 'four' },
    { reference: 'on', candidate: 'four' },
    { reference: '', candidate: '' },
  ]);
  expect(scorer.asked).toHaveLength(6);
});

test('of no items 0', async () => {
  expect(await score([bleurt({ scorer: byLength() })], [])).toMatchObject([{ score: 0, perItem: [] }]);
});
