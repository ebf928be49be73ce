import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { StoppedError } from '../base/errors.ts';
import { dequantizeBlocks, quantizeBlocks } from './blocks.ts';
import { openCheckpoint } from './checkpoint.ts';
import { floatToBfloat } from './half.ts';
import { quantizeDirectory } from './quantize.ts';
import { readBytes, readFloat32 } from './safetensors.ts';
import { verifyDirectory } from './verify.ts';
import { type TensorData, writeSafetensors } from './writer.ts';

let root: string;
let model: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'famenet-'));
  model = join(root, 'model');
  await mkdir(model);
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** Values on the grid of bfloat16, so that F32 and BF16 hold the same. */
function values(n: number, seed: number): Float32Array {
  const x = Float32Array.from({ length: n }, (_, i) => Math.sin(seed * 100 + i * 1.7) * (1 + (i % 5)));
  const bits = new Uint32Array(floatToBfloat(x)).map((h) => h << 16);
  return new Float32Array(bits.buffer);
}

function tensor(name: string, shape: number[], dtype: 'F32' | 'BF16' = 'BF16'): TensorData {
  const x = values(
    shape.reduce((a, b) => a * b, 1),
    name.length,
  );
  return { name, shape, dtype, data: new Uint8Array(dtype === 'F32' ? x.buffer : floatToBfloat(x).buffer) };
}

const LAYER = 'model.layers.0';
const LLAMA: TensorData[] = [
  tensor('model.embed_tokens.weight', [50, 48]),
  tensor(`${LAYER}.self_attn.q_proj.weight`, [48, 48]),
  tensor(`${LAYER}.self_attn.q_proj.bias`, [48]),
  tensor(`${LAYER}.mlp.down_proj.weight`, [48, 100], 'F32'),
  tensor(`${LAYER}.input_layernorm.weight`, [48]),
  tensor('model.norm.weight', [48]),
];
const CLIP: TensorData[] = [
  tensor('vision_model.embeddings.patch_embedding.weight', [32, 3, 2, 2]),
  tensor('vision_model.encoder.layers.0.mlp.fc1.weight', [64, 32]),
  tensor('visual_projection.weight', [32, 32]),
  tensor('multi_modal_projector.linear_1.weight', [32, 32]),
];

async function make(tensors: TensorData[], config: object = {}): Promise<void> {
  await writeFile(join(model, 'config.json'), JSON.stringify({ model_type: 'llama', ...config }));
  await writeFile(join(model, 'tokenizer.json'), '{"t":1}');
  await writeFile(join(model, 'notes.txt'), 'mine');
  await writeSafetensors(join(model, 'model.safetensors'), tensors);
}

test.each([
  [4, 32],
  [8, 128],
] as const)('%d bits, block %d: linear layers are replaced, all else is copied', async (bits, block) => {
  await make([...LLAMA, ...CLIP]);
  const out = join(root, 'out');
  const seen: number[] = [];
  const result = await quantizeDirectory(model, out, { bits, block, onProgress: (p) => seen.push(p.done / p.total) });
  const before = await openCheckpoint(model);
  const after = await openCheckpoint(out);
  const linear = [`${LAYER}.self_attn.q_proj.weight`, `${LAYER}.mlp.down_proj.weight`, 'vision_model.encoder.layers.0.mlp.fc1.weight'];
  const expected = [...before.entries.keys()].flatMap((n) => (linear.includes(n) ? [`${n}.q${bits}`, `${n}.scales`] : [n]));
  expect([...after.entries.keys()].sort()).toEqual(expected.sort());
  for (const [name, entry] of before.entries) {
    if (!linear.includes(name)) {
      expect(await readBytes(after.entries.get(name)!)).toEqual(await readBytes(entry));
      continue;
    }
    const [rows = 0, columns = 0] = entry.shape;
    const packed = after.entries.get(`${name}.q${bits}`)!;
    const scales = after.entries.get(`${name}.scales`)!;
    const perRow = Math.ceil(columns / block);
    expect(packed).toMatchObject({ dtype: 'U8', shape: [rows, perRow, (block * bits) / 8] });
    expect(scales).toMatchObject({ dtype: 'F32', shape: [rows, perRow] });
    const want = quantizeBlocks(await readFloat32(entry), columns, { bits, block });
    expect({ packed: await readBytes(packed), scales: await readFloat32(scales) }).toEqual(want);
  }
  expect(JSON.parse(await readFile(join(out, 'config.json'), 'utf8'))).toEqual({
    model_type: 'llama',
    quantization_config: { quant_method: 'famenet', bits, block },
  });
  expect((await readdir(out)).sort()).toEqual(['config.json', 'famenet.json', 'model.safetensors', 'tokenizer.json']);
  expect(await readdir(root)).toEqual(['model', 'out']);
  expect(result).toMatchObject({ directory: out, quantized: 3, kept: 7 });
  expect(result.errors.map((e) => e.kind).sort()).toEqual(['down_proj', 'fc1', 'q_proj']);
  for (const e of result.errors) expect(e.relative).toBeLessThan(bits === 4 ? 0.12 : 0.01);
  expect(seen.at(-1)).toBe(1);
  expect((await verifyDirectory(out)).hashed).toHaveLength(3);
});

test.each([
  ['model.embed_tokens.weight', {}, 'lm_head.weight'],
  ['language_model.model.embed_tokens.weight', { tie_word_embeddings: false, text_config: {} }, 'language_model.lm_head.weight'],
  ['model.language_model.embed_tokens.weight', { text_config: {} }, 'lm_head.weight'],
])('a tied head of %s gets weights of its own', async (name, config, head) => {
  const tie = 'text_config' in config ? { ...config, text_config: { tie_word_embeddings: true } } : { tie_word_embeddings: true };
  await make([tensor(name, [50, 48]), LLAMA[1]!], tie);
  const result = await quantizeDirectory(model, join(root, 'out'), { bits: 4, block: 32 });
  const { entries } = await openCheckpoint(join(root, 'out'));
  expect([...entries.keys()]).toEqual(expect.arrayContaining([name, `${head}.q4`, `${head}.scales`]));
  const embedding = await readFloat32(entries.get(name)!);
  const back = dequantizeBlocks(
    { packed: await readBytes(entries.get(`${head}.q4`)!), scales: await readFloat32(entries.get(`${head}.scales`)!) },
    48,
    { bits: 4, block: 32 },
  );
  expect(back).toBeClose(embedding, { abs: 0.8 });
  expect(result.errors.map((e) => e.kind)).toContain('lm_head');
});

test('a head of its own is not replaced by the embedding, and an untied model gets none', async () => {
  await make([...LLAMA, tensor('lm_head.weight', [50, 48])], { tie_word_embeddings: true });
  const result = await quantizeDirectory(model, join(root, 'one'), { bits: 8, block: 32 });
  expect(result.quantized).toBe(3);
  await make(LLAMA, { tie_word_embeddings: false });
  await quantizeDirectory(model, join(root, 'two'), { bits: 8, block: 32 });
  expect([...(await openCheckpoint(join(root, 'two'))).entries.keys()].some((n) => n.startsWith('lm_head'))).toBe(false);
});

test('large models become shards with an index', async () => {
  await make(LLAMA);
  const { files } = await quantizeDirectory(model, join(root, 'out'), { bits: 4, block: 32, shardBytes: 5000 });
  expect(files.filter((f) => f.file.startsWith('model')).map((f) => f.file)).toEqual([
    'model-00001-of-00003.safetensors',
    'model-00002-of-00003.safetensors',
    'model-00003-of-00003.safetensors',
    'model.safetensors.index.json',
  ]);
  expect((await openCheckpoint(join(root, 'out'))).entries.size).toBe(LLAMA.length + 2);
});

test('an output directory that is not empty is refused; an empty one is fine', async () => {
  await make(LLAMA);
  await mkdir(join(root, 'empty'));
  await quantizeDirectory(model, join(root, 'empty'), { bits: 4, block: 32 });
  await expect(quantizeDirectory(model, join(root, 'empty'), { bits: 4, block: 32 })).rejects.toMatchObject({ code: 'WEIGHT_OUT_EXISTS' });
});

test('nothing is quantised twice', async () => {
  await make(LLAMA);
  await quantizeDirectory(model, join(root, 'out'), { bits: 4, block: 32 });
  await expect(quantizeDirectory(join(root, 'out'), join(root, 'again'), { bits: 8, block: 32 })).rejects.toMatchObject({
    code: 'WEIGHT_QUANTIZED',
  });
  await writeFile(join(root, 'out', 'config.json'), '{}');
  await expect(quantizeDirectory(join(root, 'out'), join(root, 'again'), { bits: 8, block: 32 })).rejects.toMatchObject({
    code: 'WEIGHT_QUANTIZED',
  });
});

test('a model without linear layers, without a configuration, or with NaN is refused and leaves nothing', async () => {
  await make([tensor('conv.weight', [4, 4])]);
  const run = () => quantizeDirectory(model, join(root, 'out'), { bits: 4, block: 32 });
  await expect(run()).rejects.toMatchObject({ code: 'WEIGHT_QUANTIZE_NOTHING' });
  await make([{ name: 'a.q_proj.weight', dtype: 'F32', shape: [1, 2], data: new Uint8Array(Float32Array.of(1, Number.NaN).buffer) }]);
  await expect(run()).rejects.toMatchObject({ code: 'WEIGHT_NOT_FINITE', message: expect.stringContaining('a.q_proj.weight') });
  await writeFile(join(model, 'config.json'), '[]');
  await expect(run()).rejects.toMatchObject({ code: 'WEIGHT_CONFIG' });
  await rm(join(model, 'config.json'));
  await expect(run()).rejects.toMatchObject({ code: 'WEIGHT_FILE_MISSING' });
  expect(await readdir(root)).toEqual(['model']);
});

test('an abort leaves nothing', async () => {
  await make(LLAMA);
  const stop = new AbortController();
  const run = quantizeDirectory(model, join(root, 'out'), { bits: 4, block: 32, signal: stop.signal, onProgress: () => stop.abort() });
  await expect(run).rejects.toBeInstanceOf(StoppedError);
  expect(await readdir(root)).toEqual(['model']);
});
