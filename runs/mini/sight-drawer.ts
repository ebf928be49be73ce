/** A thread that draws moments of the made world. */
import { parentPort, workerData } from 'node:worker_threads';
import type { PictureSettings } from '../../src/media/clip.ts';
import type { Part } from '../../src/synth/index.ts';
import { momentOf } from './sight-moments.ts';

/** Which moments: number `from` up to, not including, number `to`. */
export interface Drawing {
  readonly seed: number;
  readonly part: Part;
  readonly from: number;
  readonly to: number;
  readonly settings: PictureSettings;
}

const { seed, part, from, to, settings } = workerData as Drawing;
const moments = Array.from({ length: to - from }, (_, i) => momentOf(seed, part, from + i, settings));
parentPort?.postMessage(
  moments,
  moments.map(({ picture }) => picture.data.buffer as ArrayBuffer),
);
