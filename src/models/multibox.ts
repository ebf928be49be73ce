/** The loss that trains a detector over anchors: Liu et al., "SSD", ECCV 2016, §2.2, as S3FD uses it. Parity: test/parity/s3fd.test.ts. B pictures, P anchors. */
import {
  abs,
  add,
  cast,
  concat,
  constant,
  type Dim,
  div,
  greater,
  less,
  max,
  min,
  mul,
  neg,
  reshape,
  slice,
  softplus,
  sub,
  sum,
  type Tensor,
  topK,
  transpose,
  unsqueeze,
  where,
} from '../graph/index.ts';
import type { Tap } from './s3fd.ts';

/** Negatives that count for each anchor of a face: the ones with the largest loss. */
const NEGATIVES = 3;

/**
 * (Σ cross-entropy of the faces' anchors and of three times as many hard negatives + Σ smooth L1 of the faces' Δ) / number of faces' anchors.
 * labels int64 [B,P] and targets [B,P,4] are `assign`ments (anchors.ts), one below the other. The taps' sizes must be numbers. → scalar
 */
export function multiboxLoss(taps: readonly Tap[], labels: Tensor, targets: Tensor): Tensor {
  const logits = byAnchor(taps.map((t) => t.logits)); //                                               [B,P,2]
  const P = logits.shape[1] as number;
  const face = greater(labels, 0); //                                                                  [B,P]
  const isFace = cast(labels, 'float32');
  const faces = sum(isFace, { axis: 1, keep: true }); //                                               [B,1]

  const margin = reshape(sub(slice(logits, { axis: 2, start: 1 }), slice(logits, { axis: 2, end: 1 })), [-1, P]);
  const each = softplus(where(face, neg(margin), margin)); //                                          [B,P] −log p(label)
  const hardest = topK(where(face, -1, each), P).values; //                                            [B,P] sorted; losses are never negative
  const places = constant(
    'float32',
    [1, P],
    Float32Array.from({ length: P }, (_, i) => i),
  );
  const negatives = min(mul(faces, NEGATIVES), sub(P, faces)); //                                      [B,1]
  const classes = add(sum(mul(each, isFace)), sum(where(less(places, negatives), hardest, 0)));

  const distance = abs(sub(byAnchor(taps.map((t) => t.offsets)), targets)); //                         [B,P,4]
  const small = min(distance, 1);
  const smooth = mul(small, sub(distance, mul(small, 0.5))); //                                        d²/2 below 1, d − ½ above
  return div(add(classes, sum(mul(smooth, unsqueeze(isFace, 2)))), max(sum(faces), 1));
}

/** Maps [B,C,h,w] → [B,P,C], in the order of `anchorsOf`. */
function byAnchor(maps: readonly Tensor[]): Tensor {
  return concat(
    maps.map((m) => {
      const [B, C, h, w] = m.shape as [Dim, number, number, number];
      return reshape(transpose(m, [0, 2, 3, 1]), [B, h * w, C]);
    }),
    1,
  );
}
