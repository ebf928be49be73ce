import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fc, test as property } from '@fast-check/vitest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fixture } from '../../test/support/fixture.ts';
import { batches, bertFeeds } from './batch.ts';
import { bertConfig } from './bert.ts';
import { bleurtRow, openBleurt } from './bleurt.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-bleurt-'));
});
afterAll(() => rm(folder, { recursive: true }));

const pieces = fc.array(fc.integer({ min: 10, max: 99 }), { maxLength: 30 });

property.prop([pieces, pieces, fc.integer({ min: 3, max: 40 })])(
  'a row fits, begins with what each sentence begins with, and cuts the longer',
  (r, k, longest) => {
    const { pieces: row, first } = bleurtRow(r, k, longest, [1, 2]);
    const [kept, other] = [row.slice(1, first! - 1), row.slice(first, -1)];
    expect(row.length).toBe(Math.min(longest, r.length + k.length + 3));
    expect([row[0], row[first! - 1], row.at(-1)]).toEqual([1, 2, 2]);
    expect([r.slice(0, kept.length), k.slice(0, other.length)]).toEqual([kept, other]);
    if (kept.length < r.length && other.length < k.length) expect(kept.length - other.length).toBeOneOf([0, 1]); // the candidate loses the last piece of a tie
  },
);

test('batches hold each row once, of like length; padding is masked and of segment 0', () => {
  const rows = [5, 900, 0, 6, 1200, 7].map((n) => ({ pieces: Array<number>(n).fill(9), first: 2 }));
  expect(batches(rows)).toEqual([[4], [1, 5], [3, 0]]);
  const c = bertConfig({
    model_type: 'bert',
    vocab_size: 10,
    hidden_size: 2,
    num_attention_heads: 1,
    num_hidden_layers: 1,
    intermediate_size: 2,
  });
  const { ids, types, mask, positions } = bertFeeds(c, [{ pieces: [3, 4, 5], first: 2 }, { pieces: [6] }]);
  expect([...ids!.data].map(Number)).toEqual([3, 4, 5, 6, 0, 0]);
  expect([...types!.data].map(Number)).toEqual([0, 0, 1, 0, 0, 0]);
  expect([...mask!.data]).toEqual([1, 1, 1, 1, 0, 0]);
  expect([...positions!.data].map(Number)).toEqual([0, 1, 2, 0, 1, 2]);
});

test('a shorter input is used where the folder asks for one; a lone surrogate is U+FFFD', async () => {
  const directory = fileURLToPath(new URL('../../test/fixtures/rembert-tiny', import.meta.url));
  for (const name of ['config.json', 'model.safetensors', 'spm.model']) await copyFile(join(directory, name), join(folder, name));
  await writeFile(join(folder, 'bleurt_config.json'), '{"max_seq_length": 12}');
  const scorer = await openBleurt(folder);
  expect(scorer.name).toMatch(/_T12_gelu-tanh_[0-9a-f]{12}$/);
  const seen: string[] = [];
  const long = 'Why is she sad? '.repeat(9);
  const scores = await scorer.score(
    [
      { reference: long, candidate: long },
      { reference: `${long}!`, candidate: `${long}?` },
      { reference: 'a\ud800', candidate: 'b' },
      { reference: 'a\ufffd', candidate: 'b' },
    ],
    { progress: (done, total) => seen.push(`${done}/${total}`) },
  );
  expect(scores[0]).toBeCloseTo(scores[1]!, 6);
  expect(scores[2]).toBe(scores[3]);
  expect(seen).toEqual(['4/4']);
  expect(await scorer.score([])).toEqual([]);
  await expect(scorer.score([{ reference: 'a', candidate: 'b' }], { signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'STOPPED',
  });
  await scorer.dispose();
});

test('refused: no tokenizer, RoBERTa, a tokenizer of another model', async () => {
  await expect(openBleurt((await fixture('bert-tiny')).directory)).rejects.toMatchObject({ code: 'TEXT_NO_TOKENIZER' });
  await expect(openBleurt((await fixture('roberta-tiny')).directory)).rejects.toMatchObject({
    code: 'MODEL_BLEURT',
    detail: { got: '"roberta"' },
  });
  await copyFile(join((await fixture('roberta-tiny')).directory, 'tokenizer.json'), join(folder, 'tokenizer.json'));
  await rm(join(folder, 'spm.model'));
  await expect(openBleurt(folder)).rejects.toMatchObject({ code: 'MODEL_BLEURT', detail: { got: 'no [CLS], no [SEP], 120 pieces' } });
});
