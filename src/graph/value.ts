import { GraphError } from '../base/errors.ts';
import { arrayOf, type Data, type Dtype } from './tensor.ts';

/** Numbers in memory, outside any graph: what goes into a run and comes out of it. Row-major. */
export interface Value {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly data: Data;
}

/** @throws GraphError VALUE_SIZE if the array does not fill the shape. */
export function value(dtype: Dtype, shape: readonly number[], data: Data | readonly number[]): Value {
  const size = shape.reduce((n, d) => n * d, 1);
  if (data.length !== size)
    throw new GraphError('VALUE_SIZE', 'A value has another number of elements than its shape holds', {
      expected: `${size} for [${shape}]`,
      got: `${data.length}`,
    });
  if (!Array.isArray(data)) return { dtype, shape, data: data as Data };
  const array = arrayOf(dtype, size);
  for (const [i, v] of (data as readonly number[]).entries()) array[i] = array instanceof BigInt64Array ? BigInt(v) : (v as never);
  return { dtype, shape, data: array };
}

/** A float32 value. */
export const float32 = (shape: readonly number[], data: Float32Array | readonly number[]): Value => value('float32', shape, data);
/** An int64 value; plain numbers become bigints. */
export const int64 = (shape: readonly number[], data: BigInt64Array | readonly number[]): Value => value('int64', shape, data);
/** A value full of zeros. */
export const zeros = (dtype: Dtype, shape: readonly number[]): Value => ({
  dtype,
  shape,
  data: arrayOf(
    dtype,
    shape.reduce((n, d) => n * d, 1),
  ),
});

/** Copies `from` into `into` along one axis, starting at index `at` there; all other axes are equal. @throws GraphError VALUE_BLOCK if it does not fit. */
export function writeBlock(into: Value, from: Value, axis: number, at: number): void {
  const fits = from.shape.every((d, i) => (i === axis ? at >= 0 && at + d <= (into.shape[i] as number) : d === into.shape[i]));
  if (!fits || axis < 0 || axis >= from.shape.length || from.shape.length !== into.shape.length || from.dtype !== into.dtype)
    throw new GraphError('VALUE_BLOCK', 'A block does not fit where it should be written', {
      expected: `room in ${into.dtype} [${into.shape}]`,
      got: `${from.dtype} [${from.shape}] at ${at} of axis ${axis}`,
    });
  const inner = from.shape.slice(axis + 1).reduce((n, d) => n * d, 1);
  const outer = from.shape.slice(0, axis).reduce((n, d) => n * d, 1);
  const run = (from.shape[axis] as number) * inner;
  const stride = (into.shape[axis] as number) * inner;
  const [src, dst] = [from.data as Float32Array, into.data as Float32Array];
  for (let o = 0; o < outer; o++) {
    const to = o * stride + at * inner;
    if (run > 16) dst.set(src.subarray(o * run, o * run + run), to);
    else for (let k = 0; k < run; k++) dst[to + k] = src[o * run + k] as number;
  }
}

/** The same values with room for `size` along `axis`; what is new is zero. */
export function grown(v: Value, axis: number, size: number): Value {
  const out = zeros(
    v.dtype,
    v.shape.map((d, i) => (i === axis ? size : d)),
  );
  writeBlock(out, v, axis, 0);
  return out;
}

/** Rows of axis 0 in another order (repeats allowed). Where their number stays they move within `v`, which is what comes back: rows of a cache are large, and most keep their place. */
export function picked(v: Value, rows: readonly number[]): Value {
  const size = v.shape.slice(1).reduce((n, d) => n * d, 1);
  const from = v.data as Float32Array;
  const row = (i: number) => from.subarray(i * size, (i + 1) * size);
  if (rows.length !== v.shape[0]) {
    const out = zeros(v.dtype, [rows.length, ...v.shape.slice(1)]);
    for (const [i, r] of rows.entries()) (out.data as Float32Array).set(row(r), i * size);
    return out;
  }
  const moves = [...rows.entries()].filter(([to, r]) => to !== r);
  const overwritten = new Set(moves.map(([to]) => to));
  const safe = new Map(moves.map(([, r]) => [r, overwritten.has(r) ? row(r).slice() : row(r)]));
  for (const [to, r] of moves) from.set(safe.get(r)!, to * size);
  return v;
}
