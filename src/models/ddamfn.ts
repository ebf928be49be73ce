/**
 * DDAMFN, Zhang et al., Electronics 2023, 12, 3595: eq. (7) to (10) of the paper. Facts: SainingZhang/DDAMFN `networks/DDAM.py`. Parity: test/parity/ddamfn.test.ts.
 * B faces, C channels (512) of H × W (7 × 7) cells, K classes.
 */
import { add, conv, crossEntropy, div, flatten, linear, max, mean, mul, sigmoid, sub, type Tensor } from '../graph/index.ts';
import type { Weights } from '../weights/index.ts';
import { type BatchNorm, MFN, type MfnLayer, mfn, rowsAndColumns, storedNorm } from './mfn.ts';

export interface DdamfnConfig {
  readonly backbone: readonly MfnLayer[];
  readonly heads: number;
  readonly classes: number;
  /** `released` fits the public checkpoints; `paper` is eq. (8) and (9) as printed, read as docs/deviations.md says. Both have the same weights. */
  readonly form: 'released' | 'paper';
}

export const DDAMFN: DdamfnConfig = { backbone: MFN, heads: 2, classes: 7, form: 'released' };

export interface Ddamfn {
  /** E_cls of eq. (10), before softmax: [B,K]. */
  readonly logits: Tensor;
  /** F_MFN of eq. (7): [B,C,H,W]. */
  readonly features: Tensor;
  /** The attention maps, 0 to 1: one a head [B,C,H,W]; with `paper` one a direction, [B,C,1,W] and [B,C,H,1]. */
  readonly maps: readonly Tensor[];
}

/**
 * faces [B,3,112,112] → scores of K expressions. Weights that the checkpoints carry and nobody uses (each head's `Linear`, `bn`, see also mfn.ts) are
 * not asked for. `norm` is `storedNorm`, or that of `batchStatistics()` for training.
 */
export function ddamfn(w: Weights, c: DdamfnConfig, faces: Tensor, norm: BatchNorm = storedNorm): Ddamfn {
  const features = mfn(w.at('features'), c.backbone, faces, norm).at(-1) as Tensor; //                (7)  [B,C,H,W]
  const attend = c.form === 'paper' ? attendAsPrinted : attendAsReleased;
  const { maps, attended } = attend(w, c, features, norm); //                                     (8) (9)  [B,C,H,W]
  const pooled = linearBlock(w.at('Linear'), attended.shape.slice(2) as number[], attended, norm); //      [B,C,1,1]
  const C = features.shape[1] as number;
  const logits = linear(flatten(pooled), w.get('fc.weight', [c.classes, C]), w.get('fc.bias', [c.classes])); // (10) [B,K]
  return { logits, features, maps };
}

interface Attended {
  readonly maps: Tensor[];
  readonly attended: Tensor;
}

/** Each head multiplies what its rows and its columns say; the strongest head of each cell counts, and weighs the features. */
function attendAsReleased(w: Weights, c: DdamfnConfig, x: Tensor, norm: BatchNorm): Attended {
  const maps = Array.from({ length: c.heads }, (_, i) => {
    const { ofRows, ofColumns } = directions(w.at(`cat_head${i}.CoordAtt`), x, norm);
    return mul(sigmoid(ofRows), sigmoid(ofColumns)); //                                                    [B,C,H,W]
  });
  return {
    maps,
    attended: mul(
      x,
      maps.reduce((a, b) => max(a, b)),
    ),
  };
}

/** One head looks along the rows, the other along the columns: X and Y are the features that each lets through. F_att = max(X, Y) · σ(X · Y). */
function attendAsPrinted(w: Weights, _: DdamfnConfig, x: Tensor, norm: BatchNorm): Attended {
  const horizontal = sigmoid(directions(w.at('cat_head0.CoordAtt'), x, norm).ofColumns); //                [B,C,1,W]
  const vertical = sigmoid(directions(w.at('cat_head1.CoordAtt'), x, norm).ofRows); //                     [B,C,H,1]
  const [X, Y] = [mul(x, horizontal), mul(x, vertical)]; //                                           (8)  [B,C,H,W]
  return { maps: [horizontal, vertical], attended: mul(max(X, Y), sigmoid(mul(X, Y))) }; //           (9)
}

/** A head: a learnt mean over each row and each column, then coordinate attention's common channels. */
function directions(w: Weights, x: Tensor, norm: BatchNorm) {
  const [H, W] = x.shape.slice(2) as [number, number];
  const rows = linearBlock(w.at('Linear_h'), [1, W], x, norm); //                                          [B,C,H,1]
  const columns = linearBlock(w.at('Linear_w'), [H, 1], x, norm); //                                       [B,C,1,W]
  return rowsAndColumns(w, rows, columns, norm);
}

/** Depth-wise convolution without padding, then a norm. */
function linearBlock(w: Weights, kernel: readonly number[], x: Tensor, norm: BatchNorm): Tensor {
  const C = x.shape[1] as number;
  return norm(w.at('bn'), conv(x, w.get('conv.weight', [C, 1, ...kernel]), undefined, { group: C }));
}

/** Python's float epsilon, which keeps the released loss from dividing by zero. */
const EPSILON = 2 ** -52;

/** Cross-entropy plus 0.1 × attention loss, as the released training does it. labels int64 [B] → scalar. */
export function ddamfnLoss({ logits, maps }: Ddamfn, labels: Tensor): Tensor {
  const loss = crossEntropy(logits, labels);
  return maps.length < 2 ? loss : add(loss, mul(attentionLoss(maps), 0.1));
}

/** Heads should look at different things: pairs / (Σ over pairs of their mean squared difference + ε). */
export function attentionLoss(maps: readonly Tensor[]): Tensor {
  const pairs = maps.flatMap((a, i) => maps.slice(i + 1).map((b) => sub(a, b)));
  const apart = pairs.map((d) => mean(mul(d, d))).reduce((a, b) => add(a, b));
  return div(pairs.length, add(apart, EPSILON));
}
