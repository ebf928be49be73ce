import type { Filter } from './picture.ts';
import { deskOf, PLACES } from './resample-loops.ts';

/** For each new pixel: which old pixels it looks at (`first`, `count`) and their weights, in units of 2^-PLACES. Row i of `weights` starts at i · stride. */
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
      const w = (total === 0 ? row[k]! : row[k]! / total) * (1 << PLACES);
      weights[i * stride + k] = Math.trunc(w < 0 ? w - 0.5 : w + 0.5);
    }
    first[i] = start;
    count[i] = length;
  }
  return { first, count, weights, stride };
}

/** Each pixel as it is. */
function unchanged(size: number): ResampleWeights {
  return {
    first: Int32Array.from({ length: size }, (_, i) => i),
    count: new Int32Array(size).fill(1),
    weights: new Int32Array(size).fill(1 << PLACES),
    stride: 1,
  };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Pixels of three bytes at another size: rows first, rounded to bytes, then columns. Only as many rows are in memory as a new one is made of. */
export function resample(data: Uint8Array, from: Size, to: Size, filter: Filter): Uint8Array {
  const weightsOf = (old: number, size: number) => (old === size ? unchanged(old) : resampleWeights(old, size, filter));
  const [across, down] = [weightsOf(from.width, to.width), weightsOf(from.height, to.height)];
  const slots = down.count.reduce((most, n) => Math.max(most, n), 0);
  const [old, line] = [3 * from.width, 3 * to.width];
  const room = Math.ceil((line + 4) / 4) * 4; // a pixel is read and written with a byte more
  // What lies where, in bytes.
  const weights = 0;
  const taps = weights + 4 * across.weights.length;
  const entries = taps + 12 * to.width;
  const lines = entries + 8 * slots;
  const made = lines + slots * room;
  const row = made + room;
  const { run, bytes, ints } = deskOf(row + old + 4);

  ints.set(across.weights, weights / 4);
  for (let x = 0, i = taps / 4; x < to.width; x++, i += 3) {
    const start = weights + 4 * x * across.stride;
    ints[i] = 3 * across.first[x]!;
    ints[i + 1] = start;
    ints[i + 2] = start + 4 * across.count[x]!;
  }
  const out = new Uint8Array(line * to.height);
  const placeOf = (y: number) => lines + (y % slots) * room;
  for (let y = 0, ready = 0; y < to.height; y++) {
    const [first, end] = [down.first[y]!, down.first[y]! + down.count[y]!];
    for (ready = Math.max(ready, first); ready < end; ready++) {
      bytes.set(data.subarray(ready * old, (ready + 1) * old), row);
      run.squeeze(row, placeOf(ready), entries, taps);
    }
    for (let k = first, i = entries / 4; k < end; k++, i += 2) {
      ints[i] = placeOf(k);
      ints[i + 1] = down.weights[y * down.stride + k - first]!;
    }
    run.mix(made, made + line, entries, entries + 8 * (end - first), 0);
    out.set(bytes.subarray(made, made + line), y * line);
  }
  return out;
}
