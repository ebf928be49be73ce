import { copyFile, mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { syncDirectory } from '../base/atomic.ts';
import { StoppedError, WeightError } from '../base/errors.ts';
import { readError, writeError } from './disk.ts';
import { type FileReceipt, fingerprint } from './receipt.ts';

/** What a model directory needs besides its configuration and weights. */
const COMPANIONS =
  /^(tokenizer|vocab|merges|special_tokens_map|added_tokens|generation_config|preprocessor_config|processor_config|chat_template|LICENSE|NOTICE)[^/]*$|\.(model|jinja)$/;

/**
 * Makes the directory `out` by `write`, which gets another directory to write into: that one is renamed when all is done, so `out` appears whole or not
 * at all. An `out` with anything in it is refused. An abort of `signal` becomes a StoppedError; only a killed process leaves a `.tmp` directory.
 */
export async function makeDirectory<T>(out: string, signal: AbortSignal | undefined, write: (directory: string) => Promise<T>): Promise<T> {
  const target = resolve(out);
  await refuseFull(target);
  const temporary = `${target}.${process.pid}.tmp`;
  await rm(temporary, { recursive: true, force: true });
  try {
    await mkdir(temporary, { recursive: true });
    const result = await write(temporary);
    signal?.throwIfAborted();
    await rmdir(target).catch(() => undefined);
    await rename(temporary, target);
    await syncDirectory(dirname(target));
    return result;
  } catch (cause) {
    await rm(temporary, { recursive: true, force: true });
    if (!signal?.aborted) throw writeError(cause, target);
    throw signal.reason instanceof StoppedError ? signal.reason : new StoppedError('Stopped; nothing was written', { at: target });
  }
}

async function refuseFull(target: string): Promise<void> {
  const names = await readdir(target).catch((cause) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
    throw readError(cause, target);
  });
  if (names.length === 0) return;
  const detail = {
    at: target,
    expected: 'a directory that does not exist or is empty',
    got: names.slice(0, 5).join(', '),
    fix: 'name another output, or delete this one',
  };
  throw new WeightError('WEIGHT_OUT_EXISTS', 'The output directory is not empty', detail);
}

/** Copies tokenizer, preprocessor and licence files from one model directory into another. */
export async function copyCompanions(from: string, to: string): Promise<FileReceipt[]> {
  const receipts: FileReceipt[] = [];
  for (const { name } of (await readdir(from, { withFileTypes: true })).filter((e) => COMPANIONS.test(e.name) && !e.isDirectory())) {
    await copyFile(join(from, name), join(to, name));
    receipts.push({ file: name, ...(await fingerprint(join(to, name))) });
  }
  return receipts;
}
