import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Fixture, fixture, rowsOf } from '../../test/support/fixture.ts';
import { type Encoder, openEncoder } from './encoder.ts';

let ref: Fixture;
let folder: string;
let encoder: Encoder;

/** A word for every id, so that a text can spell any row of the fixture: `w17` is 17. */
const tokenizer = {
  version: '1.0',
  added_tokens: ['<s>', '<pad>', '</s>', '<unk>'].map((content, id) => ({
    id,
    content,
    special: true,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
  })),
  normalizer: null,
  pre_tokenizer: { type: 'WhitespaceSplit' },
  post_processor: { type: 'RobertaProcessing', sep: ['</s>', 2], cls: ['<s>', 0], trim_offsets: true, add_prefix_space: true },
  decoder: null,
  model: {
    type: 'WordLevel',
    unk_token: '<unk>',
    vocab: Object.fromEntries(Array.from({ length: 120 }, (_, i) => [['<s>', '<pad>', '</s>', '<unk>'][i] ?? `w${i}`, i])),
  },
};

beforeAll(async () => {
  ref = await fixture('roberta-tiny');
  folder = await mkdtemp(join(tmpdir(), 'famenet-encoder-'));
  for (const name of ['config.json', 'model.safetensors']) await copyFile(join(ref.directory, name), join(folder, name));
  await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(tokenizer));
  await writeFile(join(folder, 'tokenizer_config.json'), '{"bos_token":"<s>","eos_token":"</s>","pad_token":"<pad>","unk_token":"<unk>"}');
  encoder = await openEncoder(folder);
});
afterAll(async () => {
  await encoder.dispose();
  await rm(folder, { recursive: true });
});

const text = (ids: readonly number[]) =>
  ids
    .slice(1, -1)
    .map((id) => `w${id}`)
    .join(' ');

test('sentences of any length come back in order, each as transformers has it alone in its row', async () => {
  const [B, T] = ref.shape('ids') as [number, number];
  const mask = rowsOf(await ref.ints('attention_mask'), T);
  const rows = rowsOf(await ref.ints('ids'), T).map((row, b) => row.filter((_, t) => mask[b]?.[t] === 1));
  const usable = rows.map((r, b) => ({ r, b })).filter(({ r }) => r[0] === 0 && r.at(-1) === 2 && r.slice(1, -1).every((id) => id > 3));
  expect(usable.length, 'rows that a text can spell').toBeGreaterThan(0);
  const all = await ref.floats('hidden_states.2');
  const encoded = await encoder.encode(usable.map(({ r }) => text(r)));
  for (const [k, { r, b }] of usable.entries()) {
    expect(encoded[k]?.pieces).toEqual(r);
    const start = mask[b]?.indexOf(1) ?? 0;
    expect(encoded[k]?.vectors).toBeClose(all.subarray((b * T + start) * 32, (b * T + start + r.length) * 32), { abs: 2e-5 });
  }
  expect(B).toBe(3);
});

test('an empty sentence is its two special pieces; a long one is cut to what the model reads', async () => {
  const [nothing, long] = await encoder.encode(['  ', 'w9 '.repeat(100)]);
  expect(nothing?.pieces).toEqual([0, 2]);
  expect(long?.pieces).toHaveLength(38); // 40 positions, of which RoBERTa uses 2 … 39
  expect(long?.pieces.at(-1)).toBe(2);
  expect(
    [...encoder.special].toSorted((a, b) => a - b),
    'nothing else: bert_score lets an unknown piece weigh 1',
  ).toEqual([0, 2]);
});

test('the name changes with the layer and the weights', async () => {
  const first = await openEncoder(folder, { layer: 1 });
  expect(first.name).toMatch(/_L1_[0-9a-f]{12}$/);
  expect(encoder.name).toMatch(/_L2_[0-9a-f]{12}$/);
  expect(first.name.slice(-12)).toBe(encoder.name.slice(-12));
  await first.dispose();
});
