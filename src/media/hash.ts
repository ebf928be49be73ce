import { createHash } from 'node:crypto';
import { bytesOf, type Image, isPlanes } from './planes.ts';

/** A perceptual hash of 64 bits: the upper and the lower half as unsigned 32-bit numbers. */
export type PictureHash = readonly [high: number, low: number];

/** The grey picture, 72 × 64, in 1/256 of a grey level (0 to 65280): what similarity is measured on. Its cells average out what compression adds. */
export type Thumbnail = Uint16Array;

const [WIDE, HIGH] = [72, 64];
/** dHash looks at 9 × 8 areas of 8 × 8 cells. */
const CELL = 8;
/** Differences up to one grey level are none: else the hash of an even area (a wall, a dark scene) would be noise. */
const STEP = 256;
const WHITE = 255 * 256;

/** Averages of the luma over 72 × 64 boxes of the picture, each at least one pixel. About 2 ms for 720p, 1 ms for planes. */
export function thumbnail(image: Image): Thumbnail {
  const { width, height } = image;
  const { addRow, level } = greyOf(image);
  const [columns, rows] = [boxes(width, WIDE), boxes(height, HIGH)];
  const out = new Uint16Array(WIDE * HIGH);
  const sums = new Float64Array(WIDE);
  for (let row = 0; row < HIGH; row++) {
    const [top, bottom] = [rows.from[row]!, rows.to[row]!];
    sums.fill(0);
    for (let y = top; y < bottom; y++) addRow(y * width, columns, sums);
    for (let x = 0; x < WIDE; x++) out[row * WIDE + x] = level(sums[x]! / ((bottom - top) * (columns.to[x]! - columns.from[x]!)));
  }
  return out;
}

/** Where boxes begin and end along a side. */
interface Boxes {
  readonly from: Int32Array;
  readonly to: Int32Array;
}

function boxes(side: number, count: number): Boxes {
  const edge = (i: number) => Math.floor((i * side) / count);
  const from = Int32Array.from({ length: count }, (_, i) => edge(i));
  return { from, to: from.map((start, i) => Math.max(start + 1, edge(i + 1))) };
}

/** How grey the pixels of a picture are. */
interface Grey {
  /** Adds up the pixels of each box in the row that begins at pixel `row`. */
  addRow(row: number, boxes: Boxes, sums: Float64Array): void;
  /** The mean of what was added, in 1/256 of a grey level. */
  level(mean: number): number;
}

// Two loops of their own: a function for each pixel, or each box, would take twice as long.
function greyOf(image: Image): Grey {
  if (isPlanes(image)) {
    const { planes: luma } = image;
    const [black, white] = image.colours.full ? [0, 255] : [16, 235];
    return {
      addRow(row, { from, to }, sums) {
        for (let x = 0; x < WIDE; x++) {
          let sum = 0;
          const end = row + to[x]!;
          for (let i = row + from[x]!; i < end; i++) sum += luma[i]!;
          sums[x]! += sum;
        }
      },
      level: (mean) => Math.max(0, Math.min(WHITE, Math.round(((mean - black) / (white - black)) * WHITE))),
    };
  }
  const { data } = image;
  return {
    addRow(row, { from, to }, sums) {
      for (let x = 0; x < WIDE; x++) {
        let sum = 0; // BT.601
        const end = (row + to[x]!) * 3;
        for (let i = (row + from[x]!) * 3; i < end; i += 3) sum += 77 * data[i]! + 150 * data[i + 1]! + 29 * data[i + 2]!;
        sums[x]! += sum;
      }
    },
    level: Math.round,
  };
}

/**
 * dHash (N. Krawetz, "Kind of Like That", 2013): 9 × 8 grey areas, one bit for each pair of neighbours in a row, first pair in the highest bit:
 * set where the left one is brighter. Ours needs more than one grey level of difference.
 */
export function dHash(of: Thumbnail): PictureHash {
  const halves = [0, 0];
  for (let row = 0; row < 8; row++) {
    let left = areaOf(of, row, 0);
    for (let column = 1; column < 9; column++) {
      const right = areaOf(of, row, column);
      const half = row < 4 ? 0 : 1;
      halves[half] = ((halves[half]! << 1) | (left - right > STEP ? 1 : 0)) >>> 0;
      left = right;
    }
  }
  return [halves[0]!, halves[1]!];
}

function areaOf(of: Thumbnail, row: number, column: number): number {
  let sum = 0;
  for (let y = row * CELL; y < (row + 1) * CELL; y++) {
    for (let x = column * CELL; x < (column + 1) * CELL; x++) sum += of[y * WIDE + x]!;
  }
  return sum / (CELL * CELL);
}

/** In how many of the 64 bits two hashes differ. Up to 10 may be the same picture compressed twice; unrelated ones have about 32. */
export function hashDistance(a: PictureHash, b: PictureHash): number {
  return ones(a[0] ^ b[0]) + ones(a[1] ^ b[1]);
}

function ones(word: number): number {
  let w = word - ((word >>> 1) & 0x55555555);
  w = (w & 0x33333333) + ((w >>> 2) & 0x33333333);
  return Math.imul((w + (w >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** The hash in 16 hexadecimal digits, as ledgers have it. */
export const hashText = ([high, low]: PictureHash): string => high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');

/** The hash of 16 hexadecimal digits. */
export const hashOfText = (text: string): PictureHash => [Number.parseInt(text.slice(0, 8), 16), Number.parseInt(text.slice(8), 16)];

/** How much two pictures differ: root mean square over their thumbnails, in grey levels (0 to 255). Squares let a small thing that moves count. */
export function pictureDifference(a: Thumbnail, b: Thumbnail): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const d = a[i]! - b[i]!;
    sum += d * d;
  }
  return Math.sqrt(sum / a.length) / 256;
}

/** Which very pixels: the first 64 bits of SHA-256 over size and bytes, in hexadecimal. About 2 ms for 720p, 1 ms for planes. */
export function pixelHash(image: Image): string {
  return createHash('sha256').update(`${image.width}x${image.height}:`).update(bytesOf(image)).digest('hex').slice(0, 16);
}
