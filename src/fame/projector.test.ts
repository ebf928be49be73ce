import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSafetensors, writeSafetensors } from '../weights/index.ts';
import { freshProjector, projectorHash, projectorOf, readProjector, saveProjector, trained } from './projector.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-projector-'));
});
afterAll(() => rm(folder, { recursive: true }));

const numbers = (shape: readonly number[], from: number) => {
  const data = Float32Array.from({ length: shape.reduce((n, d) => n * d, 1) }, (_, i) => from + i / 8);
  return { shape, dtype: 'F32' as const, data: new Uint8Array(data.buffer) };
};
const LINEAR = { weight: numbers([3, 2], 0), bias: numbers([3], 10) };
const MLP = { '1.weight': numbers([3, 2], 0), '1.bias': numbers([3], 10), '2.weight': numbers([3, 3], 20), '2.bias': numbers([3], 30) };

describe('every published spelling is the same projector', () => {
  test.each([
    ["LLaVA's and Video-ChatGPT's", (n: string) => `model.mm_projector.${n}`, LINEAR],
    ['the first programs', (n: string) => `mm_projector.${n}`, LINEAR],
    ["LLaVA's adapters", (n: string) => `base_model.model.model.mm_projector.${n}`, LINEAR],
    ['LLaVA-1.5', (n: string) => `model.mm_projector.${Number(n[0]) * 2 - 2}${n.slice(1)}`, MLP],
    ['transformers 4', (n: string) => `multi_modal_projector.linear_${n}`, MLP],
    ['transformers 5', (n: string) => `model.multi_modal_projector.linear_${n}`, MLP],
  ])('%s', async (name, spell, layers) => {
    const file = join(folder, `${name.replace(/\W/g, '')}.safetensors`);
    const other = { name: 'model.embed_tokens.weight', ...numbers([4, 3], 0) };
    await writeSafetensors(file, [other, ...Object.entries(layers).map(([n, t]) => ({ name: spell(n), ...t }))]);
    const g = await readProjector(file);
    expect([g.form, g.D, g.K, g.source]).toEqual([layers === LINEAR ? 'linear' : 'mlp2x_gelu', 2, 3, file]);
    expect([...g.values.values()].map(({ data }) => [...data].slice(0, 3)).sort()).toEqual(
      Object.values(layers)
        .map(({ data }) => [...new Float32Array(data.buffer)].slice(0, 3))
        .sort(),
    );
  });
});

test("what is saved has LLaVA's names and says its form", async () => {
  const g = freshProjector('mlp2x_gelu', 4, 6, 7);
  const file = join(folder, 'own.safetensors');
  await saveProjector(file, g, { steps: '12' });
  const { entries, metadata } = await openSafetensors(file);
  expect([...entries].map(([name, { dtype, shape }]) => `${name} ${dtype} [${shape}]`).sort()).toEqual([
    'model.mm_projector.0.bias F32 [6]',
    'model.mm_projector.0.weight F32 [6,4]',
    'model.mm_projector.2.bias F32 [6]',
    'model.mm_projector.2.weight F32 [6,6]',
  ]);
  expect(metadata).toEqual({ format: 'pt', mm_projector_type: 'mlp2x_gelu', steps: '12' });
  expect((await readProjector(file)).values).toEqual(g.values);
});

test('a fresh one is drawn from its seed, within one over the root of the inputs', () => {
  const [a, b, c] = [freshProjector('linear', 64, 8, 1), freshProjector('linear', 64, 8, 1), freshProjector('linear', 64, 8, 2)];
  expect(a.values).toEqual(b.values);
  expect(a.values).not.toEqual(c.values);
  expect(projectorHash(a)).toBe(projectorHash(b));
  expect(projectorHash(a)).not.toBe(projectorHash(c));
  const largest = Math.max(...a.values.get('model.mm_projector.weight')!.data.map(Math.abs));
  expect(largest).toBeLessThanOrEqual(1 / 8);
  expect(largest).toBeGreaterThan(0.9 / 8);
  expect(trained(a).map((t) => t.node.name)).toEqual(['model.mm_projector.bias', 'model.mm_projector.weight']);
});

const values = (shapes: Readonly<Record<string, readonly number[]>>) =>
  new Map(
    Object.entries(shapes).map(([name, shape]) => [
      `model.mm_projector.${name}`,
      { shape, data: new Float32Array(shape.reduce((n, d) => n * d, 1)) },
    ]),
  );

test.each([
  ['nothing', {}],
  ['no bias', { weight: [3, 2] }],
  ['three layers', { '0.weight': [3, 2], '0.bias': [3], '2.weight': [3, 3], '2.bias': [3], '4.weight': [3, 3], '4.bias': [3] }],
  ['layers that do not fit each other', { '0.weight': [3, 2], '0.bias': [3], '2.weight': [3, 4], '2.bias': [3] }],
  ['a bias of another width', { weight: [3, 2], bias: [2] }],
  ['a weight that is no matrix', { weight: [3, 2, 1], bias: [3] }],
])('FAME_PROJECTOR: %s', (_, shapes) => {
  expect(() => projectorOf(values(shapes as Record<string, number[]>), 'g.safetensors')).toThrow(
    expect.objectContaining({ code: 'FAME_PROJECTOR', detail: expect.objectContaining({ at: 'g.safetensors' }) }),
  );
});

test('FAME_PROJECTOR: a language model alone', async () => {
  const directory = fileURLToPath(new URL('../../test/fixtures/llama-tiny', import.meta.url));
  await expect(readProjector(directory)).rejects.toMatchObject({ code: 'FAME_PROJECTOR', detail: { got: 'nothing of the kind' } });
});
