import { copyFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { weightHash } from '../models/encoder.ts';
import { openCheckpoint, quantizeDirectory } from '../weights/index.ts';
import { languageConfig, openFame } from './fame.ts';
import { freshProjector, projectorHash, readProjector } from './projector.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../../test/fixtures/${name}`, import.meta.url));
const LLAVA = fixture('llava-tiny');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-open-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The fixture with other settings in its config.json, and other files beside it. */
async function changed(name: string, change: Record<string, unknown>, files: Record<string, unknown> = {}): Promise<string> {
  const out = join(folder, name);
  await cp(LLAVA, out, { recursive: true });
  const config = JSON.parse(await readFile(join(LLAVA, 'config.json'), 'utf8')) as Record<string, unknown>;
  await writeFile(join(out, 'config.json'), JSON.stringify({ ...config, ...change }));
  for (const [file, content] of Object.entries(files)) await writeFile(join(out, file), JSON.stringify(content));
  return out;
}

describe('what is in the folders decides', () => {
  test('a LLaVA has everything; its picture settings are those of its tower', async () => {
    const fame = await openFame(LLAVA);
    expect(fame.vision?.tower).toMatchObject({ image: 21, width: 16, take: -2 });
    expect(fame.vision?.settings).toMatchObject({ size: 21, crop: { width: 21, height: 21 }, filter: 'bicubic' });
    expect(fame.vision?.tokens(3)).toBe(12);
    expect(fame.receipt).toEqual({
      model: 'llava-tiny',
      tower: 'llava-tiny',
      projector: { source: 'llava-tiny', form: 'mlp2x_gelu', sha256: projectorHash(await readProjector(LLAVA)) },
      template: 'vicuna',
    });
    await fame.dispose();
  });

  test('a language model, a tower and a projector from three places', async () => {
    const g = freshProjector('linear', 16, 64, 3);
    const fame = await openFame(fixture('llama-tiny'), { vision: LLAVA, projector: g, template: 'plain', padFrames: 5 });
    expect(fame.receipt).toEqual({
      model: 'llama-tiny',
      tower: 'llava-tiny',
      projector: { source: 'fresh, seed 3', form: 'linear', sha256: projectorHash(g) },
      template: 'plain',
      padFrames: 5,
    });
    expect(fame.vision?.tokens(3)).toBe(5 + 9);
    await fame.dispose();
  });

  test('later: the language model is compiled when it is asked, and says the same', async () => {
    const [now, later] = [await openFame(LLAVA), await openFame(LLAVA, { later: true })];
    expect(later.receipt).toEqual(now.receipt);
    expect(await later.language.embed([[1, 5]])).toEqual(await now.language.embed([[1, 5]]));
    await Promise.all([now.dispose(), later.dispose()]);
  });

  test('a language model alone sees nothing', async () => {
    const fame = await openFame(fixture('qwen2-tiny'));
    expect(fame.vision).toBeUndefined();
    expect(fame.receipt).toEqual({ model: 'qwen2-tiny', template: 'qwen2' });
    await fame.dispose();
  });

  test('a packed copy knows its hash, since its receipt does', async () => {
    const packed = join(folder, 'packed');
    await quantizeDirectory(LLAVA, packed, { bits: 8, block: 16 });
    const fame = await openFame(packed);
    expect(fame.receipt.weights).toBe(await weightHash(await openCheckpoint(packed)));
    await fame.dispose();
  });

  test('settings saved with the tower are used', async () => {
    const saved = { size: { shortest_edge: 30 }, crop_size: { height: 21, width: 21 }, resample: 2, image_mean: [0.5, 0.5, 0.5] };
    const fame = await openFame(await changed('settings', { vision_feature_layer: -1 }, { 'preprocessor_config.json': saved }));
    expect(fame.vision?.settings).toMatchObject({ size: 30, filter: 'bilinear', mean: [0.5, 0.5, 0.5] });
    expect(fame.vision?.tower.take).toBe(-1);
    await fame.dispose();
  });
});

test.each(['llava', 'llava_llama', 'VideoChatGPT'])("%s: LLaMA's settings beside the program's own", (model_type) => {
  const json = { model_type, vocab_size: 10, hidden_size: 8, intermediate_size: 8, num_hidden_layers: 1, num_attention_heads: 2 };
  expect(languageConfig(json)).toMatchObject({ vocabulary: 10, width: 8, layers: 1 });
  expect(() => languageConfig({ ...json, model_type: 'whisper' })).toThrow(expect.objectContaining({ code: 'MODEL_TYPE' }));
});

describe('refusals', () => {
  test('FAME_FIT: a projector between other widths', async () => {
    await expect(openFame(LLAVA, { projector: freshProjector('linear', 16, 64, 1) })).rejects.toMatchObject({
      code: 'FAME_FIT',
      detail: { expected: '16 → 32', got: '16 → 64' },
    });
  });

  test('FAME_FIT: a tokenizer with more ids than the table has rows', async () => {
    const out = await changed('words', { text_config: { model_type: 'llama', vocab_size: 383, hidden_size: 32, num_attention_heads: 4 } });
    await expect(openFame(out)).rejects.toMatchObject({ code: 'FAME_FIT', detail: { expected: 'at most 383 ids', got: '384' } });
  });

  test.each([
    ['several layers', { vision_feature_layer: [-2, -5] }],
    ['the class token', { vision_feature_select_strategy: 'full' }],
  ])('FAME_TOWER: %s', async (name, change) => {
    await expect(openFame(await changed(name.replace(/ /g, ''), change))).rejects.toMatchObject({ code: 'FAME_TOWER' });
  });

  test('FAME_TOWER: pictures of another size than the tower takes', async () => {
    const out = await changed('size', {}, { 'preprocessor_config.json': { size: 24, crop_size: 24 } });
    await expect(openFame(out)).rejects.toMatchObject({ code: 'FAME_TOWER', detail: { expected: 'pictures of 21 × 21', got: '24 × 24' } });
  });

  test('FAME_PROJECTOR and FAME_TEMPLATE', async () => {
    await expect(openFame(LLAVA, { projector: fixture('clip-tiny') })).rejects.toMatchObject({ code: 'FAME_PROJECTOR' });
    await expect(openFame(LLAVA, { template: 'llama3' })).rejects.toMatchObject({ code: 'FAME_TEMPLATE' });
  });

  test('a PyTorch file is told how to become readable', async () => {
    await copyFile(join(LLAVA, 'video-chatgpt.bin'), join(folder, 'mm_projector.bin'));
    await expect(openFame(LLAVA, { projector: join(folder, 'mm_projector.bin') })).rejects.toThrow(/famenet models convert/);
  });
});
