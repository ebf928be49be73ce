import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { add, compile, Engine, embedding, gemm, input, int64, sum, type Tensor } from '../graph/index.ts';
import type { Dtype } from './dtype.ts';
import { floatToBfloat, floatToHalf } from './half.ts';
import { freshWeights, openWeights } from './weights.ts';
import { writeSafetensors } from './writer.ts';

let folder: string;
let engine: Engine;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-weights-'));
  engine = new Engine();
});
afterAll(async () => {
  await engine.dispose();
  await rm(folder, { recursive: true });
});

const VALUES = Float32Array.from([1, -2, 0.5, 3, 0.25, -8]); // exact in every type below
const AS: Partial<Record<Dtype, (v: Float32Array) => ArrayBufferView>> = {
  F64: (v) => Float64Array.from(v),
  F32: (v) => v,
  F16: floatToHalf,
  BF16: floatToBfloat,
  I32: (v) => Int32Array.from(v),
  I16: (v) => Int16Array.from(v),
};

async function file(name: string, tensors: Readonly<Record<string, Dtype>>): Promise<string> {
  const path = join(folder, `${name}.safetensors`);
  await writeSafetensors(
    path,
    Object.entries(tensors).map(([key, dtype]) => {
      const data = (AS[dtype] as (v: Float32Array) => ArrayBufferView)(VALUES);
      return { name: key, dtype, shape: [2, 3], data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
    }),
  );
  return path;
}

async function values(t: Tensor): Promise<number[]> {
  const session = await compile({ out: add(t, 0) }, { engine });
  const { out } = await session.run({});
  await session.dispose();
  return Array.from(out?.data ?? [], Number);
}

const code = (code: string, ...words: string[]) =>
  expect.objectContaining({ code, message: expect.stringMatching(new RegExp(words.map((w) => `(?=[^]*${w})`).join(''))) });

describe.each(['mapped', 'loaded'] as const)('%s weights', (as) => {
  test.each(['F32', 'F16', 'BF16', 'F64'] as const)('stored as %s are float32 numbers', async (dtype) => {
    const w = await openWeights(await file(`${as}-${dtype}`, { 'a.b': dtype }), { as });
    const t = w.at('a').get('b', [2, 3]);
    expect(t.dtype).toBe('float32');
    expect(w.get('a.b', [2, 3]), 'one tensor, whoever asks').toBe(t);
    expect(await values(t)).toEqual([...VALUES]);
    expect([...w.asked.keys()]).toEqual(['a.b']);
    const trainable = as === 'loaded' || dtype === 'F32';
    expect(w.asked.get('a.b')).toMatchObject({ dtype: trainable ? 'float32' : w.raw('a.b', [2, 3]).dtype, node: { op: 'Weight' } });
  });

  test.each(['get', 'raw'] as const)('a half table that is also a matrix is stored once, asked by %s first', async (first) => {
    const w = await openWeights(await file(`${as}-tied-${first}`, { table: 'F16' }), { as });
    w[first]('table', [2, 3]);
    const rows = embedding(w.raw('table', [2, 3]), input('ids', 'int64', [1]));
    expect(rows.dtype).toBe(as === 'loaded' ? 'float32' : 'float16');
    const matrix = w.get('table', [2, 3]);
    const session = await compile({ rows: sum(gemm(matrix, matrix, undefined, { transB: true })), picked: rows }, { engine });
    const out = await session.run({ ids: int64([1], [1]) }, { fetch: ['rows'] });
    expect(out.rows?.data[0]).toBe(1 + 4 + 0.25 + 9 + 0.0625 + 64 + 2 * (3 - 0.5 - 4));
    await session.dispose();
  });

  test('integers are given as they are, and refused as numbers', async () => {
    const w = await openWeights(await file(`${as}-whole`, { n: 'I32', s: 'I16' }), { as });
    expect(w.raw('n', [2, 3]).dtype).toBe('int32');
    expect(() => w.get('n', [2, 3])).toThrow(code('WEIGHT_DTYPE_USE', '"n"', 'int32'));
    expect(() => w.raw('s', [2, 3])).toThrow(code('WEIGHT_DTYPE_USE', '"s"', 'I16'));
  });
});

test('names, shapes and prefixes', async () => {
  const w = await openWeights(await file('names', { 'model.a.weight': 'F32', 'model.b.weight': 'F32' }), { rename: [[/^model\./, '']] });
  expect([w.has('a.weight'), w.at('a').has('weight'), w.has('model.a.weight'), w.at('a').has('bias')]).toEqual([true, true, false, false]);
  expect(w.at('b').shapeOf('weight')).toEqual([2, 3]);
  expect(w.shapeOf('c')).toBeUndefined();
  expect(w.asked.size).toBe(0);
  expect(() => w.at('a').get('wieght', [2, 3])).toThrow(
    code('WEIGHT_MISSING', '"a.wieght"', 'nearest is "a.weight"', 'weights.test.ts:\\d+'),
  );
  expect(() => w.get('zzzzzzzzzzzzzz', [1])).toThrow(code('WEIGHT_MISSING', '2 others'));
  expect(() => w.get('a.weight', [3, 2])).toThrow(code('WEIGHT_SHAPE', '\\[3, 2\\]', '\\[2, 3\\]', 'weights.test.ts:\\d+'));
  expect(w.asked.size).toBe(0);
});

test('two stored names that mean one weight are refused', async () => {
  const path = await file('twice', { 'model.a': 'F32', a: 'F32' });
  await expect(openWeights(path, { rename: [[/^model\./, '']] })).rejects.toThrow(code('WEIGHT_DUPLICATE', '"model.a"', '"a"'));
});

describe('weights from nothing', () => {
  test('come once, where they are asked for', () => {
    const made: string[] = [];
    const w = freshWeights((name, shape) => {
      made.push(`${name} ${shape}`);
      return new Float32Array(shape.reduce((n, d) => n * d, 1));
    });
    expect(w.has('a.w')).toBe(false);
    const t = w.at('a').get('w', [2, 3]);
    expect(w.get('a.w', [2, 3])).toBe(t);
    expect([w.has('a.w'), made, [...w.asked.keys()]]).toEqual([true, ['a.w 2,3'], ['a.w']]);
  });
  test('of one name have one shape', () => {
    const w = freshWeights((_, shape) => new Float32Array(shape.reduce((n, d) => n * d, 1)));
    w.get('w', [2, 3]);
    expect(() => w.get('w', [3, 2])).toThrow(code('WEIGHT_SHAPE', '\\[3, 2\\]'));
  });
  test('that are too few are refused', () => {
    expect(() => freshWeights(() => new Float32Array(5)).get('w', [2, 3])).toThrow(code('GRAPH_CONSTANT', '"w"'));
  });
});
