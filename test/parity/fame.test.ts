/** FAME-Net's fused forward pass against PyTorch, stage by stage; the public layouts of its checkpoints; the gradient that training follows. */
import { copyFile, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  answerFeeds,
  answerLoss,
  embedStretches,
  type Fame,
  languageConfig,
  layOut,
  learnt,
  learntControl,
  openFame,
  openVision,
  type Part,
  type Projector,
  projectorOf as projectorFrom,
  projectorHash,
  readProjector,
  saveProjector,
  trained,
  vectors,
  videoTokens,
  words,
} from '../../src/fame/index.ts';
import { pools } from '../../src/fame/net.ts';
import { adamW, compile, float32, gradients, input, trainer, type Value } from '../../src/graph/index.ts';
import type { PictureSettings } from '../../src/media/clip.ts';
import type { Picture } from '../../src/media/index.ts';
import { CLIP_RENAMES, clipConfig, clipPatches, generate, LLAMA_RENAMES, readConfig } from '../../src/models/index.ts';
import { openTokenizer } from '../../src/text/index.ts';
import { dequantizeBlocks } from '../../src/weights/blocks.ts';
import {
  convertPth,
  openCheckpoint,
  openWeights,
  quantizeDirectory,
  readBytes,
  readFloat32,
  type TensorData,
  writeSafetensors,
} from '../../src/weights/index.ts';
import { type Fixture, fixture, rowsOf } from '../support/fixture.ts';
import { difference } from '../support/setup.ts';

let ref: Fixture;
let folder: string;
let linear: Projector;
let mlp: Projector;
beforeAll(async () => {
  ref = await fixture('llava-tiny');
  folder = await mkdtemp(join(tmpdir(), 'famenet-fame-'));
  await convertPth(join(ref.directory, 'video-chatgpt.bin'), join(folder, 'video-chatgpt.safetensors'));
  linear = await readProjector(join(folder, 'video-chatgpt.safetensors'));
  mlp = await readProjector(ref.directory);
});
afterAll(() => rm(folder, { recursive: true }));

const tower = async () => ({ ...clipConfig((await readConfig(ref.directory)).json), take: -2 });
const clipWeights = () => openWeights(ref.directory, { rename: CLIP_RENAMES });

/** Settings under which bytes are exactly the fixture's pixels, which come in steps of 1/32. */
const SETTINGS: PictureSettings = { filter: 'bicubic', scale: 1 / 32, mean: [4, 4, 4], std: [1, 1, 1] };

async function pictures(): Promise<Picture[]> {
  const [T, C, H, W] = ref.shape('pixels') as [number, number, number, number];
  const pixels = await ref.floats('pixels');
  return Array.from({ length: T }, (_, t) => ({
    width: W,
    height: H,
    data: Uint8Array.from({ length: H * W * C }, (_, i) => {
      const [at, c] = [Math.floor(i / C), i % C];
      return pixels[(t * C + c) * H * W + at]! * 32 + 128;
    }),
  }));
}

/** The fixture's prompt as parts. */
function parts(rows: number, answer = false): Part[] {
  const { before, after, answer: said } = ref.json.texts;
  const asked = [words(before), vectors('video', rows), words(after)];
  return answer ? [...asked, learnt(said), learntControl('</s>')] : asked;
}

const CASES = [
  { name: 'mlp', form: 'mlp2x_gelu', pad: 0 },
  { name: 'linear', form: 'linear', pad: 0 },
  { name: 'padded', form: 'linear', pad: 5 },
] as const;
const projectorOf = ({ form }: (typeof CASES)[number]) => (form === 'linear' ? linear : mlp);

test('both forms of g are read from the layouts that publish them', () => {
  expect([mlp.form, mlp.D, mlp.K, linear.form, linear.D, linear.K]).toEqual(['mlp2x_gelu', 16, 32, 'linear', 16, 32]);
});

test('equations (1) to (4) equal PyTorch within 2e-5', async () => {
  const [w, c] = [await clipWeights(), await tower()];
  const V = input('V', 'float32', ['T', 3, c.image, c.image]);
  const stages = {
    patches: clipPatches(w, c, V, c.take),
    ...pools(w, c, V),
    Qv: videoTokens(w, c, mlp, V),
    linear: videoTokens(w, c, linear, V),
  };
  const session = await compile(stages);
  const out = await session.run({ V: float32(ref.shape('pixels'), await ref.floats('pixels')) });
  for (const stage of ['patches', 'Rt', 'Rs', 'Qv'] as const)
    expect(out[stage]?.data, stage).toBeClose(await ref.floats(`mlp.${stage}`), { abs: 2e-5 });
  expect(out.linear?.data).toBeClose(await ref.floats('linear.Qv'), { abs: 2e-5 });
  expect(out.Qv?.shape).toEqual([3 + 9, 32]);
  await session.dispose();
});

test('words, slot and answer have the ids that transformers gives them around an <image>', async () => {
  const tokenizer = await openTokenizer(ref.directory);
  const { before, after, answer } = ref.json.words;
  expect(layOut(parts(12, true), tokenizer)).toEqual([
    { kind: 'ids', ids: before, learnt: false },
    { kind: 'vectors', name: 'video', count: 12 },
    { kind: 'ids', ids: after, learnt: false },
    { kind: 'ids', ids: answer, learnt: true },
  ]);
});

describe.each(CASES)('$name', (c) => {
  let fame: Fame;
  let R: Value;
  let prompt: Value;
  beforeAll(async () => {
    fame = await openFame(ref.directory, { projector: projectorOf(c) });
    const vision = await openVision(await clipWeights(), await tower(), projectorOf(c), SETTINGS, { padFrames: c.pad });
    R = await vision.look(await pictures());
    const Q = await vision.project(R);
    expect(Q.data, 'Q_v, a few pictures at a time').toBeClose(await ref.floats(`${c.name}.Qv`), { abs: 2e-5 });
    prompt = await embedStretches(layOut(parts(Q.shape[1] as number), fame.tokenizer), { video: Q }, fame.language);
    await vision.dispose();
  });
  afterAll(() => fame.dispose());

  test('logits at the answer are within 2e-5, through the cache that generation uses', async () => {
    const shape = ref.shape(`${c.name}.logits`) as [number, number];
    const want = rowsOf([...(await ref.floats(`${c.name}.logits`))], shape[1]);
    const decoding = fame.language.start(1);
    const got = [(await decoding.feed(prompt))[0]!.slice()];
    for (const id of ref.json.words.answer as number[]) got.push((await decoding.feed(await fame.language.embed([[id]])))[0]!.slice());
    await decoding.end();
    for (const [i, row] of want.toReversed().entries()) expect(got.at(-1 - i), `${i} from the end`).toBeClose(row, { abs: 2e-5 });
  });

  test("greedy text is PyTorch's, token by token", async () => {
    const want = await ref.ints(`${c.name}.greedy.ids`);
    const made: number[] = [];
    for await (const { id } of generate(fame.language, [{ vectors: prompt }], { maxNew: want.length })) made.push(id);
    expect(made).toEqual(want);
  });

  test('loss within 2e-5 and the gradient of g within 1e-4 of its largest', async () => {
    const g = projectorOf(c);
    const loss = answerLoss(await openWeights(ref.directory, { rename: LLAMA_RENAMES }), fame.language.config, g);
    const moved = trained(g);
    const grads = Object.fromEntries(gradients(loss, moved).map((d, i) => [`grad.${moved[i]!.node.name}`, d] as const));
    const session = await compile({ loss, ...grads });
    const out = await session.run(await answerFeeds(fame.language, layOut(parts(R.shape[0]!, true), fame.tokenizer), R));
    expect(out.loss?.data).toBeClose(await ref.floats(`${c.name}.loss`), { abs: 2e-5 });
    const theirs = (name: string) =>
      `${c.name}.${name}`.replace('model.mm_projector.', '').replace('.0.', '.linear_1.').replace('.2.', '.linear_2.');
    expect(Object.keys(grads).map(theirs)).toEqual(ref.names().filter((k) => k.startsWith(`${c.name}.grad.`)));
    for (const name of Object.keys(grads)) {
      const want = await ref.floats(theirs(name));
      expect(difference(out[name]!.data, want).abs / Math.max(...want.map(Math.abs)), name).toBeLessThan(1e-4);
    }
    await session.dispose();
  });
});

test('training moves g and nothing else, and what it learnt is read again', async () => {
  const fame = await openFame(ref.directory, { projector: linear });
  const R = float32([12, 16], Float32Array.from([...(await ref.floats('mlp.Rt')), ...(await ref.floats('mlp.Rs'))]));
  const g = await readProjector(join(folder, 'video-chatgpt.safetensors'));
  const w = await openWeights(ref.directory, { rename: LLAMA_RENAMES });
  const t = await trainer(answerLoss(w, fame.language.config, g), trained(g), { rule: adamW() });
  const feeds = await answerFeeds(fame.language, layOut(parts(12, true), fame.tokenizer), R);
  const losses: number[] = [];
  for (let i = 0; i < 8; i++) losses.push((await t.step(feeds, 0.02)).loss);
  expect(losses[0]).toBeCloseTo((await ref.floats('linear.loss'))[0]!, 4);
  expect(losses.at(-1)).toBeLessThan(losses[0]! - 0.5);
  const after = await t.weights();
  expect(Object.keys(after).sort()).toEqual([...linear.values.keys()].sort());
  const learned = projectorFrom(
    new Map(Object.entries(after).map(([n, v]) => [n, { shape: v.shape, data: v.data as Float32Array }])),
    'run',
  );
  await saveProjector(join(folder, 'learned.safetensors'), learned, { steps: '8' });
  const again = await readProjector(join(folder, 'learned.safetensors'));
  for (const [name, { data }] of learned.values) expect(again.values.get(name)?.data).toEqual(data);
  expect(again.values.get('model.mm_projector.weight')?.data).not.toEqual(linear.values.get('model.mm_projector.weight')?.data);
  await t.dispose();
  await fame.dispose();
});

test("LLaVA's own layout gives the same scores: its config, its names, the tower in another folder", async () => {
  const own = join(folder, 'older');
  await cp(join(ref.directory, 'older'), own, { recursive: true });
  for (const name of ['tokenizer.json', 'tokenizer_config.json']) await copyFile(join(ref.directory, name), join(own, name));
  const fame = await openFame(own, { vision: ref.directory });
  expect(fame.receipt).toEqual({
    model: 'older',
    tower: 'llava-tiny',
    projector: { source: 'older', form: 'mlp2x_gelu', sha256: projectorHash(mlp) },
    template: 'vicuna',
  });
  const settings = async (at: string) => {
    const { rope, ...numbers } = languageConfig((await readConfig(at)).json);
    return { numbers, rope: rope.tables([0, 1, 7], 8) };
  };
  expect(await settings(own)).toEqual(await settings(ref.directory));
  const video = float32([1, 12, 32], await ref.floats('mlp.Qv'));
  const vectorsOf = await embedStretches(layOut(parts(12), fame.tokenizer), { video }, fame.language);
  const made: number[] = [];
  for await (const { id } of generate(fame.language, [{ vectors: vectorsOf }], { maxNew: 16 })) made.push(id);
  expect(made).toEqual(await ref.ints('mlp.greedy.ids'));
  await fame.dispose();
});

/** The packed checkpoint with plain float32 weights that are exactly what it stands for. */
async function unpacked(from: string, out: string, bits: 4 | 8, block: number): Promise<void> {
  const [packed, plain] = [await openCheckpoint(from), await openCheckpoint(ref.directory)];
  const tensors: TensorData[] = [];
  for (const [name, entry] of packed.entries) {
    const weight = name.replace(/\.q[48]$/, '');
    if (name.endsWith('.scales')) continue;
    if (weight === name) tensors.push({ ...entry, data: await readBytes(entry) });
    else {
      const shape = plain.entries.get(weight)!.shape;
      const blocks = { packed: await readBytes(entry), scales: await readFloat32(packed.entries.get(`${weight}.scales`)!) };
      const floats = dequantizeBlocks(blocks, shape[1]!, { bits, block });
      tensors.push({ name: weight, dtype: 'F32', shape, data: new Uint8Array(floats.buffer, floats.byteOffset, floats.byteLength) });
    }
  }
  await cp(ref.directory, out, { recursive: true });
  await writeSafetensors(join(out, 'model.safetensors'), tensors);
}

/** Scores of the first word after the fixture's prompt: pictures through the tower, g and the language model of a folder. */
async function scores(directory: string): Promise<number[]> {
  const fame = await openFame(directory);
  const vision = fame.vision!;
  const Q = await vision.project(await vision.look(await pictures()));
  const decoding = fame.language.start(1);
  const [row] = await decoding.feed(await embedStretches(layOut(parts(12), fame.tokenizer), { video: Q }, fame.language));
  const out = [...row!];
  await fame.dispose();
  return out;
}

test('a checkpoint packed in 8 or 4 bits sees and speaks like the weights that it stands for', async () => {
  const original = await scores(ref.directory);
  const rms = (x: readonly number[]) => Math.sqrt(x.reduce((s, v) => s + v * v, 0) / x.length);
  const apart = (x: readonly number[], y: readonly number[]) => rms(x.map((v, i) => v - y[i]!)) / rms(y);
  for (const bits of [8, 4] as const) {
    const [packed, plain] = [join(folder, `q${bits}`), join(folder, `q${bits}-plain`)];
    await quantizeDirectory(ref.directory, packed, { bits, block: 16 });
    await unpacked(packed, plain, bits, 16);
    const [p, q] = [await scores(packed), await scores(plain)];
    // The bound of test/parity/quantized.test.ts: what rounding activations to 8 bits costs in the engine.
    expect(apart(p, q), `${bits} bits`).toBeLessThan(0.04);
    expect(apart(p, q), 'the engine did use packed weights').toBeGreaterThan(1e-6);
    if (bits === 4) expect(apart(p, original)).toBeGreaterThan(2 * apart(p, q));
    else expect(apart(p, original)).toBeLessThan(0.05);
  }
});
