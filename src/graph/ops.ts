/**
 * Every ONNX operator we emit: the opset it was taken from, its output shape, and how a gradient flows back.
 *
 * A rule receives (g = dL/dy, y, inputs, attributes) and returns one gradient per input; null = none by nature (indices, conditions).
 * Rules ignore broadcasting: `gradients()` sums each result back to its input's shape. `NO_GRADIENT` is a decision; a missing rule does not compile.
 * Attributes carry ONNX's own names; those that start with $ are ours and are not written. Those listed in `operands` are written as ONNX wants them since opset 13: as constant inputs.
 * Sources: ONNX operator specifications; ONNX Runtime `gradient_builder.cc` for the three possible answers.
 */
import * as b from './build.ts';
import * as rules from './rules.ts';
import * as shapes from './shapes.ts';
import type { Attrs, Dim, Dtype, Shape, Tensor } from './tensor.ts';

export const NO_GRADIENT = 'no gradient' as const;
/** The opset that written graphs declare; no row may need a later one. */
export const OPSET = 21;

type Grads = readonly (Tensor | null)[];
type One = readonly [Tensor];
type Two = readonly [Tensor, Tensor];
type Three = readonly [Tensor, Tensor, Tensor];
type Rule<I, A> = (g: Tensor, y: Tensor, x: I, a: A) => Grads;

export interface OpRow {
  readonly since: number;
  readonly domain?: 'com.microsoft';
  readonly shape: (x: readonly Tensor[], a: Attrs) => Shape;
  /** Element type of the first output; the first input's where absent. */
  readonly dtype?: Dtype;
  /** Element types of further outputs; they have the first one's shape. */
  readonly also?: readonly Dtype[];
  /** Further outputs are left out where nobody uses them: the engine has a faster MaxPool without indices. */
  readonly spare?: boolean;
  readonly grad: Rule<readonly Tensor[], Attrs> | typeof NO_GRADIENT;
  /** Attributes written as constant inputs, in ONNX's order: int64 lists, or a scalar of the first input's type. '' leaves a place empty. */
  readonly operands?: readonly string[];
  /** Inputs of different element types are expected here. */
  readonly mixed?: boolean;
}

type More = Pick<OpRow, 'dtype' | 'also' | 'spare' | 'operands' | 'mixed' | 'domain'>;

function row<I extends readonly (Tensor | undefined)[], A = Attrs>(
  since: number,
  shape: (x: I, a: A) => Shape,
  grad: Rule<I, A> | typeof NO_GRADIENT,
  more: More = {},
): OpRow {
  return { since, shape: shape as unknown as OpRow['shape'], grad: grad as unknown as OpRow['grad'], ...more };
}

const same = ([x]: One): Shape => x.shape;
const broadcast = ([p, q]: Two): Shape => shapes.broadcast(p.shape, q.shape);
const reduced = ([x]: One, a: Reduce): Shape => shapes.reduce(x.shape, a.axes, a.keepdims !== 0);

const alongAxis = ([x]: One, a: Axis): Shape => shapes.alongAxis(x.shape, a.axis);

const unary = (since: number, grad: Rule<One, Attrs>) => row<One>(since, same, grad);
const activation = <A>(since: number, grad: Rule<One, A>) => row<One, A>(since, same, grad);
const binary = (since: number, grad: Rule<Two, Attrs>) => row<Two>(since, broadcast, grad);
const compare = (since: number) => row<Two>(since, broadcast, NO_GRADIENT, { dtype: 'bool' });
const stepwise = (since: number) => row<One>(since, same, () => [null]);
const reduction = (since: number, grad: Rule<One, Reduce>) => row<One, Reduce>(since, reduced, grad, { operands: ['axes'] });
const arg = (since: number) =>
  row<One, { axis: number; keepdims: number }>(since, ([x], a) => shapes.reduce(x.shape, [a.axis], a.keepdims !== 0), NO_GRADIENT, {
    dtype: 'int64',
  });

interface Reduce {
  readonly axes: readonly number[];
  readonly keepdims: number;
}
interface Axis {
  readonly axis: number;
}
interface Target {
  /** The whole target as the graph knows it; ONNX gets `to`, or a second input where sizes are found at run time. */
  readonly $shape: Shape;
  readonly to?: readonly number[];
}

export const OPS = {
  // Element-wise arithmetic
  Add: binary(14, (g) => [g, g]),
  Sub: binary(14, (g) => [g, b.neg(g)]),
  Mul: binary(14, (g, _y, [p, q]) => [b.mul(g, q), b.mul(g, p)]),
  Div: binary(14, (g, y, [, q]) => [b.div(g, q), b.neg(b.div(b.mul(g, y), q))]),
  Pow: binary(15, (g, y, [p, q]) => [b.mul(g, b.mul(q, b.pow(p, b.sub(q, 1)))), b.mul(g, b.mul(y, b.log(p)))]),
  Max: binary(13, (g, _y, [p, q]) => rules.extremum(g, b.greater(p, q), b.equal(p, q))),
  Min: binary(13, (g, _y, [p, q]) => rules.extremum(g, b.less(p, q), b.equal(p, q))),
  Neg: unary(13, (g) => [b.neg(g)]),
  Abs: unary(13, (g, _y, [x]) => [b.mul(g, b.sign(x))]),
  Sqrt: unary(13, (g, y) => [b.div(g, b.mul(y, 2))]),
  Reciprocal: unary(13, (g, y) => [b.neg(b.mul(g, b.mul(y, y)))]),
  Exp: unary(13, (g, y) => [b.mul(g, y)]),
  Log: unary(13, (g, _y, [x]) => [b.div(g, x)]),
  Sin: unary(7, (g, _y, [x]) => [b.mul(g, b.cos(x))]),
  Cos: unary(7, (g, _y, [x]) => [b.neg(b.mul(g, b.sin(x)))]),
  Sign: stepwise(13),
  Floor: stepwise(13),
  Ceil: stepwise(13),
  Round: stepwise(11),
  Erf: unary(13, (g, _y, [x]) => [b.mul(g, b.mul(b.exp(b.neg(b.mul(x, x))), 2 / Math.sqrt(Math.PI)))]),

  // Activations
  Relu: unary(14, (g, _y, [x]) => [b.where(b.greater(x, 0), g, 0)]),
  Sigmoid: unary(13, (g, y) => [b.mul(g, b.mul(y, b.sub(1, y)))]),
  Tanh: unary(13, (g, y) => [b.mul(g, b.sub(1, b.mul(y, y)))]),
  Softplus: unary(1, (g, _y, [x]) => [b.mul(g, b.sigmoid(x))]),
  LeakyRelu: activation<{ alpha: number }>(16, (g, _y, [x], a) => [b.where(b.greater(x, 0), g, b.mul(g, a.alpha))]),
  PRelu: row<Two>(
    16,
    ([x, slope]) => shapes.broadcastTo(x.shape, slope.shape),
    (g, _y, [x, slope]) => [b.where(b.greater(x, 0), g, b.mul(g, slope)), b.where(b.greater(x, 0), 0, b.mul(g, x))],
  ),
  HardSigmoid: activation<{ alpha: number }>(6, (g, y, _x, a) => [b.where(b.and(b.greater(y, 0), b.less(y, 1)), b.mul(g, a.alpha), 0)]),
  HardSwish: unary(14, (g, _y, [x]) => [b.mul(g, rules.hardSwishSlope(x))]),
  Gelu: activation<{ approximate: 'none' | 'tanh' }>(20, (g, _y, [x], a) => [
    b.mul(g, a.approximate === 'tanh' ? rules.geluTanhSlope(x) : rules.geluSlope(x)),
  ]),
  Clip: row<One, { min: number; max: number }>(
    13,
    same,
    (g, _y, [x], a) => [b.where(b.and(b.greaterOrEqual(x, a.min), b.lessOrEqual(x, a.max)), g, 0)],
    {
      operands: ['min', 'max'],
    },
  ),

  // Comparisons and logic
  Equal: compare(19),
  Less: compare(13),
  LessOrEqual: compare(16),
  Greater: compare(13),
  GreaterOrEqual: compare(16),
  And: compare(7),
  Or: compare(7),
  Not: row<One>(1, same, NO_GRADIENT, { dtype: 'bool' }),
  IsNaN: row<One>(20, same, NO_GRADIENT, { dtype: 'bool' }),
  Where: row<Three>(
    16,
    ([c, p, q]) => shapes.broadcast(c.shape, shapes.broadcast(p.shape, q.shape)),
    (g, _y, [c]) => [null, b.where(c, g, 0), b.where(c, 0, g)],
    {
      mixed: true,
    },
  ),
  Cast: row<One>(19, same, (g, y, [x]) => [isFloat(x.dtype) && isFloat(y.dtype) ? b.cast(g, x.dtype) : null]),
  Identity: unary(19, (g) => [g]),
  QuantizeLinear: row<Three>(21, ([x]) => x.shape, NO_GRADIENT, { dtype: 'uint8', mixed: true }),
  DequantizeLinear: row<Three>(21, ([x]) => x.shape, NO_GRADIENT, { dtype: 'float32', mixed: true }),

  // Linear algebra and normalised exponentials
  MatMul: row<Two>(
    13,
    ([p, q]) => shapes.matMul(p.shape, q.shape),
    (g, _y, [p, q]) => rules.matMul(g, p, q),
  ),
  Gemm: row<readonly [Tensor, Tensor, Tensor?], { transA: number; transB: number }>(
    13,
    ([p, q, c], a) => shapes.gemm(p.shape, q.shape, c?.shape, a.transA === 1, a.transB === 1),
    (g, _y, [p, q, c], a) => [...rules.gemm(g, p, q, a.transA === 1, a.transB === 1), ...(c ? [g] : [])],
  ),
  Softmax: row<One, Axis>(13, alongAxis, (g, y, _x, { axis }) => [b.mul(y, b.sub(g, b.sum(b.mul(g, y), { axis, keep: true })))]),
  LogSoftmax: row<One, Axis>(13, alongAxis, (g, y, _x, { axis }) => [b.sub(g, b.mul(b.exp(y), b.sum(g, { axis, keep: true })))]),

  // Reductions
  ReduceSum: reduction(13, (g, _y, [x], a) => [rules.spread(g, x, a)]),
  ReduceMean: reduction(18, (g, _y, [x], a) => [b.div(rules.spread(g, x, a), b.count(x, a.axes))]),
  ReduceSumSquare: reduction(18, (g, _y, [x], a) => [b.mul(b.mul(rules.spread(g, x, a), x), 2)]),
  ReduceMax: reduction(20, (g, y, [x], a) => [rules.shareAmongTies(g, y, x, a)]),
  ReduceMin: reduction(20, (g, y, [x], a) => [rules.shareAmongTies(g, y, x, a)]),
  ReduceProd: row<One, Reduce>(18, reduced, NO_GRADIENT, { operands: ['axes'] }), // serves sizes only
  ArgMax: arg(13),
  ArgMin: arg(13),
  TopK: row<One, { k: readonly number[]; axis: number }>(
    11,
    ([x], a) => shapes.topK(x.shape, a.k[0] as number, a.axis),
    (g, y, [x], a) => [b.scatterElements(b.zerosLike(x), b.outputOf(y, 1), g, { axis: a.axis })],
    { also: ['int64'], operands: ['k'] },
  ),

  // Picking and placing
  Gather: row<Two, Axis>(
    13,
    ([x, i], a) => shapes.gather(x.shape, i.shape, a.axis),
    (g, _y, [x, i], a) => [rules.scatterRows(x, i, g, a.axis), null],
    { mixed: true },
  ),
  GatherElements: row<Two, Axis>(
    13,
    ([x, i], a) => shapes.elements(x.shape, i.shape, a.axis),
    (g, _y, [x, i], a) => [b.scatterElements(b.zerosLike(x), i, g, { axis: a.axis, add: true }), null],
    {
      mixed: true,
    },
  ),
  GatherND: row<Two>(
    13,
    ([x, i]) => shapes.gatherND(x.shape, i.shape),
    (g, _y, [x, i]) => [b.scatterND(b.zerosLike(x), i, g, { add: true }), null],
    { mixed: true },
  ),
  ScatterElements: row<Three, Axis & { reduction: 'none' | 'add' }>(
    18,
    ([x, i, u], a) => shapes.placed(x.shape, shapes.elements(x.shape, i.shape, a.axis), u.shape),
    (g, _y, [, i, u], a) => [
      a.reduction === 'add' ? g : b.scatterElements(g, i, b.zerosLike(u), { axis: a.axis }),
      null,
      b.gatherElements(g, i, { axis: a.axis }),
    ],
    { mixed: true },
  ),
  ScatterND: row<Three, { reduction: 'none' | 'add' }>(
    18,
    ([x, i, u]) => shapes.placed(x.shape, shapes.gatherND(x.shape, i.shape), u.shape),
    (g, _y, [, i, u], a) => [a.reduction === 'add' ? g : b.scatterND(g, i, b.zerosLike(u)), null, b.gatherND(g, i)],
    { mixed: true },
  ),

  // Shape
  Reshape: row<readonly [Tensor, Tensor?], Target>(
    21,
    ([x], a) => shapes.reshape(x.shape, a.$shape),
    (g, _y, [x]) => [b.reshapeLike(g, x), null],
    {
      operands: ['to'],
      mixed: true,
    },
  ),
  Expand: row<readonly [Tensor, Tensor?], Target>(
    13,
    ([x], a) => shapes.broadcast(x.shape, a.$shape),
    (g) => [g, null],
    {
      operands: ['to'],
      mixed: true,
    },
  ),
  Squeeze: row<One, Reduce>(
    21,
    ([x], a) => shapes.squeeze(x.shape, a.axes),
    (g, _y, [x]) => [b.reshapeLike(g, x)],
    { operands: ['axes'] },
  ),
  Unsqueeze: row<One, Reduce>(
    21,
    ([x], a) => rules.unsqueezed(x.shape, a.axes),
    (g, _y, [x]) => [b.reshapeLike(g, x)],
    { operands: ['axes'] },
  ),
  Transpose: row<One, { perm: readonly number[] }>(
    21,
    ([x], a) => shapes.permute(x.shape, a.perm),
    (g, _y, _x, { perm }) => [
      b.transpose(
        g,
        perm.map((_, i) => perm.indexOf(i)),
      ),
    ],
  ),
  Slice: row<readonly [Tensor, ...Tensor[]], rules.SliceAttrs & Partial<Target>>(
    13,
    ([x], a) => a.$shape ?? rules.sliced(x.shape, a),
    (g, _y, [x, ...atRunTime], a) => [rules.unslice(g, x, a, atRunTime.length > 0)],
    { operands: ['starts', 'ends', 'axes', 'steps'], mixed: true },
  ),
  Concat: row<readonly Tensor[], Axis>(
    13,
    (xs, a) =>
      shapes.concat(
        xs.map((x) => x.shape),
        a.axis,
      ),
    (g, _y, xs, a) => rules.cut(g, xs, a.axis),
  ),
  Pad: row<One, { pads: readonly number[]; value: number; mode: string }>(
    21,
    ([x], a) => rules.padded(x.shape, a.pads),
    (g, _y, [x], a) => [rules.unpad(g, x, a)],
    {
      operands: ['pads', 'value'],
    },
  ),
  Shape: row<One, { start: number; end: number }>(21, (_x, a) => [a.end - a.start], NO_GRADIENT, { dtype: 'int64' }),

  // Pictures
  Conv: row<readonly [Tensor, Tensor, Tensor?], rules.ConvAttrs>(
    11,
    ([x, w, bias], a) => shapes.biased(shapes.conv(x.shape, w.shape, a.group, rules.windowOf(a)), bias?.shape),
    (g, _y, x, a) => rules.conv(g, x, a),
  ),
  QLinearConv: row<readonly Tensor[], rules.ConvAttrs>(
    10,
    ([x, , , w, , , , , bias], a) => shapes.biased(shapes.conv(x!.shape, w!.shape, a.group, rules.windowOf(a)), bias?.shape),
    NO_GRADIENT,
    { mixed: true },
  ),
  ConvTranspose: row<readonly [Tensor, Tensor, Tensor?], rules.ConvAttrs & { output_padding: readonly number[] }>(
    11,
    ([x, w, bias], a) => shapes.biased(shapes.convTranspose(x.shape, w.shape, a.group, rules.windowOf(a), a.output_padding), bias?.shape),
    (g, _y, x, a) => rules.convTranspose(g, x, a),
  ),
  MaxPool: row<One, rules.PoolAttrs>(
    12,
    ([x], a) => pooled(x, a),
    (g, y, [x]) => [rules.unMaxPool(g, b.outputOf(y, 1), x)],
    { also: ['int64'], spare: true },
  ),
  AveragePool: row<One, rules.PoolAttrs>(
    19,
    ([x], a) => pooled(x, a),
    (g, _y, [x], a) => [rules.unAveragePool(g, x, a)],
  ),
  GlobalAveragePool: row<One>(
    1,
    ([x]) => [...x.shape.slice(0, 2), ...x.shape.slice(2).map(() => 1)],
    (g, _y, [x]) => [b.div(b.expandLike(g, x), b.count(x, spatialAxes(x)))],
  ),
  BatchNormalization: row<readonly [Tensor, Tensor, Tensor, Tensor, Tensor], { epsilon: number }>(
    15,
    ([x, ...parts]) =>
      shapes.byChannel(
        x.shape,
        parts.map((p) => p.shape),
      ),
    (g, _y, x, a) => rules.batchNorm(g, x, a.epsilon),
  ),
  Resize: row<One, rules.ResizeAttrs>(
    19,
    ([x], a) => shapes.resized(x.shape, a.sizes),
    (g, _y, [x], a) => [rules.unResize(g, x, a)],
    {
      operands: ['', '', 'sizes'],
    },
  ),

  // ONNX Runtime's own, for inference only
  MatMulNBits: row<readonly [Tensor, Tensor, Tensor], { N: number }>(1, ([x], a) => [...x.shape.slice(0, -1), a.N], NO_GRADIENT, {
    domain: 'com.microsoft',
    mixed: true,
  }),
} satisfies Record<string, OpRow>;

/** An operator that has a row; a new one does not compile until its row is whole. */
export type OpType = keyof typeof OPS;

const isFloat = (d: Dtype): boolean => d.includes('float');
const spatialAxes = (x: Tensor): number[] => x.shape.slice(2).map((_, i) => i + 2);

function pooled(x: Tensor, a: rules.PoolAttrs): Shape {
  return [...x.shape.slice(0, 2), ...shapes.windowed(x.shape.slice(2) as Dim[], rules.windowOf(a))];
}
