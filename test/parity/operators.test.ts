/** Every operator: its gradient against central differences in float64, and what ONNX Runtime makes of both against the interpreter. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import * as g from '../../src/graph/index.ts';
import { constant, Engine, NO_GRADIENT, OPS, type OpType, type Tensor } from '../../src/graph/index.ts';
import { dequantizeBlocks, quantizeBlocks } from '../../src/weights/blocks.ts';
import { checkedByPython } from '../support/onnx.ts';
import { againstEngine, type Case, graphOf, title, worstGradientError } from '../support/oracle.ts';

/** Operators that end a gradient's path or refuse one; checked below against the table. */
type Flat =
  | 'Equal'
  | 'Less'
  | 'LessOrEqual'
  | 'Greater'
  | 'GreaterOrEqual'
  | 'And'
  | 'Or'
  | 'Not'
  | 'IsNaN'
  | 'ReduceProd'
  | 'ArgMax'
  | 'ArgMin'
  | 'Shape'
  | 'QuantizeLinear'
  | 'DequantizeLinear'
  | 'QLinearConv';
type Differentiable = Exclude<OpType, Flat | 'MatMulNBits'>;

const ids = (shape: number[], values: number[]): Tensor => constant('int64', shape, values);
const bools = (shape: number[], values: number[]): Tensor => constant('bool', shape, values);
const POSITIVE = [0.3, 2.4] as const;

const CASES: Record<Differentiable, readonly Case[]> = {
  // Element-wise arithmetic: broadcasting by rank and by size 1, on both sides
  Add: [
    { f: g.add, in: [[2, 3], [3]] },
    {
      f: g.add,
      in: [
        [2, 1],
        [1, 3],
      ],
    },
    { f: g.add, in: [[3], [2, 1, 3]] },
    { f: g.add, in: [[], [2, 2]] },
    { f: (x) => g.add(x, 1.7), in: [[2, 2]] },
  ],
  Sub: [
    {
      f: g.sub,
      in: [
        [2, 3],
        [2, 3],
      ],
    },
    {
      f: g.sub,
      in: [
        [1, 3],
        [2, 1],
      ],
    },
    { f: (x) => g.sub(1, x), in: [[3]] },
  ],
  Mul: [
    { f: g.mul, in: [[2, 3], [3]] },
    {
      f: g.mul,
      in: [
        [2, 1, 3],
        [4, 1],
      ],
    },
    { f: (x) => g.mul(x, x), in: [[4]] },
  ],
  Div: [
    { f: g.div, in: [[2, 3], [3]], range: POSITIVE },
    {
      f: g.div,
      in: [
        [1, 3],
        [2, 1],
      ],
      range: [-2, -0.3],
    },
    { f: (x) => g.div(1, x), in: [[3]], range: POSITIVE },
  ],
  Pow: [
    { f: g.pow, in: [[2, 3], [3]], range: POSITIVE },
    { f: g.pow, in: [[3], [2, 1]], range: POSITIVE },
    { f: (x) => g.pow(x, 3), in: [[2, 3]] },
    { f: (x) => g.pow(x, 2), in: [[3]], data: [[-1.5, 0, 2]] },
    { f: (x) => g.pow(2, x), in: [[3]] },
  ],
  Max: [
    { f: g.max, in: [[2, 3], [3]] },
    {
      f: g.max,
      in: [[3], [3]],
      data: [
        [1, 2, 3],
        [1, 1, 4],
      ],
    }, // ties share
    { f: (x) => g.max(x, 0.25), in: [[2, 3]] },
  ],
  Min: [
    {
      f: g.min,
      in: [
        [2, 1],
        [1, 3],
      ],
    },
    {
      f: g.min,
      in: [[3], [3]],
      data: [
        [1, 2, 3],
        [1, 1, 4],
      ],
    },
  ],
  Neg: [{ f: g.neg, in: [[2, 3]] }],
  Abs: [{ f: g.abs, in: [[2, 3]] }],
  Sqrt: [{ f: g.sqrt, in: [[2, 3]], range: POSITIVE }],
  Reciprocal: [{ f: g.reciprocal, in: [[2, 3]], range: POSITIVE }],
  Exp: [{ f: g.exp, in: [[2, 3]] }],
  Log: [{ f: g.log, in: [[2, 3]], range: POSITIVE }],
  Sin: [{ f: g.sin, in: [[2, 3]] }],
  Cos: [{ f: g.cos, in: [[2, 3]] }],
  Sign: [{ f: g.sign, in: [[2, 3]] }],
  Floor: [{ f: g.floor, in: [[2, 3]] }],
  Ceil: [{ f: g.ceil, in: [[2, 3]] }],
  Round: [{ f: g.round, in: [[2, 3]] }],
  Erf: [{ f: g.erf, in: [[2, 4]] }],

  // Activations, on both sides of their corners
  Relu: [{ f: g.relu, in: [[2, 4]] }],
  Sigmoid: [{ f: g.sigmoid, in: [[2, 4]], range: [-6, 6] }],
  Tanh: [{ f: g.tanh, in: [[2, 4]] }],
  Softplus: [{ f: g.softplus, in: [[2, 4]], range: [-8, 8] }],
  LeakyRelu: [
    { f: (x) => g.leakyRelu(x), in: [[2, 4]] },
    { f: (x) => g.leakyRelu(x, 0.25), in: [[8]] },
  ],
  PRelu: [
    {
      f: g.pRelu,
      in: [
        [2, 3, 2, 2],
        [3, 1, 1],
      ],
    }, // a slope a channel
    { f: g.pRelu, in: [[2, 4], [1]] },
    {
      f: g.pRelu,
      in: [
        [2, 4],
        [2, 4],
      ],
    },
  ],
  HardSigmoid: [
    { f: (x) => g.hardSigmoid(x), in: [[2, 6]], range: [-5, 5] },
    { f: (x) => g.hardSigmoid(x, 0.2, 0.4), in: [[8]], range: [-5, 5] },
  ],
  HardSwish: [
    { f: g.hardSwish, in: [[2, 6]], range: [-5, 5] },
    { f: g.hardSwish, in: [[4]], data: [[-3.002, -2.998, 2.998, 3.002]] },
  ],
  Gelu: [
    { f: (x) => g.gelu(x), in: [[2, 6]], range: [-4, 4] },
    { f: (x) => g.gelu(x, 'tanh'), in: [[2, 6]], range: [-4, 4] },
  ],
  Clip: [
    { f: (x) => g.clip(x, -0.5, 1), in: [[2, 4]] },
    { f: g.relu6, in: [[8]], range: [-4, 9] },
  ],
  Where: [
    {
      f: (p, q) => g.where(bools([2, 3], [1, 0, 1, 0, 0, 1]), p!, q!),
      in: [
        [2, 3],
        [2, 3],
      ],
    },
    { f: (p, q) => g.where(bools([2, 1], [1, 0]), p!, q!), in: [[3], [1, 1]] },
    { f: (p, q) => g.where(bools([3], [1, 0, 1]), p!, q!), in: [[], [2, 1]] },
    { f: (p) => g.where(bools([3], [1, 0, 1]), p!, 2), in: [[3]] },
    { f: (p) => g.where(g.greater(p!, 0.3), g.mul(p!, p!), g.neg(p!)), in: [[5]] },
  ],
  Cast: [
    { f: (x) => g.cast(g.mul(g.cast(x, 'float64'), 3), x.dtype), in: [[2, 3]] },
    { f: (x) => g.mul(x, g.cast(g.cast(x, 'int64'), x.dtype)), in: [[2, 3]] }, // whole numbers carry no gradient
  ],
  Identity: [{ f: g.identity, in: [[2, 3]] }],

  // Linear algebra
  MatMul: [
    {
      f: g.matMul,
      in: [
        [2, 3],
        [3, 4],
      ],
    },
    {
      f: g.matMul,
      in: [
        [2, 3, 4],
        [4, 5],
      ],
    },
    {
      f: g.matMul,
      in: [
        [2, 2, 3, 4],
        [4, 2],
      ],
    },
    {
      f: g.matMul,
      in: [
        [3, 4],
        [2, 4, 5],
      ],
    },
    {
      f: g.matMul,
      in: [
        [2, 3, 4],
        [2, 4, 5],
      ],
    },
    {
      f: g.matMul,
      in: [
        [2, 1, 2, 3],
        [3, 3, 2],
      ],
    },
    {
      f: g.matMul,
      in: [
        [1, 2, 3],
        [4, 3, 2],
      ],
    },
    { f: (x) => g.matMul(x, x), in: [[2, 3, 3]] },
  ],
  Gemm: [
    {
      f: (a, b) => g.gemm(a!, b!),
      in: [
        [2, 3],
        [3, 4],
      ],
    },
    { f: (a, b, c) => g.gemm(a!, b!, c), in: [[2, 3], [3, 4], [4]] },
    {
      f: (a, b, c) => g.gemm(a!, b!, c, { transB: true }),
      in: [
        [2, 3],
        [4, 3],
        [2, 1],
      ],
    },
    {
      f: (a, b, c) => g.gemm(a!, b!, c, { transA: true }),
      in: [
        [3, 2],
        [3, 4],
        [2, 4],
      ],
    },
    { f: (a, b, c) => g.gemm(a!, b!, c, { transA: true, transB: true }), in: [[3, 2], [4, 3], []] },
  ],
  Softmax: [
    { f: (x) => g.softmax(x), in: [[2, 4]] },
    { f: (x) => g.softmax(x, 1), in: [[2, 3, 2]] },
    { f: (x) => g.softmax(x, -3), in: [[3, 2, 2]] },
  ],
  LogSoftmax: [
    { f: (x) => g.logSoftmax(x), in: [[2, 4]] },
    { f: (x) => g.logSoftmax(x, 0), in: [[3, 2]] },
  ],

  // Reductions
  ReduceSum: [
    { f: (x) => g.sum(x), in: [[2, 3]] },
    { f: (x) => g.sum(x, { axis: -1 }), in: [[2, 3, 2]] },
    { f: (x) => g.sum(x, { axis: [2, 0] }), in: [[2, 3, 2]] },
    { f: (x) => g.sum(x, { axis: [-1, 1], keep: true }), in: [[2, 3, 2]] },
    { f: (x) => g.sum(x, { axis: [] }), in: [[2, 3]] },
    { f: (x) => g.sum(x), in: [[]] },
  ],
  ReduceMean: [
    { f: (x) => g.mean(x), in: [[2, 3]] },
    { f: (x) => g.mean(x, { axis: [0, -1] }), in: [[2, 3, 2]] },
    { f: (x) => g.mean(x, { axis: 1, keep: true }), in: [[2, 3, 2]] },
  ],
  ReduceSumSquare: [
    { f: (x) => g.sumOfSquares(x), in: [[2, 3]] },
    { f: (x) => g.sumOfSquares(x, { axis: -1, keep: true }), in: [[2, 3, 2]] },
    { f: (x) => g.sumOfSquares(x, { axis: [0, 1] }), in: [[2, 3, 2]] },
  ],
  ReduceMax: [
    { f: (x) => g.reduceMax(x), in: [[2, 3]] },
    { f: (x) => g.reduceMax(x, { axis: -1 }), in: [[2, 3]], data: [[1, 3, 3, 2, 1, 0]] },
    { f: (x) => g.reduceMax(x, { axis: [0, 2], keep: true }), in: [[2, 3, 2]] },
    { f: g.globalMaxPool, in: [[2, 2, 3, 3]] },
  ],
  ReduceMin: [
    { f: (x) => g.reduceMin(x, { axis: 0 }), in: [[3, 2]] },
    { f: (x) => g.reduceMin(x, { axis: 1, keep: true }), in: [[2, 3]], data: [[1, 3, 1, 2, 1, 0]] },
  ],
  TopK: [
    { f: (x) => g.topK(x, 2).values, in: [[2, 5]] },
    { f: (x) => g.topK(x, 2, 0).values, in: [[4, 3]] },
    { f: (x) => g.mul(g.topK(x, 3, -2).values, 2), in: [[2, 4, 2]] },
  ],

  // Picking and placing: repeated places add up, negative ones count from the end
  Gather: [
    { f: (x) => g.gather(x, ids([3], [2, 0, 2])), in: [[4, 3]] },
    { f: (x) => g.gather(x, ids([2, 2], [1, 0, -1, 1]), 1), in: [[2, 3, 2]] },
    { f: (x) => g.gather(x, ids([2], [1, 1]), -1), in: [[2, 3]] },
    { f: (x) => g.gather(x, ids([], [1]), 1), in: [[2, 3]] },
    { f: (x) => g.gather(x, ids([1, 2, 1], [3, 3])), in: [[4]] },
  ],
  GatherElements: [
    { f: (x) => g.gatherElements(x, ids([2, 2], [0, 0, 2, 1])), in: [[2, 3]] },
    { f: (x) => g.gatherElements(x, ids([2, 3], [1, -1, 0, 1, 1, 0]), { axis: 0 }), in: [[3, 3]] },
    { f: (x) => g.gatherElements(x, ids([1, 2, 2], [1, 1, 0, 0]), { axis: -2 }), in: [[2, 3, 2]] },
  ],
  GatherND: [
    { f: (x) => g.gatherND(x, ids([3, 1], [0, 2, 0])), in: [[3, 2]] },
    { f: (x) => g.gatherND(x, ids([2, 2, 2], [0, 1, 1, -1, 0, 1, 0, 0])), in: [[2, 3]] },
    { f: (x) => g.gatherND(x, ids([3, 2], [0, 1, 0, 1, 1, 2])), in: [[2, 3, 2]] },
  ],
  ScatterElements: [
    {
      f: (x, u) => g.scatterElements(x!, ids([2, 2], [0, 2, 1, 0]), u!),
      in: [
        [2, 3],
        [2, 2],
      ],
    },
    {
      f: (x, u) => g.scatterElements(x!, ids([2, 2], [1, 1, -1, 1]), u!, { add: true }),
      in: [
        [2, 3],
        [2, 2],
      ],
    },
    {
      f: (x, u) => g.scatterElements(x!, ids([3, 2], [1, 1, 1, 0, 1, 1]), u!, { axis: 0, add: true }),
      in: [
        [3, 2],
        [3, 2],
      ],
    },
    {
      f: (x, u) => g.scatterElements(x!, ids([1, 3], [1, 0, 1]), u!, { axis: 0 }),
      in: [
        [2, 3],
        [1, 3],
      ],
    },
  ],
  ScatterND: [
    {
      f: (x, u) => g.scatterND(x!, ids([2, 1], [2, 0]), u!),
      in: [
        [3, 2],
        [2, 2],
      ],
    },
    {
      f: (x, u) => g.scatterND(x!, ids([3, 1], [1, 1, -1]), u!, { add: true }),
      in: [
        [3, 2],
        [3, 2],
      ],
    },
    { f: (x, u) => g.scatterND(x!, ids([3, 2], [0, 1, 0, 1, 1, 2]), u!, { add: true }), in: [[2, 3], [3]] },
    {
      f: (x, u) => g.scatterND(x!, ids([2, 2, 1], [0, 1, 2, 1]), u!, { add: true }),
      in: [
        [3, 2],
        [2, 2, 2],
      ],
    },
  ],

  // Shape
  Reshape: [
    { f: (x) => g.reshape(x, [3, 4]), in: [[2, 6]] },
    { f: (x) => g.reshape(x, [2, -1, 2]), in: [[4, 3]] },
    { f: (x) => g.reshape(x, []), in: [[1, 1]] },
    { f: (x) => g.flatten(x), in: [[2, 3, 2]] },
    { f: (x) => g.reshape(x, [0, 3]), in: [[2, 0]] }, // nothing, in another form
  ],
  Expand: [
    { f: (x) => g.expand(x, [2, 3]), in: [[3]] },
    { f: (x) => g.expand(x, [2, 4, 3]), in: [[4, 1]] },
    { f: (x) => g.expand(x, [1, 3]), in: [[2, 1]] }, // both sides broadcast
    { f: (x) => g.expand(x, [2, 2]), in: [[]] },
  ],
  Squeeze: [
    { f: (x) => g.squeeze(x, -1), in: [[2, 3, 1]] },
    { f: (x) => g.squeeze(x, [0, 2]), in: [[1, 3, 1]] },
  ],
  Unsqueeze: [
    { f: (x) => g.unsqueeze(x, -1), in: [[2, 3]] },
    { f: (x) => g.unsqueeze(x, [3, 0]), in: [[2, 3]] },
  ],
  Transpose: [
    { f: (x) => g.transpose(x, [2, 0, 1]), in: [[2, 3, 4]] },
    { f: (x) => g.transpose(x, [1, 0]), in: [[2, 3]] },
    { f: (x) => g.transpose(x, [3, 1, 0, 2]), in: [[2, 3, 1, 2]] },
  ],
  Slice: [
    { f: (x) => g.slice(x, { axis: 1, start: 1, end: 3 }), in: [[2, 4]] },
    { f: (x) => g.slice(x, { axis: -1, start: -3, end: -1 }), in: [[2, 5]] },
    { f: (x) => g.slice(x, { axis: 0, step: 2 }), in: [[5, 2]] },
    { f: (x) => g.slice(x, { axis: 0, start: 1, end: 100, step: 2 }), in: [[5, 2]] },
    { f: (x) => g.slice(x, { axis: 1, step: -1 }), in: [[2, 4]] },
    { f: (x) => g.slice(x, { axis: 1, start: -1, step: -1 }), in: [[2, 4]] },
    { f: (x) => g.slice(x, { axis: 1, start: 3, end: 0, step: -2 }), in: [[2, 5]] },
    { f: (x) => g.slice(x, { axis: 1, start: 99, step: -2 }), in: [[2, 5]] },
    { f: (x) => g.slice(x, { axis: 0, start: -100, end: 2 }), in: [[4]] },
    { f: (x) => g.slice(x, { axis: 0 }), in: [[4]] },
    { f: (x) => g.mul(g.split(x, [1, 3, 1])[1]!, 2), in: [[2, 5]] },
  ],
  Concat: [
    {
      f: (p, q, r) => g.concat([p!, q!, r!], 1),
      in: [
        [2, 1],
        [2, 3],
        [2, 2],
      ],
    },
    {
      f: (p, q) => g.concat([p!, q!, p!], -3),
      in: [
        [1, 2, 2],
        [2, 2, 2],
      ],
    },
    {
      f: (p, q) => g.concat([p!, q!], 0),
      in: [
        [0, 2],
        [3, 2],
      ],
    },
  ],
  Pad: [
    {
      f: (x) =>
        g.pad(x, [
          [1, 2],
          [0, 1],
        ]),
      in: [[2, 3]],
    },
    {
      f: (x) =>
        g.pad(
          x,
          [
            [0, 0],
            [2, 0],
            [1, 1],
          ],
          -1.5,
        ),
      in: [[2, 2, 2]],
    },
  ],

  // Pictures
  Conv: [
    { f: (x, w, b) => g.conv(x!, w!, b), in: [[2, 2, 4, 4], [3, 2, 3, 3], [3]] },
    {
      f: (x, w) => g.conv(x!, w!, undefined, { pad: 1 }),
      in: [
        [1, 2, 4, 3],
        [2, 2, 3, 3],
      ],
    },
    {
      f: (x, w) => g.conv(x!, w!, undefined, { stride: 2, pad: 1 }),
      in: [
        [1, 2, 6, 5],
        [2, 2, 3, 3],
      ],
    }, // a remainder in one axis
    {
      f: (x, w) => g.conv(x!, w!, undefined, { stride: [3, 2] }),
      in: [
        [2, 1, 7, 6],
        [2, 1, 2, 3],
      ],
    },
    {
      f: (x, w) => g.conv(x!, w!, undefined, { dilation: 2, pad: 2 }),
      in: [
        [1, 1, 5, 6],
        [2, 1, 3, 2],
      ],
    },
    {
      f: (x, w) => g.conv(x!, w!, undefined, { dilation: [2, 1], stride: [1, 2], pad: [1, 0, 2, 1] }),
      in: [
        [1, 2, 6, 6],
        [1, 2, 2, 3],
      ],
    },
    { f: (x, w, b) => g.conv(x!, w!, b, { group: 2, pad: 1, stride: 2 }), in: [[2, 4, 5, 4], [6, 2, 3, 3], [6]] },
    {
      f: (x, w) => g.conv(x!, w!, undefined, { group: 3, pad: 1 }),
      in: [
        [2, 3, 4, 4],
        [3, 1, 3, 3],
      ],
    }, // depth-wise
    {
      f: (x, w) => g.conv(x!, w!, undefined, { group: 2, stride: 2 }),
      in: [
        [1, 2, 5, 5],
        [4, 1, 2, 2],
      ],
    }, // depth-wise, two outputs a channel
    {
      f: (x, w) => g.conv(x!, w!, undefined, { pad: 'same', stride: 2 }),
      in: [
        [1, 1, 5, 6],
        [1, 1, 3, 3],
      ],
    },
    {
      f: (x, w) => g.conv(x!, w!, undefined, { pad: 'same' }),
      in: [
        [1, 1, 4, 5],
        [1, 1, 2, 4],
      ],
    },
    {
      f: (x, w) => g.conv(x!, w!),
      in: [
        [2, 3, 3, 3],
        [4, 3, 1, 1],
      ],
    },
    { f: (x, w, b) => g.conv(x!, w!, b, { stride: 2, pad: [1, 2], dilation: 2 }), in: [[2, 2, 8], [3, 2, 3], [3]] }, // one axis
  ],
  ConvTranspose: [
    { f: (x, w, b) => g.convTranspose(x!, w!, b), in: [[2, 2, 3, 3], [2, 3, 2, 2], [3]] },
    {
      f: (x, w) => g.convTranspose(x!, w!, undefined, { stride: 2, pad: 1, outputPadding: 1 }),
      in: [
        [1, 2, 3, 4],
        [2, 2, 3, 3],
      ],
    },
    {
      f: (x, w) => g.convTranspose(x!, w!, undefined, { stride: [2, 3], outputPadding: [0, 2] }),
      in: [
        [1, 1, 2, 3],
        [1, 2, 3, 2],
      ],
    },
    { f: (x, w, b) => g.convTranspose(x!, w!, b, { group: 2, stride: 2 }), in: [[2, 4, 3, 2], [4, 3, 2, 2], [6]] },
    {
      f: (x, w) => g.convTranspose(x!, w!, undefined, { dilation: 2, pad: [1, 0, 0, 2] }),
      in: [
        [1, 1, 4, 4],
        [1, 2, 2, 2],
      ],
    },
    {
      f: (x, w) => g.convTranspose(x!, w!, undefined, { stride: 2, outputPadding: 1 }),
      in: [
        [2, 2, 4],
        [2, 1, 3],
      ],
    }, // one axis
  ],
  MaxPool: [
    { f: (x) => g.maxPool(x, { kernel: 2 }), in: [[2, 2, 4, 4]] },
    { f: (x) => g.maxPool(x, { kernel: 3, stride: 1 }), in: [[1, 2, 5, 4]] },
    { f: (x) => g.maxPool(x, { kernel: 3, stride: 2, pad: 1 }), in: [[2, 3, 5, 6]] },
    { f: (x) => g.maxPool(x, { kernel: 2, stride: 2, ceil: true }), in: [[1, 2, 5, 3]] },
    { f: (x) => g.maxPool(x, { kernel: 3, stride: 2, ceil: true }), in: [[2, 2, 6, 7]] },
    { f: (x) => g.maxPool(x, { kernel: [2, 3], stride: [1, 2], pad: [1, 0, 0, 1] }), in: [[1, 2, 4, 5]] },
    { f: (x) => g.maxPool(x, { kernel: 3, stride: 2, pad: 1, ceil: true }), in: [[1, 1, 6, 4]] },
    { f: (x) => g.maxPool(x, { kernel: 2, pad: 'same' }), in: [[1, 1, 5, 5]] },
    { f: (x) => g.maxPool(x, { kernel: 3, stride: 2, pad: 1 }), in: [[2, 2, 7]] },
  ],
  AveragePool: [
    { f: (x) => g.averagePool(x, { kernel: 2 }), in: [[2, 2, 4, 4]] },
    { f: (x) => g.averagePool(x, { kernel: 3, stride: 1 }), in: [[1, 2, 5, 4]] },
    { f: (x) => g.averagePool(x, { kernel: 3, stride: 2, pad: 1 }), in: [[1, 2, 5, 6]] },
    { f: (x) => g.averagePool(x, { kernel: 3, stride: 2, pad: 1, countPadding: true }), in: [[1, 2, 5, 6]] },
    { f: (x) => g.averagePool(x, { kernel: 2, ceil: true }), in: [[1, 2, 5, 3]] },
    { f: (x) => g.averagePool(x, { kernel: 3, stride: 2, pad: 1, ceil: true }), in: [[1, 1, 6, 4]] },
    { f: (x) => g.averagePool(x, { kernel: 3, stride: 2, pad: 1, ceil: true, countPadding: true }), in: [[1, 1, 6, 4]] },
    { f: (x) => g.averagePool(x, { kernel: [2, 3], stride: [2, 1], pad: [1, 0, 0, 2], countPadding: true }), in: [[1, 2, 4, 5]] },
    { f: (x) => g.averagePool(x, { kernel: 2, stride: 3 }), in: [[1, 1, 6, 7]] }, // gaps between windows
    { f: (x) => g.averagePool(x, { kernel: 3, stride: 2, pad: 1 }), in: [[2, 2, 7]] },
  ],
  GlobalAveragePool: [
    { f: g.globalAveragePool, in: [[2, 3, 2, 3]] },
    { f: g.globalAveragePool, in: [[2, 2, 4]] },
  ],
  BatchNormalization: [
    { f: (x, s, b, m, v) => g.batchNorm(x!, s!, b!, m!, g.mul(v!, v!)), in: [[2, 3, 2, 2], [3], [3], [3], [3]] },
    { f: (x, s, b, m, v) => g.batchNorm(x!, s!, b!, m!, v!, 1e-3), in: [[3, 2], [2], [2], [2], [2]], range: POSITIVE },
  ],
  Resize: [
    { f: (x) => g.resize(x, [5, 7]), in: [[1, 2, 3, 4]] },
    { f: (x) => g.resize(x, [2, 3]), in: [[2, 1, 5, 4]] },
    { f: (x) => g.resize(x, [6, 6], { coordinates: 'align_corners' }), in: [[1, 1, 3, 4]] },
    { f: (x) => g.resize(x, [2, 1], { coordinates: 'align_corners' }), in: [[1, 1, 4, 3]] },
    { f: (x) => g.resize(x, [5, 3], { coordinates: 'asymmetric' }), in: [[1, 1, 3, 4]] },
    { f: (x) => g.resize(x, [6, 9], { mode: 'nearest', coordinates: 'asymmetric' }), in: [[1, 2, 3, 3]] },
    { f: (x) => g.resize(x, [3, 2], { mode: 'nearest', coordinates: 'asymmetric' }), in: [[1, 1, 7, 5]] },
    { f: (x) => g.resize(x, [7, 5], { mode: 'nearest', rounding: 'round_prefer_floor' }), in: [[1, 1, 3, 4]] },
    { f: (x) => g.resize(x, [2, 3], { mode: 'nearest' }), in: [[1, 1, 6, 5]] },
    { f: (x) => g.resize(x, [7, 9], { mode: 'cubic' }), in: [[1, 2, 4, 5]] },
    { f: (x) => g.resize(x, [3, 2], { mode: 'cubic' }), in: [[1, 1, 5, 6]] },
    { f: (x) => g.resize(x, [6, 7], { mode: 'cubic', coordinates: 'align_corners' }), in: [[1, 1, 3, 5]] },
  ],
};

const NAN = [Number.NaN, 1, 0, Number.NaN];
/** A kernel of whole numbers from −127 to 127, its channels of different scales, or the same kernel without signs. */
function kernel8(shape: number[], type: 'int8' | 'uint8' = 'int8'): g.Kernel8 {
  const [M, size] = [shape[0]!, shape.reduce((n, d) => n * d, 1)];
  const whole = Array.from({ length: size }, (_, i) => Math.round(127 * Math.sin(i * i + 1)) + (type === 'uint8' ? 128 : 0));
  const scales = Float32Array.from({ length: M }, (_, m) => 0.003 * (m + 1));
  return { q: constant(type, shape, whole), scales, bias: Float32Array.from({ length: M }, (_, m) => m - 0.5) };
}
const BYTES = { scale: 0.03, zero: 7 };

const FORWARD: Record<Flat, readonly Case[]> = {
  QuantizeLinear: [
    { f: (x) => g.quantizeLinear(x, { scale: 0.5, zero: 0 }), in: [[7]], data: [[-1, 0.25, 0.75, 1, 100.3, 127.4, 200]] },
    { f: (x) => g.quantizeLinear(x, { scale: 1 / 127.5, zero: 128 }), in: [[2, 3]] },
  ],
  DequantizeLinear: [{ f: (x) => g.dequantizeLinear(g.quantizeLinear(x, BYTES), BYTES), in: [[2, 3, 2]] }],
  QLinearConv: [
    { f: (x) => g.conv8(g.quantizeLinear(x, BYTES), BYTES, kernel8([4, 6, 1, 1]), { scale: 0.02, zero: 100 }), in: [[2, 6, 3, 5]] },
    {
      f: (x) => g.conv8(g.quantizeLinear(x, BYTES), BYTES, kernel8([4, 6, 1, 1], 'uint8'), { scale: 0.02, zero: 100 }),
      in: [[2, 6, 3, 5]],
    },
    {
      f: (x) =>
        g.conv8(g.quantizeLinear(x, BYTES), BYTES, kernel8([3, 2, 3, 3]), { scale: 0.02, zero: 0 }, { stride: 2, pad: [0, 0, 2, 2] }),
      in: [[1, 2, 5, 6]],
    },
    {
      f: (x) => g.conv8(g.quantizeLinear(x, BYTES), BYTES, kernel8([6, 1, 3, 3]), { scale: 0.02, zero: 0 }, { group: 6, pad: 1 }),
      in: [[1, 6, 4, 4]],
    },
  ],
  Equal: [
    {
      f: g.equal,
      in: [[2, 2], [2]],
      data: [
        [1, 2, 3, 2],
        [1, 2],
      ],
    },
    { f: (x) => g.equal(g.cast(x, 'int64'), -100), in: [[3]], data: [[-100, 0, 5]] },
  ],
  Less: [
    {
      f: g.less,
      in: [[2, 2], [2]],
      data: [
        [1, 2, 3, 1],
        [1, 2],
      ],
    },
  ],
  LessOrEqual: [
    {
      f: g.lessOrEqual,
      in: [[2, 2], [2]],
      data: [
        [1, 2, 3, 1],
        [1, 2],
      ],
    },
  ],
  Greater: [
    {
      f: g.greater,
      in: [[2, 1], [2]],
      data: [
        [1, 2],
        [1, 2],
      ],
    },
  ],
  GreaterOrEqual: [{ f: (x) => g.greaterOrEqual(2, x), in: [[3]], data: [[1, 2, 3]] }],
  And: [{ f: (p, q) => g.and(g.greater(p!, 0), g.greater(q!, 0)), in: [[2, 1], [2]] }],
  Or: [{ f: (p, q) => g.or(g.greater(p!, 0), g.greater(q!, 0)), in: [[2, 1], [2]] }],
  Not: [{ f: (x) => g.not(g.greater(x, 0)), in: [[4]] }],
  IsNaN: [
    { f: g.isNan, in: [[4]], data: [NAN] },
    { f: g.isNan, in: [[4]], data: [NAN], dtype: 'float64' },
  ],
  ReduceProd: [{ f: (x) => g.make('ReduceProd', [g.shapeOf(x)], { axes: [0], keepdims: 0 }), in: [[2, 3, 4]] }],
  ArgMax: [
    { f: (x) => g.argMax(x), in: [[2, 4]] },
    { f: (x) => g.argMax(x, 0, true), in: [[3, 2]], data: [[1, 2, 3, 2, 3, 1]] }, // the first of equals
  ],
  ArgMin: [{ f: (x) => g.argMin(x, -2), in: [[3, 2]], data: [[1, 2, 3, 2, 1, 3]] }],
  Shape: [
    { f: (x) => g.shapeOf(x), in: [[2, 3, 4]] },
    { f: (x) => g.shapeOf(x, 1, 2), in: [[2, 3, 4]] },
  ],
};

/** Indices that operators give beside their values. */
const SECOND: readonly Case[] = [
  ...CASES.MaxPool.map((c) => ({ ...c, f: (x: Tensor) => g.outputOf(c.f(x), 1) })),
  { f: (x) => g.topK(x, 3).indices, in: [[2, 5]] },
  { f: (x) => g.topK(x, 2, 0).indices, in: [[4, 2]], data: [[1, 5, 3, 5, 3, 2, 0, 1]] },
];

const engine = new Engine();
afterAll(() => engine.dispose());

test('the two tables together hold every operator', () => {
  const flat = Object.entries(OPS).flatMap(([op, row]) => (row.grad === NO_GRADIENT && op !== 'MatMulNBits' ? [op] : []));
  expect(Object.keys(FORWARD).sort()).toEqual(flat.sort());
  expect([...Object.keys(CASES), ...flat, 'MatMulNBits'].sort()).toEqual(Object.keys(OPS).sort());
});

describe.each(Object.entries(CASES))('%s', (op, cases) => {
  test.each(cases.map((c) => [title(c), c] as const))('gradient of %s', (_, c) => expect(worstGradientError(c)).toBeLessThan(1e-7));

  test('ONNX Runtime agrees, forward and backward', async () => {
    for (const { name, got, want, scale } of await againstEngine(cases, engine, { backward: true }))
      expect(got, `${op} ${name}`).toBeClose(want, { abs: scale * (name.endsWith('y') ? 1e-5 : 1e-4) });
  });
});

test.each([...Object.entries(FORWARD), ['second outputs', SECOND] as const])('%s: ONNX Runtime agrees', async (op, cases) => {
  for (const { name, got, want, scale } of await againstEngine(cases, engine, { backward: false }))
    expect(got, `${op} ${name}`).toBeClose(want, { abs: scale * 1e-5 });
});

test("every operator is accepted by Python's checker, forwards and backwards", async ({ skip }) => {
  const folder = await mkdtemp(join(tmpdir(), 'famenet-operators-'));
  const files: string[] = [];
  for (const [op, cases] of Object.entries({ ...CASES, ...FORWARD })) {
    const outputs: Record<string, Tensor> = {};
    for (const [i, c] of cases.entries()) {
      if (op in FORWARD) outputs[`y${i}`] = c.f(...c.in.map((shape, k) => g.input(`c${i}.x${k}`, c.dtype ?? 'float32', shape)));
      else for (const [k, d] of graphOf(c, 'float32', `c${i}.`).grads.entries()) outputs[`d${i}.${k}`] = d;
      if (!(op in FORWARD)) outputs[`y${i}`] = graphOf(c, 'float32', `c${i}f.`).y;
    }
    files.push(join(folder, `${op}.onnx`));
    await g.saveOnnx(files.at(-1)!, outputs);
  }
  const said = checkedByPython(files);
  await rm(folder, { recursive: true });
  if (said === undefined) return skip('no Python with onnx here (FAMENET_PYTHON names one)');
  expect(said).toBe('');
});

/** Source of output i in whole numbers: floor, or the nearer one and the lower of two equally near, of a fraction p/q. */
function nearestByFractions(i: number, from: number, to: number, how: string, rounding: string): number {
  const ends = to === 1 ? [0, 1] : [i * (from - 1), to - 1];
  const [p, q] = (how === 'half_pixel' ? [(2 * i + 1) * from - to, 2 * to] : how === 'asymmetric' ? [i * from, to] : ends) as [
    number,
    number,
  ];
  const down = (n: number, d: number) => (n - (((n % d) + d) % d)) / d;
  const found = rounding === 'floor' ? down(p, q) : -down(q - 2 * p, 2 * q);
  return Math.min(Math.max(found, 0), from - 1);
}

test.each(['half_pixel', 'asymmetric', 'align_corners'] as const)(
  'the nearest pixel is exact for every pair of sizes (%s)',
  async (coordinates) => {
    const outputs: Record<string, Tensor> = {};
    const feeds: Record<string, g.Value> = {};
    const want: Record<string, string> = {};
    for (let from = 1; from <= 16; from++) {
      const x = g.input(`x${from}`, 'float32', [1, 1, 1, from]);
      feeds[`x${from}`] = g.float32(
        [1, 1, 1, from],
        Array.from({ length: from }, (_, i) => i),
      );
      for (let to = 1; to <= 32; to++)
        for (const rounding of ['floor', 'round_prefer_floor'] as const) {
          const name = `${from} to ${to}, ${rounding}`;
          outputs[name] = g.resize(x, [1, to], { mode: 'nearest', coordinates, rounding });
          want[name] = Array.from({ length: to }, (_, i) => nearestByFractions(i, from, to, coordinates, rounding)).join();
        }
    }
    const session = await g.compile(outputs, { engine });
    const got = await session.run(feeds);
    await session.dispose();
    expect(Object.fromEntries(Object.entries(got).map(([name, v]) => [name, v.data.join()]))).toEqual(want);
  },
);

test('three equal extremes share one gradient', async () => {
  const cases = [{ f: (x: Tensor) => g.reduceMax(x), in: [[4]], data: [[2, 2, 1, 2]] }];
  const compared = await againstEngine(cases, engine, { backward: true });
  const [share] = compared[1]!.want;
  expect(compared[1]!.want).toBeClose([share!, share!, 0, share!], { abs: 1e-12 });
  expect(compared[1]!.got).toBeClose(compared[1]!.want, { abs: 1e-6 });
});

test.each([4, 8] as const)('MatMulNBits multiplies by what %i-bit blocks stand for', async (bits) => {
  const [M, K, N, block] = [3, 64, 5, 32];
  const wave = (n: number, step: number) => Float32Array.from({ length: n }, (_, i) => Math.sin(i * step + 0.3));
  const [a, w] = [wave(M * K, 0.37), wave(N * K, 0.11)];
  const blocks = quantizeBlocks(w, K, { bits, block });
  const plain = dequantizeBlocks(blocks, K, { bits, block });
  const x = g.input('x', 'float32', [M, K]);
  const packed = g.constant('uint8', [N, K / block, (block * bits) / 8], blocks.packed);
  const y = g.matMulNBits(x, packed, g.constant('float32', [N, K / block], blocks.scales), { bits, block });
  const session = await g.compile({ y }, { engine });
  const got = await session.run({ x: g.float32([M, K], a) });
  await session.dispose();
  const want = Array.from({ length: M * N }, (_, i) => {
    const [m, n] = [Math.floor(i / N), i % N];
    return Array.from({ length: K }, (_, k) => a[m * K + k]! * plain[n * K + k]!).reduce((s, v) => s + v, 0);
  });
  expect(got.y!.shape).toEqual([M, N]);
  expect(got.y!.data).toBeClose(want, { abs: 0.15 }); // activations are rounded to 8 bits too
});
