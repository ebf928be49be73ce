/** Numbers as bytes, and convolutions of them: for inference only, no gradient passes. */
import { GraphError } from '../base/errors.ts';
import { type ConvOptions, convAttributes, make } from './build.ts';
import { constant, stackHere, type Tensor, userLine } from './tensor.ts';

/** Numbers as bytes q: each stands for scale · (q − zero). */
export interface Bytes {
  readonly scale: number;
  /** 0–255. */
  readonly zero: number;
}

const bytes = ({ scale, zero }: Bytes): [Tensor, Tensor] => [constant('float32', [], [scale]), constant('uint8', [], [zero])];

/** float32 → the nearest bytes; what they cannot stand for becomes the nearest that they can. */
export const quantizeLinear = (x: Tensor, as: Bytes): Tensor => make('QuantizeLinear', [x, ...bytes(as)]);
/** Bytes → the float32 numbers that they stand for. */
export const dequantizeLinear = (q: Tensor, as: Bytes): Tensor => make('DequantizeLinear', [q, ...bytes(as)]);

/** What stands for 0 in a kernel without signs. */
export const UNSIGNED_ZERO = 128;

/** A convolution's kernel in whole numbers: of output channel m it is scales[m] · q, or scales[m] · (q − 128) where q is unsigned. */
export interface Kernel8 {
  /** int8 or uint8 [M,C/group,kh,kw]. */
  readonly q: Tensor;
  readonly scales: Float32Array;
  /** [M], in real numbers. */
  readonly bias: Float32Array;
}

/**
 * x uint8 [N,C,H,W] → uint8 [N,M,H',W']: sums in whole numbers, rounded once at the end. Inference only.
 * @throws GraphError GRAPH_SHAPE, GRAPH_CONSTANT (a bias that its channel's scale does not let into 32 bits)
 */
export function conv8(x: Tensor, from: Bytes, { q, scales, bias }: Kernel8, to: Bytes, o: ConvOptions = {}): Tensor {
  const M = scales.length;
  const sums = Float64Array.from(bias, (v, m) => Math.round(v / (from.scale * scales[m]!)));
  const lost = sums.findIndex((v) => !(Math.abs(v) < 2 ** 31));
  if (lost >= 0)
    throw new GraphError('GRAPH_CONSTANT', 'A bias does not fit beside sums of whole numbers', {
      at: userLine(stackHere()),
      expected: `less than ${2 ** 31 * from.scale * scales[lost]!} in channel ${lost}`,
      got: `${bias[lost]}`,
      fix: 'give this channel a larger scale',
    });
  const zero =
    q.dtype === 'uint8' ? constant('uint8', [M], new Uint8Array(M).fill(UNSIGNED_ZERO)) : constant('int8', [M], new Int8Array(M));
  const kernel = [q, constant('float32', [M], scales), zero];
  const inputs = [x, ...bytes(from), ...kernel, ...bytes(to), constant('int32', [M], Int32Array.from(sums))];
  return make('QLinearConv', inputs, convAttributes(x, q, o));
}
