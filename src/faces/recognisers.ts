import { compile, float32, input, softmax } from '../graph/index.ts';
import { normalise, type Picture, picture as pictureOf, resize } from '../media/picture.ts';
import { DDAMFN, ddamfn } from '../models/ddamfn.ts';
import { FACE_SIDE, faceExpression } from '../models/facefeatures.ts';
import type { Weights } from '../weights/index.ts';
import { ALIGNED_SIDE, fivePoints, pose, warp } from './alignment.ts';
import { rowsOf, squares } from './batch.ts';
import { boxAround } from './boxes.ts';
import { type ClassOrder, inOurOrder } from './emotion.ts';
import type { Box, Point, Recogniser } from './face.ts';
import { FACE_INPUT } from './landmarks.ts';
import { cropOf } from './square.ts';
import { engineOptions, type NetworkOptions, openEmbedded, openPulled, runnerOf, unfit } from './weights.ts';

export const RECOGNISERS = ['expression', 'ddamfn'] as const;
export type RecogniserName = (typeof RECOGNISERS)[number];

export interface RecogniserOptions extends NetworkOptions {
  /** For `ddamfn`: as its authors released it (default), or eq. (8) and (9) of the paper as printed, for which no public weights were trained. */
  readonly form?: 'released' | 'paper' | undefined;
}

/**
 * Stage 2 by name. `expression` is face-api's, with weights from npm; `ddamfn` is the paper's and needs `weights`.
 * Throws ModelError FACES_WEIGHTS, FACES_CHECKPOINT, what the weight file's reader and `compile` throw.
 */
export function openRecogniser(name: RecogniserName, o: RecogniserOptions = {}): Promise<Recogniser> {
  return OPENERS[name](o);
}

const OPENERS: Readonly<Record<RecogniserName, (o: RecogniserOptions) => Promise<Recogniser>>> = {
  expression: openExpression,
  ddamfn: openDdamfn,
};

type Asked = Parameters<Recogniser['recognise']>[1][number];

async function openExpression(o: RecogniserOptions): Promise<Recogniser> {
  const { weights, receipt } = await openEmbedded('expression', o);
  const network = await runnerOf(() => ({ shares: faceExpression(weights, input('faces', 'float32', ['B', 3, FACE_SIDE, FACE_SIDE])) }), o);
  const order: ClassOrder = 'faceapi';
  return {
    name: 'expression',
    receipt: { ...receipt, order },
    async recognise(picture, asked) {
      if (asked.length === 0) return [];
      const { faces } = squares(picture, FACE_INPUT, asked.map(aroundLandmarks));
      const { shares } = await network.run({ faces }, { give: ['faces'] });
      return rowsOf(shares!).map((row) => inOurOrder(row, order));
    },
    dispose: () => network.dispose(),
  };
}

/** Room around the landmarks, as a part of their box; face-api's `alignMinBbox`. */
const ROOM = 0.2;

/** The detector's box where there are no landmarks. */
function aroundLandmarks({ box, landmarks }: Asked): Box {
  if (landmarks === undefined || landmarks.length === 0) return box;
  const { x, y, width, height } = boxAround(landmarks);
  return { x: x - (width * ROOM) / 2, y: y - (height * ROOM) / 2, width: width * (1 + ROOM), height: height * (1 + ROOM) };
}

/** Means and deviations of ImageNet's colours. */
const COLOURS = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;
/** Class orders by the number of rows of the last layer. */
const ORDERS: Readonly<Record<number, ClassOrder>> = { 7: 'ddamfn7', 8: 'ddamfn8' };
const PULLED = { network: 'ddamfn', pull: 'ddamfn-rafdb', convert: '--key model_state_dict' } as const;

async function openDdamfn(o: RecogniserOptions): Promise<Recogniser> {
  const { weights, receipt } = await openPulled(PULLED, o.weights);
  const classes = weights.shapeOf('fc.weight')?.[0];
  const order = ORDERS[classes ?? 0];
  if (classes === undefined || order === undefined)
    throw unfit('ddamfn', receipt.weights, '"fc.weight" with 7 or 8 rows', classes === undefined ? 'none' : `${classes} rows`);
  const form = o.form ?? 'released';
  const heads = headsOf(weights);
  const { logits } = ddamfn(weights, { ...DDAMFN, heads, classes, form }, input('faces', 'float32', ['B', 3, ALIGNED_SIDE, ALIGNED_SIDE]));
  const session = await compile({ shares: softmax(logits) }, engineOptions(o));
  return {
    name: 'ddamfn',
    receipt: { ...receipt, form, order, alignment: 'five of the 68 points, nearest of five templates; without landmarks the box as it is' },
    async recognise(picture, asked) {
      if (asked.length === 0) return [];
      const size = 3 * ALIGNED_SIDE ** 2;
      const data = new Float32Array(asked.length * size);
      for (const [i, face] of asked.entries()) normalise(aligned(picture, face), COLOURS, data.subarray(i * size, (i + 1) * size));
      const { shares } = await session.run({ faces: float32([asked.length, 3, ALIGNED_SIDE, ALIGNED_SIDE], data) });
      return rowsOf(shares!).map((row) => inOurOrder(row, order));
    },
    dispose: () => session.dispose(),
  };
}

/** At least one, so that a checkpoint without any is refused for the weight that it lacks. */
function headsOf(weights: Weights): number {
  let heads = 1;
  while (weights.has(`cat_head${heads}.CoordAtt.conv1.weight`)) heads++;
  return heads;
}

/** A face as DDAMFN's training had it: turned upright by its landmarks, otherwise only cut out and stretched to a square. */
function aligned(picture: Picture, { box, landmarks }: Asked): Picture {
  const found = landmarks?.length === 68 ? pose(fivePoints(landmarks as readonly Point[])) : undefined;
  return found ? warp(picture, found.to) : resize(cut(picture, box), ALIGNED_SIDE, ALIGNED_SIDE, 'bilinear');
}

/** The part of a picture inside a box; a black pixel where nothing of it lies inside. */
function cut(from: Picture, box: Box): Picture {
  const { x, y, width, height } = cropOf(from, box);
  if (width === 0 || height === 0) return pictureOf(1, 1, new Uint8Array(3));
  const data = new Uint8Array(3 * width * height);
  for (let row = 0; row < height; row++) {
    const start = ((y + row) * from.width + x) * 3;
    data.set(from.data.subarray(start, start + 3 * width), 3 * width * row);
  }
  return pictureOf(width, height, data);
}
