import { expect, test } from 'vitest';
import { FameError } from '../base/errors.ts';
import { make } from './build.ts';
import * as g from './index.ts';

const x = (...shape: g.Dim[]): g.Tensor => g.input('x', 'float32', shape);
const y = (...shape: g.Dim[]): g.Tensor => g.input('y', 'float32', shape);

const slope = (f: (a: g.Tensor) => g.Tensor, a: g.Tensor) => g.gradients(g.sum(f(a)), [a]);
const quantised = (a: g.Tensor) =>
  g.matMulNBits(a, g.input('packed', 'uint8', [4, 1, 16]), g.input('scales', 'float32', [4, 1]), { bits: 4, block: 32 });

const BYTE = { scale: 1, zero: 0 };
const faint = (): g.Tensor => {
  const kernel = { q: g.constant('int8', [1, 1, 1, 1], [1]), scales: Float32Array.of(1e-9), bias: Float32Array.of(9) };
  return g.conv8(g.input('bytes', 'uint8', [1, 1, 2, 2]), BYTE, kernel, BYTE);
};

/** The error that `f` throws; fails if there is none. */
function thrownBy(f: () => unknown): FameError {
  try {
    f();
  } catch (e) {
    if (e instanceof FameError) return e;
    throw e;
  }
  throw new Error('nothing was thrown');
}

const REFUSED: readonly (readonly [code: string, words: string, f: () => unknown])[] = [
  ['GRAPH_SHAPE', 'Add: [2,3] and [2,4] do not broadcast: 3 against 4', () => g.add(x(2, 3), y(2, 4))],
  ['GRAPH_SHAPE', 'Mul: [B,3] and [T,3] do not broadcast: B against T', () => g.mul(x('B', 3), y('T', 3))],
  ['GRAPH_SHAPE', 'inner sizes differ: [2,3] has 3, [4,5] has 4', () => g.matMul(x(2, 3), y(4, 5))],
  ['GRAPH_SHAPE', 'need two or more axes', () => g.matMul(x(3), y(3, 2))],
  ['GRAPH_SHAPE', 'inner sizes differ: 2 in [2,3]ᵀ', () => g.gemm(x(2, 3), y(3, 4), undefined, { transA: true })],
  ['GRAPH_SHAPE', 'exactly two axes', () => g.gemm(x(2, 3, 1), y(3, 4))],
  ['GRAPH_SHAPE', 'axis 2 is outside a tensor of rank 2', () => g.sum(x(2, 3), { axis: 2 })],
  ['GRAPH_SHAPE', 'axis -3 is outside a tensor of rank 2', () => g.slice(x(2, 3), { axis: -3 })],
  ['GRAPH_SHAPE', 'a slice step of 0', () => g.slice(x(2, 3), { axis: 0, step: 0 })],
  ['GRAPH_SHAPE', 'axis 5 is outside', () => g.concat([x(2, 3), y(2, 3)], 5)],
  ['GRAPH_SHAPE', 'differ outside axis 0', () => g.concat([x(2, 3), y(2, 4)], 0)],
  ['GRAPH_SHAPE', 'nothing to join', () => g.concat([], 0)],
  ['GRAPH_SHAPE', 'size T has no part P', () => g.splitAt(x('T', 2), 0, y('P'), 0)],
  ['GRAPH_SHAPE', '[0,0] is not an order', () => g.transpose(x(2, 3), [0, 0])],
  ['GRAPH_SHAPE', '[0] is not an order', () => g.transpose(x(2, 3), [0])],
  ['GRAPH_SHAPE', 'axis -1 of [2,3] is not 1', () => g.squeeze(x(2, 3), -1)],
  ['GRAPH_SHAPE', '[2,3] holds 6 values, [4,2] holds 8', () => g.reshape(x(2, 3), [4, 2])],
  ['GRAPH_SHAPE', '[2,3] holds 6 values, which [4,-1] cannot divide', () => g.reshape(x(2, 3), [4, -1])],
  ['GRAPH_SHAPE', 'leaves 2 sizes open', () => g.reshape(x(2, 3), [-1, -1])],
  ['GRAPH_SHAPE', 'do not point into', () => g.gatherND(x(2), g.constant('int64', [1, 2], [0, 0]))],
  ['GRAPH_SHAPE', 'negative padding', () => g.pad(x(2), [[-1, 0]])],
  ['GRAPH_SHAPE', '3 channels, but the kernel [4,2,3,3] with 1 group(s) expects 2', () => g.conv(x(1, 3, 8, 8), y(4, 2, 3, 3))],
  ['GRAPH_SHAPE', '3 output channels do not divide into 2 groups', () => g.conv(x(1, 4, 8, 8), y(3, 2, 3, 3), undefined, { group: 2 })],
  ['GRAPH_SHAPE', 'spatial axes', () => g.conv(x(1, 3, 8), y(4, 3, 3, 3))],
  ['GRAPH_SHAPE', '3 channels, but the kernel [2,4,3,3] expects 2', () => g.convTranspose(x(1, 3, 8, 8), y(2, 4, 3, 3))],
  ['GRAPH_SHAPE', 'axis 2 is outside', () => g.softmax(x(2, 3), 2)],
  ['GRAPH_SHAPE', '[2,3] does not broadcast to [3]', () => g.pRelu(x(3), y(2, 3))],
  ['GRAPH_SHAPE', 'the 4 largest of 3 values along axis -1 of [2,3]', () => g.topK(x(2, 3), 4)],
  ['GRAPH_SHAPE', 'need as many axes as [2,3]', () => g.gatherElements(x(2, 3), g.constant('int64', [2], [0, 0]))],
  [
    'GRAPH_SHAPE',
    'indices [3,1] are longer than [2,3] along axis 0',
    () => g.gatherElements(x(2, 3), g.constant('int64', [3, 1], [0, 0, 0])),
  ],
  ['GRAPH_SHAPE', 'updates [2,3] where [2,1] are placed', () => g.scatterElements(x(2, 3), g.constant('int64', [2, 1], [0, 0]), y(2, 3))],
  ['GRAPH_SHAPE', 'updates [2] where [2,3] are placed', () => g.scatterND(x(4, 3), g.constant('int64', [2, 1], [0, 0]), y(2))],
  ['GRAPH_SHAPE', '[4] where [3] is needed', () => g.batchNorm(x(2, 3, 4), y(3), y(3), y(4), y(3))],
  ['GRAPH_SHAPE', '1 pairs of padding for [2,3]', () => g.pad(x(2, 3), [[0, 1]])],
  ['GRAPH_SHAPE', 'a bias [3] for 4 output channels', () => g.conv(x(1, 2, 8, 8), y(4, 2, 3, 3), g.input('b', 'float32', [3]))],
  ['GRAPH_SHAPE', 'needs [N,C,H,W], got [2,3]', () => g.resize(x(2, 3), [4, 4])],
  ['GRAPH_SHAPE', 'a window of 5 does not fit into 4', () => g.maxPool(x(1, 1, 4, 4), { kernel: 5 })],
  ['GRAPH_DTYPE', 'all inputs must have one element type', () => g.add(x(2), g.input('i', 'int64', [2]))],
  ['GRAPH_DTYPE', 'Where: both choices must have one element type', () => g.where(g.greater(x(2), 0), x(2), g.input('i', 'int64', [2]))],
  ['GRAPH_DTYPE', 'Where: the condition must be bool', () => g.where(x(2), x(2), 0)],
  ['GRAPH_DTYPE', 'a plain number cannot join float16', () => g.mul(g.input('h', 'float16', [2]), 2)],
  ['GRAPH_OPERANDS', 'two plain numbers', () => g.add(1, 2)],
  ['GRAPH_OPERANDS', 'two plain numbers', () => g.where(g.greater(x(2), 0), 1, 2)],
  ['GRAPH_CONSTANT', 'another number of values', () => g.constant('float32', [2, 2], [1, 2, 3])],
  ['GRAPH_SYMBOLIC', 'has the size "M"', () => g.reshape(x('B', 4), ['B', 'M', -1])],
  ['GRAPH_SYMBOLIC', "'same' padding with stride 2", () => g.conv(x(1, 3, 'H', 8), y(4, 3, 3, 3), undefined, { pad: 'same', stride: 2 })],
  ['GRAPH_SYMBOLIC', 'Size "H" must be a number here', () => slope((a) => g.conv(a, y(1, 1, 3, 3)), x(1, 1, 'H', 8))],
  ['GRAPH_SYMBOLIC', 'Size "T" must be a number here', () => slope((a) => g.slice(a, { axis: 0, end: 3 }), x('T'))],
  ['GRAD_NOT_SCALAR', 'needs a scalar loss', () => g.gradients(x(2), [])],
  ['GRAD_MISSING', 'ReduceProd has no gradient', () => slope((a) => make('ReduceProd', [a], { axes: [0], keepdims: 0 }), x(2))],
  ['GRAD_MISSING', 'MatMulNBits has no gradient', () => slope(quantised, x(2, 32))],
  ['GRAPH_CONSTANT', 'A bias does not fit', faint],
  ['GRAPH_NUMBERS', 'Only weights and constants', () => g.numbersOf(x(2))],
  ['GRAD_MISSING', 'found at run time has no gradient', () => slope((a) => g.splitAt(a, 0, y('T'), 0)[0], x('P+T'))],
  ['GRAD_OUTPUT', 'TopK: only its first output has a gradient', () => slope((a) => g.identity(g.topK(a, 2).indices), x(3))],
  ['GRAD_OUTPUT', 'TopK: only its first output has a gradient', () => g.gradients(g.sum(x(2)), [g.topK(x(3), 2).indices])],
];

test.each(REFUSED)('%s: %s', (code, words, f) => {
  const e = thrownBy(f);
  expect(e.code).toBe(code);
  expect(e.message).toContain(words);
});

const HERE = /build\.test\.ts:\d+:\d+/;

test('a refused line is named as the user wrote it, with what stood there', () => {
  const [a, b] = [x(2, 3), g.input('i', 'int64', [2])];
  const line = thrownBy(() => g.linear(a, y(4, 5))); // two of our functions deep
  expect(line.detail.at).toMatch(HERE);
  expect(line.detail.got).toBe('float32 [2,3], float32 [4,5]');
  expect(thrownBy(() => g.add(a, b)).detail).toMatchObject({ at: expect.stringMatching(HERE), got: 'float32 [2,3], int64 [2]' });
  expect(thrownBy(() => g.where(g.greater(a, 0), 1, 2)).detail).toMatchObject({ at: expect.stringMatching(HERE), got: '1, 2' });
  expect(thrownBy(() => g.constant('float32', [2], [1])).detail).toMatchObject({ expected: '2 for [2]', got: '1' });
});

test('an error in a gradient names the line that made the operator', () => {
  const made = g.matMulNBits(x(2, 32), g.input('p', 'uint8', [4, 1, 16]), g.input('s', 'float32', [4, 1]), { bits: 4, block: 32 });
  const e = thrownBy(() => g.gradients(g.sum(made), [made.node.inputs[0]!]));
  expect(e.detail.at).toBe(g.madeAt(made));
  expect(e.detail.at).toMatch(HERE);
  expect(thrownBy(() => g.gradients(made, [])).detail).toMatchObject({ at: g.madeAt(made), expected: '[]', got: 'float32 [2,4]' });
});

test('every refusal of this file says where', () => {
  for (const [code, , f] of REFUSED) expect(thrownBy(f).detail.at, `${code} ${f}`).toMatch(HERE);
});

test('names of sizes follow what is done to them', () => {
  const a = x('B', 'T', 6);
  expect(g.reshape(a, ['B', -1]).shape).toEqual(['B', '6*T']);
  expect(g.reshape(g.reshape(a, ['B', -1]), ['B', 'T', -1]).shape).toEqual(['B', 'T', 6]);
  expect(g.reshape(a, ['B', -1, 3, 2]).shape).toEqual(['B', 'T', 3, 2]);
  expect(g.concat([a, x('B', 2, 6)], 1).shape).toEqual(['B', '2+T', 6]);
  expect(g.slice(a, { axis: 1, start: -1 }).shape).toEqual(['B', 1, 6]);
  expect(g.slice(a, { axis: 2, start: 1, end: -1 }).shape).toEqual(['B', 'T', 4]);
  expect(g.conv(x('B', 3, 'H', 8), y(4, 3, 3, 3), undefined, { pad: 1 }).shape).toEqual(['B', 4, 'H', 8]);
  expect(g.split(a, [2, 4]).map((t) => t.shape)).toEqual([
    ['B', 'T', 2],
    ['B', 'T', 4],
  ]);
});
