import { WeightError } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import { arrayOf, cast, type Dtype as GraphDtype, type Shape, type Tensor, weight } from '../graph/index.ts';
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
  /** As float32; halves get a Cast that the engine works out once, when it loads. @throws WeightError WEIGHT_MISSING, WEIGHT_SHAPE, WEIGHT_DTYPE_USE */
  get(name: string, shape: readonly number[]): Tensor;
  /** As stored: packed integers, or a half table of which only some rows are used. */
  raw(name: string, shape: readonly number[]): Tensor;
  /** Every weight asked for so far, by full name and as stored: after a network is built, exactly its parameters. */
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

/** Weights of an opened checkpoint. @throws WeightError WEIGHT_DUPLICATE where two stored names mean the same weight */
export function weightsOf(checkpoint: Checkpoint, { as = 'mapped', rename = [] }: WeightOptions = {}): Weights {
  const entries = new Map<string, TensorEntry>();
  for (const [stored, entry] of checkpoint.entries) {
    const name = rename.reduce((n, [from, to]) => n.replace(from, to), stored);
    if (entries.has(name))
      throw new WeightError('WEIGHT_DUPLICATE', `Two stored names mean the weight "${name}"`, {
        at: entry.file,
        got: `"${entries.get(name)?.name}" and "${stored}"`,
        fix: 'keep one of the two in the checkpoint',
      });
    entries.set(name, entry);
  }
  const find = (name: string): TensorEntry => entries.get(name) ?? missing(name, checkpoint.path, entries);
  return scoped({
    has: (name) => entries.has(name),
    shapeOf: (name) => entries.get(name)?.shape,
    make(name, shape) {
      const entry = find(name);
      if (entry.shape.join() !== shape.join()) throw wrongShape(name, entry.file, shape, entry.shape);
      const dtype = graphDtype(entry);
      const source = { file: entry.file, offset: entry.offset, bytes: entry.bytes, dtype };
      if (as === 'mapped' || !dtype.includes('float')) return weight(name, shape, source);
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

/** A weight whose numbers are in memory. */
export interface InMemory {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Weights whose numbers are in memory, by name; `place` names them in errors. @throws as `weightsOf`'s do */
export function weightsIn(values: ReadonlyMap<string, InMemory>, place: string): Weights {
  return scoped({
    has: (name) => values.has(name),
    shapeOf: (name) => values.get(name)?.shape,
    make(name, shape) {
      const found = values.get(name) ?? missing(name, place, values);
      if (found.shape.join() !== shape.join()) throw wrongShape(name, place, shape, found.shape);
      return weight(name, shape, { data: found.data, dtype: 'float32' });
    },
  });
}

function missing(name: string, place: string, others: ReadonlyMap<string, unknown>): never {
  const near = nearest(name, others.keys());
  throw new WeightError('WEIGHT_MISSING', `Weight "${name}" is not in the checkpoint`, {
    at: `${place}, asked by ${userLine(stackHere())}`,
    got: near ? `${others.size} others; the nearest is "${near}"` : `${others.size} others`,
    fix: 'pass the checkpoint that belongs to this network',
  });
}

interface Store {
  has(name: string): boolean;
  shapeOf(name: string): readonly number[] | undefined;
  make(name: string, shape: readonly number[]): Tensor;
}

/** One tensor per name, whoever asks and how often: a table that is also the output layer is one weight in training and in memory. */
function scoped(store: Store, prefix = '', asked = new Map<string, Tensor>(), widened = new Map<string, Tensor>()): Weights {
  const raw = (name: string, shape: readonly number[]) => {
    const full = prefix + name;
    const known = asked.get(full) ?? store.make(full, shape);
    if (known.shape.join() !== shape.join()) throw wrongShape(full, 'this network, which has asked for it before', shape, known.shape);
    asked.set(full, known);
    return known;
  };
  const get = (name: string, shape: readonly number[]) => {
    const stored = raw(name, shape);
    if (stored.dtype === 'float32') return stored;
    if (!stored.dtype.includes('float')) throw integersAsNumbers(stored);
    const wide = widened.get(prefix + name) ?? cast(stored, 'float32');
    widened.set(prefix + name, wide);
    return wide;
  };
  return {
    at: (next) => scoped(store, `${prefix}${next}.`, asked, widened),
    has: (name) => store.has(prefix + name) || asked.has(prefix + name),
    shapeOf: (name) => store.shapeOf(prefix + name),
    get,
    raw,
    asked,
  };
}

function wrongShape(name: string, place: string, expected: readonly number[], got: Shape): WeightError {
  return new WeightError('WEIGHT_SHAPE', `Weight "${name}" has the wrong shape`, {
    at: `${place}, asked by ${userLine(stackHere())}`,
    expected: `[${expected.join(', ')}]`,
    got: `[${got.join(', ')}]`,
    fix: 'pass the config.json that belongs to these weights',
  });
}

function integersAsNumbers(stored: Tensor): WeightError {
  return new WeightError('WEIGHT_DTYPE_USE', `Weight "${stored.node.name}" holds integers where numbers are needed`, {
    at: userLine(stackHere()),
    expected: 'F32, F16 or BF16',
    got: stored.dtype,
    fix: 'pass the checkpoint that belongs to this network',
  });
}

function graphDtype(entry: TensorEntry): GraphDtype {
  const dtype = GRAPH_DTYPES[entry.dtype];
  if (dtype) return dtype;
  throw new WeightError('WEIGHT_DTYPE_USE', `Weight "${entry.name}" has an element type that networks do not use`, {
    at: entry.file,
    expected: Object.keys(GRAPH_DTYPES).join(', '),
    got: entry.dtype,
    fix: 'convert the checkpoint to F32, F16 or BF16',
  });
}
