import type { Picture } from '../media/picture.ts';
import type { Box } from './face.ts';
import type { Stencil } from './overlay-text.ts';

/** Red, green and blue, 0–255. */
export type Colour = readonly [number, number, number];

/** Changes the pixels of the picture inside a box: `alpha` 1 covers, less lets the picture through. Sides are rounded to whole pixels. */
export function fill({ width, height, data }: Picture, box: Box, [r, g, b]: Colour, alpha = 1): void {
  const [left, right] = [box.x, box.x + box.width].map((x) => Math.min(Math.max(Math.round(x), 0), width)) as [number, number];
  const [top, bottom] = [box.y, box.y + box.height].map((y) => Math.min(Math.max(Math.round(y), 0), height)) as [number, number];
  const through = 1 - alpha;
  const [own, add, more] = [r * alpha, g * alpha, b * alpha];
  for (let y = top; y < bottom; y++) {
    for (let i = (y * width + left) * 3, end = (y * width + right) * 3; i < end; i += 3) {
      data[i] = data[i]! * through + own;
      data[i + 1] = data[i + 1]! * through + add;
      data[i + 2] = data[i + 2]! * through + more;
    }
  }
}

/** The border of a box, `line` pixels thick, inside of it. */
export function outline(picture: Picture, { x, y, width, height }: Box, line: number, colour: Colour, alpha = 1): void {
  const inner = Math.max(0, height - 2 * line);
  fill(picture, { x, y, width, height: line }, colour, alpha);
  fill(picture, { x, y: y + height - line, width, height: line }, colour, alpha);
  fill(picture, { x, y: y + line, width: line, height: inner }, colour, alpha);
  fill(picture, { x: x + width - line, y: y + line, width: line, height: inner }, colour, alpha);
}

/** Ink of a colour through a stencil, whose upper left corner lies at (x, y). */
export function stamp(picture: Picture, stencil: Stencil, x: number, y: number, [r, g, b]: Colour): void {
  const { width, height, data } = picture;
  const [left, top] = [Math.round(x), Math.round(y)];
  for (let v = Math.max(0, -top); v < stencil.height && top + v < height; v++) {
    for (let u = Math.max(0, -left); u < stencil.width && left + u < width; u++) {
      const ink = stencil.ink[v * stencil.width + u]! / 255;
      if (ink === 0) continue;
      const i = ((top + v) * width + left + u) * 3;
      data[i] = data[i]! + ink * (r - data[i]!);
      data[i + 1] = data[i + 1]! + ink * (g - data[i + 1]!);
      data[i + 2] = data[i + 2]! + ink * (b - data[i + 2]!);
    }
  }
}
