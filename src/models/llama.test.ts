import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tinyLlama } from '../../test/support/tiny.ts';
import { constant, input, type Tensor } from '../graph/index.ts';
import { freshWeights, openWeights, type TensorData, type Weights, writeSafetensors } from '../weights/index.ts';
import { bertConfig, bertHidden } from './bert.ts';
import { embedTokens, LLAMA_RENAMES, type LlamaConfig, llamaDecoder, llamaLogits } from './llama.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-llama-'));
});
afterAll(() => rm(folder, { recursive: true }));

const nothing = freshWeights((_, shape) => new Float32Array(shape.reduce((n, d) => n * d, 1)));

function build(w: Weights, c: LlamaConfig): { logits: Tensor; windows: number[] } {
  const windows: number[] = [];
  const table = constant('float32', [1, 1, 1, c.headWidth], new Float32Array(c.headWidth));
  const mask = (size: number) => {
    windows.push(size);
    return constant('float32', [1, 1], [0]);
  };
  const x = embedTokens(w, c, input('ids', 'int64', ['B', 1]));
  const { hidden, layers, fresh } = llamaDecoder(w, c, { x, cos: table, sin: table, mask });
  expect([layers.length, fresh.length]).toEqual([c.layers, c.layers]);
  expect(fresh[0]?.k.shape).toEqual(['B', c.groups, c.headWidth, 1]);
  return { logits: llamaLogits(w, c, hidden), windows };
}

test('asks for exactly the weights that a checkpoint of that size holds', () => {
  const { config, weights } = tinyLlama({ head_dim: 6 });
  expect(build(weights, config).logits.shape).toEqual(['B', 1, 24]);
  expect(Object.fromEntries([...weights.asked].map(([name, t]) => [name, t.shape.join()]))).toEqual({
    'model.embed_tokens.weight': '24,16',
    'model.layers.0.input_layernorm.weight': '16',
    'model.layers.0.self_attn.q_proj.weight': '12,16',
    'model.layers.0.self_attn.k_proj.weight': '6,16',
    'model.layers.0.self_attn.v_proj.weight': '6,16',
    'model.layers.0.self_attn.o_proj.weight': '16,12',
    'model.layers.0.post_attention_layernorm.weight': '16',
    'model.layers.0.mlp.gate_proj.weight': '24,16',
    'model.layers.0.mlp.up_proj.weight': '24,16',
    'model.layers.0.mlp.down_proj.weight': '16,24',
    'model.norm.weight': '16',
    'lm_head.weight': '24,16',
  });
});

test('a tied head is the table itself, one weight', () => {
  const { config, weights } = tinyLlama({ tie_word_embeddings: true });
  build(weights, config);
  expect(weights.has('lm_head.weight')).toBe(false);
});

test('each layer asks for the mask of its window', () => {
  const json = {
    model_type: 'qwen2',
    num_hidden_layers: 3,
    sliding_window: 4,
    layer_types: ['full_attention', 'sliding_attention', 'full_attention'],
  };
  const { config, weights } = tinyLlama(json);
  expect(build(weights, config).windows).toEqual([Infinity, 4, Infinity]);
});

describe('a language model inside LLaVA is found', () => {
  const { config, weights } = tinyLlama();
  build(weights, config);
  test.each<[string, (name: string) => string]>([
    ['transformers 4', (name) => `language_model.${name}`],
    ['transformers 5', (name) => name.replace(/^model\./, 'model.language_model.')],
    ['alone', (name) => name],
  ])('as %s names it', async (called, spell) => {
    const file = join(folder, `${called}.safetensors`);
    const tensors = [...weights.asked].map(([name, t]): TensorData => {
      const shape = t.shape as number[];
      return { name: spell(name), dtype: 'F32', shape, data: new Uint8Array(4 * shape.reduce((n, d) => n * d, 1)) };
    });
    await writeSafetensors(file, [...tensors, { name: 'model.vision_tower.x', dtype: 'U8', shape: [1], data: new Uint8Array(1) }]);
    const w = await openWeights(file, { rename: LLAMA_RENAMES });
    build(w, config);
    expect([...w.asked.keys()].toSorted()).toEqual([...weights.asked.keys()].toSorted());
  });
});

test.each([-5, 3, 1.5])('BERT has no hidden layer %d', (take) => {
  const c = bertConfig({
    model_type: 'bert',
    vocab_size: 9,
    hidden_size: 8,
    num_hidden_layers: 2,
    num_attention_heads: 2,
    intermediate_size: 8,
  });
  const ids = input('ids', 'int64', ['B', 'T']);
  const mask = input('mask', 'float32', ['B', 'T']);
  expect(() => bertHidden(nothing, c, { ids, positions: ids, types: ids, mask }, take)).toThrow(
    expect.objectContaining({ code: 'MODEL_LAYER' }),
  );
});
