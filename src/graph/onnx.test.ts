import { closeSync, ftruncateSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { checkedByPython, readOnnx } from '../../test/support/onnx.ts';
import { floatToBfloat, floatToHalf } from '../weights/half.ts';
import * as g from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'famenet-onnx-'));
const engine = new g.Engine();
afterAll(async () => {
  await engine.dispose();
  rmSync(folder, { recursive: true });
});

const w1 = g.weight('w1', [4, 3], { data: Float32Array.from({ length: 12 }, (_, i) => i / 8), dtype: 'float32' });
const x = g.input('x', 'float32', ['B', 'T', 3]);
/** A graph with a bit of everything: names, constants, attributes of each kind, operands, two outputs of one node, a gradient. */
function everything(): Record<string, g.Tensor> {
  const h = g.gelu(g.linear(x, w1), 'tanh'); // [B,T,4]
  const { values, indices } = g.topK(h, 2);
  const loss = g.mean(g.leakyRelu(g.slice(h, { axis: 2, step: -1 }), 0.1));
  return { h, values, indices, same: h, loss, dx: g.gradients(loss, [x])[0]! };
}

test('an optional output that nobody uses is not written', () => {
  const picture = g.input('picture', 'float32', [1, 1, 4, 4]);
  const pooled = g.maxPool(picture, { kernel: 2 });
  const outputsOf = (outputs: Record<string, g.Tensor>) =>
    readOnnx(g.writeOnnx(outputs).bytes).nodes.find((n) => n.op === 'MaxPool')!.outputs;
  expect(outputsOf({ pooled })).toEqual(['pooled']);
  expect(outputsOf({ pooled, slope: g.gradients(g.sum(pooled), [picture])[0]! })).toHaveLength(2);
});

test('what is written reads back as the graph that was built', () => {
  const file = readOnnx(g.writeOnnx(everything()).bytes);
  expect(file.irVersion).toBe(10);
  expect(file.opsets).toEqual({ '': g.OPSET, 'com.microsoft': 1 });
  expect(file.inputs).toEqual({ x: { dtype: 1, shape: ['B', 'T', 3] } });
  expect(file.outputs).toMatchObject({
    h: { dtype: 1, shape: ['B', 'T', 4] },
    values: { dtype: 1, shape: ['B', 'T', 2] },
    indices: { dtype: 7, shape: ['B', 'T', 2] },
    loss: { dtype: 1, shape: [] },
    dx: { dtype: 1, shape: ['B', 'T', 3] },
  });
  expect(file.initializers.w1!.shape).toEqual([4, 3]);
  expect(new Float32Array(file.initializers.w1!.raw!.slice().buffer)[11]).toBe(11 / 8);

  const node = (op: string) => file.nodes.find((n) => n.op === op)!;
  expect(node('Gelu')).toMatchObject({ outputs: [expect.any(String)], attributes: { approximate: 'tanh' } });
  expect(node('Gemm').attributes).toEqual({ transA: 0, transB: 1 });
  expect(node('LeakyRelu').attributes.alpha).toBeCloseTo(0.1, 7);
  expect(node('TopK').outputs).toEqual(['values', 'values:1']);
  const [, starts, ends, axes, steps] = node('Slice').inputs.map((name) => file.initializers[name]);
  const list = (t: typeof starts) => [...new BigInt64Array(t!.raw!.slice().buffer)];
  expect([starts, ends, axes, steps].map(list)).toEqual([[2n ** 63n - 1n], [-(2n ** 63n) + 1n], [2n], [-1n]]);

  const known = new Set([...Object.keys(file.inputs), ...Object.keys(file.initializers), '']);
  for (const n of file.nodes) {
    expect(
      n.inputs.filter((name) => !known.has(name)),
      `${n.op} comes after what it needs`,
    ).toEqual([]);
    expect(
      n.outputs.filter((name) => known.has(name)),
      `${n.op} makes new names`,
    ).toEqual([]);
    for (const name of n.outputs) known.add(name);
  }
  expect(Object.keys(file.outputs).filter((name) => !known.has(name))).toEqual([]);
});

test('equal graphs give equal bytes', () => {
  expect(Buffer.from(g.writeOnnx(everything()).bytes).equals(g.writeOnnx(everything()).bytes)).toBe(true);
});

test('equal small constants are written once', () => {
  const y = g.add(g.mul(x, 2), g.mul(g.add(x, 2), g.constant('float32', [], [2])));
  expect(Object.keys(readOnnx(g.writeOnnx({ y }).bytes).initializers)).toHaveLength(1);
});

test('a saved graph is accepted by the checker of Python', async ({ skip }) => {
  const file = join(folder, 'saved.onnx');
  await g.saveOnnx(file, everything());
  expect(readOnnx(readFileSync(file)).nodes.length).toBeGreaterThan(10);
  const said = checkedByPython([file]);
  if (said === undefined) return skip('no Python with onnx here (FAMENET_PYTHON names one)');
  expect(said).toBe('');
});

test('the line behind a written node is found by its name', () => {
  const { lineOf } = g.writeOnnx({ y: g.relu(x) });
  expect(lineOf('y')).toMatch(/onnx\.test\.ts:\d+:\d+/);
  expect(lineOf('nobody')).toBeUndefined();
});

test('names of the user win over ours', async () => {
  const [a, b] = [g.input('Add_2', 'float32', [2]), g.input('const_0', 'float32', [2])];
  const session = await g.compile({ Add_4: g.add(g.add(a, 1), g.slice(b, { axis: 0, end: 1 })), a }, { engine });
  const got = await session.run({ Add_2: g.float32([2], [1, 2]), const_0: g.float32([2], [10, 20]) });
  expect(got).toEqual({ Add_4: g.float32([2], [12, 13]), a: g.float32([2], [1, 2]) });
  await session.dispose();
});

test.each([
  ['two inputs', () => ({ y: g.add(g.input('x', 'float32', [2]), g.input('x', 'float32', [2])) })],
  ['an output and another input', () => ({ x: g.relu(x) })],
  ['a weight and an input', () => ({ y: g.add(g.input('w1', 'float32', [3]), g.gemm(g.input('z', 'float32', [1, 4]), w1)) })],
])('%s of one name are refused', (_, graph) => {
  expect(() => g.writeOnnx(graph())).toThrow(
    expect.objectContaining({ code: 'GRAPH_NAMES', detail: expect.objectContaining({ at: expect.stringMatching(/onnx\.test\.ts:\d+/) }) }),
  );
});

test('more than 2 GiB outside mapped files is refused before it is joined', () => {
  const big = new Uint8Array(1.1 * 2 ** 30); // never touched, so never really there
  const half = () => g.constant('uint8', [big.length], big);
  expect(() => g.writeOnnx({ a: half(), b: half() })).toThrow(
    expect.objectContaining({
      code: 'GRAPH_TOO_LARGE',
      detail: expect.objectContaining({ got: expect.stringContaining('GiB'), fix: expect.any(String) }),
    }),
  );
});

const numbers = Float32Array.from([1.5, -2, 0.25, 8, -0.125, 3]);
const STORED = {
  float32: numbers,
  float16: floatToHalf(numbers),
  bfloat16: floatToBfloat(numbers),
  float64: Float64Array.from(numbers),
} as const;

test.each(['float32', 'float16', 'bfloat16', 'float64'] as const)(
  '%s weights are mapped from their file, at an offset and through a link',
  async (dtype) => {
    const [file, link] = [join(folder, `${dtype} größe.bin`), join(folder, `${dtype}.link`)];
    const bytes = new Uint8Array(STORED[dtype].buffer, STORED[dtype].byteOffset, STORED[dtype].byteLength);
    writeFileSync(file, Buffer.concat([Buffer.alloc(24, 255), bytes, Buffer.alloc(3)]));
    symlinkSync(file, link);
    for (const path of [file, link]) {
      const w = g.weight('w', [2, 3], { file: path, offset: 24, bytes: bytes.length, dtype }, 'float32');
      const mapped = g.writeOnnx({ y: w });
      expect(Object.values(readOnnx(mapped.bytes).initializers)).toEqual([
        expect.objectContaining({ external: { location: file.slice(1), offset: '24', length: String(bytes.length) } }),
      ]);
      const session = await g.compile({ y: g.mul(w, 2), plain: w }, { engine });
      const got = await session.run({});
      expect(got.y).toEqual(
        g.float32(
          [2, 3],
          numbers.map((v) => 2 * v),
        ),
      );
      expect(got.plain!.data).toEqual(numbers);
      await session.dispose();
    }
  },
);

test('a weight behind the second gibibyte of its file', async () => {
  const [path, offset] = [join(folder, 'large.bin'), 2.2 * 2 ** 30 - ((2.2 * 2 ** 30) % 64)];
  const file = openSync(path, 'w');
  writeSync(file, new Uint8Array(numbers.buffer), 0, 24, offset);
  ftruncateSync(file, offset + 24); // sparse: takes a block or two
  closeSync(file);
  const w = g.weight('w', [6], { file: path, offset, bytes: 24, dtype: 'float32' });
  const far = g.weight('far', [6], { file: path, offset: offset + 4, bytes: 12, dtype: 'float16' }, 'float32');
  const session = await g.compile({ y: g.neg(w), half: g.neg(far) }, { engine });
  const got = await session.run({});
  expect(got.y!.data).toEqual(numbers.map((v) => -v));
  expect(got.half!.data.length).toBe(6);
  const inside = readOnnx(g.writeOnnx({ y: g.neg(w) }, { weights: 'inside' }).bytes);
  expect(new Float32Array(inside.initializers.w!.raw!.slice().buffer)).toEqual(numbers);
  await session.dispose();
});

test('a file that ends before its weight is refused when the weight is read', async () => {
  const path = join(folder, 'cut.bin');
  writeFileSync(path, new Uint8Array(16));
  const w = g.weight('w', [6], { file: path, offset: 8, bytes: 24, dtype: 'float32' });
  const refused = { code: 'WEIGHT_SHORT', detail: { at: path, expected: '24 bytes from 8', got: '8', fix: expect.any(String) } };
  await expect(g.saveOnnx(join(folder, 'never.onnx'), { y: g.neg(w) })).rejects.toMatchObject(refused);
  await expect(g.trainer(g.sum(w), [w], { engine })).rejects.toMatchObject(refused);
});
