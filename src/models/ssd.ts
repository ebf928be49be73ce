/**
 * SSD (Liu et al., ECCV 2016) over MobileNet V1, for faces: the detector of face-api. Facts: justadudewhohacks/face-api.js `src/ssdMobilenetv1`.
 * Weights have that project's names, with dots. Parity: test/parity/faceapi.test.ts. B pictures, A = 5118 anchors.
 */
import {
  add,
  batchNorm,
  concat,
  conv,
  div,
  exp,
  mul,
  relu6,
  reshape,
  sigmoid,
  slice,
  squeeze,
  sub,
  type Tensor,
  transpose,
} from '../graph/index.ts';
import type { Weights } from '../weights/index.ts';

/** Side of the square picture that the network sees. */
export const SSD_SIDE = 512;
const ANCHORS = 5118;
const BN_EPSILON = 0.0010000000474974513;

/** Channels of the 13 depth-wise separable blocks of the trunk, and which of them halve the picture. */
const TRUNK = [64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024] as const;
const HALVING = new Set([2, 4, 6, 12]);
/** Further maps: a 1 × 1 and a halving 3 × 3 convolution each; the first pair of channels has stride 1. */
const EXTRAS = [256, 512, 128, 256, 128, 256, 64, 128] as const;

/** pixels [B,3,512,512], −1 to 1 → corners [B,A,4] as fractions of the square (top, left, bottom, right), and P(face) [B,A]. */
export function ssd(w: Weights, pixels: Tensor): { readonly corners: Tensor; readonly scores: Tensor } {
  const taps = ssdMaps(w, pixels);
  const looks = taps.map((x, i) => {
    const anchors = i === 0 ? 3 : 6;
    const head = w.at(`Prediction.BoxPredictor_${i}`);
    return { offsets: predict(head.at('BoxEncodingPredictor'), x, anchors, 4), classes: predict(head.at('ClassPredictor'), x, anchors, 3) };
  });
  const offsets = concat(
    looks.map((look) => look.offsets),
    1,
  ); //                          [B,A,4]
  const classes = concat(
    looks.map((look) => look.classes),
    1,
  ); //                          [B,A,3]: background, face, unused
  const corners = decode(w.get('Output.extra_dim', [1, ANCHORS, 4]), offsets);
  return { corners, scores: squeeze(sigmoid(slice(classes, { axis: 2, start: 1, end: 2 })), 2) };
}

/** The six maps that the heads look at, of 32, 16, 8, 4, 2 and 1 cells a side: [B,C,h,w]. */
function ssdMaps(w: Weights, pixels: Tensor): Tensor[] {
  const maps: Tensor[] = [];
  let x = pointwise(w.at('MobilenetV1.Conv2d_0_pointwise'), 32, pixels, 3, 2);
  for (const [k, out] of TRUNK.entries()) {
    const i = k + 1;
    x = depthwise(w.at(`MobilenetV1.Conv2d_${i}_depthwise`), x, HALVING.has(i) ? 2 : 1);
    x = pointwise(w.at(`MobilenetV1.Conv2d_${i}_pointwise`), out, x);
    if (i === 11 || i === 13) maps.push(x);
  }
  for (const [i, out] of EXTRAS.entries()) {
    const halves = i % 2 === 1;
    x = pointwise(w.at(`Prediction.Conv2d_${i}_pointwise`), out, x, halves ? 3 : 1, halves ? 2 : 1);
    if (halves) maps.push(x);
  }
  return maps;
}

/** A convolution into which a batch normalisation was folded, then ReLU6. */
function pointwise(w: Weights, out: number, x: Tensor, kernel = 1, stride = 1): Tensor {
  const filters = w.get('weights', [out, x.shape[1] as number, kernel, kernel]);
  return relu6(conv(x, filters, w.get('convolution_bn_offset', [out]), { stride, pad: 'same' }));
}

function depthwise(w: Weights, x: Tensor, stride: number): Tensor {
  const C = x.shape[1] as number;
  const of = (name: string) => w.get(`BatchNorm.${name}`, [C]);
  const y = conv(x, w.get('depthwise_weights', [C, 1, 3, 3]), undefined, { stride, pad: 'same', group: C });
  return relu6(batchNorm(y, of('gamma'), of('beta'), of('moving_mean'), of('moving_variance'), BN_EPSILON));
}

/** What a head says of each anchor of each cell: [B,C,h,w] → [B, h·w·anchors, each]. */
function predict(w: Weights, x: Tensor, anchors: number, each: number): Tensor {
  const out = anchors * each;
  const y = conv(x, w.get('weights', [out, x.shape[1] as number, 1, 1]), w.get('biases', [out])); //   [B,out,h,w]
  return reshape(transpose(y, [0, 2, 3, 1]), [x.shape[0]!, (x.shape[2] as number) * (x.shape[3] as number) * anchors, each]);
}

/** Anchors [1,A,4] and offsets [B,A,4] → corners [B,A,4]; variances 0.1 for places and 0.2 for sizes. */
function decode(anchors: Tensor, offsets: Tensor): Tensor {
  const pair = (t: Tensor, start: number) => slice(t, { axis: 2, start, end: start + 2 });
  const [near, far] = [pair(anchors, 0), pair(anchors, 2)]; //                               [1,A,2]
  const size = sub(far, near);
  const centre = add(mul(div(pair(offsets, 0), 10), size), div(add(near, far), 2)); //        [B,A,2]
  const half = div(mul(exp(div(pair(offsets, 2), 5)), size), 2);
  return concat([sub(centre, half), add(centre, half)], 2);
}
