import { input } from '../graph/index.ts';
import type { Picture } from '../media/picture.ts';
import { FACE_SIDE, faceLandmarks } from '../models/facefeatures.ts';
import { rowsOf, squares } from './batch.ts';
import type { Box, Point } from './face.ts';
import type { SquareInput } from './square.ts';
import { type NetworkOptions, openEmbedded, runnerOf, type WeightReceipt } from './weights.ts';

/** How face-api gives a face to its networks for landmarks and expressions: the mean colour is that of its training pictures. */
export const FACE_INPUT: SquareInput = { side: FACE_SIDE, mean: [122.782, 117.001, 104.298], scale: 1 / 255, centred: true };

/** Finds 68 points of a face, iBUG order: jaw 0–16, brows 17–26, nose 27–35, eyes 36–47, mouth 48–67; left is left in the picture. */
export interface Landmarks {
  readonly receipt: WeightReceipt;
  /** For each box its points, in pixels of the picture; all boxes go through the network together, and each just once while the picture is there. */
  landmarks(picture: Picture, boxes: readonly Box[]): Promise<Point[][]>;
  dispose(): Promise<void>;
}

/** face-api's landmark network, from the package unless `weights` names another manifest. Throws what `openManifest` and `compile` throw. */
export async function openLandmarks(o: NetworkOptions = {}): Promise<Landmarks> {
  const { weights, receipt } = await openEmbedded('landmarks', o);
  const network = await runnerOf(() => ({ points: faceLandmarks(weights, input('faces', 'float32', ['B', 3, FACE_SIDE, FACE_SIDE])) }), o);
  const known = new WeakMap<Picture, Map<Box, Point[]>>();
  return {
    receipt,
    async landmarks(picture, boxes) {
      const found = known.get(picture) ?? new Map<Box, Point[]>();
      known.set(picture, found);
      const fresh = boxes.filter((box) => !found.has(box));
      if (fresh.length > 0) {
        const { faces, crops } = squares(picture, FACE_INPUT, fresh);
        const { points } = await network.run({ faces }, { give: ['faces'] });
        for (const [i, row] of rowsOf(points!).entries()) found.set(fresh[i]!, inPicture(row, fresh[i]!, crops[i]!));
      }
      return boxes.map((box) => found.get(box)!);
    },
    dispose: () => network.dispose(),
  };
}

/** Fractions of the square → pixels. The black beside the face is taken off; the points then lie from the box's own corner, as face-api has it. */
function inPicture(row: Float32Array, box: Box, { width, height }: Box): Point[] {
  const length = Math.max(width, height);
  const [left, top] = [(length - width) / 2, (length - height) / 2];
  return Array.from({ length: row.length / 2 }, (_, i) => ({
    x: box.x + row[2 * i]! * length - left,
    y: box.y + row[2 * i + 1]! * length - top,
  }));
}
