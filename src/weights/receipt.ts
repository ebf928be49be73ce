import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WeightError } from '../base/errors.ts';
import { isRecord } from '../base/file.ts';
import { openFile, readError, type Written, writeAtomic } from './disk.ts';
import { strictJson } from './json.ts';

/** The file that `models pull` and `models quantize` leave beside the weights, so that `models verify` can tell years later that nothing changed. */
export const RECEIPT = 'famenet.json';

export interface FileReceipt extends Written {
  /** Path below the directory, with `/`. */
  readonly file: string;
}

export interface Receipt {
  /** What made the directory, e.g. `famenet models pull`. */
  readonly made: string;
  /** Where it came from: repository, revision, endpoint, or the settings of a quantisation. */
  readonly from: Readonly<Record<string, string | number>>;
  readonly files: readonly FileReceipt[];
}

/** Writes the receipt of a directory, replacing an older one. */
export async function writeReceipt(directory: string, receipt: Receipt): Promise<void> {
  await writeAtomic(join(directory, RECEIPT), [Buffer.from(`${JSON.stringify(receipt, null, 2)}\n`)]);
}

/** The receipt of a directory, or undefined when it has none. */
export async function readReceipt(directory: string): Promise<Receipt | undefined> {
  const at = join(directory, RECEIPT);
  const bytes = await readFile(at).catch((cause) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw readError(cause, at);
  });
  if (!bytes) return undefined;
  const json = strictJson(bytes, 'The receipt', at);
  if (isReceipt(json)) return json;
  const detail = {
    at,
    expected: '{made, from, files: [{file, bytes, sha256}]}',
    got: 'another JSON',
    fix: 'delete it and pull the model again',
  };
  throw new WeightError('WEIGHT_RECEIPT', 'The receipt of a model directory is malformed', detail);
}

function isReceipt(json: unknown): json is Receipt {
  const file = (f: unknown) =>
    isRecord(f) &&
    typeof f.file === 'string' &&
    Number.isSafeInteger(f.bytes) &&
    typeof f.sha256 === 'string' &&
    /^[0-9a-f]{64}$/.test(f.sha256);
  return isRecord(json) && typeof json.made === 'string' && isRecord(json.from) && Array.isArray(json.files) && json.files.every(file);
}

/** Length and SHA-256 of a file, read once from start to end. */
export async function fingerprint(file: string, signal?: AbortSignal): Promise<Written> {
  const { handle } = await openFile(file);
  try {
    const hash = createHash('sha256');
    const buffer = new Uint8Array(1 << 20);
    let bytes = 0;
    for (;;) {
      signal?.throwIfAborted();
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, null).catch((cause) => {
        throw readError(cause, file);
      });
      if (bytesRead === 0) return { bytes, sha256: hash.digest('hex') };
      hash.update(buffer.subarray(0, bytesRead));
      bytes += bytesRead;
    }
  } finally {
    await handle.close();
  }
}
