import { expect, test } from 'vitest';
import { compile, float32, gradients, input, int64, sizeOf, type Tensor } from '../../src/graph/index.ts';
import { DDAMFN, type DdamfnConfig, ddamfn, ddamfnLoss } from '../../src/models/ddamfn.ts';
import { batchStatistics, MFN, type MfnLayer, mfn, storedNorm } from '../../src/models/mfn.ts';
import { freshWeights } from '../../src/weights/index.ts';
import { fixture } from '../support/fixture.ts';
import { generated, sampled, uniform } from '../support/generated.ts';

/** The layers with an eighth of their channels, rounded down as make.py does. */
const NARROW: MfnLayer[] = MFN.map((layer) => {
  const n = (channels: number) => Math.floor(channels / 8);
  const out = n(layer.out);
  return layer.is === 'mixed' ? { ...layer, out, parts: layer.parts.map(([kernel, c]) => [kernel, n(c)] as const) } : { ...layer, out };
});
const CASES: Readonly<Record<string, DdamfnConfig>> = {
  narrow: { ...DDAMFN, backbone: NARROW },
  'narrow-paper': { ...DDAMFN, backbone: NARROW, form: 'paper' },
  'narrow-3-heads-8-classes': { ...DDAMFN, backbone: NARROW, heads: 3, classes: 8 },
  full: DDAMFN,
};
const facesOf = (B: number) =>
  float32(
    [B, 3, 112, 112],
    uniform('faces', B * 3 * 112 * 112).map((v) => 2 * v),
  );

test.each(Object.entries(CASES))('DDAMFN %s equals PyTorch after every layer', async (name, c) => {
  const ref = await fixture('ddamfn');
  const w = freshWeights(generated);
  const faces = input('faces', 'float32', ['B', 3, 112, 112]);
  const { logits, maps } = ddamfn(w, c, faces);
  const layers = mfn(w.at('features'), c.backbone, faces, storedNorm).map((x, i) => [`features.${i}`, x] as const);
  const stages: [string, Tensor][] = [...layers, ...maps.map((map, i) => [`map.${i}`, map] as const), ['logits', logits]].filter(
    (stage): stage is [string, Tensor] => ref.has(`${name}.${stage[0]}`),
  );
  // The attention and the result in every case; the layers of the backbone do not depend on what comes after them.
  expect(stages.length).toBe(maps.length + 1 + (name === 'full' || name === 'narrow' ? layers.length : 0));
  const session = await compile(Object.fromEntries(stages));
  const out = await session.run({ faces: facesOf(2) });
  await session.dispose();
  for (const [stage] of stages) {
    expect(out[stage]!.shape, stage).toEqual(ref.json.shapes[`${name}.${stage}`]);
    expect(sampled(out[stage]!.data), stage).toBeClose(await ref.floats(`${name}.${stage}`), { abs: 1e-4 });
  }
});

test('asks for weights of the released checkpoint only, with its shapes, and for all of them that live', async () => {
  const ref = await fixture('ddamfn');
  const layout: Readonly<Record<string, string>> = ref.json.layout;
  const w = freshWeights((_, shape) => new Float32Array(shape.reduce((n, d) => n * d, 1)));
  ddamfn(w, DDAMFN, input('faces', 'float32', ['B', 3, 112, 112]));
  for (const [name, t] of w.asked) expect(t.shape.join('×'), name).toBe(layout[name]);
  const dead = Object.keys(layout).filter((name) => !w.asked.has(name));
  const reasons = /\.conv_dw\.(bn|prelu)\.|^cat_head\d\.CoordAtt\.Linear\.|^bn\.|\.num_batches_tracked$/;
  expect(dead.filter((name) => !reasons.test(name))).toEqual([]);
  expect(Object.keys(layout)).toHaveLength(1190);
  expect(ref.json.trained).toBe(4_187_421);
  const learnt = [...w.asked].filter(([name]) => !name.includes('.running_'));
  expect(learnt.reduce((n, [, t]) => n + sizeOf(t), 0)).toBe(4_105_999);
});

/** As printed, each head looks in one direction; the other direction's last convolution is stored and learns nothing. */
const IDLE = {
  narrow: [],
  'narrow-paper': ['cat_head0.CoordAtt.conv2', 'cat_head1.CoordAtt.conv3'].flatMap((at) => [`${at}.weight`, `${at}.bias`]),
};

test.each(Object.entries(IDLE))(
  'a training step of %s: statistics of the batch, loss and every gradient equal PyTorch',
  async (name, idle: readonly string[]) => {
    const ref = await fixture('ddamfn');
    const w = freshWeights(generated);
    const { norm, found } = batchStatistics();
    const labels: number[] = ref.json.labels;
    const loss = ddamfnLoss(ddamfn(w, CASES[name]!, input('faces', 'float32', [4, 3, 112, 112]), norm), input('labels', 'int64', [4]));
    const names = [...w.asked.keys()].filter((key) => ref.has(`${name}.grad.${key}`));
    expect([...w.asked.keys()].filter((key) => !names.includes(key))).toEqual(idle);
    const learnt = names.map((key) => w.asked.get(key)!);
    const grads = gradients(loss, learnt);
    const session = await compile({
      loss,
      mean: found.get('features.0.bn.weight')!.mean,
      ...Object.fromEntries(names.map((key, i) => [`grad.${key}`, grads[i]!])),
    });
    const out = await session.run({ faces: facesOf(4), labels: int64([4], labels) });
    await session.dispose();
    expect(out.loss!.data).toBeClose(await ref.floats(`${name}.loss`), { abs: 1e-4 });
    expect(out.mean!.data).toBeClose(await ref.floats(`${name}.mean`), { abs: 1e-4 });
    for (const key of names) {
      const want = await ref.floats(`${name}.grad.${key}`);
      expect(sampled(out[`grad.${key}`]!.data, 16), key).toBeClose(want, { abs: 1e-4 * Math.max(1, ...want.map(Math.abs)) });
    }
  },
);
