import { expect, test } from 'vitest';
import { timeErrors, WER_SIGNATURE, wordErrors } from './errors.ts';

/** Said, heard, then hits, substitutions, deletions, insertions and rate as jiwer 4.0.0 gives them (`jiwer.process_words`; all in plain words). */
const JIWER: readonly (readonly [string, string, number, number, number, number, number])[] = [
  ['the cat sat on the mat', 'the cat sat on the mat', 6, 0, 0, 0, 0],
  ['the cat sat on the mat', 'the cat sit on mat', 4, 1, 1, 0, 0.3333333333333333],
  ['the cat sat', 'oh the cat sat down here', 3, 0, 0, 3, 1],
  ['i am here', '', 0, 0, 3, 0, 1],
  ['we were on a break', 'we where on break a lot', 3, 2, 0, 1, 0.6],
  ['a b c d e f', 'a c b d f e', 3, 2, 1, 1, 0.6666666666666666],
  ['one', 'two three four', 0, 1, 0, 2, 3],
];

test.each(JIWER)('%s | %s: as jiwer', (said, heard, hits, substitutions, deletions, insertions, rate) => {
  const errors = wordErrors(said, heard);
  expect(errors.rate).toBeCloseTo(rate, 12);
  expect(errors.hits + errors.substitutions + errors.deletions).toBe(hits + substitutions + deletions);
  expect(errors.substitutions + errors.deletions + errors.insertions).toBe(substitutions + deletions + insertions);
});

test('case, accents, punctuation, hyphens and okay do not count; a rate has its signature', () => {
  const errors = wordErrors('Okay, Zoë: well-known, isn’t it?', "ok zoe well known isn't it");
  expect(errors).toEqual({ substitutions: 0, insertions: 0, deletions: 0, hits: 6, rate: 0, signature: WER_SIGNATURE });
  expect(wordErrors('', '').rate).toBeNaN();
});

test('times: only words that both have, against the truth', () => {
  const truth = ['Hi', 'there', 'my', 'friend'].map((text, i) => ({ text, start: i }));
  const heard = [
    { text: 'Hi,', start: 0.1 },
    { text: 'uh', start: 0.5 },
    { text: 'their', start: 1 },
    { text: 'my', start: 2.5 },
    { text: 'friend.', start: 2.9 },
  ];
  const errors = timeErrors(truth, heard);
  expect(errors.words).toBe(3);
  expect(errors.mean).toBeCloseTo((0.1 + 0.5 + 0.1) / 3, 12);
  expect(errors.median).toBeCloseTo(0.1, 12);
  expect(errors.most).toBeCloseTo(0.5, 12);
  expect(errors.close).toBeCloseTo(2 / 3, 12);
  expect(timeErrors(truth, [])).toMatchObject({ words: 0, mean: Number.NaN });
});
