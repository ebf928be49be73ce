import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openParaphrases, type Paraphrases } from './meteor-paraphrases.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'paraphrases-'));
});
afterAll(() => rm(folder, { recursive: true }));

let files = 0;
async function file(content: string | Uint8Array): Promise<string> {
  const path = join(folder, `${files++}.gz`);
  await writeFile(path, typeof content === 'string' ? gzipSync(content) : content);
  return path;
}

const ROWS = [
  'a great deal',
  'much',
  'a great deal',
  'a lot',
  'a great',
  'one  big ',
  'was',
  'were',
  'a great deal',
  'much',
  'much',
  'été',
];
const TABLE = ROWS.map((phrase, i) => (i % 2 === 0 ? `0.${i}\n${phrase}\n` : `${phrase}\n`)).join('');

function find(table: Paraphrases, sentence: string, other: string): string[] {
  const ids = (text: string) => Int32Array.from(text.split(' '), (word) => table.word(word));
  const found: string[] = [];
  table.find(ids(sentence), ids(other), (start, length, otherStart, otherLength) =>
    found.push(`${start}:${length} ${otherStart}:${otherLength}`),
  );
  return found;
}

describe('paraphrase table', () => {
  test.each([
    ['it rained a great deal', 'it rained much', ['2:3 2:1', '2:3 2:1'], 'a pair that stands twice is found twice'],
    ['a great deal', 'a lot of much', ['0:3 3:1', '0:3 0:2', '0:3 3:1'], 'the order of the table, not of the sentence'],
    ['a great deal', 'one big much', ['0:2 0:2', '0:3 2:1', '0:3 2:1'], 'shorter phrases first'],
    ['much', 'much été été', ['0:1 1:1', '0:1 2:1'], 'places in order; not ASCII'],
    ['was was', 'were', ['0:1 0:1', '1:1 0:1'], 'every place of the phrase'],
    ['were', 'was', [], 'one direction only'],
    ['a great deal', 'a', [], 'the paraphrase is cut off'],
    ['unknown', 'unknown', [], 'words that are not in the table'],
  ])('%s / %s: %j (%s)', async (sentence, other, expected) => {
    const table = await openParaphrases(await file(TABLE));
    expect(table.pairs).toBe(6);
    expect(find(table, sentence, other)).toEqual(expected);
  });

  test('keeps more than 65 536 different words and grows', async () => {
    const rows = Array.from({ length: 70_000 }, (_, i) => `1\nphrase${i} of\nmeaning${i % 1000}\n`);
    const table = await openParaphrases(await file(rows.join('')));
    expect([table.pairs, table.words]).toEqual([70_000, 71_001]);
    expect(find(table, 'phrase69999 of phrase3 of', 'meaning3 meaning999')).toEqual(['0:2 1:1', '2:2 0:1']);
  });

  test('the last line may lack its end', async () => {
    expect((await openParaphrases(await file('1\na\nb'))).pairs).toBe(1);
  });

  test.each([
    ['1\na\nb\n1\nc\n', '5 lines'],
    ['', '0 lines'],
    ['1\na\nb\nword\nc\nd\n', 'no probability in line 4'],
    ['1\n\nb\n', 'no phrase in line 2'],
    ['1\na\n \n', 'no paraphrase in line 3'],
    [new Uint8Array([1, 2, 3]), 'damaged gzip data (Z_DATA_ERROR)'],
    [gzipSync(TABLE).subarray(0, 40), 'damaged gzip data (Z_BUF_ERROR)'],
  ])('refuses %j', async (content, got) => {
    await expect(openParaphrases(await file(content))).rejects.toMatchObject({ code: 'METEOR_TABLE', detail: { got } });
  });

  test('a missing file and a stop', async () => {
    await expect(openParaphrases(join(folder, 'none.gz'))).rejects.toMatchObject({ code: 'FILE_MISSING' });
    await expect(openParaphrases(await file(TABLE), { signal: AbortSignal.abort() })).rejects.toThrow();
  });
});
