import { join } from 'node:path';
import { FameError } from '../base/errors.ts';
import { exists } from '../base/file.ts';
import { readPredictions } from '../metrics/index.ts';
import { ABLATED, type Ablated, type Answers } from './ablation.ts';

/** Where the answers of one training with some modalities are: JSONL as `famenet predict` writes it. */
export const answersFile = (folder: string, seed: string, modalities: Ablated): string =>
  join(folder, `seed-${seed}`, `${modalities}.jsonl`);

/**
 * Reads the answers of each seed with every combination of modalities.
 * @throws FameError FAME_ABLATION where some are missing; as `readPredictions` does
 */
export async function readAnswers(folder: string, seeds: readonly string[]): Promise<Answers[]> {
  const wanted = seeds.flatMap((seed) => ABLATED.map((modalities) => ({ seed, modalities, file: answersFile(folder, seed, modalities) })));
  const there = await Promise.all(wanted.map(({ file }) => exists(file)));
  const missing = wanted.filter((_, i) => !there[i]);
  if (missing.length > 0)
    throw new FameError('FAME_ABLATION', 'Some answers of an ablation are missing', {
      at: folder,
      expected: `for each of the seeds ${seeds.join(', ')} the answers with ${ABLATED.join(', ')}`,
      got: `none for ${missing.map(({ seed, modalities }) => `seed ${seed}, ${modalities}`).join('; ')}`,
      fix: `famenet predict … --modalities ${missing[0]!.modalities} --out ${missing[0]!.file}`,
    });
  return Promise.all(wanted.map(async ({ seed, modalities, file }) => ({ seed, modalities, predictions: await readPredictions(file) })));
}
