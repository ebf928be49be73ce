import { afterAll, expect, test } from 'vitest';
import * as g from './index.ts';

const engine = new g.Engine();
afterAll(() => engine.dispose());

const wave = (n: number, step: number): Float32Array => Float32Array.from({ length: n }, (_, i) => Math.sin(i * step + 0.5));
let nets = 0;

/** Two layers from 3 numbers to 2, and the mean squared error; weight names of their own in the shared engine. */
function net() {
  const name = `net${nets++}`;
  const weight = (key: string, shape: number[], step: number) =>
    g.weight(`${name}.${key}`, shape, {
      data: wave(
        shape.reduce((n, d) => n * d, 1),
        step,
      ),
      dtype: 'float32',
    });
  const [w1, b1, w2] = [weight('w1', [4, 3], 0.7), weight('b1', [4], 1.1), weight('w2', [2, 4], 0.9)];
  const [x, y] = [g.input('x', 'float32', ['B', 3]), g.input('y', 'float32', ['B', 2])];
  const error = g.sub(g.linear(g.tanh(g.linear(x, w1, b1)), w2), y);
  return { name, wrt: [w1, b1, w2], w2, loss: g.mean(g.mul(error, error)) };
}
const batch = (size: number, from = 0): g.Batch => ({
  x: g.float32([size, 3], wave(8 * 3, 0.31).slice(from * 3, (from + size) * 3)),
  y: g.float32([size, 2], wave(8 * 2, 0.53).slice(from * 2, (from + size) * 2)),
});
/** Values without their net's name, so that two nets can be compared. */
const bare = (values: Record<string, g.Value>): Record<string, g.Value> =>
  Object.fromEntries(Object.entries(values).map(([key, v]) => [key.replace(/^net\d+\./, ''), v]));

test('a small net learns, and only what is in the list moves', async () => {
  const { wrt, w2, loss } = net();
  const trainer = await g.trainer(loss, [w2], { engine, rule: g.sgd() });
  expect(Object.keys(await trainer.weights())).toEqual([w2.node.name]);
  await trainer.dispose();
  const all = await g.trainer(loss, wrt, { engine });
  const losses = [];
  for (let i = 0; i < 60; i++) losses.push((await all.step(batch(8), 0.05)).loss);
  expect(losses.at(-1)!).toBeLessThan(losses[0]! / 20);
  expect(all.taken).toBe(60);
  await all.dispose();
});

test('a weight that the loss does not depend on stays', async () => {
  const { wrt, loss } = net();
  const idle = g.weight('idle', [2], { data: new Float32Array([1, 2]), dtype: 'float32' });
  const trainer = await g.trainer(loss, [...wrt, idle], { engine });
  await trainer.step(batch(2), 0.1);
  expect((await trainer.weights()).idle!.data).toEqual(new Float32Array([1, 2]));
  await trainer.dispose();
});

test('four micro-batches are one batch of four times the size', async () => {
  const [one, four] = [net(), net()];
  const options = { engine, rule: g.adamW(), decay: 0.1, clip: 0.5 };
  const [a, b] = [await g.trainer(one.loss, one.wrt, options), await g.trainer(four.loss, four.wrt, options)];
  for (let i = 0; i < 5; i++) {
    const whole = await a.step(batch(8), 0.01);
    const parts = await b.step(
      [0, 2, 4, 6].map((from) => batch(2, from)),
      0.01,
    );
    expect(parts.loss).toBeCloseTo(whole.loss, 6);
    expect(parts.norm).toBeCloseTo(whole.norm, 6);
  }
  const [want, got] = [bare(await a.weights()), bare(await b.weights())];
  for (const key of Object.keys(want)) expect(got[key]!.data, key).toBeClose(want[key]!.data, { abs: 1e-5 });
  await Promise.all([a.dispose(), b.dispose()]);
});

test.each([
  ['AdamW', g.adamW()],
  ['SGD with momentum', g.sgd({ momentum: 0.9 })],
])('%s goes on from a saved state as if it had never stopped', async (_, rule) => {
  const [straight, broken] = [net(), net()];
  const options = { engine, rule, decay: 0.01, clip: 1 };
  const walk = async (t: g.Trainer, from: number, to: number) => {
    for (let i = from; i < to; i++) await t.step(batch(2, i % 6), 0.02);
  };
  const a = await g.trainer(straight.loss, straight.wrt, options);
  await walk(a, 0, 6);
  const b = await g.trainer(broken.loss, broken.wrt, options);
  await walk(b, 0, 3);
  const saved = { state: await b.state(), taken: b.taken };
  await walk(b, 3, 5); // a future that is thrown away
  await b.dispose();
  const c = await g.trainer(broken.loss, broken.wrt, options);
  await c.restore(saved.state, saved.taken);
  expect(c.taken).toBe(3);
  await walk(c, 3, 6);
  expect(bare(await c.state())).toEqual(bare(await a.state()));
  await Promise.all([a.dispose(), c.dispose()]);
});

test('a state of no steps starts anew, whatever was remembered', async () => {
  const [fresh, used] = [net(), net()];
  const [a, b] = [await g.trainer(fresh.loss, fresh.wrt, { engine }), await g.trainer(used.loss, used.wrt, { engine })];
  const start = await b.state();
  expect(Object.keys(start)).toEqual(used.wrt.map((w) => w.node.name));
  for (let i = 0; i < 3; i++) await b.step(batch(4), 0.1);
  await b.restore(start, 0);
  await Promise.all([a.step(batch(2), 0.1), b.step(batch(2), 0.1)]);
  expect(bare(await b.state())).toEqual(bare(await a.state()));
  await Promise.all([a.dispose(), b.dispose()]);
});

test('a loss that is not a number moves nothing', async () => {
  const { wrt, loss } = net();
  const trainer = await g.trainer(loss, wrt, { engine });
  await trainer.step(batch(2), 0.1);
  const before = await trainer.state();
  const bad = { ...batch(2), y: g.float32([2, 2], [Number.NaN, 0, 0, 0]) };
  const refused = {
    code: 'LOSS_NOT_FINITE',
    detail: { expected: expect.any(String), got: expect.stringContaining('NaN'), fix: expect.any(String) },
  };
  await expect(trainer.step([batch(2), bad], 0.1)).rejects.toMatchObject(refused);
  expect(await trainer.state()).toEqual(before);
  expect(trainer.taken).toBe(1);
  await trainer.step(batch(2), 0.1);
  await trainer.dispose();
});

test('a state that does not fit changes nothing', async () => {
  const { name, wrt, loss } = net();
  const trainer = await g.trainer(loss, wrt, { engine });
  await trainer.step(batch(2), 0.1);
  const before = await trainer.state();
  const { [`${name}.w2:v`]: dropped, ...without } = before;
  const turned = { ...before, [`${name}.w2`]: g.zeros('float32', [4, 2]) };
  const zeroed = Object.fromEntries(Object.entries(before).map(([key, v]) => [key, g.zeros('float32', v.shape)]));
  expect(dropped).toBeDefined();
  await expect(trainer.restore(turned, 1)).rejects.toMatchObject({
    code: 'STATE_MISMATCH',
    detail: { expected: 'float32 [2,4]', got: 'float32 [4,2]', fix: expect.any(String) },
  });
  await expect(trainer.restore(without, 1)).rejects.toMatchObject({ code: 'STATE_MISMATCH', detail: { got: 'nothing' } });
  await expect(trainer.restore({ ...zeroed, [`${name}.w2:v`]: g.zeros('float64', [2, 4]) }, 1)).rejects.toMatchObject({
    code: 'STATE_MISMATCH',
  });
  expect(await trainer.state()).toEqual(before);
  await trainer.dispose();
});

test.each([
  ['an input', g.input('x', 'float32', [2])],
  ['whole numbers', g.weight('i', [2], { data: new BigInt64Array(2), dtype: 'int64' })],
  ['a stored half', g.weight('h', [2], { data: new Uint16Array(2), dtype: 'float16' }, 'float32')],
])('%s cannot be trained', async (_, t) => {
  const loss = t.dtype === 'int64' ? g.sum(g.cast(t, 'float32')) : g.sum(t);
  const refused = { code: 'TRAIN_NOT_WEIGHT', detail: { at: expect.stringMatching(/trainer\.test\.ts:\d+/), fix: expect.any(String) } };
  await expect(g.trainer(loss, [t], { engine })).rejects.toMatchObject(refused);
});
