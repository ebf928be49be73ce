import { resolve } from 'node:path';
import { WeightError } from '../base/errors.ts';
import { type Chunks, type Written, writeAtomic } from './disk.ts';
import { DTYPE_BYTES, type Dtype, dtypeError, elements, isDtype } from './dtype.ts';
import { MAX_HEADER } from './safetensors.ts';

/** A tensor to be written. `data` is its bytes, little endian, or a function that makes them piece by piece when their turn comes. */
export interface TensorData {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly data: Uint8Array | (() => Chunks);
}

/** Float32 numbers in memory as a tensor to be written; they are not copied. */
export const tensorOf = (
  name: string,
  { shape, data }: { readonly shape: readonly number[]; readonly data: ArrayBufferView },
): TensorData => ({
  name,
  dtype: 'F32',
  shape,
  data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
});

/** Cache lines, and what vector instructions and memory mapping like. */
const ALIGN = 64;

/**
 * Writes a safetensors file atomically (see writeAtomic) and streaming: memory is bounded by the largest piece.
 * The format forbids padding between tensors, so the header is padded to make the data start at a multiple of 64 bytes, and tensors are ordered by the
 * alignment that their own size keeps: all whose bytes are a multiple of 64 start at one, and every tensor starts at a multiple of its element.
 * @throws WEIGHT_WRITE_BYTES when a tensor's data are not as long as its shape says; WEIGHT_WRITE when the disk refuses
 */
export async function writeSafetensors(
  file: string,
  tensors: readonly TensorData[],
  metadata: Readonly<Record<string, string>> = {},
): Promise<Written> {
  const path = resolve(file);
  const sorted = layOut(tensors, path);
  const header = encodeHeader(sorted, metadata, path);
  return writeAtomic(path, content(header, sorted, path));
}

interface Placed extends TensorData {
  readonly bytes: number;
}

function layOut(tensors: readonly TensorData[], at: string): Placed[] {
  const names = new Set<string>();
  const placed = tensors.map((t) => {
    if (names.has(t.name) || t.name === '__metadata__') {
      const detail = {
        at,
        expected: 'names that differ from each other and from "__metadata__"',
        got: JSON.stringify(t.name),
        fix: 'rename the tensor',
      };
      throw new WeightError('WEIGHT_DUPLICATE', 'A tensor has a name that is already taken', detail);
    }
    names.add(t.name);
    if (!isDtype(t.dtype)) throw dtypeError(t.name, t.dtype, at);
    return { ...t, bytes: elements(t.shape) * DTYPE_BYTES[t.dtype] };
  });
  return placed.sort((a, b) => alignment(b.bytes) - alignment(a.bytes));
}

/** The largest power of two, up to 64, that divides `bytes`. */
function alignment(bytes: number): number {
  let power = 1;
  while (power < ALIGN && bytes % (power * 2) === 0) power *= 2;
  return power;
}

function encodeHeader(tensors: readonly Placed[], metadata: Readonly<Record<string, string>>, at: string): Uint8Array {
  let end = 0;
  const rows = tensors.map((t): [string, unknown] => {
    const begin = end;
    end += t.bytes;
    return [t.name, { dtype: t.dtype, shape: t.shape, data_offsets: [begin, end] }];
  });
  const all = Object.keys(metadata).length > 0 ? [['__metadata__', metadata] as [string, unknown], ...rows] : rows;
  const json = Buffer.from(`{${all.map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`).join(',')}}`);
  const length = Math.ceil((json.length + 8) / ALIGN) * ALIGN - 8;
  if (length > MAX_HEADER) {
    const detail = { at, expected: `at most ${MAX_HEADER} bytes`, got: `${length} bytes`, fix: 'write the tensors into several files' };
    throw new WeightError('WEIGHT_HEADER_SIZE', 'The header of a safetensors file would be too large', detail);
  }
  const out = Buffer.alloc(8 + length, ' ');
  out.writeBigUInt64LE(BigInt(length), 0);
  out.set(json, 8);
  return out;
}

async function* content(header: Uint8Array, tensors: readonly Placed[], at: string): AsyncGenerator<Uint8Array> {
  yield header;
  for (const t of tensors) {
    let written = 0;
    for await (const piece of t.data instanceof Uint8Array ? [t.data] : t.data()) {
      written += piece.length;
      if (written > t.bytes) break;
      yield piece;
    }
    if (written === t.bytes) continue;
    const expected = `${t.bytes} bytes for ${t.dtype} [${t.shape.join(', ')}]`;
    const got = written > t.bytes ? `${written} bytes or more` : `${written} bytes`;
    throw new WeightError('WEIGHT_WRITE_BYTES', `The data of tensor ${JSON.stringify(t.name)} do not fit its shape`, {
      at,
      expected,
      got,
      fix: 'give as many bytes as the shape has; nothing was changed',
    });
  }
}
