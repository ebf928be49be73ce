import { ModelError } from '../base/errors.ts';
import { resample } from './resample.ts';

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
  const same = width === from.width && height === from.height;
  return { width, height, data: same ? from.data : resample(from.data, from, { width, height }, filter) };
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
