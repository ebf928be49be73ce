/** Gradients of randomly shaped graphs against central differences in float64. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import * as g from '../../src/graph/index.ts';
import { constant, gradients, input, type Tensor } from '../../src/graph/index.ts';
import { grid } from '../support/grid.ts';
import { interpret } from '../support/interpreter.ts';
import { type Case, worstGradientError } from '../support/oracle.ts';

const RUNS = { numRuns: 40, seed: 7 };
const FEWER = { ...RUNS, numRuns: 25 };
const agree = (c: Case): void => {
  expect(worstGradientError(c)).toBeLessThan(1e-7);
};
const size = fc.integer({ min: 1, max: 4 });
const shape = (max = 3) => fc.array(size, { minLength: 0, maxLength: max });

/** A shape and two that broadcast to it, with leading axes left out and axes of size 1. */
const broadcasting = shape().chain((whole) => {
  const part = fc.tuple(
    fc.integer({ min: 0, max: whole.length }),
    fc.array(fc.boolean(), { minLength: whole.length, maxLength: whole.length }),
  );
  const of = ([gone, ones]: [number, boolean[]]) => whole.map((d, i) => (ones[i] ? 1 : d)).slice(gone);
  return fc.tuple(part.map(of), part.map(of));
});

describe('broadcasting', () => {
  test.prop([broadcasting], RUNS)('sums and products', (shapes) => {
    agree({ f: g.add, in: shapes });
    agree({ f: g.mul, in: shapes });
    agree({ f: g.sub, in: shapes });
  });
  test.prop([broadcasting], RUNS)('choices', (shapes) => {
    agree({ f: (p, q) => g.where(g.greater(p!, q!), p!, q!), in: shapes });
    agree({ f: g.max, in: shapes });
  });
  test.prop([broadcasting, size, size, size], RUNS)('batches of matrices', ([p, q], m, k, n) => {
    agree({
      f: g.matMul,
      in: [
        [...p, m, k],
        [...q, k, n],
      ],
    });
  });
});

describe('shape', () => {
  const cut = fc.tuple(
    fc.array(size, { minLength: 1, maxLength: 3 }),
    fc.nat(),
    fc.integer({ min: -6, max: 6 }),
    fc.integer({ min: -6, max: 6 }),
    fc.constantFrom(-3, -2, -1, 1, 2, 3),
  );
  test.prop([cut], { ...RUNS, numRuns: 150 })('slices', ([dims, axis, start, end, step]) => {
    agree({ f: (x) => g.mul(g.slice(x, { axis: axis % dims.length, start, end, step }), 2), in: [dims] });
  });

  const permuted = fc.array(size, { minLength: 1, maxLength: 4 }).chain((dims) =>
    fc.tuple(
      fc.constant(dims),
      fc.shuffledSubarray(
        dims.map((_, i) => i),
        { minLength: dims.length },
      ),
    ),
  );
  test.prop([permuted], RUNS)('orders of axes, reshaped and back', ([dims, perm]) => {
    agree({ f: (x) => g.mul(g.reshape(g.transpose(x, perm), [-1]), 3), in: [dims] });
  });

  test.prop([shape(4), fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }), fc.boolean()], RUNS)(
    'sums and means over any axes',
    (dims, over, keep) => {
      const axis = dims.flatMap((_, i) => (over[i] ? [i - (i % 2 ? dims.length : 0)] : []));
      agree({ f: (x) => g.sum(g.mul(x, x), { axis, keep }), in: [dims] });
      agree({ f: (x) => g.mean(g.mul(x, x), { axis, keep }), in: [dims] });
      agree({ f: (x) => g.reduceMax(x, { axis, keep }), in: [dims] });
    },
  );

  test.prop([fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 4 }), fc.boolean()], RUNS)(
    'parts joined and cut',
    (sizes, first) => {
      const dims = sizes.map((d) => (first ? [d, 2] : [2, d]));
      agree({ f: (...xs) => g.mul(g.concat(xs, first ? 0 : 1), 2), in: dims });
    },
  );
});

/** Any window over a picture that it fits into. */
const convolution = fc
  .record({
    batch: fc.integer({ min: 1, max: 2 }),
    group: fc.integer({ min: 1, max: 2 }),
    inside: fc.integer({ min: 1, max: 2 }),
    outside: fc.integer({ min: 1, max: 2 }),
    kernel: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    stride: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    dilation: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
    pad: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 4, maxLength: 4 }),
    extra: fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 2 })),
  })
  .map((c) => ({ ...c, picture: c.kernel.map((k, i) => c.dilation[i]! * (k - 1) + 1 + c.extra[i]!) }));

describe('pictures', () => {
  test.prop([convolution], FEWER)('convolutions', ({ batch, group, inside, outside, kernel, stride, dilation, pad, picture }) => {
    agree({
      f: (x, w, b) => g.conv(x!, w!, b, { stride, dilation, pad, group }),
      in: [[batch, inside * group, ...picture], [outside * group, inside, ...kernel], [outside * group]],
    });
  });

  test.prop([convolution], FEWER)('transposed convolutions', ({ batch, group, inside, outside, kernel, stride, dilation, extra }) => {
    const outputPadding = stride.map((s, i) => extra[i]! % s);
    agree({
      f: (x, w) => g.convTranspose(x!, w!, undefined, { stride, dilation, group, outputPadding }),
      in: [
        [batch, inside * group, 1 + extra[0], 1 + extra[1]],
        [inside * group, outside, ...kernel],
      ],
    });
  });

  test.prop([convolution, fc.boolean(), fc.boolean()], FEWER)(
    'pooling',
    ({ batch, inside, kernel, stride, pad, extra }, ceil, countPadding) => {
      const small = pad.map((p, i) => Math.min(p, kernel[i % 2]! - 1)); // a window that lies in the padding alone has no value
      const dims = [batch, inside, kernel[0] + extra[0], kernel[1] + extra[1]];
      agree({ f: (x) => g.maxPool(x, { kernel, stride, pad: small, ceil }), in: [dims] });
      agree({ f: (x) => g.averagePool(x, { kernel, stride, pad: small, ceil, countPadding }), in: [dims] });
    },
  );

  const resizing = fc.record({
    from: fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })),
    to: fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 })),
    mode: fc.constantFrom('nearest', 'linear', 'cubic'),
    coordinates: fc.constantFrom('half_pixel', 'asymmetric', 'align_corners'),
    rounding: fc.constantFrom('floor', 'round_prefer_floor'),
  });
  test.prop([resizing], FEWER)('resizing', ({ from, to, ...how }) =>
    agree({ f: (x) => g.resize(x, to, how as g.ResizeOptions), in: [[1, 1, ...from]] }),
  );
});

const ACTIVATIONS = { tanh: g.tanh, silu: g.silu, gelu: g.gelu, softmax: g.softmax, sigmoid: g.sigmoid } as const;
const layers = fc.array(fc.tuple(size, fc.constantFrom(...(Object.keys(ACTIVATIONS) as (keyof typeof ACTIVATIONS)[]))), {
  minLength: 1,
  maxLength: 3,
});

test.prop([size, size, layers], RUNS)('small networks', (batch, width, sizes) => {
  const widths = [width, ...sizes.map(([d]) => d)];
  const f = (...[x, ...rest]: Tensor[]) =>
    sizes.reduce((h, [, activation], i) => ACTIVATIONS[activation](g.linear(h, rest[2 * i]!, rest[2 * i + 1]!)), x!);
  agree({ f, in: [[batch, width], ...sizes.flatMap(([d], i) => [[d, widths[i]!], [d]])] });
});

test.prop([fc.array(fc.integer({ min: -3, max: 2 }), { minLength: 1, maxLength: 6 })], RUNS)(
  'a row gathered n times gets n gradients',
  (rows) => {
    const x = input('x', 'float64', [3]);
    const [d] = gradients(g.sum(g.gather(x, constant('int64', [rows.length], rows))), [x]);
    const counts = [0, 1, 2].map((row) => rows.filter((r) => (r + 3) % 3 === row).length);
    expect([...interpret([d!])({ x: grid([3], [1, 2, 3]) })[0]!.data]).toEqual(counts);
  },
);
