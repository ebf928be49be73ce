/** Convolution, pooling and resizing of the test oracle, from the ONNX operator specifications. */
import type { Node } from '../../src/graph/tensor.ts';
import { at, build, each, flatOf, type Grid, type Index, list, number, total } from './grid.ts';

/** Slides windows of `kernel` over the spatial axes: `visit` gets the output cell, the kernel cell and the input cell. Cells outside the input are visited too. */
function slide(
  out: Index,
  w: { kernel: Index; strides: Index; dilations: Index; pads: Index },
  visit: (o: number[], k: number[], i: number[]) => void,
): void {
  each(out, (o) =>
    each(w.kernel, (k) =>
      visit(
        o,
        k,
        o.map((v, a) => v * w.strides[a]! + k[a]! * w.dilations[a]! - w.pads[a]!),
      ),
    ),
  );
}
const windowOf = (n: Node) => ({
  kernel: list(n, 'kernel_shape'),
  strides: list(n, 'strides'),
  dilations: n.attrs.dilations === undefined ? list(n, 'kernel_shape').map(() => 1) : list(n, 'dilations'),
  pads: list(n, 'pads'),
});
export const inside = (i: Index, size: Index): boolean => i.every((v, a) => v >= 0 && v < size[a]!);

function windows(size: Index, n: Node): number[] {
  const w = windowOf(n);
  return size.map((d, a) => {
    const steps = (d + w.pads[a]! + w.pads[a + size.length]! - w.dilations[a]! * (w.kernel[a]! - 1) - 1) / w.strides[a]!;
    if (n.attrs.ceil_mode !== 1) return Math.floor(steps) + 1;
    const out = Math.ceil(steps) + 1;
    return (out - 1) * w.strides[a]! >= d + w.pads[a]! ? out - 1 : out; // no window may start beyond the picture and its left padding
  });
}

export function conv([x, w, bias]: readonly Grid[], n: Node): Grid {
  const [size, group] = [x!.shape.slice(2), number(n, 'group')];
  const [perIn, perOut] = [w!.shape[1]!, w!.shape[0]! / group];
  const out = windows(size, n);
  const y = build([x!.shape[0]!, w!.shape[0]!, ...out], (i) => (bias ? bias.data[i[1]!]! : 0));
  each([x!.shape[0]!, w!.shape[0]!, perIn], ([b, m, c]) =>
    slide(out, windowOf(n), (o, k, i) => {
      if (!inside(i, size)) return;
      const channel = Math.floor(m! / perOut) * perIn + c!;
      y.data[flatOf(y.shape, [b!, m!, ...o])]! += at(x!, [b!, channel, ...i]) * at(w!, [m!, c!, ...k]);
    }),
  );
  return y;
}

export function convTranspose([x, w, bias]: readonly Grid[], n: Node): Grid {
  const [size, group, win, extra] = [x!.shape.slice(2), number(n, 'group'), windowOf(n), list(n, 'output_padding')];
  const [perIn, perOut] = [w!.shape[0]! / group, w!.shape[1]!];
  const out = size.map((d, a) => {
    const reach = win.dilations[a]! * (win.kernel[a]! - 1) + 1;
    return win.strides[a]! * (d - 1) + extra[a]! + reach - win.pads[a]! - win.pads[a + size.length]!;
  });
  const y = build([x!.shape[0]!, perOut * group, ...out], (i) => (bias ? bias.data[i[1]!]! : 0));
  each([x!.shape[0]!, w!.shape[0]!, perOut], ([b, c, m]) =>
    slide(size, win, (i, k, o) => {
      if (!inside(o, out)) return;
      const channel = Math.floor(c! / perIn) * perOut + m!;
      y.data[flatOf(y.shape, [b!, channel, ...o])]! += at(x!, [b!, c!, ...i]) * at(w!, [c!, m!, ...k]);
    }),
  );
  return y;
}

export function maxPool([x]: readonly Grid[], n: Node): Grid[] {
  const size = x!.shape.slice(2);
  const out = windows(size, n);
  const shape = [...x!.shape.slice(0, 2), ...out];
  const [best, from] = [build(shape, () => Number.NEGATIVE_INFINITY), build(shape, () => -1)];
  each(x!.shape.slice(0, 2), (head) =>
    slide(out, windowOf(n), (o, _k, i) => {
      if (!inside(i, size)) return;
      const [to, source] = [flatOf(shape, [...head, ...o]), flatOf(x!.shape, [...head, ...i])];
      if (x!.data[source]! > best.data[to]!) [best.data[to], from.data[to]] = [x!.data[source]!, source];
    }),
  );
  return [best, from];
}

export function averagePool([x]: readonly Grid[], n: Node): Grid {
  const size = x!.shape.slice(2);
  const out = windows(size, n);
  const shape = [...x!.shape.slice(0, 2), ...out];
  const [sums, counts] = [build(shape, () => 0), build(shape, () => 0)];
  const pads = list(n, 'pads');
  const padded = (i: Index) => i.every((v, a) => v >= -pads[a]! && v < size[a]! + pads[a + size.length]!);
  each(x!.shape.slice(0, 2), (head) =>
    slide(out, windowOf(n), (o, _k, i) => {
      const to = flatOf(shape, [...head, ...o]);
      if (inside(i, size)) sums.data[to]! += at(x!, [...head, ...i]);
      if (n.attrs.count_include_pad === 1 ? padded(i) : inside(i, size)) counts.data[to]! += 1;
    }),
  );
  return build(shape, (_, flat) => sums.data[flat]! / counts.data[flat]!);
}

/** Inputs and weights that make output o of one axis, borders repeated. */
function taps(o: number, from: number, to: number, n: Node): [at: number, weight: number][] {
  const how = n.attrs.coordinate_transformation_mode;
  const corners = to === 1 ? 0 : (o * (from - 1)) / (to - 1);
  const x = how === 'half_pixel' ? ((o + 0.5) * from) / to - 0.5 : how === 'asymmetric' ? (o * from) / to : corners;
  const edge = (i: number) => Math.min(Math.max(i, 0), from - 1);
  if (n.attrs.mode === 'nearest') {
    const near = n.attrs.nearest_mode === 'floor' ? Math.floor(x) : x - Math.floor(x) <= 0.5 ? Math.floor(x) : Math.ceil(x);
    return [[edge(near), 1]];
  }
  const [base, t, a] = [Math.floor(x), x - Math.floor(x), number(n, 'cubic_coeff_a')];
  if (n.attrs.mode === 'linear')
    return [
      [edge(base), 1 - t],
      [edge(base + 1), t],
    ];
  const outer = (s: number) => ((a * s - 5 * a) * s + 8 * a) * s - 4 * a;
  const inner = (s: number) => ((a + 2) * s - (a + 3)) * s * s + 1;
  return [outer(1 + t), inner(t), inner(1 - t), outer(2 - t)].map((weight, k) => [edge(base - 1 + k), weight]);
}

export function resize([x]: readonly Grid[], n: Node): Grid {
  const [sizes, [h, w]] = [list(n, 'sizes'), x!.shape.slice(2) as [number, number]];
  return build([...x!.shape.slice(0, 2), ...sizes], ([b, c, y, z]) =>
    total(
      taps(y!, h, sizes[0]!, n).flatMap(([row, p]) =>
        taps(z!, w, sizes[1]!, n).map(([column, q]) => p * q * at(x!, [b!, c!, row, column])),
      ),
    ),
  );
}
