/**
 * CLIP image tower, Radford et al. 2021 §2.4. Reference: transformers 5.23 `modeling_clip.py`. Parity: test/parity/clip.test.ts.
 * B pictures, N patches, D width.
 */
import { ModelError } from '../base/errors.ts';
import {
  add,
  attention,
  concat,
  conv,
  type Dim,
  expand,
  flatten,
  gelu,
  joinHeads,
  quickGelu,
  reshape,
  slice,
  splitHeads,
  type Tensor,
  transpose,
} from '../graph/index.ts';
import type { Weights } from '../weights/index.ts';
import { Config, type Json } from './config.ts';
import { dense, norm } from './layers.ts';

export interface ClipConfig {
  /** Side of the picture in pixels. */
  readonly image: number;
  readonly patch: number;
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly mlp: number;
  readonly eps: number;
  readonly activation: keyof typeof ACTIVATIONS;
}

const ACTIVATIONS = { quick_gelu: quickGelu, gelu: (x: Tensor) => gelu(x) } as const;

export const CLIP_L14_336: ClipConfig = {
  image: 336,
  patch: 14,
  width: 1024,
  layers: 24,
  heads: 16,
  mlp: 4096,
  eps: 1e-5,
  activation: 'quick_gelu',
};
export const CLIP_L14: ClipConfig = { ...CLIP_L14_336, image: 224 };

/** Reads the `config.json` of a CLIP vision model, of a whole CLIP model, or of LLaVA. @throws ModelError MODEL_CONFIG, MODEL_TYPE */
export function clipConfig(json: Json, at = 'config.json'): ClipConfig {
  const c = new Config(json, at).inner('vision_config') ?? new Config(json, at);
  if (c.json.model_type !== 'clip_vision_model')
    throw new ModelError('MODEL_TYPE', 'This is not a CLIP image tower', {
      at: c.at,
      expected: 'model_type clip_vision_model (or a vision_config of it)',
      got: JSON.stringify(c.json.model_type),
      fix: 'use a CLIP or LLaVA checkpoint',
    });
  const [width, heads, image] = [c.integer('hidden_size', 768), c.integer('num_attention_heads', 12), c.integer('image_size', 224)];
  c.divisor('num_attention_heads', heads, width);
  const patch = c.integer('patch_size', 32);
  if (patch > image) throw c.wrong('patch_size', `at most image_size ${image}`, patch);
  return {
    image,
    patch,
    width,
    layers: c.integer('num_hidden_layers', 12),
    heads,
    mlp: c.integer('intermediate_size', 3072),
    eps: c.number('layer_norm_eps', 1e-5),
    activation: c.choice('hidden_act', ['quick_gelu', 'gelu'], 'quick_gelu'),
  };
}

/** Every spelling of the tower under OpenAI's: transformers 5 saves it alone without `vision_model.`, LLaVA puts one or two `vision_tower.` before it. */
export const CLIP_RENAMES = [
  [/^(model\.)?(vision_tower\.)*(vision_model\.)?(?=(embeddings|pre_layrnorm|encoder|post_layernorm)\.)/, 'vision_model.'],
] as const;

/**
 * The hidden state that transformers calls `hidden_states[take]`: 0 is the normalised embedding, `layers` the last block's; negative counts from the end,
 * so −2 is what LLaVA uses. pixels [B,3,S,S] → [B,1+N,D]; only the blocks needed are built.
 */
export function clipHidden(w: Weights, c: ClipConfig, pixels: Tensor, take = -2): Tensor {
  const depth = take < 0 ? c.layers + 1 + take : take;
  if (!(depth >= 0 && depth <= c.layers && Number.isInteger(depth)))
    throw new ModelError('MODEL_LAYER', 'There is no such layer', {
      expected: `${-c.layers - 1} … ${c.layers}`,
      got: String(take),
      fix: 'take −2 for what LLaVA uses, −1 for the last',
    });
  let x = embeddings(w.at('vision_model.embeddings'), c, pixels); //                                    [B,1+N,D]
  x = norm(w.at('vision_model.pre_layrnorm'), c.width, x, c.eps); //                                    sic: their spelling
  for (let i = 0; i < depth; i++) x = block(w.at(`vision_model.encoder.layers.${i}`), c, x);
  return x;
}

/** Patch features of a hidden layer without the class token: what LLaVA and FAME-Net see. pixels [B,3,S,S] → [B,N,D]. */
export function clipPatches(w: Weights, c: ClipConfig, pixels: Tensor, take = -2): Tensor {
  return slice(clipHidden(w, c, pixels, take), { axis: 1, start: 1 });
}

/** The normalised class token after the last block. pixels [B,3,S,S] → [B,D]. */
export function clipPooled(w: Weights, c: ClipConfig, pixels: Tensor): Tensor {
  const cls = slice(clipHidden(w, c, pixels, -1), { axis: 1, end: 1 });
  return norm(w.at('vision_model.post_layernorm'), c.width, reshape(cls, [-1, c.width]), c.eps);
}

function embeddings(w: Weights, c: ClipConfig, pixels: Tensor): Tensor {
  const [B, D, N] = [pixels.shape[0] as Dim, c.width, Math.floor(c.image / c.patch) ** 2];
  const patches = conv(pixels, w.get('patch_embedding.weight', [D, 3, c.patch, c.patch]), undefined, { stride: c.patch }); // [B,D,h,w]
  const rows = transpose(flatten(patches, 2), [0, 2, 1]); //                                            [B,N,D]
  const cls = expand(reshape(w.get('class_embedding', [D]), [1, 1, D]), [B, 1, D], pixels); //          [B,1,D]
  return add(concat([cls, rows], 1), w.get('position_embedding.weight', [N + 1, D]));
}

/** Pre-norm: x += attention(ln₁ x); x += mlp(ln₂ x). */
function block(w: Weights, c: ClipConfig, x: Tensor): Tensor {
  const y = add(x, selfAttention(w.at('self_attn'), c, norm(w.at('layer_norm1'), c.width, x, c.eps)));
  const h = dense(w.at('mlp.fc1'), [c.mlp, c.width], norm(w.at('layer_norm2'), c.width, y, c.eps));
  return add(y, dense(w.at('mlp.fc2'), [c.width, c.mlp], ACTIVATIONS[c.activation](h)));
}

function selfAttention(w: Weights, c: ClipConfig, x: Tensor): Tensor {
  const [D, d] = [c.width, c.width / c.heads];
  const [q, k, v] = ['q_proj', 'k_proj', 'v_proj'].map((name) => splitHeads(dense(w.at(name), [D, D], x), c.heads, d)) as [
    Tensor,
    Tensor,
    Tensor,
  ];
  return dense(w.at('out_proj'), [D, D], joinHeads(attention(q, k, v)));
}
