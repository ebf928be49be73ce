/**
 * SSD (Liu et al., ECCV 2016) over MobileNet V1, for faces: the detector of face-api. Facts: justadudewhohacks/face-api.js `src/ssdMobilenetv1`.
 * Weights have that project's names, with dots. Parity: test/parity/faceapi.test.ts. B pictures, A = 5118 anchors of the whole square, fewer of a part.
 */
import {
  add,
  concat,
  constant,
  conv,
  conv8,
  dequantizeLinear,
  div,
  exp,
  mul,
  numbersOf,
  quantizeLinear,
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
import { type Kernel8Type, kernel8 } from './kernel8.ts';

/** Side of the square picture that the network sees. */
export const SSD_SIDE = 512;
/** A part of the square may be given instead: a multiple of this many rows and of columns, from the upper left corner on. */
export const SSD_STEP = 32;
const ANCHORS = 5118;
const BN_EPSILON = 0.0010000000474974513;

/** Channels of the 13 depth-wise separable blocks of the trunk, and which of them halve the picture. */
const TRUNK = [64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024] as const;
const HALVING = new Set([2, 4, 6, 12]);
/** Further maps: a 1 × 1 and a halving 3 × 3 convolution each; the first pair of channels has stride 1. */
const EXTRAS = [256, 512, 128, 256, 128, 256, 64, 128] as const;
/** Cells a side of the six maps that the heads look at, and anchors a cell. */
const MAPS = [{ cells: 32, anchors: 3 }, ...[16, 8, 4, 2, 1].map((cells) => ({ cells, anchors: 6 }))];

/** ReLU6's results as bytes: no range has to be measured. */
const RELU6 = { scale: 6 / 255, zero: 0 } as const;
/** In whole numbers are the convolutions after this block. With none before, boxes agreed worse (IoU 0.969 with those of float32, 0.984 with two), for a tenth of the time. */
const FLOAT_BLOCKS = 2;

export interface Ssd {
  /** [B,A,4] as fractions of the square: top, left, bottom, right. */
  readonly corners: Tensor;
  /** P(face) [B,A]. */
  readonly scores: Tensor;
}

/**
 * pixels [B,3,h,w], −1 to 1, the upper left part of a square of 512, and its anchors [1,A,4] (`ssdAnchors`). `whole` computes most convolutions in
 * whole numbers: for inference, 2.2 times as fast where the processor has AVX-512 VNNI; what it costs is in docs/log.md.
 */
export function ssd(w: Weights, pixels: Tensor, anchors: Tensor, whole?: Kernel8Type): Ssd {
  const looks = ssdMaps(w, pixels, whole).map((x, i) => {
    const head = w.at(`Prediction.BoxPredictor_${i}`);
    const real = x.dtype === 'uint8' ? dequantizeLinear(x, RELU6) : x;
    const each = MAPS[i]!.anchors;
    return { offsets: predict(head.at('BoxEncodingPredictor'), real, each, 4), classes: predict(head.at('ClassPredictor'), real, each, 3) };
  });
  const offsets = concat(
    looks.map((look) => look.offsets),
    1,
  ); //                          [B,A,4]
  const classes = concat(
    looks.map((look) => look.classes),
    1,
  ); //                          [B,A,3]: background, face, unused
  return { corners: decode(anchors, offsets), scores: squeeze(sigmoid(slice(classes, { axis: 2, start: 1, end: 2 })), 2) };
}

/** The anchors [A,4] of the upper left `rows` × `columns` of the square, in the order of the answers. */
export function ssdAnchors(w: Weights, rows: number, columns: number): Float32Array {
  const all = numbersOf(w.get('Output.extra_dim', [1, ANCHORS, 4]));
  const parts: Float32Array[] = [];
  let start = 0;
  for (const { cells, anchors } of MAPS) {
    const within = (size: number) => Math.ceil((size * cells) / SSD_SIDE);
    for (let y = 0; y < within(rows); y++) {
      const row = start + y * cells * anchors * 4;
      parts.push(all.subarray(row, row + within(columns) * anchors * 4));
    }
    start += cells * cells * anchors * 4;
  }
  const out = new Float32Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** The six maps that the heads look at: [B,C,h,w], of bytes where they come from whole numbers. */
function ssdMaps(w: Weights, pixels: Tensor, whole: Kernel8Type | undefined): Tensor[] {
  const maps: Tensor[] = [];
  const step = (x: Tensor, layer: (C: number) => Layer, stride = 1) => convRelu6(x, layer(x.shape[1] as number), stride, whole);
  let x = step(pixels, pointwise(w.at('MobilenetV1.Conv2d_0_pointwise'), 32, 3), 2);
  for (const [k, out] of TRUNK.entries()) {
    const i = k + 1;
    x = step(x, depthwise(w.at(`MobilenetV1.Conv2d_${i}_depthwise`)), HALVING.has(i) ? 2 : 1);
    x = step(x, pointwise(w.at(`MobilenetV1.Conv2d_${i}_pointwise`), out));
    if (whole && i === FLOAT_BLOCKS) x = quantizeLinear(x, RELU6);
    if (i === 11 || i === 13) maps.push(x);
  }
  for (const [i, out] of EXTRAS.entries()) {
    const halves = i % 2 === 1;
    x = step(x, pointwise(w.at(`Prediction.Conv2d_${i}_pointwise`), out, halves ? 3 : 1), halves ? 2 : 1);
    if (halves) maps.push(x);
  }
  return maps;
}

/** A convolution into which a batch normalisation was folded. */
interface Layer {
  readonly filters: Tensor;
  readonly bias: Tensor;
  readonly group: number;
}

/** Folded where it was saved. */
const pointwise =
  (w: Weights, out: number, kernel = 1) =>
  (C: number): Layer => ({
    filters: w.get('weights', [out, C, kernel, kernel]),
    bias: w.get('convolution_bn_offset', [out]),
    group: 1,
  });

/** Of each channel by itself; folded here. */
const depthwise =
  (w: Weights) =>
  (C: number): Layer => {
    const of = (name: string) => numbersOf(w.get(`BatchNorm.${name}`, [C]));
    const [gamma, beta, mean, variance] = [of('gamma'), of('beta'), of('moving_mean'), of('moving_variance')];
    const factor = Float64Array.from(gamma, (v, c) => v / Math.sqrt(variance[c]! + BN_EPSILON));
    const filters = numbersOf(w.get('depthwise_weights', [C, 1, 3, 3])).map((v, i) => v * factor[Math.floor(i / 9)]!);
    const bias = beta.map((v, c) => v - mean[c]! * factor[c]!);
    return { filters: constant('float32', [C, 1, 3, 3], filters), bias: constant('float32', [C], bias), group: C };
  };

/** In whole numbers where x is: bytes cannot hold more than RELU6 says, so they need no ReLU6 of their own. */
function convRelu6(x: Tensor, { filters, bias, group }: Layer, stride: number, whole: Kernel8Type | undefined): Tensor {
  // TensorFlow's 'same' for even sizes; where a part has an odd number of rows, cells stay where they are in the whole square.
  const pad = filters.shape[2] === 1 ? 0 : stride === 1 ? 1 : [0, 0, 2, 2];
  const o = { stride, group, pad };
  return x.dtype === 'uint8' ? conv8(x, RELU6, kernel8(filters, bias, whole), RELU6, o) : relu6(conv(x, filters, bias, o));
}

/** What a head says of each anchor of each cell: [B,C,h,w] → [B, h·w·anchors, each]. */
function predict(w: Weights, x: Tensor, anchors: number, each: number): Tensor {
  const out = anchors * each;
  const y = conv(x, w.get('weights', [out, x.shape[1] as number, 1, 1]), w.get('biases', [out])); //   [B,out,h,w]
  return reshape(transpose(y, [0, 2, 3, 1]), [x.shape[0]!, -1, each]);
}

/** Anchors [1,A,4] and offsets [B,A,4] → corners [B,A,4]; variances 0.1 for places and 0.2 for sizes. */
function decode(anchors: Tensor, said: Tensor): Tensor {
  const offsets = reshape(said, [said.shape[0]!, anchors.shape[1]!, 4]); // as many as anchors, which names of sizes cannot show
  const pair = (t: Tensor, start: number) => slice(t, { axis: 2, start, end: start + 2 });
  const [near, far] = [pair(anchors, 0), pair(anchors, 2)]; //                               [1,A,2]
  const size = sub(far, near);
  const centre = add(mul(div(pair(offsets, 0), 10), size), div(add(near, far), 2)); //        [B,A,2]
  const half = div(mul(exp(div(pair(offsets, 2), 5)), size), 2);
  return concat([sub(centre, half), add(centre, half)], 2);
}
