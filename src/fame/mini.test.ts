import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { miniFolder, modelCard } from './mini.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-mini-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A model's folder that says this of itself. */
async function saying(content: string): Promise<string> {
  const model = await mkdtemp(join(folder, 'model-'));
  await writeFile(join(model, 'famenet-model.json'), content);
  return model;
}

test('mini is a folder of this package', async () => {
  await mkdir(join(folder, 'mini'));
  await expect(miniFolder(folder)).rejects.toMatchObject({ code: 'EXPLAIN_MODEL' }); // empty
  await writeFile(join(folder, 'mini', 'config.json'), '{}');
  expect(await miniFolder(folder)).toBe(join(folder, 'mini'));
  const absent = miniFolder(join(folder, 'elsewhere'));
  await expect(absent).rejects.toThrow(/FAME-mini[\s\S]*elsewhere[\s\S]*--model FOLDER/);
});

test('a card says with which modalities, in their order, and why; most models have none', async () => {
  const why = 'its image tower has only seen drawings';
  expect(await modelCard(await saying(JSON.stringify({ famenet: { modalities: 'ET', why } })))).toEqual({ modalities: ['T', 'E'], why });
  const counted = JSON.stringify({ famenet: { modalities: 'T', why, frames: 8, beams: 4 } });
  expect(await modelCard(await saying(counted))).toEqual({ modalities: ['T'], why, frames: 8, beams: 4 });
  expect(await modelCard(await saying('{"name": "other"}'))).toBeUndefined();
  expect(await modelCard(folder)).toBeUndefined();
});

test.each([
  '{"famenet": {"modalities": "TX", "why": "so"}}',
  '{"famenet": {"modalities": "TT", "why": "so"}}',
  '{"famenet": {"modalities": "", "why": "so"}}',
  '{"famenet": {"modalities": "T"}}',
  '{"famenet": ["T"]}',
  '{"famenet": {"modalities": "T", "why": "so", "frames": 0}}',
  '{"famenet": {"modalities": "T", "why": "so", "beams": "4"}}',
])('FAME_CARD: %s', async (content) => {
  await expect(modelCard(await saying(content))).rejects.toMatchObject({ code: 'FAME_CARD' });
});

test('FILE_DAMAGED: a card that is no JSON', async () => {
  await expect(modelCard(await saying('{"famenet"'))).rejects.toMatchObject({ code: 'FILE_DAMAGED' });
});
