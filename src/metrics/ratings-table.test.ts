import { expect, test } from 'vitest';
import type { Rating } from './ratings.ts';
import { summariseRatings } from './ratings-summary.ts';
import { ratingsTable } from './ratings-table.ts';

const rating = (item: number, system: string, rater: string, coherence: number): Rating => ({
  item: `${item}`,
  system,
  rater,
  scores: { coherence },
});
const RATINGS = [1, 2, 3, 4, 5, 1, 2, 3].flatMap((score, i) => [
  rating(i, 'A', 'ann', score),
  rating(i, 'A', 'bob', Math.min(5, score + 1)),
  rating(i, 'B', 'ann', 3),
]);

test('systems, agreement, biases, and the paper apart from them', async () => {
  const summary = await summariseRatings(RATINGS, { samples: 100, seed: 1 });
  const { sections, notes, columns } = ratingsTable(summary, { paper: true });
  expect(columns).toEqual(['coherence', 'fluency', 'relevance']);
  expect(sections.map(({ kind, rows }) => [kind, rows.map(({ name }) => name)])).toEqual([
    ['systems', ['A', 'B']],
    ['agreement', ['Krippendorff’s alpha (ordinal)']],
    ['raters', ['ann', 'bob']],
    ['paper', ['LLaVA-NeXT-Video', 'Video-LLaMA', 'Video-LLaMA2', 'FAME-Net (ours)']],
  ]);
  expect(sections.at(-1)!.title).toBe('Wang et al. 2025, Table 6 (ECEM, ratings from 1 to 5): as printed, other split');
  expect(sections.at(-1)!.rows[3]!.cells).toEqual([{ printed: '4.15' }, { printed: '4.31' }, { printed: '4.01' }]);
  expect(sections[2]!.rows[0]!.cells).toEqual([{ figure: -0.875, signed: true, of: 8 }, { missing: true }, { missing: true }]);
  expect(notes[0]).toBe(
    'coherence: for 8 of 8 items the systems were not rated by the same people: differences hold the raters’ biases too',
  );
  expect(notes).toContain('fluency, relevance: nothing was rated by two people, so nobody knows how far they agree');
});

test.each([
  [(score: number) => score, undefined],
  [(score: number) => Math.min(5, score + 1), 'coherence: with an alpha below 0.8 conclusions are tentative'],
  [
    (score: number) => 6 - score,
    'coherence: with an alpha below 0.667 the raters agree too little to conclude anything from small differences',
  ],
])('what an alpha is worth: %s', async (other, note) => {
  const ratings = [1, 2, 3, 4, 5, 3].flatMap((score, i) => [rating(i, 'A', 'ann', score), rating(i, 'A', 'bob', other(score))]);
  const summary = await summariseRatings(ratings, { samples: 0, seed: 1 });
  const { notes } = ratingsTable(summary, { paper: false });
  expect(notes.filter((text) => text.startsWith('coherence:'))).toEqual(note === undefined ? [] : [note]);
});
