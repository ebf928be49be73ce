/** A model folder of which some weights have moved. */
import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeTextFile } from '../base/atomic.ts';
import { isRecord } from '../base/file.ts';
import type { Value } from '../graph/index.ts';
import { LLAMA_RENAMES, readConfig } from '../models/index.ts';
import { openCheckpoint, readBytes, type TensorData, tensorOf, writeSafetensors } from '../weights/index.ts';
import { PROJECTOR_RENAMES, type Projector, projectorOf, saveProjector } from './projector.ts';

/** What a copy does not take over: weights, and the receipt that vouches for them. */
const LEFT = /\.(safetensors|bin|pth|pt|index\.json)$|^famenet\.json$/;

type Json = Readonly<Record<string, unknown>>;

/**
 * Writes the model of `from` into `to` as transformers saves it, under the stored names: what `moved` has (by the names that networks ask for) as
 * float32, the rest byte for byte. The weights come last, so a folder with weights is whole. @throws WeightError codes of reading, WEIGHT_WRITE
 */
export async function saveMoved(from: string, to: string, moved: Readonly<Record<string, Value>>): Promise<void> {
  await mkdir(to, { recursive: true });
  const { json } = await readConfig(from);
  for (const { name } of (await readdir(from, { withFileTypes: true })).filter((e) => e.isFile() && !LEFT.test(e.name)))
    if (name !== 'config.json') await copyFile(join(from, name), join(to, name));
  await writeTextFile(join(to, 'config.json'), `${JSON.stringify(widened(json), null, 2)}\n`);
  const { entries } = await openCheckpoint(from);
  const tensors = [...entries].map(([name, entry]): TensorData => {
    const found = movedOf(name, moved);
    if (found === undefined)
      return {
        name,
        dtype: entry.dtype,
        shape: entry.shape,
        async *data() {
          yield await readBytes(entry);
        },
      };
    return tensorOf(name, found);
  });
  await writeSafetensors(join(to, 'model.safetensors'), tensors, { format: 'pt' });
}

/** g as a file under LLaVA's names; with `all` the whole folder, and g in a file beside where the model's own weights do not hold it. */
export async function keepModel(
  model: string,
  to: string,
  {
    trainable,
    g,
    weights,
  }: { readonly trainable: 'projector' | 'all'; readonly g: Projector | undefined; readonly weights: Readonly<Record<string, Value>> },
): Promise<void> {
  const values = new Map([...(g?.values.keys() ?? [])].map((name) => [name, weights[name] as Value & { readonly data: Float32Array }]));
  const learnt = g && projectorOf(values, to);
  if (trainable === 'projector') return saveProjector(to, learnt!);
  await saveMoved(model, to, weights);
  if (learnt) await saveProjector(join(to, 'projector.safetensors'), learnt);
}

/** The moved values of a stored name: of the language model, or of g. */
function movedOf(stored: string, moved: Readonly<Record<string, Value>>): Value | undefined {
  const names = [LLAMA_RENAMES, PROJECTOR_RENAMES].map((table) =>
    table.reduce<string>((name, [pattern, to]) => name.replace(pattern, to), stored),
  );
  return names.map((name) => moved[name]).find((value) => value !== undefined);
}

/** Programs that look at the type in config.json would cut float32 to halves. */
function widened(json: Json): Json {
  const type = Object.fromEntries(['dtype', 'torch_dtype'].filter((key) => key in json).map((key) => [key, 'float32']));
  return { ...json, ...type, ...(isRecord(json.text_config) ? { text_config: widened(json.text_config) } : {}) };
}
