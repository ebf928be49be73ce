import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tinyLlama, uncached } from '../../test/support/tiny.ts';
import { random } from '../base/random.ts';
import { float32, type Value } from '../graph/index.ts';
import { type Decoding, type LanguageModel, languageModel, languageModelLater } from './decoding.ts';
import { largest } from './sampler.ts';

const text = (length: number, seed: number) => {
  const chance = random(seed);
  return Array.from({ length }, () => chance.below(24));
};

/** Rows side by side, each padded on the left with rubbish that must not matter. */
async function feed(model: LanguageModel, decoding: Decoding, rows: readonly number[][]): Promise<Float32Array[]> {
  const T = Math.max(...rows.map((r) => r.length));
  const x = await model.embed(rows.map((r) => [...Array(T - r.length).fill(7), ...r]));
  return decoding.feed(x, { padding: rows.map((r) => T - r.length) });
}

const near = (got: Float32Array | undefined, want: Float32Array | undefined) => expect(got ?? []).toBeClose(want ?? [1], { abs: 2e-4 });

describe.each([
  ['full attention', {}],
  ['a window of 5', { model_type: 'mistral', sliding_window: 5, num_hidden_layers: 2 }],
  ['a window of 300, longer than the growth of the cache', { model_type: 'mistral', sliding_window: 300 }],
  ['a layer that copies', { num_hidden_layers: 2, num_key_value_heads: 2, copy_attention: true }],
])('%s', (_, json) => {
  const { config, weights } = tinyLlama(json);
  let model: LanguageModel;
  beforeAll(async () => {
    model = await languageModel(weights, config);
  });
  afterAll(() => model.dispose());

  // 250 + 12 passes the first growth of the cache (256); 720 needs two chunks of the prompt (512), and 56 more pass the third growth (768).
  test.each([
    [250, 12],
    [720, 56],
  ])('a prompt of %i and %i tokens after it score as without a cache', async (length, more) => {
    const ids = text(length + more, length);
    const want = await uncached(weights, config, ids);
    const decoding = model.start(1);
    near((await decoding.feed(await model.embed([ids.slice(0, length)])))[0], want[length - 1]);
    for (let t = length; t < length + more; t++) {
      const [scores] = await decoding.feed(await model.embed([[ids[t]!]]));
      expect(largest(scores!), `token ${t}`).toBe(largest(want[t]!));
      near(scores, want[t]);
    }
    expect(decoding.length).toBe(length + more);
    await decoding.end();
  });

  test('rows of different lengths score as alone, also where one is padding throughout the first chunk', async () => {
    const rows = [text(20, 1), text(533, 2), text(1, 3)];
    const decoding = model.start(3);
    const got = await feed(model, decoding, rows);
    const next = [3, 4, 5];
    const after = await decoding.feed(await model.embed(next.map((id) => [id])));
    for (const [b, row] of rows.entries()) {
      const want = await uncached(weights, config, [...row, next[b]!]);
      near(got[b], want.at(-2));
      near(after[b], want.at(-1));
    }
    await decoding.end();
  });

  test('pieces of any size score like one', async () => {
    const ids = text(40, 9);
    const want = await uncached(weights, config, ids);
    const decoding = model.start(1);
    let scores: Float32Array[] = [];
    for (const [from, to] of [
      [0, 1],
      [1, 17],
      [17, 39],
      [39, 40],
    ] as const) {
      scores = await decoding.feed(await model.embed([ids.slice(from, to)]));
      near(scores[0], want[to - 1]);
    }
    await decoding.end();
  });
});

describe('rewound', () => {
  test.each([
    ['full attention', {}],
    ['a window of 5', { model_type: 'mistral', sliding_window: 5, num_hidden_layers: 2 }],
  ])('%s: what follows scores as if nothing else had ever stood there', async (_, json) => {
    const { config, weights } = tinyLlama(json);
    const model = await languageModel(weights, config);
    const decoding = model.start(1);
    const ids = text(270, 5); // past the first growth of the cache
    await decoding.feed(await model.embed([ids]));
    for (const [length, seed] of [
      [200, 6],
      [200, 7],
      [3, 8],
      [0, 9],
    ] as const) {
      const head = decoding.length > length ? ids.slice(0, length) : [];
      const tail = text(20, seed);
      decoding.rewind(length);
      expect(decoding.length).toBe(length);
      const [scores] = await decoding.feed(await model.embed([tail]));
      near(scores, (await uncached(weights, config, [...head, ...tail])).at(-1));
    }
    await decoding.end();
    expect(() => decoding.rewind(0)).toThrow(/MODEL_ENDED/);
    await model.dispose();
  });

  test('padding stays with the rows, until everything is forgotten', async () => {
    const { config, weights } = tinyLlama();
    const model = await languageModel(weights, config);
    const decoding = model.start(2);
    const rows = [text(6, 1), text(3, 2)];
    await feed(model, decoding, rows);
    await decoding.feed(await model.embed([[1], [2]]));
    decoding.rewind(6);
    const got = await decoding.feed(await model.embed([[3], [4]]));
    for (const [b, row] of rows.entries()) near(got[b], (await uncached(weights, config, [...row, 3 + b])).at(-1));
    decoding.rewind(0);
    const fresh = await feed(model, decoding, [[5], [6, 7]]);
    near(fresh[0], (await uncached(weights, config, [5])).at(-1));
    near(fresh[1], (await uncached(weights, config, [6, 7])).at(-1));
    for (const wrong of [-1, 3, 0.5, Number.NaN]) expect(() => decoding.rewind(wrong), `${wrong}`).toThrow(/MODEL_INPUT/);
    await decoding.end();
    await model.dispose();
  });
});

describe('opened later', () => {
  test('compiled when it is first asked; what was never asked has nothing to free', async () => {
    const { config, weights } = tinyLlama();
    const model = languageModelLater(weights, config);
    const ids = text(5, 1);
    near((await model.start(1).feed(await model.embed([ids])))[0], (await uncached(weights, config, ids)).at(-1));
    await model.dispose();
    const never = languageModelLater(weights, config);
    await never.dispose();
    await expect(never.embed([[1]])).rejects.toMatchObject({ code: 'ENGINE_DISPOSED' });
    await expect(never.ready()).rejects.toMatchObject({ code: 'ENGINE_DISPOSED' });
  });

  test('what the engine refuses comes out of everything that is asked', async () => {
    const { config, weights } = tinyLlama();
    const model = languageModelLater(weights, config, { provider: 'abacus' as 'cpu' });
    await expect(model.ready()).rejects.toMatchObject({ code: 'PROVIDER_UNKNOWN' });
    await expect(model.embed([[1]])).rejects.toMatchObject({ code: 'PROVIDER_UNKNOWN' });
    await model.dispose();
  });
});

describe('rows', () => {
  const { config, weights } = tinyLlama();
  let model: LanguageModel;
  beforeAll(async () => {
    model = await languageModel(weights, config);
  });
  afterAll(() => model.dispose());

  test('picked with repeats live on, padding with them', async () => {
    const rows = [text(6, 1), text(9, 2), text(3, 3)];
    const decoding = model.start(3);
    await feed(model, decoding, rows);
    await decoding.pick([2, 0, 2, 2]);
    const next = [1, 2, 3, 4];
    const got = await decoding.feed(await model.embed(next.map((id) => [id])));
    for (const [i, from] of [2, 0, 2, 2].entries()) near(got[i], (await uncached(weights, config, [...rows[from]!, next[i]!])).at(-1));
    await decoding.pick([3]); // fewer
    const [last] = await decoding.feed(await model.embed([[5]]));
    near(last, (await uncached(weights, config, [...rows[2]!, 4, 5])).at(-1));
    await decoding.end();
  });

  test('may be picked before anything is fed', async () => {
    const decoding = model.start(1);
    await decoding.pick([0, 0]);
    const got = await decoding.feed(
      await model.embed([
        [1, 2],
        [3, 4],
      ]),
    );
    near(got[1], (await uncached(weights, config, [3, 4])).at(-1));
    await decoding.end();
  });

  test('two sequences at a time keep apart', async () => {
    const [p, q] = [model.start(1), model.start(1)];
    await p.feed(await model.embed([[1, 2, 3]]));
    await q.feed(await model.embed([[4, 5]]));
    near((await p.feed(await model.embed([[6]])))[0], (await uncached(weights, config, [1, 2, 3, 6])).at(-1));
    await p.end();
    near((await q.feed(await model.embed([[7]])))[0], (await uncached(weights, config, [4, 5, 7])).at(-1));
    await q.end();
  });
});

describe('refuses', () => {
  const { config, weights } = tinyLlama({ max_position_embeddings: 16 });
  let model: LanguageModel;
  beforeAll(async () => {
    model = await languageModel(weights, config);
  });
  afterAll(() => model.dispose());
  const vectors = (...shape: number[]): Value => float32(shape, new Float32Array(shape.reduce((n, d) => n * d, 1)));

  test.each<[string, (d: Decoding) => Promise<unknown>, string]>([
    ['more rows', (d) => d.feed(vectors(3, 1, 16)), 'MODEL_INPUT'],
    ['no tokens', (d) => d.feed(vectors(2, 0, 16)), 'MODEL_INPUT'],
    ['another width', (d) => d.feed(vectors(2, 1, 8)), 'MODEL_INPUT'],
    ['another rank', (d) => d.feed(vectors(2, 1, 16, 1)), 'MODEL_INPUT'],
    ['another type', (d) => d.feed({ ...vectors(2, 1, 16), dtype: 'float64', data: new Float64Array(32) }), 'MODEL_INPUT'],
    ['a padding too few', (d) => d.feed(vectors(2, 3, 16), { padding: [1] }), 'MODEL_INPUT'],
    ['padding throughout', (d) => d.feed(vectors(2, 3, 16), { padding: [0, 3] }), 'MODEL_INPUT'],
    ['padding below 0', (d) => d.feed(vectors(2, 3, 16), { padding: [0, -1] }), 'MODEL_INPUT'],
    ['a row that is not there', (d) => d.pick([0, 2]), 'MODEL_INPUT'],
    ['no rows', (d) => d.pick([]), 'MODEL_INPUT'],
    ['more than the context', (d) => d.feed(vectors(2, 17, 16)), 'MODEL_CONTEXT'],
  ])('%s, and goes on', async (_, wrong, code) => {
    const decoding = model.start(2);
    await expect(wrong(decoding)).rejects.toMatchObject({ code });
    expect(decoding.length).toBe(0);
    const got = await feed(model, decoding, [[1, 2, 3], [4]]);
    near(got[0], (await uncached(weights, config, [1, 2, 3])).at(-1));
    await decoding.end();
  });

  test('the token after the last, and padding that comes late', async () => {
    const decoding = model.start(1);
    await decoding.feed(vectors(1, 15, 16));
    await expect(decoding.feed(vectors(1, 1, 16), { padding: [0] })).rejects.toMatchObject({ code: 'MODEL_INPUT' });
    await decoding.feed(vectors(1, 1, 16));
    await expect(decoding.feed(vectors(1, 1, 16))).rejects.toMatchObject({ code: 'MODEL_CONTEXT' });
    expect(decoding.length).toBe(16);
    await decoding.end();
  });

  test('anything after the end', async () => {
    const decoding = model.start(1);
    await decoding.feed(vectors(1, 2, 16));
    await decoding.end();
    await decoding.end();
    await expect(decoding.feed(vectors(1, 1, 16))).rejects.toMatchObject({ code: 'MODEL_ENDED' });
    await expect(decoding.pick([0])).rejects.toMatchObject({ code: 'MODEL_ENDED' });
  });

  test.each([[[]], [[[1], []]], [[[1, 2], [3]]]])('ids %j', async (ids) => {
    await expect(model.embed(ids)).rejects.toMatchObject({ code: 'MODEL_INPUT' });
  });
  test.each([24, -1, 1.5, Number.NaN])('id %d', async (id) => {
    await expect(model.embed([[id]])).rejects.toMatchObject({ code: 'MODEL_TOKEN_ID' });
  });
});

test('an abort stops the feeding, the engine lives on, and a model that is disposed of says so', async () => {
  const { config, weights } = tinyLlama();
  const model = await languageModel(weights, config);
  const stop = new AbortController();
  const decoding = model.start(1);
  const fed = decoding.feed(await model.embed([text(1000, 4)]), { signal: stop.signal });
  stop.abort();
  await expect(fed).rejects.toMatchObject({ code: 'STOPPED' });
  await decoding.end();
  const other = model.start(1);
  near((await other.feed(await model.embed([[1, 2]])))[0], (await uncached(weights, config, [1, 2])).at(-1));
  const x = await model.embed([[3]]);
  await model.dispose();
  await expect(other.feed(x)).rejects.toMatchObject({ code: 'ENGINE_DISPOSED' });
  await other.end();
});
