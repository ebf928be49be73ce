import { ModelError } from '../base/errors.ts';
import { resampleWeights } from './resample.ts';

/** A picture in memory: rows from the top, three bytes a pixel (red, green, blue). */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** How a smaller or larger picture is computed; both look at all pixels under the filter, so shrinking does not flicker. */
export type Filter = 'bilinear' | 'bicubic';

/** More pixels than any video frame has; a damaged file must not ask for terabytes. */
const MOST_PIXELS = 1 << 28;

/** Checks what others made and gives it the name. Throws MEDIA_PICTURE. */
export function picture(width: number, height: number, data: Uint8Array): Picture {
  checkSize('picture', width, height);
  if (data.length === width * height * 3) return { width, height, data };
  throw new ModelError('MEDIA_PICTURE', 'The bytes do not fit the size of the picture', {
    expected: `${width} × ${height} × 3 = ${width * height * 3} bytes`,
    got: `${data.length} bytes`,
    fix: 'give red, green and blue, one byte each, without row padding',
  });
}

function checkSize(what: string, width: number, height: number): void {
  if (Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0 && width * height <= MOST_PIXELS) return;
  throw new ModelError('MEDIA_PICTURE', `The size of the ${what} is impossible`, {
    expected: `whole numbers from 1, at most ${MOST_PIXELS} pixels together`,
    got: `${width} × ${height}`,
    fix: 'check where the size comes from',
  });
}

/**
 * The picture at another size, bit for bit as Pillow's `Image.resize(..., resample)`: rows first, rounded to bytes, then columns.
 * (Pillow 13 begins with the columns when the height shrinks much more than the width: there some bytes differ by 1.)
 * Source: Pillow `src/libImaging/Resample.c`. Parity: test/parity/picture.test.ts.
 */
export function resize(from: Picture, width: number, height: number, filter: Filter): Picture {
  checkSize('resized picture', width, height);
  let { data } = from;
  if (width !== from.width) data = resizeRows(data, from.width, from.height, width, filter);
  if (height !== from.height) data = resizeColumns(data, width, from.height, height, filter);
  return { width, height, data };
}

function resizeRows(data: Uint8Array, oldWidth: number, height: number, width: number, filter: Filter): Uint8Array {
  const { first, count, weights, stride } = resampleWeights(oldWidth, width, filter);
  const out = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let r = HALF;
      let g = HALF;
      let b = HALF;
      let i = (y * oldWidth + first[x]!) * 3;
      for (let k = x * stride; k < x * stride + count[x]!; k++, i += 3) {
        const w = weights[k]!;
        r += data[i]! * w;
        g += data[i + 1]! * w;
        b += data[i + 2]! * w;
      }
      const o = (y * width + x) * 3;
      out[o] = toByte(r);
      out[o + 1] = toByte(g);
      out[o + 2] = toByte(b);
    }
  }
  return out;
}

function resizeColumns(data: Uint8Array, width: number, oldHeight: number, height: number, filter: Filter): Uint8Array {
  const { first, count, weights, stride } = resampleWeights(oldHeight, height, filter);
  const out = new Uint8Array(width * height * 3);
  const row = width * 3;
  const sums = new Float64Array(row);
  for (let y = 0; y < height; y++) {
    sums.fill(HALF);
    for (let k = 0; k < count[y]!; k++) {
      const w = weights[y * stride + k]!;
      const start = (first[y]! + k) * row;
      for (let i = 0; i < row; i++) sums[i]! += data[start + i]! * w;
    }
    for (let i = 0; i < row; i++) out[y * row + i] = toByte(sums[i]!);
  }
  return out;
}

/** Weights are whole numbers of 2^-22; half of the last place makes the shift below round. */
const HALF = 1 << 21;

function toByte(sum: number): number {
  const value = sum >> 22; // |sum| < 2^31: bytes times weights whose absolute values add up to less than 1.4 × 2^22
  return Math.max(0, Math.min(255, value));
}

/** The middle of the picture. Where the picture is smaller than the crop, black is put around it, as transformers' `center_crop` does. */
export function centerCrop(from: Picture, width: number, height: number): Picture {
  checkSize('crop', width, height);
  // A picture with an odd margin loses the extra pixel at the end; one that is too small gets the extra black at the beginning.
  const left = Math.floor((from.width - width) / 2);
  const top = Math.floor((from.height - height) / 2);
  return window(from, left, top, width, height, [0, 0, 0]);
}

/** The picture in the middle of a square of one colour with its longer side (LLaVA's `expand2square`; its colour is `meanColour(CLIP mean)`). */
export function padSquare(from: Picture, colour: readonly [number, number, number]): Picture {
  const side = Math.max(from.width, from.height);
  return window(from, -Math.floor((side - from.width) / 2), -Math.floor((side - from.height) / 2), side, side, colour);
}

/** A rectangle of the picture that may reach over its edges; what lies outside has the given colour. */
function window(
  from: Picture,
  left: number,
  top: number,
  width: number,
  height: number,
  colour: readonly [number, number, number],
): Picture {
  const data = new Uint8Array(width * height * 3);
  if (colour.some((c) => c !== 0)) for (let i = 0; i < data.length; i++) data[i] = colour[i % 3]!;
  const [x0, x1] = [Math.max(0, left), Math.min(from.width, left + width)];
  for (let y = Math.max(0, top); y < Math.min(from.height, top + height); y++) {
    const start = (y * from.width + x0) * 3;
    data.set(from.data.subarray(start, start + (x1 - x0) * 3), ((y - top) * width + x0 - left) * 3);
  }
  return { width, height, data };
}

/**
 * Bytes → the numbers a network takes: (x · scale - mean) / std in float32, planes red, green, blue: NCHW `[1, 3, height, width]`.
 * `into` is a place of that length, e.g. one picture's part of a batch.
 */
export function normalise(
  from: Picture,
  { mean, std, scale = 1 / 255 }: { mean: readonly number[]; std: readonly number[]; scale?: number },
  into: Float32Array = new Float32Array(from.data.length),
): Float32Array {
  const plane = from.width * from.height;
  if (into.length !== plane * 3 || mean.length !== 3 || std.length !== 3) {
    throw new ModelError('MEDIA_PICTURE', 'The numbers of a picture do not fit their place', {
      expected: `${plane * 3} values, 3 means, 3 deviations`,
      got: `${into.length} values, ${mean.length} means, ${std.length} deviations`,
      fix: 'give one value for each colour of each pixel',
    });
  }
  for (let c = 0; c < 3; c++) {
    // Rounded to float32 after every step, as numpy does it.
    const table = Float32Array.from(
      { length: 256 },
      (_, x) => Math.fround(Math.fround(x * scale) - Math.fround(mean[c]!)) / Math.fround(std[c]!),
    );
    for (let i = 0; i < plane; i++) into[c * plane + i] = table[from.data[i * 3 + c]!]!;
  }
  return into;
}
