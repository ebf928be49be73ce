import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compile, input } from '../graph/index.ts';
import { openCheckpoint, openWeights, readBytes, type TensorData, writeSafetensors } from '../weights/index.ts';
import { CLIP_RENAMES, type ClipConfig, clipConfig, clipHidden, clipPatches, clipPooled } from './clip.ts';
import { readConfig } from './config.ts';

const TINY = new URL('../../test/fixtures/clip-tiny', import.meta.url).pathname;
const prefixed = /^(?=embeddings|pre_layrnorm|encoder|post_layernorm)/;

let folder: string;
let config: ClipConfig;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-clip-'));
  config = clipConfig((await readConfig(TINY)).json);
});
afterAll(() => rm(folder, { recursive: true }));

test.each([
  ['transformers 5, alone', ''],
  ['published CLIP checkpoints', 'vision_model.'],
  ['LLaVA of transformers 4', 'vision_tower.vision_model.'],
  ['LLaVA of transformers 5', 'model.vision_tower.'],
  ['LLaVA of transformers 5, whole', 'model.vision_tower.vision_model.'],
  ['the authors of LLaVA', 'model.vision_tower.vision_tower.vision_model.'],
])('finds the tower as %s name it: "%s"', async (_, prefix) => {
  const file = join(folder, `${prefix}x.safetensors`);
  const tower: TensorData[] = [];
  for (const e of (await openCheckpoint(TINY)).entries.values())
    tower.push({ ...e, name: e.name.replace(prefixed, prefix), data: await readBytes(e) });
  // What stands beside the tower must not be taken for it.
  const beside = [
    'text_model.encoder.layers.0.layer_norm1.weight',
    'model.layers.0.input_layernorm.weight',
    'lm_head.weight',
    'logit_scale',
  ];
  const other = beside.map((name): TensorData => ({ name, dtype: 'U8', shape: [1], data: new Uint8Array(1) }));
  await writeSafetensors(file, [...tower, ...other]);

  const w = await openWeights(file, { rename: CLIP_RENAMES });
  const pixels = input('pixels', 'float32', [1, 3, config.image, config.image]);
  const session = await compile({ pooled: clipPooled(w, config, pixels), patches: clipPatches(w, config, pixels) });
  await session.dispose();
  expect([...w.asked.keys()].every((name) => name.startsWith('vision_model.'))).toBe(true);
  expect(w.asked.size).toBe(tower.length);
  for (const name of beside) expect(w.has(name)).toBe(true);
});

test.each([-5, 4, 0.5, Number.NaN])('layer %d does not exist', async (take) => {
  const w = await openWeights(TINY, { rename: CLIP_RENAMES });
  const pixels = input('pixels', 'float32', [1, 3, config.image, config.image]);
  expect(() => clipHidden(w, config, pixels, take)).toThrow(expect.objectContaining({ code: 'MODEL_LAYER' }));
});

test('only the blocks that a layer needs are read', async () => {
  const w = await openWeights(TINY, { rename: CLIP_RENAMES });
  clipHidden(w, config, input('pixels', 'float32', ['B', 3, config.image, config.image]), 1);
  const blocks = [...w.asked.keys()].flatMap((name) => /layers\.(\d)/.exec(name)?.[1] ?? []);
  expect(new Set(blocks)).toEqual(new Set(['0']));
});
