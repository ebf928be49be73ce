/** FAME-mini, the model that lies in this package, and what a model's folder says about how it is best asked. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ModelError, UsageError } from '../base/errors.ts';
import { exists, isRecord, readJsonFile } from '../base/file.ts';
import { MODALITIES, type Modality } from './prompt.ts';

/** The word that stands for it wherever a model's folder is asked for. */
export const MINI = 'mini';

/** The file beside a model's weights in which `famenet` may say how it is asked. */
const CARD = 'famenet-model.json';

/** What a model is asked with where nobody says so, and why. */
export interface ModelCard {
  readonly modalities: readonly Modality[];
  readonly why: string;
  /** Pictures of a film that it learnt with; absent where it does not say. */
  readonly frames?: number;
  /** Beams that it is searched with; absent where it does not say. */
  readonly beams?: number;
  /** Tokens of which no run may come twice in an answer, see `ExplainOptions`. */
  readonly noRepeat?: number;
}

/** The folder of FAME-mini. @throws UsageError EXPLAIN_MODEL where it is not, as in a checkout of the sources alone */
export async function miniFolder(models = fileURLToPath(new URL('../../models', import.meta.url))): Promise<string> {
  const folder = join(models, MINI);
  if (await exists(join(folder, 'config.json'))) return folder;
  throw new UsageError('EXPLAIN_MODEL', 'FAME-mini, which is asked where no other model is named, is not here', {
    at: '--model',
    expected: `the folder ${folder} with a config.json and its weights`,
    got: 'no such model',
    fix: 'get the whole of famenet (its weights lie in models/mini), or name another with --model FOLDER or FAMENET_MODEL: `famenet models list` names some that can be pulled',
  });
}

/** What a model's folder says of itself; undefined where it says nothing. @throws ModelError FAME_CARD; FILE_DAMAGED */
export async function modelCard(folder: string): Promise<ModelCard | undefined> {
  const at = join(folder, CARD);
  if (!(await exists(at))) return undefined;
  const { famenet } = await readJsonFile(at);
  if (famenet === undefined) return undefined;
  const { modalities: letters, why, frames, beams, noRepeat } = isRecord(famenet) ? famenet : {};
  const on = MODALITIES.filter((m) => String(letters).includes(m));
  const counts = { frames, beams, noRepeat };
  const known = Object.values(counts).every((n) => n === undefined || (Number.isInteger(n) && (n as number) > 0));
  if (typeof letters === 'string' && on.length > 0 && on.length === letters.length && typeof why === 'string' && known)
    return { modalities: on, why, ...(JSON.parse(JSON.stringify(counts)) as Pick<ModelCard, 'frames' | 'beams' | 'noRepeat'>) };
  throw new ModelError('FAME_CARD', 'A model does not say how it wants to be asked', {
    at,
    expected:
      '"famenet": {"modalities": letters of V, T and E, each once, "why": a reason}, and "frames", "beams" and "noRepeat" as whole numbers',
    got: JSON.stringify(famenet).slice(0, 100),
    fix: 'correct it, or take "famenet" out',
  });
}
