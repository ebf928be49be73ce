import type { Picture } from './picture.ts';

/** What the numbers of a video mean: codes of ITU-T H.273, which are FFmpeg's (2: the file does not say). */
export interface Colours {
  readonly matrix: number;
  readonly primaries: number;
  readonly transfer: number;
  /** Levels 0 to 255; else 16 to 235 for the luma, 16 to 240 for the chroma. */
  readonly full: boolean;
}

/** BT.601 from 16 to 235: what pictures of red, green and blue become in a video of ours. */
export const BT601: Colours = { matrix: 6, primaries: 2, transfer: 2, full: false };

/** A picture as videos store it, in 4:2:0: `width` × `height` luma, then two planes of chroma for every second column and row (⌈width / 2⌉ × ⌈height / 2⌉). */
export interface Planes {
  readonly width: number;
  readonly height: number;
  readonly planes: Uint8Array;
  readonly colours: Colours;
}

/** A picture in either form. */
export type Image = Picture | Planes;

/** Whether a picture is in planes. */
export const isPlanes = (image: Image): image is Planes => 'planes' in image;
/** The bytes of a picture, in the form that it has. */
export const bytesOf = (image: Image): Uint8Array => (isPlanes(image) ? image.planes : image.data);

/** Whether numbers mean the same by both. */
export const sameColours = (a: Colours, b: Colours): boolean =>
  a.matrix === b.matrix && a.primaries === b.primaries && a.transfer === b.transfer && a.full === b.full;

/** Width and height of the three planes. */
export function planeSizes(width: number, height: number): readonly (readonly [number, number])[] {
  const chroma = [Math.ceil(width / 2), Math.ceil(height / 2)] as const;
  return [[width, height], chroma, chroma];
}

/** Bytes of a picture in planes. */
export const planesLength = (width: number, height: number): number => planeSizes(width, height).reduce((sum, [w, h]) => sum + w * h, 0);
