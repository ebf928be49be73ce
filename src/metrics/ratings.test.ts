import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseRatings, readRatings } from './ratings.ts';

const HEAD = 'item,system,rater,coherence,fluency,relevance\n';
const coded = (code: string, ...words: string[]) =>
  expect.objectContaining({ code, message: expect.stringMatching(words.join('[^]*')) as string }) as Error;

test('columns in any order, others beside them, cells that are empty, numbers as pandas writes them', () => {
  const text = '\ufeffrater;note;item; system ;relevance;fluency;coherence\nr1;"a;b";7;A;4.0;;5\n\nr2;;7; A ;;1; \n';
  expect(parseRatings(text, 'r.csv')).toEqual([
    { item: '7', system: 'A', rater: 'r1', scores: { coherence: 5, relevance: 4 } },
    { item: '7', system: 'A', rater: 'r2', scores: { fluency: 1 } },
  ]);
});

test.each([
  ['item,system,rater,coherence,fluency\n', 'CSV_COLUMNS', 'r.csv, line 1', 'add relevance'],
  [`${HEAD}1,A,r,1,2\n`, 'CSV_DAMAGED', 'r.csv'],
  [`${HEAD}1,A,r,6,2,0\n`, 'RATINGS_CELL', 'whole numbers from 1 to 5', 'line 2: coherence "6"; line 2: relevance "0"\n'],
  [`${HEAD}1,A,r,3.5,2,2\n`, 'RATINGS_CELL', 'line 2: coherence "3.5"'],
  [`${HEAD}1,A,r,NaN,1e0,-1\n`, 'RATINGS_CELL', '"NaN"; line 2: fluency "1e0"; line 2: relevance "-1"'],
  [`${HEAD}1,A,r,1,1,1\n1, ,,1,1,1\n`, 'RATINGS_CELL', 'line 3: no system; line 3: no rater'],
  [`${HEAD}${'1,A,r,9,9,9\n'.repeat(3)}`, 'RATINGS_CELL', 'line 3: fluency "9"; and 4 more'],
  [`${HEAD}1,"A\nB",r,1,1,1\n1,A,r,1,1,x\n`, 'RATINGS_CELL', 'line 4: relevance "x"'],
  [`${HEAD}1,A,r,1,1,1\n2,A,r,1,1,1\n1,A, r,2,2,2\n`, 'RATINGS_TWICE', 'r.csv, line 4', 'item "1" of "A" by "r", as in line 2'],
  [HEAD, 'RATINGS_EMPTY', 'nothing below the header'],
  [`${HEAD}1,A,r,,,\n`, 'RATINGS_EMPTY', '1 rows without a rating'],
])('%j is refused: %s', (text, code, ...words) => expect(() => parseRatings(text, 'r.csv')).toThrow(coded(code, ...words)));

test('bytes that are not UTF-8', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'famenet-'));
  try {
    await writeFile(join(folder, 'bad.csv'), Buffer.concat([Buffer.from(HEAD), Buffer.from([0xff, 0xfe])]));
    await expect(readRatings(join(folder, 'bad.csv'))).rejects.toThrow(coded('FILE_DAMAGED', 'UTF-8'));
  } finally {
    await rm(folder, { recursive: true });
  }
});
