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
  const pixels = into ?? new Float32Array(3 * height * width);
  const length = Math.max(crop.width, crop.height, 1);
  const before = (missing: number) => (centred ? missing - Math.round(missing / 2) : 0);
  const across = { side, length, before: before(length - crop.width), start: crop.x, own: crop.width };
  const down = { side, length, before: before(length - crop.height), start: crop.y, own: crop.height };
  const [columns, rows] = [taps(width, across), taps(height, down)];
  // Rows of the picture at the new width, the two between which the last row of the square lay: the next one often needs them again.
  const lines = [0, 1].map(() => ({ row: -1, values: new Float32Array(3 * width) })) as [Line, Line];
  const [plane, [red, green, blue]] = [height * width, mean];
  for (let y = 0, o = 0; y < height; y++) {
    const [ownUpper, ownLower] = [rows.lowShare[y]!, rows.highShare[y]!];
    if (ownUpper === 0 && ownLower === 0) {
      for (let c = 0; c < 3; c++) pixels.fill((0 - mean[c]!) * scale, c * plane + o, c * plane + o + width);
      o += width;
      continue;
    }
    const [upper, lower] = bothLines(lines, picture, columns, rows.low[y]!, rows.high[y]!);
    for (let x = 0, i = 0; x < width; x++, i += 3, o++) {
      pixels[o] = (upper[i]! * ownUpper + lower[i]! * ownLower - red) * scale;
      pixels[plane + o] = (upper[i + 1]! * ownUpper + lower[i + 1]! * ownLower - green) * scale;
      pixels[2 * plane + o] = (upper[i + 2]! * ownUpper + lower[i + 2]! * ownLower - blue) * scale;
    }
  }
  return { pixels, crop };
}

/** face-api's `clipAtImageBorders`: the box inside of the picture, its corner and then its size rounded down. */
export function cropOf(picture: Picture, box: Box): Box {
  const { x, y, width, height } = clipBox(box, picture.width, picture.height);
  return { x: Math.floor(x), y: Math.floor(y), width: Math.floor(width), height: Math.floor(height) };
}

/** For each place along an axis of the square: two of the picture's pixels, and the share of each in it. Black beside the picture is a share of 0. */
interface Taps {
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly lowShare: Float32Array;
  readonly highShare: Float32Array;
}

/** `side` places for `length` pixels of the padded square, of which `own`, after `before` black ones, are the picture's from `start`. */
interface Axis {
  readonly side: number;
  readonly length: number;
  readonly before: number;
  readonly start: number;
  readonly own: number;
}

/** Of the first `count` places along an axis. */
function taps(count: number, { side, length, before, start, own }: Axis): Taps {
  const [low, high] = [new Int32Array(count), new Int32Array(count)];
  const [lowShare, highShare] = [new Float32Array(count), new Float32Array(count)];
  const inside = (i: number) => i >= before && i < before + own;
  for (let i = 0; i < count; i++) {
    const place = (i * length) / side;
    const first = Math.floor(place);
    const second = Math.min(first + 1, length - 1);
    if (inside(first)) {
      low[i] = start + first - before;
      lowShare[i] = 1 - (place - first);
    }
    if (inside(second)) {
      high[i] = start + second - before;
      highShare[i] = place - first;
    }
    if (lowShare[i] === 0) low[i] = high[i]!; // any pixel that exists
    if (highShare[i] === 0) high[i] = low[i]!;
  }
  return { low, high, lowShare, highShare };
}

/** A row of the picture (−1: none yet) at the width of the square, three numbers a pixel. */
interface Line {
  row: number;
  readonly values: Float32Array;
}

/** Both rows at the width of the square; a line that holds the wanted one already is taken as it is. */
function bothLines(lines: [Line, Line], picture: Picture, columns: Taps, upper: number, lower: number): [Float32Array, Float32Array] {
  if (lines[1].row === upper || lines[0].row === lower) lines.reverse();
  if (lines[0].row !== upper) fillLine(lines[0], picture, columns, upper);
  if (upper === lower) return [lines[0].values, lines[0].values];
  if (lines[1].row !== lower) fillLine(lines[1], picture, columns, lower);
  return [lines[0].values, lines[1].values];
}

function fillLine(line: Line, { data, width }: Picture, { low, high, lowShare, highShare }: Taps, row: number): void {
  const { values } = line;
  line.row = row;
  const start = row * width;
  for (let x = 0, o = 0; x < low.length; x++, o += 3) {
    const i = (start + low[x]!) * 3;
    const k = (start + high[x]!) * 3;
    const f = lowShare[x]!;
    const g = highShare[x]!;
    values[o] = data[i]! * f + data[k]! * g;
    values[o + 1] = data[i + 1]! * f + data[k + 1]! * g;
    values[o + 2] = data[i + 2]! * f + data[k + 2]! * g;
  }
}
