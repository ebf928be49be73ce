/**
 * MixedFeatureNet, the backbone of DDAMFN (Zhang et al., Electronics 2023, §3.1): eq. (7) of the paper. Facts: SainingZhang/DDAMFN `networks/MixedFeatureNet.py`.
 * Weights have the names of the released checkpoints, where a layer is `features.<place>`. Parity: test/parity/ddamfn.test.ts.
 * B faces; maps of H × W cells with C channels.
 */
import {
  add,
  batchNorm,
  batchNormTrain,
  channelPRelu,
  concat,
  conv,
  hardSwish,
  mean,
  mul,
  pad,
  sigmoid,
  slice,
  type Tensor,
  transpose,
} from '../graph/index.ts';
import type { Weights } from '../weights/index.ts';

/** A layer of the backbone: which convolution, how many channels come out, and how many pixels it steps. */
export type MfnLayer =
  | { readonly is: 'full' | 'depthwise'; readonly kernel: number; readonly out: number; readonly stride: number }
  /** Channels in groups, each with its own kernel size; `times` such blocks in a row, each added to what went in. */
  | {
      readonly is: 'mixed';
      readonly parts: readonly (readonly [kernel: number, channels: number])[];
      readonly out: number;
      readonly stride: number;
      readonly times?: number;
    };

/** 112 × 112 pixels → 512 channels of 7 × 7. */
// biome-ignore format: one layer a line
export const MFN: readonly MfnLayer[] = [
  { is: 'full', kernel: 3, out: 64, stride: 2 }, //                                                           56 × 56
  { is: 'depthwise', kernel: 3, out: 64, stride: 1 },
  { is: 'mixed', parts: [[3, 64], [5, 32], [7, 32]], out: 64, stride: 2 }, //                                 28 × 28
  { is: 'mixed', parts: [[3, 96], [5, 32]], out: 64, stride: 1, times: 9 },
  { is: 'mixed', parts: [[3, 128], [5, 64], [7, 64]], out: 128, stride: 2 }, //                               14 × 14
  { is: 'mixed', parts: [[3, 192], [5, 64]], out: 128, stride: 1, times: 16 },
  { is: 'mixed', parts: [[3, 256], [5, 256], [7, 256], [9, 256]], out: 256, stride: 2 }, //                   7 × 7
  { is: 'mixed', parts: [[3, 172], [5, 170], [7, 170]], out: 256, stride: 1, times: 6 },
  { is: 'full', kernel: 1, out: 512, stride: 1 },
];

/** Batch normalisation with the weights below `w`, by statistics that were stored or that are this batch's. x [B,C,H,W] → [B,C,H,W]. */
export type BatchNorm = (w: Weights, x: Tensor) => Tensor;

/** Inference: the running statistics of the checkpoint. */
export const storedNorm: BatchNorm = (w, x) => {
  const of = (name: string) => w.get(name, [x.shape[1] as number]);
  return batchNorm(x, of('weight'), of('bias'), of('running_mean'), of('running_var'));
};

/** Training: the batch's own statistics, kept in `found` under the name of the layer's weight for the caller to average (PyTorch: momentum 0.1, unbiased). */
export function batchStatistics(): { readonly norm: BatchNorm; readonly found: Map<string, { mean: Tensor; variance: Tensor }> } {
  const found = new Map<string, { mean: Tensor; variance: Tensor }>();
  const norm: BatchNorm = (w, x) => {
    const [scale, shift] = [w.get('weight', [x.shape[1] as number]), w.get('bias', [x.shape[1] as number])];
    const { y, ...statistics } = batchNormTrain(x, scale, shift);
    found.set(scale.node.name as string, statistics);
    return y;
  };
  return { norm, found };
}

/** faces [B,3,112,112] → what each layer puts out, in order; the last is F of eq. (7), [B,512,7,7]. `w` stands at `features`. */
export function mfn(w: Weights, layers: readonly MfnLayer[], faces: Tensor, norm: BatchNorm): Tensor[] {
  let x = faces;
  return layers.map((layer, i) => {
    if (layer.is !== 'mixed') x = convBlock(w.at(`${i}`), layer, x, norm);
    else if (!layer.times) x = mixedBlock(w.at(`${i}`), layer, x, norm);
    else for (let k = 0; k < layer.times; k++) x = add(x, mixedBlock(w.at(`${i}.model.${k}`), layer, x, norm));
    return x;
  });
}

type Full = Extract<MfnLayer, { kernel: number }>;
type Mixed = Extract<MfnLayer, { parts: unknown }>;

/** Convolution, norm, PReLU with a slope for each channel. */
function convBlock(w: Weights, { is, kernel, out, stride }: Full, x: Tensor, norm: BatchNorm): Tensor {
  const group = is === 'depthwise' ? out : 1;
  const y = norm(
    w.at('bn'),
    conv(x, w.get('conv.weight', [out, (x.shape[1] as number) / group, kernel, kernel]), undefined, { stride, pad: kernel >> 1, group }),
  );
  return channelPRelu(y, w.get('prelu.weight', [out]));
}

/** Wider by 1 × 1, mixed depth-wise convolution, coordinate attention, narrower by 1 × 1. The checkpoints' `conv_dw.bn` and `conv_dw.prelu` are dead: nothing reads them. */
function mixedBlock(w: Weights, { parts, out, stride }: Mixed, x: Tensor, norm: BatchNorm): Tensor {
  const width = parts.reduce((n, [, channels]) => n + channels, 0);
  const wide = convBlock(w.at('conv'), { is: 'full', kernel: 1, out: width, stride: 1 }, x, norm); //          [B,width,H,W]
  const mixed = mixedDepthwise(w.at('conv_dw.mixed_depthwise_conv'), parts, stride, wide);
  const attended = coordinateAttention(w.at('CA'), mixed, norm);
  return norm(w.at('project.bn'), conv(attended, w.get('project.conv.weight', [out, width, 1, 1])));
}

/**
 * Part i of the channels by kernels of its own size. One convolution with all kernels as large as the largest, zeros around the small ones: up to four
 * times the products of separate convolutions, and still faster than cutting, four small convolutions and joining.
 */
function mixedDepthwise(w: Weights, parts: Mixed['parts'], stride: number, x: Tensor): Tensor {
  const largest = Math.max(...parts.map(([kernel]) => kernel));
  const kernels = parts.map(([kernel, channels], i) => {
    const margin = (largest - kernel) / 2;
    return pad(w.get(`${i}.weight`, [channels, 1, kernel, kernel]), [
      [0, 0],
      [0, 0],
      [margin, margin],
      [margin, margin],
    ]);
  });
  return conv(x, concat(kernels, 0), undefined, { stride, pad: largest >> 1, group: x.shape[1] as number });
}

/** Coordinate attention, Hou et al., CVPR 2021: each cell times how much its row and how much its column counts. x [B,C,H,W] → [B,C,H,W]. */
function coordinateAttention(w: Weights, x: Tensor, norm: BatchNorm): Tensor {
  const rows = mean(x, { axis: 3, keep: true }); //                                                            [B,C,H,1]
  const columns = mean(x, { axis: 2, keep: true }); //                                                         [B,C,1,W]
  const { ofRows, ofColumns } = rowsAndColumns(w, rows, columns, norm);
  return mul(mul(x, sigmoid(ofRows)), sigmoid(ofColumns));
}

/** What rows [B,C,H,1] and columns [B,C,1,W] say about each other through max(8, C/32) common channels; same shapes, before the sigmoid. */
export function rowsAndColumns(w: Weights, rows: Tensor, columns: Tensor, norm: BatchNorm): { ofRows: Tensor; ofColumns: Tensor } {
  const [, C, H] = rows.shape as [unknown, number, number];
  const m = Math.max(8, Math.floor(C / 32));
  const turned = (t: Tensor) => transpose(t, [0, 1, 3, 2]);
  const one = (name: string, out: number, t: Tensor) =>
    conv(t, w.get(`${name}.weight`, [out, t.shape[1] as number, 1, 1]), w.get(`${name}.bias`, [out]));
  const both = hardSwish(norm(w.at('bn1'), one('conv1', m, concat([rows, turned(columns)], 2)))); //           [B,m,H+W,1]
  return {
    ofRows: one('conv2', C, slice(both, { axis: 2, end: H })), //                                              [B,C,H,1]
    ofColumns: one('conv3', C, turned(slice(both, { axis: 2, start: H }))), //                                 [B,C,1,W]
  };
}
