import type { Picture } from '../media/picture.ts';

/** A rectangle in pixels of the upright picture; may reach over its edges. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A point in pixels of the upright picture. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A face that a detector found: where, and how sure it is (0–1). */
export interface Detection {
  readonly box: Box;
  readonly score: number;
}

/** Stage 1 of the paper's facial emotion module (§4.3, eq. 5–6): faces of one picture, best first. */
export interface Detector {
  readonly name: string;
  /** What the receipt says: network, weights with hash, thresholds. */
  readonly receipt: Readonly<Record<string, unknown>>;
  detect(picture: Picture): Promise<Detection[]>;
  dispose(): Promise<void>;
}

/** Stage 2 (§4.3, eq. 7–10): for each face how viewers would read its expression. */
export interface Recogniser {
  readonly name: string;
  readonly receipt: Readonly<Record<string, unknown>>;
  /** One distribution a face (sums to 1), in the order of `EMOTIONS` of emotion.ts. */
  recognise(picture: Picture, faces: readonly { box: Box; landmarks?: readonly Point[] | undefined }[]): Promise<Float32Array[]>;
  dispose(): Promise<void>;
}
