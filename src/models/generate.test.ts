import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tinyLlama, uncached } from '../../test/support/tiny.ts';
import { float32, type Value } from '../graph/index.ts';
import { beamSearch, beamTokens } from './beam.ts';
import { type LanguageModel, languageModel } from './decoding.ts';
import { embedPrompts, type GenerateOptions, generate, type Prompt } from './generate.ts';
import { largest, logProbabilities } from './sampler.ts';

const { config, weights } = tinyLlama({ max_position_embeddings: 20 });
let model: LanguageModel;
beforeAll(async () => {
  model = await languageModel(weights, config);
});
afterAll(() => model.dispose());

/** Ids by row. */
async function made(prompts: readonly Prompt[], o: GenerateOptions = {}): Promise<number[][]> {
  const rows = prompts.map((): number[] => []);
  for await (const { row, id } of generate(model, prompts, o)) rows[row]?.push(id);
  return rows;
}

/** Greedy text by whole passes. */
async function greedy(ids: readonly number[], count: number): Promise<number[]> {
  const all = [...ids];
  for (let n = 0; n < count; n++) all.push(largest((await uncached(weights, config, all)).at(-1) as Float32Array));
  return all.slice(ids.length);
}

describe('how much is made', () => {
  test('as much as asked, or as the context leaves', async () => {
    expect((await made([{ ids: [1, 2] }], { maxNew: 3 }))[0]).toHaveLength(3);
    expect((await made([{ ids: [1, 2] }]))[0]).toHaveLength(18);
    expect(await made([{ ids: Array(20).fill(3) }])).toEqual([[]]);
    expect(await made([{ ids: [1] }], { maxNew: 0 })).toEqual([[]]);
  });
  test('until a stop id, which is not given out; rows end one by one', async () => {
    const prompts = [{ ids: [1, 2] }, { ids: [3] }, { ids: [5, 6, 7, 8] }];
    const free = await made(prompts, { maxNew: 10 });
    expect(free).toEqual(await Promise.all(prompts.map((p) => greedy(p.ids, 10))));
    const stop = [free[0]?.[3] as number];
    const cut = (row: number[]) => (row.includes(stop[0] as number) ? row.slice(0, row.indexOf(stop[0] as number)) : row);
    expect(await made(prompts, { maxNew: 10, stop })).toEqual(free.map(cut));
  });
});

describe('chance', () => {
  test('a row draws the same whatever stands beside it, from seed + row', async () => {
    const o = { maxNew: 8, temperature: 1.5, seed: 3 };
    const [alone] = await made([{ ids: [1, 2] }], o);
    const [first, second] = await made([{ ids: [1, 2] }, { ids: [9, 8, 7, 6, 5] }], o);
    expect(first).toEqual(alone);
    expect(second).toEqual((await made([{ ids: [9, 8, 7, 6, 5] }], { ...o, seed: 4 }))[0]);
  });
  test('a penalty counts the prompt and what was made', async () => {
    const [plain] = await made([{ ids: [1, 2] }], { maxNew: 12 });
    const [varied] = await made([{ ids: [1, 2] }], { maxNew: 12, repetitionPenalty: 1e6 });
    expect(new Set(plain).size).toBeLessThan(12);
    expect(new Set([1, 2, ...(varied ?? [])]).size).toBe(14); // nothing twice
  });
});

describe('prompts', () => {
  const vectors = (...shape: number[]): Value => float32(shape, new Float32Array(shape.reduce((n, d) => n * d, 1)));
  test('of ids and of vectors may stand side by side', async () => {
    const want = [...(await made([{ ids: [1, 2, 3] }], { maxNew: 4 })), ...(await made([{ ids: [4] }], { maxNew: 4 }))];
    expect(await made([{ vectors: await model.embed([[1, 2, 3]]) }, { ids: [4] }], { maxNew: 4 })).toEqual(want);
  });
  test('are padded on the left', async () => {
    const { x, padding, ids } = await embedPrompts(model, [{ ids: [1] }, { vectors: vectors(1, 3, 16) }]);
    expect([x.shape, padding, ids]).toEqual([
      [2, 3, 16],
      [2, 0],
      [[1], []],
    ]);
    expect(x.data.slice(0, 32).every((v) => v === 0)).toBe(true);
  });
  test.each<[string, string, readonly Prompt[]]>([
    ['none', 'MODEL_EMPTY', []],
    ['empty ids', 'MODEL_EMPTY', [{ ids: [1] }, { ids: [] }]],
    ['empty vectors', 'MODEL_EMPTY', [{ vectors: vectors(1, 0, 16) }]],
    ['two rows of vectors', 'MODEL_INPUT', [{ vectors: vectors(2, 3, 16) }]],
    ['vectors of another width', 'MODEL_INPUT', [{ vectors: vectors(1, 3, 8) }]],
    ['vectors without a batch', 'MODEL_INPUT', [{ vectors: vectors(3, 16) }]],
    ['too long', 'MODEL_CONTEXT', [{ ids: Array(21).fill(1) }]],
    ['an id too large', 'MODEL_TOKEN_ID', [{ ids: [24] }]],
  ])('%s are refused', async (_, code, prompts) => {
    await expect(made(prompts)).rejects.toMatchObject({ code });
  });
});

describe('beams', () => {
  test('two over two tokens find the best of all continuations that begin with one of the two best', async () => {
    const prompt = [1, 2, 3];
    const first = logProbabilities((await uncached(weights, config, prompt)).at(-1) as Float32Array);
    const starts = [...first.keys()].sort((p, q) => (first[q] as number) - (first[p] as number)).slice(0, 2);
    const pairs: { ids: number[]; sum: number }[] = [];
    for (const id of starts) {
      const next = logProbabilities((await uncached(weights, config, [...prompt, id])).at(-1) as Float32Array);
      for (const [second, p] of next.entries()) pairs.push({ ids: [id, second], sum: (first[id] as number) + p });
    }
    pairs.sort((p, q) => q.sum - p.sum);
    const found = await beamSearch(model, { ids: prompt }, { beams: 2, maxNew: 2 });
    expect(found.map((t) => t.ids)).toEqual(pairs.slice(0, 2).map((p) => p.ids));
    expect(found.map((t) => t.score)).toBeClose(
      pairs.slice(0, 2).map((p) => p.sum / 2),
      { abs: 1e-4 },
    );
  });
  test('one is greedy', async () => {
    const [best] = await beamSearch(model, { ids: [4, 5] }, { beams: 1, maxNew: 6 });
    expect(best?.ids).toEqual(await greedy([4, 5], 6));
  });
  test.each([2, 3, 5])('%d: an id is told when all texts that can still win have it, most of them before the end', async (beams) => {
    const early: number[] = [];
    for (const prompt of [[1], [2, 3], [9, 4, 7], [5, 5, 8]]) {
      let asked = 0;
      const counted: LanguageModel = {
        ...model,
        embed(ids, signal) {
          asked++;
          return model.embed(ids, signal);
        },
      };
      const [best] = await beamSearch(counted, { ids: prompt }, { beams, maxNew: 12, stop: [2] });
      const all = asked;
      asked = 0;
      const told: number[] = [];
      for await (const id of beamTokens(counted, { ids: prompt }, { beams, maxNew: 12, stop: [2] })) {
        told.push(id);
        early.push(asked < all ? 1 : 0);
      }
      expect(told).toEqual(best?.ids.filter((id) => id !== 2));
    }
    expect(early.filter((e) => e === 1).length, `of ${early.length}`).toBeGreaterThan(early.length / 3);
  });
  test('a full context leaves nothing to search', async () => {
    expect(await beamSearch(model, { ids: Array(20).fill(1) }, { beams: 2 })).toEqual([]);
  });
  test.each([0, -1, 1.5, Number.NaN])('%d are refused', async (beams) => {
    await expect(beamSearch(model, { ids: [1] }, { beams })).rejects.toMatchObject({ code: 'MODEL_SAMPLING' });
  });
  test('an abort stops the search', async () => {
    const stop = new AbortController();
    const search = beamSearch(model, { ids: [1] }, { beams: 3, signal: stop.signal });
    stop.abort();
    await expect(search).rejects.toMatchObject({ code: 'STOPPED' });
  });
});

test('a network that gives NaN says so instead of writing token 0', async () => {
  const sick = tinyLlama();
  const model = await languageModel(
    {
      ...sick.weights,
      get: (name, shape) =>
        (sick.weights.get(name, shape).node.source as { data: Float32Array }).data.fill(Number.NaN) && sick.weights.get(name, shape),
    },
    sick.config,
  );
  await expect(generate(model, [{ ids: [1] }]).next()).rejects.toMatchObject({ code: 'MODEL_NAN' });
  await expect(beamSearch(model, { ids: [1] }, { beams: 2 })).rejects.toMatchObject({ code: 'MODEL_NAN' });
  await model.dispose();
});

test.each([
  ['leaving the stream early', async (m: LanguageModel) => void (await generate(m, [{ ids: [1, 2] }]).return())],
  [
    'breaking out of it',
    async (m: LanguageModel) => {
      for await (const _ of generate(m, [{ ids: [1, 2] }])) break;
    },
  ],
  [
    'an error of the sampler',
    (m: LanguageModel) =>
      generate(m, [{ ids: [1] }], { signal: AbortSignal.abort() })
        .next()
        .catch(() => {}),
  ],
  ['a finished search', (m: LanguageModel) => beamSearch(m, { ids: [1] }, { beams: 2, maxNew: 2 })],
])('%s frees the cache', async (_, use) => {
  let open = 0;
  await use({
    ...model,
    start(rows) {
      const decoding = model.start(rows);
      open++;
      return {
        get length() {
          return decoding.length;
        },
        feed: (x, o) => decoding.feed(x, o),
        pick: (rows) => decoding.pick(rows),
        rewind: (length) => decoding.rewind(length),
        end: () => decoding.end().then(() => void open--),
      };
    },
  });
  expect(open).toBe(0);
});
