import { readFileSync } from 'node:fs';
import { fc, test as prop } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import type { Rating } from './ratings.ts';
import { type RatedCriterion, summariseRatings } from './ratings-summary.ts';

/** test/fixtures/agreement/make.py */
const { cases } = JSON.parse(readFileSync(new URL('../../test/fixtures/agreement/expected.json', import.meta.url), 'utf8')) as {
  cases: { name: string; raters: (number | null)[][]; alpha: { ordinal: number } }[];
};

const options = { samples: 200, seed: 5 };

/** Ratings of coherence alone: `table[rater][item]`, null where not rated. */
function rated(system: string, table: readonly (readonly (number | null)[])[]): Rating[] {
  return table.flatMap((row, r) =>
    row.flatMap((score, i) => [{ item: `${i}`, system, rater: `r${r}`, scores: score === null ? {} : { coherence: score } }]),
  );
}

const coherenceOf = async (ratings: readonly Rating[], samples = options.samples): Promise<RatedCriterion> =>
  (await summariseRatings(ratings, { ...options, samples })).criteria[0]!;

test.each(cases)('alpha is that of the package krippendorff: $name', async ({ raters, alpha }) => {
  const { alpha: found } = await coherenceOf(rated('A', raters), 0);
  expect(found!.value).toBeCloseTo(alpha.ordinal, 10);
});

test('a mean counts every item once; the rater who gives more has a bias above 0', async () => {
  const table = [
    [5, 4, null],
    [3, 4, 1],
    [4, null, null],
  ];
  const { systems, raters, shared, alpha, pairs, test } = await coherenceOf(rated('A', table));
  expect(systems).toMatchObject([{ mean: (4 + 4 + 1) / 3, items: 3, ratings: 6, best: false, group: '' }]);
  expect(systems[0]!.low).toBeLessThan(3);
  expect(systems[0]!.high).toBe(4);
  expect(raters).toEqual([
    { rater: 'r0', bias: (5 - 3.5 + 0) / 2, shared: 2, ratings: 2 },
    { rater: 'r1', bias: (3 - 4.5 + 0) / 2, shared: 2, ratings: 3 },
    { rater: 'r2', bias: 0, shared: 1, ratings: 1 },
  ]);
  expect([shared, pairs, test]).toEqual([2, [], undefined]);
  expect(alpha).toBeDefined();
});

const steady = (score: number, n = 30) =>
  Array.from({ length: 3 }, (_, r) => Array.from({ length: n }, (_, i) => Math.min(5, score + ((i + r) % 2))));

test('systems that differ on every item part; twins share a letter', async () => {
  const { systems, pairs, test } = await coherenceOf([
    ...rated('good', steady(4)),
    ...rated('bad', steady(2)),
    ...rated('twin', steady(4)),
  ]);
  expect(systems.map(({ group, best }) => [group, best])).toEqual([
    ['b', false],
    ['a', true],
    ['a', true],
  ]);
  expect(pairs.map(({ first, second, difference, items, p, corrected }) => [first, second, difference, items, p, corrected])).toEqual([
    ['bad', 'good', expect.closeTo(-2, 9), 30, 1 / 201, 3 / 201],
    ['bad', 'twin', expect.closeTo(-2, 9), 30, 1 / 201, 3 / 201],
    ['good', 'twin', 0, 30, 1, 1],
  ]);
  expect(test).toBe('sign-flip:200|seed:5|holm:3pairs|level:0.05');
});

test('tests are on common items only; what is not common is said', async () => {
  const [all, half] = [steady(3), steady(3).map((row) => row.map((score, i) => (i < 10 ? score : null)))];
  const { pairs, notes } = await coherenceOf([...rated('A', all), ...rated('B', half)]);
  expect(pairs[0]!.items).toBe(10);
  expect(notes).toEqual(['not all 30 items were rated: B 10; means stand for other items, tests only for common ones']);
  const apart = [...rated('A', [[1, null, 3]]), ...rated('B', [[null, 2, null]])];
  expect(await coherenceOf(apart)).toMatchObject({
    pairs: [],
    systems: [{ group: '' }, { group: '' }],
    notes: [expect.stringContaining('not all 3 items'), '1 of 1 pairs of systems have no item in common and were not tested'],
  });
  const others = [
    ...rated('A', [
      [1, 2],
      [null, null],
    ]),
    ...rated('B', [
      [null, null],
      [1, 2],
    ]),
  ];
  expect((await coherenceOf(others)).notes).toEqual([
    'for 2 of 2 items the systems were not rated by the same people: differences hold the raters’ biases too',
  ]);
});

test('nothing rated, nothing shared, nothing that differs: undefined, not NaN', async () => {
  const { criteria } = await summariseRatings(rated('A', [[1, 2]]), options);
  expect(criteria[0]).toMatchObject({ alpha: undefined, shared: 0, raters: [{ bias: undefined, shared: 0, ratings: 2 }] });
  expect(criteria[1]).toMatchObject({ alpha: undefined, systems: [{ mean: undefined, items: 0, ratings: 0, best: false, group: '' }] });
  expect(
    (
      await coherenceOf(
        rated('A', [
          [3, 3],
          [3, 3],
        ]),
      )
    ).alpha,
  ).toBeUndefined();
  expect(
    await coherenceOf(
      rated('A', [
        [1, 2],
        [2, 2],
      ]),
      0,
    ),
  ).not.toHaveProperty('systems.0.low');
});

const tables = fc.array(fc.array(fc.option(fc.integer({ min: 1, max: 5 })), { minLength: 4, maxLength: 4 }), {
  minLength: 2,
  maxLength: 4,
});

prop.prop([tables, tables, fc.integer()], { numRuns: 40 })('the order of the rows does not matter', async (a, b, seed) => {
  const ratings = [...rated('A', a), ...rated('B', b)];
  const shuffled = [...ratings].sort((x, y) => hash(x, seed) - hash(y, seed));
  const few = { samples: 20, seed: 5 };
  expect(await summariseRatings(shuffled, few)).toEqual(await summariseRatings(ratings, few));
});

prop.prop([tables, tables], { numRuns: 40 })(
  'biases of two raters are opposite; turning the scale turns differences and biases',
  async (a, b) => {
    const two = await coherenceOf(rated('A', a.slice(0, 2)), 0);
    if (two.raters[0]!.bias !== undefined) expect(two.raters[0]!.bias).toBeCloseTo(-two.raters[1]!.bias!, 12);
    const turn = (table: typeof a) => table.map((row) => row.map((score) => (score === null ? null : 6 - score)));
    const [one, other] = [
      await coherenceOf([...rated('A', a), ...rated('B', b)], 20),
      await coherenceOf([...rated('A', turn(a)), ...rated('B', turn(b))], 20),
    ];
    if (one.alpha !== undefined) expect(other.alpha!.value).toBeCloseTo(one.alpha.value, 10);
    for (const [i, { p, difference }] of one.pairs.entries()) {
      expect(other.pairs[i]!.difference).toBeCloseTo(-difference, 12);
      expect(other.pairs[i]!.p).toBe(p);
    }
  },
);

function hash({ item, system, rater }: Rating, seed: number): number {
  let h = seed | 0;
  for (const letter of `${rater}${item}${system}`) h = Math.imul(h ^ letter.charCodeAt(0), 0x01000193);
  return h;
}
