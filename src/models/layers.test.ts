import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compile, float32, input } from '../graph/index.ts';
import { openWeights, quantizeBlocks, type TensorData, writeSafetensors } from '../weights/index.ts';
import { dense } from './layers.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-layers-'));
});
afterAll(() => rm(folder, { recursive: true }));

const bytes = (a: ArrayBufferView) => new Uint8Array(a.buffer, a.byteOffset, a.byteLength);
const floats = (name: string, shape: number[], data: Float32Array): TensorData => ({ name, dtype: 'F32', shape, data: bytes(data) });

/** A layer of 2 outputs and 16 inputs, stored so that the packed form is exact: codes 7 and −8 times 1, and one bias. */
async function layer(name: string, bits?: 4 | 8): Promise<string> {
  const file = join(folder, `${name}.safetensors`);
  const weight = Float32Array.from({ length: 32 }, (_, i) => (i % 3 === 0 ? -8 : (i % 8) - 1));
  const blocks = bits && quantizeBlocks(weight, 16, { bits, block: 16 });
  const tensors = blocks
    ? [
        { name: `fc.weight.q${bits}`, dtype: 'U8' as const, shape: [2, 1, (16 * bits) / 8], data: blocks.packed },
        floats('fc.weight.scales', [2, 1], blocks.scales),
      ]
    : [floats('fc.weight', [2, 16], weight)];
  await writeSafetensors(file, [...tensors, floats('fc.bias', [2], Float32Array.of(100, -200))]);
  return file;
}

async function run(file: string, bias?: boolean): Promise<ArrayLike<number | bigint>> {
  const w = (await openWeights(file)).at('fc');
  const x = input('x', 'float32', [1, 'T', 16]);
  const session = await compile({ y: bias === undefined ? dense(w, [2, 16], x) : dense(w, [2, 16], x, bias) });
  const { y } = await session.run({ x: float32([1, 1, 16], new Float32Array(16).fill(1)) });
  await session.dispose();
  return y?.data ?? [];
}

test.each([4, 8] as const)('a layer packed in %i bits adds its bias, or leaves it', async (bits) => {
  const [plain, packed] = [await layer('plain'), await layer(`packed${bits}`, bits)];
  const abs = bits === 4 ? 1e-4 : 0.3; // 8-bit codes are steps of 8/127: each weight errs by up to 0.03
  expect(await run(packed)).toBeClose(await run(plain), { abs });
  expect(await run(packed, false)).toBeClose(await run(plain, false), { abs });
  expect(Number((await run(plain))[0]) - Number((await run(plain, false))[0])).toBeCloseTo(100);
});

test('packed weights of another width, or none of the kind, are refused', async () => {
  const w = await openWeights(await layer('other', 4));
  const x = (width: number) => input('x', 'float32', [1, width]);
  expect(() => dense(w.at('fc'), [2, 40], x(40))).toThrow(expect.objectContaining({ code: 'MODEL_PACKED' }));
  expect(() => dense(w.at('fc'), [3, 16], x(16), false)).toThrow(expect.objectContaining({ code: 'WEIGHT_SHAPE' }));
  expect(() => dense(w.at('none'), [2, 16], x(16))).toThrow(expect.objectContaining({ code: 'WEIGHT_MISSING' }));
  expect(() => dense(w.at('fc'), [2, 16], x(16), true)).not.toThrow();
});
