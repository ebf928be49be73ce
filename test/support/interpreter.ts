/**
 * Evaluates graphs in float64: an oracle twice, for what ONNX Runtime computes, and, through central differences, for `gradients()`.
 */
import { inOrder } from '../../src/graph/gradient.ts';
import type { Data, Dim, Node, Tensor } from '../../src/graph/tensor.ts';
import { type Grid, grid, type Index, total } from './grid.ts';
import { KERNELS, type Kernel } from './kernels.ts';

export const toGrid = (shape: Index, data: Data): Grid => grid(shape, Array.from(data as ArrayLike<number | bigint>, Number));

function leaf(node: Node, feeds: Readonly<Record<string, Grid>>): Grid {
  const fed = node.name === undefined ? undefined : feeds[node.name];
  if (fed) return fed;
  if (node.data) return toGrid(node.shape as number[], node.data);
  if (node.source && 'data' in node.source) return toGrid(node.shape as number[], node.source.data);
  throw new Error(`nothing was fed to ${node.op} "${node.name}"`);
}

/** The size behind a name, learned where it first appears; sums and products of names must come out right. */
function learn(sizes: Map<string, number>, d: Dim, size: number, node: Node): void {
  const terms = /^[\w*+]+$/.test(String(d)) ? String(d).split('+') : [String(d)];
  const factor = (f: string) => (/^\d+$/.test(f) ? Number(f) : sizes.get(f));
  const known = terms.map((t) =>
    t.includes('(') ? sizes.get(t) : t.split('*').reduce((n: number | undefined, f) => n && factor(f) && n * factor(f)!, 1),
  );
  const want = typeof d === 'number' ? d : known.includes(undefined) ? undefined : total(known as number[]);
  if (want === undefined) sizes.set(String(d), size);
  else if (want !== size) throw new Error(`${node.op}: the graph says [${node.shape}], but "${d}" is ${size} and not ${want}`);
}

/** A function from inputs (and, if wanted, moved weights) by name to the values of `outputs`. Every node's shape must be the one that the graph declares. */
export function interpret(outputs: readonly Tensor[]): (feeds: Readonly<Record<string, Grid>>) => Grid[] {
  const order = inOrder(outputs);
  return (feeds) => {
    const values = new Map<Node, readonly Grid[]>();
    const sizes = new Map<string, number>();
    for (const node of order) {
      const inputs = node.inputs.map((t) => values.get(t.node)![t.output]!);
      const kernel = KERNELS[node.op as keyof typeof KERNELS] as Kernel | undefined;
      const made = [kernel ? kernel(inputs, node) : leaf(node, feeds)].flat() as Grid[];
      const { shape } = made[0]!;
      if (shape.length !== node.shape.length) throw new Error(`${node.op}: the graph says [${node.shape}], it is [${shape}]`);
      for (const [i, size] of shape.entries()) learn(sizes, node.shape[i]!, size, node);
      values.set(node, made);
    }
    return outputs.map((t) => values.get(t.node)![t.output]!);
  };
}
