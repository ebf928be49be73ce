/** The functions that make nodes: one per operator, typed, with ONNX's defaults. Shapes are found here, so a mistake is reported at the caller's line. */
import { GraphError } from '../base/errors.ts';
import { nearestSources } from './interpolation.ts';
import { OPS, type OpRow, type OpType } from './ops.ts';
import { axisOf, ShapeProblem, subtractDim } from './shapes.ts';
import {
  type Attrs,
  constant,
  type Dim,
  type Dtype,
  describe,
  madeAt,
  newTensor,
  ONNX_DTYPE,
  type Operand,
  type Shape,
  stackHere,
  type Tensor,
  userLine,
} from './tensor.ts';

/** Makes a node of `op`; the first output is returned, others by `outputOf`. @throws GraphError GRAPH_SHAPE, GRAPH_DTYPE at the user's line. */
export function make(op: OpType, inputs: readonly Tensor[], attrs: Attrs = {}, dtype?: Dtype): Tensor {
  const row: OpRow = OPS[op];
  if (!row.mixed && inputs.some((x) => x.dtype !== inputs[0]?.dtype))
    throw refusal('GRAPH_DTYPE', op, 'all inputs must have one element type; cast() changes it', inputs);
  const shape = checked(op, inputs, () => row.shape(inputs, attrs));
  return newTensor(op, shape, dtype ?? row.dtype ?? inputs[0]?.dtype ?? 'float32', { inputs, attrs });
}

function refusal(code: string, op: OpType, what: string, inputs: readonly Tensor[]): GraphError {
  return new GraphError(code, `${op}: ${what}`, { at: userLine(stackHere()), got: inputs.map(describe).join(', ') });
}

/** What a shape rule answers; what it refuses is reported at the user's line. */
function checked<T>(op: OpType, inputs: readonly Tensor[], rule: () => T): T {
  try {
    return rule();
  } catch (e) {
    throw e instanceof ShapeProblem ? refusal('GRAPH_SHAPE', op, e.message, inputs) : e;
  }
}

/** A further output (TopK's and MaxPool's indices). */
export function outputOf(y: Tensor, output: number): Tensor {
  const row: OpRow = OPS[y.node.op as OpType];
  return { node: y.node, output, shape: y.shape, dtype: row.also?.[output - 1] ?? y.dtype };
}

/** A number becomes a scalar constant of `like`'s type. @throws GraphError GRAPH_DTYPE where that type has no numbers of its own here (halves, booleans). */
export function lift(x: Operand, like: Tensor): Tensor {
  if (typeof x !== 'number') return x;
  if (like.dtype === 'float16' || like.dtype === 'bfloat16' || like.dtype === 'bool')
    throw new GraphError('GRAPH_DTYPE', `a plain number cannot join ${like.dtype}; cast() to float32 first`, {
      at: userLine(stackHere()),
      got: `${x} with ${describe(like)}`,
    });
  return constant(like.dtype, [], [x]);
}

/** The operand that says which type a plain number beside it has. */
function typed(op: OpType, a: Operand, b: Operand): Tensor {
  if (typeof a !== 'number') return a;
  if (typeof b !== 'number') return b;
  throw new GraphError('GRAPH_OPERANDS', `${op}: two plain numbers are not a graph`, {
    at: userLine(stackHere()),
    got: `${a}, ${b}`,
    fix: 'compute it in JavaScript, or make one of them with constant()',
  });
}

type Binary = (a: Operand, b: Operand) => Tensor;
type Unary = (x: Tensor) => Tensor;
const unary =
  (op: OpType): Unary =>
  (x) =>
    make(op, [x]);
const binary =
  (op: OpType): Binary =>
  (a, b) => {
    const like = typed(op, a, b);
    return make(op, [lift(a, like), lift(b, like)]);
  };

// Element-wise arithmetic, with broadcasting
export const add: Binary = binary('Add');
export const sub: Binary = binary('Sub');
export const mul: Binary = binary('Mul');
export const div: Binary = binary('Div');
export const pow: Binary = binary('Pow');
export const max: Binary = binary('Max');
export const min: Binary = binary('Min');
export const neg: Unary = unary('Neg');
export const abs: Unary = unary('Abs');
export const sqrt: Unary = unary('Sqrt');
export const reciprocal: Unary = unary('Reciprocal');
export const exp: Unary = unary('Exp');
export const log: Unary = unary('Log');
export const sin: Unary = unary('Sin');
export const cos: Unary = unary('Cos');
export const sign: Unary = unary('Sign');
export const floor: Unary = unary('Floor');
export const ceil: Unary = unary('Ceil');
/** Halves go to the even neighbour. */
export const round: Unary = unary('Round');
export const erf: Unary = unary('Erf');

// Activations
export const relu: Unary = unary('Relu');
export const sigmoid: Unary = unary('Sigmoid');
export const tanh: Unary = unary('Tanh');
export const softplus: Unary = unary('Softplus');
export const hardSwish: Unary = unary('HardSwish');
export const identity: Unary = unary('Identity');
/** x where it is positive, alpha·x elsewhere. */
export const leakyRelu = (x: Tensor, alpha = 0.01): Tensor => make('LeakyRelu', [x], { alpha });
/** slope broadcasts to x: [C,1,1] for one slope a channel of [N,C,H,W]. */
export const pRelu = (x: Tensor, slope: Tensor): Tensor => make('PRelu', [x, slope]);
/** max(0, min(1, alpha·x + beta)); PyTorch's hardsigmoid is alpha 1/6, beta 0.5. */
export const hardSigmoid = (x: Tensor, alpha = 1 / 6, beta = 0.5): Tensor => make('HardSigmoid', [x], { alpha, beta });
/** x·Φ(x), exactly by default, or OpenAI's tanh form. */
export const gelu = (x: Tensor, approximate: 'none' | 'tanh' = 'none'): Tensor => make('Gelu', [x], { approximate });
export const clip = (x: Tensor, lo: number, hi: number): Tensor => make('Clip', [x], { min: lo, max: hi });
export const relu6 = (x: Tensor): Tensor => clip(x, 0, 6);

// Comparisons and logic
export const equal: Binary = binary('Equal');
export const less: Binary = binary('Less');
export const lessOrEqual: Binary = binary('LessOrEqual');
export const greater: Binary = binary('Greater');
export const greaterOrEqual: Binary = binary('GreaterOrEqual');
/** Both conditions, element by element. */
export const and = (a: Tensor, b: Tensor): Tensor => make('And', [a, b]);
/** Either condition, element by element. */
export const or = (a: Tensor, b: Tensor): Tensor => make('Or', [a, b]);
export const not: Unary = unary('Not');
export const isNan: Unary = unary('IsNaN');
/** condition ? a : b, element by element. */
export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
  const like = typed('Where', a, b);
  const [x, y] = [lift(a, like), lift(b, like)];
  if (condition.dtype !== 'bool')
    throw refusal('GRAPH_DTYPE', 'Where', 'the condition must be bool, as comparisons are', [condition, x, y]);
  if (x.dtype !== y.dtype) throw refusal('GRAPH_DTYPE', 'Where', 'both choices must have one element type', [condition, x, y]);
  return make('Where', [condition, x, y], {}, x.dtype);
}
/** The same values as another element type; fractions are cut off on the way to whole numbers. */
export const cast = (x: Tensor, to: Dtype): Tensor => (x.dtype === to ? x : make('Cast', [x], { to: ONNX_DTYPE[to] }, to));

// Linear algebra and normalised exponentials
/** Batched product of the last two axes: [...,M,K] × [...,K,N] → [...,M,N]. */
export const matMul = (a: Tensor, b: Tensor): Tensor => make('MatMul', [a, b]);
/** a·b (+ c) of two matrices, each transposed on the way if asked. */
export function gemm(a: Tensor, b: Tensor, c?: Tensor, { transA = false, transB = false } = {}): Tensor {
  return make('Gemm', c ? [a, b, c] : [a, b], { transA: transA ? 1 : 0, transB: transB ? 1 : 0 });
}
/** exp(x)/Σ exp(x) along `axis`. */
export const softmax = (x: Tensor, axis = -1): Tensor => make('Softmax', [x], { axis });
/** log softmax(x) along `axis`, without the overflow. */
export const logSoftmax = (x: Tensor, axis = -1): Tensor => make('LogSoftmax', [x], { axis });

/** x [...,K] by a block-quantised W [N,K]: packed uint8 [N,K/block,block·bits/8], scales [N,K/block] → [...,N]. Inference only; products in int8. */
export function matMulNBits(x: Tensor, packed: Tensor, scales: Tensor, { bits, block }: { bits: 4 | 8; block: number }): Tensor {
  const [N, K] = [packed.shape[0] as number, x.shape.at(-1) as number];
  return make('MatMulNBits', [x, packed, scales], { K, N, bits, block_size: block, accuracy_level: 4 });
}

// Reductions
interface Over {
  /** One axis or several; all of them where absent. Negative counts from the end. */
  readonly axis?: number | readonly number[];
  /** Keep the reduced axes with size 1. */
  readonly keep?: boolean;
}
function reduction(op: OpType) {
  return (x: Tensor, { axis, keep = false }: Over = {}): Tensor => {
    const axes = axis === undefined ? x.shape.map((_, i) => i) : typeof axis === 'number' ? [axis] : [...axis];
    return axes.length === 0 ? x : make(op, [x], { axes, keepdims: keep ? 1 : 0 }); // ONNX reads an empty list as all axes
  };
}
type Reduction = (x: Tensor, over?: Over) => Tensor;
export const sum: Reduction = reduction('ReduceSum');
export const mean: Reduction = reduction('ReduceMean');
/** Σ x² in one pass. */
export const sumOfSquares: Reduction = reduction('ReduceSumSquare');
export const reduceMax: Reduction = reduction('ReduceMax');
export const reduceMin: Reduction = reduction('ReduceMin');
/** Indices (int64) of the largest values along `axis`; the first of equals. */
export const argMax = (x: Tensor, axis = -1, keep = false): Tensor => make('ArgMax', [x], { axis, keepdims: keep ? 1 : 0 });
export const argMin = (x: Tensor, axis = -1, keep = false): Tensor => make('ArgMin', [x], { axis, keepdims: keep ? 1 : 0 });
/** The k largest values along `axis`, sorted, and their indices (int64). */
export function topK(x: Tensor, k: number, axis = -1): { values: Tensor; indices: Tensor } {
  const values = make('TopK', [x], { k: [k], axis });
  return { values, indices: outputOf(values, 1) };
}

// Picking and placing
/** Slices of `x` along `axis` by index (int64 of any shape, negative from the end): the axis is replaced by the axes of `indices`. */
export const gather = (x: Tensor, indices: Tensor, axis = 0): Tensor => make('Gather', [x, indices], { axis });
/** One value of `x` for each index, at the index along `axis` and in place along the others. */
export const gatherElements = (x: Tensor, indices: Tensor, { axis = -1 } = {}): Tensor => make('GatherElements', [x, indices], { axis });
/** Slices of `x` by index tuples, which stand in the last axis of `indices`. */
export const gatherND = (x: Tensor, indices: Tensor): Tensor => make('GatherND', [x, indices]);
interface Placing {
  /** Add to what stands there (repeated indices add up) instead of replacing it. */
  readonly add?: boolean;
}
/** `x` with `updates` placed, one for each index, at the index along `axis`. */
export function scatterElements(
  x: Tensor,
  indices: Tensor,
  updates: Tensor,
  { axis = -1, add: sums = false }: Placing & { axis?: number } = {},
): Tensor {
  return make('ScatterElements', [x, indices, updates], { axis, reduction: sums ? 'add' : 'none' });
}
/** `x` with slices of `updates` placed by index tuples, which stand in the last axis of `indices`. */
export function scatterND(x: Tensor, indices: Tensor, updates: Tensor, { add: sums = false }: Placing = {}): Tensor {
  return make('ScatterND', [x, indices, updates], { reduction: sums ? 'add' : 'none' });
}

// Shape
/** The sizes of `x` from axis `start` to `end`, as an int64 list that exists when the graph runs. */
export const shapeOf = (x: Tensor, start = 0, end = x.shape.length): Tensor => make('Shape', [x], { start, end });

/** `to` may hold one -1, and names of sizes that `x` or something it was made of carries. */
export function reshape(x: Tensor, to: Shape): Tensor {
  const target = onnxTarget(x, to);
  if (target.open <= 1 && !to.includes(0)) return make('Reshape', [x], { to: target.sizes, $shape: to });
  return make('Reshape', [x, sizesAtRunTime(x, to)], { allowzero: 1, $shape: to }); // a size that is found may be 0, and means it
}

function onnxTarget(x: Tensor, to: Shape): { sizes: number[]; open: number } {
  let open = 0;
  const sizes = to.map((d, i) => {
    if (typeof d === 'number' && d !== -1) return d;
    if (d !== -1 && d === x.shape[i] && to.slice(0, i).every((t, j) => t === x.shape[j])) return 0; // ONNX: 0 keeps the size of that axis
    open++;
    return -1;
  });
  return { sizes, open };
}

/** Reads each named size off the nearest ancestor that carries it. */
function sizesAtRunTime(x: Tensor, to: Shape): Tensor {
  return concat(
    to.map((d) => (typeof d === 'number' ? constant('int64', [1], [d]) : sizeAtRunTime(x, d))),
    0,
  );
}

function sizeAtRunTime(x: Tensor, name: string): Tensor {
  const queue: Tensor[] = [x]; // breadth first: near ancestors are alive anyway, far ones would be kept for their shape
  const seen = new Set(queue);
  for (const t of queue) {
    const axis = t.shape.indexOf(name);
    if (axis >= 0) return shapeOf(t, axis, axis + 1);
    for (const i of t.node.inputs) if (!seen.has(i)) queue.push(i) && seen.add(i);
  }
  throw new GraphError('GRAPH_SYMBOLIC', `Nothing that this tensor was made of has the size "${name}"`, {
    at: madeAt(x),
    got: describe(x),
    fix: 'use the name of an input size',
  });
}

/** `x` with the sizes of `ref`, which holds as many values. */
export function reshapeLike(x: Tensor, ref: Tensor): Tensor {
  const open = ref.shape.filter((d) => typeof d === 'string').length;
  if (open <= 1) return reshape(x, ref.shape);
  return make('Reshape', [x, shapeOf(ref)], { allowzero: 1, $shape: ref.shape });
}

/** Broadcasts `x` to a shape of numbers and names; sizes that `x` does not have are read off `from`, or what it was made of. */
export function expand(x: Tensor, to: Shape, from: Tensor = x): Tensor {
  const named = to.some((d, i) => typeof d === 'string' && d !== x.shape[i - to.length + x.shape.length]);
  if (named) return make('Expand', [x, sizesAtRunTime(from, to)], { $shape: to });
  return make('Expand', [x], { to: to.map((d) => (typeof d === 'string' ? 1 : d)), $shape: to }); // ONNX: 1 keeps what x has
}

/** Broadcasts `x` to the shape of `ref`. */
export function expandLike(x: Tensor, ref: Tensor): Tensor {
  if (ref.shape.every((d) => typeof d === 'number')) return expand(x, ref.shape);
  return make('Expand', [x, shapeOf(ref)], { $shape: ref.shape });
}

/** Zeros of the type and shape of `ref`. */
export function zerosLike(ref: Tensor): Tensor {
  return expandLike(constant(ref.dtype, [], [0]), ref);
}

/** How many values of `x` lie along `axes`: a number, or a scalar of x's type where sizes are names. */
export function count(x: Tensor, axes: readonly number[]): Operand {
  const sizes = axes.map((a) => x.shape[axisOf(a, x.shape.length)] as Dim);
  if (sizes.every((d) => typeof d === 'number')) return sizes.reduce((n: number, d) => n * (d as number), 1);
  const picked = gather(
    shapeOf(x),
    constant(
      'int64',
      [axes.length],
      axes.map((a) => axisOf(a, x.shape.length)),
    ),
  );
  return cast(make('ReduceProd', [picked], { axes: [0], keepdims: 0 }), x.dtype);
}

/** Without the axes given, whose size must be 1. */
export const squeeze = (x: Tensor, axis: number | readonly number[]): Tensor => make('Squeeze', [x], { axes: [axis].flat() });
/** New axes of size 1; positions are those in the result. */
export const unsqueeze = (x: Tensor, axis: number | readonly number[]): Tensor => make('Unsqueeze', [x], { axes: [axis].flat() });
export const transpose = (x: Tensor, perm: readonly number[]): Tensor =>
  perm.length === x.shape.length && perm.every((p, i) => p === i) ? x : make('Transpose', [x], { perm });
/** All axes from `from` on become one: [B,C,H,W] from 1 → [B,C·H·W]. */
export function flatten(x: Tensor, from = 1): Tensor {
  return reshape(x, [...x.shape.slice(0, from), -1]);
}

/** x[start:end:step] along one axis, as Python has it; negative counts from the end. */
export function slice(x: Tensor, { axis, start, end, step = 1 }: { axis: number; start?: number; end?: number; step?: number }): Tensor {
  const a = checked('Slice', [x], () => axisOf(axis, x.shape.length));
  const first = start ?? (step > 0 ? 0 : Number.MAX_SAFE_INTEGER);
  const last = end ?? (step > 0 ? Number.MAX_SAFE_INTEGER : -Number.MAX_SAFE_INTEGER);
  return make('Slice', [x], { starts: [first], ends: [last], axes: [a], steps: [step] });
}

/** Pieces of the given sizes along `axis`. */
export function split(x: Tensor, sizes: readonly number[], axis = -1): Tensor[] {
  const ends = sizes.map((_, i) => sizes.slice(0, i + 1).reduce((n, s) => n + s, 0));
  return sizes.map((size, i) => slice(x, { axis, start: (ends[i] as number) - size, end: ends[i] as number }));
}

/** Two parts of `x` along `axis`: as many as `ref` has along `refAxis`, and the rest; for sizes known only at run time. Inference only. */
export function splitAt(x: Tensor, axis: number, ref: Tensor, refAxis: number): [Tensor, Tensor] {
  const size = ref.shape[refAxis] as Dim;
  const rest = checked('Slice', [x, ref], () => subtractDim(x.shape[axis] as Dim, size));
  const [at, zero, end] = [
    shapeOf(ref, refAxis, refAxis + 1),
    constant('int64', [1], [0]),
    constant('int64', [1], [Number.MAX_SAFE_INTEGER]),
  ];
  const part = (from: Tensor, to: Tensor, d: Dim) =>
    make('Slice', [x, from, to, constant('int64', [1], [axis])], { $shape: x.shape.map((s, i) => (i === axis ? d : s)) });
  return [part(zero, at, size), part(at, end, rest)];
}

/** One after the other along `axis`; all other sizes are equal. */
export function concat(xs: readonly Tensor[], axis: number): Tensor {
  const [first] = xs;
  if (first && xs.length === 1) return first;
  return make('Concat', xs, { axis: first ? checked('Concat', xs, () => axisOf(axis, first.shape.length)) : axis });
}

/** `pads`: [before, after] for each axis. */
export function pad(x: Tensor, pads: readonly (readonly [number, number])[], value = 0): Tensor {
  return make('Pad', [x], { pads: [...pads.map((p) => p[0]), ...pads.map((p) => p[1])], value, mode: 'constant' });
}

// Pictures: [N,C,H,W]
export interface ConvOptions {
  readonly stride?: number | readonly number[];
  readonly dilation?: number | readonly number[];
  /** One number, one an axis, ONNX's begins then ends, or TensorFlow's 'same' (the odd pixel goes to the end). */
  readonly pad?: number | readonly number[] | 'same';
  readonly group?: number;
}

const spread = (v: number | readonly number[] | undefined, rank: number, or: number): number[] =>
  v === undefined || typeof v === 'number' ? Array(rank).fill(v ?? or) : [...v];

function window(x: Tensor, kernel: readonly number[], o: ConvOptions) {
  const rank = kernel.length;
  const [strides, dilations] = [spread(o.stride, rank, 1), spread(o.dilation, rank, 1)];
  if (o.pad === 'same') {
    const total = kernel.map((k, i) => samePadding(x, i, (k - 1) * (dilations[i] as number) + 1, strides[i] as number));
    return { strides, dilations, pads: [...total.map((t) => Math.floor(t / 2)), ...total.map((t) => Math.ceil(t / 2))] };
  }
  const pads = spread(o.pad, rank, 0);
  return { strides, dilations, pads: pads.length === rank ? [...pads, ...pads] : pads };
}

function samePadding(x: Tensor, axis: number, reach: number, stride: number): number {
  const size = x.shape[axis + 2] as Dim;
  if (typeof size === 'string' && stride !== 1)
    throw new GraphError('GRAPH_SYMBOLIC', `'same' padding with stride ${stride} needs a fixed size, not "${size}"`, {
      at: madeAt(x),
      got: describe(x),
      fix: 'give numbers as pad',
    });
  if (typeof size === 'string') return reach - 1;
  return Math.max((Math.ceil(size / stride) - 1) * stride + reach - size, 0);
}

const kernelOf = (w: Tensor): number[] => w.shape.slice(2).map(Number);

/** ONNX's attributes of a convolution of x by w. */
export function convAttributes(x: Tensor, w: Tensor, o: ConvOptions): Attrs {
  const kernel_shape = kernelOf(w);
  return { kernel_shape, group: o.group ?? 1, ...window(x, kernel_shape, o) };
}

/** x [N,C,H,W], w [M,C/group,kh,kw], bias [M] → [N,M,H',W']. */
export function conv(x: Tensor, w: Tensor, bias?: Tensor, o: ConvOptions = {}): Tensor {
  return make('Conv', bias ? [x, w, bias] : [x, w], convAttributes(x, w, o));
}

/** x [N,C,H,W], w [C,M/group,kh,kw], bias [M] → [N,M,H',W']. */
export function convTranspose(
  x: Tensor,
  w: Tensor,
  bias?: Tensor,
  o: ConvOptions & { outputPadding?: number | readonly number[] } = {},
): Tensor {
  const kernel_shape = kernelOf(w);
  const output_padding = spread(o.outputPadding, kernel_shape.length, 0);
  return make('ConvTranspose', bias ? [x, w, bias] : [x, w], {
    kernel_shape,
    group: o.group ?? 1,
    output_padding,
    ...window(x, kernel_shape, o),
  });
}

export interface PoolOptions extends Omit<ConvOptions, 'group' | 'dilation'> {
  readonly kernel: number | readonly number[];
  /** Round sizes up: the last window may hang over the edge. */
  readonly ceil?: boolean;
}

function pooling(x: Tensor, o: PoolOptions): Attrs & { kernel_shape: number[] } {
  const kernel_shape = spread(o.kernel, x.shape.length - 2, 1);
  const { strides, pads } = window(x, kernel_shape, { ...o, stride: o.stride ?? kernel_shape });
  return { kernel_shape, strides, pads, ceil_mode: o.ceil ? 1 : 0 };
}

/** Stride equals the kernel where absent, as in PyTorch. */
export const maxPool = (x: Tensor, o: PoolOptions): Tensor => make('MaxPool', [x], pooling(x, o));
/** Padding counts as zeros only if `countPadding`. */
export const averagePool = (x: Tensor, o: PoolOptions & { countPadding?: boolean }): Tensor =>
  make('AveragePool', [x], { ...pooling(x, o), count_include_pad: o.countPadding ? 1 : 0 });
export const globalAveragePool: Unary = unary('GlobalAveragePool');
/** Largest value of each channel: [N,C,H,W] → [N,C,1,1]. */
export const globalMaxPool = (x: Tensor): Tensor => reduceMax(x, { axis: x.shape.slice(2).map((_, i) => i + 2), keep: true });

/** Inference form: (x − mean) / √(var + epsilon) · scale + bias, all [C]. */
export function batchNorm(x: Tensor, scale: Tensor, bias: Tensor, mu: Tensor, variance: Tensor, epsilon = 1e-5): Tensor {
  return make('BatchNormalization', [x, scale, bias, mu, variance], { epsilon });
}

export interface ResizeOptions {
  readonly mode?: 'nearest' | 'linear' | 'cubic';
  /** 'half_pixel' is PyTorch's align_corners=False, 'asymmetric' with 'floor' its nearest. */
  readonly coordinates?: 'half_pixel' | 'asymmetric' | 'align_corners';
  readonly rounding?: 'floor' | 'round_prefer_floor';
}
/**
 * x [N,C,H,W] → [N,C,height,width].
 * The engine finds a nearest pixel in single precision and may miss by one where sizes are no multiples: there the exact rows and columns are gathered instead.
 */
export function resize(x: Tensor, [height, width]: readonly [number, number], o: ResizeOptions = {}): Tensor {
  const how = {
    mode: o.mode ?? 'linear',
    coordinate_transformation_mode: o.coordinates ?? 'half_pixel',
    nearest_mode: o.rounding ?? 'floor',
    cubic_coeff_a: -0.75,
  };
  const [h, w] = x.shape.slice(2) as [Dim, Dim];
  if (how.mode !== 'nearest' || typeof h !== 'number' || typeof w !== 'number' || (height % h === 0 && width % w === 0))
    return make('Resize', [x], { sizes: [height, width], axes: [2, 3], ...how });
  const rows = constant('int64', [height], nearestSources(h, height, how));
  return gather(gather(x, rows, 2), constant('int64', [width], nearestSources(w, width, how)), 3);
}
