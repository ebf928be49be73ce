import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seenFaces, seenTrack } from '../../test/support/expressions.ts';
import { roomyLlava } from '../../test/support/llava.ts';
import { tinyLlama, uncached } from '../../test/support/tiny.ts';
import { float32 } from '../graph/index.ts';
import { LLAMA_RENAMES, languageModel, readConfig } from '../models/index.ts';
import { openCheckpoint, readFloat32, weightsIn, writeSafetensors } from '../weights/index.ts';
import { attribution, gradientOf, openGradient } from './attribution.ts';
import { facePlaces, rowsOf, turnPlaces, without, withoutModality } from './evidence-places.ts';
import { type Fame, languageConfig, openFame } from './fame.ts';
import { likelihoods, masking } from './masking.ts';
import { embedStretches, lengthOf, spelled } from './parts.ts';
import { explainPrompt, MODALITIES, type Modality, type Question } from './prompt.ts';

let folder: string;
let fame: Fame;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-evidence-'));
  await roomyLlava(folder, 1024);
  fame = await openFame(folder);
});
afterAll(async () => {
  await fame.dispose();
  await rm(folder, { recursive: true });
});

const QUESTION: Question = {
  turns: [
    { speaker: 'Pell', text: 'I lost the key of the red car, and nobody has seen it.', start: 0, end: 2 },
    { speaker: 'Mira', text: 'ZZZ!', start: 2, end: 4 },
    { speaker: 'Pell', text: '', start: 4, end: 6 },
  ],
  target: 2,
  emotion: 'sadness',
  faces: seenFaces([seenTrack(1, [[0, 6, 'sadness']]), seenTrack(2, [[2, 6, 'joy']])], 6),
};
const asked = (modalities: readonly Modality[], limit = 1000) =>
  explainPrompt(QUESTION, {
    tokenizer: fame.tokenizer,
    template: 'vicuna',
    modalities,
    videoTokens: modalities.includes('V') ? 13 : 0,
    limit,
  });
const IDS = [40, 41, 42, 41];
/** 4 temporal and 9 spatial rows; any numbers. */
const Q = () =>
  float32(
    [1, 13, 32],
    Float32Array.from({ length: 13 * 32 }, (_, i) => Math.sin(i)),
  );

/** Mean log-probability of the answer, from the scores of a network without a cache. */
function byHand(scores: readonly Float32Array[], ids: readonly number[], from: number): number {
  const each = ids.map((id, i) => {
    const logits = Array.from(scores[from + i]!);
    return logits[id]! - Math.log(logits.reduce((sum, v) => sum + Math.exp(v), 0));
  });
  return each.reduce((a, b) => a + b, 0) / ids.length;
}

describe('places', () => {
  test.each([[['T']], [['V', 'T', 'E']], [['T', 'E']]] as const)('%s: every turn and face has its letters and its rows', (on) => {
    const { parts, stretches, receipt } = asked(on);
    const lettersOf = ({ part, from, to }: { part: number; from: number; to: number }) =>
      (parts[part] as { text: string }).text.slice(from, to);
    const turns = turnPlaces(QUESTION, { parts, stretches, receipt });
    expect(turns.map(({ line }) => lettersOf(line))).toEqual([
      '1. Pell: I lost the key of the red car, and nobody has seen it.',
      '2. Mira: ZZZ!',
      '3. Pell: ',
    ]);
    expect(turns.map(({ said }) => lettersOf(said))).toEqual(['I lost the key of the red car, and nobody has seen it.', 'ZZZ!', '']);
    const faces = facePlaces({ parts, stretches, receipt });
    expect(faces.map(({ line }) => lettersOf(line))).toEqual(
      on.some((m) => m === 'E') ? ['Face 1: sadness 0.0 to 5.8 s.', 'Face 2: joy 2.0 to 5.8 s.'] : [],
    );
    const ids = stretches.flatMap((s) => (s.kind === 'ids' ? [...s.ids] : Array<number>(s.count).fill(0)));
    for (const { line } of [...turns, ...faces]) {
      const { from, to } = rowsOf(parts, stretches, line, fame.tokenizer);
      expect(fame.tokenizer.decode(ids.slice(from, to)).trim()).toBe(lettersOf(line).trim());
    }
  });

  test('without a modality: the prompt that never had it', () => {
    for (const off of ['V', 'E'] as const)
      expect(withoutModality(asked(MODALITIES), off)).toEqual(asked(MODALITIES.filter((m) => m !== off)).parts);
  });

  test('a turn that was dropped for length does not come back without the video', () => {
    const tight = asked(MODALITIES, lengthOf(asked(MODALITIES).stretches) - 3);
    expect(tight.receipt.droppedTurns).toBe(1);
    expect(turnPlaces(QUESTION, tight).map(({ turn }) => turn)).toEqual([2, 3]);
    expect(spelled(withoutModality(tight, 'V'))).not.toContain('I lost');
  });

  test('a quoted line is not taken for the turn that it quotes', () => {
    const q = {
      ...QUESTION,
      turns: [
        { speaker: 'A', text: 'x' },
        { speaker: 'B', text: '1. A: x' },
      ],
      target: 1,
    };
    const p = explainPrompt(q, { tokenizer: fame.tokenizer, template: 'vicuna', modalities: ['T'], videoTokens: 0, limit: 900 });
    const [first] = turnPlaces(q, p);
    expect(spelled(without(p.parts, first!.said))).toContain('\n1. A: \n2. B: 1. A: x\n');
  });
});

describe('masking', () => {
  test('a likelihood is the mean of log p, worked out from scores by hand; neighbours in a batch do not touch it', async () => {
    const { config, weights } = tinyLlama();
    const model = await languageModel(weights, config);
    const prompts = [[1, 5, 9, 3], [7], [2, 4, 6, 8, 10, 12], [3, 3], [11, 1, 2]];
    const embedded = [];
    for (const ids of prompts) embedded.push(await model.embed([ids]));
    const answer = [6, 2, 9];
    const found = await likelihoods(model, embedded, answer);
    for (const [i, ids] of prompts.entries()) {
      const scores = await uncached(weights, config, [...ids, ...answer]);
      expect(found[i]).toBeCloseTo(byHand(scores, answer, ids.length - 1), 5);
    }
    await model.dispose();
  });

  test('what is masked without saying anything loses nothing; what is lost is a difference of likelihoods', async () => {
    const prompt = asked(MODALITIES);
    const { logLikelihood, turns, modalities } = await masking(fame, { question: QUESTION, prompt, Q: Q(), ids: IDS });
    expect(turns.map(({ turn }) => turn)).toEqual([1, 2, 3]);
    expect(turns[2]!.lost).toBeCloseTo(0, 6); // the third turn has no words
    expect(Math.abs(turns[0]!.lost)).toBeGreaterThan(1e-5);
    expect(Object.keys(modalities).sort()).toEqual(['E', 'T', 'V']);
    const one = async (on: readonly Modality[]) => {
      const { stretches } = asked(on);
      const x = await embedStretches(stretches, { video: Q() }, fame.language);
      return (await likelihoods(fame.language, [x], IDS))[0]!;
    };
    expect(logLikelihood).toBeCloseTo(await one(MODALITIES), 5);
    expect(modalities.T).toBeCloseTo(logLikelihood - (await one(['V', 'E'])), 5);
    expect(modalities.V).toBeCloseTo(logLikelihood - (await one(['T', 'E'])), 5);
  });

  test('the only modality is not masked', async () => {
    expect((await masking(fame, { question: QUESTION, prompt: asked(['T']), ids: IDS })).modalities).toEqual({});
  });

  test('FAME_NO_ANSWER', async () => {
    const answered = { question: QUESTION, prompt: asked(['T']), ids: [] };
    await expect(masking(fame, answered)).rejects.toMatchObject({ code: 'FAME_NO_ANSWER' });
    const gradient = await openGradient(fame);
    await expect(attribution(fame, gradient, answered, 0)).rejects.toMatchObject({ code: 'FAME_NO_ANSWER' });
    await gradient.dispose();
  });
});

describe('attribution', () => {
  test('shares of everything add up to 1; the loss is the likelihood of masking', async () => {
    const gradient = await openGradient(fame);
    const prompt = asked(MODALITIES);
    const answered = { question: QUESTION, prompt, Q: Q(), ids: IDS };
    const { turns, frames, spatial, faces, rest } = await attribution(fame, gradient, answered, 4);
    expect([turns.length, frames.length, faces.length]).toEqual([3, 4, 2]);
    const all = [...turns.map((t) => t.share), ...frames, spatial, ...faces.map((f) => f.share), rest];
    for (const share of all) expect(share).toBeGreaterThan(0);
    expect(all.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
    const x = await embedStretches(prompt.stretches, { video: Q() }, fame.language);
    const [likelihood] = await likelihoods(fame.language, [x], IDS);
    expect((await gradient.run(fame, x, IDS)).loss).toBeCloseTo(-likelihood!, 4);
    await gradient.dispose();
  });

  test('a row counts with what a small change of its length changes', async () => {
    const gradient = await openGradient(fame);
    const x = await embedStretches(asked(['T']).stretches, {}, fame.language);
    const { rows } = await gradient.run(fame, x, IDS);
    const row = rows.indexOf(Math.max(...rows));
    const lossAt = async (scale: number) => {
      const data = (x.data as Float32Array).map((v, i) => (Math.floor(i / 32) === row ? v * scale : v));
      return (await gradient.run(fame, float32([...x.shape], data), IDS)).loss;
    };
    const slope = ((await lossAt(1.01)) - (await lossAt(0.99))) / 0.02;
    expect(Math.abs(Math.abs(slope) / rows[row]! - 1)).toBeLessThan(0.02);
    await gradient.dispose();
  });

  test('planted: where only words of turn 2 say anything to the network, turn 2 has it all, and masking it costs most', async () => {
    const { entries } = await openCheckpoint(folder);
    const named = (stored: string) => LLAMA_RENAMES.reduce<string>((name, [from, to]) => name.replace(from, to), stored);
    const read = [...entries].map(async ([name, e]) => [named(name), { shape: e.shape, data: await readFloat32(e) }] as const);
    const values = new Map(await Promise.all(read));
    const { json } = await readConfig(folder);
    const c = languageConfig(json);
    const prompt = asked(['T']);
    const ids = prompt.stretches.flatMap((s) => (s.kind === 'ids' ? [...s.ids] : []));
    const { from, to } = rowsOf(prompt.parts, prompt.stretches, turnPlaces(QUESTION, prompt)[1]!.said, fame.tokenizer);
    const elsewhere = new Set([...ids.slice(0, from), ...ids.slice(to)]);
    const telling = new Set(ids.slice(from, to).filter((id) => !elsewhere.has(id)));
    expect(telling.size).toBeGreaterThan(0);
    const table = values.get('model.embed_tokens.weight')!;
    const data = table.data.map((v, i) => (telling.has(Math.floor(i / c.width)) ? v * 20 : 0));
    const weights = weightsIn(new Map([...values, ['model.embed_tokens.weight', { ...table, data }]]), 'planted');
    const language = await languageModel(weights, c);
    const planted: Fame = { ...fame, language };
    const gradient = await gradientOf(weights, c);
    const answered = { question: QUESTION, prompt, ids: IDS };
    const shares = await attribution(planted, gradient, answered, 0);
    expect(shares.turns.map(({ share }) => share)).toEqual([0, 1, 0]);
    expect(shares.rest).toBe(0);
    const { turns } = await masking(planted, answered);
    expect(Math.abs(turns[1]!.lost)).toBeGreaterThan(10 * Math.abs(turns[0]!.lost));
    await gradient.dispose();
    await language.dispose();
  });

  test('FAME_PACKED: packed weights have no gradient', async () => {
    const q8 = join(folder, 'q8');
    await mkdir(q8);
    await cp(join(folder, 'config.json'), join(q8, 'config.json'));
    const F32 = { dtype: 'F32' as const, shape: [1], data: new Uint8Array(4) };
    await writeSafetensors(join(q8, 'model.safetensors'), [{ name: 'model.layers.0.mlp.up_proj.weight.q8', ...F32 }]);
    await expect(openGradient({ checkpoint: await openCheckpoint(q8), language: fame.language })).rejects.toMatchObject({
      code: 'FAME_PACKED',
    });
  });
});
