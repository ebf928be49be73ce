import type { Filter } from './picture.ts';

/** For each new pixel: which old pixels it looks at (`first`, `count`) and their weights, in units of 2^-22. Row i of `weights` starts at i · stride. */
export interface ResampleWeights {
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly weights: Int32Array;
  readonly stride: number;
}

/** Weight of an old pixel at distance x, and the distance where it ends. Bicubic has a = -0.5 (Keys 1981), unlike OpenCV's and PyTorch's -0.75. */
const FILTERS: Readonly<Record<Filter, { readonly support: number; at(x: number): number }>> = {
  bilinear: { support: 1, at: (x) => (Math.abs(x) < 1 ? 1 - Math.abs(x) : 0) },
  bicubic: {
    support: 2,
    at(x) {
      const d = Math.abs(x);
      if (d < 1) return (1.5 * d - 2.5) * d * d + 1;
      return d < 2 ? (((d - 5) * d + 8) * d - 4) * -0.5 : 0;
    },
  },
};

/** The weights of Pillow's `precompute_coeffs` and `normalize_coeffs_8bpc` (`Resample.c`), in the same order of operations. */
export function resampleWeights(from: number, to: number, filter: Filter): ResampleWeights {
  const { support, at } = FILTERS[filter];
  const scale = from / to;
  const spread = Math.max(1, scale); // when shrinking, the filter covers all old pixels of a new one
  const reach = support * spread;
  const stride = Math.ceil(reach) * 2 + 1;
  const first = new Int32Array(to);
  const count = new Int32Array(to);
  const weights = new Int32Array(to * stride);
  const row = new Float64Array(stride);
  for (let i = 0; i < to; i++) {
    const centre = (i + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - reach + 0.5));
    const length = Math.min(from, Math.trunc(centre + reach + 0.5)) - start;
    let total = 0;
    for (let k = 0; k < length; k++) {
      row[k] = at((k + start - centre + 0.5) * (1 / spread));
      total += row[k]!;
    }
    for (let k = 0; k < length; k++) {
      const w = (total === 0 ? row[k]! : row[k]! / total) * (1 << 22);
      weights[i * stride + k] = Math.trunc(w < 0 ? w - 0.5 : w + 0.5);
    }
    first[i] = start;
    count[i] = length;
  }
  return { first, count, weights, stride };
}
