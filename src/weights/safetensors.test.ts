import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WeightError } from '../base/errors.ts';
import { MAX_HEADER, openSafetensors, readBytes, readFloat32, readPieces } from './safetensors.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'famenet-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** A file with the given header text (or bytes) and so many data bytes; `length` lies about the header's size. */
function file(header: string | Uint8Array, data = 0, length?: number): Buffer {
  const text = Buffer.from(header);
  const start = Buffer.alloc(8);
  start.writeBigUInt64LE(BigInt(length ?? text.length));
  return Buffer.concat([start, text, Buffer.alloc(data, 7)]);
}

const entry = (begin: number, end: number, shape = [(end - begin) / 4]) => ({ dtype: 'F32', shape, data_offsets: [begin, end] });
const two = (a: object, b: object) => JSON.stringify({ a, b });

const BAD: { name: string; code: string; bytes: Buffer; says?: RegExp }[] = [
  { name: 'an empty file', code: 'WEIGHT_TRUNCATED', bytes: Buffer.alloc(0) },
  { name: 'seven bytes', code: 'WEIGHT_TRUNCATED', bytes: Buffer.alloc(7) },
  { name: 'a header of no bytes', code: 'WEIGHT_HEADER_SIZE', bytes: file('', 8) },
  { name: 'a header over 100 MB', code: 'WEIGHT_HEADER_SIZE', bytes: file('{}', 0, MAX_HEADER + 1) },
  { name: 'a header of 2^63 bytes', code: 'WEIGHT_HEADER_SIZE', bytes: Buffer.from('ffffffffffffff7f7b7d', 'hex') },
  {
    name: 'a Git LFS pointer',
    code: 'WEIGHT_HEADER_SIZE',
    bytes: Buffer.from('version https://git-lfs.github.com/spec/v1\n'),
    says: /git lfs pull/,
  },
  {
    name: 'a PyTorch zip',
    code: 'WEIGHT_HEADER_SIZE',
    bytes: Buffer.from('PK\x03\x04 and the rest of it'),
    says: /famenet models convert/,
  },
  { name: 'an error page', code: 'WEIGHT_HEADER_SIZE', bytes: Buffer.from('<!DOCTYPE html>'), says: /error page/ },
  { name: 'a header longer than the file', code: 'WEIGHT_TRUNCATED', bytes: file('{}', 0, 1000) },
  { name: 'data that are cut off', code: 'WEIGHT_TRUNCATED', bytes: file(JSON.stringify({ a: entry(0, 8) }), 7) },
  { name: 'text that is not JSON', code: 'WEIGHT_JSON', bytes: file('{"a": ') },
  { name: 'NaN in the JSON', code: 'WEIGHT_JSON', bytes: file('{"a":{"dtype":"F32","shape":[NaN],"data_offsets":[0,4]}}', 4), says: /NaN/ },
  { name: 'a header that is not UTF-8', code: 'WEIGHT_UTF8', bytes: file(Buffer.from('7b22ff223a7b7d7d', 'hex')) },
  { name: 'a header that is an array', code: 'WEIGHT_HEADER', bytes: file('[{}]') },
  { name: 'a header that starts with a space', code: 'WEIGHT_HEADER', bytes: file(' {}') },
  {
    name: 'a repeated tensor',
    code: 'WEIGHT_DUPLICATE',
    bytes: file(`{"a":${JSON.stringify(entry(0, 4))},"\\u0061":${JSON.stringify(entry(0, 4))}}`, 4),
    says: /"a"/,
  },
  {
    name: 'a repeated field',
    code: 'WEIGHT_DUPLICATE',
    bytes: file('{"a":{"dtype":"F32","dtype":"I32","shape":[1],"data_offsets":[0,4]}}', 4),
  },
  { name: 'metadata that are not strings', code: 'WEIGHT_HEADER', bytes: file('{"__metadata__":{"n":1}}') },
  { name: 'metadata that are an array', code: 'WEIGHT_HEADER', bytes: file('{"__metadata__":["n"]}') },
  { name: 'an entry that is a number', code: 'WEIGHT_HEADER', bytes: file('{"a":1}') },
  {
    name: 'an entry with an unknown field',
    code: 'WEIGHT_HEADER',
    bytes: file(JSON.stringify({ a: { ...entry(0, 4), scale: 2 } }), 4),
    says: /scale/,
  },
  { name: 'a negative dimension', code: 'WEIGHT_HEADER', bytes: file(JSON.stringify({ a: entry(0, 4, [-1]) }), 4) },
  { name: 'a fractional dimension', code: 'WEIGHT_HEADER', bytes: file(JSON.stringify({ a: entry(0, 4, [0.5]) }), 4) },
  { name: 'offsets that run backwards', code: 'WEIGHT_HEADER', bytes: file(JSON.stringify({ a: entry(4, 0, [1]) }), 4) },
  { name: 'three offsets', code: 'WEIGHT_HEADER', bytes: file(JSON.stringify({ a: { ...entry(0, 4), data_offsets: [0, 4, 8] } }), 4) },
  {
    name: 'offsets beyond 2^53',
    code: 'WEIGHT_HEADER',
    bytes: file('{"a":{"dtype":"F32","shape":[1],"data_offsets":[9007199254740993,9007199254740997]}}', 4),
  },
  { name: 'an unknown dtype', code: 'WEIGHT_DTYPE', bytes: file(JSON.stringify({ a: { ...entry(0, 4), dtype: 'toString' } }), 4) },
  {
    name: 'an 8-bit float',
    code: 'WEIGHT_DTYPE',
    bytes: file(JSON.stringify({ a: { ...entry(0, 4), dtype: 'F8_E4M3' } }), 4),
    says: /8-bit and narrower floats/,
  },
  {
    name: 'a shape that does not fit its bytes',
    code: 'WEIGHT_BYTES',
    bytes: file(JSON.stringify({ a: entry(0, 8, [3]) }), 8),
    says: /12 bytes[\s\S]*8 bytes/,
  },
  { name: 'a shape beyond 2^53 elements', code: 'WEIGHT_BYTES', bytes: file(JSON.stringify({ a: entry(0, 8, [2 ** 30, 2 ** 30]) }), 8) },
  { name: 'an overlap', code: 'WEIGHT_OVERLAP', bytes: file(two(entry(0, 8), entry(4, 12)), 12), says: /"b" overlaps tensor "a"/ },
  { name: 'one range for two tensors', code: 'WEIGHT_OVERLAP', bytes: file(two(entry(0, 8), entry(0, 8)), 8) },
  { name: 'a hole', code: 'WEIGHT_HOLE', bytes: file(two(entry(0, 4), entry(8, 12)), 12), says: /before tensor "b"/ },
  { name: 'a hole at the start', code: 'WEIGHT_HOLE', bytes: file(JSON.stringify({ a: entry(4, 8) }), 8) },
  { name: 'trailing bytes', code: 'WEIGHT_TRAILING', bytes: file(JSON.stringify({ a: entry(0, 4) }), 5) },
];

test.each(BAD)('$name is refused', async ({ code, bytes, says }) => {
  const path = join(dir, 'bad.safetensors');
  await writeFile(path, bytes);
  const error = await openSafetensors(path).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(WeightError);
  expect(error).toMatchObject({ code, detail: { at: path, fix: expect.any(String) } });
  if (says) expect(String(error)).toMatch(says);
});

test('a missing file and a directory are refused', async () => {
  await expect(openSafetensors(join(dir, 'nowhere'))).rejects.toMatchObject({ code: 'WEIGHT_FILE_MISSING' });
  await mkdir(join(dir, 'folder'));
  await expect(openSafetensors(join(dir, 'folder'))).rejects.toMatchObject({ code: 'WEIGHT_FILE_READ' });
});

test('a file that shrinks after it was opened is noticed when read', async () => {
  const path = join(dir, 'shrinks.safetensors');
  await writeFile(path, file(JSON.stringify({ a: entry(0, 8) }), 8));
  const a = (await openSafetensors(path)).entries.get('a')!;
  await writeFile(path, file(JSON.stringify({ a: entry(0, 8) }), 3));
  await expect(readBytes(a)).rejects.toMatchObject({ code: 'WEIGHT_TRUNCATED' });
  await expect(readFloat32(a)).rejects.toMatchObject({ code: 'WEIGHT_TRUNCATED' });
});

test('every element type widens to float32, from an unaligned offset too', async () => {
  const columns: [string, ArrayBufferView, number[]][] = [
    ['BOOL', Uint8Array.of(0, 1), [0, 1]],
    ['U8', Uint8Array.of(0, 255, 7), [0, 255, 7]],
    ['I8', Int8Array.of(-128, 127), [-128, 127]],
    ['I16', Int16Array.of(-32768, 5), [-32768, 5]],
    ['U16', Uint16Array.of(65535, 5), [65535, 5]],
    ['I32', Int32Array.of(-(2 ** 31), 5), [-(2 ** 31), 5]],
    ['U32', Uint32Array.of(2 ** 32 - 1, 5), [2 ** 32, 5]],
    ['I64', BigInt64Array.of(-3n, 2n ** 40n), [-3, 2 ** 40]],
    ['U64', BigUint64Array.of(3n, 2n ** 63n), [3, 2 ** 63]],
    ['F16', Uint16Array.of(0x3c00, 0xc000, 0x0001), [1, -2, 2 ** -24]],
    ['BF16', Uint16Array.of(0x3f80, 0xc000), [1, -2]],
    ['F32', Float32Array.of(1.5, -0.1), [1.5, Math.fround(-0.1)]],
    ['F64', Float64Array.of(1.5, 0.1), [1.5, Math.fround(0.1)]],
  ];
  let end = 0;
  const rows = columns.map(([dtype, view]) => {
    const begin = end;
    end += view.byteLength;
    return [dtype, { dtype, shape: [(view.byteLength / Number(/\d+/.exec(dtype)?.[0] ?? 8)) * 8], data_offsets: [begin, end] }];
  });
  const path = join(dir, 'types.safetensors');
  const data = columns.map(([, v]) => Buffer.from(v.buffer, v.byteOffset, v.byteLength));
  await writeFile(path, Buffer.concat([file(JSON.stringify(Object.fromEntries(rows))), ...data]));
  const { entries } = await openSafetensors(path);
  for (const [dtype, view, want] of columns) {
    const e = entries.get(dtype)!;
    expect(Buffer.from(await readBytes(e))).toEqual(Buffer.from(view.buffer, view.byteOffset, view.byteLength));
    expect([...(await readFloat32(e))], dtype).toEqual(want);
  }
});

test('scalars, empty tensors, metadata and padding are read; entries come in file order', async () => {
  const path = join(dir, 'odd.safetensors');
  const header = {
    __metadata__: { format: 'pt' },
    z: entry(0, 4, []),
    e2: entry(4, 4, [0, 3]),
    p: entry(4, 8),
    e1: entry(4, 4, [0]),
  };
  await writeFile(path, file(`${JSON.stringify(header).replace('"p"', '"__proto__"')}   \n`, 8));
  const c = await openSafetensors(path);
  expect(c.metadata).toEqual({ format: 'pt' });
  expect([...c.entries.keys()]).toEqual(['z', 'e2', 'e1', '__proto__']);
  expect(await readFloat32(c.entries.get('e1')!)).toEqual(new Float32Array(0));
  expect(c.entries.get('z')).toMatchObject({ shape: [], bytes: 4, file: path });
});

test('pieces join to the whole', async () => {
  const path = join(dir, 'pieces.safetensors');
  const data = Buffer.from(Array.from({ length: 40 }, (_, i) => i));
  await writeFile(path, Buffer.concat([file(JSON.stringify({ a: entry(0, 40) })), data]));
  const a = (await openSafetensors(path)).entries.get('a')!;
  const pieces: number[][] = [];
  for await (const piece of readPieces(a, 16)) pieces.push([...piece]);
  expect(pieces.map((p) => p.length)).toEqual([16, 16, 8]);
  expect(Buffer.from(pieces.flat())).toEqual(data);
});
