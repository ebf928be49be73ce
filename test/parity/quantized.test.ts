/** Packed and half weights: the layout against arithmetic, models against their unpacked selves, and the way from the command line. */
import { copyFile, cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { random } from '../../src/base/random.ts';
import generateCommand from '../../src/cli/generate.ts';
import { compile, constant, Engine, float32, input, matMulNBits } from '../../src/graph/index.ts';
import { embedTokens, generate, LLAMA_RENAMES, llamaConfig, openLanguageModel, readConfig } from '../../src/models/index.ts';
import { dequantizeBlocks, quantizeBlocks } from '../../src/weights/blocks.ts';
import { bfloatToFloat, floatToBfloat, floatToHalf, halfToFloat } from '../../src/weights/half.ts';
import {
  openCheckpoint,
  openWeights,
  quantizeDirectory,
  readBytes,
  readFloat32,
  type TensorData,
  writeSafetensors,
} from '../../src/weights/index.ts';
import { type Fixture, fixture } from '../support/fixture.ts';
import { captureOut } from '../support/out.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-quantized-'));
});
afterAll(() => rm(folder, { recursive: true }));

const bytesOf = (a: ArrayBufferView) => new Uint8Array(a.buffer, a.byteOffset, a.byteLength);
const rms = (x: ArrayLike<number>) => Math.sqrt(Array.from(x).reduce((s, v) => s + v * v, 0) / x.length);
const minus = (x: ArrayLike<number>, y: ArrayLike<number>) => Array.from(x, (v, i) => v - (y[i] as number));

/** Scores after the fixture's prompt and one token more: through the first pass and through the cache. */
async function scores(directory: string, ids: readonly number[]): Promise<number[]> {
  const model = await openLanguageModel(directory);
  const decoding = model.start(1);
  const first = await decoding.feed(await model.embed([ids.slice(0, -1)]));
  const second = await decoding.feed(await model.embed([ids.slice(-1)]));
  await model.dispose();
  return [...(first[0] ?? []), ...(second[0] ?? [])];
}

describe('one product', () => {
  const engine = new Engine();
  afterAll(() => engine.dispose());

  async function product(x: Float32Array, rows: number, N: number, K: number, format: { bits: 4 | 8; block: number }, seed: number) {
    const chance = random(seed);
    const blocks = quantizeBlocks(Float32Array.from({ length: N * K }, chance.normal), K, format);
    const perRow = Math.ceil(K / format.block);
    const packed = constant('uint8', [N, perRow, (format.block * format.bits) / 8], blocks.packed);
    const y = matMulNBits(input('x', 'float32', [rows, K]), packed, constant('float32', [N, perRow], blocks.scales), format);
    const session = await compile({ y }, { engine });
    const out = await session.run({ x: float32([rows, K], x) });
    await session.dispose();
    return { y: out.y?.data as Float32Array, w: dequantizeBlocks(blocks, K, format) };
  }

  // K = 24 and 40 leave the last block half empty; 16 rows and 1 row take different kernels.
  const cases = ([4, 8] as const).flatMap((bits) => [16, 32, 128].flatMap((block) => [24, 40, 96].map((K) => ({ bits, block, K }))));

  test.each(cases)('by unit vectors gives back every weight: %j', async ({ bits, block, K }) => {
    // The engine rounds activations to 8 bits a block, and 1 among zeros is exact there: so this is the layout alone, to float32's precision.
    const eye = Float32Array.from({ length: K * K }, (_, i) => (i % (K + 1) === 0 ? 1 : 0));
    const { y, w } = await product(eye, K, 5, K, { bits, block }, 3);
    expect(y).toBeClose(
      Array.from({ length: K * 5 }, (_, i) => w[(i % 5) * K + Math.floor(i / 5)] as number),
      { abs: 2e-6 },
    );
  });

  test.each(cases.flatMap((c) => [1, 16].map((rows) => ({ ...c, rows }))))(
    'of any numbers errs by no more than 8-bit activations may: %j',
    async ({ bits, block, K, rows }) => {
      const [N, chance] = [7, random(K + rows)];
      const x = Float32Array.from({ length: rows * K }, chance.normal);
      const { y, w } = await product(x, rows, N, K, { bits, block }, 4);
      for (let r = 0; r < rows; r++)
        for (let n = 0; n < N; n++) {
          let [exact, allowed] = [0, 1e-5];
          for (let from = 0; from < K; from += block) {
            const to = Math.min(from + block, K);
            let [largest, weights] = [0, 0];
            for (let k = from; k < to; k++) {
              const [a, b] = [x[r * K + k] as number, w[n * K + k] as number];
              exact += a * b;
              largest = Math.max(largest, Math.abs(a));
              weights += Math.abs(b);
            }
            allowed += (largest / 254) * weights; // half a step of ±127, times every weight of the block
          }
          expect(Math.abs((y[r * N + n] as number) - exact)).toBeLessThanOrEqual(allowed);
        }
    },
  );
});

/** The model that a quantised directory stands for, with plain float32 weights. */
async function unpacked(quantized: string, original: Fixture, out: string, bits: 4 | 8, block: number): Promise<void> {
  const [packed, plain] = [await openCheckpoint(quantized), await openCheckpoint(original.directory)];
  const tensors: TensorData[] = [];
  for (const [name, entry] of packed.entries) {
    if (name.endsWith('.scales')) continue;
    const weight = name.replace(/\.q[48]$/, '');
    if (weight === name) {
      tensors.push({ ...entry, data: await readBytes(entry) });
      continue;
    }
    const scales = packed.entries.get(`${weight}.scales`);
    const shape = (plain.entries.get(weight) ?? plain.entries.get('model.embed_tokens.weight'))?.shape as [number, number];
    if (!scales) throw new Error(`${weight} has no scales`);
    const blocks = { packed: await readBytes(entry), scales: await readFloat32(scales) };
    tensors.push({ name: weight, dtype: 'F32', shape, data: bytesOf(dequantizeBlocks(blocks, shape[1], { bits, block })) });
  }
  await mkdir(out);
  await copyFile(join(original.directory, 'config.json'), join(out, 'config.json'));
  await writeSafetensors(join(out, 'model.safetensors'), tensors);
}

describe.each([
  ['llama-tiny', 4, 32],
  ['llama-tiny', 8, 16],
  ['qwen2-tiny', 4, 32], // biases on q, k, v; tied head; K = 48 leaves half a block
  ['qwen2-tiny', 8, 32],
  ['mistral-tiny', 4, 16], // heads of width 24, a sliding window
  ['mistral-tiny', 8, 64], // blocks wider than K
] as const)('%s in %i bits, blocks of %i', (name, bits, block) => {
  let ref: Fixture;
  let ids: number[];
  const quantized = () => join(folder, `${name}-${bits}`);
  beforeAll(async () => {
    ref = await fixture(name);
    ids = (await ref.ints('greedy.prompt')).slice(0, 12);
    await quantizeDirectory(ref.directory, quantized(), { bits, block });
    await unpacked(quantized(), ref, `${quantized()}-plain`, bits, block);
  });

  test('scores like the weights that it stands for', async () => {
    const [packed, plain, original] = [
      await scores(quantized(), ids),
      await scores(`${quantized()}-plain`, ids),
      await scores(ref.directory, ids),
    ];
    // 8-bit activations err by about 1/254/√3 = 0.2 % of a block's largest, some 0.5 % of a typical one; the fifteen products of two layers and the head
    // add up as a random walk to 2 % (measured 1 … 2.6 %). A layout error or a lost bias is of the order of 100 %, rounding to 4 bits of 10 %.
    const error = rms(minus(packed, plain)) / rms(plain);
    expect(error).toBeLessThan(0.04);
    expect(error, 'the engine did use packed weights').toBeGreaterThan(1e-6);
    if (bits === 4) expect(rms(minus(packed, original)) / rms(original)).toBeGreaterThan(2 * error);
    else expect(rms(minus(packed, original)) / rms(original)).toBeLessThan(0.05);
  });
});

test('famenet generate reads a quantised directory', async () => {
  const ref = await fixture('qwen2-tiny');
  const directory = join(folder, 'cli');
  await quantizeDirectory(ref.directory, directory, { bits: 4, block: 16 });
  const captured = captureOut({ json: true });
  const words = [directory, '--prompt', 'The reason is', '--max-new', '5', '--ignore-end'];
  await generateCommand.start(words, { called: 'famenet generate', out: captured.out, signal: new AbortController().signal });
  const { ids, prompt } = captured.document() as { ids: number[]; prompt: { ids: number[] } };
  const model = await openLanguageModel(directory);
  const made: number[] = [];
  for await (const { id } of generate(model, [{ ids: prompt.ids }], { maxNew: 5 })) made.push(id);
  await model.dispose();
  expect(ids).toHaveLength(5);
  expect(ids).toEqual(made);
});

describe.each([
  ['llama-tiny', 'F16'],
  ['llama-tiny', 'BF16'],
  ['qwen2-tiny', 'BF16'], // the table is the head too: asked for as rows and as a matrix
] as const)('%s in %s', (name, dtype) => {
  const [narrow, wide] = dtype === 'F16' ? [floatToHalf, halfToFloat] : [floatToBfloat, bfloatToFloat];
  let ref: Fixture;
  let half: string;
  beforeAll(async () => {
    ref = await fixture(name);
    half = join(folder, `${name}-${dtype}`);
    const { entries } = await openCheckpoint(ref.directory);
    const [stored, rounded]: [TensorData[], TensorData[]] = [[], []];
    for (const entry of entries.values()) {
      const halves = narrow(await readFloat32(entry));
      const floats = new Float32Array(halves.length);
      wide(halves, floats);
      stored.push({ name: entry.name, shape: entry.shape, dtype, data: bytesOf(halves) });
      rounded.push({ name: entry.name, shape: entry.shape, dtype: 'F32', data: bytesOf(floats) });
    }
    for (const [directory, tensors] of [
      [half, stored],
      [`${half}-rounded`, rounded],
    ] as const) {
      await cp(ref.directory, directory, { recursive: true });
      await writeSafetensors(join(directory, 'model.safetensors'), tensors);
    }
  });

  test('scores like float32 weights of the same numbers, and within the precision of halves like the original', async () => {
    const ids = (await ref.ints('greedy.prompt')).slice(0, 12);
    const [got, rounded, original] = [await scores(half, ids), await scores(`${half}-rounded`, ids), await scores(ref.directory, ids)];
    expect(got).toBeClose(rounded, { abs: 2e-5 }); // parity's own tolerance: the arithmetic is float32 either way
    // A weight errs by at most 2^-11 (F16) or 2^-8 (BF16) of itself; through two layers allow four times as much.
    const error = rms(minus(got, original)) / rms(original);
    expect(error).toBeLessThan(dtype === 'F16' ? 2 ** -9 : 2 ** -6);
    expect(error).toBeGreaterThan(0);
  });

  test('the embedding table stays in halves; only the rows asked for are widened', async () => {
    const c = llamaConfig((await readConfig(half)).json);
    const rows = embedTokens(await openWeights(half, { rename: LLAMA_RENAMES }), c, input('ids', 'int64', ['B', 'T']));
    expect([rows.dtype, rows.node.op]).toEqual(['float32', 'Cast']);
    const gather = rows.node.inputs[0];
    expect(gather?.node.op).toBe('Gather');
    expect(gather?.node.inputs[0]).toMatchObject({ dtype: dtype === 'F16' ? 'float16' : 'bfloat16', node: { op: 'Weight' } });
  });
});
