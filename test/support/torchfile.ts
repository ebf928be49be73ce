import { crc32, deflateRawSync } from 'node:zlib';

/** Pickle opcodes by hand, to make the files that torch would not. */
export const op = {
  proto: Buffer.from([0x80, 2]),
  mark: Buffer.from('('),
  stop: Buffer.from('.'),
  reduce: Buffer.from('R'),
  build: Buffer.from('b'),
  tuple: Buffer.from('t'),
  emptyTuple: Buffer.from(')'),
  emptyDict: Buffer.from('}'),
  emptyList: Buffer.from(']'),
  setItem: Buffer.from('s'),
  append: Buffer.from('a'),
  persistent: Buffer.from('Q'),
  none: Buffer.from('N'),
  false: Buffer.from([0x89]),
  true: Buffer.from([0x88]),
};

export const global = (module: string, name: string): Buffer => Buffer.from(`c${module}\n${name}\n`);
export const put = (index: number): Buffer => Buffer.from([0x71, index]);
export const get = (index: number): Buffer => Buffer.from([0x68, index]);

export function text(value: string): Buffer {
  const body = Buffer.from(value);
  const head = Buffer.from([0x58, 0, 0, 0, 0]);
  head.writeUInt32LE(body.length, 1);
  return Buffer.concat([head, body]);
}

export function int(value: number): Buffer {
  if (value === (value | 0)) {
    const out = Buffer.from([0x4a, 0, 0, 0, 0]);
    out.writeInt32LE(value, 1);
    return out;
  }
  const out = Buffer.from([0x8a, 8, 0, 0, 0, 0, 0, 0, 0, 0]);
  out.writeBigInt64LE(BigInt(value), 2);
  return out;
}

export const tuple = (...items: Buffer[]): Buffer => Buffer.concat([op.mark, ...items, op.tuple]);

export interface FakeTensor {
  storage?: string;
  key?: string;
  elements?: number;
  offset?: number;
  shape?: number[];
  strides?: number[];
  view?: Buffer;
}

/** What torch writes for a tensor: _rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks). */
export function tensor({
  storage = 'FloatStorage',
  key = '0',
  elements = 4,
  offset = 0,
  shape = [4],
  strides = [1],
  view,
}: FakeTensor = {}): Buffer {
  const id = tuple(text('storage'), global('torch', storage), text(key), text('cpu'), int(elements), ...(view ? [view] : []));
  const args = tuple(id, op.persistent, int(offset), tuple(...shape.map(int)), tuple(...strides.map(int)), op.false, op.emptyDict);
  return Buffer.concat([global('torch._utils', '_rebuild_tensor_v2'), args, op.reduce]);
}

export function dict(entries: Record<string, Buffer>): Buffer {
  return Buffer.concat([op.emptyDict, ...Object.entries(entries).flatMap(([k, v]) => [text(k), v, op.setItem])]);
}

export const pickle = (...parts: Buffer[]): Buffer => Buffer.concat([op.proto, ...parts, op.stop]);

export interface ZipPart {
  name: string;
  content: Buffer;
  deflate?: boolean;
  /** A lie about the uncompressed size. */
  claims?: number;
  flags?: number;
  /** The name in the local header, when it is another. */
  local?: string;
}

/** A zip archive of the given parts. */
export function zip(parts: ZipPart[]): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, content, deflate = false, claims = content.length, flags = 0, local = name } of parts) {
    const body = deflate ? deflateRawSync(content) : content;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(flags, 2);
    common.writeUInt16LE(deflate ? 8 : 0, 4);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(body.length, 14);
    common.writeUInt32LE(claims, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const head = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(local)]);
    head.writeUInt16LE(Buffer.byteLength(local), 26);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(at, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), common, tail, Buffer.from(name)]));
    bodies.push(head, body);
    at += head.length + body.length;
  }
  const rows = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(rows.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...bodies, rows, end]);
}

/** A torch file in the zip layout around a pickle and its storages. */
export function torchZip(main: Buffer, storages: Record<string, Buffer> = { '0': Buffer.alloc(16, 1) }, more: ZipPart[] = []): Buffer {
  const parts = Object.entries(storages).map(([key, content]) => ({ name: `archive/data/${key}`, content }));
  return zip([{ name: 'archive/data.pkl', content: main }, ...parts, ...more]);
}

/** A torch file in the legacy layout. `system` and `keys` are pickles. */
export function torchLegacy(main: Buffer, storages: Record<string, Buffer>, littleEndian = true): Buffer {
  const magic = Buffer.from([0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]);
  const system = dict({ protocol_version: int(1001), little_endian: littleEndian ? op.true : op.false });
  const keys = Buffer.concat([op.emptyList, ...Object.keys(storages).flatMap((k) => [text(k), op.append])]);
  const numbers = Object.values(storages).map((content) => {
    const count = Buffer.alloc(8);
    count.writeBigInt64LE(BigInt(content.length / 4));
    return Buffer.concat([count, content]);
  });
  return Buffer.concat([pickle(magic), pickle(int(1001)), pickle(system), main, pickle(keys), ...numbers]);
}
