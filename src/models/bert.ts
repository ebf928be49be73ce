/**
 * BERT (Devlin et al. 2019), RoBERTa (Liu et al. 2019) and RemBERT (Chung et al. 2021) encoders, which differ in their embeddings only.
 * Reference: transformers 5.23 `modeling_bert.py`, `modeling_roberta.py`, `modeling_rembert.py`. Parity: test/parity/bert.test.ts, bleurt.test.ts.
 * B rows, T tokens, D width, E width of the embeddings.
 */
import { ModelError } from '../base/errors.ts';
import {
  add,
  attention,
  embedding,
  gelu,
  joinHeads,
  maskToScores,
  relu,
  slice,
  splitHeads,
  type Tensor,
  tanh,
  unsqueeze,
} from '../graph/index.ts';
import type { Weights } from '../weights/index.ts';
import { Config, type Json } from './config.ts';
import { dense, norm } from './layers.ts';

const tanhGelu = (x: Tensor) => gelu(x, 'tanh');
const ACTIVATIONS = { gelu: (x: Tensor) => gelu(x), gelu_new: tanhGelu, gelu_pytorch_tanh: tanhGelu, relu } as const;

export interface BertConfig {
  readonly kind: 'bert' | 'roberta';
  readonly vocabulary: number;
  readonly width: number;
  /** Width of the embedding tables, from which a linear layer leads to `width`; absent where they are that wide themselves. */
  readonly embedding?: number | undefined;
  readonly layers: number;
  readonly heads: number;
  readonly mlp: number;
  readonly positions: number;
  readonly types: number;
  readonly pad: number;
  readonly eps: number;
  readonly activation: keyof typeof ACTIVATIONS;
}

const KINDS: ReadonlyMap<unknown, BertConfig['kind']> = new Map([
  ['bert', 'bert'],
  ['roberta', 'roberta'],
  ['xlm-roberta', 'roberta'],
  ['rembert', 'bert'],
  ['bleurt', 'bert'], // the PyTorch port of BLEURT: BERT, or RemBERT where embedding_size is given
]);

/** Reads a transformers `config.json`. @throws ModelError MODEL_TYPE, MODEL_CONFIG */
export function bertConfig(json: Json, at = 'config.json'): BertConfig {
  const c = new Config(json, at);
  const kind = KINDS.get(json.model_type);
  if (!kind)
    throw new ModelError('MODEL_TYPE', 'This is not a BERT or RoBERTa encoder', {
      at,
      expected: `model_type ${[...KINDS.keys()].join(', ')}`,
      got: JSON.stringify(json.model_type),
      fix: 'use a BERT, RoBERTa, XLM-RoBERTa, RemBERT or BLEURT checkpoint',
    });
  const [width, heads] = [c.integer('hidden_size'), c.integer('num_attention_heads')];
  c.divisor('num_attention_heads', heads, width);
  c.choice('position_embedding_type', ['absolute'], 'absolute');
  const pad = json.pad_token_id ?? (kind === 'bert' ? 0 : 1);
  if (!Number.isSafeInteger(pad)) throw c.wrong('pad_token_id', 'a whole number', pad);
  return {
    kind,
    vocabulary: c.integer('vocab_size'),
    width,
    embedding: embeddingOf(c),
    layers: c.integer('num_hidden_layers'),
    heads,
    mlp: c.integer('intermediate_size'),
    positions: c.integer('max_position_embeddings', 512),
    types: c.integer('type_vocab_size', kind === 'bert' ? 2 : 1),
    pad: Number(pad),
    eps: c.number('layer_norm_eps', 1e-12),
    activation: c.choice('hidden_act', ['gelu', 'gelu_new', 'gelu_pytorch_tanh', 'relu'], 'gelu'),
  };
}

function embeddingOf(c: Config): number | undefined {
  if (c.json.model_type === 'rembert') return c.integer('input_embedding_size', 256);
  return c.json.model_type === 'bleurt' && c.json.embedding_size != null ? c.integer('embedding_size') : undefined;
}

/** Heads and wrappers name the encoder differently. */
export const BERT_RENAMES = [
  [/^(bert|roberta|rembert|bleurt)\./, ''],
  [/^encoder\.embedding_hidden_mapping_in\./, 'encoder.embedding_projection.'],
  [/\.gamma$/, '.weight'],
  [/\.beta$/, '.bias'],
] as const;

export interface BertInput {
  /** int64 [B,T]. */
  readonly ids: Tensor;
  /** int64 [B,T]; see `bertPositions`. */
  readonly positions: Tensor;
  /** Segment of each token, int64 [B,T]. */
  readonly types: Tensor;
  /** 1 for tokens, 0 for padding, float32 [B,T]. */
  readonly mask: Tensor;
}

/** `hidden_states[take]` of transformers: 0 is the embedding, `layers` the last block; negative counts from the end. → [B,T,D] */
export function bertHidden(w: Weights, c: BertConfig, input: BertInput, take = -1): Tensor {
  const depth = take < 0 ? c.layers + 1 + take : take;
  if (!(depth >= 0 && depth <= c.layers && Number.isInteger(depth)))
    throw new ModelError('MODEL_LAYER', 'There is no such layer', {
      expected: `${-c.layers - 1} … ${c.layers}`,
      got: String(take),
      fix: 'take −1 for the last',
    });
  const away = unsqueeze(maskToScores(input.mask), [1, 2]); //                    [B,1,1,T]
  let x = embeddings(w.at('embeddings'), c, input); //                            [B,T,E]
  if (c.embedding !== undefined) x = dense(w.at('encoder.embedding_projection'), [c.width, c.embedding], x); // [B,T,D]
  for (let i = 0; i < depth; i++) x = block(w.at(`encoder.layer.${i}`), c, x, away);
  return x;
}

/** tanh(W·first token + b): hidden [B,T,D] → [B,1,D]. */
export function bertPooled(w: Weights, c: BertConfig, hidden: Tensor): Tensor {
  return tanh(dense(w.at('pooler.dense'), [c.width, c.width], slice(hidden, { axis: 1, end: 1 })));
}

/** Positions of one row: BERT counts from 0; RoBERTa from pad + 1, and padding stays at pad. */
export function bertPositions(c: BertConfig, mask: readonly number[]): number[] {
  let n = 0;
  return mask.map((on, i) => {
    if (c.kind === 'bert') return i;
    n += on;
    return on ? c.pad + n : c.pad;
  });
}

function embeddings(w: Weights, c: BertConfig, { ids, positions, types }: BertInput): Tensor {
  const E = c.embedding ?? c.width;
  const words = embedding(w.get('word_embeddings.weight', [c.vocabulary, E]), ids);
  const places = embedding(w.get('position_embeddings.weight', [c.positions, E]), positions);
  const segments = embedding(w.get('token_type_embeddings.weight', [c.types, E]), types);
  return norm(w.at('LayerNorm'), E, add(add(words, segments), places), c.eps);
}

/** Post-norm: x = ln(x + attention(x)); x = ln(x + mlp(x)). */
function block(w: Weights, c: BertConfig, x: Tensor, away: Tensor): Tensor {
  const [D, d] = [c.width, c.width / c.heads];
  const [q, k, v] = ['query', 'key', 'value'].map((name) => splitHeads(dense(w.at(`attention.self.${name}`), [D, D], x), c.heads, d)) as [
    Tensor,
    Tensor,
    Tensor,
  ];
  const seen = dense(w.at('attention.output.dense'), [D, D], joinHeads(attention(q, k, v, { mask: away })));
  const y = norm(w.at('attention.output.LayerNorm'), D, add(x, seen), c.eps);
  const h = ACTIVATIONS[c.activation](dense(w.at('intermediate.dense'), [c.mlp, D], y));
  return norm(w.at('output.LayerNorm'), D, add(y, dense(w.at('output.dense'), [D, c.mlp], h)), c.eps);
}
