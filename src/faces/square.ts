import type { Picture } from '../media/picture.ts';
import { clipBox } from './boxes.ts';
import type { Box } from './face.ts';
import { deskOf } from './square-loops.ts';

/** How face-api's networks want their pictures: squares of `side` pixels, each colour `(value − mean) · scale`. */
export interface SquareInput {
  readonly side: number;
  readonly mean: readonly [number, number, number];
  readonly scale: number;
  /** The black that makes a picture square goes to both sides; otherwise to the right or below. */
  readonly centred: boolean;
  /** Only this many rows of the square, from the top, and columns, from the left; all of them where absent. */
  readonly rows?: number;
  readonly columns?: number;
}

/** A network input, and which part of the picture it shows. */
export interface Square {
  /** Colours apart: [3, rows, columns]. */
  readonly pixels: Float32Array;
  /** Whole pixels, inside of the picture. */
  readonly crop: Box;
}

/**
 * The part of a picture inside a box (whole picture where absent) as a network input. Bilinear between the four nearest pixels, corner to corner,
 * as TensorFlow's old `resizeBilinear` (align_corners and half_pixel_centers off) does. Facts: face-api.js `src/dom/NetInput.ts`, `src/ops/padToSquare.ts`.
 * A box without a pixel inside the picture gives a black square. `into` takes the pixels.
 */
export function squareOf(picture: Picture, input: SquareInput, box?: Box, into?: Float32Array): Square {
  const { side, mean, scale, centred } = input;
  const { rows: height = side, columns: width = side } = input;
  const crop = box === undefined ? { x: 0, y: 0, width: picture.width, height: picture.height } : cropOf(picture, box);
  const length = Math.max(crop.width, crop.height, 1);
  const before = (missing: number) => (centred ? missing - Math.round(missing / 2) : 0);
  const columns = taps(width, { side, length, before: before(length - crop.width), own: crop.width });
  const rows = taps(height, { side, length, before: before(length - crop.height), own: crop.height });

  const plane = height * width;
  const at = placesOf(width, crop.width);
  const { run, bytes, ints, floats } = deskOf(at.out + 12 * plane);
  floats.set(mean, at.mean / 4);
  for (let x = 0, o = at.taps / 4; x < width; x++, o += 4) {
    ints[o] = 3 * columns.low[x]!;
    ints[o + 1] = 3 * columns.high[x]!;
    floats[o + 2] = columns.lowShare[x]!;
    floats[o + 3] = columns.highShare[x]!;
  }
  // The two rows between which the last row of the square lay, at the new width: the next one often needs them again.
  const lines: [Line, Line] = [
    { row: -1, place: at.lines },
    { row: -1, place: at.lines + 16 * width },
  ];
  const fill = (line: Line, row: number) => {
    line.row = row;
    const start = ((crop.y + row) * picture.width + crop.x) * 3;
    bytes.set(picture.data.subarray(start, start + 3 * crop.width), at.row);
    run.spread(at.row, line.place, line.place + 16 * width, at.taps);
  };
  for (let y = 0, o = at.out; y < height; y++, o += 4 * width) {
    const [ownUpper, ownLower] = [rows.lowShare[y]!, rows.highShare[y]!];
    if (ownUpper === 0 && ownLower === 0) {
      for (let c = 0; c < 3; c++) floats.fill((0 - mean[c]!) * scale, o / 4 + c * plane, o / 4 + c * plane + width);
      continue;
    }
    const [upper, lower] = bothLines(lines, rows.low[y]!, rows.high[y]!, fill);
    run.blend(upper, upper + 16 * width, lower, o, o + 4 * plane, o + 8 * plane, at.mean, ownUpper, ownLower, scale);
  }
  const pixels = into ?? new Float32Array(3 * plane);
  pixels.set(floats.subarray(at.out / 4, at.out / 4 + 3 * plane));
  return { pixels, crop };
}

/** Where things lie on the desk, in bytes. */
function placesOf(width: number, pixels: number) {
  const [mean, taps] = [0, 16];
  const lines = taps + 16 * width;
  const row = lines + 2 * 16 * width;
  return { mean, taps, lines, row, out: Math.ceil((row + 3 * pixels + 1) / 16) * 16 }; // four bytes are read of a pixel, one more than it has
}

/** face-api's `clipAtImageBorders`: the box inside of the picture, its corner and then its size rounded down. */
export function cropOf(picture: Picture, box: Box): Box {
  const { x, y, width, height } = clipBox(box, picture.width, picture.height);
  return { x: Math.floor(x), y: Math.floor(y), width: Math.floor(width), height: Math.floor(height) };
}

/** For each place along an axis of the square: two pixels of the crop, and the share of each in it. Black beside the crop is a share of 0. */
interface Taps {
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly lowShare: Float32Array;
  readonly highShare: Float32Array;
}

/** `side` places for `length` pixels of the padded square, of which `own`, after `before` black ones, are the crop's. */
interface Axis {
  readonly side: number;
  readonly length: number;
  readonly before: number;
  readonly own: number;
}

/** Of the first `count` places along an axis. */
function taps(count: number, { side, length, before, own }: Axis): Taps {
  const [low, high] = [new Int32Array(count), new Int32Array(count)];
  const [lowShare, highShare] = [new Float32Array(count), new Float32Array(count)];
  const inside = (i: number) => i >= before && i < before + own;
  for (let i = 0; i < count; i++) {
    const place = (i * length) / side;
    const first = Math.floor(place);
    const second = Math.min(first + 1, length - 1);
    if (inside(first)) {
      low[i] = first - before;
      lowShare[i] = 1 - (place - first);
    }
    if (inside(second)) {
      high[i] = second - before;
      highShare[i] = place - first;
    }
    if (lowShare[i] === 0) low[i] = high[i]!; // any pixel that exists
    if (highShare[i] === 0) high[i] = low[i]!;
  }
  return { low, high, lowShare, highShare };
}

/** A row of the crop (−1: none yet) at the width of the square, and its address. */
interface Line {
  row: number;
  readonly place: number;
}

/** The addresses of both rows at the width of the square; a line that holds the wanted one already is taken as it is. */
function bothLines(lines: [Line, Line], upper: number, lower: number, fill: (line: Line, row: number) => void): [number, number] {
  if (lines[1].row === upper || lines[0].row === lower) lines.reverse();
  if (lines[0].row !== upper) fill(lines[0], upper);
  if (upper === lower) return [lines[0].place, lines[0].place];
  if (lines[1].row !== lower) fill(lines[1], lower);
  return [lines[0].place, lines[1].place];
}
