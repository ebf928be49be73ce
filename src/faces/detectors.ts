import { float32, input, type Value } from '../graph/index.ts';
import type { Picture } from '../media/picture.ts';
import { kernel8Type } from '../models/kernel8.ts';
import { SSD_SIDE, SSD_STEP, ssd, ssdAnchors } from '../models/ssd.ts';
import { TINY_SIDE, tinyFace } from '../models/tinyface.ts';
import { clipBox, liesIn, nms, scaleBox } from './boxes.ts';
import type { Box, Detection, Detector } from './face.ts';
import { openS3fd } from './s3fd.ts';
import { type SquareInput, squareOf } from './square.ts';
import { engineOptions, type NetworkOptions, openEmbedded, runnerOf } from './weights.ts';

export type { NetworkOptions } from './weights.ts';

export const DETECTORS = ['ssd8', 'ssd', 'tiny', 's3fd'] as const;
export type DetectorName = (typeof DETECTORS)[number];

export interface DetectorOptions extends NetworkOptions {
  /** Faces with a score (0–1) above this are found; where absent the network's published one, 0.5 (for S3FD in yxlijun's port 0.6). */
  readonly score?: number | undefined;
}

/**
 * Stage 1 by name. `ssd8` (MobileNet V1, most of it in whole numbers) is the default of the program, `ssd` the same network as face-api computes it, in
 * three times the time; `tiny` misses more. All with weights from npm; `s3fd` is the paper's, takes seconds a picture without a graphics card, and needs `weights`.
 * Throws ModelError FACES_WEIGHTS, FACES_CHECKPOINT, what the weight file's reader and `compile` throw.
 */
export function openDetector(name: DetectorName, o: DetectorOptions = {}): Promise<Detector> {
  return OPENERS[name](o);
}

const OPENERS: Readonly<Record<DetectorName, (o: DetectorOptions) => Promise<Detector>>> = {
  ssd8: (o) => openSsd('ssd8', o, true),
  ssd: (o) => openSsd('ssd', o, false),
  tiny: openTiny,
  s3fd: openS3fd,
};

/** Values of face-api's defaults: `SsdMobilenetv1Options`, `TinyFaceDetectorOptions`. */
const SSD = { score: 0.5, iou: 0.5, most: 100 } as const;
const TINY = { score: 0.5, iou: 0.4 } as const;
const SSD_INPUT: SquareInput = { side: SSD_SIDE, mean: [127.5, 127.5, 127.5], scale: 1 / 127.5, centred: false };
const TINY_INPUT: SquareInput = { side: TINY_SIDE, mean: [117.001, 114.697, 97.404], scale: 1 / 255, centred: false };

/** `parts`: in whole numbers, and of the black beside the picture no more than a margin. Otherwise as face-api has it. */
async function openSsd(name: DetectorName, o: DetectorOptions, parts: boolean): Promise<Detector> {
  const whole = parts ? kernel8Type(engineOptions(o)) : undefined;
  whole?.catch(() => {}); // told below; the weights are read meanwhile
  const { weights, receipt } = await openEmbedded('ssd', o);
  const inputs = [input('pixels', 'float32', [1, 3, 'H', 'W']), input('anchors', 'float32', [1, 'A', 4])] as const;
  const network = await runnerOf(async () => ({ ...ssd(weights, ...inputs, await whole) }), o);
  const thresholds = { ...SSD, score: o.score ?? SSD.score };
  const memory: Float32Array[] = []; // of squares that have been looked at: the next ones go there
  const known = new Map<string, Value>();
  const anchorsOf = (rows: number, columns: number): Value => {
    const key = `${rows} ${columns}`;
    const anchors = known.get(key) ?? anchorRows(ssdAnchors(weights, rows, columns));
    known.set(key, anchors);
    return anchors;
  };
  return {
    name,
    receipt: { ...receipt, network: name, ...thresholds },
    async detect(picture) {
      const [rows, columns] = parts ? [shownOf(picture.height, picture), shownOf(picture.width, picture)] : [SSD_SIDE, SSD_SIDE];
      const free = memory.pop();
      const into = free?.length === 3 * rows * columns ? free : undefined;
      const pixels = float32([1, 3, rows, columns], squareOf(picture, { ...SSD_INPUT, rows, columns }, undefined, into).pixels);
      const anchors = anchorsOf(rows, columns);
      const { corners, scores, pixels: back } = await network.run({ pixels, anchors }, { lend: ['pixels'] });
      memory.push(back!.data as Float32Array);
      const data = corners!.data as Float32Array;
      const found = above(thresholds.score, scores!.data as Float32Array, (i) => {
        const [top, left, bottom, right] = data.subarray(4 * i, 4 * i + 4) as unknown as [number, number, number, number];
        return { x: left, y: top, width: right - left, height: bottom - top };
      });
      // Cut at the borders of the square, not of the picture: as face-api has it.
      return placed(nms(found, thresholds), picture, (box) => inPicture(clipBox(box, 1, 1), picture, SSD_SIDE));
    },
    dispose: () => network.dispose(),
  };
}

const anchorRows = (data: Float32Array): Value => float32([1, data.length / 4, 4], data);

/** Faces that a border cuts off are also found from beyond it: so many pixels of the square are looked at there. */
const MARGIN = 32;

/** Of the square's rows or columns, those that show a side of the picture, and the margin. */
function shownOf(size: number, { width, height }: Picture): number {
  const own = Math.round((size * SSD_SIDE) / Math.max(width, height));
  return Math.min(SSD_SIDE, Math.ceil((own + MARGIN) / SSD_STEP) * SSD_STEP);
}

async function openTiny(o: DetectorOptions): Promise<Detector> {
  const { weights, receipt } = await openEmbedded('tiny', o);
  const network = await runnerOf(() => ({ ...tinyFace(weights, input('pixels', 'float32', [1, 3, TINY_SIDE, TINY_SIDE])) }), o);
  const thresholds = { ...TINY, score: o.score ?? TINY.score };
  return {
    name: 'tiny',
    receipt: { ...receipt, ...thresholds },
    async detect(picture) {
      const { boxes, scores } = await network.run({ pixels: wholePicture(picture, TINY_INPUT) }, { give: ['pixels'] });
      const data = boxes!.data as Float32Array;
      const found = above(thresholds.score, scores!.data as Float32Array, (i) => {
        const [x, y, width, height] = data.subarray(4 * i, 4 * i + 4) as unknown as [number, number, number, number];
        return { x: x - width / 2, y: y - height / 2, width, height };
      });
      return placed(nms(found, thresholds), picture, (box) => inPicture(box, picture, TINY_SIDE));
    },
    dispose: () => network.dispose(),
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
