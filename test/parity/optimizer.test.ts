/** Optimisers, clipping and schedules against PyTorch and transformers, over the engine as a trainer uses them. Fixture: test/fixtures/optim/make.py */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import * as g from '../../src/graph/index.ts';
import { clipFactor, Optimizer } from '../../src/graph/optimizer.ts';
import { openSafetensors, readFloat32 } from '../../src/weights/safetensors.ts';

const FIXTURE = new URL('../fixtures/optim/', import.meta.url);
interface TorchCase {
  readonly lr: number;
  readonly betas?: readonly [number, number];
  readonly eps?: number;
  readonly weight_decay?: number;
  readonly momentum?: number;
  readonly nesterov?: boolean;
  readonly clip: number | null;
}
interface TorchSchedule {
  readonly warmup: number;
  readonly steps: number;
  readonly rates: readonly number[];
}
const expected = JSON.parse(readFileSync(new URL('expected.json', FIXTURE), 'utf8')) as {
  cases: Record<string, TorchCase>;
  schedules: Record<string, TorchSchedule>;
};
const { entries } = await openSafetensors(fileURLToPath(new URL('expected.safetensors', FIXTURE)));
const tensor = (name: string): Promise<Float32Array> => readFloat32(entries.get(name)!);

const engine = new g.Engine();
afterAll(() => engine.dispose());
const STEPS = 20;

test.each(Object.entries(expected.cases))('%s walks as torch does', async (name, c) => {
  const [w, b] = [
    g.weight(`${name}.w`, [3, 4], { data: await tensor('start.w'), dtype: 'float32' }),
    g.weight(`${name}.b`, [4], { data: await tensor('start.b'), dtype: 'float32' }),
  ];
  const [gw, gb] = [g.input('gw', 'float32', [3, 4]), g.input('gb', 'float32', [4])];
  const loss = g.add(g.sum(g.mul(w, gw)), g.sum(g.mul(b, gb))); // whose gradients are gw and gb
  const rule = c.betas
    ? g.adamW({ beta1: c.betas[0], beta2: c.betas[1], eps: c.eps! })
    : g.sgd({ momentum: c.momentum ?? 0, nesterov: c.nesterov ?? false });
  const trainer = await g.trainer(loss, [w, b], { engine, rule, decay: c.weight_decay ?? 0, ...(c.clip === null ? {} : { clip: c.clip }) });
  const [gradW, gradB, wantW, wantB] = await Promise.all(['grads.w', 'grads.b', `${name}.w`, `${name}.b`].map(tensor));
  const norms = c.clip === null ? undefined : await tensor(`${name}.norms`);
  for (let s = 0; s < STEPS; s++) {
    const batch = { gw: g.float32([3, 4], gradW!.slice(s * 12, s * 12 + 12)), gb: g.float32([4], gradB!.slice(s * 4, s * 4 + 4)) };
    const { norm } = await trainer.step(batch, c.lr);
    if (norms) expect(norm / norms[s]!).toBeCloseTo(1, 5);
    const now = await trainer.weights();
    for (const [key, want, n] of [
      ['w', wantW!, 12],
      ['b', wantB!, 4],
    ] as const) {
      const after = want.slice(s * n, s * n + n);
      const abs = 1e-6 * Math.max(1, ...after.map(Math.abs)); // some walk to 14, where float32 is coarser
      expect(now[`${name}.${key}`]!.data, `${key} after step ${s}`).toBeClose(after, { abs });
    }
  }
  await trainer.dispose();
});

test.each(['under', 'over'])('a gradient %s the limit is clipped as torch does', async (name) => {
  const [before, after, norm] = await Promise.all(['before', 'after', 'norm'].map((k) => tensor(`clip.${name}.${k}`)));
  const optimizer = new Optimizer(g.adamW(), [{ name: 'w', gradient: 'grad:w', decay: 0 }], () => new Float32Array(before!.length));
  optimizer.places[0]!.g.set(before!);
  const ours = optimizer.norm();
  expect(ours).toBeCloseTo(norm![0]!, 5);
  expect(before!.map((v) => v * clipFactor(ours, 1))).toBeClose(after!, { abs: 1e-7 });
});

const SCHEDULES: Record<string, (o: { warmup: number; steps: number }) => g.Schedule> = {
  linear: (o) => g.linearDecay({ peak: 1, ...o }),
  cosine: (o) => g.cosine({ peak: 1, ...o }),
  constant: (o) => g.constantRate({ peak: 1, warmup: o.warmup }),
};

test.each(Object.keys(expected.schedules).filter((k) => k !== 'about'))('the schedule %s equals transformers', (name) => {
  const want = expected.schedules[name]!;
  const rate = SCHEDULES[name.split('.')[0]!]!(want);
  for (let i = 0; i <= want.steps; i++) expect(rate(i), `step ${i}`).toBeCloseTo(want.rates[i]!, 12);
});

test('a schedule starts from its peak, ends at its floor and stays there', () => {
  for (const make of [g.cosine, g.linearDecay]) {
    const rate = make({ peak: 0.5, steps: 10, warmup: 2, floor: 0.1 });
    expect([rate(0), rate(1), rate(2)]).toEqual([0, 0.25, 0.5]);
    expect(rate(10)).toBeCloseTo(0.05, 12);
    expect(rate(1000)).toBeCloseTo(0.05, 12);
  }
});
