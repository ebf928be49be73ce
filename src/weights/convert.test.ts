import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dict, get, global, int, op, pickle, put, tensor, text, torchLegacy, torchZip, tuple, zip } from '../../test/support/torchfile.ts';
import { WeightError } from '../base/errors.ts';
import { convertDirectory, convertPth } from './convert.ts';
import { openSafetensors, readBytes, readFloat32 } from './safetensors.ts';
import { verifyDirectory } from './verify.ts';

const FIXTURES = fileURLToPath(new URL('../../test/fixtures/pth/', import.meta.url));
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'famenet-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function convert(bytes: Buffer, key?: string) {
  const path = join(dir, 'made.pth');
  await writeFile(path, bytes);
  const result = await convertPth(path, join(dir, 'made.safetensors'), key === undefined ? {} : { key });
  return { ...result, entries: (await openSafetensors(join(dir, 'made.safetensors'))).entries };
}

test.each([
  ['zip.pth', undefined, 'expected.safetensors', undefined],
  ['legacy.pth', undefined, 'expected.safetensors', undefined],
  ['nested.pth', undefined, 'nested.safetensors', 'model_state_dict'],
])('%s of torch converts to what the safetensors library writes', async (file, key, expected, chosen) => {
  const out = join(dir, `${file}.safetensors`);
  const result = await convertPth(join(FIXTURES, file), out, key === undefined ? {} : { key });
  expect(result.key).toBe(chosen);
  const want = await openSafetensors(join(FIXTURES, expected));
  const got = await openSafetensors(out);
  expect([...got.entries.keys()].sort()).toEqual([...want.entries.keys()].sort());
  for (const [name, entry] of want.entries) {
    expect(got.entries.get(name), name).toMatchObject({ dtype: entry.dtype, shape: entry.shape });
    expect(await readBytes(got.entries.get(name)!), name).toEqual(await readBytes(entry));
  }
});

test('another dictionary can be chosen; what is no tensor is named', async () => {
  const out = join(dir, 'optimizer.safetensors');
  const result = await convertPth(join(FIXTURES, 'nested.pth'), out, { key: 'optimizer_state_dict' });
  expect(result).toMatchObject({ key: 'optimizer_state_dict', tensors: 12 });
  expect(result.skipped).toContain('param_groups');
  await expect(convertPth(join(FIXTURES, 'nested.pth'), out, { key: 'weights' })).rejects.toMatchObject({
    code: 'WEIGHT_PTH_KEY',
    detail: { expected: 'one of "iter", "model_state_dict", "optimizer_state_dict", "acc"' },
  });
});

test('a directory of PyTorch shards becomes one of safetensors, with what belongs to it', async () => {
  const from = join(dir, 'torch');
  const to = join(dir, 'safe');
  await mkdir(from);
  await writeFile(join(from, 'pytorch_model-00001-of-00002.bin'), torchZip(pickle(dict({ a: tensor() }))));
  await expect(convertDirectory(from, to)).rejects.toMatchObject({ code: 'WEIGHT_SHARD_MISSING' });
  await writeFile(
    join(from, 'pytorch_model-00002-of-00002.bin'),
    torchZip(pickle(dict({ b: tensor({ shape: [2, 2], strides: [2, 1] }) }))),
  );
  await writeFile(join(from, 'config.json'), '{}');
  await writeFile(join(from, 'tokenizer.model'), 'sp');
  expect(await convertDirectory(from, to, { shardBytes: 16 })).toMatchObject({ tensors: 2, skipped: [] });
  expect(await verifyDirectory(to)).toMatchObject({ tensors: 2, hashed: expect.arrayContaining(['config.json', 'tokenizer.model']) });
  await expect(convertDirectory(from, to)).rejects.toMatchObject({ code: 'WEIGHT_OUT_EXISTS' });
});

test('a whole module is refused with its class and the way out', async () => {
  const error = await convertPth(join(FIXTURES, 'module.pth'), join(dir, 'no')).catch((e: unknown) => e);
  expect(error).toMatchObject({
    code: 'WEIGHT_PICKLE_MODULE',
    detail: { got: 'an object of class "__main__.Whole"', fix: expect.stringContaining('state_dict()') },
  });
});

const STORAGE = Buffer.from(Float32Array.of(1, 2, 3, 4).buffer);

test('deflated archives, views of legacy storages and strides are read', async () => {
  const main = pickle(dict({ a: tensor({ shape: [2, 2], strides: [1, 2] }) }));
  const deflated = zip([
    { name: 'x/data.pkl', content: main, deflate: true },
    { name: 'x/byteorder', content: Buffer.from('little') },
    { name: 'x/data/0', content: STORAGE, deflate: true },
  ]);
  const one = await convert(deflated);
  expect([...(await readFloat32(one.entries.get('a')!))]).toEqual([1, 3, 2, 4]);
  const view = tuple(text('view'), int(1), int(3));
  const legacy = torchLegacy(pickle(dict({ a: tensor({ shape: [2], offset: 1, view }) })), { '0': STORAGE });
  expect([...(await readFloat32((await convert(legacy)).entries.get('a')!))]).toEqual([3, 4]);
});

const call = (module: string, name: string, argument: string) => Buffer.concat([global(module, name), tuple(text(argument)), op.reduce]);
const long = (n: number) =>
  Buffer.concat([Buffer.from([0x8b, n & 255, (n >> 8) & 255, (n >> 16) & 255, n >> 24]), Buffer.alloc(Math.min(n, 300))]);

/** {a: {a: {a: …}}} in which each dictionary holds the one before eight times. */
function laughs(levels: number): Buffer {
  const parts = [dict({ t: tensor() }), put(0)];
  for (let i = 0; i < levels; i++) parts.push(op.emptyDict, ...[...'abcdefgh'].flatMap((k) => [text(k), get(i), op.setItem]), put(i + 1));
  return pickle(...parts);
}

const HOSTILE: { name: string; code: string; bytes: Buffer; says?: RegExp }[] = [
  {
    name: 'os.system',
    code: 'WEIGHT_PICKLE_GLOBAL',
    bytes: torchZip(pickle(call('os', 'system', 'touch /tmp/owned'))),
    says: /os\.system[\s\S]*run code/,
  },
  { name: 'posix.system in a legacy file', code: 'WEIGHT_PICKLE_GLOBAL', bytes: torchLegacy(pickle(call('posix', 'system', 'id')), {}) },
  {
    name: 'builtins.eval in a dictionary',
    code: 'WEIGHT_PICKLE_GLOBAL',
    bytes: torchZip(pickle(dict({ a: call('builtins', 'eval', '1') }))),
    says: /run code/,
  },
  {
    name: 'torch.storage._load_from_bytes',
    code: 'WEIGHT_PICKLE_GLOBAL',
    bytes: torchZip(pickle(dict({ a: call('torch.storage', '_load_from_bytes', '') }))),
  },
  {
    name: 'a numpy scalar',
    code: 'WEIGHT_PICKLE_GLOBAL',
    bytes: torchZip(pickle(dict({ a: call('numpy.core.multiarray', 'scalar', '') }))),
    says: /state_dict/,
  },
  { name: 'a name of Object.prototype', code: 'WEIGHT_PICKLE_MODULE', bytes: torchZip(pickle(call('constructor', 'constructor', ''))) },
  {
    name: 'a global by STACK_GLOBAL',
    code: 'WEIGHT_PICKLE_GLOBAL',
    bytes: torchZip(pickle(text('os'), text('system'), Buffer.from([0x93]))),
  },
  {
    name: 'a legacy module record',
    code: 'WEIGHT_PICKLE_MODULE',
    bytes: torchLegacy(pickle(tuple(text('module'), global('nets', 'MFN'), text('f.py'), text('source')), op.persistent), {}),
  },
  {
    name: 'NEWOBJ',
    code: 'WEIGHT_PICKLE_OPCODE',
    bytes: torchZip(pickle(op.emptyTuple, op.emptyTuple, Buffer.from([0x81]))),
    says: /0x81/,
  },
  { name: 'an unknown opcode', code: 'WEIGHT_PICKLE_OPCODE', bytes: torchZip(Buffer.from([0x80, 2, 0xff])) },
  {
    name: 'REDUCE of a storage type',
    code: 'WEIGHT_PICKLE_DAMAGED',
    bytes: torchZip(pickle(global('torch', 'FloatStorage'), op.emptyTuple, op.reduce)),
  },
  { name: 'REDUCE of text', code: 'WEIGHT_PICKLE_DAMAGED', bytes: torchZip(pickle(text('toString'), op.emptyTuple, op.reduce)) },
  { name: 'a stack underflow', code: 'WEIGHT_PICKLE_DAMAGED', bytes: torchZip(pickle(op.reduce)) },
  { name: 'a tuple without a mark', code: 'WEIGHT_PICKLE_DAMAGED', bytes: torchZip(pickle(op.tuple)) },
  { name: 'STOP on an empty stack', code: 'WEIGHT_PICKLE_DAMAGED', bytes: torchZip(pickle()) },
  { name: 'a memory that was never set', code: 'WEIGHT_PICKLE_DAMAGED', bytes: torchZip(pickle(get(7))) },
  { name: 'BUILD on a list', code: 'WEIGHT_PICKLE_DAMAGED', bytes: torchZip(pickle(op.emptyList, op.emptyDict, op.build)) },
  { name: 'APPEND to a dictionary', code: 'WEIGHT_PICKLE_DAMAGED', bytes: torchZip(pickle(op.emptyDict, op.none, op.append)) },
  { name: 'a persistent id that is text', code: 'WEIGHT_PICKLE_DAMAGED', bytes: torchZip(pickle(text('0'), op.persistent)) },
  {
    name: 'an unknown storage type',
    code: 'WEIGHT_PICKLE_GLOBAL',
    bytes: torchZip(pickle(dict({ a: tensor({ storage: 'UntypedStorage' }) }))),
  },
  { name: 'a negative shape', code: 'WEIGHT_PICKLE_DAMAGED', bytes: torchZip(pickle(dict({ a: tensor({ shape: [-1] }) }))) },
  {
    name: 'more strides than dimensions',
    code: 'WEIGHT_PICKLE_DAMAGED',
    bytes: torchZip(pickle(dict({ a: tensor({ strides: [1, 1] }) }))),
  },
  {
    name: 'a hundred dimensions',
    code: 'WEIGHT_PICKLE_DAMAGED',
    bytes: torchZip(pickle(dict({ a: tensor({ shape: new Array(100).fill(1), strides: new Array(100).fill(1) }) }))),
  },
  { name: 'a pickle that is cut off', code: 'WEIGHT_TRUNCATED', bytes: torchZip(pickle(dict({ a: tensor() })).subarray(0, 60)) },
  { name: 'a text that claims 4 GB', code: 'WEIGHT_TRUNCATED', bytes: torchZip(pickle(Buffer.from('58ffffffff', 'hex'))) },
  { name: 'a text that claims 2^63 bytes', code: 'WEIGHT_PICKLE_LIMIT', bytes: torchZip(pickle(Buffer.from('8dffffffffffffff7f', 'hex'))) },
  { name: 'an integer of 100 kB', code: 'WEIGHT_PICKLE_LIMIT', bytes: torchZip(pickle(long(100_000))) },
  { name: 'three million opcodes', code: 'WEIGHT_PICKLE_LIMIT', bytes: torchZip(pickle(Buffer.alloc(3_000_000, ']'))) },
  { name: 'a billion dictionaries by reference', code: 'WEIGHT_PICKLE_LIMIT', bytes: torchZip(laughs(10)) },
  {
    name: 'a dictionary that holds itself',
    code: 'WEIGHT_PICKLE_LIMIT',
    bytes: torchZip(pickle(op.emptyDict, put(0), text('a'), tensor(), op.setItem, text('me'), get(0), op.setItem)),
  },
  {
    name: 'a tensor beyond its storage',
    code: 'WEIGHT_PTH_STORAGE',
    bytes: torchZip(pickle(dict({ a: tensor({ shape: [5] }) }))),
    says: /at most 4 elements/,
  },
  { name: 'an offset beyond the storage', code: 'WEIGHT_PTH_STORAGE', bytes: torchZip(pickle(dict({ a: tensor({ offset: 1 }) }))) },
  {
    name: 'strides beyond the storage',
    code: 'WEIGHT_PTH_STORAGE',
    bytes: torchZip(pickle(dict({ a: tensor({ shape: [2], strides: [4] }) }))),
  },
  {
    name: 'a shape beyond 2^53',
    code: 'WEIGHT_PTH_STORAGE',
    bytes: torchZip(pickle(dict({ a: tensor({ shape: [2 ** 30, 2 ** 30], strides: [2 ** 30, 1] }) }))),
  },
  {
    name: 'a tensor of terabytes with strides of 0',
    code: 'WEIGHT_PICKLE_LIMIT',
    bytes: torchZip(pickle(dict({ a: tensor({ shape: [2 ** 20, 2 ** 20], strides: [0, 0] }) }))),
  },
  {
    name: 'a storage of another size',
    code: 'WEIGHT_PTH_STORAGE',
    bytes: torchZip(pickle(dict({ a: tensor({ elements: 5 }) }))),
    says: /20 bytes[\s\S]*16 bytes/,
  },
  {
    name: 'a missing storage',
    code: 'WEIGHT_PTH_STORAGE',
    bytes: torchZip(pickle(dict({ a: tensor({ key: '../0' }) }))),
    says: /no such entry/,
  },
  {
    name: 'a storage of two types',
    code: 'WEIGHT_PTH_STORAGE',
    bytes: torchZip(pickle(dict({ a: tensor(), b: tensor({ storage: 'HalfStorage', elements: 8 }) }))),
  },
  {
    name: 'a view beyond its storage',
    code: 'WEIGHT_PICKLE_DAMAGED',
    bytes: torchLegacy(pickle(dict({ a: tensor({ view: tuple(text('v'), int(3), int(3)) }) })), { '0': STORAGE }),
  },
  {
    name: 'a legacy storage that is cut off',
    code: 'WEIGHT_PTH_STORAGE',
    bytes: torchLegacy(pickle(dict({ a: tensor() })), { '0': STORAGE }).subarray(0, -1),
  },
  { name: 'a legacy storage that nothing uses', code: 'WEIGHT_PTH_STORAGE', bytes: torchLegacy(pickle(op.emptyDict), { '0': STORAGE }) },
  { name: 'a legacy storage that is missing', code: 'WEIGHT_PTH_STORAGE', bytes: torchLegacy(pickle(dict({ a: tensor() })), {}) },
  {
    name: 'bytes after a legacy file',
    code: 'WEIGHT_TRAILING',
    bytes: Buffer.concat([torchLegacy(pickle(dict({ a: tensor() })), { '0': STORAGE }), Buffer.alloc(1)]),
  },
  {
    name: 'a big-endian legacy file',
    code: 'WEIGHT_PTH_ENDIAN',
    bytes: torchLegacy(pickle(dict({ a: tensor() })), { '0': STORAGE }, false),
  },
  {
    name: 'a big-endian zip file',
    code: 'WEIGHT_PTH_ENDIAN',
    bytes: torchZip(pickle(dict({ a: tensor() })), { '0': STORAGE }, [{ name: 'archive/byteorder', content: Buffer.from('big') }]),
  },
  {
    name: 'a TorchScript archive',
    code: 'WEIGHT_PTH_FORMAT',
    bytes: torchZip(pickle(op.emptyDict), {}, [{ name: 'archive/constants.pkl', content: Buffer.alloc(1) }]),
    says: /program/,
  },
  { name: 'a zip of something else', code: 'WEIGHT_PTH_FORMAT', bytes: zip([{ name: 'word/document.xml', content: Buffer.alloc(9) }]) },
  { name: 'a plain pickle', code: 'WEIGHT_PTH_FORMAT', bytes: pickle(op.emptyDict) },
  { name: 'a text file', code: 'WEIGHT_PTH_FORMAT', bytes: Buffer.from('<html>') },
  {
    name: 'a safetensors file',
    code: 'WEIGHT_PTH_FORMAT',
    bytes: Buffer.from('0200000000000000 7b7d'.replace(' ', ''), 'hex'),
    says: /safetensors/,
  },
  { name: 'an empty file', code: 'WEIGHT_PTH_FORMAT', bytes: Buffer.alloc(0) },
  { name: 'a top level without tensors', code: 'WEIGHT_PTH_KEY', bytes: torchZip(pickle(dict({ epoch: int(3) })), {}) },
  { name: 'a lone tensor', code: 'WEIGHT_PTH_KEY', bytes: torchZip(pickle(tensor())) },
  {
    name: 'a key that is a tuple',
    code: 'WEIGHT_PICKLE_DAMAGED',
    bytes: torchZip(pickle(op.emptyDict, op.emptyTuple, tensor(), op.setItem)),
  },
  {
    name: 'a deflate bomb',
    code: 'WEIGHT_ZIP',
    bytes: zip([{ name: 'a/data.pkl', content: Buffer.alloc(50e6), deflate: true, claims: 100 }]),
  },
  {
    name: 'a deflated part that claims 3 GB',
    code: 'WEIGHT_PICKLE_LIMIT',
    bytes: zip([{ name: 'a/data.pkl', content: Buffer.alloc(100), deflate: true, claims: 3e9 }]),
  },
  {
    name: 'an encrypted zip',
    code: 'WEIGHT_ZIP',
    bytes: zip([{ name: 'a/data.pkl', content: pickle(op.emptyDict), flags: 1 }]),
    says: /encrypted/,
  },
  {
    name: 'a zip with one name twice',
    code: 'WEIGHT_ZIP',
    bytes: zip([0, 1].map(() => ({ name: 'a/data.pkl', content: pickle(op.emptyDict) }))),
    says: /twice/,
  },
  {
    name: 'a zip with two names for one part',
    code: 'WEIGHT_ZIP',
    bytes: zip([{ name: 'a/data.pkl', content: pickle(op.emptyDict), local: 'a/data.pkX' }]),
  },
  { name: 'a zip that is cut off', code: 'WEIGHT_ZIP', bytes: torchZip(pickle(dict({ a: tensor() }))).subarray(0, -30) },
];

test.each(HOSTILE)('$name is refused', async ({ code, bytes, says }) => {
  const error = await convert(bytes).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(WeightError);
  expect(error).toMatchObject({ code, detail: { at: expect.stringContaining('made.pth'), fix: expect.any(String) } });
  if (says) expect(String(error)).toMatch(says);
  expect((await readdir(dir)).filter((n) => n.endsWith('.tmp'))).toEqual([]);
});
