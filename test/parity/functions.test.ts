/** Composed pieces, gradients of gradients, shared and frozen branches, and sizes that are names: against central differences, and on ONNX Runtime. */
import { afterAll, describe, expect, test } from 'vitest';
import { inOrder } from '../../src/graph/gradient.ts';
import * as g from '../../src/graph/index.ts';
import { constant, type Dim, Engine, gradients, input, type Tensor, type Value } from '../../src/graph/index.ts';
import { type Grid, grid } from '../support/grid.ts';
import { interpret } from '../support/interpreter.ts';
import { againstEngine, type Case, numericGradient, random, title, toValue, weighted, worstGradientError } from '../support/oracle.ts';

const ids = (shape: number[], values: number[]): Tensor => constant('int64', shape, values);
const dx = (f: (x: Tensor) => Tensor) => (x: Tensor) => gradients(weighted(f(x), 7), [x])[0]!;
const heads = (q: Tensor, k: Tensor, v: Tensor) => g.attention(q, k, v, { mask: g.causalMask(q.shape[2] as number, q) });

const CASES: Record<string, readonly Case[]> = {
  linear: [
    { f: (x, w, b) => g.linear(x!, w!, b), in: [[3, 4], [2, 4], [2]] },
    { f: (x, w, b) => g.linear(x!, w!, b), in: [[2, 3, 4], [5, 4], [5]] },
    {
      f: (x, w) => g.linear(x!, w!),
      in: [
        [2, 1, 2, 3],
        [2, 3],
      ],
    },
  ],
  embedding: [{ f: (table) => g.embedding(table!, ids([2, 3], [1, 0, 1, 3, 1, 0])), in: [[4, 3]] }],
  silu: [{ f: g.silu, in: [[2, 4]] }],
  quickGelu: [{ f: g.quickGelu, in: [[2, 4]] }],
  layerNorm: [{ f: (x, s, b) => g.layerNorm(x!, s!, b!, 1e-5), in: [[2, 3, 4], [4], [4]] }],
  rmsNorm: [{ f: (x, s) => g.rmsNorm(x!, s!, 1e-6), in: [[2, 3, 4], [4]] }],
  batchNormTrain: [
    { f: (x, s, b) => g.batchNormTrain(x!, s!, b!).y, in: [[3, 2, 2, 2], [2], [2]] },
    { f: (x, s, b) => g.batchNormTrain(x!, s!, b!).variance, in: [[3, 2, 2, 2], [2], [2]] },
  ],
  channelPRelu: [{ f: (x, s) => g.channelPRelu(x!, s!), in: [[2, 3, 2, 2], [3]] }],
  attention: [
    {
      f: (q, k, v) => g.attention(q!, k!, v!),
      in: [
        [2, 2, 3, 4],
        [2, 2, 3, 4],
        [2, 2, 3, 4],
      ],
    },
    {
      f: (q, k, v) => heads(q!, k!, v!),
      in: [
        [1, 2, 4, 2],
        [1, 2, 4, 2],
        [1, 2, 4, 2],
      ],
    },
    {
      f: (q, k, v) => heads(q!, k!, v!),
      in: [
        [2, 4, 3, 2],
        [2, 2, 3, 2],
        [2, 2, 3, 2],
      ],
    }, // two queries share a key
    {
      f: (q, k, v) => g.attention(q!, k!, v!, { scale: 0.3 }),
      in: [
        [1, 4, 2, 2],
        [1, 1, 5, 2],
        [1, 1, 5, 2],
      ],
    },
    {
      f: (q, k, v) => g.attention(q!, k!, v!, { mask: g.causalMask(4, q!, 2) }),
      in: [
        [1, 1, 4, 2],
        [1, 1, 4, 2],
        [1, 1, 4, 2],
      ],
    },
  ],
  heads: [{ f: (x) => g.joinHeads(g.mul(g.splitHeads(x!, 2, 3), 2)), in: [[2, 3, 6]] }],
  rope: [
    {
      f: (x, c, s) => g.rope(x!, c!, s!),
      in: [
        [2, 2, 3, 4],
        [3, 4],
        [3, 4],
      ],
    },
  ],
  crossEntropy: [
    { f: (x) => g.crossEntropy(x!, ids([3], [2, 0, 3])), in: [[3, 4]] },
    { f: (x) => g.crossEntropy(x!, ids([4], [2, -100, 0, -100])), in: [[4, 3]] },
    { f: (x) => g.crossEntropy(x!, ids([2], [-100, -100])), in: [[2, 3]] }, // nothing to learn: 0, not NaN
  ],
  nextTokenLoss: [{ f: (x) => g.nextTokenLoss(x!, ids([2, 3], [0, 2, 1, 4, -100, 3])), in: [[2, 3, 5]] }],
  'shared nodes': [
    { f: (x) => g.add(g.mul(x!, x!), g.sin(x!)), in: [[3]] },
    {
      f: (x) => {
        const h = g.exp(x!);
        return g.add(g.add(g.mul(h, x!), h), g.sum(h));
      },
      in: [[2, 2]],
    },
    {
      f: (x, w) => g.linear(g.tanh(g.linear(x!, w!)), w!),
      in: [
        [2, 3],
        [3, 3],
      ],
    }, // tied weights
  ],
  'gradients of gradients': [
    { f: dx((x) => g.pow(x, 3)), in: [[4]] },
    { f: dx((x) => g.mul(g.sin(x), g.exp(x))), in: [[4]] },
    { f: dx((x) => g.softmax(g.mul(x, x))), in: [[2, 3]] },
    { f: dx((x) => g.logSoftmax(x)), in: [[2, 3]] },
    { f: dx((x) => g.layerNorm(x, constant(x.dtype, [3], [1, 2, 0.5]), constant(x.dtype, [3], [0, 0, 1]), 1e-5)), in: [[2, 3]] },
    { f: dx((x) => g.crossEntropy(x, ids([3], [2, -100, 0]))), in: [[3, 3]] },
    { f: dx((x) => g.gelu(g.matMul(x, x))), in: [[3, 3]] },
    { f: dx((x) => g.mul(g.gather(x, ids([3], [1, 1, 0])), g.slice(x, { axis: 0, end: 3 }))), in: [[4, 2]] },
    {
      f: (x, w) => gradients(weighted(g.tanh(g.conv(x!, w!, undefined, { stride: 2, pad: 1 }))), [w!])[0]!,
      in: [
        [1, 2, 4, 5],
        [2, 2, 3, 3],
      ],
    },
    { f: dx((x) => g.mul(g.averagePool(x, { kernel: 2, stride: 1 }), g.resize(x, [2, 2]))), in: [[1, 1, 3, 3]] },
  ],
};

const engine = new Engine();
afterAll(() => engine.dispose());

describe.each(Object.entries(CASES))('%s', (name, cases) => {
  test.each(cases.map((c) => [title(c), c] as const))('gradient of %s', (_, c) => expect(worstGradientError(c)).toBeLessThan(1e-7));
  test('ONNX Runtime agrees, forward and backward', async () => {
    for (const { name: output, got, want, scale } of await againstEngine(cases, engine, { backward: true }))
      expect(got, `${name} ${output}`).toBeClose(want, { abs: scale * (output.endsWith('y') ? 1e-5 : 1e-4) });
  });
});

test('a loss that sees no label is 0 and so is its gradient', () => {
  const x = input('x', 'float64', [2, 3]);
  const loss = g.crossEntropy(x, ids([2], [-100, -100]));
  const [value, grad] = interpret([loss, gradients(loss, [x])[0]!])({ x: grid([2, 3], [1, 2, 3, 4, 5, 6]) });
  expect([...value!.data, ...grad!.data].map(Math.abs)).toEqual(Array(7).fill(0));
});

test('a frozen branch never enters the walk', () => {
  const x = input('x', 'float32', [2, 3]);
  const frozen = g.mul(g.make('ReduceProd', [x], { axes: [0], keepdims: 0 }), 2); // has no gradient, and needs none
  const w = input('w', 'float32', [3]);
  const loss = g.sum(g.mul(frozen, w));
  const [dw] = gradients(loss, [w]);
  expect(dw!.shape).toEqual([3]);
  const matrix = input('m', 'float32', [3, 3]);
  const lower = g.matMul(x, matrix);
  const [db] = gradients(g.sum(g.mul(lower, w)), [w]);
  expect(inOrder([db!]).filter((n) => n.op === 'MatMul')).toEqual([lower.node]); // the product below is computed once, never transposed back
});

test('what the loss does not depend on gets zeros of its shape', async () => {
  const [x, other] = [input('x', 'float32', ['B', 2]), input('other', 'float32', ['B', 3])];
  const [, zero] = gradients(g.sum(x), [x, other]);
  const session = await g.compile({ zero: zero! }, { engine });
  const { zero: got } = await session.run({ other: g.float32([2, 3], [1, 2, 3, 4, 5, 6]) });
  await session.dispose();
  expect(got).toEqual(g.zeros('float32', [2, 3]));
});

interface Named {
  readonly shape: readonly Dim[];
  /** Whole numbers below this, drawn at random; real numbers where absent. */
  readonly below?: number;
}
interface Symbolic {
  readonly f: (...xs: Tensor[]) => Tensor;
  readonly in: readonly Named[];
}
const SIZES = [
  { B: 2, T: 3, P: 2 },
  { B: 1, T: 5, P: 1 },
  { B: 3, T: 1, P: 4 },
] as const;
const real = (...shape: Dim[]): Named => ({ shape });
const whole = (below: number, ...shape: Dim[]): Named => ({ shape, below });
const maskOf = (mask: Tensor) => g.maskToScores(g.unsqueeze(mask, [1, 2]));

const SYMBOLIC: Record<string, Symbolic> = {
  'reshape to two named sizes': { f: (x) => g.mul(g.reshape(g.sin(g.reshape(x!, [-1, 4])), ['B', 'T', 4]), 2), in: [real('B', 'T', 4)] },
  'reshape that moves a name': { f: (x) => g.reshape(g.transpose(x!, [1, 0, 2]), ['T', -1]), in: [real('B', 'T', 2)] },
  'reshape of two names into one': { f: (x) => g.sin(g.reshape(x!, ['T', 2, -1])), in: [real('B', 'T', 4)] },
  'expand over a named size': {
    f: (x) => g.mul(x!, g.expand(g.mean(x!, { axis: 1, keep: true }), ['B', 'T', 4])),
    in: [real('B', 'T', 4)],
  },
  'expand of a new axis': { f: (x) => g.mul(x!, g.expand(g.mean(x!, { axis: 0 }), ['B', 'T', 2])), in: [real('B', 'T', 2)] },
  'mean over a named axis': { f: (x) => g.mean(g.mul(x!, x!), { axis: 1 }), in: [real('B', 'T', 3)] },
  'mean over two named axes': { f: (x) => g.mean(g.mul(x!, x!), { axis: [0, 1], keep: true }), in: [real('B', 'T', 3)] },
  'mean of all': { f: (x) => g.mean(g.mul(x!, x!)), in: [real('B', 'T')] },
  'broadcasting a named size of 1': { f: (x, w) => g.mul(g.sin(x!), w!), in: [real('B', 'T', 2), real('B', 1, 2)] },
  'linear of three axes': { f: (x, w, b) => g.sin(g.linear(x!, w!, b)), in: [real('B', 'T', 4), real(3, 4), real(3)] },
  'layer norm': { f: (x, s, b) => g.layerNorm(x!, s!, b!, 1e-5), in: [real('B', 'T', 4), real(4), real(4)] },
  'batch norm': { f: (x, s, b) => g.batchNormTrain(x!, s!, b!).y, in: [real('B', 2, 2, 2), real(2), real(2)] },
  embedding: { f: (table, at) => g.sin(g.embedding(table!, at!)), in: [real(5, 3), whole(5, 'B', 'T')] },
  'gather from a named axis': { f: (x) => g.gather(x!, constant('int64', [3], [0, -1, 0]), 1), in: [real('B', 'T', 2)] },
  'softmax and largest': { f: (x) => g.mul(g.softmax(x!, 1), g.reduceMax(x!, { axis: 1, keep: true })), in: [real('B', 'T', 2)] },
  'attention with grouped heads': {
    f: (q, k, v, mask) => g.sin(g.attention(q!, k!, v!, { mask: maskOf(mask!) })),
    in: [real('B', 4, 'T', 2), real('B', 2, 'T', 2), real('B', 2, 'T', 2), whole(1, 'B', 'T')],
  },
  'attention to a past': {
    f: (q, k, v) => g.attention(q!, k!, v!),
    in: [real('B', 2, 'T', 2), real('B', 2, 'P', 2), real('B', 2, 'P', 2)],
  },
  'heads split and joined': { f: (x) => g.joinHeads(g.sin(g.splitHeads(x!, 2, 2))), in: [real('B', 'T', 4)] },
  'concat beside a named size': {
    f: (x, c) => g.sin(g.concat([g.expand(c!, [1, 2, 3]), x!, c!], 1)),
    in: [real(1, 'T', 3), real(1, 2, 3)],
  },
  'concat of two named sizes': { f: (p, x) => g.sin(g.concat([p!, g.mul(x!, 2), x!], 1)), in: [real('B', 'P', 2), real('B', 'T', 2)] },
  'all but the last': { f: (x) => g.sin(g.slice(x!, { axis: 1, end: -1 })), in: [real('B', 'T', 2)] },
  'all but the first': { f: (x) => g.sin(g.slice(x!, { axis: 1, start: 1 })), in: [real('B', 'T', 2)] },
  'reshape of nothing': { f: (x) => g.reshape(g.sin(g.slice(x!, { axis: 1, start: 1 })), [-1, 2]), in: [real('B', 'T', 2)] }, // at T=1
  'next-token loss': { f: (x, labels) => g.nextTokenLoss(x!, labels!), in: [real('B', 'T', 5), whole(5, 'B', 'T')] },
  'cross-entropy': { f: (x, labels) => g.crossEntropy(x!, labels!), in: [real('B', 4), whole(4, 'B')] },
  convolution: {
    f: (x, w, b) => g.sin(g.conv(x!, w!, b, { pad: 1, stride: 2, group: 2 })),
    in: [real('B', 4, 5, 4), real(2, 2, 3, 3), real(2)],
  },
  'transposed convolution': { f: (x, w) => g.convTranspose(x!, w!, undefined, { stride: 2 }), in: [real('B', 2, 3, 2), real(2, 1, 2, 2)] },
  pooling: {
    f: (x) => g.add(g.maxPool(x!, { kernel: 2, stride: 1 }), g.averagePool(g.sin(x!), { kernel: 2, stride: 1 })),
    in: [real('B', 2, 3, 3)],
  },
  'pooling over everything': { f: (x) => g.globalAveragePool(g.sin(x!)), in: [real('B', 2, 'T', 'P')] },
  'one picture made bigger': { f: (x) => g.sin(g.resize(x!, [4, 5])), in: [real('B', 1, 2, 3)] },
};

function drawn({ shape, below }: Named, sizes: Record<string, number>, seed: number): Grid {
  const next = random(seed);
  const fixed = shape.map((d) => (typeof d === 'number' ? d : sizes[d]!));
  const n = fixed.reduce((p, d) => p * d, 1);
  return grid(
    fixed,
    Array.from({ length: n }, () => (below === undefined ? Math.fround(4 * next() - 2) : below === 1 ? 1 : Math.floor(next() * below))),
  );
}

const symbolicGraph = (c: Symbolic, float: 'float32' | 'float64') => {
  const xs = c.in.map((x, i) => input(`x${i}`, x.below === undefined || x.below === 1 ? float : 'int64', x.shape));
  const y = c.f(...xs);
  const loss = g.sum(g.mul(y, y));
  const wrt = xs.filter((_, i) => c.in[i]!.below === undefined);
  return { xs, y, loss, grads: gradients(loss, wrt), at: xs.flatMap((x, i) => (wrt.includes(x) ? [i] : [])) };
};

describe.each(Object.entries(SYMBOLIC))('with named sizes: %s', (_, c) => {
  test.each(SIZES)('gradient at B=$B T=$T P=$P', (sizes) => {
    const { loss, grads, at } = symbolicGraph(c, 'float64');
    const xs = c.in.map((x, i) => drawn(x, sizes, i + 1));
    const feed = (values: readonly Grid[]) => Object.fromEntries(values.map((v, i) => [`x${i}`, v]));
    const run = interpret([loss]);
    const ours = interpret(grads)(feed(xs));
    for (const [k, i] of at.entries()) {
      const want = numericGradient((values) => run(feed(values))[0]!.data[0]!, xs, i);
      expect(ours[k]!.data).toBeClose(want, { abs: 1e-7 });
    }
  });

  test('one session runs all sizes', async () => {
    const { xs, y, grads } = symbolicGraph(c, 'float32');
    const outputs = { y, ...Object.fromEntries(grads.map((d, i) => [`d${i}`, d])) };
    const session = await g.compile(outputs, { engine });
    const judge = interpret(Object.values(outputs));
    for (const sizes of SIZES) {
      const values = c.in.map((x, i) => drawn(x, sizes, i + 1));
      const want = judge(Object.fromEntries(values.map((v, i) => [`x${i}`, v])));
      const got: Record<string, Value> = await session.run(Object.fromEntries(values.map((v, i) => [`x${i}`, toValue(v, xs[i]!.dtype)])));
      for (const [i, name] of Object.keys(outputs).entries()) {
        expect(got[name]!.shape).toEqual(want[i]!.shape);
        const scale = want[i]!.data.reduce((m, v) => Math.max(m, Math.abs(v) || 0), 1);
        expect(got[name]!.data).toBeClose(want[i]!.data, { abs: 1e-4 * scale });
      }
    }
    await session.dispose();
  });
});

test('what was joined is cut again at the size of its first part', async () => {
  const [past, now] = [input('past', 'float32', ['P', 2]), input('now', 'float32', ['T', 2])];
  const [first, rest] = g.splitAt(g.concat([past, now], 0), 0, past, 0);
  expect([first.shape, rest.shape]).toEqual([
    ['P', 2],
    ['T', 2],
  ]);
  const session = await g.compile({ first, rest }, { engine });
  const [p, n] = [g.float32([1, 2], [1, 2]), g.float32([2, 2], [3, 4, 5, 6])];
  expect(await session.run({ past: p, now: n })).toEqual({ first: p, rest: n });
  await session.dispose();
});

test('the joined size of a past and a present has one name, whichever comes first', async () => {
  const [past, now] = [input('past', 'float32', [1, 'P', 2]), input('now', 'float32', [1, 'T', 2])];
  const both = g.concat([past, now], 1);
  expect(both.shape).toEqual(g.concat([now, past], 1).shape);
  const session = await g.compile({ y: g.add(both, g.concat([now, past], 1)) }, { engine });
  for (const [P, T] of [
    [0, 3],
    [2, 1],
  ] as const) {
    const got = await session.run({
      past: { dtype: 'float32', shape: [1, P, 2], data: new Float32Array(2 * P).fill(1) },
      now: g.zeros('float32', [1, T, 2]),
    });
    expect(got.y!.shape).toEqual([1, P + T, 2]);
  }
  await session.dispose();
});
