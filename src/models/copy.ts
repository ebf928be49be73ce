/**
 * A last layer that copies: it looks back and adds the very embeddings of what it finds to the state from which the next token is told. So words of the prompt,
 * and rows of a picture that were projected among the words, reach the answer without passing through the network (pointer networks, Vinyals et al. 2015;
 * See et al. 2017, with a sum before the softmax in place of a mixture behind it). Ours: no published checkpoint has it; `copy_attention` in config.json.
 * B rows, T new tokens, P tokens of cache, D width, H heads, d width of a head; H·d = D.
 */
import {
  add,
  concat,
  joinHeads,
  linear,
  matMul,
  mul,
  rmsNorm,
  sigmoid,
  softmax,
  splitAt,
  splitHeads,
  sum,
  type Tensor,
  transpose,
} from '../graph/index.ts';
import type { Weights } from '../weights/index.ts';
import type { LayerCache, LlamaConfig } from './llama.ts';

export interface CopyInput {
  /** Embedded tokens: what is copied, [B,T,D]. */
  readonly x: Tensor;
  /** After the layer in the middle, where a token still says what it is and already where it stands: what is found, [B,T,D]. */
  readonly middle: Tensor;
  /** After the last norm: what looks for it, [B,T,D]. */
  readonly hidden: Tensor;
  /** Added to the scores [B,1,T,P+T]. */
  readonly mask: Tensor;
  readonly past?: LayerCache | undefined;
}

/** What is added to `hidden`, [B,T,D], and the layer's keys and values of the new tokens. All heads look at one place, so that a whole embedding is copied. */
export function copyLayer(w: Weights, c: LlamaConfig, { x, middle, hidden, mask, past }: CopyInput): [Tensor, LayerCache] {
  const { width: D, heads: H, headWidth: d, eps } = c;
  const q = splitHeads(linear(hidden, w.get('q_proj.weight', [D, D])), H, d); //                                              [B,H,T,d]
  const found = rmsNorm(middle, w.get('key_norm.weight', [D]), eps);
  const fresh = {
    k: transpose(splitHeads(linear(found, w.get('k_proj.weight', [D, D])), H, d), [0, 1, 3, 2]), //                           [B,H,d,T]
    v: splitHeads(x, H, d), //                                                                                                [B,H,T,d]
  };
  const score = (k: Tensor) => sum(matMul(q, k), { axis: 1, keep: true }); //                                           [B,1,T,·]
  const scores = past ? concat([score(past.k), score(fresh.k)], 3) : score(fresh.k);
  const p = softmax(add(mul(scores, D ** -0.5), mask)); //                                                                    [B,1,T,P+T]
  const copied = joinHeads(past ? withCache(p, fresh, past) : matMul(p, fresh.v)); //                                         [B,T,D]
  const gate = sigmoid(linear(hidden, w.get('gate.weight', [1, D]), w.get('gate.bias', [1]))); //                             [B,T,1]
  return [mul(gate, rmsNorm(copied, w.get('norm.weight', [D]), eps)), fresh];
}

function withCache(p: Tensor, fresh: LayerCache, past: LayerCache): Tensor {
  const [old, young] = splitAt(p, 3, past.v, 2); //                                                                           [B,1,T,P], [B,1,T,T]
  return add(matMul(old, past.v), matMul(young, fresh.v));
}
