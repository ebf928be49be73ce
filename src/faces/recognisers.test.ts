import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generated } from '../../test/support/generated.ts';
import { Engine, input } from '../graph/index.ts';
import { readPicture } from '../media/photo.ts';
import type { Picture } from '../media/picture.ts';
import { DDAMFN, ddamfn } from '../models/ddamfn.ts';
import { freshWeights, writeSafetensors } from '../weights/index.ts';
import { fivePoints, pose, warp } from './alignment.ts';
import { CLASS_ORDERS, EMOTIONS } from './emotion.ts';
import { openLandmarks } from './landmarks.ts';
import { openRecogniser } from './recognisers.ts';

const inPackage = (name: string) =>
  createRequire(import.meta.url)
    .resolve('@vladmandic/face-api/package.json')
    .replace('package.json', name);
const sum = (shares: Float32Array) => shares.reduce((a, b) => a + b, 0);

let folder = '';
let engine: Engine;
let photo: Picture;
/** The surest face of the photo, by test/fixtures/faceapi. */
const BOX = { x: 414, y: 354, width: 177, height: 239 };
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-recognisers-'));
  engine = new Engine();
  photo = await readPicture(inPackage('demo/sample1.jpg'));
});
afterAll(async () => {
  await engine.dispose();
  await rm(folder, { recursive: true });
});

/** A whole DDAMFN with made-up weights; `sure` is the class that it always answers with. */
async function checkpoint(classes: number, sure?: number): Promise<string> {
  const path = join(folder, `${classes}-${sure}.safetensors`);
  const w = freshWeights(generated);
  ddamfn(w, { ...DDAMFN, classes }, input('faces', 'float32', ['B', 3, 112, 112]));
  const tensors = [...w.asked].map(([name, t]) => {
    const shape = t.shape as number[];
    const last = sure !== undefined && name.startsWith('fc.');
    const values = last ? generated(name, shape).map((_, i) => (name === 'fc.bias' && i === sure ? 50 : 0)) : generated(name, shape);
    return { name, dtype: 'F32', shape, data: new Uint8Array(values.buffer) } as const;
  });
  await writeSafetensors(path, tensors);
  return path;
}

test('no faces, no work; a face outside of the picture is read as black', async () => {
  const recogniser = await openRecogniser('expression', { engine });
  expect(await recogniser.recognise(photo, [])).toEqual([]);
  const [outside] = await recogniser.recognise(photo, [{ box: { x: 5000, y: 0, width: 10, height: 10 } }]);
  expect(sum(outside!)).toBeCloseTo(1, 5);
  expect(recogniser).toMatchObject({ name: 'expression', receipt: { network: 'expression', order: 'faceapi' } });
  await recogniser.dispose();
});

describe('ddamfn', () => {
  test('asks for weights, and says how to get them', async () => {
    const fix =
      '`famenet models pull ddamfn-rafdb`, then `famenet models convert FILE.pth ddamfn.safetensors --key model_state_dict`, and name the new file';
    await expect(openRecogniser('ddamfn')).rejects.toMatchObject({ code: 'FACES_WEIGHTS', detail: { fix } });
  });

  test.each([
    ['none', 'conv1_1.weight', [4, 3, 3, 3]],
    ['9 rows', 'fc.weight', [9, 512]],
  ])('refuses a checkpoint whose last layer has %s', async (got, name, shape) => {
    const path = join(folder, 'other.safetensors');
    await writeSafetensors(path, [{ name, dtype: 'F32', shape, data: new Uint8Array(4 * shape.reduce((n, d) => n * d, 1)) }]);
    await expect(openRecogniser('ddamfn', { weights: path })).rejects.toMatchObject({ code: 'FACES_CHECKPOINT', detail: { got } });
  });

  test.each([
    [7, 3],
    [7, 6],
    [8, 1],
  ])('of %i classes, class %i is the right emotion', async (classes, sure) => {
    const recogniser = await openRecogniser('ddamfn', { engine, weights: await checkpoint(classes, sure) });
    const [shares] = await recogniser.recognise(photo, [{ box: BOX }]);
    const order = classes === 7 ? 'ddamfn7' : 'ddamfn8';
    expect(recogniser.receipt).toMatchObject({ network: 'ddamfn', order, form: 'released' });
    expect(EMOTIONS[shares!.indexOf(Math.max(...shares!))]).toBe(CLASS_ORDERS[order][sure]);
    expect(sum(shares!)).toBeCloseTo(1, 5);
    await recogniser.dispose();
  });

  test('turns a face by its landmarks, or takes its box as it is; both forms have the same weights', async () => {
    const weights = await checkpoint(7);
    const [released, paper] = [
      await openRecogniser('ddamfn', { engine, weights }),
      await openRecogniser('ddamfn', { engine, weights, form: 'paper' }),
    ];
    const eyes = await openLandmarks({ engine });
    const [landmarks] = await eyes.landmarks(photo, [BOX]);
    const [turned, straight] = await released.recognise(photo, [{ box: BOX, landmarks }, { box: BOX }]);
    const upright = warp(photo, pose(fivePoints(landmarks!))!.to);
    const [again] = await released.recognise(upright, [{ box: { x: 0, y: 0, width: 112, height: 112 } }]);
    expect(turned).toBeClose(again!, { abs: 1e-5 });
    expect(Math.max(...turned!.map((v, i) => Math.abs(v - straight![i]!)))).toBeGreaterThan(1e-3);
    const [printed] = await paper.recognise(photo, [{ box: BOX, landmarks }]);
    expect(Math.max(...turned!.map((v, i) => Math.abs(v - printed![i]!)))).toBeGreaterThan(1e-3);
    expect(paper.receipt.form).toBe('paper');
    for (const network of [released, paper, eyes]) await network.dispose();
  });
});
