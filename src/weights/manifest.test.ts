import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Tensor } from '../graph/index.ts';
import { openManifest } from './manifest.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-manifest-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let made = 0;
/** Writes a manifest and the files beside it. */
async function written(manifest: unknown, files: Readonly<Record<string, Buffer>> = {}): Promise<string> {
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
  const path = join(folder, `${made++}-weights_manifest.json`);
  await writeFile(path, typeof manifest === 'string' ? manifest : JSON.stringify(manifest));
  return path;
}

const floats = (...values: number[]) => Buffer.from(Float32Array.from(values).buffer);
const valuesOf = (t: Tensor) => [...(t.node.source as { data: Float32Array }).data];
const entry = (name: string, shape: unknown, more: object = {}) => ({ name, shape, dtype: 'float32', ...more });
const uint8 = (scale: number, min: number) => ({ quantization: { dtype: 'uint8', scale, min } });

test('tensors follow each other without gaps, some in one byte a number, over several files', async () => {
  const [first, second] = [floats(1.5, -2), Buffer.concat([Buffer.from([0, 10, 255]), Buffer.from(Int32Array.of(-7, 70000).buffer)])];
  const bytes = Buffer.concat([first, second]);
  const weights = [
    entry('a/b/bias', [2]),
    entry('small', [3], uint8(0.5, -1)),
    entry('whole', [2], { dtype: 'int32' }),
    entry('scalar', [], uint8(2, 1)),
    entry('rounded', [1], { dtype: 'int32', ...uint8(0.4, 0) }),
  ];
  const path = await written([{ paths: ['a.bin', 'b.bin', 'c.bin'], weights }], {
    'a.bin': first.subarray(0, 5),
    'b.bin': Buffer.concat([first.subarray(5), second]),
    'c.bin': Buffer.from([3, 4]),
  });
  const { weights: w, hash } = await openManifest(path);
  expect(valuesOf(w.get('a.b.bias', [2]))).toEqual([1.5, -2]);
  expect(valuesOf(w.at('a').get('b.bias', [2]))).toEqual([1.5, -2]);
  expect(valuesOf(w.get('small', [3]))).toEqual([-1, 4, 126.5]);
  expect(valuesOf(w.get('whole', [2]))).toEqual([-7, 70000]);
  expect(valuesOf(w.get('scalar', []))).toEqual([7]);
  expect(valuesOf(w.get('rounded', [1]))).toEqual([2]); // 4 · 0.4 = 1.6
  expect(hash).toBe(
    createHash('sha256')
      .update(bytes)
      .update(Buffer.from([3, 4]))
      .digest('hex'),
  );
});

test('groups have files of their own', async () => {
  const path = await written(
    [
      { paths: ['g1.bin'], weights: [entry('x', [1])] },
      { paths: ['g2.bin'], weights: [entry('y', [1])] },
    ],
    { 'g1.bin': floats(1), 'g2.bin': floats(2) },
  );
  const { weights } = await openManifest(path);
  expect([...valuesOf(weights.get('x', [1])), ...valuesOf(weights.get('y', [1]))]).toEqual([1, 2]);
});

test.each([
  // [h, w, in, out] → [out, in, h, w]: out of one input channel, kernel rows 0 1 and 2 3
  ['conv/filters', [2, 2, 1, 2], [2, 1, 2, 2], [0, 2, 4, 6, 1, 3, 5, 7]],
  ['x/depthwise_filter', [1, 2, 3, 1], [3, 1, 1, 2], [0, 3, 1, 4, 2, 5]],
  ['x/depthwise_weights', [2, 1, 2, 1], [2, 1, 2, 1], [0, 2, 1, 3]],
  ['fc/weights', [2, 3], [3, 2], [0, 3, 1, 4, 2, 5]],
  ['Output/extra_dim', [1, 2, 2], [1, 2, 2], [0, 1, 2, 3]],
])('%s %j comes as %j', async (name, shape, want, values) => {
  const size = shape.reduce((n, d) => n * d, 1);
  const path = await written([{ paths: ['k.bin'], weights: [entry(name, shape)] }], { 'k.bin': floats(...Array(size).keys()) });
  const { weights } = await openManifest(path);
  expect(valuesOf(weights.get(name.replaceAll('/', '.'), want))).toEqual(values);
});

const one = (weights: unknown, paths: unknown = ['four.bin']) => [{ paths, weights }];
test.each<[string, unknown, object]>([
  ['no JSON', '{', { code: 'WEIGHT_JSON' }],
  ['no list', {}, { code: 'WEIGHT_MANIFEST' }],
  ['a group without files', [{ weights: [] }], { code: 'WEIGHT_MANIFEST' }],
  ['a file elsewhere', one([], ['../four.bin']), { code: 'WEIGHT_MANIFEST', detail: { got: '"../four.bin"' } }],
  ['an absolute file', one([], ['/etc/passwd']), { code: 'WEIGHT_MANIFEST' }],
  ['a hidden file', one([], ['.four.bin']), { code: 'WEIGHT_MANIFEST' }],
  ['a file that is not there', one([entry('x', [1])], ['none.bin']), { code: 'WEIGHT_FILE_MISSING' }],
  ['a tensor without a name', one([{ shape: [1], dtype: 'float32' }]), { code: 'WEIGHT_MANIFEST' }],
  ['a shape with a fraction', one([entry('x', [1.5])]), { code: 'WEIGHT_MANIFEST' }],
  ['a shape below nothing', one([entry('x', [-1])]), { code: 'WEIGHT_MANIFEST' }],
  ['an impossible size', one([entry('x', [1e6, 1e6])]), { code: 'WEIGHT_MANIFEST', detail: { got: '[1000000, 1000000]' } }],
  ['another type', one([entry('x', [1], { dtype: 'string' })]), { code: 'WEIGHT_MANIFEST', detail: { got: 'string' } }],
  ['another quantisation', one([entry('x', [4], { quantization: { dtype: 'uint16', scale: 1, min: 0 } })]), { code: 'WEIGHT_MANIFEST' }],
  ['a scale that is none', one([entry('x', [4], { quantization: { dtype: 'uint8', min: 0 } })]), { code: 'WEIGHT_MANIFEST' }],
  ['too few bytes', one([entry('x', [2])]), { code: 'WEIGHT_MANIFEST', detail: { got: 'its end at 8' } }],
  ['too many bytes', one([entry('x', [1], uint8(1, 0))]), { code: 'WEIGHT_MANIFEST', detail: { got: '1 bytes' } }],
  ['one name twice', one([entry('x/y', [2], uint8(1, 0)), entry('x.y', [2], uint8(1, 0))]), { code: 'WEIGHT_MANIFEST' }],
])('refuses %s', async (_, manifest, error) => {
  const path = await written(manifest, { 'four.bin': Buffer.alloc(4) });
  await expect(openManifest(path)).rejects.toMatchObject(error);
});

test('refuses a manifest that is not there', async () => {
  await expect(openManifest(join(folder, 'none.json'))).rejects.toMatchObject({ code: 'WEIGHT_FILE_MISSING' });
});
