/** Shape and gradient rules that take more than a line. Same contract as the rows of `ops.ts`. Sources stand at each rule. */
import { GraphError } from '../base/errors.ts';
import * as b from './build.ts';
import { interpolation } from './interpolation.ts';
import { addDims, axisOf, ShapeProblem, sliceDim, type Window, windowed } from './shapes.ts';
import { constant, type Dim, fixedShape, madeAt, type Shape, type Tensor } from './tensor.ts';

type Grads = (Tensor | null)[];

/** Where both sides are equal each gets half, as PyTorch has it. */
export function extremum(g: Tensor, first: Tensor, tie: Tensor): Grads {
  const half = b.mul(g, 0.5);
  return [b.where(tie, half, b.where(first, g, 0)), b.where(tie, half, b.where(first, 0, g))];
}

/** d hardswish / dx = 0 below −3, 1 above 3, (2x + 3)/6 between. */
export function hardSwishSlope(x: Tensor): Tensor {
  const one = b.where(b.greaterOrEqual(x, 3), constant(x.dtype, [], [1]), 0);
  return b.where(b.and(b.greater(x, -3), b.less(x, 3)), b.add(b.div(x, 3), 0.5), one);
}

/** d gelu / dx = Φ(x) + x·φ(x). */
export function geluSlope(x: Tensor): Tensor {
  const cdf = b.mul(b.add(b.erf(b.mul(x, Math.SQRT1_2)), 1), 0.5);
  const pdf = b.mul(b.exp(b.mul(b.mul(x, x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
  return b.add(cdf, b.mul(x, pdf));
}

/** y = ½x(1 + tanh u), u = √(2/π)(x + 0.044715x³). */
export function geluTanhSlope(x: Tensor): Tensor {
  const [c, k] = [Math.sqrt(2 / Math.PI), 0.044715];
  const square = b.mul(x, x);
  const t = b.tanh(b.mul(b.mul(x, b.add(b.mul(square, k), 1)), c));
  const du = b.mul(b.add(b.mul(square, 3 * k), 1), c);
  return b.add(b.mul(b.add(t, 1), 0.5), b.mul(b.mul(b.mul(x, 0.5), b.sub(1, b.mul(t, t))), du));
}

/** The last two axes swapped. */
export function T(x: Tensor): Tensor {
  const n = x.shape.length;
  return b.transpose(x, [...x.shape.slice(0, -2).map((_, i) => i), n - 1, n - 2]);
}

/** dA = g·Bᵀ, dB = Aᵀ·g; a plain matrix B under a batch of A gets one flat product instead of a batch of products and a sum. */
export function matMul(g: Tensor, p: Tensor, q: Tensor): Grads {
  const dp = b.matMul(g, T(q));
  if (q.shape.length > 2 || p.shape.length === 2) return [dp, b.matMul(T(p), g)];
  const rows = (x: Tensor) => b.reshape(x, [-1, x.shape.at(-1) as number]);
  return [dp, innerProduct(rows(p), rows(g))];
}

/** y = op(A)·op(B): each of the four cases. */
export function gemm(g: Tensor, p: Tensor, q: Tensor, transA: boolean, transB: boolean): Grads {
  const dp = transA ? b.gemm(q, g, undefined, { transA: transB, transB: true }) : b.gemm(g, q, undefined, { transB: !transB });
  if (transA) return [dp, transB ? b.gemm(g, p, undefined, { transA: true, transB: true }) : b.gemm(p, g)];
  return [dp, transB ? innerProduct(g, p) : innerProduct(p, g)];
}

/**
 * aᵀ·c for a [M,I], c [M,J], summed over the (long) first axis. The engine's kernel is a fifth to a third slower on a transposed left side
 * (docs/log.md), so the narrower of the two is transposed beforehand; `worker.ts` keeps the engine from undoing that.
 */
function innerProduct(a: Tensor, c: Tensor): Tensor {
  const [I, J] = [a.shape[1], c.shape[1]];
  return Number(I) > Number(J) ? T(b.gemm(T(c), a)) : b.gemm(T(a), c);
}

interface Reduce {
  readonly axes: readonly number[];
  readonly keepdims: number;
}

/** Puts the reduced axes back with size 1. */
function unreduce(g: Tensor, x: Tensor, a: Reduce): Tensor {
  if (a.keepdims || a.axes.length === 0) return g;
  return b.unsqueeze(
    g,
    a.axes.map((axis) => axisOf(axis, x.shape.length)).sort((p, q) => p - q),
  );
}

/** A reduced gradient back over all that was summed. */
export function spread(g: Tensor, x: Tensor, a: Reduce): Tensor {
  return b.expandLike(unreduce(g, x, a), x);
}

/** Equal extremes share the gradient, as PyTorch's amax does. */
export function shareAmongTies(g: Tensor, y: Tensor, x: Tensor, a: Reduce): Tensor {
  const ties = b.cast(b.equal(x, unreduce(y, x, a)), x.dtype);
  return b.div(b.mul(ties, unreduce(g, x, a)), b.sum(ties, { axis: a.axes, keep: true }));
}

/** Gradient of Gather: rows of g added into zeros where they came from; repeated indices add up. */
export function scatterRows(x: Tensor, indices: Tensor, g: Tensor, axis: number): Tensor {
  const [rank, k] = [x.shape.length, indices.shape.length];
  const a = axisOf(axis, rank);
  const front = [...Array(k).keys()].map((i) => a + i); // the axes of g that came from the indices
  const rest = g.shape.map((_, i) => i).filter((i) => !front.includes(i));
  const rowsFirst = b.transpose(g, [...front, ...rest]); //                          [indices…, other axes of x…]
  const order = [a, ...x.shape.map((_, i) => i).filter((i) => i !== a)];
  const zeros = b.zerosLike(b.transpose(x, order)); //                               [x.shape[a], others…]
  const placed = b.scatterND(zeros, b.unsqueeze(indices, k), rowsFirst, { add: true });
  return b.transpose(
    placed,
    order.map((_, i) => order.indexOf(i)),
  );
}

export interface SliceAttrs {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly axes: readonly number[];
  readonly steps: readonly number[];
}

/** Shape of a slice. */
export function sliced(x: Shape, a: SliceAttrs): Shape {
  return x.map((d, i) => {
    const k = a.axes.indexOf(i);
    return k < 0 ? d : sliceDim(d, a.starts[k] as number, a.ends[k] as number, a.steps[k] as number);
  });
}

/** Gradient of a one-axis slice: zeros around a run, or rows scattered by a step. */
export function unslice(g: Tensor, x: Tensor, a: SliceAttrs, atRunTime: boolean): Tensor {
  if (atRunTime)
    throw new GraphError('GRAD_MISSING', 'A slice whose place is found at run time has no gradient', {
      at: madeAt(x),
      fix: 'give the sizes as numbers',
    });
  const axis = a.axes[0] as number;
  const [step, start, end] = [a.steps[0] as number, a.starts[0] as number, a.ends[0] as number];
  if (step === 1 && g.shape[axis] === x.shape[axis]) return g;
  const around = (before: number, after: number) =>
    b.pad(
      g,
      x.shape.map((_, i) => (i === axis ? [before, after] : [0, 0])),
    );
  const toTheEnd = end >= Number.MAX_SAFE_INTEGER;
  if (step === 1 && typeof x.shape[axis] === 'string' && start >= 0 && (end < 0 || toTheEnd))
    return { ...around(start, toTheEnd ? 0 : -end), shape: x.shape }; // what was cut off is known, though the size is not
  const [size, n] = [sizeAlong(x, axis), sizeAlong(g, axis)];
  const first = Math.min(Math.max(start < 0 ? start + size : start, 0), size - (step < 0 ? 1 : 0));
  if (step === 1) return around(first, size - first - n);
  const rows = Array.from({ length: n }, (_, i) => first + i * step);
  return scatterRows(x, constant('int64', [n], rows), g, axis);
}

/** One size, which must be a number. */
function sizeAlong(x: Tensor, axis: number): number {
  return fixedShape({ ...x, shape: x.shape.slice(axis, axis + 1) })[0] as number;
}

/** Shape with new axes of size 1, at their places in the result. */
export function unsqueezed(x: Shape, axes: readonly number[]): Shape {
  const rank = x.length + axes.length;
  const at = new Set(axes.map((a) => axisOf(a, rank)));
  const rest = [...x];
  return Array.from({ length: rank }, (_, i) => (at.has(i) ? 1 : (rest.shift() as number)));
}

/** Gradient of Concat: each part its own piece. Where one part's size is a name, what follows it is counted from the end; where several are, they are read at run time. */
export function cut(g: Tensor, xs: readonly Tensor[], axis: number): Grads {
  const open = xs.findIndex((x) => typeof x.shape[axis] === 'string');
  if (xs.filter((x) => typeof x.shape[axis] === 'string').length > 1) return cutAtRunTime(g, xs, axis);
  const total = (parts: readonly Tensor[]) => parts.reduce((n, x) => n + sizeAlong(x, axis), 0);
  return xs.map((x, i) => {
    const fromEnd = open >= 0 && i >= open;
    const after = fromEnd ? total(xs.slice(i + 1)) : 0;
    const start = open >= 0 && i > open ? -(after + sizeAlong(x, axis)) : total(xs.slice(0, i));
    const end = fromEnd ? -after : start + sizeAlong(x, axis);
    return { ...b.slice(g, fromEnd && after === 0 ? { axis, start } : { axis, start, end }), shape: x.shape };
  });
}

function cutAtRunTime(g: Tensor, xs: readonly Tensor[], axis: number): Grads {
  let left = g;
  return xs.map((x, i) => {
    if (i === xs.length - 1) return { ...left, shape: x.shape };
    const [part, rest] = b.splitAt(left, axis, x, axis);
    left = rest;
    return part;
  });
}

/** Shape with padding, which may not be negative. */
export function padded(x: Shape, pads: readonly number[]): Shape {
  if (pads.length !== 2 * x.length) throw new ShapeProblem(`${pads.length / 2} pairs of padding for [${x}]`);
  if (pads.some((p) => p < 0)) throw new ShapeProblem(`negative padding [${pads}]; slice() cuts`);
  return x.map((d, i) => addDims(d, (pads[i] as number) + (pads[i + x.length] as number)));
}

/** Gradient of padding: what was inside. */
export function unpad(g: Tensor, x: Tensor, a: { pads: readonly number[] }): Tensor {
  return x.shape.reduce((piece: Tensor, _, axis) => {
    const [before, after] = [a.pads[axis] as number, a.pads[axis + x.shape.length] as number];
    if (before === 0 && after === 0) return piece;
    const inner = b.slice(piece, after === 0 ? { axis, start: before } : { axis, start: before, end: -after });
    return { ...inner, shape: inner.shape.map((d, i) => (i === axis ? (x.shape[i] as number) : d)) };
  }, g);
}

export interface ConvAttrs {
  readonly kernel_shape: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly pads: readonly number[];
  readonly group: number;
}
export type PoolAttrs = Omit<ConvAttrs, 'dilations' | 'group'> & { readonly ceil_mode: number; readonly count_include_pad?: number };

/** A convolution's or a pooling's sliding window. */
export function windowOf(a: ConvAttrs | PoolAttrs): Window {
  const dilations = 'dilations' in a ? a.dilations : a.kernel_shape.map(() => 1);
  return { kernel: a.kernel_shape, strides: a.strides, dilations, pads: a.pads, ceil: 'ceil_mode' in a && a.ceil_mode === 1 };
}

const spatial = (x: Tensor): number[] => fixedShape({ ...x, shape: x.shape.slice(2) });
const channelSum = (g: Tensor): Tensor => b.sum(g, { axis: g.shape.map((_, i) => i).filter((i) => i !== 1) });

/** dX is the transposed convolution, with what the stride cut off given back as output padding; dW see `kernelGradient`; db sums. */
export function conv(g: Tensor, [x, w, bias]: readonly [Tensor, Tensor, Tensor?], a: ConvAttrs): Grads {
  const rank = a.kernel_shape.length;
  const [sizes, out] = [spatial(x), spatial(g)];
  const outputPadding = sizes.map((size, i) => {
    const reach = (a.dilations[i] as number) * ((a.kernel_shape[i] as number) - 1) + 1;
    return size - (((out[i] as number) - 1) * (a.strides[i] as number) + reach - (a.pads[i] as number) - (a.pads[i + rank] as number));
  });
  const dx = b.convTranspose(g, w, undefined, { stride: a.strides, dilation: a.dilations, pad: a.pads, group: a.group, outputPadding });
  return [dx, kernelGradient(x, g, a), ...(bias ? [channelSum(g)] : [])];
}

/** The adjoint of a convolution: dX convolves, dW swaps the roles of input and output gradient. */
export function convTranspose(g: Tensor, [x, w, bias]: readonly [Tensor, Tensor, Tensor?], a: ConvAttrs): Grads {
  const dx = b.conv(g, w, undefined, { stride: a.strides, dilation: a.dilations, pad: a.pads, group: a.group });
  return [dx, kernelGradient(g, x, a), ...(bias ? [channelSum(g)] : [])];
}

/**
 * dW [M,C/G,k…] of y = conv(x, W): a convolution of x by g with batch and channels swapped, stride and dilation swapped, in G groups.
 * The result may be wider than the kernel where the stride left a remainder; the rest is cut.
 */
function kernelGradient(x: Tensor, g: Tensor, a: ConvAttrs): Tensor {
  const [N, C, M] = [x.shape[0] as Dim, sizeAlong(x, 1), sizeAlong(g, 1)];
  const [size, out, G] = [spatial(x), spatial(g), a.group];
  const axes = size.map((_, i) => i);
  const xs = b.reshape(b.transpose(b.reshape(x, [N, G, C / G, ...size]), [2, 1, 0, ...axes.map((i) => i + 3)]), [C / G, -1, ...size]); //  [C/G, G·N, …]
  const gs = b.reshape(b.transpose(b.reshape(g, [N, G, M / G, ...out]), [1, 2, 0, ...axes.map((i) => i + 3)]), [M, N, ...out]); //         [M, N, …]
  let dw = b.conv(xs, gs, undefined, { stride: a.dilations, dilation: a.strides, pad: a.pads, group: G }); //                               [C/G, M, ≥k…]
  a.kernel_shape.forEach((k, i) => {
    if (dw.shape[i + 2] !== k) dw = b.slice(dw, { axis: i + 2, end: k });
  });
  return b.transpose(dw, [1, 0, ...axes.map((i) => i + 2)]); //                                                                             [M, C/G, k…]
}

/** ONNX counts MaxPool's indices through the whole tensor, so one flat scatter puts every gradient where its value came from. */
export function unMaxPool(g: Tensor, indices: Tensor, x: Tensor): Tensor {
  const flat = (t: Tensor) => b.reshape(t, [-1]);
  return b.reshapeLike(b.scatterElements(flat(b.zerosLike(x)), flat(indices), flat(g), { axis: 0, add: true }), x);
}

/** Each output spreads g / (cells it averaged) over its window: a depth-wise transposed convolution with ones. */
export function unAveragePool(g: Tensor, x: Tensor, a: PoolAttrs): Tensor {
  const [N, C] = [x.shape[0], sizeAlong(x, 1)];
  const size = spatial(x);
  const cells = windowCells(size, a);
  const shares = b.div(g, constant(g.dtype, [1, 1, ...spatial(g)], cells));
  const ones = constant(g.dtype, [C, 1, ...a.kernel_shape], Array(C * a.kernel_shape.reduce((n, k) => n * k, 1)).fill(1));
  const full = b.convTranspose(shares, ones, undefined, { stride: a.strides, group: C }); // over the padded picture
  const rank = size.length;
  return size.reduce((t: Tensor, s, i) => {
    const [have, want] = [t.shape[i + 2] as number, s + (a.pads[i] as number) + (a.pads[i + rank] as number)];
    const whole =
      have < want
        ? b.pad(
            t,
            t.shape.map((_, k) => (k === i + 2 ? [0, want - have] : [0, 0])),
          )
        : t;
    const cut = b.slice(whole, { axis: i + 2, start: a.pads[i] as number, end: (a.pads[i] as number) + s });
    return { ...cut, shape: cut.shape.map((d, k) => (k === 0 ? (N as number) : d)) };
  }, full);
}

/** How many cells each output averaged: padding counts only if asked, what hangs over the padded picture never. */
function windowCells(size: readonly number[], a: PoolAttrs): number[] {
  const out = windowed(size, windowOf(a)) as number[];
  const rank = size.length;
  const perAxis = size.map((s, i) => {
    const [before, after] = [a.pads[i] as number, a.pads[i + rank] as number];
    return Array.from({ length: out[i] as number }, (_, o) => {
      const start = o * (a.strides[i] as number) - before;
      const end = Math.min(start + (a.kernel_shape[i] as number), s + after);
      return a.count_include_pad ? end - start : Math.min(end, s) - Math.max(start, 0);
    });
  });
  return perAxis.reduce((cells: number[], axis) => cells.flatMap((c) => axis.map((n) => c * n)), [1]);
}

/** y = (x − μ)·s + β with s = γ/√(σ²+ε), each [C] along axis 1. */
export function batchNorm(g: Tensor, [x, gamma, , mu, variance]: readonly Tensor[], epsilon: number): Grads {
  if (!x || !gamma || !mu || !variance) return [];
  const along = (c: Tensor) => b.reshape(c, [-1, ...x.shape.slice(2).map(() => 1)]); // [C,1,…]
  const std = b.sqrt(b.add(variance, epsilon)); //             [C]
  const s = b.div(gamma, std); //                              [C]
  const centred = b.sub(x, along(mu)); //                      [N,C,…]
  const dBeta = channelSum(g); //                              [C]
  const dCentred = channelSum(b.mul(g, centred)); //           [C]
  const dVariance = b.div(b.mul(b.mul(dCentred, gamma), -0.5), b.mul(std, b.mul(std, std)));
  return [b.mul(g, along(s)), b.div(dCentred, std), dBeta, b.neg(b.mul(dBeta, s)), dVariance];
}

export interface ResizeAttrs {
  readonly sizes: readonly number[];
  readonly mode: 'nearest' | 'linear' | 'cubic';
  readonly coordinate_transformation_mode: 'half_pixel' | 'asymmetric' | 'align_corners';
  readonly nearest_mode: 'floor' | 'round_prefer_floor';
  readonly cubic_coeff_a: number;
}

/** Resizing is linear and separable: y = A·x·Bᵀ, so dx = Aᵀ·g·B, whatever the mode. */
export function unResize(g: Tensor, x: Tensor, a: ResizeAttrs): Tensor {
  const [h, w] = spatial(x) as [number, number];
  const [H, W] = a.sizes as [number, number];
  const A = constant(g.dtype, [H, h], interpolation(h, H, a)); //  [H,h]
  const B = constant(g.dtype, [W, w], interpolation(w, W, a)); //  [W,w]
  return b.matMul(b.matMul(T(A), g), B); //                        [N,C,h,w]
}
