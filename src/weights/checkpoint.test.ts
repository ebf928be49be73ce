import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { INDEX, openCheckpoint } from './checkpoint.ts';
import { readFloat32 } from './safetensors.ts';
import { writeSafetensors } from './writer.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'famenet-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const tensor = (name: string, value: number) => ({
  name,
  dtype: 'F32' as const,
  shape: [1],
  data: new Uint8Array(Float32Array.of(value).buffer),
});

/** A directory with two shards (a, b in the first; c in the second) and the given index. */
async function sharded(name: string, index: unknown): Promise<string> {
  const dir = join(root, name);
  await mkdir(dir);
  await writeSafetensors(join(dir, 'one.safetensors'), [tensor('a', 1), tensor('b', 2)], { format: 'pt' });
  await writeSafetensors(join(dir, 'two.safetensors'), [tensor('c', 3)]);
  await writeFile(join(dir, INDEX), typeof index === 'string' ? index : JSON.stringify(index));
  return dir;
}

const GOOD = { a: 'one.safetensors', b: 'one.safetensors', c: 'two.safetensors' };

test('a file, a directory with one file, and a sharded directory open alike', async () => {
  const dir = await sharded('good', { metadata: { total_size: 12 }, weight_map: GOOD });
  const c = await openCheckpoint(dir);
  expect([...c.entries.keys()]).toEqual(['a', 'b', 'c']);
  expect(c.metadata).toEqual({ format: 'pt' });
  expect(await readFloat32(c.entries.get('c')!)).toEqual(Float32Array.of(3));
  expect([...(await openCheckpoint(join(dir, 'one.safetensors'))).entries.keys()]).toEqual(['a', 'b']);
  await writeSafetensors(join(dir, 'model.safetensors'), [tensor('whole', 1)]);
  expect((await openCheckpoint(dir)).path).toBe(dir);
  expect([...(await openCheckpoint(dir)).entries.keys()]).toEqual(['whole']);
});

const BAD: { name: string; code: string; index: unknown }[] = [
  { name: 'missing shard', code: 'WEIGHT_SHARD_MISSING', index: { weight_map: { ...GOOD, c: 'three.safetensors' } } },
  { name: 'key that is in another shard', code: 'WEIGHT_SHARD_KEY', index: { weight_map: { ...GOOD, c: 'one.safetensors' } } },
  { name: 'shard above the directory', code: 'WEIGHT_SHARD_PATH', index: { weight_map: { ...GOOD, c: '../two.safetensors' } } },
  { name: 'absolute shard', code: 'WEIGHT_SHARD_PATH', index: { weight_map: { ...GOOD, c: '/two.safetensors' } } },
  { name: 'Windows shard', code: 'WEIGHT_SHARD_PATH', index: { weight_map: { ...GOOD, c: '..\\two.safetensors' } } },
  { name: 'shard that is a number', code: 'WEIGHT_SHARD_PATH', index: { weight_map: { ...GOOD, c: 2 } } },
  { name: 'index without weight_map', code: 'WEIGHT_INDEX', index: {} },
  { name: 'index that is an array', code: 'WEIGHT_INDEX', index: [] },
  { name: 'index that is no JSON', code: 'WEIGHT_JSON', index: '{' },
  { name: 'key twice in the index', code: 'WEIGHT_DUPLICATE', index: '{"weight_map":{"a":"one.safetensors","a":"two.safetensors"}}' },
];

test.each(BAD)('a $name is refused', async ({ name, code, index }) => {
  const dir = await sharded(name, index);
  await expect(openCheckpoint(dir)).rejects.toMatchObject({ name: 'WeightError', code, detail: { at: expect.stringContaining(dir) } });
});

test('a directory without weights says what it has and what to do', async () => {
  const dir = join(root, 'torch');
  await mkdir(dir);
  await expect(openCheckpoint(dir)).rejects.toMatchObject({
    code: 'WEIGHT_FILE_MISSING',
    detail: { got: 'no weight file', fix: expect.stringContaining('models pull') },
  });
  await writeFile(join(dir, 'pytorch_model.bin'), '');
  await expect(openCheckpoint(dir)).rejects.toMatchObject({
    code: 'WEIGHT_FILE_MISSING',
    detail: { got: 'pytorch_model.bin', fix: expect.stringContaining('models convert') },
  });
  await expect(openCheckpoint(join(root, 'nowhere'))).rejects.toMatchObject({ code: 'WEIGHT_FILE_MISSING' });
});
