/** Shape rules: pure functions of shapes and attributes. A broken rule throws `ShapeProblem`, which `make()` turns into an error at the user's line. */
import type { Dim, Shape } from './tensor.ts';

/** A broken shape rule; `make()` adds the line and the shapes. */
export class ShapeProblem extends Error {}

const known = (d: Dim): d is number => typeof d === 'number';

/** a + b, symbolically where needed; terms are sorted so that `T+P` and `P+T` are one name. */
export function addDims(a: Dim, b: Dim): Dim {
  if (known(a) && known(b)) return a + b;
  if (a === 0) return b;
  if (b === 0) return a;
  return [...String(a).split('+'), ...String(b).split('+')].sort().join('+');
}

/** a − b where b is a term of a (or both are numbers). */
export function subtractDim(a: Dim, b: Dim): Dim {
  if (known(a) && known(b)) return a - b;
  if (a === b) return 0;
  const terms = String(a).split('+');
  const at = terms.indexOf(String(b));
  if (at < 0) throw new ShapeProblem(`size ${a} has no part ${b}`);
  const rest = terms.toSpliced(at, 1).join('+');
  return /^\d+$/.test(rest) ? Number(rest) : rest;
}

/** a · b, symbolically where needed. */
export function mulDims(dims: readonly Dim[]): Dim {
  const names = dims.filter((d) => !known(d)).flatMap((d) => (/[+/-]/.test(String(d)) ? [`(${d})`] : String(d).split('*')));
  const number = dims.filter(known).reduce((n, d) => n * d, 1);
  return names.length === 0 ? number : [...(number === 1 ? [] : [String(number)]), ...names.sort()].join('*');
}

/** Index from the front of a possibly negative axis. */
export function axisOf(axis: number, rank: number): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) throw new ShapeProblem(`axis ${axis} is outside a tensor of rank ${rank}`);
  return axis < 0 ? axis + rank : axis;
}

/** NumPy broadcasting. Two different names are refused: equal sizes carry equal names. */
export function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[i - rank + a.length] ?? 1;
    const y = b[i - rank + b.length] ?? 1;
    if (x === y || y === 1) return x;
    if (x === 1) return y;
    throw new ShapeProblem(`[${a}] and [${b}] do not broadcast: ${x} against ${y}`);
  });
}

/** `x`, if `part` broadcasts to it without making it larger. */
export function broadcastTo(x: Shape, part: Shape): Shape {
  const whole = broadcast(x, part);
  if (whole.length !== x.length || whole.some((d, i) => d !== x[i])) throw new ShapeProblem(`[${part}] does not broadcast to [${x}]`);
  return x;
}

/** `x`, if it has this axis. */
export function alongAxis(x: Shape, axis: number): Shape {
  axisOf(axis, x.length);
  return x;
}

/** The k largest along one axis. */
export function topK(x: Shape, k: number, axis: number): Shape {
  const a = axisOf(axis, x.length);
  const size = x[a] as Dim;
  if (known(size) && k > size) throw new ShapeProblem(`the ${k} largest of ${size} values along axis ${axis} of [${x}]`);
  return x.map((d, i) => (i === a ? k : d));
}

/** Indices that pick one value each: as many axes as `x`, no longer than it but along `axis`. */
export function elements(x: Shape, indices: Shape, axis: number): Shape {
  const a = axisOf(axis, x.length);
  if (indices.length !== x.length) throw new ShapeProblem(`indices [${indices}] need as many axes as [${x}]`);
  const long = indices.findIndex((d, i) => i !== a && known(d) && known(x[i] as Dim) && d > (x[i] as number));
  if (long >= 0) throw new ShapeProblem(`indices [${indices}] are longer than [${x}] along axis ${long}`);
  return indices;
}

/** `x`, if there is one update an index. */
export function placed(x: Shape, places: Shape, updates: Shape): Shape {
  if (places.length !== updates.length || places.some((d, i) => d !== updates[i]))
    throw new ShapeProblem(`updates [${updates}] where [${places}] are placed`);
  return x;
}

/** `x` [N,C,…], if each of `parts` is [C]. */
export function byChannel(x: Shape, parts: readonly Shape[]): Shape {
  const wrong = parts.find((p) => p.length !== 1 || p[0] !== x[1]);
  if (wrong) throw new ShapeProblem(`[${wrong}] where [${x[1]}] is needed, one value a channel of [${x}]`);
  return x;
}

/** […,M,K] × […,K,N] → […,M,N], broadcasting what stands in front. */
export function matMul(a: Shape, b: Shape): Shape {
  if (a.length < 2 || b.length < 2) throw new ShapeProblem(`both sides need two or more axes, got [${a}] and [${b}]`);
  const [m, k1] = [a.at(-2) as Dim, a.at(-1) as Dim];
  const [k2, n] = [b.at(-2) as Dim, b.at(-1) as Dim];
  if (k1 !== k2) throw new ShapeProblem(`inner sizes differ: [${a}] has ${k1}, [${b}] has ${k2}`);
  return [...broadcast(a.slice(0, -2), b.slice(0, -2)), m, n];
}

/** [M,K] × [K,N] → [M,N], each side transposed if asked; `c` must broadcast to the result. */
export function gemm(a: Shape, b: Shape, c: Shape | undefined, transA: boolean, transB: boolean): Shape {
  if (a.length !== 2 || b.length !== 2) throw new ShapeProblem(`both sides need exactly two axes, got [${a}] and [${b}]`);
  const [m, k1] = transA ? [a[1] as Dim, a[0]] : [a[0] as Dim, a[1]];
  const [n, k2] = transB ? [b[0] as Dim, b[1]] : [b[1] as Dim, b[0]];
  if (k1 !== k2) throw new ShapeProblem(`inner sizes differ: ${k1} in [${a}]${transA ? 'ᵀ' : ''}, ${k2} in [${b}]${transB ? 'ᵀ' : ''}`);
  if (c) broadcast([m, n], c);
  return [m, n];
}

/** Axes in another order. */
export function permute(x: Shape, perm: readonly number[]): Shape {
  if (perm.length !== x.length || new Set(perm).size !== x.length)
    throw new ShapeProblem(`[${perm}] is not an order of the axes of [${x}]`);
  return perm.map((p) => x[axisOf(p, x.length)] as Dim);
}

/** Without the reduced axes, or with 1 in their places. */
export function reduce(x: Shape, axes: readonly number[], keep: boolean): Shape {
  const gone = new Set(axes.map((a) => axisOf(a, x.length)));
  return keep ? x.map((d, i) => (gone.has(i) ? 1 : d)) : x.filter((_, i) => !gone.has(i));
}

/** Without axes of size 1. */
export function squeeze(x: Shape, axes: readonly number[]): Shape {
  const wide = axes.find((a) => known(x[axisOf(a, x.length)] as Dim) && x[axisOf(a, x.length)] !== 1);
  if (wide !== undefined) throw new ShapeProblem(`axis ${wide} of [${x}] is not 1`);
  return reduce(x, axes, false);
}

/** One axis replaced by the axes of the indices. */
export function gather(data: Shape, indices: Shape, axis: number): Shape {
  const a = axisOf(axis, data.length);
  return [...data.slice(0, a), ...indices, ...data.slice(a + 1)];
}

/** The axes that index tuples point into replaced by those of the tuples. */
export function gatherND(data: Shape, indices: Shape): Shape {
  const depth = indices.at(-1);
  if (depth === undefined || !known(depth) || depth > data.length)
    throw new ShapeProblem(`indices [${indices}] do not point into [${data}]`);
  return [...indices.slice(0, -1), ...data.slice(depth)];
}

/** Length of `start..end` by `step`; ends are clamped as ONNX does. A name stays a name when nothing is cut. */
export function sliceDim(d: Dim, start: number, end: number, step: number): Dim {
  if (step === 0) throw new ShapeProblem('a slice step of 0');
  if (!known(d)) {
    if (start === 0 && end >= Number.MAX_SAFE_INTEGER && step === 1) return d;
    if (step === 1 && start >= 0 && end >= 0 && end < Number.MAX_SAFE_INTEGER) return end - start;
    if (step === 1 && start < 0 && end >= Number.MAX_SAFE_INTEGER) return -start;
    return `slice(${d},${start},${end},${step})`;
  }
  const clamp = (v: number, lo: number, hi: number) => Math.min(Math.max(v < 0 ? v + d : v, lo), hi);
  const [s, e] = step > 0 ? [clamp(start, 0, d), clamp(end, 0, d)] : [clamp(start, 0, d - 1), clamp(end, -1, d - 1)];
  return Math.max(0, Math.ceil((e - s) / step));
}

/** The sum along one axis; all others are equal. */
export function concat(shapes: readonly Shape[], axis: number): Shape {
  const first = shapes[0];
  if (!first) throw new ShapeProblem('nothing to join');
  const a = axisOf(axis, first.length);
  for (const s of shapes)
    if (s.length !== first.length || s.some((d, i) => i !== a && d !== first[i]))
      throw new ShapeProblem(`[${first}] and [${s}] differ outside axis ${axis}`);
  return first.map((d, i) => (i === a ? shapes.slice(1).reduce((n: Dim, s) => addDims(n, s[a] as Dim), d) : d));
}

/** Target of a reshape with at most one -1 filled in; element counts must agree where they are known. */
export function reshape(x: Shape, to: Shape): Shape {
  const holes = to.filter((d) => d === -1).length;
  if (holes > 1) throw new ShapeProblem(`[${to}] leaves ${holes} sizes open, at most one can be found`);
  const total = mulDims(x);
  if (holes === 0) {
    const target = mulDims(to);
    if (known(total) && known(target) && total !== target) throw new ShapeProblem(`[${x}] holds ${total} values, [${to}] holds ${target}`);
    return to;
  }
  return to.map((d) => (d === -1 ? divide(total, mulDims(to.filter((t) => t !== -1)), x, to) : d));
}

function divide(total: Dim, part: Dim, x: Shape, to: Shape): Dim {
  if (known(total) && known(part)) {
    if (part === 0 || total % part !== 0) throw new ShapeProblem(`[${x}] holds ${total} values, which [${to}] cannot divide`);
    return total / part;
  }
  const terms = (d: Dim) =>
    known(d)
      ? []
      : String(d)
          .split('*')
          .filter((t) => Number.isNaN(Number(t)));
  const factor = (d: Dim) =>
    known(d)
      ? d
      : String(d)
          .split('*')
          .map(Number)
          .filter((n) => !Number.isNaN(n))
          .reduce((n, f) => n * f, 1);
  const left = [...terms(total)];
  for (const t of terms(part)) {
    const i = left.indexOf(t);
    if (i < 0) return `(${total})/(${part})`;
    left.splice(i, 1);
  }
  const ratio = factor(total) / factor(part);
  return Number.isInteger(ratio) ? mulDims([ratio, ...left]) : `(${total})/(${part})`;
}

export interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Begin of each axis, then end of each axis, as ONNX has it. */
  readonly pads: readonly number[];
  readonly ceil?: boolean;
}

/** Spatial sizes after a sliding window (convolution, pooling). */
export function windowed(spatial: Shape, w: Window): Shape {
  return spatial.map((d, i) => {
    const pad = (w.pads[i] as number) + (w.pads[i + spatial.length] as number);
    const reach = (w.dilations[i] as number) * ((w.kernel[i] as number) - 1) + 1;
    const stride = w.strides[i] as number;
    if (!known(d)) return pad === reach - 1 && stride === 1 ? d : `window(${d},${pad - reach},${stride}${w.ceil ? ',ceil' : ''})`;
    const steps = (d + pad - reach) / stride;
    if (steps < 0) throw new ShapeProblem(`a window of ${reach} does not fit into ${d} with padding ${pad}`);
    let n = (w.ceil ? Math.ceil(steps) : Math.floor(steps)) + 1;
    if (w.ceil && (n - 1) * stride >= d + (w.pads[i] as number)) n--; // the last window must start inside the picture or its left padding
    return n;
  });
}

/** [N,C,…] and a kernel [M,C/group,…] → [N,M,…]. */
export function conv(x: Shape, w: Shape, group: number, win: Window): Shape {
  const [n, c, ...spatial] = x;
  const [m, cg] = w;
  if (n === undefined || c === undefined || m === undefined)
    throw new ShapeProblem(`needs [N,C,…] and [M,C/group,…], got [${x}] and [${w}]`);
  if (spatial.length !== w.length - 2)
    throw new ShapeProblem(`[${x}] has ${spatial.length} spatial axes, the kernel [${w}] ${w.length - 2}`);
  if (known(c) && known(cg as Dim) && c !== (cg as number) * group)
    throw new ShapeProblem(`${c} channels, but the kernel [${w}] with ${group} group(s) expects ${(cg as number) * group}`);
  if (known(m) && m % group !== 0) throw new ShapeProblem(`${m} output channels do not divide into ${group} groups`);
  return [n, m, ...windowed(spatial, win)];
}

/** A convolution's result, if its bias has one value an output channel. */
export function biased(y: Shape, bias: Shape | undefined): Shape {
  if (bias && (bias.length !== 1 || bias[0] !== y[1])) throw new ShapeProblem(`a bias [${bias}] for ${y[1]} output channels`);
  return y;
}

/** [N,C,H,W] → [N,C,height,width]. */
export function resized(x: Shape, sizes: readonly number[]): Shape {
  if (x.length !== sizes.length + 2) throw new ShapeProblem(`needs [N,C,H,W], got [${x}]`);
  return [...x.slice(0, 2), ...sizes];
}

/** [N,C,…] and a kernel [C,M/group,…] → [N,M,…]. */
export function convTranspose(x: Shape, w: Shape, group: number, win: Window, outputPadding: readonly number[]): Shape {
  const [n, c, ...spatial] = x;
  const [wc, mg] = w;
  if (n === undefined || c === undefined) throw new ShapeProblem(`needs [N,C,…], got [${x}]`);
  if (c !== wc) throw new ShapeProblem(`${c} channels, but the kernel [${w}] expects ${wc}`);
  const sizes = spatial.map((d, i) => {
    if (!known(d)) return `unwindow(${d})`;
    const reach = (win.dilations[i] as number) * ((win.kernel[i] as number) - 1) + 1;
    return (
      (d - 1) * (win.strides[i] as number) +
      (outputPadding[i] as number) +
      reach -
      (win.pads[i] as number) -
      (win.pads[i + spatial.length] as number)
    );
  });
  return [n, mulDims([mg as Dim, group]), ...sizes];
}
