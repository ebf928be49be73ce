/** Every operator in float64 with naive loops, from the ONNX operator specifications (https://onnx.ai/onnx/operators/). Whole numbers are JavaScript numbers. */
import type { OpType } from '../../src/graph/ops.ts';
import type { Node } from '../../src/graph/tensor.ts';
import {
  at,
  broadcast,
  build,
  each,
  flatOf,
  front,
  type Grid,
  grid,
  type Index,
  list,
  number,
  replace,
  sizeOf,
  spread,
  total,
} from './grid.ts';
import { averagePool, conv, convTranspose, inside, maxPool, resize } from './windows.ts';

export type Kernel = (x: readonly Grid[], n: Node) => Grid | readonly Grid[];

const unary =
  (f: (v: number, n: Node) => number): Kernel =>
  ([x], n) => ({ shape: x!.shape, data: x!.data.map((v) => f(v, n)) });
const zip =
  (f: (p: number, q: number, n: Node) => number): Kernel =>
  ([p, q], n) =>
    build(broadcast(p!.shape, q!.shape), (i) => f(spread(p!, i), spread(q!, i), n));
const test = (f: (p: number, q: number) => boolean): Kernel => zip((p, q) => Number(f(p, q)));

/** The nearest byte, the even one of two equally near. */
function byte(v: number): number {
  const below = Math.floor(v);
  const nearest = v - below === 0.5 ? below + (below % 2) : Math.round(v);
  return Math.min(Math.max(nearest, 0), 255);
}

/** Indices may count from the end. */
const wrap = (v: number, size: number): number => {
  const i = v < 0 ? v + size : v;
  if (i < 0 || i >= size) throw new Error(`index ${v} outside ${size}`);
  return i;
};

function reduce(x: Grid, axes: number[], keep: boolean, f: (values: number[]) => number): Grid {
  const gone = new Set(axes.length === 0 ? x.shape.map((_, i) => i) : axes.map((a) => front(a, x.shape.length))); // noop_with_empty_axes = 0
  const kept = x.shape.map((d, i) => (gone.has(i) ? 1 : d));
  const groups = Array.from({ length: sizeOf(kept) }, (): number[] => []);
  each(x.shape, (index, flat) =>
    groups[
      flatOf(
        kept,
        index.map((v, a) => (gone.has(a) ? 0 : v)),
      )
    ]!.push(x.data[flat]!),
  );
  return grid(keep ? kept : x.shape.filter((_, i) => !gone.has(i)), groups.map(f));
}
const reduction =
  (f: (values: number[]) => number): Kernel =>
  ([x], n) =>
    reduce(x!, list(n, 'axes'), number(n, 'keepdims') === 1, f);
const arg =
  (f: (values: number[]) => number): Kernel =>
  ([x], n) =>
    reduce(x!, [number(n, 'axis')], number(n, 'keepdims') === 1, f);

/** Values along `axis` through `index`. */
const line = (x: Grid, index: Index, axis: number): number[] =>
  Array.from({ length: x.shape[axis]! }, (_, k) => at(x, replace(index, axis, k)));

function logSumExp(v: number[]): number {
  const top = Math.max(...v);
  return top + Math.log(total(v.map((e) => Math.exp(e - top))));
}

/** erf by the series whose terms are all positive: 2/√π·e^(−x²)·Σ 2ⁿx^(2n+1)/(2n+1)!! */
export function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let [term, sum] = [x, x];
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

function gelu(x: number, approximate: unknown): number {
  if (approximate === 'tanh') return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
  return 0.5 * x * (1 + erf(x / Math.SQRT2));
}

function halfToEven(v: number): number {
  const low = Math.floor(v);
  if (v - low !== 0.5) return Math.round(v);
  return low % 2 === 0 ? low : low + 1;
}

function matMul(p: Grid, q: Grid): Grid {
  const [M, K, N] = [p.shape.at(-2)!, p.shape.at(-1)!, q.shape.at(-1)!];
  const shape = [...broadcast(p.shape.slice(0, -2), q.shape.slice(0, -2)), M, N];
  const inner = Array.from({ length: K }, (_, k) => k);
  const pick = (x: Grid, batch: Index, tail: Index) =>
    at(x, [...x.shape.slice(0, -2).map((d, a) => (d === 1 ? 0 : batch[a + batch.length - (x.shape.length - 2)]!)), ...tail]);
  return build(shape, (i) => {
    const [batch, m, n] = [i.slice(0, -2), i.at(-2)!, i.at(-1)!];
    return total(inner.map((k) => pick(p, batch, [m, k]) * pick(q, batch, [k, n])));
  });
}

function transpose(x: Grid, perm: number[]): Grid {
  return build(
    perm.map((a) => x.shape[a]!),
    (i) =>
      at(
        x,
        perm.map((_, a) => i[perm.indexOf(a)]!),
      ),
  );
}

/** Target sizes of Reshape: 0 keeps the input's (unless zeros are allowed), −1 is what remains. */
function reshape(x: Grid, to: number[], allowZero: boolean): Grid {
  const sizes = to.map((d, i) => (d === 0 && !allowZero ? x.shape[i]! : d));
  const rest = sizeOf(x.shape) / sizeOf(sizes.filter((d) => d !== -1));
  const shape = sizes.map((d) => (d === -1 ? rest : d));
  if (sizeOf(shape) !== sizeOf(x.shape)) throw new Error(`cannot reshape [${x.shape}] to [${to}]`);
  return { shape, data: x.data };
}

/** Starts, ends, axes and steps are attributes here, or inputs where they are found at run time. */
function slice([x, ...given]: readonly Grid[], n: Node): Grid {
  const operand = (k: number, key: string): number[] =>
    given.length === 0 ? list(n, key) : [...(given[k]?.data ?? given[0]!.data.map(() => 1))];
  const [starts, ends, axes, steps] = ['starts', 'ends', 'axes', 'steps'].map((key, k) => operand(k, key)) as [
    number[],
    number[],
    number[],
    number[],
  ];
  const ranges = x!.shape.map((d): [start: number, count: number, step: number] => [0, d, 1]);
  for (const [k, axis] of axes.entries()) {
    const a = front(axis, x!.shape.length);
    const [d, step] = [x!.shape[a]!, steps[k]!];
    const clamp = (v: number, lo: number, hi: number) => Math.min(Math.max(v < 0 ? v + d : v, lo), hi);
    const start = clamp(starts[k]!, 0, step > 0 ? d : d - 1);
    const end = clamp(ends[k]!, step > 0 ? 0 : -1, step > 0 ? d : d - 1);
    ranges[a] = [start, Math.max(0, Math.ceil((end - start) / step)), step];
  }
  return build(
    ranges.map((r) => r[1]),
    (i) =>
      at(
        x!,
        i.map((v, a) => ranges[a]![0] + v * ranges[a]![2]),
      ),
  );
}

function topK([x]: readonly Grid[], n: Node): Grid[] {
  const [axis, k] = [front(number(n, 'axis'), x!.shape.length), list(n, 'k')[0]!];
  const order = (i: Index) => line(x!, i, axis).map((v, place) => ({ v, place }));
  const pick = (i: Index) => order(i).sort((p, q) => q.v - p.v || p.place - q.place)[i[axis]!]!;
  const shape = replace(x!.shape, axis, k);
  return [build(shape, (i) => pick(i).v), build(shape, (i) => pick(i).place)];
}

function scatterElements([x, indices, updates]: readonly Grid[], n: Node): Grid {
  const y = { shape: x!.shape, data: x!.data.slice() };
  const axis = front(number(n, 'axis'), x!.shape.length);
  each(indices!.shape, (i, flat) => {
    const to = flatOf(y.shape, replace(i, axis, wrap(indices!.data[flat]!, y.shape[axis]!)));
    y.data[to] = (n.attrs.reduction === 'add' ? y.data[to]! : 0) + updates!.data[flat]!;
  });
  return y;
}

/** Index tuples stand in the last axis of `indices`. */
const tuple = (indices: Grid, i: Index, shape: Index): number[] =>
  Array.from({ length: indices.shape.at(-1)! }, (_, k) => wrap(at(indices, [...i, k]), shape[k]!));

function scatterND([x, indices, updates]: readonly Grid[], n: Node): Grid {
  const y = { shape: x!.shape, data: x!.data.slice() };
  const outer = indices!.shape.length - 1;
  each(updates!.shape, (i, flat) => {
    const to = flatOf(y.shape, [...tuple(indices!, i.slice(0, outer), y.shape), ...i.slice(outer)]);
    y.data[to] = (n.attrs.reduction === 'add' ? y.data[to]! : 0) + updates!.data[flat]!;
  });
  return y;
}

/** One entry an operator: a new one does not compile until it has an oracle. */
export const KERNELS: Record<Exclude<OpType, 'MatMulNBits'>, Kernel> = {
  Add: zip((p, q) => p + q),
  Sub: zip((p, q) => p - q),
  Mul: zip((p, q) => p * q),
  Div: zip((p, q, n) => (n.dtype.startsWith('int') ? Math.trunc(p / q) : p / q)),
  Pow: zip((p, q) => p ** q),
  Max: zip((p, q) => Math.max(p, q)),
  Min: zip((p, q) => Math.min(p, q)),
  Neg: unary((v) => -v),
  Abs: unary(Math.abs),
  Sqrt: unary(Math.sqrt),
  Reciprocal: unary((v) => 1 / v),
  Exp: unary(Math.exp),
  Log: unary(Math.log),
  Sin: unary(Math.sin),
  Cos: unary(Math.cos),
  Sign: unary(Math.sign),
  Floor: unary(Math.floor),
  Ceil: unary(Math.ceil),
  Round: unary(halfToEven),
  Erf: unary(erf),
  Relu: unary((v) => Math.max(v, 0)),
  Sigmoid: unary((v) => 1 / (1 + Math.exp(-v))),
  Tanh: unary(Math.tanh),
  Softplus: unary((v) => Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v)))),
  LeakyRelu: unary((v, n) => (v < 0 ? number(n, 'alpha') * v : v)),
  PRelu: zip((v, slope) => (v < 0 ? slope * v : v)),
  HardSigmoid: unary((v, n) => Math.max(0, Math.min(1, number(n, 'alpha') * v + number(n, 'beta')))),
  HardSwish: unary((v) => v * Math.max(0, Math.min(1, v / 6 + 0.5))),
  Gelu: unary((v, n) => gelu(v, n.attrs.approximate)),
  Clip: unary((v, n) => Math.min(Math.max(v, number(n, 'min')), number(n, 'max'))),
  Equal: test((p, q) => p === q),
  Less: test((p, q) => p < q),
  LessOrEqual: test((p, q) => p <= q),
  Greater: test((p, q) => p > q),
  GreaterOrEqual: test((p, q) => p >= q),
  And: test((p, q) => p !== 0 && q !== 0),
  Or: test((p, q) => p !== 0 || q !== 0),
  Not: unary((v) => Number(v === 0)),
  IsNaN: unary((v) => Number(Number.isNaN(v))),
  Where: ([c, p, q]) => build(broadcast(c!.shape, p!.shape, q!.shape), (i) => (spread(c!, i) !== 0 ? spread(p!, i) : spread(q!, i))),
  Cast: unary((v, n) => (n.dtype === 'bool' ? Number(v !== 0) : n.dtype.includes('float') ? v : Math.trunc(v))),
  Identity: unary((v) => v),
  MatMul: ([p, q]) => matMul(p!, q!),
  Gemm: ([p, q, c], n) => {
    const y = matMul(number(n, 'transA') ? transpose(p!, [1, 0]) : p!, number(n, 'transB') ? transpose(q!, [1, 0]) : q!);
    return c ? build(y.shape, (i, flat) => y.data[flat]! + spread(c, i)) : y;
  },
  Softmax: ([x], n) => build(x!.shape, (i, f) => Math.exp(x!.data[f]! - logSumExp(line(x!, i, front(number(n, 'axis'), i.length))))),
  LogSoftmax: ([x], n) => build(x!.shape, (i, f) => x!.data[f]! - logSumExp(line(x!, i, front(number(n, 'axis'), i.length)))),
  ReduceSum: reduction(total),
  ReduceMean: reduction((v) => total(v) / v.length),
  ReduceSumSquare: reduction((v) => total(v.map((x) => x * x))),
  ReduceMax: reduction((v) => Math.max(...v)),
  ReduceMin: reduction((v) => Math.min(...v)),
  ReduceProd: reduction((v) => v.reduce((s, e) => s * e, 1)),
  ArgMax: arg((v) => v.indexOf(Math.max(...v))),
  ArgMin: arg((v) => v.indexOf(Math.min(...v))),
  TopK: topK,
  Gather: ([x, i], n) => {
    const [axis, k] = [front(number(n, 'axis'), x!.shape.length), i!.shape.length];
    return build([...x!.shape.slice(0, axis), ...i!.shape, ...x!.shape.slice(axis + 1)], (o) =>
      at(x!, [...o.slice(0, axis), wrap(at(i!, o.slice(axis, axis + k)), x!.shape[axis]!), ...o.slice(axis + k)]),
    );
  },
  GatherElements: ([x, i], n) => {
    const axis = front(number(n, 'axis'), x!.shape.length);
    return build(i!.shape, (o, flat) => at(x!, replace(o, axis, wrap(i!.data[flat]!, x!.shape[axis]!))));
  },
  GatherND: ([x, i]) => {
    const outer = i!.shape.length - 1;
    return build([...i!.shape.slice(0, -1), ...x!.shape.slice(i!.shape.at(-1)!)], (o) =>
      at(x!, [...tuple(i!, o.slice(0, outer), x!.shape), ...o.slice(outer)]),
    );
  },
  ScatterElements: scatterElements,
  ScatterND: scatterND,
  Reshape: ([x, to], n) => reshape(x!, to ? [...to.data] : list(n, 'to'), n.attrs.allowzero === 1),
  Expand: ([x, to], n) => build(broadcast(x!.shape, to ? [...to.data] : list(n, 'to')), (i) => spread(x!, i)),
  Squeeze: ([x], n) => {
    const gone = list(n, 'axes').map((a) => front(a, x!.shape.length));
    if (gone.some((a) => x!.shape[a] !== 1)) throw new Error(`cannot squeeze [${gone}] of [${x!.shape}]`);
    return { ...x!, shape: x!.shape.filter((_, i) => !gone.includes(i)) };
  },
  Unsqueeze: ([x], n) => {
    const rank = x!.shape.length + list(n, 'axes').length;
    const made = list(n, 'axes').map((a) => front(a, rank));
    const rest = [...x!.shape];
    return { ...x!, shape: Array.from({ length: rank }, (_, i) => (made.includes(i) ? 1 : rest.shift()!)) };
  },
  Transpose: ([x], n) => transpose(x!, list(n, 'perm')),
  Slice: slice,
  Concat: (xs, n) => {
    const axis = front(number(n, 'axis'), xs[0]!.shape.length);
    return build(replace(xs[0]!.shape, axis, total(xs.map((x) => x.shape[axis]!))), (i) => {
      let [part, place] = [0, i[axis]!];
      while (place >= xs[part]!.shape[axis]!) place -= xs[part++]!.shape[axis]!;
      return at(xs[part]!, replace(i, axis, place));
    });
  },
  Pad: ([x], n) => {
    const [pads, rank] = [list(n, 'pads'), x!.shape.length];
    return build(
      x!.shape.map((d, a) => d + pads[a]! + pads[a + rank]!),
      (i) => {
        const from = i.map((v, a) => v - pads[a]!);
        return inside(from, x!.shape) ? at(x!, from) : number(n, 'value');
      },
    );
  },
  Shape: ([x], n) => grid([number(n, 'end') - number(n, 'start')], x!.shape.slice(number(n, 'start'), number(n, 'end'))),
  Conv: conv,
  QLinearConv: ([x, xs, xz, w, ws, wz, ys, yz, bias], n) => {
    const shifted = (q: Grid, zero: Grid): Grid => build(q.shape, (i) => at(q, i) - zero.data[zero.data.length === 1 ? 0 : i[0]!]!);
    const sums = conv([shifted(x!, xz!), shifted(w!, wz!), bias!], n);
    return build(sums.shape, (i) => byte((at(sums, i) * xs!.data[0]! * ws!.data[i[1]!]!) / ys!.data[0]! + yz!.data[0]!));
  },
  QuantizeLinear: ([x, scale, zero]) => build(x!.shape, (i) => byte(at(x!, i) / scale!.data[0]! + zero!.data[0]!)),
  DequantizeLinear: ([q, scale, zero]) => build(q!.shape, (i) => (at(q!, i) - zero!.data[0]!) * scale!.data[0]!),
  ConvTranspose: convTranspose,
  MaxPool: maxPool,
  AveragePool: averagePool,
  GlobalAveragePool: ([x]) => {
    const axes = x!.shape.map((_, a) => a).slice(2);
    return reduce(x!, axes, true, (v) => total(v) / v.length);
  },
  BatchNormalization: ([x, scale, bias, mean, variance], n) =>
    build(x!.shape, (i, flat) => {
      const c = i[1]!;
      return ((x!.data[flat]! - mean!.data[c]!) / Math.sqrt(variance!.data[c]! + number(n, 'epsilon'))) * scale!.data[c]! + bias!.data[c]!;
    }),
  Resize: resize,
};
