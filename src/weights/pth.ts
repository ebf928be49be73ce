import type { FileHandle } from 'node:fs/promises';
import { resolve } from 'node:path';
import { WeightError } from '../base/errors.ts';
import { fill, withFile } from './disk.ts';
import { DTYPE_BYTES, type Dtype } from './dtype.ts';
import { isDict, isSequence, MAX_PICKLE, type Pickled, type StorageRef, unpickle } from './pickle.ts';
import { readEntry, readZip, type ZipEntry } from './zip.ts';

/** Where the numbers of one storage lie. */
export interface StoragePart {
  readonly offset: number;
  /** Bytes of the numbers, uncompressed. */
  readonly bytes: number;
  /** Set when the part must be inflated first. */
  readonly deflated?: ZipEntry;
}

/** What `torch.save` wrote: plain data with tensors in it, and where each tensor's numbers are. */
export interface PthFile {
  /** Absolute path. */
  readonly path: string;
  readonly layout: 'zip' | 'legacy';
  readonly value: Pickled;
  readonly storages: ReadonlyMap<string, StoragePart>;
}

/** Python: 0x1950a86a20f9469cfc6c, the first pickle of the layout before torch 1.6. */
const LEGACY_MAGIC = 0x1950a86a20f9469cfc6cn;

/**
 * Reads the structure of a `.pth`, `.pt` or `.bin` file of `torch.save`, zip layout or legacy. Nothing of the file is run; see pickle.ts.
 * @throws WEIGHT_PTH_FORMAT, WEIGHT_PTH_ENDIAN, WEIGHT_PTH_STORAGE, WEIGHT_ZIP and the codes of `unpickle`
 */
export function openPth(file: string): Promise<PthFile> {
  const path = resolve(file);
  return withFile(path, async (handle, size) => {
    const start = Buffer.alloc(Math.min(size, 264));
    await fill(handle, path, start, 0);
    const layout = start.toString('latin1').startsWith('PK\x03\x04') ? 'zip' : start[0] === 0x80 ? 'legacy' : undefined;
    if (!layout) throw formatError(path, otherFormat(start, size));
    const { value, storages } = layout === 'zip' ? await openZip(handle, size, path) : await openLegacy(handle, size, path);
    return { path, layout, value, storages };
  });
}

function formatError(at: string, got: string): WeightError {
  return new WeightError('WEIGHT_PTH_FORMAT', 'A file is not a PyTorch checkpoint', {
    at,
    expected: 'a file made by torch.save',
    got,
    fix: 'check the path, or download the file again',
  });
}

function otherFormat(start: Buffer, size: number): string {
  if (start.toString('latin1', 257, 262) === 'ustar') return 'a tar archive, as torch wrote before version 0.1.10';
  if (start.toString('latin1', 8, 9) === '{') return 'a safetensors file, which needs no conversion';
  if (start.toString('latin1').startsWith('version ')) return 'a Git LFS pointer: run `git lfs pull`';
  if (start.toString('latin1').startsWith('<')) return 'text, perhaps an error page that was saved under this name';
  return `${size} bytes of something else`;
}

function endianError(at: string, got: string): WeightError {
  return new WeightError('WEIGHT_PTH_ENDIAN', 'A PyTorch file was written by a big-endian machine', {
    at,
    expected: 'little endian',
    got,
    fix: 'load and save it again on a little-endian machine',
  });
}

function storageError(at: string, key: string, expected: string, got: string): WeightError {
  return new WeightError('WEIGHT_PTH_STORAGE', `Storage ${JSON.stringify(key)} of a PyTorch file does not fit`, {
    at,
    expected,
    got,
    fix: 'the file is damaged; download or save it again',
  });
}

/** The zip layout: `<any>/data.pkl`, `<any>/byteorder`, and the numbers of storage k in `<any>/data/<k>`. */
async function openZip(handle: FileHandle, size: number, path: string): Promise<Pick<PthFile, 'value' | 'storages'>> {
  const entries = await readZip(handle, size, path);
  const main = [...entries.values()].find((e) => /^[^/]+\/data\.pkl$/.test(e.name));
  if (!main) throw formatError(path, `a zip archive of ${entries.size} files, without data.pkl`);
  const root = main.name.slice(0, -'data.pkl'.length);
  if (entries.has(`${root}constants.pkl`))
    throw formatError(path, 'a TorchScript archive, which is a program; save its state_dict() instead');
  const order = entries.get(`${root}byteorder`);
  const endian = order && Buffer.from(await readEntry(handle, path, order, 64)).toString('latin1');
  if (endian !== undefined && endian !== 'little') throw endianError(path, endian);
  const { value } = unpickle(await readEntry(handle, path, main, MAX_PICKLE), path);
  const storages = new Map<string, StoragePart>();
  for (const [key, { bytes }] of storageSizes(value, path)) {
    const entry = entries.get(`${root}data/${key}`);
    if (entry?.bytes !== bytes)
      throw storageError(path, key, `${bytes} bytes in ${root}data/${key}`, entry ? `${entry.bytes} bytes` : 'no such entry');
    storages.set(key, { offset: entry.offset, bytes, ...(entry.deflated ? { deflated: entry } : {}) });
  }
  return { value, storages };
}

/** The layout before torch 1.6: five pickles one after the other (magic, version, system, data, keys), then each storage as a count and its numbers. */
async function openLegacy(handle: FileHandle, size: number, path: string): Promise<Pick<PthFile, 'value' | 'storages'>> {
  const { values, end } = await legacyPickles(handle, size, path);
  const [, , system, value = null, keys] = values;
  if (!isDict(system) || system.entries.get('little_endian') !== true) throw endianError(path, 'no mark of a little-endian machine');
  if (!isSequence(keys)) throw formatError(path, 'a legacy file without its list of storages');
  const sizes = storageSizes(value, path);
  const storages = new Map<string, StoragePart>();
  let at = end;
  for (const key of keys.items) {
    const known = typeof key === 'string' ? sizes.get(key) : undefined;
    if (typeof key !== 'string' || !known || storages.has(key))
      throw storageError(path, String(typeof key === 'string' ? key : '?'), 'a storage that a tensor uses, once', 'another');
    if (at + 8 > size) throw storageError(path, key, `its length before byte ${size}`, `byte ${at}`);
    const count = Buffer.alloc(8);
    await fill(handle, path, count, at);
    const bytes = Number(count.readBigInt64LE()) * known.element;
    if (bytes !== known.bytes || at + 8 + bytes > size)
      throw storageError(path, key, `${known.bytes} bytes before byte ${size}`, `${bytes} bytes at byte ${at + 8}`);
    storages.set(key, { offset: at + 8, bytes });
    at += 8 + bytes;
  }
  const missing = [...sizes.keys()].find((key) => !storages.has(key));
  if (missing !== undefined) throw storageError(path, missing, 'its numbers at the end of the file', 'none');
  if (at !== size)
    throw new WeightError('WEIGHT_TRAILING', 'A weight file has bytes that no tensor owns', {
      at: path,
      expected: `${at} bytes`,
      got: `${size} bytes`,
      fix: 'the file is damaged; download or save it again',
    });
  return { value, storages };
}

/** The pickles lie before gigabytes of numbers, and only reading tells how long they are: start with 1 MiB, take more when it is not enough. */
async function legacyPickles(handle: FileHandle, size: number, path: string): Promise<{ values: Pickled[]; end: number }> {
  for (let length = 1 << 20; ; length *= 4) {
    const bytes = new Uint8Array(Math.min(length, size, MAX_PICKLE));
    await fill(handle, path, bytes, 0);
    try {
      const values: Pickled[] = [];
      let end = 0;
      for (let i = 0; i < 5; i++) {
        const next = unpickle(bytes, path, end);
        if (i === 0 && next.value !== LEGACY_MAGIC) throw formatError(path, 'a pickle that torch.save did not write');
        values.push(next.value);
        end = next.end;
      }
      return { values, end };
    } catch (error) {
      if (!(error instanceof WeightError) || error.code !== 'WEIGHT_TRUNCATED' || bytes.length === size) throw error;
      if (bytes.length === MAX_PICKLE)
        throw new WeightError('WEIGHT_PICKLE_LIMIT', 'A pickle is too large', {
          at: path,
          expected: `at most ${MAX_PICKLE} bytes`,
          got: 'more',
          fix: 'do not trust this file',
        });
    }
  }
}

/** Every storage that a pickle refers to, with the bytes it must have. The same key must mean the same numbers everywhere. */
function storageSizes(root: Pickled, path: string): Map<string, { bytes: number; element: number }> {
  const dtypes = new Map<string, Dtype>();
  const sizes = new Map<string, { bytes: number; element: number }>();
  for (const { key, dtype, whole } of storagesIn(root)) {
    const element = DTYPE_BYTES[dtype];
    const seen = sizes.get(key);
    if (seen && (seen.bytes !== whole * element || dtypes.get(key) !== dtype))
      throw storageError(path, key, `${seen.bytes} bytes of ${dtypes.get(key)}`, `${whole * element} bytes of ${dtype}`);
    dtypes.set(key, dtype);
    sizes.set(key, { bytes: whole * element, element });
  }
  return sizes;
}

/** Walks the value once: an object that several places share is visited at the first only, which also ends cycles. */
function* storagesIn(root: Pickled): Generator<StorageRef> {
  const seen = new Set<Pickled>();
  const open: Pickled[] = [root];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array || seen.has(value)) continue;
    seen.add(value);
    if (value.kind === 'storage') yield value;
    else if (value.kind === 'tensor') open.push(value.storage);
    else if (value.kind === 'dict') for (const [k, v] of value.entries) open.push(k, v);
    else if (value.kind !== 'global') for (const item of value.items) open.push(item);
  }
}
