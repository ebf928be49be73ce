import { WeightError } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import { arrayOf, type Dtype as GraphDtype, type Tensor, weight } from '../graph/index.ts';
import { sourceBytes } from '../graph/onnx.ts';
import { stackHere, userLine } from '../graph/tensor.ts';
import { openCheckpoint } from './checkpoint.ts';
import { type Dtype, widen } from './dtype.ts';
import type { Checkpoint, TensorEntry } from './safetensors.ts';

/** Weights by name, asked for at the place of use with the shape that the equations need: documentation, check and lazy read in one. */
export interface Weights {
  /** The same weights below a prefix: `w.at('encoder').get('fc.weight', …)`. */
  at(prefix: string): Weights;
  has(name: string): boolean;
  /** The stored shape, where it is not known beforehand (block sizes, vocabulary of a tokenizer that grew). */
  shapeOf(name: string): readonly number[] | undefined;
  /** As float32; halves are widened by the engine when it loads. @throws WeightError WEIGHT_MISSING, WEIGHT_SHAPE, WEIGHT_DTYPE_USE */
  get(name: string, shape: readonly number[]): Tensor;
  /** As stored: packed integers, or a half table of which only some rows are used. */
  raw(name: string, shape: readonly number[]): Tensor;
  /** Every weight asked for so far, by full name: after a network is built, exactly its parameters. */
  readonly asked: ReadonlyMap<string, Tensor>;
}

const GRAPH_DTYPES: Partial<Record<Dtype, GraphDtype>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  I64: 'int64',
  I32: 'int32',
  I8: 'int8',
  U8: 'uint8',
  BOOL: 'bool',
};

export interface WeightOptions {
  /** 'mapped' leaves the bytes in their file; 'loaded' reads each weight asked for into float32 memory, as training needs. */
  readonly as?: 'mapped' | 'loaded';
  /** Other spellings of stored names, tried in order: [/^language_model\./, '']. The result is what the network asks for. */
  readonly rename?: readonly (readonly [RegExp, string])[];
}

/** Opens a `.safetensors` file or a model directory. */
export async function openWeights(path: string, o: WeightOptions = {}): Promise<Weights> {
  return weightsOf(await openCheckpoint(path), o);
}

/** Weights of an opened checkpoint. */
export function weightsOf(checkpoint: Checkpoint, { as = 'mapped', rename = [] }: WeightOptions = {}): Weights {
  const entries = new Map(
    [...checkpoint.entries].map(([name, entry]) => [rename.reduce((n, [from, to]) => n.replace(from, to), name), entry]),
  );
  const find = (name: string): TensorEntry => {
    const entry = entries.get(name);
    if (entry) return entry;
    const near = nearest(name, entries.keys());
    throw new WeightError('WEIGHT_MISSING', `Weight "${name}" is not in the checkpoint`, {
      at: `${checkpoint.path}, asked by ${userLine(stackHere())}`,
      got: near ? `${entries.size} others; the nearest is "${near}"` : `${entries.size} others`,
      fix: 'pass the checkpoint that belongs to this network',
    });
  };
  return scoped({
    has: (name) => entries.has(name),
    shapeOf: (name) => entries.get(name)?.shape,
    make(name, shape, raw) {
      const entry = find(name);
      checkShape(entry, shape, name);
      const dtype = graphDtype(entry);
      const source = { file: entry.file, offset: entry.offset, bytes: entry.bytes, dtype };
      if (raw) return weight(name, shape, source);
      if (!dtype.includes('float'))
        throw new WeightError('WEIGHT_DTYPE_USE', `Weight "${name}" holds integers where numbers are needed`, {
          at: entry.file,
          expected: 'F32, F16 or BF16',
          got: entry.dtype,
        });
      if (as === 'mapped' && dtype !== 'float64') return weight(name, shape, source, 'float32');
      const data = arrayOf(
        'float32',
        shape.reduce((n, d) => n * d, 1),
      ) as Float32Array;
      widen(entry.dtype, sourceBytes(source), data);
      return weight(name, shape, { data, dtype: 'float32' });
    },
  });
}

/** Values for a weight that does not exist yet. */
export type Initialise = (name: string, shape: readonly number[]) => Float32Array;

/** Weights that come into being when a network asks for them: the start of training from nothing. */
export function freshWeights(initialise: Initialise): Weights {
  return scoped({
    has: () => false,
    shapeOf: () => undefined,
    make: (name, shape) => weight(name, shape, { data: initialise(name, shape), dtype: 'float32' }),
  });
}

interface Store {
  has(name: string): boolean;
  shapeOf(name: string): readonly number[] | undefined;
  make(name: string, shape: readonly number[], raw: boolean): Tensor;
}

/** One tensor per name, whoever asks and how often. */
function scoped(store: Store, prefix = '', asked = new Map<string, Tensor>()): Weights {
  const take = (name: string, shape: readonly number[], raw: boolean) => {
    const full = prefix + name;
    const known = asked.get(full) ?? store.make(full, shape, raw);
    asked.set(full, known);
    return known;
  };
  return {
    at: (next) => scoped(store, `${prefix}${next}.`, asked),
    has: (name) => store.has(prefix + name) || asked.has(prefix + name),
    shapeOf: (name) => store.shapeOf(prefix + name),
    get: (name, shape) => take(name, shape, false),
    raw: (name, shape) => take(name, shape, true),
    asked,
  };
}

function checkShape(entry: TensorEntry, shape: readonly number[], name: string): void {
  if (entry.shape.join() === shape.join()) return;
  throw new WeightError('WEIGHT_SHAPE', `Weight "${name}" has the wrong shape`, {
    at: `${entry.file}, asked by ${userLine(stackHere())}`,
    expected: `[${shape.join(', ')}]`,
    got: `[${entry.shape.join(', ')}]`,
    fix: 'pass the config.json that belongs to these weights',
  });
}

function graphDtype(entry: TensorEntry): GraphDtype {
  const dtype = GRAPH_DTYPES[entry.dtype];
  if (dtype) return dtype;
  throw new WeightError('WEIGHT_DTYPE_USE', `Weight "${entry.name}" has an element type that networks do not use`, {
    at: entry.file,
    expected: Object.keys(GRAPH_DTYPES).join(', '),
    got: entry.dtype,
  });
}
