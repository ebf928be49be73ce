import { compile, float32, input, type Value } from '../graph/index.ts';
import { type Picture, resize } from '../media/picture.ts';
import { anchorAt, decode } from '../models/anchors.ts';
import { faceProbability, S3FD, S3FD_DILATED, S3FD_RENAMES, type S3fdConfig, s3fd, s3fdConfig } from '../models/s3fd.ts';
import { liesIn, nms, scaleBox } from './boxes.ts';
import type { Detection, Detector } from './face.ts';
import { engineOptions, type NetworkOptions, openPulled, unfit } from './weights.ts';

/** The two published ports: networks, order of the colours, and how boxes are chosen. */
interface Port {
  readonly port: string;
  /** A weight that only this port names so. */
  readonly sign: string;
  readonly config: S3fdConfig;
  /** Which colour of the picture comes when: 0 red, 1 green, 2 blue. */
  readonly colours: readonly [number, number, number];
  readonly choice: { readonly score: number; readonly iou: number; readonly plusOne: boolean; readonly most?: number };
}

/** Facts: face-alignment `detection/sfd/sfd_detector.py`, `detect.py`; yxlijun/S3FD.pytorch `demo.py`, `data/config.py`. */
const PORTS: readonly Port[] = [
  {
    port: 'face-alignment',
    sign: 'conv1_1.weight',
    config: S3FD,
    colours: [2, 1, 0],
    choice: { score: 0.5, iou: 0.3, plusOne: true },
  },
  {
    port: 'yxlijun/S3FD.pytorch',
    sign: 'vgg.0.weight',
    config: S3FD_DILATED,
    colours: [0, 1, 2],
    choice: { score: 0.6, iou: 0.3, plusOne: false, most: 750 },
  },
];

/** Subtracted from red, green and blue. */
const MEANS = [123, 117, 104] as const;
/** Seven halvings need so many pixels a side; a smaller picture gets the mean colour to the right and below. */
const LEAST_SIDE = 32;
/** A picture with more is made smaller, its sides in proportion: 720p (0.92 million pixels) just fits, and takes about 1.5 GB. */
export const S3FD_PIXELS = 2 ** 20;

/** S3FD from the checkpoint at `weights`; the port shows in its names. Throws as `openDetector` does. */
export async function openS3fd(o: NetworkOptions & { readonly score?: number | undefined }): Promise<Detector> {
  const { weights, receipt, names } = await openPulled({ network: 's3fd', pull: 's3fd' }, o.weights, S3FD_RENAMES);
  const port = PORTS.find(({ sign }) => names.has(sign));
  if (port === undefined) {
    const expected = PORTS.map((p) => `"${p.sign}" (${p.port})`).join(' or ');
    throw unfit('s3fd', receipt.weights, expected, 'neither');
  }
  const { colours, choice } = port;
  const taps = s3fd(weights, s3fdConfig(weights, port.config), input('pixels', 'float32', [1, 3, 'H', 'W']));
  const outputs = taps.flatMap((tap, i) => [[`face.${i}`, faceProbability(tap)] as const, [`offsets.${i}`, tap.offsets] as const]);
  const session = await compile(Object.fromEntries(outputs), engineOptions(o));
  const thresholds = { ...choice, score: o.score ?? choice.score };
  return {
    name: 's3fd',
    receipt: { ...receipt, port: port.port, ...thresholds, mostPixels: S3FD_PIXELS },
    async detect(picture) {
      const small = fitted(picture);
      const out = await session.run({ pixels: pixelsOf(small, colours) });
      const found = taps.flatMap(({ stride }, i) => facesIn(out[`face.${i}`]!, out[`offsets.${i}`]!, stride, thresholds.score));
      const [sx, sy] = [picture.width / small.width, picture.height / small.height];
      const faces = nms(found, thresholds).map(({ box, score }) => ({ box: scaleBox(box, sx, sy), score }));
      // Cells beyond the border see faces there; who lies outside altogether is none.
      return faces.filter(({ box }) => liesIn(box, picture));
    },
    dispose: () => session.dispose(),
  };
}

/** The picture, or one with at most `S3FD_PIXELS`, the mean colour beside a narrow one included. */
function fitted(picture: Picture): Picture {
  const { width, height } = picture;
  const factor = Math.min(Math.sqrt(S3FD_PIXELS / (width * height)), S3FD_PIXELS / LEAST_SIDE / Math.max(width, height));
  if (factor >= 1) return picture;
  const side = (length: number) => Math.max(1, Math.floor(length * factor));
  return resize(picture, side(width), side(height), 'bilinear');
}

/** Colours apart in the port's order, means subtracted: [1,3,H,W]. */
function pixelsOf({ width, height, data }: Picture, colours: Port['colours']): Value {
  const [W, H] = [Math.max(width, LEAST_SIDE), Math.max(height, LEAST_SIDE)];
  const pixels = new Float32Array(3 * W * H);
  for (const [plane, c] of colours.entries()) {
    const mean = MEANS[c]!;
    for (let y = 0; y < height; y++) {
      const [from, to] = [y * width * 3 + c, (plane * H + y) * W];
      for (let x = 0; x < width; x++) pixels[to + x] = data[from + 3 * x]! - mean;
    }
  }
  return float32([1, 3, H, W], pixels);
}

/** The cells of a map that show a face, as boxes. face [1,1,h,w], offsets [1,4,h,w]. */
function facesIn(face: Value, offsets: Value, stride: number, least: number): Detection[] {
  const [columns, cells] = [face.shape[3]!, face.data.length];
  const [scores, moves] = [face.data as Float32Array, offsets.data as Float32Array];
  const found: Detection[] = [];
  for (let i = 0; i < cells; i++) {
    if (!(scores[i]! > least)) continue;
    const move = [0, 1, 2, 3].map((k) => moves[k * cells + i]!) as [number, number, number, number];
    const { left, top, right, bottom } = decode(anchorAt(stride, Math.floor(i / columns), i % columns), move);
    found.push({ box: { x: left, y: top, width: right - left, height: bottom - top }, score: scores[i]! });
  }
  return found;
}
