/** g of equation (4): the layer between CLIP and the language model, in the forms and under the names of LLaVA, transformers and Video-ChatGPT. */
import { createHash } from 'node:crypto';
import { ModelError } from '../base/errors.ts';
import { random } from '../base/random.ts';
import { gelu, linear, type Tensor } from '../graph/index.ts';
import { openCheckpoint } from '../weights/checkpoint.ts';
import { readFloat32 } from '../weights/safetensors.ts';
import { type InMemory, type Weights, weightsIn } from '../weights/weights.ts';
import { tensorOf, writeSafetensors } from '../weights/writer.ts';

/** Where the layers of each form stand under `model.mm_projector.`; between two there is a GELU. The names are those of LLaVA's `mm_projector_type`. */
const FORMS = { linear: [''], mlp2x_gelu: ['0.', '2.'] } as const;

export type ProjectorForm = keyof typeof FORMS;

/** g with its numbers in memory, D → K. */
export interface Projector {
  readonly form: ProjectorForm;
  /** Width of the image tower. */
  readonly D: number;
  /** Width of the language model. */
  readonly K: number;
  /** Every layer's numbers, by LLaVA's names (`model.mm_projector.weight`, `model.mm_projector.0.weight` …). */
  readonly values: ReadonlyMap<string, InMemory>;
  /** The same as weights of a graph: what `gradients(loss, trained(g))` differentiates. */
  readonly weights: Weights;
  /** The file or folder it came from, for receipts. */
  readonly source: string;
}

const PLACE = 'model.mm_projector.';

/** Every spelling under LLaVA's: transformers ≥ 5, transformers 4, adapters of LLaVA's LoRA training, and the bare name of its first programs. */
export const PROJECTOR_RENAMES = [
  [/^(model\.)?multi_modal_projector\.linear_1\./, `${PLACE}0.`],
  [/^(model\.)?multi_modal_projector\.linear_2\./, `${PLACE}2.`],
  [/^(base_model\.model\.)?(model\.)?mm_projector\./, PLACE],
] as const;

const renamed = (stored: string): string => PROJECTOR_RENAMES.reduce<string>((name, [from, to]) => name.replace(from, to), stored);

/**
 * Reads g from a `.safetensors` file or a model directory; other tensors there (Video-ChatGPT publishes its embedding table beside it) are left alone.
 * A PyTorch file has to be converted first. @throws ModelError FAME_PROJECTOR where there is none; WeightError codes of reading
 */
export async function readProjector(path: string): Promise<Projector> {
  const { entries } = await openCheckpoint(path);
  const found = [...entries].map(([stored, entry]) => ({ name: renamed(stored), entry })).filter(({ name }) => name.startsWith(PLACE));
  const read = found.map(async ({ name, entry }) => [name, { shape: entry.shape, data: await readFloat32(entry) }] as const);
  return projectorOf(new Map(await Promise.all(read)), path);
}

/** g of numbers that are in memory, by LLaVA's names: as read, or as training has moved them. `source` names them in errors. @throws ModelError FAME_PROJECTOR */
export function projectorOf(values: ReadonlyMap<string, InMemory>, source: string): Projector {
  const form = (Object.keys(FORMS) as ProjectorForm[]).find((f) => namesOf(f).join() === [...values.keys()].sort().join());
  const layers = form ? FORMS[form].map((at) => values.get(`${PLACE}${at}weight`)!.shape) : [];
  const [D, K] = [layers[0]?.[1], layers.at(-1)?.[0]];
  // Each layer takes what the one before gives; the biases are as long as their layers are wide.
  const fits = layers.every((shape, i) => shape.length === 2 && shape[1] === (i === 0 ? D : layers[i - 1]?.[0]));
  const biases = form && FORMS[form].every((at, i) => values.get(`${PLACE}${at}bias`)!.shape.join() === String(layers[i]?.[0]));
  if (!form || !fits || !biases || D === undefined || K === undefined)
    throw new ModelError('FAME_PROJECTOR', 'There is no projector that fits FAME-Net', {
      at: source,
      expected: `a linear layer with bias (${namesOf('linear').join(', ')}), or two (${namesOf('mlp2x_gelu').join(', ')})`,
      got: [...values].map(([name, { shape }]) => `${name} [${shape}]`).join(', ') || 'nothing of the kind',
      fix: 'name the file that holds it, or train one; a PyTorch file becomes readable with `famenet models convert`',
    });
  return { form, D, K, values, weights: weightsIn(values, source), source };
}

const namesOf = (form: ProjectorForm): string[] => FORMS[form].flatMap((at) => [`${PLACE}${at}bias`, `${PLACE}${at}weight`]).sort();

/** The first 12 digits of a SHA-256 over the numbers of g: tells two trainings apart in receipts. */
export function projectorHash(g: Projector): string {
  const hash = createHash('sha256');
  for (const name of namesOf(g.form)) hash.update(bytesOf(g.values.get(name)!.data));
  return hash.digest('hex').slice(0, 12);
}

const bytesOf = (data: Float32Array): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** A projector that has learnt nothing: PyTorch's start of a linear layer, uniform within ±1/√inputs. */
export function freshProjector(form: ProjectorForm, D: number, K: number, seed: number): Projector {
  const chance = random(seed);
  const within = (length: number, inputs: number) => Float32Array.from({ length }, () => (2 * chance.next() - 1) / Math.sqrt(inputs));
  const layers = FORMS[form].flatMap((at, i): [string, InMemory][] => {
    const inputs = i === 0 ? D : K;
    return [
      [`${PLACE}${at}weight`, { shape: [K, inputs], data: within(K * inputs, inputs) }],
      [`${PLACE}${at}bias`, { shape: [K], data: within(K, inputs) }],
    ];
  });
  return projectorOf(new Map(layers), `fresh, seed ${seed}`);
}

/** Q_v = g(R). R [...,D] → [...,K]. */
export function project(g: Projector, R: Tensor): Tensor {
  const layers: readonly string[] = FORMS[g.form];
  return layers.reduce((x, at, i) => {
    const w = (name: string) => g.weights.get(`${PLACE}${at}${name}`, g.values.get(`${PLACE}${at}${name}`)!.shape);
    return linear(i === 0 ? x : gelu(x), w('weight'), w('bias'));
  }, R);
}

/** What training moves (§4.4): the weights of g, as nodes of a graph that `project` is in. */
export function trained(g: Projector): Tensor[] {
  return namesOf(g.form).map((name) => g.weights.get(name, g.values.get(name)!.shape));
}

/** Writes g as float32 safetensors under LLaVA's names, so that tools made for LLaVA find it. @throws WeightError WEIGHT_WRITE */
export async function saveProjector(file: string, g: Projector, about: Readonly<Record<string, string>> = {}): Promise<void> {
  const tensors = [...g.values].map(([name, value]) => tensorOf(name, value));
  await writeSafetensors(file, tensors, { format: 'pt', mm_projector_type: g.form, ...about });
}
