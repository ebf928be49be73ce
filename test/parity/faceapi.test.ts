/**
 * face-api on its own demo photos, and ours: the same boxes, points, expressions and descriptors. The photos lie in the npm package; what face-api finds on
 * them was written by test/fixtures/faceapi/make.mjs from the same decoded pixels.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Descriptors, openDescriptors } from '../../src/faces/descriptors.ts';
import { openDetector } from '../../src/faces/detectors.ts';
import { CLASS_ORDERS, EMOTIONS } from '../../src/faces/emotion.ts';
import type { Box, Detector, Point, Recogniser } from '../../src/faces/face.ts';
import { type Landmarks, openLandmarks } from '../../src/faces/landmarks.ts';
import { openRecogniser } from '../../src/faces/recognisers.ts';
import { Engine } from '../../src/graph/index.ts';
import { readPicture } from '../../src/media/photo.ts';
import type { Picture } from '../../src/media/picture.ts';
import { rowsOf } from '../support/fixture.ts';

interface Found {
  readonly box: readonly [number, number, number, number];
  readonly score: number;
}
interface Face extends Found {
  readonly landmarks: readonly number[];
  readonly expressions: readonly number[];
  readonly expressionsOfBox: readonly number[];
  readonly descriptor: readonly number[];
}
interface Seen {
  readonly photo: string;
  /** Only this part of it: x, y, width, height. Its borders go through faces. */
  readonly part?: readonly [number, number, number, number];
  readonly ssd: readonly Face[];
  readonly tiny: readonly Found[];
  /** With a threshold of 0.03. */
  readonly unsure: { readonly ssd: readonly Found[]; readonly tiny: readonly Found[] };
}
const EXPECTED: { readonly pictures: readonly Seen[] } = JSON.parse(
  readFileSync(new URL('../fixtures/faceapi/expected.json', import.meta.url), 'utf8'),
);

async function pictureOf({ photo, part }: Seen): Promise<Picture> {
  const at = createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json');
  const whole = await readPicture(at.replace('package.json', `demo/${photo}`));
  if (part === undefined) return whole;
  const [x, y, width, height] = part;
  const data = new Uint8Array(3 * width * height);
  for (let row = 0; row < height; row++) {
    const start = ((y + row) * whole.width + x) * 3;
    data.set(whole.data.subarray(start, start + 3 * width), 3 * width * row);
  }
  return { width, height, data };
}

const boxOf = ([x, y, width, height]: Found['box']): Box => ({ x, y, width, height });
const corners = ({ x, y, width, height }: Box) => [x, y, x + width, y + height];
const pointsOf = (flat: readonly number[]): Point[] => rowsOf(flat, 2).map(([x, y]) => ({ x: x!, y: y! }));
/** face-api's order of classes → ours. */
const inEmotions = (shares: readonly number[]) => EMOTIONS.map((name) => shares[CLASS_ORDERS.faceapi.indexOf(name)]!);

const engine = new Engine();
let [ssd, tiny, ssdUnsure, tinyUnsure] = [] as unknown as [Detector, Detector, Detector, Detector];
let [eyes, expression, people] = [] as unknown as [Landmarks, Recogniser, Descriptors];
beforeAll(async () => {
  [ssd, ssdUnsure] = [await openDetector('ssd', { engine }), await openDetector('ssd', { engine, score: 0.03 })];
  [tiny, tinyUnsure] = [await openDetector('tiny', { engine }), await openDetector('tiny', { engine, score: 0.03 })];
  expression = await openRecogniser('expression', { engine });
  [eyes, people] = [await openLandmarks({ engine }), await openDescriptors({ engine })];
});
afterAll(() => engine.dispose());

describe.each(EXPECTED.pictures.map((seen) => [`${seen.photo} ${seen.part ?? ''}`, seen] as const))('%s', (_, wanted) => {
  let picture: Picture;
  beforeAll(async () => {
    picture = await pictureOf(wanted);
  });

  test.each([
    ['ssd', () => ssd, wanted.ssd],
    ['tiny', () => tiny, wanted.tiny],
    ['ssd, almost any score', () => ssdUnsure, wanted.unsure.ssd],
    ['tiny, almost any score', () => tinyUnsure, wanted.unsure.tiny],
  ] as const)('%s', async (_, detector, want) => {
    const got = await detector().detect(picture);
    expect(got).toHaveLength(want.length);
    for (const [i, { box, score }] of got.entries()) {
      expect(corners(box)).toBeClose(corners(boxOf(want[i]!.box)), { abs: 0.05 }); // pixels
      expect(score).toBeCloseTo(want[i]!.score, 4);
    }
  });

  test('landmarks', async () => {
    const got = await eyes.landmarks(
      picture,
      wanted.ssd.map((face) => boxOf(face.box)),
    );
    expect(got).toHaveLength(wanted.ssd.length);
    for (const [i, points] of got.entries())
      expect(points.flatMap(({ x, y }) => [x, y])).toBeClose(wanted.ssd[i]!.landmarks, { abs: 0.05 });
  });

  test('expressions, with and without landmarks', async () => {
    const faces = wanted.ssd.map((face) => ({ box: boxOf(face.box) }));
    const around = wanted.ssd.map((face) => ({ box: boxOf(face.box), landmarks: pointsOf(face.landmarks) }));
    const [ofBox, ofLandmarks] = [await expression.recognise(picture, faces), await expression.recognise(picture, around)];
    for (const [i, face] of wanted.ssd.entries()) {
      expect(ofBox[i]!).toBeClose(inEmotions(face.expressionsOfBox), { abs: 1e-4 });
      expect(ofLandmarks[i]!).toBeClose(inEmotions(face.expressions), { abs: 1e-4 });
    }
  });

  test('descriptors', async () => {
    const got = await people.describe(
      picture,
      wanted.ssd.map((face) => boxOf(face.box)),
    );
    expect(got).toHaveLength(wanted.ssd.length);
    for (const [i, descriptor] of got.entries()) expect(descriptor).toBeClose(wanted.ssd[i]!.descriptor, { abs: 1e-4 });
  });
});

test('from picture to expressions, each step with what ours found before', async () => {
  const wanted = EXPECTED.pictures[3]!;
  const picture = await pictureOf(wanted);
  const boxes = (await ssd.detect(picture)).map((face) => face.box);
  const points = await eyes.landmarks(picture, boxes);
  const shares = await expression.recognise(
    picture,
    boxes.map((box, i) => ({ box, landmarks: points[i] })),
  );
  expect(shares).toHaveLength(4);
  for (const [i, face] of wanted.ssd.entries()) {
    expect(points[i]!.flatMap(({ x, y }) => [x, y])).toBeClose(face.landmarks, { abs: 1 });
    expect(shares[i]!).toBeClose(inEmotions(face.expressions), { abs: 1e-3 });
  }
});
