import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publishedBaseline, readBaseline } from './baseline.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-baseline-'));
});
afterAll(() => rm(folder, { recursive: true }));

const written = async (text: string) => {
  const file = join(folder, 'b.tsv');
  await writeFile(file, text);
  return file;
};

test('the published ones, by model and layer', () => {
  expect(publishedBaseline('roberta-large_L17_0123456789ab')).toEqual({ p: 0.83150584, r: 0.8314941, f: 0.83122575 });
  expect(() => publishedBaseline('roberta-large_L3_0123456789ab')).toThrow(/METRIC_BASELINE[\s\S]*got +roberta-large_L3\n/);
  expect(() => publishedBaseline('constructor')).toThrow('METRIC_BASELINE');
});

test.each([',', '\t'])('a file of one’s own, parted by %j', async (separator) => {
  const rows = [
    ['LAYER', 'P', 'R', 'F'],
    ['0', '.1', '.2', '.3'],
    ['1', '.4', '.5', '.6'],
  ];
  const file = await written(`${rows.map((row) => row.join(separator)).join('\n')}\n`);
  expect(await readBaseline(file, 1)).toEqual({ p: 0.4, r: 0.5, f: 0.6 });
  await expect(readBaseline(file, 2)).rejects.toMatchObject({ code: 'METRIC_BASELINE', detail: { got: 'layers 0, 1' } });
});

test.each(['1,.4,,.6', '1,.4,x,.6', '1,.4,1,.6'])('refused: the row %s', async (row) => {
  await expect(readBaseline(await written(`LAYER,P,R,F\n${row}\n`), 1)).rejects.toMatchObject({ code: 'METRIC_BASELINE' });
});
