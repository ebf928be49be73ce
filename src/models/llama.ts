/**
 * The LLaMA family: LLaMA, Vicuna, TinyLlama, SmolLM (Touvron et al. 2023), Mistral (sliding window), Qwen2 and 2.5 (biases on q, k, v; tied embeddings).
 * Reference: transformers 5.23 `modeling_llama.py`, `modeling_mistral.py`, `modeling_qwen2.py`. Parity: test/parity/llama.test.ts.
 * B rows, T new tokens, P tokens of cache, D width, H heads, G key-value heads, d width of a head, V vocabulary.
 */
import { ModelError } from '../base/errors.ts';
import {
  add,
  attention,
  cast,
  concat,
  type Dim,
  embedding,
  joinHeads,
  linear,
  matMul,
  mul,
  reshape,
  rmsNorm,
  rope,
  silu,
  softmax,
  splitAt,
  splitHeads,
  type Tensor,
  transpose,
} from '../graph/index.ts';
import type { Weights } from '../weights/index.ts';
import { Config, type Json } from './config.ts';
import { copyLayer } from './copy.ts';
import { dense } from './layers.ts';
import { openRope, type Rope, ropeConfig } from './rope.ts';

export interface LlamaConfig {
  readonly vocabulary: number;
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly groups: number;
  readonly headWidth: number;
  readonly mlp: number;
  readonly eps: number;
  /** The output layer is the embedding table. */
  readonly tied: boolean;
  /** Longest sequence the model was made for. */
  readonly positions: number;
  /** How far back a layer looks, itself included; Infinity is all. One entry per layer, that of copying among them. */
  readonly windows: readonly number[];
  /** Whether a layer that copies stands behind the last one (copy.ts). */
  readonly copies: boolean;
  readonly rope: Rope;
}

const TYPES = ['llama', 'mistral', 'qwen2'] as const;

/** What transformers leaves out of a `text_config` because it is the default there; a config.json of its own names everything. */
const BASE = { vocab_size: 32000, hidden_size: 4096, num_attention_heads: 32, num_hidden_layers: 32, max_position_embeddings: 2048 };
const DEFAULTS = {
  llama: { ...BASE, intermediate_size: 11008 },
  mistral: { ...BASE, intermediate_size: 14336, num_key_value_heads: 8, max_position_embeddings: 131072, sliding_window: 4096 },
  qwen2: { ...BASE, intermediate_size: 22016, vocab_size: 151936, max_position_embeddings: 32768 },
} as const;

/** Reads a transformers `config.json`, of a language model or of LLaVA (its `text_config`). @throws ModelError MODEL_TYPE, MODEL_CONFIG */
export function llamaConfig(json: Json, at = 'config.json'): LlamaConfig {
  const text = new Config(json, at).inner('text_config');
  if (!text) return textConfig(new Config(json, at));
  const type = TYPES.find((t) => t === (text.json.model_type ?? 'llama'));
  const outer = { model_type: type, tie_word_embeddings: json.tie_word_embeddings, ...(type && DEFAULTS[type]) };
  return textConfig(new Config({ ...outer, ...text.json }, text.at));
}

function textConfig(c: Config): LlamaConfig {
  const { json, at } = c;
  const type = TYPES.find((t) => t === json.model_type);
  if (!type)
    throw new ModelError('MODEL_TYPE', 'This is not a model of the LLaMA family', {
      at,
      expected: `model_type ${TYPES.join(', ')}`,
      got: JSON.stringify(json.model_type),
      fix: 'use a LLaMA, Vicuna, TinyLlama, SmolLM, Mistral or Qwen2 checkpoint; `famenet models list` names some',
    });
  c.choice('hidden_act', ['silu'], 'silu');
  const [width, heads, layers] = [c.integer('hidden_size'), c.integer('num_attention_heads'), c.integer('num_hidden_layers')];
  const groups = c.integer('num_key_value_heads', heads);
  c.divisor('num_key_value_heads', groups, heads);
  const headWidth = c.integer('head_dim', width / heads);
  if (headWidth % 2 !== 0) throw c.wrong('head_dim', 'an even number: rotary positions turn pairs', headWidth);
  const copies = c.boolean('copy_attention', false);
  if (copies && (groups !== heads || heads * headWidth !== width))
    throw c.wrong(
      'copy_attention',
      'true only where every head has keys of its own and all of them together are as wide as the model',
      true,
    );
  return {
    vocabulary: c.integer('vocab_size'),
    width,
    layers,
    heads,
    groups,
    headWidth,
    mlp: c.integer('intermediate_size'),
    eps: c.number('rms_norm_eps', 1e-6),
    tied: c.boolean('tie_word_embeddings', false),
    positions: c.integer('max_position_embeddings', 2048),
    windows: [...Array.from({ length: layers }, (_, i) => windowOf(c, type, i)), ...(copies ? [Number.POSITIVE_INFINITY] : [])],
    copies,
    rope: openRope(ropeConfig(json, headWidth)),
  };
}

/** Mistral's window holds for every layer; Qwen2's from `max_window_layers` on, where it is switched on; `layer_types` overrides both. */
function windowOf(c: Config, type: (typeof TYPES)[number], layer: number): number {
  if (type === 'llama' || (c.json.sliding_window ?? null) === null) return Number.POSITIVE_INFINITY;
  const size = c.integer('sliding_window');
  const kinds = c.json.layer_types ?? null;
  if (kinds !== null) {
    const kind: unknown = Array.isArray(kinds) ? kinds[layer] : undefined;
    if (kind === 'full_attention') return Number.POSITIVE_INFINITY;
    if (kind === 'sliding_attention') return size;
    throw c.wrong('layer_types', 'full_attention or sliding_attention for every layer', kinds);
  }
  const on = type === 'mistral' || (c.boolean('use_sliding_window', false) && layer >= Number(c.json.max_window_layers ?? 28));
  return on ? size : Number.POSITIVE_INFINITY;
}

/** Older or wrapped checkpoints under the names that the network asks for. */
export const LLAMA_RENAMES = [
  [/^language_model\.model\./, 'model.'],
  [/^language_model\.lm_head\./, 'lm_head.'],
  [/^model\.language_model\./, 'model.'],
] as const;

/** Rows of the embedding table; a table stored in halves is widened row by row, not as a whole. ids int64 [B,T] → [B,T,D]. */
export function embedTokens(w: Weights, c: LlamaConfig, ids: Tensor): Tensor {
  return cast(embedding(w.raw('model.embed_tokens.weight', [c.vocabulary, c.width]), ids), 'float32');
}

/** Keys and values of one layer: k transposed [B,G,d,P], v [B,G,P,d]. */
export interface LayerCache {
  readonly k: Tensor;
  readonly v: Tensor;
}

export interface DecoderInput {
  /** Embedded tokens [B,T,D]. */
  readonly x: Tensor;
  /** Rotary tables, broadcasting to [B,1,T,d]. */
  readonly cos: Tensor;
  readonly sin: Tensor;
  /** Added to the scores [B,1,T,P+T] of a layer with the given window; without a cache P is 0. */
  readonly mask: (window: number) => Tensor;
  readonly past?: readonly LayerCache[];
}

export interface DecoderOutput {
  /** After the last norm, and with what was copied where the model copies, [B,T,D]. */
  readonly hidden: Tensor;
  /** After each layer, [B,T,D]. */
  readonly layers: readonly Tensor[];
  /** Keys and values of the new tokens only, of each layer: k [B,G,d,T], v [B,G,T,d]. */
  readonly fresh: readonly LayerCache[];
}

/** The decoder without embedding and output layer. */
export function llamaDecoder(w: Weights, c: LlamaConfig, input: DecoderInput): DecoderOutput {
  let x = input.x;
  const layers: Tensor[] = [];
  const fresh: LayerCache[] = [];
  for (let i = 0; i < c.layers; i++) {
    const at = w.at(`model.layers.${i}`);
    const [y, kv] = selfAttention(at.at('self_attn'), c, rmsNorm(x, at.get('input_layernorm.weight', [c.width]), c.eps), input, i);
    x = add(x, y);
    x = add(x, feedForward(at.at('mlp'), c, rmsNorm(x, at.get('post_attention_layernorm.weight', [c.width]), c.eps)));
    layers.push(x);
    fresh.push(kv);
  }
  const hidden = rmsNorm(x, w.get('model.norm.weight', [c.width]), c.eps);
  if (!c.copies) return { hidden, layers, fresh };
  const middle = layers[Math.floor((c.layers - 1) / 2)]!;
  const asked = { x: input.x, middle, hidden, mask: input.mask(Number.POSITIVE_INFINITY), past: input.past?.[c.layers] };
  const [copied, kv] = copyLayer(w.at('model.copy'), c, asked);
  return { hidden: add(hidden, copied), layers, fresh: [...fresh, kv] };
}

/** Scores of the next token: hidden [B,T,D] → [B,T,V]. */
export function llamaLogits(w: Weights, c: LlamaConfig, hidden: Tensor): Tensor {
  const own = ['weight', 'weight.q4', 'weight.q8'].some((name) => w.has(`lm_head.${name}`));
  if (own || !c.tied) return dense(w.at('lm_head'), [c.vocabulary, c.width], hidden, false);
  return linear(hidden, w.get('model.embed_tokens.weight', [c.vocabulary, c.width]));
}

function feedForward(w: Weights, c: LlamaConfig, x: Tensor): Tensor {
  const gate = silu(dense(w.at('gate_proj'), [c.mlp, c.width], x)); //            [B,T,M]
  return dense(w.at('down_proj'), [c.width, c.mlp], mul(gate, dense(w.at('up_proj'), [c.mlp, c.width], x)));
}

function selfAttention(w: Weights, c: LlamaConfig, x: Tensor, input: DecoderInput, layer: number): [Tensor, LayerCache] {
  const { heads: H, groups: G, headWidth: d, width: D } = c;
  const q = rope(splitHeads(dense(w.at('q_proj'), [H * d, D], x), H, d), input.cos, input.sin); //  [B,H,T,d]
  const k = rope(splitHeads(dense(w.at('k_proj'), [G * d, D], x), G, d), input.cos, input.sin); //  [B,G,T,d]
  const v = splitHeads(dense(w.at('v_proj'), [G * d, D], x), G, d); //                              [B,G,T,d]
  const fresh = { k: transpose(k, [0, 1, 3, 2]), v };
  const mask = input.mask(c.windows[layer] as number);
  const past = input.past?.[layer];
  const y = past ? attendWithCache(q, fresh, past, mask) : attention(q, k, v, { mask });
  return [dense(w.at('o_proj'), [D, H * d], joinHeads(y)), fresh];
}

/**
 * Attention over a cache and the new tokens without joining the two: only scores and results are joined or added, so the cache is never copied.
 * The scale waits behind the join: beside a product the engine would fold it in, and then not take its fast path for a single row.
 */
function attendWithCache(q: Tensor, fresh: LayerCache, past: LayerCache, mask: Tensor): Tensor {
  const [B, H, T, d] = q.shape as [Dim, number, Dim, number];
  const [, G, P] = past.v.shape as [Dim, number, Dim];
  const grouped = (x: Tensor, last: Dim) => (H === G ? x : reshape(x, [B, G, -1, last])); //        [B,H,T,·] → [B,G,H/G·T,·]
  const byHead = (x: Tensor, last: Dim) => (H === G ? x : reshape(x, [B, H, T, last]));
  const queries = grouped(q, d);
  const before = byHead(matMul(queries, past.k), P); //                                             [B,H,T,P]
  const now = byHead(matMul(queries, fresh.k), T); //                                               [B,H,T,T]
  const p = softmax(add(mul(concat([before, now], 3), d ** -0.5), mask)); //                         [B,H,T,P+T]
  const [old, young] = splitAt(p, 3, past.v, 2); //                                                  [B,H,T,P], [B,H,T,T]
  return byHead(add(matMul(grouped(old, P), past.v), matMul(grouped(young, T), fresh.v)), d);
}
