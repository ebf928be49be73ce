import { WeightError } from '../base/errors.ts';
import { float32, type Trainer, type Value } from '../graph/index.ts';
import type { Written } from './disk.ts';
import { openSafetensors, readFloat32 } from './safetensors.ts';
import { tensorOf, writeSafetensors } from './writer.ts';

const FORMAT = 'famenet training state';
const VERSION = 1;

/** Where a resumed run stands. */
export interface Resumed {
  /** Steps taken before the state was saved. */
  readonly taken: number;
  /** What the caller put beside it. */
  readonly notes: Readonly<Record<string, string>>;
}

/**
 * Saves the moving weights, the optimiser's memory and the number of steps (docs/format.md), whole or not at all: a run that is killed meanwhile leaves the
 * state before. `notes` are texts of the caller's own (seed, settings). @throws WeightError WEIGHT_WRITE
 */
export async function saveState(file: string, trainer: Trainer, notes: Readonly<Record<string, string>> = {}): Promise<Written> {
  let taken: number;
  let state: Record<string, Value>;
  do {
    taken = trainer.taken;
    state = await trainer.state();
  } while (taken !== trainer.taken); // a step was under way: weights and count would be of different moments
  const tensors = Object.entries(state).map(([name, value]) => tensorOf(name, value));
  return writeSafetensors(file, tensors, { format: FORMAT, version: String(VERSION), taken: String(taken), notes: JSON.stringify(notes) });
}

/**
 * Gives a trainer the state of a saved run; with the same batches from there on it ends bit-equal to a run that never stopped.
 * @throws WeightError WEIGHT_STATE, and those of a damaged file; GraphError STATE_MISMATCH: in all cases the trainer is as it was
 */
export async function loadState(file: string, trainer: Trainer): Promise<Resumed> {
  const { metadata, entries } = await openSafetensors(file);
  const refuse = (expected: string, got: string) =>
    new WeightError('WEIGHT_STATE', 'This is not the state of this training run', {
      at: file,
      expected,
      got,
      fix: 'resume with the file and the configuration of the saved run, or start anew without it',
    });
  const { format, version, taken, notes = '{}' } = metadata;
  if (format !== FORMAT || version !== String(VERSION))
    throw refuse(`format "${FORMAT}", version ${VERSION}`, `format "${format ?? ''}", version ${version ?? 'none'}`);
  const steps = /^\d{1,15}$/.test(taken ?? '') ? Number(taken) : Number.NaN;
  if (Number.isNaN(steps)) throw refuse('taken: a number of steps', `${taken}`);
  const names = Object.keys(await trainer.weights());
  const state: Record<string, Value> = {};
  for (const [name, entry] of entries) {
    if (!names.includes(name) && !names.includes(name.replace(/:[a-z]+$/, ''))) throw refuse(`weights ${list(names)}`, `"${name}"`);
    if (entry.dtype !== 'F32') throw refuse('F32', `${entry.dtype} of "${name}"`);
    const data = await readFloat32(entry);
    if (!data.every(Number.isFinite)) throw refuse('finite numbers', `"${name}" with others`);
    state[name] = float32(entry.shape, data);
  }
  const parsed = readNotes(notes);
  if (!parsed) throw refuse('notes: a JSON object of texts', notes.slice(0, 60));
  await trainer.restore(state, steps);
  return { taken: steps, notes: parsed };
}

const list = (names: readonly string[]): string => names.slice(0, 4).join(', ') + (names.length > 4 ? ` … (${names.length})` : '');

function readNotes(text: string): Readonly<Record<string, string>> | undefined {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined;
    const entries = Object.entries(json);
    return entries.every(([, v]) => typeof v === 'string') ? Object.fromEntries(entries) : undefined;
  } catch {
    return undefined;
  }
}
