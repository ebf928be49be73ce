/**
 * TinyFaceDetector, a small YOLO v2 (Redmon and Farhadi, CVPR 2017) with separable convolutions. Facts: justadudewhohacks/face-api.js `src/tinyFaceDetector`.
 * Weights have that project's names, with dots. Parity: test/parity/faceapi.test.ts. B pictures, n cells a side.
 */
import {
  add,
  concat,
  constant,
  conv,
  div,
  exp,
  leakyRelu,
  maxPool,
  mul,
  reshape,
  sigmoid,
  slice,
  type Tensor,
  transpose,
} from '../graph/index.ts';
import type { Weights } from '../weights/index.ts';

/** Side of the square picture that the network sees; any multiple of 32 does. */
export const TINY_SIDE = 416;
/** Width and height of the five anchors, in cells. */
// biome-ignore format: one anchor a line
const ANCHORS = [
  1.603231, 2.094468,
  6.041143, 7.080126,
  2.882459, 3.518061,
  4.266906, 5.178857,
  9.041765, 10.66308,
];
const SLOPE = 0.10000000149011612;

/** pixels [B,3,side,side] → boxes [B, n·n·5, 4] as fractions of the square (centre x, centre y, width, height), and P(face) [B, n·n·5]. */
export function tinyFace(w: Weights, pixels: Tensor): { readonly boxes: Tensor; readonly scores: Tensor } {
  const first = w.at('conv0');
  let x = leakyRelu(conv(pixels, first.get('filters', [16, 3, 3, 3]), first.get('bias', [16])), SLOPE); // no padding here: 414 of 416
  x = maxPool(x, { kernel: 2, pad: 'same' });
  for (const [i, out] of [32, 64, 128, 256, 512].entries()) {
    x = leakyRelu(separable(w.at(`conv${i + 1}`), out, x), SLOPE);
    x = maxPool(x, { kernel: 2, stride: i < 4 ? 2 : 1, pad: 'same' });
  }
  const last = w.at('conv8');
  const n = x.shape[2] as number;
  const y = conv(x, last.get('filters', [25, 512, 1, 1]), last.get('bias', [25])); //         [B,25,n,n]
  const cells = reshape(transpose(y, [0, 2, 3, 1]), [x.shape[0]!, n, n, 5, 5]); //             [B,n,n,anchor,(x,y,w,h,face)]
  const part = (start: number, end: number) => slice(cells, { axis: 4, start, end });
  const centres = div(add(sigmoid(part(0, 2)), grid(n)), n);
  const sizes = div(mul(exp(part(2, 4)), constant('float32', [5, 2], ANCHORS)), n);
  return {
    boxes: reshape(concat([centres, sizes], 4), [x.shape[0]!, n * n * 5, 4]),
    scores: reshape(sigmoid(part(4, 5)), [x.shape[0]!, n * n * 5]),
  };
}

/** Column and row of each cell: [n,n,1,2]. */
function grid(n: number): Tensor {
  const places = Array.from({ length: n * n }, (_, i) => [i % n, Math.floor(i / n)]);
  return constant('float32', [n, n, 1, 2], places.flat());
}

/** A depth-wise 3 × 3 and a 1 × 1 convolution. */
function separable(w: Weights, out: number, x: Tensor): Tensor {
  const C = x.shape[1] as number;
  const y = conv(x, w.get('depthwise_filter', [C, 1, 3, 3]), undefined, { pad: 1, group: C });
  return conv(y, w.get('pointwise_filter', [out, C, 1, 1]), w.get('bias', [out]));
}
