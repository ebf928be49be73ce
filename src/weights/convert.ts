import { copyFile, readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { WeightError } from '../base/errors.ts';
import { copyCompanions, makeDirectory } from './directory.ts';
import { fill, readError, type Written, withFile } from './disk.ts';
import { DTYPE_BYTES, elements } from './dtype.ts';
import { type Dict, isDict, isTensor, type Pickled, type TensorRef } from './pickle.ts';
import { openPth, type PthFile, type StoragePart } from './pth.ts';
import { type FileReceipt, fingerprint, writeReceipt } from './receipt.ts';
import { readPieces } from './safetensors.ts';
import { writeModel } from './shards.ts';
import { type TensorData, writeSafetensors } from './writer.ts';
import { readEntry } from './zip.ts';

export interface Conversion extends Written {
  readonly tensors: number;
  /** The key whose dictionary was taken; undefined for the top level. */
  readonly key?: string;
  /** Entries of the dictionary that are not tensors, such as `epoch`; they are left out. */
  readonly skipped: readonly string[];
}

/** Where training scripts keep the weights, next to optimiser state and counters. */
const USUAL = ['state_dict', 'model_state_dict', 'model'];
const MAX_TENSORS = 100_000;
const MAX_DEPTH = 32;

/**
 * Writes the tensors of a PyTorch file as safetensors: contiguous, row-major, one copy for each name (shared storages are written out for each).
 * `key` chooses the dictionary; without it `state_dict`, `model_state_dict` or `model` when there is one, else the top level. Nested dictionaries become dotted names.
 */
export async function convertPth(file: string, out: string, options: { key?: string; signal?: AbortSignal } = {}): Promise<Conversion> {
  const { data, key, skipped } = await tensorsOf(file, options);
  const written = await writeSafetensors(out, data, { format: 'pt', source: basename(file) });
  return { ...written, tensors: data.length, skipped, ...(key === undefined ? {} : { key }) };
}

/**
 * Converts a model directory in the PyTorch layout, `pytorch_model.bin` or its shards with an index, to a new directory `out` in the safetensors layout
 * with the same configuration and tokenizer.
 */
export async function convertDirectory(
  directory: string,
  out: string,
  options: { shardBytes?: number; signal?: AbortSignal } = {},
): Promise<{ readonly files: readonly FileReceipt[]; readonly tensors: number; readonly skipped: readonly string[] }> {
  const names = await readdir(directory).catch((cause) => {
    throw readError(cause, resolve(directory));
  });
  const shards = names.filter((n) => /^pytorch_model(-\d{5}-of-\d{5})?\.bin$/.test(n)).sort();
  const count = Number(/-of-(\d{5})/.exec(shards[0] ?? '')?.[1] ?? 1);
  if (shards.length !== count) {
    const detail = {
      at: resolve(directory),
      expected: count > 1 ? `${count} files pytorch_model-*.bin` : 'pytorch_model.bin',
      got: shards.join(', ') || 'none',
      fix: 'fetch what is missing, for example with `famenet models pull`; a lone file is converted by naming it',
    };
    throw new WeightError('WEIGHT_SHARD_MISSING', 'PyTorch weights of a model are missing', detail);
  }
  const parts = await Promise.all(shards.map((name) => tensorsOf(join(directory, name), options)));
  const tensors = parts.flatMap((p) => p.data);
  const files = await makeDirectory(out, options.signal, async (temporary) => {
    const receipts = await writeModel(temporary, tensors, options.shardBytes === undefined ? {} : { shardBytes: options.shardBytes });
    if (names.includes('config.json')) {
      await copyFile(join(directory, 'config.json'), join(temporary, 'config.json'));
      receipts.push({ file: 'config.json', ...(await fingerprint(join(temporary, 'config.json'))) });
    }
    receipts.push(...(await copyCompanions(directory, temporary)));
    await writeReceipt(temporary, { made: 'famenet models convert', from: { model: basename(resolve(directory)) }, files: receipts });
    return receipts;
  });
  return { files, tensors: tensors.length, skipped: parts.flatMap((p) => p.skipped) };
}

async function tensorsOf(file: string, { key: wanted, signal }: { key?: string; signal?: AbortSignal }) {
  const pth = await openPth(file);
  const { key, dict } = choose(pth, wanted);
  const { tensors, skipped } = flatten(dict, pth.path);
  if (tensors.size === 0) throw keyError(pth, `${key === undefined ? 'the top level' : JSON.stringify(key)} holds no tensors`);
  await refuseBombs(pth, tensors);
  return { key, skipped, data: [...tensors].map(([name, tensor]) => tensorData(name, tensor, pth, signal)) };
}

function keyError(pth: PthFile, got: string): WeightError {
  const keys = isDict(pth.value) ? [...pth.value.entries.keys()].slice(0, 12).map((k) => JSON.stringify(String(k))) : [];
  const detail = {
    at: pth.path,
    expected: keys.length > 0 ? `one of ${keys.join(', ')}` : 'a dictionary of tensors',
    got,
    fix: 'choose the dictionary that holds the weights with --key',
  };
  return new WeightError('WEIGHT_PTH_KEY', 'A PyTorch file has no tensors there', detail);
}

function choose(pth: PthFile, wanted: string | undefined): { key?: string; dict: Dict } {
  if (!isDict(pth.value)) throw keyError(pth, 'a top level that is not a dictionary');
  const at = (key: string): Dict | undefined => {
    const value = isDict(pth.value) ? pth.value.entries.get(key) : undefined;
    return isDict(value) ? value : undefined;
  };
  const key = wanted ?? USUAL.find((k) => [...(at(k)?.entries.values() ?? [])].some((v) => isTensor(v) || isDict(v)));
  const dict = key === undefined ? pth.value : at(key);
  if (!dict) throw keyError(pth, `no dictionary ${JSON.stringify(key)}`);
  return { ...(key === undefined ? {} : { key }), dict };
}

/** Dotted name → tensor. Bounded, because a pickle may hold one dictionary in many places, or in itself. */
function flatten(root: Dict, at: string): { tensors: Map<string, TensorRef>; skipped: string[] } {
  const tensors = new Map<string, TensorRef>();
  const skipped: string[] = [];
  const walk = (dict: Dict, prefix: string, depth: number): void => {
    for (const [k, value] of dict.entries) {
      const name = prefix + nameOf(k, at);
      const count = tensors.size + skipped.length;
      if (count > MAX_TENSORS || depth > MAX_DEPTH) {
        const detail = {
          at,
          expected: `at most ${MAX_TENSORS} entries, ${MAX_DEPTH} dictionaries deep`,
          got: `more, at ${JSON.stringify(name.slice(0, 100))}`,
          fix: 'do not trust this file',
        };
        throw new WeightError('WEIGHT_PICKLE_LIMIT', 'A PyTorch file is nested too deep or holds too much', detail);
      }
      if (isTensor(value)) tensors.set(name, value);
      else if (isDict(value) && value.entries.size > 0) walk(value, `${name}.`, depth + 1);
      else skipped.push(name);
    }
  };
  walk(root, '', 0);
  return { tensors, skipped };
}

function nameOf(key: Pickled, at: string): string {
  if (typeof key === 'string') return key;
  if (typeof key === 'number' || typeof key === 'bigint') return String(key);
  throw new WeightError('WEIGHT_PICKLE_DAMAGED', 'A dictionary of tensors has a key that is no name', {
    at,
    expected: 'text or a number',
    got: typeof key,
    fix: 'choose another dictionary with --key',
  });
}

/** Strides of 0 let a file of some bytes claim a tensor of terabytes. Real checkpoints hold tensors no larger than their storage. */
async function refuseBombs(pth: PthFile, tensors: ReadonlyMap<string, TensorRef>): Promise<void> {
  const { size } = await stat(pth.path);
  let budget = 16 * size + 16 * 1024 * 1024;
  for (const [name, t] of tensors) {
    const { storage, offset, shape, strides } = t;
    const at = `${pth.path}, tensor ${JSON.stringify(name)}`;
    const bytes = elements(shape) * DTYPE_BYTES[storage.dtype];
    const last = bytes === 0 ? offset : offset + shape.reduce((sum, n, i) => sum + (n - 1) * strides[i]!, 0) + 1;
    if (!(last <= storage.elements)) {
      const detail = {
        at,
        expected: `at most ${storage.elements} elements`,
        got: `element ${last - 1}`,
        fix: 'the file is damaged or hostile; do not use it',
      };
      throw new WeightError('WEIGHT_PTH_STORAGE', 'A tensor reaches beyond its storage', detail);
    }
    budget -= bytes;
    if (budget >= 0) continue;
    const detail = {
      at,
      expected: `tensors of at most ${16 * size + 16 * 1024 * 1024} bytes together`,
      got: `[${shape.join(', ')}] and more`,
      fix: 'do not trust this file',
    };
    throw new WeightError('WEIGHT_PICKLE_LIMIT', 'A PyTorch file claims far more than it holds', detail);
  }
}

function tensorData(name: string, tensor: TensorRef, pth: PthFile, signal: AbortSignal | undefined): TensorData {
  const { storage, shape } = tensor;
  const part = pth.storages.get(storage.key)!;
  const element = DTYPE_BYTES[storage.dtype];
  const bytes = elements(shape) * element;
  const data = async function* (): AsyncGenerator<Uint8Array> {
    signal?.throwIfAborted();
    const first = (storage.start + tensor.offset) * element;
    if (!part.deflated && isContiguous(tensor)) {
      yield* readPieces({ name, dtype: storage.dtype, shape, file: pth.path, offset: part.offset + first, bytes });
    } else {
      const span = bytes === 0 ? 0 : (shape.reduce((sum, n, i) => sum + (n - 1) * tensor.strides[i]!, 0) + 1) * element;
      yield gather(await readSpan(pth.path, part, first, span), tensor, element);
    }
  };
  return { name, dtype: storage.dtype, shape, data };
}

function isContiguous({ shape, strides }: TensorRef): boolean {
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] !== 1 && strides[i] !== step) return elements(shape) === 0;
    step *= shape[i]!;
  }
  return true;
}

function readSpan(path: string, part: StoragePart, first: number, bytes: number): Promise<Uint8Array> {
  return withFile(path, async (handle) => {
    if (part.deflated) return (await readEntry(handle, path, part.deflated)).subarray(first, first + bytes);
    const span = new Uint8Array(bytes);
    await fill(handle, path, span, part.offset + first);
    return span;
  });
}

/** Copies elements by their strides into row-major order. */
function gather(span: Uint8Array, { shape, strides }: TensorRef, element: number): Uint8Array {
  const count = elements(shape);
  const out = new Uint8Array(count * element);
  const index = shape.map(() => 0);
  for (let i = 0, at = 0; i < count; i++) {
    for (let b = 0; b < element; b++) out[i * element + b] = span[at * element + b]!;
    for (let d = shape.length - 1; d >= 0; d--) {
      index[d]! += 1;
      at += strides[d]!;
      if (index[d]! < shape[d]!) break;
      at -= shape[d]! * strides[d]!;
      index[d] = 0;
    }
  }
  return out;
}
