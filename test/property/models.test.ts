/** Laws that hold for any input: sampling, rotary positions, decoding, names. */
import { fc, test } from '@fast-check/vitest';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { bertPositions, CLIP_RENAMES, type LanguageModel, LLAMA_RENAMES, languageModel, sampler } from '../../src/models/index.ts';
import { openRope, ropeConfig } from '../../src/models/rope.ts';
import { tinyLlama, uncached } from '../support/tiny.ts';

const score = fc.oneof(
  { weight: 5, arbitrary: fc.float({ min: -50, max: 50, noNaN: true }) },
  { weight: 1, arbitrary: fc.constant(-Infinity) },
);
const scoresOf = fc.array(score, { minLength: 1, maxLength: 40 }).filter((s) => s.some(Number.isFinite));
const settings = fc.record({
  temperature: fc.double({ min: 0, max: 5, noNaN: true }),
  topP: fc.double({ min: 1e-6, max: 1, noNaN: true }),
  topK: fc.integer({ min: 0, max: 50 }),
  seed: fc.integer(),
});

describe('sampling', () => {
  test.prop([scoresOf, settings])('takes an allowed token, among the top k, the same for the same seed', (scores, o) => {
    const choose = () => sampler(o)(Float32Array.from(scores), []);
    const id = choose();
    expect(choose()).toBe(id);
    const mine = scores[id] as number;
    expect(mine).toBeGreaterThan(Number.NEGATIVE_INFINITY);
    const better = scores.filter((s) => s > mine).length;
    if (o.temperature === 0 || o.topK === 1) expect(better).toBe(0);
    if (o.topK > 0) expect(better).toBeLessThan(o.topK);
  });

  test.prop([scoresOf, settings])('never goes beyond the token that crosses top-p', (scores, o) => {
    if (o.temperature < 0.05) return;
    const id = sampler({ ...o, topK: 0 })(Float32Array.from(scores), []);
    const rounded = Array.from(Float32Array.from(scores));
    const top = Math.max(...rounded);
    const weights = rounded.map((s) => Math.exp((s - top) / o.temperature));
    const total = weights.reduce((a, b) => a + b, 0);
    const before = weights.filter((w) => w > (weights[id] as number)).reduce((a, b) => a + b, 0);
    expect(before / total).toBeLessThan(o.topP + 1e-9);
  });

  test.prop([scoresOf, fc.array(fc.nat(60)), fc.double({ min: 1, max: 10, noNaN: true })])(
    'with a penalty never lifts a token that was seen',
    (scores, before, repetitionPenalty) => {
      const plain = sampler()(Float32Array.from(scores), []);
      const id = sampler({ repetitionPenalty })(Float32Array.from(scores), before);
      if (id !== plain) expect(before).toContain(plain);
    },
  );
});

describe('rotary positions', () => {
  const head = fc.array(fc.float({ min: -2, max: 2, noNaN: true }), { minLength: 8, maxLength: 8 });
  const place = fc.nat(300);
  test.prop([head, head, place, place, place])('make a product depend on the distance only', (q, k, m, n, shift) => {
    const rope = openRope(ropeConfig({}, 8));
    const turn = (x: readonly number[], at: number) => {
      const { cos, sin } = rope.tables([at], 1000);
      return x.map((v, i) => v * (cos[i] as number) + (i < 4 ? -(x[i + 4] as number) : (x[i - 4] as number)) * (sin[i] as number));
    };
    const product = (a: number[], b: number[]) => a.reduce((s, v, i) => s + v * (b[i] as number), 0);
    expect(product(turn(q, m + shift), turn(k, n + shift))).toBeCloseTo(product(turn(q, m), turn(k, n)), 2);
    expect(product(turn(q, m), turn(q, m))).toBeCloseTo(product([...q], [...q]), 3); // a rotation keeps lengths
  });
});

describe('decoding', () => {
  const { config, weights } = tinyLlama({ model_type: 'mistral', sliding_window: 7, num_hidden_layers: 2 });
  let model: LanguageModel;
  beforeAll(async () => {
    model = await languageModel(weights, config);
  });
  afterAll(() => model.dispose());
  const id = fc.nat(23);

  // Rows of any lengths, cut into any pieces, with rows dropped and doubled on the way.
  const row = fc.array(id, { minLength: 1, maxLength: 24 });
  test.prop(
    [
      fc.array(row, { minLength: 1, maxLength: 3 }),
      fc.array(fc.nat(20), { maxLength: 6 }),
      fc.array(fc.nat(2), { minLength: 1, maxLength: 4 }),
    ],
    { numRuns: 25 },
  )('does not depend on padding, on pieces, or on the company of a row', async (rows, cuts, order) => {
    const T = Math.max(...rows.map((r) => r.length));
    const padded = rows.map((r) => [...Array(T - r.length).fill(0), ...r]);
    const picked = order.map((r) => r % rows.length);
    const steps = [...new Set([...cuts.map((c) => c % T), 0, T])].toSorted((a, b) => a - b);
    const decoding = model.start(rows.length);
    const padding = rows.map((r) => T - r.length);
    // padding must lie within the first piece
    const pieces = steps.filter((s) => s === 0 || s > Math.max(...padding));
    for (const [i, to] of pieces.slice(1).entries()) {
      const x = await model.embed(padded.map((r) => r.slice(pieces[i], to)));
      await decoding.feed(x, i === 0 ? { padding } : {});
    }
    await decoding.pick(picked);
    const scores = await decoding.feed(await model.embed(picked.map(() => [5])));
    for (const [i, from] of picked.entries()) {
      const want = (await uncached(weights, config, [...(rows[from] as number[]), 5])).at(-1) as Float32Array;
      expect(scores[i]).toBeClose(want, { abs: 5e-4 });
    }
    await decoding.end();
  });

  test.prop([fc.array(id, { minLength: 2, maxLength: 16 }), fc.nat(15), id], { numRuns: 15 })(
    'looks only back, and no further than the windows of its layers',
    async (ids, at, other) => {
      const t = at % ids.length;
      const [before, after] = [await uncached(weights, config, ids), await uncached(weights, config, ids.with(t, other))];
      for (const [i, scores] of before.entries()) if (i < t || i > t + 2 * 6) expect(after[i]).toEqual(scores);
    },
  );
});

describe('names', () => {
  const renamed = (name: string, table: readonly (readonly [RegExp, string])[]) =>
    table.reduce((n, [from, to]) => n.replace(from, to), name);
  const word = fc.constantFrom(
    'model',
    'language_model',
    'vision_tower',
    'vision_model',
    'encoder',
    'layers',
    '0',
    'embeddings',
    'text_model',
    'lm_head',
    'weight',
  );
  test.prop([fc.array(word, { minLength: 1, maxLength: 6 })])('that were translated stay as they are', (words) => {
    const name = words.join('.');
    const once = renamed(name, CLIP_RENAMES);
    expect(renamed(once, CLIP_RENAMES)).toBe(once);
    if (name.startsWith('model.layers.') || name.startsWith('lm_head.')) expect(renamed(name, LLAMA_RENAMES)).toBe(name);
  });
});

test.prop([fc.array(fc.constantFrom(0, 1), { maxLength: 30 }), fc.nat(5)])(
  'RoBERTa counts tokens from pad + 1 and leaves padding at pad',
  (mask, pad) => {
    const c = { vocabulary: 1, width: 1, layers: 1, heads: 1, mlp: 1, positions: 64, types: 1, eps: 1, activation: 'gelu', pad } as const;
    const positions = bertPositions({ ...c, kind: 'roberta' }, mask);
    expect(positions.filter((_, i) => mask[i])).toEqual(mask.filter((m) => m).map((_, i) => pad + 1 + i));
    expect(positions.filter((_, i) => !mask[i]).every((p) => p === pad)).toBe(true);
    expect(bertPositions({ ...c, kind: 'bert' }, mask)).toEqual([...mask.keys()]);
  },
);
