/** Numbers on a grid, and the loops over them, for the test oracle: plain and slow. */
import type { Node } from '../../src/graph/tensor.ts';

/** Row-major numbers; booleans are 0 and 1. */
export interface Grid {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}
export type Index = readonly number[];

export const grid = (shape: Index, data: ArrayLike<number>): Grid => ({ shape, data: Float64Array.from(data) });
export const sizeOf = (shape: Index): number => shape.reduce((n, d) => n * d, 1);

/** Calls `f` with every index of `shape`, last axis fastest. */
export function each(shape: Index, f: (index: number[], flat: number) => void): void {
  const size = sizeOf(shape);
  const index = shape.map(() => 0);
  for (let flat = 0; flat < size; flat++) {
    f(index, flat);
    for (let a = shape.length - 1; a >= 0 && ++index[a]! === shape[a]; a--) index[a] = 0;
  }
}

export function build(shape: Index, f: (index: number[], flat: number) => number): Grid {
  const data = new Float64Array(sizeOf(shape));
  each(shape, (index, flat) => {
    data[flat] = f(index, flat);
  });
  return { shape, data };
}

export const flatOf = (shape: Index, index: Index): number => shape.reduce((flat, d, a) => flat * d + index[a]!, 0);
export const at = (x: Grid, index: Index): number => x.data[flatOf(x.shape, index)]!;
/** Element that broadcasting puts at `index` of a shape of at least x's rank. */
export const spread = (x: Grid, index: Index): number =>
  at(
    x,
    x.shape.map((d, a) => (d === 1 ? 0 : index[a + index.length - x.shape.length]!)),
  );

export function broadcast(...shapes: Index[]): number[] {
  const rank = Math.max(...shapes.map((s) => s.length));
  return Array.from({ length: rank }, (_, i) => {
    const sizes = shapes.map((s) => s[i - rank + s.length] ?? 1);
    return sizes.includes(0) ? 0 : Math.max(...sizes);
  });
}

/** Attributes by their kind. */
export const number = (n: Node, key: string): number => n.attrs[key] as number;
export const list = (n: Node, key: string): number[] => [...(n.attrs[key] as number[])];
export const front = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);
export const replace = (index: Index, axis: number, v: number): number[] => index.map((i, a) => (a === axis ? v : i));
export const total = (v: number[]): number => v.reduce((s, e) => s + e, 0);
