/** Resizing along one axis as a matrix. ONNX `Resize` specification (opset 19), with clamped borders. */

export interface Interpolation {
  readonly mode: 'nearest' | 'linear' | 'cubic';
  readonly coordinate_transformation_mode: 'half_pixel' | 'asymmetric' | 'align_corners';
  readonly nearest_mode: 'floor' | 'round_prefer_floor';
  /** Keys' parameter; −0.75 in PyTorch. */
  readonly cubic_coeff_a: number;
}

/** Row-major [to, from]: row o holds the weights of the inputs that make output o. */
export function interpolation(from: number, to: number, o: Interpolation): number[] {
  const matrix = new Array<number>(to * from).fill(0);
  const put = (row: number, at: number, weight: number) => {
    const i = row * from + Math.min(Math.max(at, 0), from - 1);
    matrix[i] = (matrix[i] as number) + weight;
  };
  for (let row = 0; row < to; row++) {
    const x = position(row, from, to, o);
    const base = Math.floor(x);
    const t = x - base;
    if (o.mode === 'nearest') put(row, o.nearest_mode === 'floor' ? base : Math.ceil(x - 0.5), 1);
    else if (o.mode === 'linear') {
      const clamped = Math.min(Math.max(x, 0), from - 1);
      put(row, Math.floor(clamped), 1 - (clamped - Math.floor(clamped)));
      put(row, Math.floor(clamped) + 1, clamped - Math.floor(clamped));
    } else for (let k = -1; k <= 2; k++) put(row, base + k, keys(Math.abs(t - k), o.cubic_coeff_a));
  }
  return matrix;
}

/** The input behind each output of mode 'nearest'. */
export function nearestSources(from: number, to: number, o: Interpolation): number[] {
  const matrix = interpolation(from, to, o);
  return Array.from({ length: to }, (_, row) => matrix.indexOf(1, row * from) - row * from);
}

function position(i: number, from: number, to: number, o: Interpolation): number {
  if (o.coordinate_transformation_mode === 'half_pixel') return ((i + 0.5) * from) / to - 0.5;
  if (o.coordinate_transformation_mode === 'asymmetric') return (i * from) / to;
  return to === 1 ? 0 : (i * (from - 1)) / (to - 1);
}

/** Keys 1981, cubic convolution. */
function keys(x: number, a: number): number {
  if (x <= 1) return (a + 2) * x ** 3 - (a + 3) * x ** 2 + 1;
  if (x < 2) return a * (x ** 3 - 5 * x ** 2 + 8 * x - 4);
  return 0;
}
