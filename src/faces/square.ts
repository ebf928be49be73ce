import type { Picture } from '../media/picture.ts';
import { clipBox } from './boxes.ts';
import type { Box } from './face.ts';

/** How face-api's networks want their pictures: squares of `side` pixels, each colour `(value − mean) · scale`. */
export interface SquareInput {
  readonly side: number;
  readonly mean: readonly [number, number, number];
  readonly scale: number;
  /** The black that makes a picture square goes to both sides; otherwise to the right or below. */
  readonly centred: boolean;
}

/** Where the picture lies in the square, in pixels of the original. */
export interface Square {
  /** Colours apart: [3, side, side]. */
  readonly pixels: Float32Array;
  /** The part of the picture that was taken: whole pixels, inside it. */
  readonly crop: Box;
}

/**
 * The part of a picture inside a box (whole picture where absent) as a network input. Bilinear between the four nearest pixels, corner to corner,
 * as TensorFlow's old `resizeBilinear` (align_corners and half_pixel_centers off) does. Facts: face-api.js `src/dom/NetInput.ts`, `src/ops/padToSquare.ts`.
 * A box without a pixel inside the picture gives a black square. `into` takes the pixels, from its start.
 */
export function squareOf(picture: Picture, input: SquareInput, box?: Box, into?: Float32Array): Square {
  const { side, mean, scale, centred } = input;
  const crop = box === undefined ? { x: 0, y: 0, width: picture.width, height: picture.height } : wholePixels(box, picture);
  const pixels = into ?? new Float32Array(3 * side * side);
  const length = Math.max(crop.width, crop.height, 1);
  const before = (missing: number) => (centred ? missing - Math.round(missing / 2) : 0);
  const columns = taps(side, length, before(length - crop.width), crop.width);
  const rows = taps(side, length, before(length - crop.height), crop.height);
  const { data, width } = picture;
  const plane = side * side;
  for (let y = 0; y < side; y++) {
    const [top, bottom, fy] = [rows.low[y]!, rows.high[y]!, rows.part[y]!];
    for (let x = 0; x < side; x++) {
      const [left, right, fx] = [columns.low[x]!, columns.high[x]!, columns.part[x]!];
      for (let c = 0; c < 3; c++) {
        // −1 stands for the black beside the picture.
        const at = (row: number, column: number) => (row < 0 || column < 0 ? 0 : data[((crop.y + row) * width + crop.x + column) * 3 + c]!);
        const [a, b] = [at(top, left), at(bottom, left)];
        const upper = a + (at(top, right) - a) * fx;
        const lower = b + (at(bottom, right) - b) * fx;
        pixels[c * plane + y * side + x] = (upper + (lower - upper) * fy - mean[c]!) * scale;
      }
    }
  }
  return { pixels, crop };
}

/** face-api's `clipAtImageBorders`: corners rounded down after clipping. */
function wholePixels(box: Box, picture: Picture): Box {
  const { x, y, width, height } = clipBox(box, picture.width, picture.height);
  return { x: Math.floor(x), y: Math.floor(y), width: Math.floor(width), height: Math.floor(height) };
}

/** For each of `side` places along an axis of `length` pixels: the two pixels around it (−1 outside the picture's own) and how far it is from the lower. */
function taps(side: number, length: number, before: number, own: number): { low: Int32Array; high: Int32Array; part: Float64Array } {
  const inside = (i: number) => (i >= before && i < before + own ? i - before : -1);
  const [low, high, part] = [new Int32Array(side), new Int32Array(side), new Float64Array(side)];
  for (let i = 0; i < side; i++) {
    const place = (i * length) / side;
    low[i] = inside(Math.floor(place));
    high[i] = inside(Math.min(Math.floor(place) + 1, length - 1));
    part[i] = place - Math.floor(place);
  }
  return { low, high, part };
}
