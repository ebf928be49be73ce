import type { Box, Detection } from './face.ts';

/**
 * Intersection over union of two boxes, 0–1. `plusOne`: sides are counted as `x2 − x1 + 1` pixels, as older detectors (S3FD, RetinaFace) do.
 * Two boxes without area overlap by 0.
 */
export function iou(a: Box, b: Box, plusOne = false): number {
  const one = plusOne ? 1 : 0;
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x) + one;
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y) + one;
  if (width <= 0 || height <= 0) return 0;
  const area = (box: Box) => (box.width + one) * (box.height + one);
  const shared = width * height;
  return shared / (area(a) + area(b) - shared);
}

/**
 * Greedy non-maximum suppression (eq. 6): best first, each box kept unless it overlaps a kept one by more than `iou`; at most `most` are kept.
 * Equal scores keep their order.
 */
export function nms<D extends Detection>(
  detections: readonly D[],
  options: { readonly iou: number; readonly most?: number; readonly plusOne?: boolean },
): D[] {
  const kept: D[] = [];
  for (const next of [...detections].sort((a, b) => b.score - a.score)) {
    if (kept.length >= (options.most ?? Number.POSITIVE_INFINITY)) break;
    if (kept.every(({ box }) => iou(box, next.box, options.plusOne) <= options.iou)) kept.push(next);
  }
  return kept;
}

/** The part of a box that lies inside a picture; width and height are 0 where nothing does. */
export function clipBox(box: Box, width: number, height: number): Box {
  const within = (value: number, most: number) => Math.min(Math.max(value, 0), most);
  const [x, y] = [within(box.x, width), within(box.y, height)];
  return { x, y, width: within(box.x + box.width, width) - x, height: within(box.y + box.height, height) - y };
}

/** Whether any part of a box lies inside a picture. */
export function liesIn(box: Box, picture: { readonly width: number; readonly height: number }): boolean {
  const { width, height } = clipBox(box, picture.width, picture.height);
  return width > 0 && height > 0;
}

/** The box in a picture that is `sx` times as wide and `sy` times as high. */
export function scaleBox(box: Box, sx: number, sy = sx): Box {
  return { x: box.x * sx, y: box.y * sy, width: box.width * sx, height: box.height * sy };
}

/** The smallest box around some points. Throws RangeError when there are none. */
export function boxAround(points: readonly { readonly x: number; readonly y: number }[]): Box {
  if (points.length === 0) throw new RangeError('boxAround needs at least one point');
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}
