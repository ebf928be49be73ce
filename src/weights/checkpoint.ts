import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { WeightError } from '../base/errors.ts';
import { isRecord } from '../base/file.ts';
import { readError } from './disk.ts';
import { strictJson } from './json.ts';
import { type Checkpoint, MAX_HEADER, openSafetensors, type TensorEntry } from './safetensors.ts';

export const SINGLE = 'model.safetensors';
export const INDEX = 'model.safetensors.index.json';

/**
 * Opens a `.safetensors` file, or a model directory in the Hugging Face layout: `model.safetensors`, else `model.safetensors.index.json` with its shards.
 * With an index, every key must be in the shard that the index names; keys that a shard holds beyond the index are left out.
 */
export async function openCheckpoint(dirOrFile: string): Promise<Checkpoint> {
  const path = resolve(dirOrFile);
  const names = await listing(path);
  if (!names) return openSafetensors(path);
  if (names.includes(SINGLE)) return { ...(await openSafetensors(join(path, SINGLE))), path };
  if (names.includes(INDEX)) return openSharded(path);
  const other = names.filter((n) => /\.(safetensors|bin|pth|pt)$/.test(n));
  const fix = other.some((n) => !n.endsWith('.safetensors'))
    ? `convert the PyTorch file: famenet models convert ${join(path, other.find((n) => !n.endsWith('.safetensors')) ?? '')} ${join(path, SINGLE)}`
    : other.length > 0
      ? 'name the file itself, or rename it to model.safetensors'
      : 'fetch the model with `famenet models pull`, or name the directory that holds its files';
  const detail = { at: path, expected: `${SINGLE} or ${INDEX}`, got: other.slice(0, 5).join(', ') || 'no weight file', fix };
  throw new WeightError('WEIGHT_FILE_MISSING', 'A model directory has no weights', detail);
}

/** The file names in a directory, or undefined for a file. */
async function listing(path: string): Promise<string[] | undefined> {
  try {
    return (await stat(path)).isDirectory() ? (await readdir(path)).sort() : undefined;
  } catch (cause) {
    throw readError(cause, path);
  }
}

async function openSharded(path: string): Promise<Checkpoint> {
  const shardOf = await readIndex(join(path, INDEX));
  const names = await listing(path);
  const shards = new Map<string, Checkpoint>();
  let metadata: Readonly<Record<string, string>> = {};
  for (const shard of [...new Set(shardOf.values())].sort()) {
    if (!names?.includes(shard)) {
      const detail = {
        at: join(path, INDEX),
        expected: `${shard} beside the index`,
        got: 'no such file',
        fix: 'fetch the missing part of the model, for example with `famenet models pull`',
      };
      throw new WeightError('WEIGHT_SHARD_MISSING', 'A shard of a model is missing', detail);
    }
    const opened = await openSafetensors(join(path, shard));
    shards.set(shard, opened);
    metadata = { ...metadata, ...opened.metadata };
  }
  const entries = new Map<string, TensorEntry>();
  for (const [name, shard] of shardOf) {
    const entry = shards.get(shard)?.entries.get(name);
    if (entry) entries.set(name, entry);
    else {
      const detail = {
        at: join(path, shard),
        expected: `the tensor, as ${INDEX} says`,
        got: `${shards.get(shard)?.entries.size ?? 0} other tensors`,
        fix: 'index and shards are from different versions; download the model again',
      };
      throw new WeightError('WEIGHT_SHARD_KEY', `Tensor ${JSON.stringify(name)} is not in its shard`, detail);
    }
  }
  return { path, metadata, entries };
}

/** The `weight_map` of an index: tensor name → shard file name. A shard must lie in the index's own directory. */
export async function readIndex(file: string): Promise<ReadonlyMap<string, string>> {
  const bytes = await stat(file)
    .then((s) => (s.size > MAX_HEADER ? undefined : readFile(file)))
    .catch((cause) => {
      throw readError(cause, file);
    });
  const json = bytes && strictJson(bytes, 'The index', file);
  const map = isRecord(json) ? json.weight_map : undefined;
  if (!isRecord(map)) {
    const detail = {
      at: file,
      expected: '{"weight_map": {tensor: file}}',
      got: bytes ? 'another JSON' : `more than ${MAX_HEADER} bytes`,
      fix: 'the index is damaged; download it again',
    };
    throw new WeightError('WEIGHT_INDEX', 'The index of a sharded model is malformed', detail);
  }
  return new Map(
    Object.entries(map).map(([name, shard]) => {
      if (typeof shard === 'string' && /^[^/\\]+\.safetensors$/.test(shard) && shard === basename(shard)) return [name, shard];
      const detail = {
        at: file,
        expected: 'the plain name of a .safetensors file beside the index',
        got: JSON.stringify(shard),
        fix: 'do not trust this model; download it again from its source',
      };
      throw new WeightError('WEIGHT_SHARD_PATH', `The index names an impossible file for tensor ${JSON.stringify(name)}`, detail);
    }),
  );
}
