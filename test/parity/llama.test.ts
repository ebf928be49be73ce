/** The LLaMA family against transformers: every stage, gradients, training, generation. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  adamW,
  causalMask,
  compile,
  constant,
  gradients,
  input,
  int64,
  nextTokenLoss,
  type Tensor,
  trainer,
} from '../../src/graph/index.ts';
import {
  beamSearch,
  embedTokens,
  generate,
  type LanguageModel,
  type LlamaConfig,
  llamaConfig,
  llamaDecoder,
  llamaLogits,
  openLanguageModel,
  readConfig,
} from '../../src/models/index.ts';
import { openWeights, type Weights } from '../../src/weights/index.ts';
import { type Fixture, fixture, rowsOf } from '../support/fixture.ts';
import { difference } from '../support/setup.ts';

/** Decoder without a cache over B × T tokens, as in training. */
function forward(w: Weights, c: LlamaConfig, x: Tensor, T: number) {
  const { cos, sin } = c.rope.tables([...Array(T).keys()], T);
  const table = (data: Float32Array) => constant('float32', [1, 1, T, c.headWidth], data);
  const out = llamaDecoder(w, c, { x, cos: table(cos), sin: table(sin), mask: (size) => causalMask(T, x, size) });
  return { ...out, logits: llamaLogits(w, c, out.hidden) };
}

async function network(ref: Fixture, B: number, T: number) {
  const c = llamaConfig((await readConfig(ref.directory)).json);
  const w = await openWeights(ref.directory, { as: 'loaded' });
  const ids = input('ids', 'int64', [B, T]);
  const labels = input('labels', 'int64', [B, T]);
  const embeddings = embedTokens(w, c, ids);
  const out = forward(w, c, embeddings, T);
  return { c, w, embeddings, ...out, loss: nextTokenLoss(out.logits, labels) };
}

const bigints = (values: readonly number[]) => BigInt64Array.from(values, BigInt);

describe.each(['llama-tiny', 'qwen2-tiny', 'mistral-tiny'])('%s', (name) => {
  let ref: Fixture;
  beforeAll(async () => {
    ref = await fixture(name);
  });

  test('every stage equals transformers within 2e-5', async () => {
    const [B, T] = ref.shape('ids') as [number, number];
    const n = await network(ref, B, T);
    const stages = {
      embeddings: n.embeddings,
      ...Object.fromEntries(n.layers.map((x, i) => [`layer.${i}`, x])),
      norm: n.hidden,
      logits: n.logits,
      loss: n.loss,
    };
    const session = await compile(stages);
    const out = await session.run({
      ids: int64([B, T], bigints(await ref.ints('ids'))),
      labels: int64([B, T], bigints(await ref.ints('labels'))),
    });
    for (const stage of Object.keys(stages)) {
      const want = await ref.floats(stage === 'logits' || stage === 'loss' ? stage : `stage.${stage}`);
      expect(out[stage]?.data, stage).toBeClose(want, { abs: 2e-5 });
    }
    await session.dispose();
  });

  test('gradients with respect to embeddings and all weights are within 1e-4', async () => {
    if (!ref.has('grad.embeddings')) return;
    const [B, T] = ref.shape('ids') as [number, number];
    const n = await network(ref, B, T);
    const weights = [...n.w.asked.values()];
    expect(weights.map((t) => `grad.${t.node.name}`).toSorted()).toEqual(
      ref.names().filter((k) => k.startsWith('grad.') && k !== 'grad.embeddings'),
    );
    const [embedded, ...grads] = gradients(n.loss, [n.embeddings, ...weights]) as [Tensor, ...Tensor[]];
    const outputs = { 'grad.embeddings': embedded, ...Object.fromEntries(grads.map((g, i) => [`grad.${weights[i]?.node.name}`, g])) };
    const session = await compile(outputs);
    const out = await session.run({
      ids: int64([B, T], bigints(await ref.ints('ids'))),
      labels: int64([B, T], bigints(await ref.ints('labels'))),
    });
    for (const key of Object.keys(outputs)) {
      const want = await ref.floats(key);
      const scale = Math.max(...want.map(Math.abs));
      expect(difference(out[key]?.data ?? [], want).abs / scale, key).toBeLessThan(1e-4);
    }
    await session.dispose();
  });

  test('greedy text equals transformers, token by token', async () => {
    const model = await openLanguageModel(ref.directory);
    const want = await ref.ints('greedy.ids');
    const made: number[] = [];
    for await (const { id } of generate(model, [{ ids: await ref.ints('greedy.prompt') }], { maxNew: want.length })) made.push(id);
    expect(made).toEqual(want);
    await model.dispose();
  });
});

describe('llama-tiny generates', () => {
  let ref: Fixture;
  let model: LanguageModel;
  beforeAll(async () => {
    ref = await fixture('llama-tiny');
    model = await openLanguageModel(ref.directory);
  });
  afterAll(() => model.dispose());

  const prompts = async () => {
    const [ids, mask] = [await ref.ints('padded.ids'), await ref.ints('padded.attention_mask')];
    const T = ref.shape('padded.ids')[1] as number;
    return rowsOf(ids, T).map((row, b) => ({ ids: row.filter((_, t) => mask[b * T + t] === 1) }));
  };

  test('a padded batch like its rows alone', async () => {
    const want = rowsOf(await ref.ints('greedy.batch.ids'), ref.shape('greedy.batch.ids')[1] as number);
    const made: number[][] = [[], []];
    for await (const { row, id } of generate(model, await prompts(), { maxNew: want[0]?.length ?? 0 })) made[row]?.push(id);
    expect(made).toEqual(want);
  });

  test('until a stop token, row by row', async () => {
    const stop = ref.json.greedy.stop as number;
    const want = rowsOf(await ref.ints('greedy.stop.ids'), ref.shape('greedy.stop.ids')[1] as number).map((row) =>
      row.includes(stop) ? row.slice(0, row.indexOf(stop)) : row,
    );
    const made: number[][] = [[], []];
    for await (const { row, id } of generate(model, await prompts(), { maxNew: 32, stop: [stop] })) made[row]?.push(id);
    expect(made).toEqual(want);
  });

  test('the same from embeddings as from ids', async () => {
    const ids = await ref.ints('greedy.prompt');
    const vectors = await model.embed([ids]);
    const made: number[] = [];
    for await (const { id } of generate(model, [{ vectors }], { maxNew: 8 })) made.push(id);
    expect(made).toEqual((await ref.ints('greedy.ids')).slice(0, 8));
  });

  test.each(['beam', 'beam.eos', 'beam.eos.early', 'beam.eos.short', 'beam.eos.long'])('%s search like transformers', async (name) => {
    const { eos, lengthPenalty, earlyStopping, numBeams, maxNewTokens } = ref.json.beam[name];
    const found = await beamSearch(
      model,
      { ids: await ref.ints('greedy.prompt') },
      { beams: numBeams, maxNew: maxNewTokens, stop: [eos], lengthPenalty, earlyStopping },
    );
    const want = rowsOf(await ref.ints(`${name}.all`), ref.shape(`${name}.all`)[2] as number);
    expect(found.map((t) => [...t.ids, ...Array(maxNewTokens - t.ids.length).fill(eos)])).toEqual(want);
    const scores = await ref.floats(`${name}.all.scores`);
    expect(
      difference(
        found.map((t) => t.score),
        scores,
      ).rel,
    ).toBeLessThan(1e-5);
  });

  test('sampling is fixed by its seed', async () => {
    const draw = async (seed: number) => {
      const made: number[] = [];
      for await (const { id } of generate(model, [{ ids: [1, 5, 9] }], { maxNew: 12, temperature: 1.2, topP: 0.95, seed })) made.push(id);
      return made;
    };
    const [a, b, c] = [await draw(1), await draw(1), await draw(2)];
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
  });

  test.each([
    ['MODEL_TOKEN_ID', [1, 384]],
    ['MODEL_EMPTY', []],
    ['MODEL_CONTEXT', Array(129).fill(5)],
  ])('%s', async (code, ids) => {
    await expect(generate(model, [{ ids }], { maxNew: 4 }).next()).rejects.toMatchObject({ code });
  });

  test('an abort ends the stream and frees the cache', async () => {
    const stop = new AbortController();
    const stream = generate(model, [{ ids: [1, 5, 9] }], { maxNew: 100, signal: stop.signal });
    await stream.next();
    stop.abort();
    await expect(stream.next()).rejects.toMatchObject({ code: 'STOPPED' });
  });
});

test('50 AdamW steps give the loss curve of PyTorch', async () => {
  const ref = await fixture('llama-tiny');
  const [steps, B, T] = ref.shape('adamw.ids') as [number, number, number];
  const n = await network(ref, B, T);
  const t = await trainer(n.loss, [...n.w.asked.values()], { rule: adamW({ beta1: 0.9, beta2: 0.95, eps: 1e-8 }), decay: 0.1, clip: 1 });
  const ids = await ref.ints('adamw.ids');
  const [losses, norms]: [number[], number[]] = [[], []];
  for (let i = 0; i < steps; i++) {
    const batch = int64([B, T], bigints(ids.slice(i * B * T, (i + 1) * B * T)));
    const { loss, norm } = await t.step({ ids: batch, labels: batch }, 1e-3);
    losses.push(loss);
    norms.push(norm);
  }
  expect(losses).toBeClose(await ref.floats('adamw.losses'), { abs: 1e-3 });
  expect(difference(norms, await ref.floats('adamw.norms')).rel).toBeLessThan(1e-3);
  const after = await t.weights();
  expect(after['model.norm.weight']?.data).toBeClose(await ref.floats('adamw.after.model.norm.weight'), { abs: 1e-4 });
  await t.dispose();
});
