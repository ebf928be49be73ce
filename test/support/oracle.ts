/** Three judges for a piece of graph: central differences for its gradients, and the float64 interpreter for what ONNX Runtime makes of both. */
import {
  compile,
  constant,
  type Dtype,
  type Engine,
  gradients,
  input,
  mul,
  sum,
  type Tensor,
  type Value,
  value,
} from '../../src/graph/index.ts';
import { type Grid, grid } from './grid.ts';
import { interpret } from './interpreter.ts';

/** One line of a table: a function of tensors and the shapes of its arguments. */
export interface Case {
  readonly f: (...xs: Tensor[]) => Tensor;
  readonly in: readonly (readonly number[])[];
  /** Arguments lie between these; [-2, 2] where absent. */
  readonly range?: readonly [number, number];
  /** Arguments themselves, where their values matter (ties, NaN). */
  readonly data?: readonly (readonly number[])[];
  readonly dtype?: Dtype;
}

export const title = (c: Case): string =>
  `${String(c.f)
    .replace(/__vite_ssr_import_\d+__\./g, '')
    .replace(/\s+/g, ' ')
    .slice(0, 110)} of ${c.in.map((s) => `[${s}]`).join(' ')}`;

/** Numbers from 0 to 1, the same at every call with the same seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Distinct numbers, evenly spread over the range in random order, none within 0.01 of a multiple of ½: where functions have corners. */
function values(shape: readonly number[], [from, to]: readonly [number, number], seed: number): number[] {
  const n = shape.reduce((p, d) => p * d, 1);
  const next = random(seed);
  const order = Array.from({ length: n }, (_, i) => ({ i, key: next() })).sort((p, q) => p.key - q.key);
  return order.map(({ i }) => {
    const v = from + ((to - from) * (i + 0.3 + 0.07 * seed)) / (n + 1);
    const corner = Math.round(2 * v) / 2;
    return Math.fround(Math.abs(v - corner) < 0.01 ? corner + 0.0123 : v);
  });
}

const argumentsOf = (c: Case): Grid[] => c.in.map((shape, i) => grid(shape, c.data?.[i] ?? values(shape, c.range ?? [-2, 2], i + 1)));
const named = (xs: readonly Grid[], prefix = ''): Record<string, Grid> => Object.fromEntries(xs.map((x, i) => [`${prefix}x${i}`, x]));

/** The case as a graph: its result, and the gradients of a weighted sum of it. Weights, so that no two outputs are mistaken for each other. */
export function graphOf(c: Case, dtype: Dtype, prefix = ''): { y: Tensor; loss: Tensor; grads: Tensor[] } {
  const xs = c.in.map((shape, i) => input(`${prefix}x${i}`, dtype, shape));
  const y = c.f(...xs);
  const loss = weighted(y);
  return { y, loss, grads: gradients(loss, xs) };
}

/** Σ rᵢyᵢ with fixed unequal rᵢ. */
export function weighted(y: Tensor, seed = 99): Tensor {
  const next = random(seed);
  const size = (y.shape as number[]).reduce((n, d) => n * d, 1);
  return sum(
    mul(
      y,
      constant(
        y.dtype,
        y.shape as number[],
        Array.from({ length: size }, () => 0.5 + next()),
      ),
    ),
  );
}

/** dL/dx by central differences of the fourth order. */
export function numericGradient(loss: (xs: readonly Grid[]) => number, xs: readonly Grid[], k: number): Float64Array {
  const h = 3e-4;
  const x = xs[k]!;
  const moved = (i: number, by: number) => {
    const data = x.data.slice();
    data[i]! += by;
    return loss(xs.map((other, j) => (j === k ? { shape: x.shape, data } : other)));
  };
  return x.data.map((_, i) => (8 * (moved(i, h) - moved(i, -h)) - (moved(i, 2 * h) - moved(i, -2 * h))) / (12 * h));
}

/** Largest error of `gradients()` over all inputs of a case, absolute below 1 and relative above, in float64. */
export function worstGradientError(c: Case): number {
  const { loss, grads } = graphOf(c, 'float64');
  const xs = argumentsOf(c);
  const run = interpret([loss]);
  const ours = interpret(grads)(named(xs));
  return Math.max(
    ...xs.map((_, k) =>
      largest(
        ours[k]!,
        xs[k]!,
        numericGradient((at) => run(named(at))[0]!.data[0]!, xs, k),
      ),
    ),
  );
}

function largest(ours: Grid, x: Grid, want: Float64Array): number {
  if (ours.shape.join() !== x.shape.join()) throw new Error(`the gradient of [${x.shape}] has shape [${ours.shape}]`);
  return want.reduce((worst, w, i) => {
    const error = Math.abs(ours.data[i]! - w) / Math.max(1, Math.abs(w));
    return Math.max(worst, error); // NaN stays
  }, 0);
}

export const toValue = (g: Grid, dtype: Dtype): Value => value(dtype, g.shape, [...g.data]);

export interface Compared {
  readonly name: string;
  readonly got: ArrayLike<number | bigint>;
  readonly want: Float64Array;
  /** Largest size in `want`, at least 1: what errors are measured by. */
  readonly scale: number;
}

/** Runs all cases in one session, float32 by ONNX Runtime and float64 by the interpreter on the same graph, forward and (if wanted) gradients. */
export async function againstEngine(cases: readonly Case[], engine: Engine, { backward }: { backward: boolean }): Promise<Compared[]> {
  const outputs: Record<string, Tensor> = {};
  const fed: Record<string, Grid> = {};
  const feeds: Record<string, Value> = {};
  for (const [i, c] of cases.entries()) {
    const dtype = c.dtype ?? 'float32';
    if (backward) {
      const { y, grads } = graphOf(c, dtype, `c${i}.`);
      outputs[`c${i}.y`] = y;
      for (const [k, g] of grads.entries()) outputs[`c${i}.d${k}`] = g;
    } else outputs[`c${i}.y`] = c.f(...c.in.map((shape, k) => input(`c${i}.x${k}`, dtype, shape)));
    for (const [k, x] of argumentsOf(c).entries()) {
      fed[`c${i}.x${k}`] = x;
      feeds[`c${i}.x${k}`] = toValue(x, dtype);
    }
  }
  const names = Object.keys(outputs);
  const want = interpret(Object.values(outputs))(fed);
  const session = await compile(outputs, { engine });
  const needed = new Set(session.model.inputs.map((t) => t.name));
  const got = await session.run(Object.fromEntries(Object.entries(feeds).filter(([name]) => needed.has(name))));
  await session.dispose();
  return names.map((name, i) => {
    const [v, w] = [got[name]!, want[i]!];
    if (v.shape.join() !== w.shape.join()) throw new Error(`${name}: ONNX Runtime says [${v.shape}], the specification [${w.shape}]`);
    return { name, got: v.data, want: w.data, scale: w.data.reduce((m, e) => Math.max(m, Math.abs(e) || 0), 1) };
  });
}
