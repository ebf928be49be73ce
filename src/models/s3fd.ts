/**
 * S3FD, Zhang et al., ICCV 2017: eq. (5) of the paper, "detection layers composed of VGG16 and CNNs" over multi-scale anchors.
 * Facts: face-alignment `detection/sfd/net_s3fd.py`, whose names the layers have, and yxlijun/S3FD.pytorch `s3fd.py`. Parity: test/parity/s3fd.test.ts.
 * B pictures of H × W pixels, a map of h × w cells with C channels.
 */
import {
  add,
  concat,
  conv,
  div,
  maxPool,
  mul,
  reduceMax,
  relu,
  reshape,
  sigmoid,
  slice,
  sqrt,
  sub,
  sumOfSquares,
  type Tensor,
} from '../graph/index.ts';
import type { Weights } from '../weights/index.ts';

export interface S3fdConfig {
  /** Channels of VGG16's five stages. */
  readonly stages: readonly [number, number, number, number, number];
  /** Channels of fc6 and fc7. */
  readonly fc: number;
  /** Channels of conv6_1, conv6_2, conv7_1, conv7_2. */
  readonly extras: readonly [number, number, number, number];
  readonly fc6: { readonly pad: number; readonly dilation: number };
  /** An odd size is rounded up by the third pooling. */
  readonly ceil: boolean;
}

/** face-alignment's port. Its fc6 makes the map four cells larger; what lies beyond the border are cells like any other. */
export const S3FD: S3fdConfig = {
  stages: [64, 128, 256, 512, 512],
  fc: 1024,
  extras: [256, 512, 128, 256],
  fc6: { pad: 3, dilation: 1 },
  ceil: false,
};
/** yxlijun's port. Trained with another fc6, its weights give nonsense in the other network, and the other way round. */
export const S3FD_DILATED: S3fdConfig = { ...S3FD, fc6: { pad: 6, dilation: 6 }, ceil: true };

/** Convolutions of VGG16's stages. */
const DEPTHS = [2, 2, 3, 3, 3] as const;
/** The maps that are looked at, the finest first: 4, 8, … 128 pixels a cell. */
const TAPS = ['conv3_3_norm', 'conv4_3_norm', 'conv5_3_norm', 'fc7', 'conv6_2', 'conv7_2'] as const;

/** yxlijun's names, which are places in lists, and face-alignment's, which are the layers' own. */
const TRUNK = [...DEPTHS.flatMap((n, s) => Array.from({ length: n }, (_, i) => `conv${s + 1}_${i + 1}`)), 'fc6', 'fc7'];
const PLACES = {
  vgg: Object.fromEntries([0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28, 31, 33].map((at, i) => [at, TRUNK[i]])),
  extras: ['conv6_1', 'conv6_2', 'conv7_1', 'conv7_2'],
  conf: TAPS.map((tap) => `${tap}_mbox_conf`),
  loc: TAPS.map((tap) => `${tap}_mbox_loc`),
};
export const S3FD_RENAMES: readonly (readonly [RegExp, string])[] = [
  ...Object.entries(PLACES).flatMap(([list, names]) =>
    Object.entries(names).map(([at, name]) => [new RegExp(`^${list}\\.${at}\\.`), `${name}.`] as const),
  ),
  [/^L2Norm([345])_3\./, 'conv$1_3_norm.'],
];

/** The port's network as wide as the checkpoint is: every layer's width is the length of its bias. Layers that are not there keep the port's own. */
export function s3fdConfig(w: Weights, port: S3fdConfig): S3fdConfig {
  const width = (layer: string, or: number) => w.shapeOf(`${layer}.bias`)?.[0] ?? or;
  const [a, b, c, d, e] = port.stages;
  const [f, g, h, i] = port.extras;
  return {
    ...port,
    stages: [width('conv1_1', a), width('conv2_1', b), width('conv3_1', c), width('conv4_1', d), width('conv5_1', e)],
    fc: width('fc6', port.fc),
    extras: [width('conv6_1', f), width('conv6_2', g), width('conv7_1', h), width('conv7_2', i)],
  };
}

/** What one map says of its cells. */
export interface Tap {
  /** Pixels a cell; the anchor of a cell is four times as wide. */
  readonly stride: number;
  /** Background and face before softmax: [B,2,h,w]. */
  readonly logits: Tensor;
  /** Δ of eq. (5), how the anchor becomes the box (anchors.ts): [B,4,h,w]. */
  readonly offsets: Tensor;
}

/** pixels [B,3,H,W], means subtracted, colours in the port's order → what the six maps say. H and W are 32 or more. */
export function s3fd(w: Weights, c: S3fdConfig, pixels: Tensor): Tap[] {
  return s3fdMaps(w, c, pixels).map((x, i) => {
    const look = (what: 'conf' | 'loc', channels: number) => layer(w.at(`${TAPS[i]}_mbox_${what}`), channels, x, { pad: 1 });
    return { stride: 4 * 2 ** i, logits: i === 0 ? maxOut(look('conf', 4)) : look('conf', 2), offsets: look('loc', 4) };
  });
}

/** P(face) of each cell, softmax over the two classes: [B,1,h,w]. */
export function faceProbability({ logits }: Pick<Tap, 'logits'>): Tensor {
  return sigmoid(sub(slice(logits, { axis: 1, start: 1 }), slice(logits, { axis: 1, end: 1 })));
}

/** The six maps under `TAPS`, which the heads look at: [B,C,h,w] each. */
export function s3fdMaps(w: Weights, c: S3fdConfig, pixels: Tensor): Tensor[] {
  const maps: Tensor[] = [];
  let x = pixels;
  for (const [s, depth] of DEPTHS.entries()) {
    for (let i = 1; i <= depth; i++) x = relu(layer(w.at(`conv${s + 1}_${i}`), c.stages[s] as number, x, { kernel: 3, pad: 1 }));
    if (s >= 2) maps.push(l2Norm(w.at(`conv${s + 1}_3_norm`), x));
    x = maxPool(x, { kernel: 2, ceil: s === 2 && c.ceil });
  }
  x = relu(layer(w.at('fc6'), c.fc, x, { kernel: 3, ...c.fc6 }));
  x = relu(layer(w.at('fc7'), c.fc, x, { kernel: 1 }));
  maps.push(x);
  for (const [i, name] of (['conv6', 'conv7'] as const).entries()) {
    x = relu(layer(w.at(`${name}_1`), c.extras[2 * i] as number, x, { kernel: 1 }));
    x = relu(layer(w.at(`${name}_2`), c.extras[2 * i + 1] as number, x, { kernel: 3, stride: 2, pad: 1 }));
    maps.push(x);
  }
  return maps;
}

/** A convolution with bias; 3 × 3 where `kernel` is absent. */
function layer(
  w: Weights,
  out: number,
  x: Tensor,
  { kernel = 3, ...o }: { kernel?: number; stride?: number; pad?: number; dilation?: number },
) {
  return conv(x, w.get('weight', [out, x.shape[1] as number, kernel, kernel]), w.get('bias', [out]), o);
}

/** x / ‖x‖ over the channels of each cell, times a weight for each channel (Liu et al. 2015, "ParseNet"). */
function l2Norm(w: Weights, x: Tensor): Tensor {
  const C = x.shape[1] as number;
  const length = add(sqrt(sumOfSquares(x, { axis: 1, keep: true })), 1e-10); //   [B,1,h,w]
  return mul(div(x, length), reshape(w.get('weight', [C]), [C, 1, 1]));
}

/** Max-out background, §3.3 of S3FD: three guesses at the background, of which the strongest counts. [B,4,h,w] → [B,2,h,w]. */
function maxOut(x: Tensor): Tensor {
  const background = reduceMax(slice(x, { axis: 1, end: 3 }), { axis: 1, keep: true });
  return concat([background, slice(x, { axis: 1, start: 3 })], 1);
}
