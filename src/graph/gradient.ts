import { GraphError } from '../base/errors.ts';
import { add, sum, zerosLike } from './build.ts';
import { NO_GRADIENT, OPS, type OpRow, type OpType } from './ops.ts';
import { constant, describe, madeAt, type Node, type Shape, type Tensor } from './tensor.ts';

/**
 * dL/dx for each x in `wrt`, as new nodes of the same graph: a gradient can be exported, printed or differentiated again.
 * What is not in `wrt`, nor between it and the loss, is frozen: it never enters the walk.
 * @throws GraphError GRAD_NOT_SCALAR, GRAD_MISSING (an operator on the path has no gradient), GRAD_OUTPUT
 */
export function gradients(loss: Tensor, wrt: readonly Tensor[]): Tensor[] {
  if (loss.shape.length !== 0)
    throw new GraphError('GRAD_NOT_SCALAR', 'gradients() needs a scalar loss', {
      at: madeAt(loss),
      expected: '[]',
      got: describe(loss),
      fix: 'reduce it with mean() or sum()',
    });
  for (const x of wrt) refuseFurther(x);
  const path = nodesBetween(wrt, loss);
  const onPath = new Set(path);
  const grad = new Map<Node, Tensor>([[loss.node, constant(loss.dtype, [], [1])]]);
  const targets = new Set(wrt.map((t) => t.node));
  for (const node of path.toReversed()) {
    const g = grad.get(node);
    if (!g || node.inputs.length === 0) continue;
    const inputs = node.shortcut?.from ?? node.inputs;
    for (const [i, part] of ruleOf(node)(g).entries()) {
      const x = inputs[i];
      if (!part || !x || !onPath.has(x.node)) continue;
      refuseFurther(x);
      const dx = sumTo(part, x.shape); // undo broadcasting here and nowhere else
      const sofar = grad.get(x.node);
      grad.set(x.node, sofar ? add(sofar, dx) : dx);
    }
    if (!targets.has(node)) grad.delete(node);
  }
  return wrt.map((x) => grad.get(x.node) ?? zerosLike(x));
}

function refuseFurther(x: Tensor): void {
  if (x.output === 0) return;
  throw new GraphError('GRAD_OUTPUT', `${x.node.op}: only its first output has a gradient`, {
    at: madeAt(x),
    fix: 'indices are whole numbers: leave them out of what is differentiated',
  });
}

function ruleOf(node: Node): (g: Tensor) => readonly (Tensor | null)[] {
  const y: Tensor = { node, output: 0, shape: node.shape, dtype: node.dtype };
  const { shortcut } = node;
  if (shortcut) return (g) => shortcut.rule(g, y);
  const rule: OpRow['grad'] = OPS[node.op as OpType].grad as OpRow['grad'];
  if (rule === NO_GRADIENT)
    throw new GraphError('GRAD_MISSING', `${node.op} has no gradient, but the loss depends on it`, {
      at: madeAt(y),
      fix: 'leave what it depends on out of `wrt`, or use a differentiable operator',
    });
  return (g) => rule(g, y, node.inputs, node.attrs);
}

/** Nodes that depend on a target and that the loss depends on, inputs before users. */
function nodesBetween(wrt: readonly Tensor[], loss: Tensor): Node[] {
  const targets = new Set(wrt.map((t) => t.node));
  const depends = new Map<Node, boolean>();
  const path: Node[] = [];
  for (const node of inOrder([loss])) {
    const row: OpRow | undefined = OPS[node.op as OpType];
    const through = node.inputs.some((x) => depends.get(x.node)) && !(row?.grad === NO_GRADIENT && row.dtype !== undefined); // masks and indices end a path
    const on = targets.has(node) || through;
    depends.set(node, on);
    if (on) path.push(node);
  }
  return path;
}

/** Every node that the given tensors need, inputs before users. Iterative: graphs are deeper than the call stack. */
export function inOrder(outputs: readonly Tensor[]): Node[] {
  const order: Node[] = [];
  const state = new Map<Node, 'open' | 'done'>();
  const stack = outputs.map((t) => t.node).reverse();
  while (stack.length > 0) {
    const node = stack.at(-1) as Node;
    if (state.get(node) === undefined) {
      state.set(node, 'open');
      for (const x of node.inputs.toReversed()) if (!state.has(x.node)) stack.push(x.node); // the first input comes first
    } else {
      stack.pop();
      if (state.get(node) === 'done') continue;
      state.set(node, 'done');
      order.push(node);
    }
  }
  return order;
}

/** Sums a gradient over the axes along which its value was broadcast. */
function sumTo(g: Tensor, shape: Shape): Tensor {
  const extra = g.shape.length - shape.length;
  const axes = g.shape.map((_, i) => i).filter((i) => i >= extra && shape[i - extra] === 1 && g.shape[i] !== 1);
  const kept = axes.length > 0 ? sum(g, { axis: axes, keep: true }) : g;
  return extra > 0 ? sum(kept, { axis: [...Array(extra).keys()] }) : kept;
}

/**
 * `y` with a gradient written by hand: `rule` gives one gradient for each of `from`, from which y must have been computed.
 * For compositions whose gradient is shorter than the sum of its operators' rules; a test compares the two.
 */
export function withGradient(y: Tensor, from: readonly Tensor[], rule: (g: Tensor, y: Tensor) => readonly (Tensor | null)[]): Tensor {
  return { ...y, node: { ...y.node, shortcut: { from, rule } } };
}
