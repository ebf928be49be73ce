import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generated } from '../../test/support/generated.ts';
import { Engine, input } from '../graph/index.ts';
import { readPicture } from '../media/photo.ts';
import { type Picture, resize } from '../media/picture.ts';
import { S3FD, s3fd } from '../models/s3fd.ts';
import { freshWeights, writeSafetensors } from '../weights/index.ts';
import { iou } from './boxes.ts';
import { DETECTORS, openDetector } from './detectors.ts';
import { openS3fd, S3FD_PIXELS } from './s3fd.ts';

const inPackage = (name: string) =>
  createRequire(import.meta.url)
    .resolve('@vladmandic/face-api/package.json')
    .replace('package.json', name);
const black = (width: number, height: number): Picture => ({ width, height, data: new Uint8Array(3 * width * height) });
const noise = (width: number, height: number): Picture => ({
  width,
  height,
  data: Uint8Array.from({ length: 3 * width * height }, (_, i) => (Math.imul(i + 1, 0x9e3779b1) >>> 15) & 255),
});

let folder = '';
let engine: Engine;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-detectors-'));
  engine = new Engine();
});
afterAll(async () => {
  await engine.dispose();
  await rm(folder, { recursive: true });
});

async function checkpoint(name: string, weights: Readonly<Record<string, readonly number[]>>): Promise<string> {
  const path = join(folder, `${name}.safetensors`);
  await writeSafetensors(
    path,
    Object.entries(weights).map(([key, shape]) => {
      const values = generated(key, shape).map((v) => (key === 'conv1_1.weight' ? v / 64 : v));
      return { name: key, dtype: 'F32', shape, data: new Uint8Array(values.buffer) };
    }),
  );
  return path;
}

/** S3FD of face-alignment's port, a few channels wide. */
async function narrow(): Promise<string> {
  const w = freshWeights(generated);
  s3fd(w, { ...S3FD, stages: [4, 6, 8, 10, 12], fc: 16, extras: [6, 10, 5, 8] }, input('pixels', 'float32', [1, 3, 'H', 'W']));
  return checkpoint('narrow', Object.fromEntries([...w.asked].map(([key, t]) => [key, t.shape as number[]])));
}

const FILES = { ssd8: 'ssd_mobilenetv1_model', ssd: 'ssd_mobilenetv1_model', tiny: 'tiny_face_detector_model' } as const;

describe.each(['ssd8', 'ssd', 'tiny'] as const)('%s', (name) => {
  test('says what it is', async () => {
    const detector = await openDetector(name, { engine, score: 0.7 });
    await detector.dispose();
    const file = FILES[name];
    const sha256 = createHash('sha256')
      .update(await readFile(inPackage(`model/${file}.bin`)))
      .digest('hex');
    const weights = `@vladmandic/face-api/model/${file}-weights_manifest.json`;
    expect(detector).toMatchObject({ name, receipt: { network: name, weights, sha256, score: 0.7 } });
  });

  test('finds nobody in the dark, in a single pixel, in a strip', async () => {
    const detector = await openDetector(name, { engine });
    for (const picture of [black(64, 48), black(1, 1), noise(1, 300)]) expect(await detector.detect(picture)).toEqual([]);
    await detector.dispose();
  });

  test('a higher threshold loses the least sure face; another file of the same network is the same network', async () => {
    const picture = await readPicture(inPackage('demo/sample1.jpg'));
    const weights = inPackage(`model/${FILES[name]}-weights_manifest.json`);
    const usual = await openDetector(name, { engine });
    const all = await usual.detect(picture);
    expect(all.map((face) => face.score)).toEqual(all.map((face) => face.score).sort((a, b) => b - a));
    const strict = await openDetector(name, { engine, weights, score: all.at(-1)!.score });
    expect(await strict.detect(picture)).toEqual(all.slice(0, -1));
    expect(strict.receipt.weights).toBe(weights);
    for (const network of [usual, strict]) await network.dispose();
  });
});

/** Windows of a photo of other proportions: `across` of its width or height, at its right or lower border. */
function windowOf(whole: Picture, proportion: number, across: number): Picture {
  const width = Math.floor(Math.min(whole.width, whole.height * proportion) * across);
  const height = Math.floor(width / proportion);
  const data = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    const start = ((whole.height - height + y) * whole.width + whole.width - width) * 3;
    data.set(whole.data.subarray(start, start + 3 * width), 3 * width * y);
  }
  return { width, height, data };
}

test.each([1, 2, 3, 4, 5, 6])(
  'ssd8 finds the faces that ssd finds, about where it finds them, also where borders cut them off (photo %i)',
  async (i) => {
    const whole = await readPicture(inPackage(`demo/sample${i}.jpg`));
    const [exact, quick] = [await openDetector('ssd', { engine }), await openDetector('ssd8', { engine, score: 0.3 })];
    for (const proportion of [16 / 9, 4 / 3, 9 / 16])
      for (const across of [1, 0.7, 0.45]) {
        const picture = windowOf(whole, proportion, across);
        const found = await quick.detect(picture);
        for (const { box, score } of await exact.detect(picture)) {
          const same = found.map((face) => ({ ...face, share: iou(face.box, box) })).sort((a, b) => b.share - a.share)[0];
          expect(same?.share, `${picture.width} × ${picture.height}`).toBeGreaterThan(0.75);
          expect(Math.abs(same!.score - score)).toBeLessThan(0.15);
        }
      }
    for (const network of [exact, quick]) await network.dispose();
  },
);

test('networks of one engine end one by one; one with its own ends it', async () => {
  const [first, second] = [await openDetector('tiny', { engine }), await openDetector('tiny', { engine })];
  await first.dispose();
  await expect(first.detect(black(8, 8))).rejects.toMatchObject({ code: 'ENGINE_DISPOSED' });
  expect(await second.detect(black(8, 8))).toEqual([]);
  await second.dispose();
  const alone = await openDetector('tiny');
  expect(await alone.detect(black(8, 8))).toEqual([]);
  await alone.dispose();
  await expect(alone.detect(black(8, 8))).rejects.toMatchObject({ code: 'ENGINE_DISPOSED' });
});

describe('s3fd', () => {
  test('asks for weights, and says how to get them', async () => {
    expect(DETECTORS).toContain('s3fd');
    const fix = '`famenet models pull s3fd`, then `famenet models convert FILE.pth s3fd.safetensors`, and name the new file';
    await expect(openDetector('s3fd')).rejects.toMatchObject({ code: 'FACES_WEIGHTS', detail: { fix } });
  });

  test('refuses a PyTorch file, with the command that converts it', async () => {
    const fix = '`famenet models convert s3fd-619a316812.pth s3fd-619a316812.safetensors`';
    const refused = openDetector('s3fd', { weights: 's3fd-619a316812.pth' });
    await expect(refused).rejects.toMatchObject({ code: 'FACES_CHECKPOINT', detail: { fix } });
  });

  test('refuses weights of another network, or none', async () => {
    const other = await checkpoint('other', { 'fc.weight': [7, 512] });
    const refused = openDetector('s3fd', { weights: other });
    await expect(refused).rejects.toMatchObject({ code: 'FACES_CHECKPOINT', detail: { at: other, got: 'neither' } });
    await expect(openDetector('s3fd', { weights: join(folder, 'none.safetensors') })).rejects.toMatchObject({
      code: 'WEIGHT_FILE_MISSING',
    });
  });

  test('a picture that is too large is looked at smaller, a tiny one with room around it', async () => {
    const detector = await openS3fd({ engine, weights: await narrow(), score: 0.999 });
    const large = noise(1300, 900);
    const factor = Math.sqrt(S3FD_PIXELS / (1300 * 900));
    const small = resize(large, Math.floor(1300 * factor), Math.floor(900 * factor), 'bilinear');
    const [seen, wanted] = [await detector.detect(large), await detector.detect(small)];
    expect(wanted.length).toBeGreaterThan(0);
    expect(seen.map(({ box }) => box.x)).toBeClose(
      wanted.map(({ box }) => (box.x * 1300) / small.width),
      { abs: 1e-6 },
    );
    expect(seen.map(({ box }) => box.height)).toBeClose(
      wanted.map(({ box }) => (box.height * 900) / small.height),
      { abs: 1e-6 },
    );
    expect(await detector.detect(noise(1, 1))).toEqual(expect.any(Array));
    expect(await detector.detect(black(100_000, 1))).toEqual(expect.any(Array)); // with 32 rows of it three times too many pixels
    await detector.dispose();
  });
});
