import { expect, test } from 'vitest';
import { generated, uniform } from '../../test/support/generated.ts';
import { float32, input, int64, trainer } from '../graph/index.ts';
import { freshWeights } from '../weights/index.ts';
import { DDAMFN, type DdamfnConfig, ddamfn, ddamfnLoss } from './ddamfn.ts';
import { batchStatistics } from './mfn.ts';

/** 32 × 32 pixels → 12 channels of 4 × 4. */
const TINY: DdamfnConfig = {
  ...DDAMFN,
  // biome-ignore format: one layer a line
  backbone: [
    { is: 'full', kernel: 3, out: 8, stride: 2 },
    { is: 'depthwise', kernel: 3, out: 8, stride: 1 },
    { is: 'mixed', parts: [[3, 8], [5, 4], [7, 4]], out: 8, stride: 2 },
    { is: 'mixed', parts: [[3, 10], [5, 6]], out: 8, stride: 1, times: 2 },
    { is: 'mixed', parts: [[3, 8], [5, 8]], out: 8, stride: 2 },
    { is: 'full', kernel: 1, out: 12, stride: 1 },
  ],
};

test.each(['released', 'paper'] as const)('a training step on random faces lowers the loss (%s)', async (form) => {
  const w = freshWeights(generated);
  const { norm, found } = batchStatistics();
  const loss = ddamfnLoss(ddamfn(w, { ...TINY, form }, input('faces', 'float32', [6, 3, 32, 32]), norm), input('labels', 'int64', [6]));
  expect(found.size).toBeGreaterThan(20); // a norm a layer, none by stored statistics
  expect([...w.asked.keys()].filter((name) => name.includes('running'))).toEqual([]);
  const idle = /cat_head0.*conv2|cat_head1.*conv3/; // weights of the released form that eq. (8) has no use for
  const learnt = [...w.asked].filter(([name]) => form === 'released' || !idle.test(name)).map(([, t]) => t);
  const training = await trainer(loss, learnt);
  const batch = { faces: float32([6, 3, 32, 32], uniform('faces', 6 * 3 * 32 * 32)), labels: int64([6], [0, 1, 2, 3, 4, 5]) };
  const losses: number[] = [];
  for (let i = 0; i < 20; i++) losses.push((await training.step(batch, 2e-3)).loss);
  await training.dispose();
  expect(losses[1]).toBeLessThan(losses[0]!);
  expect(losses.at(-1)).toBeLessThan(0.7 * losses[0]!);
});
