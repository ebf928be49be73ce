import { compile, float32, input } from '../graph/index.ts';
import type { Picture } from '../media/picture.ts';
import { SSD_SIDE, ssd } from '../models/ssd.ts';
import { TINY_SIDE, tinyFace } from '../models/tinyface.ts';
import { clipBox, liesIn, nms, scaleBox } from './boxes.ts';
import type { Box, Detection, Detector } from './face.ts';
import { openS3fd } from './s3fd.ts';
import { type SquareInput, squareOf } from './square.ts';
import { engineOptions, type NetworkOptions, openEmbedded } from './weights.ts';

export type { NetworkOptions } from './weights.ts';

export const DETECTORS = ['ssd', 'tiny', 's3fd'] as const;
export type DetectorName = (typeof DETECTORS)[number];

export interface DetectorOptions extends NetworkOptions {
  /** Faces with a score (0–1) above this are found; where absent the network's published one, 0.5 (for S3FD in yxlijun's port 0.6). */
  readonly score?: number | undefined;
}

/**
 * Stage 1 by name. `ssd` (MobileNet V1) is the default of the program, `tiny` is faster and misses more, both with weights from npm; `s3fd` is the paper's,
 * takes seconds a picture without a graphics card, and needs `weights`.
 * Throws ModelError FACES_WEIGHTS, FACES_CHECKPOINT, what the weight file's reader and `compile` throw.
 */
export function openDetector(name: DetectorName, o: DetectorOptions = {}): Promise<Detector> {
  return OPENERS[name](o);
}

const OPENERS: Readonly<Record<DetectorName, (o: DetectorOptions) => Promise<Detector>>> = {
  ssd: openSsd,
  tiny: openTiny,
  s3fd: openS3fd,
};

/** Values of face-api's defaults: `SsdMobilenetv1Options`, `TinyFaceDetectorOptions`. */
const SSD = { score: 0.5, iou: 0.5, most: 100 } as const;
const TINY = { score: 0.5, iou: 0.4 } as const;
const SSD_INPUT: SquareInput = { side: SSD_SIDE, mean: [127.5, 127.5, 127.5], scale: 1 / 127.5, centred: false };
const TINY_INPUT: SquareInput = { side: TINY_SIDE, mean: [117.001, 114.697, 97.404], scale: 1 / 255, centred: false };

async function openSsd(o: DetectorOptions): Promise<Detector> {
  const { weights, receipt } = await openEmbedded('ssd', o);
  const session = await compile({ ...ssd(weights, input('pixels', 'float32', [1, 3, SSD_SIDE, SSD_SIDE])) }, engineOptions(o));
  const thresholds = { ...SSD, score: o.score ?? SSD.score };
  return {
    name: 'ssd',
    receipt: { ...receipt, ...thresholds },
    async detect(picture) {
      const { corners, scores } = await session.run({ pixels: wholePicture(picture, SSD_INPUT) });
      const data = corners!.data as Float32Array;
      const found = above(thresholds.score, scores!.data as Float32Array, (i) => {
        const [top, left, bottom, right] = data.subarray(4 * i, 4 * i + 4) as unknown as [number, number, number, number];
        return { x: left, y: top, width: right - left, height: bottom - top };
      });
      // Cut at the borders of the square, not of the picture: as face-api has it.
      return placed(nms(found, thresholds), picture, (box) => inPicture(clipBox(box, 1, 1), picture, SSD_SIDE));
    },
    dispose: () => session.dispose(),
  };
}

async function openTiny(o: DetectorOptions): Promise<Detector> {
  const { weights, receipt } = await openEmbedded('tiny', o);
  const session = await compile({ ...tinyFace(weights, input('pixels', 'float32', [1, 3, TINY_SIDE, TINY_SIDE])) }, engineOptions(o));
  const thresholds = { ...TINY, score: o.score ?? TINY.score };
  return {
    name: 'tiny',
    receipt: { ...receipt, ...thresholds },
    async detect(picture) {
      const { boxes, scores } = await session.run({ pixels: wholePicture(picture, TINY_INPUT) });
      const data = boxes!.data as Float32Array;
      const found = above(thresholds.score, scores!.data as Float32Array, (i) => {
        const [x, y, width, height] = data.subarray(4 * i, 4 * i + 4) as unknown as [number, number, number, number];
        return { x: x - width / 2, y: y - height / 2, width, height };
      });
      return placed(nms(found, thresholds), picture, (box) => inPicture(box, picture, TINY_SIDE));
    },
    dispose: () => session.dispose(),
  };
}

function wholePicture(picture: Picture, square: SquareInput) {
  return float32([1, 3, square.side, square.side], squareOf(picture, square).pixels);
}

/** What has a score above the threshold. */
function above(least: number, scores: Float32Array, boxOf: (i: number) => Box): Detection[] {
  const found: Detection[] = [];
  for (let i = 0; i < scores.length; i++) if (scores[i]! > least) found.push({ box: boxOf(i), score: scores[i]! });
  return found;
}

/** Detections with their boxes in pixels; what lies beside the picture altogether, in the black of the square, is no face (here we differ from face-api). */
function placed(found: readonly Detection[], picture: Picture, toPixels: (box: Box) => Box): Detection[] {
  return found.map(({ box, score }) => ({ box: toPixels(box), score })).filter(({ box }) => liesIn(box, picture));
}

/** Fractions of the square → pixels of the picture. face-api takes the picture in the square to be whole pixels wide and high; so do we. */
function inPicture(box: Box, { width, height }: Picture, side: number): Box {
  const longer = Math.max(width, height);
  const stretch = (size: number) => (side / Math.round((size * side) / longer)) * size;
  return scaleBox(box, stretch(width), stretch(height));
}
