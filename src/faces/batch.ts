import { float32, type Value } from '../graph/index.ts';
import type { Picture } from '../media/picture.ts';
import type { Box } from './face.ts';
import { type SquareInput, squareOf } from './square.ts';

/** Parts of a picture as one batch [B,3,side,side], and the whole pixels that were taken for each. */
export function squares(picture: Picture, input: SquareInput, boxes: readonly Box[]): { readonly faces: Value; readonly crops: Box[] } {
  const size = 3 * input.side * input.side;
  const data = new Float32Array(boxes.length * size);
  const crops = boxes.map((box, i) => squareOf(picture, input, box, data.subarray(i * size, (i + 1) * size)).crop);
  return { faces: float32([boxes.length, 3, input.side, input.side], data), crops };
}

/** Rows of an output [B,n], each in memory of its own. */
export function rowsOf({ data, shape }: Value): Float32Array[] {
  const width = shape[1]!;
  return Array.from({ length: shape[0]! }, (_, i) => (data as Float32Array).slice(i * width, (i + 1) * width));
}
