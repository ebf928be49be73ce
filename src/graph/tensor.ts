import { GraphError } from '../base/errors.ts';
import type { OpType } from './ops.ts';

/** A size: a number, or the name of one that is known only when the graph runs ('B', 'T', 'P+T'). */
export type Dim = number | string;
export type Shape = readonly Dim[];

/** Bytes per element of every element type that a graph can hold. */
export const DTYPE_BYTES = {
  float32: 4,
  float64: 8,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  int32: 4,
  uint8: 1,
  int8: 1,
  bool: 1,
} as const;
export type Dtype = keyof typeof DTYPE_BYTES;

/** The same types by ONNX's numbers (`TensorProto.DataType`). */
export const ONNX_DTYPE = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
  bfloat16: 16,
} as const satisfies Record<Dtype, number>;

/** Element arrays as they stand in memory: float16 and bfloat16 as their bits, bool as 0 or 1. */
export type Data = Float32Array | Float64Array | BigInt64Array | Int32Array | Uint8Array | Int8Array | Uint16Array;

const ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int64: BigInt64Array,
  int32: Int32Array,
  uint8: Uint8Array,
  int8: Int8Array,
  bool: Uint8Array,
} as const;

/** A zeroed array for `length` elements of `dtype`, or a view of `buffer` from `offset` (bytes). */
export function arrayOf(dtype: Dtype, length: number, buffer?: ArrayBufferLike, offset = 0): Data {
  return buffer ? new ARRAYS[dtype](buffer as ArrayBuffer, offset, length) : new ARRAYS[dtype](length);
}

/** Where a weight's bytes are: a region of a file (memory-mapped by the engine, never read by us) or an array. */
export type WeightSource =
  | { readonly file: string; readonly offset: number; readonly bytes: number; readonly dtype: Dtype }
  | { readonly data: Data; readonly dtype: Dtype };

export type Attr = number | string | Shape;
export type Attrs = Readonly<Record<string, Attr | undefined>>;

/** One operation. Its outputs are tensors; only the first of several is differentiable (TopK, MaxPool). */
export interface Node {
  readonly id: number;
  readonly op: OpType | 'Input' | 'Constant' | 'Weight';
  readonly inputs: readonly Tensor[];
  readonly attrs: Attrs;
  /** Shape and type of the first output. */
  readonly shape: Shape;
  readonly dtype: Dtype;
  /** Name of an input or a weight as the outside knows it. */
  readonly name?: string;
  /** Values of a constant. */
  readonly data?: Data;
  readonly source?: WeightSource;
  /** A gradient of its own for a whole composition that ends here, instead of its operators' rules. */
  readonly shortcut?: Shortcut;
  /** Captured at the user's line; V8 formats it only when somebody asks. */
  readonly trace: Error;
}

/** Gradients of a composition with respect to what it was made of, from (g = dL/dy, y). */
export interface Shortcut {
  readonly from: readonly Tensor[];
  readonly rule: (g: Tensor, y: Tensor) => readonly (Tensor | null)[];
}

/** A value in the graph: immutable, made by the functions of `build.ts`, shaped when it is made. */
export interface Tensor {
  readonly node: Node;
  readonly output: number;
  readonly shape: Shape;
  readonly dtype: Dtype;
}

/** What the functions accept where a tensor is expected: plain numbers become constants of the other operand's type. */
export type Operand = Tensor | number;

let nodes = 0;

type Extra = Partial<Pick<Node, 'inputs' | 'attrs' | 'name' | 'data' | 'source'>>;

/** A tensor: the first output of a new node. `build.ts` finds the shape of operators before it comes here. */
export function newTensor(op: Node['op'], shape: Shape, dtype: Dtype, { inputs = [], attrs = {}, ...more }: Extra = {}): Tensor {
  const node: Node = { id: nodes++, op, inputs, attrs, shape, dtype, trace: stackHere(), ...more };
  return { node, output: 0, shape, dtype };
}

/** The stack, deep enough to reach a user's line through our own functions. */
export function stackHere(): Error {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 16;
  const trace = new Error();
  Error.stackTraceLimit = limit;
  return trace;
}

const OWN_FOLDERS = ['./', '../weights/'].map((folder) => new URL(folder, import.meta.url).pathname);

/** The first line of a stack outside `src/graph/` and `src/weights/`, as `file:line:column (function)`. */
export function userLine(trace: { readonly stack?: string | undefined }): string {
  for (const line of (trace.stack ?? '').split('\n').slice(1)) {
    const place = /at (?:(.*?) \()?(?:file:\/\/)?(\/.*?:\d+:\d+)\)?$/.exec(line.trim());
    if (!place?.[2]) continue;
    if (OWN_FOLDERS.some((folder) => place[2]?.startsWith(folder)) && !/\.test\.ts:/.test(place[2])) continue;
    return place[1] ? `${place[2]} (${place[1]})` : place[2];
  }
  return 'unknown line';
}

/** The user's line that made this tensor. */
export const madeAt = (t: Tensor): string => userLine(t.node.trace);

/** `float32 [B,T,64]`, for messages. */
export function describe(t: Pick<Tensor, 'dtype' | 'shape'>): string {
  return `${t.dtype} [${t.shape.join(',')}]`;
}

/** A value given at each run. Sizes may be names; equal names must be equal sizes. */
export function input(name: string, dtype: Dtype, shape: Shape): Tensor {
  return newTensor('Input', shape, dtype, { name });
}

/** A value fixed in the graph. */
export function constant(dtype: Dtype, shape: readonly number[], values: Data | readonly number[]): Tensor {
  const size = shape.reduce((n, d) => n * d, 1);
  if (values.length !== size)
    throw new GraphError('GRAPH_CONSTANT', 'A constant has another number of values than its shape holds', {
      at: userLine(stackHere()),
      expected: `${size} for [${shape}]`,
      got: `${values.length}`,
    });
  const data = Array.isArray(values) ? fill(arrayOf(dtype, size), values) : (values as Data);
  return newTensor('Constant', shape, dtype, { data });
}

function fill(array: Data, values: readonly number[]): Data {
  if (array instanceof BigInt64Array) array.set(values.map(BigInt));
  else array.set(values);
  return array;
}

/** A trained value: frozen it becomes an initializer, in a trainer's list it is moved. `dtype` float32 casts a stored half when the graph is written. */
export function weight(name: string, shape: readonly number[], source: WeightSource, dtype: Dtype = source.dtype): Tensor {
  const [wanted, bytes] = [
    shape.reduce((n, d) => n * d, DTYPE_BYTES[source.dtype]),
    'data' in source ? source.data.byteLength : source.bytes,
  ];
  if (bytes !== wanted)
    throw new GraphError('GRAPH_CONSTANT', `Weight "${name}" has another number of bytes than its shape holds`, {
      at: userLine(stackHere()),
      expected: `${wanted} for ${source.dtype} [${shape}]`,
      got: `${bytes}`,
    });
  return newTensor('Weight', shape, dtype, { name, source });
}

/** Number of elements, where every size is known. */
export function sizeOf(t: Tensor): number {
  return fixedShape(t).reduce((n, d) => n * d, 1);
}

/** The shape where the caller needs numbers (convolution gradients, parameters). */
export function fixedShape(t: Tensor): number[] {
  return t.shape.map((d) => {
    if (typeof d === 'number') return d;
    throw new GraphError('GRAPH_SYMBOLIC', `Size "${d}" must be a number here`, {
      at: madeAt(t),
      got: describe(t),
      fix: 'give the input a fixed size',
    });
  });
}
