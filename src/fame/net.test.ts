/** The real sizes, without a byte of weights: every published name is asked for with its published shape, and nothing else is. */
import { describe, expect, test } from 'vitest';
import { input } from '../graph/index.ts';
import { CLIP_RENAMES, clipConfig, LLAMA_RENAMES, llamaDecoder, llamaLogits } from '../models/index.ts';
import { type Checkpoint, type TensorEntry, weightsOf } from '../weights/index.ts';
import { languageConfig } from './fame.ts';
import { pools, videoTokens } from './net.ts';
import { PROJECTOR_RENAMES, projectorOf } from './projector.ts';

type Shapes = Readonly<Record<string, readonly number[]>>;

/** The table of contents of a checkpoint in halves. */
function contents(shapes: Shapes): Checkpoint {
  const entryOf = (name: string, shape: readonly number[]): TensorEntry => ({
    name,
    shape,
    dtype: 'F16',
    file: 'none',
    offset: 0,
    bytes: shape.reduce((n, d) => n * d, 2),
  });
  return { path: 'none', metadata: {}, entries: new Map(Object.entries(shapes).map(([name, shape]) => [name, entryOf(name, shape)])) };
}

const under = (prefix: string, shapes: Shapes): Shapes => Object.fromEntries(Object.entries(shapes).map(([n, s]) => [`${prefix}${n}`, s]));
const layers = (count: number, at: string, shapes: Shapes): Shapes =>
  Object.assign({}, ...Array.from({ length: count }, (_, i) => under(`${at}${i}.`, shapes)));
const both = (name: string, out: number, width: number): Shapes => ({ [`${name}.weight`]: [out, width], [`${name}.bias`]: [out] });
const norm = (name: string, width: number): Shapes => ({ [`${name}.weight`]: [width], [`${name}.bias`]: [width] });

/** Vicuna-7B. */
const LANGUAGE = (vocabulary: number): Shapes => ({
  'model.embed_tokens.weight': [vocabulary, 4096],
  ...layers(32, 'model.layers.', {
    'input_layernorm.weight': [4096],
    'post_attention_layernorm.weight': [4096],
    'self_attn.q_proj.weight': [4096, 4096],
    'self_attn.k_proj.weight': [4096, 4096],
    'self_attn.v_proj.weight': [4096, 4096],
    'self_attn.o_proj.weight': [4096, 4096],
    'mlp.gate_proj.weight': [11008, 4096],
    'mlp.up_proj.weight': [11008, 4096],
    'mlp.down_proj.weight': [4096, 11008],
  }),
  'model.norm.weight': [4096],
  'lm_head.weight': [vocabulary, 4096],
});

/** CLIP ViT-L/14 at 336 pixels. */
const TOWER: Shapes = {
  'embeddings.class_embedding': [1024],
  'embeddings.patch_embedding.weight': [1024, 3, 14, 14],
  'embeddings.position_embedding.weight': [577, 1024],
  ...norm('pre_layrnorm', 1024),
  ...layers(24, 'encoder.layers.', {
    ...norm('layer_norm1', 1024),
    ...norm('layer_norm2', 1024),
    ...both('self_attn.q_proj', 1024, 1024),
    ...both('self_attn.k_proj', 1024, 1024),
    ...both('self_attn.v_proj', 1024, 1024),
    ...both('self_attn.out_proj', 1024, 1024),
    ...both('mlp.fc1', 4096, 1024),
    ...both('mlp.fc2', 1024, 4096),
  }),
  ...norm('post_layernorm', 1024),
};

const TWO: Shapes = { ...both('1', 4096, 1024), ...both('2', 4096, 4096) };
const LLAMA = { vocab_size: 32000, hidden_size: 4096, intermediate_size: 11008, num_hidden_layers: 32, num_attention_heads: 32 };
const CLIP = {
  model_type: 'clip_vision_model',
  hidden_size: 1024,
  intermediate_size: 4096,
  num_hidden_layers: 24,
  num_attention_heads: 16,
  image_size: 336,
  patch_size: 14,
};

/** What each publishes, and the config.json beside it. Facts: LLaVA's and Video-ChatGPT's programs, transformers' converter and rename table. */
const PUBLISHED = {
  'llava-1.5-7b-hf': {
    config: { model_type: 'llava', text_config: { ...LLAMA, model_type: 'llama', vocab_size: 32064 } },
    language: under('language_model.', LANGUAGE(32064)),
    tower: under('vision_tower.vision_model.', TOWER),
    projector: under('multi_modal_projector.linear_', TWO),
  },
  'llava-1.5-7b-hf as transformers 5 names it': {
    config: { model_type: 'llava', text_config: { ...LLAMA, model_type: 'llama', vocab_size: 32064 } },
    language: Object.fromEntries(Object.entries(LANGUAGE(32064)).map(([n, s]) => [n.replace(/^model\./, 'model.language_model.'), s])),
    tower: under('model.vision_tower.', TOWER),
    projector: under('model.multi_modal_projector.linear_', TWO),
  },
  'llava-v1.5-7b': {
    config: { ...LLAMA, model_type: 'llava', mm_projector_type: 'mlp2x_gelu' },
    language: LANGUAGE(32000),
    tower: under('model.vision_tower.vision_tower.vision_model.', TOWER),
    projector: Object.fromEntries(Object.entries(TWO).map(([n, s]) => [`model.mm_projector.${2 * Number(n[0]) - 2}${n.slice(1)}`, s])),
  },
  'vicuna-7b, CLIP and the projector of Video-ChatGPT': {
    config: { ...LLAMA, model_type: 'llama' },
    language: LANGUAGE(32000),
    tower: under('vision_model.', TOWER),
    projector: under('model.mm_projector', both('', 4096, 1024)),
  },
} as const;

/** Stored names under the names that networks ask for. */
const asked = (shapes: Shapes, renames: readonly (readonly [RegExp, string])[]): string[] =>
  Object.keys(shapes)
    .map((name) => renames.reduce((n, [from, to]) => n.replace(from, to), name))
    .sort();

describe.each(Object.entries(PUBLISHED))('%s', (_, { config, language, tower, projector }) => {
  const whole = contents({ ...language, ...tower, ...projector });

  test('the language model asks for all of its weights', () => {
    const [w, c] = [weightsOf(whole, { rename: LLAMA_RENAMES }), languageConfig(config)];
    const table = (name: string) => input(name, 'float32', [1, 1, 'T', c.headWidth]);
    const x = input('x', 'float32', [1, 'T', c.width]);
    const mask = input('mask', 'float32', ['T', 'T']);
    const { hidden } = llamaDecoder(w, c, { x, cos: table('cos'), sin: table('sin'), mask: () => mask });
    expect(llamaLogits(w, c, hidden).shape).toEqual([1, 'T', c.vocabulary]);
    const names = asked(language, LLAMA_RENAMES).filter((name) => name !== 'model.embed_tokens.weight');
    expect([...w.asked.keys()].sort()).toEqual(names);
  });

  test('the tower asks for all but its last layer, and gives 576 + T rows of 4096', () => {
    const [w, c] = [weightsOf(whole, { rename: CLIP_RENAMES }), { ...clipConfig(CLIP), take: -2 }];
    const { Rt, Rs } = pools(w, c, input('V', 'float32', [8, 3, 336, 336]));
    expect([Rt.shape, Rs.shape]).toEqual([
      [8, 1024],
      [576, 1024],
    ]);
    const unused = /layers\.23\.|post_layernorm/;
    expect([...w.asked.keys()].sort()).toEqual(asked(tower, CLIP_RENAMES).filter((name) => !unused.test(name)));

    const names = asked(projector, PROJECTOR_RENAMES);
    const stored = new Map(Object.entries(projector).map(([n, shape]) => [asked({ [n]: shape }, PROJECTOR_RENAMES)[0]!, shape]));
    const values = new Map([...stored].map(([n, shape]) => [n, { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) }]));
    const g = projectorOf(values, 'published');
    expect(videoTokens(w, c, g, input('V', 'float32', [8, 3, 336, 336])).shape).toEqual([584, 4096]);
    expect([...g.weights.asked.keys()].sort()).toEqual(names);
  });
});
