/**
 * Weights as TensorFlow.js keeps them: a `*-weights_manifest.json` that lists tensors, and their bytes one after the other in files beside it.
 * Numbers are little-endian float32 or int32, or one byte each with `value = byte · scale + min`. Facts: tfjs-core `io/types.ts`, `io/io_utils.ts`.
 */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { WeightError } from '../base/errors.ts';
import { isRecord } from '../base/file.ts';
import { readError } from './disk.ts';
import { strictJson } from './json.ts';
import { type InMemory, type Weights, weightsIn } from './weights.ts';

const MOST_BYTES = 2 ** 30;
const BYTES = { float32: 4, int32: 4 } as const;

interface Entry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: keyof typeof BYTES;
  readonly quantization?: { readonly dtype: 'uint8'; readonly scale: number; readonly min: number };
}

/**
 * Opens a manifest. `/` in names becomes `.`; kernels are turned from TensorFlow's order of axes into ours:
 * convolutions [h,w,in,out] → [out,in,h,w], depth-wise ones [h,w,C,1] → [C,1,h,w], matrices [in,out] → [out,in].
 * @throws WeightError WEIGHT_MANIFEST (not a manifest, sizes that do not fit), WEIGHT_FILE_MISSING, WEIGHT_FILE_READ
 */
export async function openManifest(path: string): Promise<{ readonly weights: Weights; readonly hash: string }> {
  const groups = manifestGroups(strictJson(await bytesOf(path), 'The manifest', path), path);
  const values = new Map<string, InMemory>();
  const hash = createHash('sha256');
  for (const { paths, entries } of groups) {
    const parts = await Promise.all(paths.map((part) => bytesOf(join(dirname(path), part))));
    const bytes = Buffer.concat(parts);
    hash.update(bytes);
    let offset = 0;
    for (const entry of entries) {
      const size = entry.shape.reduce((n, d) => n * d, 1);
      const end = offset + size * (entry.quantization ? 1 : BYTES[entry.dtype]);
      const name = entry.name.replaceAll('/', '.');
      if (end > bytes.length) throw bad(path, `"${entry.name}" to end within ${bytes.length} bytes`, `its end at ${end}`);
      if (values.has(name)) throw bad(path, 'every name once', `"${name}" twice`);
      values.set(name, valuesOf(entry, bytes, offset, size));
      offset = end;
    }
    if (offset !== bytes.length) throw bad(path, `tensors of ${bytes.length} bytes`, `${offset} bytes`);
  }
  return { weights: weightsIn(values, path), hash: hash.digest('hex') };
}

/** What a stored number means. */
interface Meaning {
  readonly scale: number;
  readonly min: number;
}
const ITSELF: Meaning = { scale: 1, min: 0 };

function valuesOf(entry: Entry, bytes: Buffer, offset: number, size: number): InMemory {
  const { dtype, quantization: q } = entry;
  const { shape, data } = inOurOrder(entry, q ? bytes.subarray(offset, offset + size) : stored(dtype, bytes, offset, size), q ?? ITSELF);
  return { shape, data: dtype === 'int32' && q ? data.map(Math.round) : data };
}

function stored(dtype: Entry['dtype'], bytes: Buffer, offset: number, size: number): Float32Array {
  const out = new Float32Array(size);
  if (dtype === 'int32') for (let i = 0; i < size; i++) out[i] = bytes.readInt32LE(offset + 4 * i);
  else for (let i = 0; i < size; i++) out[i] = bytes.readFloatLE(offset + 4 * i);
  return out;
}

/** Matrices [in, out] → [out, in]; kernels [H, W, in, out] → [out, in, H, W], those of one channel each [H, W, in, times] → [in, times, H, W]. */
function inOurOrder({ name, shape }: Entry, data: Float32Array | Uint8Array, meaning: Meaning): InMemory {
  const [a, b, c, d] = shape as readonly [number, number, number, number];
  if (shape.length === 2) return { shape: [b, a], data: reversed(data, meaning, a, 1, b) };
  if (shape.length !== 4) return { shape, data: reversed(data, meaning, 1, 1, data.length) };
  if (/depthwise_(filter|weights)$/.test(name)) return { shape: [c, d, a, b], data: reversed(data, meaning, a * b, 1, c * d) };
  return { shape: [d, c, a, b], data: reversed(data, meaning, a * b, c, d) };
}

/** [P, Q, R] → [R, Q, P], and what the numbers mean: in one loop, since half of the time to open a network goes here. */
function reversed(data: Float32Array | Uint8Array, { scale, min }: Meaning, P: number, Q: number, R: number): Float32Array {
  const out = new Float32Array(data.length);
  for (let p = 0, at = 0; p < P; p++)
    for (let q = 0; q < Q; q++) for (let r = 0, to = q * P + p; r < R; r++, to += Q * P) out[to] = data[at++]! * scale + min;
  return out;
}

async function bytesOf(file: string): Promise<Buffer> {
  try {
    const { size } = await stat(file);
    if (size > MOST_BYTES) throw bad(file, `at most ${MOST_BYTES} bytes`, `${size} bytes`);
    return await readFile(file);
  } catch (cause) {
    throw readError(cause, file);
  }
}

function manifestGroups(json: unknown, at: string): { paths: string[]; entries: Entry[] }[] {
  if (!Array.isArray(json)) throw bad(at, 'a list of groups', typeof json);
  return json.map((group: unknown) => {
    if (!isRecord(group) || !Array.isArray(group.paths) || !Array.isArray(group.weights))
      throw bad(at, 'groups with "paths" and "weights"', 'another');
    // A part lies beside its manifest: anything else could read a file of the user's.
    const stray = group.paths.find((part) => typeof part !== 'string' || part === '' || basename(part) !== part || part.startsWith('.'));
    if (stray !== undefined) throw bad(at, 'plain file names as "paths"', JSON.stringify(stray));
    return { paths: group.paths as string[], entries: group.weights.map((entry: unknown) => checked(entry, at)) };
  });
}

function checked(entry: unknown, at: string): Entry {
  const natural = (d: unknown) => Number.isInteger(d) && (d as number) >= 0 && (d as number) <= MOST_BYTES;
  if (!isRecord(entry) || typeof entry.name !== 'string')
    throw bad(at, 'tensors with a "name"', JSON.stringify(entry)?.slice(0, 60) ?? 'nothing');
  const { name, shape, dtype, quantization: q } = entry;
  if (!Array.isArray(shape) || !shape.every(natural))
    throw bad(at, `a shape of "${name}"`, JSON.stringify(shape)?.slice(0, 60) ?? 'nothing');
  if (shape.reduce((n: number, d: number) => n * d, 1) > MOST_BYTES) throw bad(at, `a possible size of "${name}"`, `[${shape.join(', ')}]`);
  if (dtype !== 'float32' && dtype !== 'int32') throw bad(at, `"${name}" as float32 or int32`, String(dtype));
  if (q === undefined) return { name, shape: shape as number[], dtype };
  if (!isRecord(q) || q.dtype !== 'uint8' || !Number.isFinite(q.scale) || !Number.isFinite(q.min))
    throw bad(at, `"${name}" with uint8, a scale and a minimum as quantization`, JSON.stringify(q).slice(0, 80));
  return { name, shape: shape as number[], dtype, quantization: { dtype: 'uint8', scale: q.scale as number, min: q.min as number } };
}

function bad(at: string, expected: string, got: string): WeightError {
  return new WeightError('WEIGHT_MANIFEST', 'A TensorFlow.js weight manifest cannot be used', {
    at,
    expected,
    got,
    fix: 'install or download it again',
  });
}
