import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { famenet } from '../support/main.ts';

let folder: string;
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-'));
  // Ten items of two systems: ann is half a point kinder than bob; cid has seen only four items, and no relevance.
  const rows = Array.from({ length: 10 }, (_, i) => i).flatMap((i) =>
    (['ours', 'theirs'] as const).flatMap((system) => {
      const good = system === 'ours' ? 3 + (i % 2) : 2 + (i % 3 === 0 ? 1 : 0);
      return [
        `i${i},${system},ann,${good},${good},${good},`,
        `i${i},${system},bob,${good - (i % 2)},${good},${Math.max(1, good - 1)},"fine, really"`,
        ...(i < 4 ? [`i${i},${system},cid,${good},5,,`] : []),
      ];
    }),
  );
  await writeFile(at('r.csv'), `item,system,rater,coherence,fluency,relevance,remark\n${rows.join('\n')}\n`);
  await writeFile(at('bad.csv'), 'item,system,rater,coherence,fluency,relevance\n1,A,r,6,1,1\n');
});
afterAll(() => rm(folder, { recursive: true }));

test('the summary as text', async () => {
  const { code, stdout, stderr } = await famenet(['rate', 'summary', at('r.csv'), '--paper', '--bootstrap', '400']);
  expect([code, stderr]).toEqual([0, 'Summing up 100 %  12 of 12 intervals and tests\n']);
  expect(stdout).toMatchInlineSnapshot(`
    "10 items, 2 systems, 3 raters, 48 rows. Ratings from 1 to 5, higher is better; a mean is over items,
    of each item’s mean over its raters. Intervals are 95 %, by bootstrap over items; raters are taken
    as given. Rows that share a letter are not shown to differ: signs of each item’s difference turned
    at random, on items rated for both, level 0.05. An asterisk marks the best system.

    |system|coherence           |fluency             |relevance           |
    |------|--------------------|--------------------|--------------------|
    |ours  |3.28* a [3.10, 3.47]|3.70* a [3.40, 4.00]|3.00* a [2.70, 3.30]|
    |theirs|2.18  b [1.92, 2.50]|2.73  b [2.40, 3.13]|1.90  b [1.70, 2.20]|

    Agreement of the raters
    |                              |coherence               |fluency                  |relevance               |
    |------------------------------|------------------------|-------------------------|------------------------|
    |Krippendorff’s alpha (ordinal)|0.72 (n 20) [0.50, 0.90]|0.40 (n 20) [-0.04, 0.79]|0.39 (n 20) [0.07, 0.52]|

    Bias of the raters: own rating minus the others’ mean of the same explanation; above 0 is lenient
    |rater|coherence   |fluency     |relevance   |
    |-----|------------|------------|------------|
    |ann  |+0.40 (n 20)|-0.40 (n 20)|+1.00 (n 20)|
    |bob  |-0.50 (n 20)|-0.40 (n 20)|-1.00 (n 20)|
    |cid  | +0.25 (n 8)| +2.00 (n 8)|         n/a|

    Wang et al. 2025, Table 6 (ECEM, ratings from 1 to 5): as printed, other split
    |system            |coherence|fluency|relevance|
    |------------------|---------|-------|---------|
    |LLaVA-NeXT-Video †|3.91     |4.14   |3.85     |
    |Video-LLaMA †     |4.05     |4.24   |3.99     |
    |Video-LLaMA2 †    |3.97     |4.17   |3.89     |
    |FAME-Net (ours) † |4.15     |4.31   |4.01     |

    ! coherence: with an alpha below 0.8 conclusions are tentative
    ! fluency, relevance: with an alpha below 0.667 the raters agree too little to conclude anything
      from small differences
    ! Table 6: three students rated 100 samples; the paper prints neither their agreement nor
      intervals nor tests, and its ratings are not published.
    ! Table 6: the four are called the best-performing; by its own Table 2 Video-LLaMA2 is not among
      the best four in any column.

    What these numbers can be compared with
      means: other means of this table; other raters, items or instructions give another scale,
        whatever the numbers
      alpha: ordinal alphas of other studies; a percentage of agreement or a kappa is another measure
      FAME-Net paper: Wang et al. (2025), Table 6, are other raters on other explanations, and their
        single ratings are not published: no number here can be compared with theirs

    Signatures
      coherence: ratings|criterion:coherence|scale:1-5|mean:of-item-means|items:10|raters:3|bootstrap:400|over:items|seed:12345|v:2
      fluency: ratings|criterion:fluency|scale:1-5|mean:of-item-means|items:10|raters:3|bootstrap:400|over:items|seed:12345|v:2
      relevance: ratings|criterion:relevance|scale:1-5|mean:of-item-means|items:10|raters:3|bootstrap:400|over:items|seed:12345|v:2
      groups: sign-flip:400|seed:12345|holm:1pairs|level:0.05
    "
  `);
});

test('--json: the same as data', async () => {
  const { stdout } = await famenet(['rate', 'summary', at('r.csv'), '--json', '--bootstrap', '100']);
  const document = JSON.parse(stdout) as { criteria: Record<string, Record<string, unknown>> } & Record<string, unknown>;
  expect(document).toMatchObject({ items: 10, rows: 48, systems: ['ours', 'theirs'], raters: ['ann', 'bob', 'cid'] });
  expect(Object.keys(document.criteria)).toEqual(['coherence', 'fluency', 'relevance']);
  expect(document.criteria.relevance).toMatchObject({
    systems: { ours: { mean: 3, items: 10, ratings: 20, best: true } },
    raters: { ann: { bias: 1, shared: 20, ratings: 20 }, bob: { bias: -1 }, cid: { bias: null, shared: 0, ratings: 0 } },
    alpha: { value: expect.any(Number) as number },
    pairs: [{ first: 'ours', second: 'theirs', items: 10, p: expect.any(Number) as number, corrected: expect.any(Number) as number }],
  });
  expect(document).not.toHaveProperty('paper');
});

test('--out and another form', async () => {
  const { stdout } = await famenet(['rate', 'summary', at('r.csv'), '--format', 'csv', '--out', at('t.csv'), '--bootstrap', '0']);
  expect(stdout).toBe('');
  const rows = parse(await readFile(at('t.csv'), 'utf8'), { columns: true }) as Record<string, string>[];
  expect(rows.map(({ kind }) => kind)).toEqual([...Array(6).fill('system'), ...Array(3).fill('agreement'), ...Array(9).fill('rater')]);
  expect(rows[0]).toMatchObject({ name: 'ours', metric: 'coherence', low: '', group: '' });
});

test.each([
  [['rate'], 'USAGE_VERB'],
  [['rate', 'summary'], 'USAGE_MISSING'],
  [['rate', 'summary', 'BAD'], 'line 2: coherence "6"'],
  [['rate', 'summary', 'BAD', '--out', 'BAD'], '--out would overwrite'],
])('%j is refused', async (words, message) => {
  const { code, stdout, stderr } = await famenet(words.map((word) => (word === 'BAD' ? at('bad.csv') : word)));
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(message);
});

test('famenet rate summary --help', async () => {
  const { stdout } = await famenet(['rate', 'summary', '--help']);
  expect(stdout).toMatchInlineSnapshot(`
    "famenet rate summary: Sum up ratings of coherence, fluency and relevance: means, agreement, biases, tests

    Usage
      famenet rate summary <file> [options]

    Arguments
      <file>  CSV with the columns item, system, rater, coherence, fluency, relevance; ratings from 1 to
              5, empty where not rated

    Options
      --paper                         add the paper's Table 6, marked "as printed, other split"
      --bootstrap <integer>           resamples for 95 % intervals and tests, 0 for neither (0 to
                                      1000000; default 1000)
      --seed <integer>                of the resamples (default 12345)
      --format <text|markdown|latex|csv>
                                      the form of the table (default text)
      --out <path>                    write the table into this file; without it, it is printed
      --json                          one JSON document on stdout, everything else on stderr
      -h, --help                      this page

    Examples
      famenet rate summary ratings.csv
      famenet rate summary ratings.csv --paper --format markdown --out table6.md
    "
  `);
});
