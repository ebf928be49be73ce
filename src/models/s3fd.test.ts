import { expect, test } from 'vitest';
import { generated, uniform } from '../../test/support/generated.ts';
import { compile, float32, gradients, input, int64, trainer, zeros } from '../graph/index.ts';
import { freshWeights } from '../weights/index.ts';
import { anchorsOf, assign } from './anchors.ts';
import { multiboxLoss } from './multibox.ts';
import { S3FD, S3FD_DILATED, S3FD_RENAMES, s3fd } from './s3fd.ts';

const NARROW = { stages: [4, 6, 8, 10, 12], fc: 16, extras: [6, 10, 5, 8] } as const;
const FACES = [
  { left: 20, top: 16, right: 52, bottom: 56 },
  { left: 60, top: 60, right: 78, bottom: 80 },
];

test.each([
  ['face-alignment', { ...S3FD, ...NARROW }],
  ['yxlijun', { ...S3FD_DILATED, ...NARROW }],
])('a training step on a random picture lowers the loss (port of %s)', async (_, c) => {
  const w = freshWeights(generated);
  const taps = s3fd(w, c, input('pixels', 'float32', [1, 3, 96, 96]));
  const maps = taps.map(({ stride, logits }) => ({ stride, rows: logits.shape[2] as number, columns: logits.shape[3] as number }));
  const { labels, offsets } = assign(anchorsOf(maps), FACES);
  const P = labels.length;
  const loss = multiboxLoss(taps, input('labels', 'int64', [1, P]), input('targets', 'float32', [1, P, 4]));
  const training = await trainer(loss, [...w.asked.values()]);
  const batch = {
    pixels: float32([1, 3, 96, 96], uniform('pixels', 3 * 96 * 96)),
    labels: int64([1, P], labels),
    targets: float32([1, P, 4], offsets),
  };
  const losses: number[] = [];
  for (let i = 0; i < 20; i++) losses.push((await training.step(batch, 2e-3)).loss);
  await training.dispose();
  expect(losses[1]).toBeLessThan(losses[0]!);
  expect(losses.at(-1)).toBeLessThan(0.7 * losses[0]!);
});

test('a picture without faces teaches nothing, and breaks nothing', async () => {
  const w = freshWeights(generated);
  const taps = s3fd(w, { ...S3FD, ...NARROW }, input('pixels', 'float32', [1, 3, 64, 64]));
  const P = taps.reduce((n, { logits }) => n + (logits.shape[2] as number) * (logits.shape[3] as number), 0);
  const loss = multiboxLoss(taps, input('labels', 'int64', [1, P]), input('targets', 'float32', [1, P, 4]));
  const [gradient] = gradients(loss, [w.asked.get('conv1_1.weight')!]);
  const session = await compile({ loss, gradient: gradient! });
  const out = await session.run({
    pixels: float32([1, 3, 64, 64], uniform('pixels', 3 * 64 * 64)),
    labels: zeros('int64', [1, P]),
    targets: zeros('float32', [1, P, 4]),
  });
  await session.dispose();
  expect(out.loss!.data[0]).toBe(0);
  expect((out.gradient!.data as Float32Array).every((v) => v === 0)).toBe(true);
});

test('the names of both ports mean the same 65 weights', () => {
  const w = freshWeights((_, shape) => new Float32Array(shape.reduce((n, d) => n * d, 1)));
  s3fd(w, { ...S3FD, ...NARROW }, input('pixels', 'float32', [1, 3, 'H', 'W']));
  const list = (name: string, places: readonly number[]) => places.flatMap((i) => [`${name}.${i}.weight`, `${name}.${i}.bias`]);
  const theirs = [
    ...list('vgg', [0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28, 31, 33]),
    ...list('extras', [0, 1, 2, 3]),
    ...list('loc', [0, 1, 2, 3, 4, 5]),
    ...list('conf', [0, 1, 2, 3, 4, 5]),
    ...[3, 4, 5].map((i) => `L2Norm${i}_3.weight`),
  ];
  const renamed = (name: string) => S3FD_RENAMES.reduce((n, [from, to]) => n.replace(from, to), name);
  expect(theirs.map(renamed).sort()).toEqual([...w.asked.keys()].sort());
  expect(renamed('vgg.31.weight')).toBe('fc6.weight');
  expect(renamed('extras.3.bias')).toBe('conv7_2.bias');
});
