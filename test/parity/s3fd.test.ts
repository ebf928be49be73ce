import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDetector } from '../../src/faces/detectors.ts';
import { compile, float32, gradients, input, int64, sizeOf } from '../../src/graph/index.ts';
import { multiboxLoss } from '../../src/models/multibox.ts';
import { faceProbability, S3FD, S3FD_DILATED, S3FD_RENAMES, type S3fdConfig, s3fd, s3fdMaps } from '../../src/models/s3fd.ts';
import { freshWeights, writeSafetensors } from '../../src/weights/index.ts';
import { fixture } from '../support/fixture.ts';
import { generated, sampled, uniform } from '../support/generated.ts';

const NARROW = { stages: [4, 6, 8, 10, 12], fc: 16, extras: [6, 10, 5, 8] } as const;
const CASES: Readonly<Record<string, S3fdConfig>> = {
  narrow: { ...S3FD, ...NARROW },
  'narrow-dilated': { ...S3FD_DILATED, ...NARROW },
  full: S3FD,
  'full-dilated': S3FD_DILATED,
};
/** Pictures of uniform noise, 100 × 76, as make.py has them. */
const pixelsOf = (B: number) =>
  float32(
    [B, 3, 76, 100],
    uniform('pixels', B * 3 * 76 * 100).map((v) => 2 * v),
  );

test.each(Object.entries(CASES))('S3FD %s equals PyTorch at every map, from pictures of any size', async (name, c) => {
  const ref = await fixture('s3fd');
  const w = freshWeights(generated);
  const pixels = input('pixels', 'float32', ['B', 3, 'H', 'W']);
  const maps = s3fdMaps(w, c, pixels).map((map, i) => [`map.${i}`, map] as const);
  const taps = s3fd(w, c, pixels).flatMap((tap, i) => [
    [`logits.${i}`, tap.logits] as const,
    [`face.${i}`, faceProbability(tap)] as const,
    [`offsets.${i}`, tap.offsets] as const,
  ]);
  const session = await compile(Object.fromEntries([...maps, ...taps]));
  const out = await session.run({ pixels: pixelsOf(ref.json.shapes[`${name}.map.0`][0]) });
  await session.dispose();
  for (const [stage] of [...maps, ...taps]) {
    expect(out[stage]?.shape, stage).toEqual(ref.json.shapes[`${name}.${stage}`]);
    expect(sampled(out[stage]!.data), stage).toBeClose(await ref.floats(`${name}.${stage}`), { abs: 1e-4 });
  }
});

test('asks for exactly the 65 tensors and 22,459,110 values of the published checkpoint', async () => {
  const ref = await fixture('s3fd');
  const w = freshWeights((_, shape) => new Float32Array(shape.reduce((n, d) => n * d, 1)));
  s3fd(w, S3FD, input('pixels', 'float32', [1, 3, 'H', 'W']));
  expect(Object.fromEntries([...w.asked].map(([name, t]) => [name, t.shape]))).toEqual(ref.json.layout);
  expect(w.asked.size).toBe(65);
  expect([...w.asked.values()].reduce((n, t) => n + sizeOf(t), 0)).toBe(22_459_110);
});

test('the loss and its gradient in every weight equal PyTorch', async () => {
  const ref = await fixture('s3fd');
  const w = freshWeights(generated);
  const P: number = ref.json.anchors;
  const taps = s3fd(w, CASES.narrow!, input('pixels', 'float32', [2, 3, 76, 100]));
  const loss = multiboxLoss(taps, input('labels', 'int64', [2, P]), input('targets', 'float32', [2, P, 4]));
  const names = [...w.asked.keys()];
  const grads = gradients(loss, [...w.asked.values()]);
  const session = await compile({ loss, ...Object.fromEntries(names.map((name, i) => [`grad.${name}`, grads[i]!])) });
  const out = await session.run({
    pixels: pixelsOf(2),
    labels: int64(
      [2, P],
      [...uniform('labels', 2 * P)].map((v) => (v > 0.97 ? 1 : 0)),
    ),
    targets: float32([2, P, 4], uniform('targets', 8 * P)),
  });
  await session.dispose();
  expect(out.loss!.data).toBeClose(await ref.floats('loss'), { abs: 1e-4 });
  for (const name of names) {
    const want = await ref.floats(`grad.${name}`);
    expect(sampled(out[`grad.${name}`]!.data), name).toBeClose(want, { abs: 1e-4 * Math.max(1, ...want.map(Math.abs)) });
  }
});

/** The narrow network as a file, under the names of a port; its first layer takes bytes, as make.py has it. */
async function narrowCheckpoint(folder: string, c: S3fdConfig, named: (name: string) => string): Promise<string> {
  const w = freshWeights(generated);
  s3fd(w, c, input('pixels', 'float32', [1, 3, 'H', 'W']));
  const path = join(folder, 'narrow.safetensors');
  await writeSafetensors(
    path,
    [...w.asked].map(([name, t]) => {
      const values = generated(name, t.shape as number[]).map((v) => (name === 'conv1_1.weight' ? v / 64 : v));
      return { name: named(name), dtype: 'F32', shape: t.shape as number[], data: new Uint8Array(values.buffer) };
    }),
  );
  return path;
}

/** face-alignment's name of a layer → yxlijun's. */
const listed = (name: string) => {
  const norm = name.replace(/^conv([345])_3_norm\./, 'L2Norm$1_3.');
  const rename = S3FD_RENAMES.find(([, ours]) => name.startsWith(ours));
  return rename ? name.replace(rename[1], rename[0].source.slice(1).replaceAll('\\', '')) : norm;
};

test.each([
  ['narrow', 'face-alignment', (name: string) => name],
  ['narrow-dilated', 'yxlijun/S3FD.pytorch', listed],
])('from bytes to boxes, %s: colours, anchors and choice of %s', async (name, port, named) => {
  const folder = await mkdtemp(join(tmpdir(), 'famenet-s3fd-'));
  const detector = await openDetector('s3fd', { weights: await narrowCheckpoint(folder, CASES[name]!, named) });
  expect(detector.receipt).toMatchObject({ network: 's3fd', port });
  const data = Uint8Array.from(uniform('picture', 3 * 76 * 100), (v) => (v + 1) * 128);
  const found = await detector.detect({ width: 100, height: 76, data });
  await detector.dispose();
  await rm(folder, { recursive: true });
  const all: Record<string, { boxes: number[][]; scores: number[] }> = JSON.parse(
    await readFile(new URL('../fixtures/s3fd/detections.json', import.meta.url), 'utf8'),
  );
  // Some lie beside the picture altogether: the ports show them, we do not.
  const inside = ([x1, y1, x2, y2]: number[]) => x1! < 100 && x2! > 0 && y1! < 76 && y2! > 0;
  const want = all[name]!.boxes.map((box, i) => ({ box, score: all[name]!.scores[i]! })).filter(({ box }) => inside(box));
  expect(want.length).toBeGreaterThan(200);
  expect(found).toHaveLength(want.length);
  expect(found.map((face) => face.score)).toBeClose(
    want.map((face) => face.score),
    { abs: 1e-4 },
  );
  expect(found.flatMap(({ box: { x, y, width, height } }) => [x, y, x + width, y + height])).toBeClose(
    want.flatMap((face) => face.box),
    { abs: 1e-2 },
  );
});
