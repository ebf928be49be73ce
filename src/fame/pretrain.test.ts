import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generate, openLanguageModel } from '../models/index.ts';
import { createTokenizer, openTokenizer, trainBpe } from '../text/index.ts';
import { type PretrainOptions, pretrain, type RunEvent } from './pretrain.ts';
import { windowsOf } from './windows.ts';

const NAMES = ['Ana', 'Ben', 'Cleo', 'Dan', 'Eva', 'Finn'];
const texts = NAMES.flatMap((a) => NAMES.map((b) => `${a}: Where is ${b}?\n${b}: Here I am, ${a}.\n`));
const special = ['<pad>', '<s>', '</s>'];
const tokenizerJson = trainBpe(texts, { size: 300, special });
const named = { bos_token: '<s>', eos_token: '</s>', pad_token: '<pad>' };
const tokenizer = createTokenizer({ at: 'made here', json: tokenizerJson, config: named });
const config = {
  ...{ model_type: 'llama', vocab_size: 300, hidden_size: 32, intermediate_size: 64, num_hidden_layers: 2, num_attention_heads: 2 },
  ...{ max_position_embeddings: 64, rms_norm_eps: 1e-5, tie_word_embeddings: true },
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-pretrain-'));
});
afterAll(() => rm(folder, { recursive: true }));

const options = (name: string, more: Partial<PretrainOptions> = {}): PretrainOptions => ({
  ...{ config, tokenizerJson, tokenizer, texts: texts.slice(4), heldOut: texts.slice(0, 4), steps: 40, B: 4, T: 24, rate: 0.01, seed: 3 },
  ...{ out: join(folder, name), saveEvery: 16, lookEvery: 20 },
  ...more,
});
const weightsOf = (name: string) => readFile(join(folder, name, 'model.safetensors'));

test('learns, and leaves a model that opens and speaks', async () => {
  const events: RunEvent[] = [];
  const last = await pretrain(options('whole', { log: (event) => events.push(event) }));
  const losses = events.flatMap((e) => (e.type === 'step' ? [e.loss] : []));
  expect(losses).toHaveLength(40);
  expect(losses[0]).toBeCloseTo(Math.log(300), 0); // it begins knowing nothing
  expect(last).toBeLessThan(losses[0]! / 2);
  expect(events.map((e) => e.type).filter((type) => type !== 'step')).toEqual(['began', 'saved', 'looked', 'saved', 'saved', 'ended']);
  const lines = (await readFile(join(folder, 'whole', 'run.jsonl'), 'utf8')).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line) as RunEvent)).toEqual(events);

  const [model, own] = [await openLanguageModel(join(folder, 'whole')), await openTokenizer(join(folder, 'whole'))];
  let made = 0;
  for await (const { id } of generate(model, [{ ids: own.encode('Ana: Where', { addSpecial: false }) }], { maxNew: 8, stop: own.eos }))
    made += id >= 0 ? 1 : 0;
  expect(made).toBeGreaterThan(0);
  expect(own.eos).toEqual([2]);
  await model.dispose();
});

test('stopped and gone on with, it ends bit-equal', async () => {
  const stop = new AbortController();
  const log = (event: RunEvent) => {
    if (event.type === 'step' && event.step === 20) stop.abort(new Error('enough for today'));
  };
  await expect(pretrain(options('parts', { signal: stop.signal, log }))).rejects.toThrow('enough for today');
  const from: number[] = [];
  await pretrain(options('parts', { log: (event) => event.type === 'began' && from.push(event.from) }));
  expect(from).toEqual([21]);
  expect((await weightsOf('parts')).equals(await weightsOf('whole'))).toBe(true);
});

test('another seed is another run, and never goes on with this one', async () => {
  await expect(pretrain(options('whole', { seed: 4 }))).rejects.toMatchObject({
    code: 'FAME_RUN',
    detail: { expected: 'seed: 4', got: 'seed: 3' },
  });
  await pretrain(options('other', { seed: 4 }));
  expect((await weightsOf('other')).equals(await weightsOf('whole'))).toBe(false);
});

test('windows depend on seed and number only, and need some text', () => {
  const windows = (seed: number) => windowsOf(texts, tokenizer, { B: 2, T: 8, seed });
  expect(windows(1).at(5)).toEqual(windows(1).at(5));
  expect(windows(1).at(5)).not.toEqual(windows(1).at(6));
  expect(windows(1).at(5)).not.toEqual(windows(2).at(5));
  expect(() => windowsOf(['a'], tokenizer, { B: 2, T: 8, seed: 1 })).toThrow(expect.objectContaining({ code: 'FAME_TEXT' }));
});
