import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { FameError, WeightError } from '../base/errors.ts';
import { openCheckpoint } from './checkpoint.ts';
import { openPth } from './pth.ts';
import { isInside } from './pull.ts';
import { fingerprint, RECEIPT, readReceipt } from './receipt.ts';

export interface Verification {
  readonly directory: string;
  /** Tensors in the safetensors header(s), or undefined when the directory has only PyTorch files. */
  readonly tensors?: number;
  /** Files whose length and SHA-256 equal the receipt's. */
  readonly hashed: readonly string[];
  /** Whether a receipt was there; without one only headers and shards could be checked. */
  readonly receipt: boolean;
}

/**
 * Checks a model directory: headers and shards of its weights, and every file against the receipt that `models pull` or `models quantize` left.
 * @throws WEIGHT_VERIFY naming every file that is missing or changed; the codes of openCheckpoint for damaged weights
 */
export async function verifyDirectory(
  directory: string,
  options: {
    signal?: AbortSignal /** `done` of `total` files are checked. */;
    onFile?: (file: string, done: number, total: number) => void;
  } = {},
): Promise<Verification> {
  const path = resolve(directory);
  const receipt = await readReceipt(path);
  const wrong: string[] = [];
  const hashed: string[] = [];
  for (const [i, { file, bytes, sha256 }] of (receipt?.files ?? []).entries()) {
    options.onFile?.(file, i, receipt?.files.length ?? 0);
    if (!isInside(file)) wrong.push(`${JSON.stringify(file)} is outside of the directory`);
    else {
      const found = await fingerprint(join(path, file), options.signal).catch((cause) => {
        if (cause instanceof FameError) return undefined;
        throw cause;
      });
      if (!found) wrong.push(`${file} is missing`);
      else if (found.bytes !== bytes) wrong.push(`${file} has ${found.bytes} bytes instead of ${bytes}`);
      else if (found.sha256 !== sha256) wrong.push(`${file} has sha256 ${found.sha256.slice(0, 12)}… instead of ${sha256.slice(0, 12)}…`);
      else hashed.push(file);
    }
  }
  if (wrong.length > 0) {
    const detail = {
      at: path,
      expected: `every file as ${RECEIPT} says`,
      got: wrong.join('; '),
      fix: 'pull the model again: only what is wrong is fetched',
    };
    throw new WeightError('WEIGHT_VERIFY', 'A model directory has changed since it was made', detail);
  }
  const torch = (receipt?.files ?? []).filter((f) => /\.(bin|pth|pt)$/.test(f.file));
  for (const { file } of torch) await openPth(join(path, file));
  const tensors = torch.length > 0 && !(await has(path)) ? undefined : (await openCheckpoint(path)).entries.size;
  return { directory: path, hashed, receipt: receipt !== undefined, ...(tensors === undefined ? {} : { tensors }) };
}

async function has(path: string): Promise<boolean> {
  const there = (name: string) =>
    stat(join(path, name)).then(
      () => true,
      () => false,
    );
  return (await there('model.safetensors')) || (await there('model.safetensors.index.json'));
}
