/** Networks' common pieces, composed of operators: they have no rows of their own, so their gradients come for free; the few in every layer have a shorter one by hand. */
import {
  add,
  cast,
  concat,
  conv,
  count,
  div,
  equal,
  exp,
  gather,
  gatherElements,
  gemm,
  greater,
  logSoftmax,
  matMul,
  max,
  mean,
  mul,
  neg,
  not,
  pow,
  reciprocal,
  relu,
  reshape,
  scatterElements,
  sigmoid,
  slice,
  softmax,
  sqrt,
  sub,
  sum,
  sumOfSquares,
  transpose,
  unsqueeze,
  where,
} from './build.ts';
import { withGradient } from './gradient.ts';
import { constant, type Dim, type Dtype, type Tensor } from './tensor.ts';

/** x·Wᵀ + b with W [out,in] as PyTorch stores it. x [...,in] → [...,out]. One flat product, whatever the leading axes. */
export function linear(x: Tensor, w: Tensor, bias?: Tensor): Tensor {
  const [out, width] = w.shape as [Dim, Dim];
  if (x.shape.length === 2) return gemm(x, w, bias, { transB: true });
  const flat = reshape(x, [-1, width]); //                                       [N,in]
  return reshape(gemm(flat, w, bias, { transB: true }), [...x.shape.slice(0, -1), out]);
}

/** Rows of a table [V,D] by ids (int64, any shape) → [...,D]. */
export function embedding(table: Tensor, ids: Tensor): Tensor {
  return gather(table, ids, 0);
}

/** x·σ(x), Hendrycks & Gimpel 2016; LLaMA's activation. y' = y + σ(1 − y). */
export function silu(x: Tensor): Tensor {
  const s = sigmoid(x);
  return withGradient(mul(x, s), [x], (g, y) => [mul(g, add(y, mul(s, sub(1, y))))]);
}
/** x·σ(1.702x): CLIP's activation. */
export const quickGelu = (x: Tensor): Tensor => mul(x, sigmoid(mul(x, 1.702)));

/**
 * (x − mean)/√(var + eps)·scale + shift over the last axis, Ba et al. 2016. x [...,D], scale and shift [D].
 * Forwards in the very shape that the engine replaces by one fused kernel (`pow(…, 2)`, not a product); backwards from other nodes, which would forbid that.
 */
export function layerNorm(x: Tensor, scale: Tensor, shift: Tensor, eps: number): Tensor {
  const centred = sub(x, mean(x, { axis: -1, keep: true }));
  const root = sqrt(add(mean(pow(centred, 2), { axis: -1, keep: true }), eps)); // [...,1]
  const y = add(mul(div(centred, root), scale), shift);
  return withGradient(y, [x, scale, shift], (g) => {
    const inner = sub(x, div(sum(x, { axis: -1, keep: true }), count(x, [-1])));
    const n = mul(inner, inverseRoot(inner, eps));
    const h = mul(g, scale);
    const along = mul(n, mean(mul(n, h), { axis: -1, keep: true }));
    return [mul(sub(sub(h, mean(h, { axis: -1, keep: true })), along), inverseRoot(inner, eps)), mul(g, n), g];
  });
}

/** x/√(mean(x²) + eps)·scale over the last axis, Zhang & Sennrich 2019. As `layerNorm`, fused by the engine. */
export function rmsNorm(x: Tensor, scale: Tensor, eps: number): Tensor {
  const root = sqrt(add(mean(pow(x, 2), { axis: -1, keep: true }), eps)); //     [...,1]
  return withGradient(mul(div(x, root), scale), [x, scale], (g) => {
    const r = inverseRoot(x, eps);
    const n = mul(x, r);
    const h = mul(g, scale);
    return [mul(sub(h, mul(n, mean(mul(n, h), { axis: -1, keep: true }))), r), mul(g, n)];
  });
}

/** 1/√(mean(x²) + eps) over the last axis, in one pass: [...,D] → [...,1]. */
function inverseRoot(x: Tensor, eps: number): Tensor {
  return reciprocal(sqrt(add(div(sumOfSquares(x, { axis: -1, keep: true }), count(x, [-1])), eps)));
}

/** Training form: statistics of this batch, which the caller folds into the running ones. x [N,C,H,W] → y, mean [C], biased variance [C]. */
export function batchNormTrain(x: Tensor, scale: Tensor, shift: Tensor, eps = 1e-5): { y: Tensor; mean: Tensor; variance: Tensor } {
  const axes = x.shape.map((_, i) => i).filter((i) => i !== 1);
  const along = (c: Tensor) => reshape(c, [1, -1, ...x.shape.slice(2).map(() => 1)]);
  const mu = mean(x, { axis: axes, keep: true }); //                             [1,C,1,1]
  const centred = sub(x, mu);
  const variance = mean(mul(centred, centred), { axis: axes, keep: true }); //   [1,C,1,1]
  const y = add(mul(div(centred, sqrt(add(variance, eps))), along(scale)), along(shift));
  return { y, mean: reshape(mu, [-1]), variance: reshape(variance, [-1]) };
}

/**
 * PReLU of pictures with a slope for each channel, s·x + (1 − s)·relu(x), He et al. 2015: as depth-wise 1 × 1 convolutions, which keep the layout that the
 * engine gives to the convolutions around them; its own PRelu takes a third of a small network's time. x [N,C,H,W], slope [C].
 */
export function channelPRelu(x: Tensor, slope: Tensor): Tensor {
  const C = x.shape[1] as number;
  const scaled = (t: Tensor, by: Tensor) => conv(t, reshape(by, [C, 1, 1, 1]), undefined, { group: C });
  return withGradient(add(scaled(relu(x), sub(1, slope)), scaled(x, slope)), [x, slope], (g) => {
    const positive = greater(x, 0);
    return [where(positive, g, mul(g, reshape(slope, [C, 1, 1]))), sum(where(positive, 0, mul(g, x)), { axis: [0, 2, 3] })];
  });
}

/** [B,T,H·d] → [B,H,T,d]. */
export function splitHeads(x: Tensor, heads: number, width: number): Tensor {
  const [B, T] = x.shape as [Dim, Dim];
  return transpose(reshape(x, [B, T, heads, width]), [0, 2, 1, 3]);
}

/** [B,H,T,d] → [B,T,H·d]. */
export function joinHeads(x: Tensor): Tensor {
  const [B, H, T, d] = x.shape as [Dim, number, Dim, number];
  return reshape(transpose(x, [0, 2, 1, 3]), [B, T, H * d]);
}

/**
 * softmax(q·kᵀ·scale + mask)·v, Vaswani et al. 2017 eq. 1. q [B,H,T,d]; k, v [B,Hkv,S,d] with H a multiple of Hkv (grouped queries).
 * mask broadcasts to [B,1,T,S] and is added: 0 to look, a large negative number to look away.
 */
export function attention(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  { mask, scale = (q.shape[3] as number) ** -0.5 }: { mask?: Tensor; scale?: number } = {},
): Tensor {
  const [B, H, T, d] = q.shape as [Dim, number, Dim, number];
  const [, G, S] = k.shape as [Dim, number, Dim];
  // The queries of a group stand below each other and share one product with its keys: R = H/G·T rows.
  const grouped = (x: Tensor) => (H === G ? x : reshape(x, [B, G, -1, x.shape[3] as Dim])); // [B,H,T,·] → [B,G,R,·]
  const byHead = (x: Tensor, last: Dim) => (H === G ? x : reshape(x, [B, H, T, last])); //     [B,G,R,·] → [B,H,T,·]
  const queries = grouped(q); //                                                 [B,G,R,d]
  const scores = byHead(mul(matMul(queries, transpose(k, [0, 1, 3, 2])), scale), S); // [B,H,T,S]; the engine folds a factor behind a product into it
  const p = grouped(softmax(mask ? add(scores, mask) : scores)); //              [B,G,R,S]
  return withGradient(byHead(matMul(p, v), d), mask ? [q, k, v, mask] : [q, k, v], (gy, y) => {
    const [g, out] = [grouped(gy), grouped(y)]; //                               [B,G,R,d]
    const dp = matMul(g, transpose(v, [0, 1, 3, 2])); //                         [B,G,R,S]
    const inner = sum(mul(g, out), { axis: -1, keep: true }); //                 [B,G,R,1] = Σ dp·p, but over d columns instead of S (Dao et al. 2022, §3.1)
    const ds = mul(p, sub(dp, inner)); //                                        [B,G,R,S]
    const dq = byHead(mul(matMul(ds, k), scale), d);
    const dk = mul(matMul(transpose(ds, [0, 1, 3, 2]), queries), scale);
    const dv = matMul(transpose(p, [0, 1, 3, 2]), g);
    return [dq, dk, dv, ...(mask ? [byHead(ds, S)] : [])];
  });
}

/** A constant [T,T] to add to scores: 0 on and below the diagonal, −1e9 above; with `window`, also −1e9 where the key is `window` or more behind. */
export function causalMask(T: number, like: Tensor, window = Number.POSITIVE_INFINITY): Tensor {
  const values = Array.from({ length: T * T }, (_, i) => {
    const [q, k] = [Math.floor(i / T), i % T];
    return k <= q && q - k < window ? 0 : -1e9;
  });
  return constant(like.dtype, [T, T], values);
}

/**
 * Rotary positions, Su et al. 2021, in the "rotate half" layout of the public checkpoints: pairs (i, i + d/2). x [B,H,T,d]; cos and sin broadcast to [B,1,T,d].
 * The halves change places by a product with a signed permutation: measured faster than cutting and joining, forwards and above all backwards.
 */
export function rope(x: Tensor, cos: Tensor, sin: Tensor): Tensor {
  return add(mul(x, cos), mul(matMul(x, rotation(x.shape.at(-1) as number, x.dtype)), sin));
}

/** R [d,d] with x·R = (−second half, first half). */
function rotation(d: number, dtype: Dtype): Tensor {
  const values = new Array<number>(d * d).fill(0);
  for (let i = 0; i < d / 2; i++) {
    values[(i + d / 2) * d + i] = -1;
    values[i * d + i + d / 2] = 1;
  }
  return constant(dtype, [d, d], values);
}

/** The label that the loss does not see, as PyTorch and transformers have it. */
export const IGNORE = -100;

/** Mean of −log p(label) over the labels that are not `IGNORE`; 0 when all are. logits [N,V], labels int64 [N]. */
export function crossEntropy(logits: Tensor, labels: Tensor): Tensor {
  const seen = not(equal(labels, IGNORE)); //                                    [N]
  const safe = unsqueeze(where(seen, labels, 0), 1); //                          [N,1]
  const all = logSoftmax(logits); //                                             [N,V]
  const seenAsNumber = cast(seen, logits.dtype);
  const weights = div(seenAsNumber, max(sum(seenAsNumber), 1)); //               [N], adding up to 1
  const logp = reshape(gatherElements(all, safe, { axis: 1 }), [-1]); //         [N]
  return withGradient(neg(sum(mul(logp, weights))), [logits], (g) => {
    const share = unsqueeze(mul(weights, g), 1); //                              [N,1]
    return [scatterElements(mul(exp(all), share), safe, neg(share), { axis: 1, add: true })]; // (p − 1 at the label)·share
  });
}

/** Next-token loss of a decoder: position t predicts label t + 1. logits [B,T,V], labels int64 [B,T]. The labels move, not the (large) logits. */
export function nextTokenLoss(logits: Tensor, labels: Tensor): Tensor {
  const [B, T, V] = logits.shape as [Dim, Dim, Dim];
  const nothing = add(mul(slice(labels, { axis: 1, end: 1 }), 0), IGNORE); //    [B,1]: nothing follows the last token
  const next = concat([slice(labels, { axis: 1, start: 1 }), nothing], 1);
  return crossEntropy(reshape(logits, [-1, V]), reshape({ ...next, shape: [B, T] }, [-1]));
}

/** −1e9 where a 0/1 mask (float) is 0. */
export function maskToScores(mask: Tensor): Tensor {
  return mul(sub(1, mask), -1e9);
}
