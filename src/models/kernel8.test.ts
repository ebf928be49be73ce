import { afterAll, expect, test } from 'vitest';
import { compile, constant, conv, conv8, dequantizeLinear, Engine, float32, input, quantizeLinear } from '../graph/index.ts';
import { kernel8, kernel8Type } from './kernel8.ts';

const engine = new Engine();
afterAll(() => engine.dispose());

const [M, C] = [5, 96];
const wave = (n: number, step: number) => Float32Array.from({ length: n }, (_, i) => Math.sin(i * step + 0.3));
const FILTERS = wave(M * C, 0.37).map((v, i) => v * 10 ** -Math.floor(i / C)); // each channel ten times smaller than the one before
const filters = constant('float32', [M, C, 1, 1], FILTERS);
const bias = constant('float32', [M], wave(M, 1));

test('whole numbers stand for the filters within half a step of their channel, with and without a sign', () => {
  for (const [type, zero] of [
    ['int8', 0],
    ['uint8', 128],
  ] as const) {
    const { q, scales } = kernel8(filters, bias, type);
    expect(q.dtype).toBe(type);
    for (const [i, v] of FILTERS.entries()) {
      const step = scales[Math.floor(i / C)]!;
      expect(Math.abs((Number(q.node.data![i]) - zero) * step - v)).toBeLessThanOrEqual(step * 0.5001);
    }
  }
});

test('a channel without filters, or with ones that vanish beside their bias, is its bias', async () => {
  const from = { scale: 6 / 255, zero: 0 };
  const nothing = constant('float32', [3, 1, 1, 1], [0, 1e-30, 0]);
  const y = conv8(
    quantizeLinear(input('x', 'float32', [1, 1, 1, 1]), from),
    from,
    kernel8(nothing, constant('float32', [3], [3, 6, 0])),
    from,
  );
  const session = await compile({ y: dequantizeLinear(y, from) }, { engine });
  const got = await session.run({ x: float32([1, 1, 1, 1], [6]) });
  await session.dispose();
  expect(got.y!.data).toBeClose([3, 6, 0], { abs: from.scale / 2 + 1e-6 });
});

test('sums of the type that this processor is given are right at their largest; both types say the same', async () => {
  const wide = { scale: 0.03, zero: 0 };
  const type = await kernel8Type({ engine });
  const loud = constant('float32', [M, C, 1, 1], new Float32Array(M * C).fill(0.01));
  const x = input('x', 'float32', [1, C, 2, 2]);
  const bytes = quantizeLinear(x, { scale: 5 / 255, zero: 0 });
  const eight = (kind: 'int8' | 'uint8') => conv8(bytes, { scale: 5 / 255, zero: 0 }, kernel8(loud, bias, kind), wide);
  const outputs = { wanted: conv(x, loud, bias), got: dequantizeLinear(eight(type), wide), other: dequantizeLinear(eight('uint8'), wide) };
  const session = await compile(outputs, { engine });
  const { wanted, got, other } = await session.run({ x: float32([1, C, 2, 2], new Float32Array(4 * C).fill(5)) });
  await session.dispose();
  expect(got!.data).toBeClose([...(wanted!.data as Float32Array)], { abs: 0.03 });
  expect(other!.data).toEqual(got!.data);
});
