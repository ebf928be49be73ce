/**
 * A face turned and scaled so that eyes, nose and mouth lie where DDAMFN's training had them. Facts: SainingZhang/DDAMFN `face_align_v2.0.py`.
 * Five points stand in one order everywhere: left eye, right eye, tip of the nose, left and right corner of the mouth; left is left in the picture.
 */
import type { Picture } from '../media/picture.ts';
import type { Point } from './face.ts';

/** Side of the aligned square, in pixels. */
export const ALIGNED_SIDE = 112;

const at = (x: number, y: number): Point => ({ x, y });

/** Where the five points of a face belong, by how far it is turned away. */
// biome-ignore format: one pose a line
export const TEMPLATES: Readonly<Record<string, readonly Point[]>> = {
  leftProfile: [at(55.550, 49.477), at(62.116, 49.339), at(38.075, 70.237), at(55.017, 92.262), at(61.466, 92.979)],
  left: [at(47.241, 48.598), at(72.887, 49.540), at(40.555, 71.067), at(47.423, 93.643), at(71.236, 94.353)],
  frontal: [at(33.566, 40.559), at(78.321, 40.559), at(55.338, 64.967), at(38.479, 90.276), at(73.591, 90.276)],
  right: [at(39.516, 49.540), at(65.162, 48.598), at(71.849, 71.067), at(41.167, 94.353), at(64.980, 93.643)],
  rightProfile: [at(50.225, 49.339), at(56.791, 49.477), at(74.266, 70.237), at(50.875, 92.979), at(65.317, 92.262)],
};

/** x' = a·x − b·y + dx, y' = b·x + a·y + dy: turns by atan2(b, a), scales by √(a² + b²), then moves. */
export interface Similarity {
  readonly a: number;
  readonly b: number;
  readonly dx: number;
  readonly dy: number;
}

/** The five points among 68 in iBUG order; eyes are the means of their outlines. */
export function fivePoints(points: readonly Point[]): Point[] {
  return [centreOf(points.slice(36, 42)), centreOf(points.slice(42, 48)), points[30]!, points[48]!, points[54]!];
}

/** The mean of some points, at least one. */
export function centreOf(points: readonly Point[]): Point {
  const sum = points.reduce((s, { x, y }) => at(s.x + x, s.y + y), at(0, 0));
  return at(sum.x / points.length, sum.y / points.length);
}

/** Where a similarity puts a point. */
export function moved({ a, b, dx, dy }: Similarity, { x, y }: Point): Point {
  return at(a * x - b * y + dx, b * x + a * y + dy);
}

/**
 * The similarity without reflection that brings `from` nearest to `to` by least squares: Umeyama, PAMI 1991, which in the plane is a quotient of complex numbers.
 * undefined where there is none: points that all lie in one place, or a best scale of 0.
 */
export function similarity(from: readonly Point[], to: readonly Point[]): Similarity | undefined {
  const [p, q] = [centreOf(from), centreOf(to)];
  let [real, imaginary, spread] = [0, 0, 0];
  for (const [i, { x, y }] of from.entries()) {
    const [u, v, s, t] = [x - p.x, y - p.y, to[i]!.x - q.x, to[i]!.y - q.y];
    real += u * s + v * t;
    imaginary += u * t - v * s;
    spread += u * u + v * v;
  }
  const [a, b] = [real / spread, imaginary / spread];
  if (!(a * a + b * b > 0)) return undefined;
  return { a, b, dx: q.x - a * p.x + b * p.y, dy: q.y - b * p.x - a * p.y };
}

/** The template that fits five points best (smallest sum of distances left over), and how to get there; undefined as `similarity` has it. */
export function pose(five: readonly Point[]): { readonly name: string; readonly to: Similarity } | undefined {
  let best: { name: string; to: Similarity; left: number } | undefined;
  for (const [name, template] of Object.entries(TEMPLATES)) {
    const to = similarity(five, template);
    if (to === undefined) return undefined;
    const left = five.reduce((sum, point, i) => sum + apart(moved(to, point), template[i]!), 0);
    if (best === undefined || left < best.left) best = { name, to, left };
  }
  return best && { name: best.name, to: best.to };
}

const apart = (p: Point, q: Point): number => Math.hypot(p.x - q.x, p.y - q.y);

/** The picture moved by `to`, as a square of `side` pixels. Bilinear; what lies beside the picture is black. OpenCV's `warpAffine`, but with exact weights. */
export function warp({ width, height, data }: Picture, { a, b, dx, dy }: Similarity, side = ALIGNED_SIDE): Picture {
  const out = new Uint8Array(3 * side * side);
  const scale = a * a + b * b;
  const value = (x: number, y: number, c: number) => (x < 0 || y < 0 || x >= width || y >= height ? 0 : data[(y * width + x) * 3 + c]!);
  for (let i = 0; i < side * side; i++) {
    const [u, v] = [(i % side) - dx, Math.floor(i / side) - dy];
    const [x, y] = [(a * u + b * v) / scale, (a * v - b * u) / scale];
    const [left, top] = [Math.floor(x), Math.floor(y)];
    const [fx, fy] = [x - left, y - top];
    for (let c = 0; c < 3; c++) {
      const upper = value(left, top, c) * (1 - fx) + value(left + 1, top, c) * fx;
      const lower = value(left, top + 1, c) * (1 - fx) + value(left + 1, top + 1, c) * fx;
      out[3 * i + c] = Math.round(upper * (1 - fy) + lower * fy);
    }
  }
  return { width: side, height: side, data: out };
}
