import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bertConfig } from './bert.ts';
import { CLIP_L14_336, clipConfig } from './clip.ts';
import { Config, readConfig } from './config.ts';
import { llamaConfig } from './llama.ts';

const refused = (expected: string, got?: string, at?: string) =>
  expect.objectContaining({
    code: 'MODEL_CONFIG',
    message: expect.stringContaining(expected),
    detail: expect.objectContaining({ ...(got === undefined ? {} : { got }), ...(at === undefined ? {} : { at }) }),
  });

const llama = { model_type: 'llama', vocab_size: 10, hidden_size: 8, intermediate_size: 12, num_hidden_layers: 2, num_attention_heads: 2 };

describe('values', () => {
  const c = new Config({ n: 3, x: 0.5, no: null, word: 'b', on: false, list: [1], inner: { n: 4 } }, 'here');
  test('are read by kind, or fall back where absent or null', () => {
    expect([c.integer('n'), c.number('x'), c.integer('no', 7), c.integer('none', 8)]).toEqual([3, 0.5, 7, 8]);
    expect([c.boolean('on', true), c.boolean('none', true), c.choice('word', ['a', 'b']), c.choice('none', ['a'], 'a')]).toEqual([
      false,
      true,
      'b',
      'a',
    ]);
    expect(c.inner('inner')?.integer('n')).toBe(4);
    expect([c.inner('list'), c.inner('no'), c.inner('none')]).toEqual([undefined, undefined, undefined]);
  });
  test.each<[string, () => unknown, string]>([
    ['none', () => c.integer('none'), 'nothing'],
    ['no', () => c.number('no'), 'null'],
    ['x', () => c.integer('x'), '0.5'],
    ['word', () => c.number('word'), '"b"'],
    ['word', () => c.choice('word', ['x', 'y']), '"b"'],
    ['n', () => c.boolean('n', true), '3'],
  ])('"%s" of a wrong kind is named', (key, read, got) =>
    expect(read).toThrow(refused(`"${key}"`, got === 'null' ? undefined : got, 'here')),
  );
  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60])('%d is no size', (n) =>
    expect(() => new Config({ n }, 'here').integer('n')).toThrow(refused('"n"')),
  );
});

describe('a language model', () => {
  test('with defaults', () => {
    expect(llamaConfig(llama)).toMatchObject({
      groups: 2,
      headWidth: 4,
      eps: 1e-6,
      tied: false,
      positions: 2048,
      windows: [Infinity, Infinity],
      copies: false,
    });
  });
  test.each([
    [{ vocab_size: undefined }, '"vocab_size"'],
    [{ hidden_size: null }, '"hidden_size"'],
    [{ hidden_size: '8' }, '"hidden_size"'],
    [{ num_hidden_layers: 1.5 }, '"num_hidden_layers"'],
    [{ num_key_value_heads: 3 }, '"num_key_value_heads"'],
    [{ num_attention_heads: 3 }, '"head_dim"'], // 8 / 3 is no width
    [{ head_dim: 3 }, '"head_dim"'],
    [{ hidden_act: 'gelu' }, '"hidden_act"'],
    [{ tie_word_embeddings: 1 }, '"tie_word_embeddings"'],
    [{ rope_theta: 'x' }, 'Rotary'],
    [{ rope_theta: -1 }, 'Rotary'],
    [{ rope_scaling: { type: 'constructor' } }, 'constructor'],
    [{ model_type: 'mistral', sliding_window: 0 }, '"sliding_window"'],
    [{ model_type: 'mistral', sliding_window: 4, layer_types: ['full_attention'] }, '"layer_types"'],
    [{ model_type: 'qwen2', sliding_window: 4, layer_types: ['full_attention', 'linear_attention'] }, '"layer_types"'],
  ])('%j is refused', (part, words) => expect(() => llamaConfig({ ...llama, ...part })).toThrow(refused(words)));
  test.each(['gpt2', undefined, null, 7])('of type %j is none', (model_type) =>
    expect(() => llamaConfig({ ...llama, model_type })).toThrow(expect.objectContaining({ code: 'MODEL_TYPE' })),
  );
  test.each([
    [{ model_type: 'llama', sliding_window: 4 }, [Infinity, Infinity]],
    [{ model_type: 'mistral', sliding_window: null }, [Infinity, Infinity]],
    [{ model_type: 'mistral', sliding_window: 4 }, [4, 4]],
    [{ model_type: 'qwen2', sliding_window: 4, use_sliding_window: false, max_window_layers: 0 }, [Infinity, Infinity]],
    [{ model_type: 'qwen2', sliding_window: 4, use_sliding_window: true, max_window_layers: 1 }, [Infinity, 4]],
    [{ model_type: 'qwen2', sliding_window: 4, use_sliding_window: true, max_window_layers: 0 }, [4, 4]],
    [{ model_type: 'qwen2', sliding_window: 4, layer_types: ['sliding_attention', 'full_attention'] }, [4, Infinity]],
  ])('%j looks back %j', (part, windows) => expect(llamaConfig({ ...llama, ...part }).windows).toEqual(windows));
});

describe('LLaVA', () => {
  // The parts of published configurations that matter here: what equals a default is not written in them.
  const llava = {
    model_type: 'llava',
    tie_word_embeddings: false,
    text_config: { model_type: 'llama', max_position_embeddings: 4096, rms_norm_eps: 1e-5, vocab_size: 32064 },
    vision_config: {
      model_type: 'clip_vision_model',
      hidden_size: 1024,
      image_size: 336,
      intermediate_size: 4096,
      num_attention_heads: 16,
      num_hidden_layers: 24,
      patch_size: 14,
    },
  };
  test('gives Vicuna 7B and CLIP ViT-L/14@336', () => {
    expect(llamaConfig(llava)).toMatchObject({
      vocabulary: 32064,
      width: 4096,
      layers: 32,
      heads: 32,
      groups: 32,
      headWidth: 128,
      mlp: 11008,
      positions: 4096,
      eps: 1e-5,
      tied: false,
    });
    expect(clipConfig(llava)).toEqual(CLIP_L14_336);
  });
  test('gives Mistral 7B', () => {
    const text = {
      model_type: 'mistral',
      intermediate_size: 14336,
      max_position_embeddings: 32768,
      num_key_value_heads: 8,
      rope_theta: 1e6,
      sliding_window: null,
    };
    const c = llamaConfig({ model_type: 'llava_next', text_config: text });
    expect(c).toMatchObject({ width: 4096, groups: 8, headWidth: 128, mlp: 14336 });
    expect(c.windows[0]).toBe(Infinity);
    expect(llamaConfig({ text_config: { model_type: 'mistral' } }).windows[0]).toBe(4096);
  });
  test('says where it went wrong', () => {
    expect(() => llamaConfig({ text_config: { model_type: 'opt' } }, 'c.json')).toThrow(
      expect.objectContaining({ code: 'MODEL_TYPE', detail: expect.objectContaining({ at: 'c.json → text_config', got: '"opt"' }) }),
    );
    expect(() => llamaConfig({ text_config: { hidden_size: -4 } }, 'c.json')).toThrow(
      refused('"hidden_size"', '-4', 'c.json → text_config'),
    );
  });
});

describe('a CLIP tower', () => {
  const tower = { model_type: 'clip_vision_model', hidden_size: 32, num_attention_heads: 2 };
  test('alone and inside a whole CLIP model', () => {
    const c = clipConfig(tower);
    expect(c).toMatchObject({ image: 224, patch: 32, width: 32, heads: 2, layers: 12, activation: 'quick_gelu' });
    expect(clipConfig({ model_type: 'clip', vision_config: tower, text_config: {} })).toEqual(c);
  });
  test.each([
    [{ num_attention_heads: 3 }, '"num_attention_heads"'],
    [{ image_size: 16, patch_size: 32 }, '"patch_size"'],
    [{ hidden_act: 'silu' }, '"hidden_act"'],
    [{ layer_norm_eps: 0 }, '"layer_norm_eps"'],
  ])('%j is refused', (part, words) => expect(() => clipConfig({ ...tower, ...part })).toThrow(refused(words)));
  test('of another kind is none', () =>
    expect(() => clipConfig({ model_type: 'siglip_vision_model' })).toThrow(expect.objectContaining({ code: 'MODEL_TYPE' })));
});

describe('BERT', () => {
  const bert = { model_type: 'bert', vocab_size: 10, hidden_size: 8, num_hidden_layers: 1, num_attention_heads: 2, intermediate_size: 16 };
  test('and RoBERTa have defaults of their own', () => {
    expect(bertConfig(bert)).toMatchObject({ kind: 'bert', types: 2, pad: 0, positions: 512, activation: 'gelu' });
    expect(bertConfig({ ...bert, model_type: 'xlm-roberta' })).toMatchObject({ kind: 'roberta', types: 1, pad: 1 });
  });
  test.each([
    [{ num_attention_heads: 3 }, '"num_attention_heads"'],
    [{ hidden_act: 'silu' }, '"hidden_act"'],
    [{ pad_token_id: 'x' }, '"pad_token_id"'],
    [{ position_embedding_type: 'relative_key' }, '"position_embedding_type"'],
  ])('%j is refused', (part, words) => expect(() => bertConfig({ ...bert, ...part })).toThrow(refused(words)));
  test('of another kind is none', () =>
    expect(() => bertConfig({ ...bert, model_type: 'constructor' })).toThrow(expect.objectContaining({ code: 'MODEL_TYPE' })));
});

test('a file that is missing or no object is named', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'famenet-config-'));
  await expect(readConfig(folder)).rejects.toMatchObject({ code: 'FILE_MISSING' });
  await writeFile(join(folder, 'config.json'), '[]');
  await expect(readConfig(folder)).rejects.toMatchObject({ code: 'FILE_DAMAGED' });
  await writeFile(join(folder, 'config.json'), JSON.stringify(llama));
  expect((await readConfig(folder)).integer('hidden_size')).toBe(8);
  await rm(folder, { recursive: true });
});
