import { resolve } from 'node:path';
import { WeightError } from '../base/errors.ts';
import { isRecord } from '../base/file.ts';
import { fill, openFile, withFile } from './disk.ts';
import { DTYPE_BYTES, type Dtype, dtypeError, elements, isDtype, widen } from './dtype.ts';
import { strictJson } from './json.ts';

/** Where one tensor lies: enough to read it, to map it into memory, or to point ONNX Runtime at it. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: Dtype;
  /** Row-major; an empty shape is a scalar. */
  readonly shape: readonly number[];
  /** Absolute path of the file that holds it. */
  readonly file: string;
  /** Byte offset in that file. */
  readonly offset: number;
  readonly bytes: number;
}

/** The table of contents of a safetensors file or of a sharded set; no tensor is read until it is asked for. */
export interface Checkpoint {
  /** Absolute path of the file or directory. */
  readonly path: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly entries: ReadonlyMap<string, TensorEntry>;
}

/** The reference implementation's cap. A 7B model needs about 0.1 MB. */
export const MAX_HEADER = 100_000_000;
/** Bytes converted or copied at a time, so that a tensor of any size needs little memory besides its result. */
const PIECE = 8 * 1024 * 1024;

/**
 * Reads and checks the header of a safetensors file: 8 bytes of length, JSON, then data without holes, overlaps or trailing bytes.
 * Format: https://github.com/huggingface/safetensors#format. Anything else throws a WeightError that names the file and the tensor.
 */
export function openSafetensors(file: string): Promise<Checkpoint> {
  const path = resolve(file);
  return withFile(path, async (handle, size) => {
    const damaged = 'the file is cut off or not a safetensors file; download or write it again';
    if (size < 8)
      throw new WeightError('WEIGHT_TRUNCATED', 'A weight file ends too early', {
        at: path,
        expected: 'at least 8 bytes',
        got: `${size} bytes`,
        fix: damaged,
      });
    const start = new Uint8Array(8);
    await fill(handle, path, start, 0);
    const length = Number(new DataView(start.buffer).getBigUint64(0, true));
    if (length < 2 || length > MAX_HEADER) {
      const detail = { at: path, expected: `2 to ${MAX_HEADER} bytes`, got: `${length} bytes`, fix: otherFormat(start) ?? damaged };
      throw new WeightError('WEIGHT_HEADER_SIZE', 'The header of a safetensors file has an impossible size', detail);
    }
    if (length > size - 8)
      throw new WeightError('WEIGHT_TRUNCATED', 'A weight file ends within its header', {
        at: path,
        expected: `a header of ${length} bytes`,
        got: `${size - 8} bytes`,
        fix: damaged,
      });
    const header = new Uint8Array(length);
    await fill(handle, path, header, 8);
    return { path, ...parseHeader(header, path, size) };
  });
}

/** What a file that is not safetensors seems to be, by its first bytes. */
function otherFormat(start: Uint8Array): string | undefined {
  const text = Buffer.from(start).toString('latin1');
  if (text.startsWith('version ')) return 'this is a Git LFS pointer, not the file: run `git lfs pull`';
  if (text.startsWith('PK\x03\x04') || text.charCodeAt(0) === 0x80) return 'this is a PyTorch file: run `famenet models convert`';
  if (text.startsWith('<') || text.startsWith('{'))
    return 'this is text, perhaps an error page that was saved under this name; download it again';
  return undefined;
}

function parseHeader(header: Uint8Array, path: string, size: number): Omit<Checkpoint, 'path'> {
  const json = header[0] === 0x7b ? strictJson(header, 'The header', path) : undefined;
  if (!isRecord(json))
    throw entryError('The header of a safetensors file is not an object', path, 'a JSON object that starts at byte 8', 'something else');
  const dataAt = 8 + header.length;
  const entries: TensorEntry[] = [];
  let metadata: Readonly<Record<string, string>> = {};
  for (const [name, value] of Object.entries(json)) {
    if (name === '__metadata__') metadata = stringMap(value, path);
    else entries.push(parseEntry(name, value, path, dataAt));
  }
  entries.sort((a, b) => a.offset - b.offset || a.bytes - b.bytes);
  checkLayout(entries, path, dataAt, size);
  return { metadata, entries: new Map(entries.map((e) => [e.name, e])) };
}

function entryError(what: string, at: string, expected: string, got: unknown): WeightError {
  const shown = typeof got === 'string' ? got : (JSON.stringify(got) ?? String(got));
  return new WeightError('WEIGHT_HEADER', what, {
    at,
    expected,
    got: shown.slice(0, 200),
    fix: 'the file is damaged; download or write it again',
  });
}

function stringMap(value: unknown, path: string): Readonly<Record<string, string>> {
  const all = isRecord(value) ? Object.entries(value) : [];
  const wrong = all.find(([, v]) => typeof v !== 'string');
  if (!isRecord(value) || wrong)
    throw entryError('The metadata of a safetensors file are not strings', path, '"__metadata__": {string: string}', wrong ?? value);
  return Object.fromEntries(all.map(([k, v]) => [k, String(v)]));
}

function parseEntry(name: string, value: unknown, file: string, dataAt: number): TensorEntry {
  const tensor = `Tensor ${JSON.stringify(name)}`;
  if (!isRecord(value)) throw entryError(`${tensor} has a malformed entry`, file, '{dtype, shape, data_offsets}', value);
  const { dtype, shape, data_offsets: range, ...rest } = value;
  if (Object.keys(rest).length > 0)
    throw entryError(`${tensor} has an entry with unknown fields`, file, 'only dtype, shape, data_offsets', rest);
  if (!isDtype(dtype)) throw dtypeError(name, dtype, file);
  if (!naturals(shape)) throw entryError(`${tensor} has a malformed shape`, file, 'an array of whole numbers from 0', shape);
  if (!naturals(range) || range.length !== 2 || range[0]! > range[1]!)
    throw entryError(`${tensor} has malformed data_offsets`, file, '[begin, end], whole numbers, begin ≤ end', range);
  const [begin = 0, end = 0] = range;
  const want = elements(shape) * DTYPE_BYTES[dtype];
  if (want !== end - begin) {
    const detail = {
      at: file,
      expected: `${want} bytes for ${dtype} [${shape.join(', ')}]`,
      got: `${end - begin} bytes`,
      fix: 'the file is damaged; download or write it again',
    };
    throw new WeightError('WEIGHT_BYTES', `${tensor} has a shape that does not fit its bytes`, detail);
  }
  return { name, dtype, shape, file, offset: dataAt + begin, bytes: want };
}

function naturals(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}

/** The data must be exactly the tensors, end to end: a hole or an overlap can hide or alias content that other readers see differently. */
function checkLayout(sorted: readonly TensorEntry[], at: string, dataAt: number, size: number): void {
  const fix = 'the file is damaged; download or write it again';
  let end = dataAt;
  let before = 'the header';
  for (const e of sorted) {
    const detail = { at, expected: `byte ${end}, where ${before} ends`, got: `byte ${e.offset}`, fix };
    if (e.offset < end) throw new WeightError('WEIGHT_OVERLAP', `Tensor ${JSON.stringify(e.name)} overlaps ${before}`, detail);
    if (e.offset > end) throw new WeightError('WEIGHT_HOLE', `There is a hole before tensor ${JSON.stringify(e.name)}`, detail);
    end = e.offset + e.bytes;
    before = `tensor ${JSON.stringify(e.name)}`;
  }
  const detail = { at, expected: `${end} bytes`, got: `${size} bytes`, fix };
  if (size < end) throw new WeightError('WEIGHT_TRUNCATED', 'A weight file ends too early', detail);
  if (size > end) throw new WeightError('WEIGHT_TRAILING', 'A weight file has bytes that no tensor owns', detail);
}

/** The stored bytes of a tensor, little endian, in a buffer of their own. */
export function readBytes(entry: TensorEntry): Promise<Uint8Array> {
  return withFile(entry.file, async (handle) => {
    const bytes = new Uint8Array(entry.bytes);
    await fill(handle, entry.file, bytes, entry.offset);
    return bytes;
  });
}

/** A tensor as float32, whatever it is stored as. 64-bit numbers are rounded; BOOL becomes 0 or 1. */
export async function readFloat32(entry: TensorEntry): Promise<Float32Array> {
  const out = new Float32Array(elements(entry.shape));
  let at = 0;
  for await (const piece of readPieces(entry)) {
    const n = piece.length / DTYPE_BYTES[entry.dtype];
    widen(entry.dtype, piece, out.subarray(at, at + n));
    at += n;
  }
  return out;
}

/**
 * The bytes of a tensor in order, `size` at a time (the last may be shorter). `size` must be a multiple of the element's bytes.
 * Each piece is only valid until the next is asked for: the buffer is used again.
 */
export async function* readPieces(entry: TensorEntry, size = PIECE): AsyncGenerator<Uint8Array> {
  const { handle } = await openFile(entry.file);
  try {
    const buffer = new Uint8Array(Math.min(size, entry.bytes));
    for (let done = 0; done < entry.bytes; done += buffer.length) {
      const piece = buffer.subarray(0, Math.min(buffer.length, entry.bytes - done));
      await fill(handle, entry.file, piece, entry.offset + done);
      yield piece;
    }
  } finally {
    await handle.close();
  }
}
