import type { FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import { WeightError } from '../base/errors.ts';
import { fill } from './disk.ts';

/** One file of a zip archive. */
export interface ZipEntry {
  readonly name: string;
  /** Byte offset of its (perhaps compressed) content in the archive. */
  readonly offset: number;
  readonly stored: number;
  readonly bytes: number;
  readonly deflated: boolean;
}

/** Central directories of model files have some hundred entries of 100 bytes. */
const MAX_DIRECTORY = 64 * 1024 * 1024;
/** A deflated entry is inflated in memory; torch itself never deflates. */
const MAX_INFLATED = 1024 * 1024 * 1024;

function damaged(at: string, expected: string, got: string): WeightError {
  return new WeightError('WEIGHT_ZIP', 'A zip archive is damaged or of a kind that we do not read', {
    at,
    expected,
    got,
    fix: 'download or save the file again with torch.save',
  });
}

/** Lists a zip archive (with zip64) by its central directory, checked against each local header. Encrypted, divided or repeated entries are refused. */
export async function readZip(handle: FileHandle, size: number, file: string): Promise<ReadonlyMap<string, ZipEntry>> {
  const { offset, bytes, count, end } = await findDirectory(handle, size, file);
  if (bytes > MAX_DIRECTORY || offset + bytes > end)
    throw damaged(file, `a directory before byte ${end}`, `${bytes} bytes at byte ${offset}`);
  const directory = Buffer.alloc(bytes);
  await fill(handle, file, directory, offset);
  const entries = new Map<string, ZipEntry>();
  for (let i = 0, at = 0; i < count; i++) {
    if (at + 46 > bytes || directory.readUInt32LE(at) !== 0x02014b50) throw damaged(file, `${count} directory entries`, `${i}`);
    const lengths = [directory.readUInt16LE(at + 28), directory.readUInt16LE(at + 30), directory.readUInt16LE(at + 32)] as const;
    const next = at + 46 + lengths[0] + lengths[1] + lengths[2];
    if (next > bytes) throw damaged(file, `a directory of ${bytes} bytes`, `an entry that ends at ${next}`);
    const row = directory.subarray(at, next);
    const entry = await locate(handle, offset, row, lengths, file);
    if (entries.has(entry.name)) throw damaged(file, 'every name once', `${JSON.stringify(entry.name)} twice`);
    entries.set(entry.name, entry);
    at = next;
  }
  return entries;
}

async function findDirectory(handle: FileHandle, size: number, file: string) {
  const tail = Buffer.alloc(Math.min(size, 22 + 65535));
  await fill(handle, file, tail, size - tail.length);
  let at = tail.length - 22;
  while (at >= 0 && tail.readUInt32LE(at) !== 0x06054b50) at--;
  if (at < 0) throw damaged(file, 'a zip directory at the end', 'none: the file is cut off');
  const end = size - tail.length + at;
  const small = { offset: tail.readUInt32LE(at + 16), bytes: tail.readUInt32LE(at + 12), count: tail.readUInt16LE(at + 10), end };
  if (at < 20 || tail.readUInt32LE(at - 20) !== 0x07064b50) return small;
  const where = safe(tail.readBigUInt64LE(at - 12));
  if (where + 56 > end) throw damaged(file, `a zip64 record before byte ${end}`, `byte ${where}`);
  const record = Buffer.alloc(56);
  await fill(handle, file, record, where);
  if (record.readUInt32LE(0) !== 0x06064b50) throw damaged(file, 'a zip64 record', 'other bytes');
  return {
    offset: safe(record.readBigUInt64LE(48)),
    bytes: safe(record.readBigUInt64LE(40)),
    count: safe(record.readBigUInt64LE(32)),
    end: where,
  };
}

/** Numbers beyond 2^53 are beyond every file's end as well; they stay too large. */
function safe(n: bigint): number {
  return n > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(n);
}

async function locate(
  handle: FileHandle,
  directoryAt: number,
  row: Buffer,
  lengths: readonly [number, number, number],
  file: string,
): Promise<ZipEntry> {
  const nameBytes = row.subarray(46, 46 + lengths[0]);
  const name = nameBytes.toString('utf8');
  const at = `${file}, entry ${JSON.stringify(name)}`;
  const flags = row.readUInt16LE(8);
  const method = row.readUInt16LE(10);
  if ((flags & 1) !== 0) throw damaged(at, 'no encryption', 'an encrypted entry');
  if (method !== 0 && method !== 8) throw damaged(at, 'stored or deflated', `compression method ${method}`);
  const [bytes, stored, header] = wide(row, lengths);
  if (header + 30 > directoryAt) throw damaged(at, `content before byte ${directoryAt}`, `byte ${header}`);
  const local = Buffer.alloc(30);
  await fill(handle, file, local, header);
  const localName = Buffer.alloc(local.readUInt16LE(26));
  const offset = header + 30 + localName.length + local.readUInt16LE(28);
  if (local.readUInt32LE(0) !== 0x04034b50 || offset + stored > directoryAt)
    throw damaged(at, `content before byte ${directoryAt}`, `${stored} bytes at byte ${offset}`);
  await fill(handle, file, localName, header + 30);
  if (!localName.equals(nameBytes)) throw damaged(at, 'the same name in both places', JSON.stringify(localName.toString('utf8')));
  if (method === 0 && stored !== bytes) throw damaged(at, `${bytes} bytes`, `${stored} bytes`);
  return { name, offset, stored, bytes, deflated: method === 8 };
}

/** Uncompressed size, compressed size and header offset; from the zip64 extra field where the 32-bit field is full. */
function wide(row: Buffer, lengths: readonly [number, number, number]): [number, number, number] {
  const small = [row.readUInt32LE(24), row.readUInt32LE(20), row.readUInt32LE(42)] as const;
  const extra = row.subarray(46 + lengths[0], 46 + lengths[0] + lengths[1]);
  for (let at = 0; at + 4 <= extra.length; ) {
    const body = extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2));
    if (extra.readUInt16LE(at) === 1) {
      let used = 0;
      const next = (n: number) => {
        if (n !== 0xffffffff || used + 8 > body.length) return n;
        used += 8;
        return safe(body.readBigUInt64LE(used - 8));
      };
      return [next(small[0]), next(small[1]), next(small[2])];
    }
    at += 4 + body.length;
  }
  return [...small];
}

/** The content of an entry, at most `limit` bytes. */
export async function readEntry(handle: FileHandle, file: string, entry: ZipEntry, limit = MAX_INFLATED): Promise<Uint8Array> {
  const at = `${file}, entry ${JSON.stringify(entry.name)}`;
  if (entry.bytes > limit) {
    const detail = {
      at,
      expected: `at most ${limit} bytes`,
      got: `${entry.bytes} bytes`,
      fix: 'save the file again with torch.save, which does not compress',
    };
    throw new WeightError('WEIGHT_PICKLE_LIMIT', 'A part of a PyTorch file is too large', detail);
  }
  const stored = new Uint8Array(entry.stored);
  await fill(handle, file, stored, entry.offset);
  if (!entry.deflated) return stored;
  try {
    // One byte more than declared: enough to notice a bomb, too little to be hurt by it.
    const content = await promisify(inflateRaw)(stored, { maxOutputLength: entry.bytes + 1 });
    if (content.length === entry.bytes) return content;
    throw damaged(at, `${entry.bytes} bytes`, `${content.length} bytes`);
  } catch (cause) {
    if (cause instanceof WeightError) throw cause;
    throw damaged(at, `deflated content of ${entry.bytes} bytes`, cause instanceof Error ? cause.message : 'something else');
  }
}
