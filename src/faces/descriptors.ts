import { input } from '../graph/index.ts';
import type { Picture } from '../media/picture.ts';
import { DESCRIPTOR_SIDE, faceDescriptor } from '../models/facedescriptor.ts';
import { centreOf } from './alignment.ts';
import { rowsOf, squares } from './batch.ts';
import type { Box, Point } from './face.ts';
import { FACE_INPUT, type Landmarks, openLandmarks } from './landmarks.ts';
import { cropOf } from './square.ts';
import { type NetworkOptions, openEmbedded, runnerOf, type WeightReceipt } from './weights.ts';

/** Tells people apart: 128 numbers a face; those of one person lie near each other, by face-api's rule of thumb within a distance of 0.6. */
export interface Descriptors {
  readonly receipt: WeightReceipt & { readonly landmarks: WeightReceipt };
  /** For each box its descriptor. The face is cut out by its landmarks, which are looked for first, as the network was trained. */
  describe(picture: Picture, boxes: readonly Box[]): Promise<Float32Array[]>;
  dispose(): Promise<void>;
}

const INPUT = { ...FACE_INPUT, side: DESCRIPTOR_SIDE };

/**
 * face-api's face recognition network (dlib's), from the package unless `weights` names another manifest. `landmarks` are those that somebody has opened, and
 * will close; without them it opens its own. Throws what `openManifest` and `compile` throw.
 */
export async function openDescriptors(o: NetworkOptions & { readonly landmarks?: Promise<Landmarks> } = {}): Promise<Descriptors> {
  const { weights, receipt } = await openEmbedded('descriptors', o);
  const faces = input('faces', 'float32', ['B', 3, DESCRIPTOR_SIDE, DESCRIPTOR_SIDE]);
  const network = await runnerOf(() => ({ descriptors: faceDescriptor(weights, faces) }), o);
  const eyes = await (o.landmarks ?? openLandmarks({ ...o, weights: undefined, engine: (await network.opening).engine }));
  return {
    receipt: { ...receipt, landmarks: eyes.receipt },
    async describe(picture, boxes) {
      if (boxes.length === 0) return [];
      const points = await eyes.landmarks(picture, boxes);
      const { faces } = squares(
        picture,
        INPUT,
        points.map((face, i) => byEyesAndMouth(face, cropOf(picture, boxes[i]!))),
      );
      const { descriptors } = await network.run({ faces }, { give: ['faces'] });
      return rowsOf(descriptors!);
    },
    async dispose() {
      if (!o.landmarks) await eyes.dispose();
      await network.dispose();
    },
  };
}

/**
 * The square around a face that dlib's network knows: its side is the way from the eyes to the mouth / 0.45, and the middle of the three lies at half its width
 * and 0.43 of its height. Facts: face-api.js `classes/FaceLandmarks.ts` (`alignDlib`), its cut at the size of `crop` included.
 */
function byEyesAndMouth(points: readonly Point[], crop: Box): Box {
  const [left, right, mouth] = [points.slice(36, 42), points.slice(42, 48), points.slice(48)].map(centreOf) as [Point, Point, Point];
  const away = (eye: Point) => Math.hypot(mouth.x - eye.x, mouth.y - eye.y);
  const side = Math.floor((away(left) + away(right)) / 2 / 0.45);
  const middle = centreOf([left, right, mouth]);
  const x = Math.floor(Math.max(0, middle.x - 0.5 * side));
  const y = Math.floor(Math.max(0, middle.y - 0.43 * side));
  return { x, y, width: Math.min(side, crop.width + x), height: Math.min(side, crop.height + y) };
}
