/** Writes a graph as ONNX. Field numbers from `onnx.proto` (IR version 10). Weights stay in their files unless asked otherwise. */
import { closeSync, openSync, readSync, realpathSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { GraphError, SessionError } from '../base/errors.ts';
import { inOrder } from './gradient.ts';
import { OPS, OPSET, type OpRow, type OpType } from './ops.ts';
import { ProtoWriter } from './protobuf.ts';
import {
  type Attr,
  arrayOf,
  type Data,
  type Dtype,
  madeAt,
  type Node,
  ONNX_DTYPE,
  type Shape,
  type Tensor,
  userLine,
  type WeightSource,
} from './tensor.ts';

const IR_VERSION = 10;
/** Protocol Buffers end at 2 GiB; stay clear of it. */
const LARGEST_MODEL = 2 ** 31 - 2 ** 20;
/** ONNX attributes that are floats; every other number is an integer. */
const FLOATS = new Set(['alpha', 'beta', 'epsilon', 'cubic_coeff_a']);
/** Constants up to this size are written once, however often they were made. */
const SHARED_BYTES = 256;

/** Names of messages' fields, so that the writer below reads like the specification. */
const MODEL = { irVersion: 1, producer: 2, graph: 7, opset: 8 } as const;
const GRAPH = { node: 1, name: 2, initializer: 5, input: 11, output: 12 } as const;
const NODE = { input: 1, output: 2, name: 3, op: 4, attribute: 5, domain: 7 } as const;
const ATTRIBUTE = { name: 1, f: 2, i: 3, s: 4, ints: 8, type: 20 } as const;
const TENSOR = { dims: 1, dtype: 2, name: 8, raw: 9, external: 13, location: 14 } as const;

export interface WriteOptions {
  /** Weights that become inputs (under their names), because they will move. */
  readonly moving?: readonly Tensor[];
  /** 'mapped': weights point into their own files by absolute path, for this machine's engine. 'inside': one file that any tool opens. */
  readonly weights?: 'mapped' | 'inside';
}

/** An input of a written graph. */
export interface GraphInput {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: Shape;
  /** The user's line that made it. */
  readonly at: string;
}

/** Holds no node and no unformatted stack of the graph: whoever keeps it would keep the weights, too (V8's frames hold on to what was called). */
export interface OnnxModel {
  readonly bytes: Uint8Array;
  /** Moving weights among them, in the order of first use. */
  readonly inputs: readonly GraphInput[];
  /** Names. */
  readonly outputs: readonly string[];
  /** The user's line behind a written node's name, for the engine's errors. */
  lineOf(nodeName: string): string | undefined;
}

/** The graph that computes `outputs`. @throws GraphError GRAPH_NAMES, GRAPH_TOO_LARGE, WEIGHT_SHORT; SessionError WEIGHT_FILE_GONE */
export function writeOnnx(outputs: Readonly<Record<string, Tensor>>, o: WriteOptions = {}): OnnxModel {
  const order = inOrder(Object.values(outputs));
  const writer = new GraphWriter(order, outputs, new Set((o.moving ?? []).map((t) => t.node)), o.weights ?? 'mapped');
  const bytes = writer.model();
  const stacks = new Map([...writer.written].map(([name, { trace }]) => [name, trace.stack]));
  return {
    bytes,
    inputs: writer.inputs.map(({ name, dtype, shape, trace }) => ({ name: name as string, dtype, shape, at: userLine(trace) })),
    outputs: Object.keys(outputs),
    lineOf: (name) => (stacks.has(name) ? userLine({ stack: stacks.get(name) }) : undefined),
  };
}

/** Writes a graph with its weights inside as one `.onnx` file (below 2 GiB) that any ONNX tool opens. */
export async function saveOnnx(file: string, outputs: Readonly<Record<string, Tensor>>): Promise<void> {
  await writeFile(file, writeOnnx(outputs, { weights: 'inside' }).bytes);
}

class GraphWriter {
  readonly inputs: Node[] = [];
  readonly written = new Map<string, Node>();
  private readonly names = new Map<Node, string>();
  private readonly shared = new Map<string, string>();
  /** Names that the caller chose: inputs, weights, outputs. */
  private readonly taken = new Set<string>();
  private readonly graph = new ProtoWriter();
  private readonly order: readonly Node[];
  private readonly outputs: Readonly<Record<string, Tensor>>;
  private readonly moving: ReadonlySet<Node>;
  private readonly weights: 'mapped' | 'inside';
  /** The last output of each node that somebody uses. */
  private readonly used = new Map<Node, number>();

  constructor(order: readonly Node[], outputs: Readonly<Record<string, Tensor>>, moving: ReadonlySet<Node>, weights: 'mapped' | 'inside') {
    this.order = order;
    this.outputs = outputs;
    this.moving = moving;
    this.weights = weights;
    for (const t of [...order.flatMap((node) => node.inputs), ...Object.values(outputs)])
      this.used.set(t.node, Math.max(this.used.get(t.node) ?? 0, t.output));
  }

  model(): Uint8Array {
    this.nameAll();
    for (const node of this.order) this.node(node);
    for (const [name, t] of Object.entries(this.outputs)) if (this.nameOf(t) !== name) this.alias(this.nameOf(t), name);
    this.graph.text(GRAPH.name, 'famenet');
    for (const n of this.inputs) this.graph.message(GRAPH.input, (w) => valueInfo(w, n.name as string, n.dtype, n.shape));
    for (const [name, t] of Object.entries(this.outputs)) this.graph.message(GRAPH.output, (w) => valueInfo(w, name, t.dtype, t.shape));
    const model = new ProtoWriter()
      .int(MODEL.irVersion, IR_VERSION)
      .text(MODEL.producer, 'famenet')
      .nested(MODEL.graph, this.graph)
      .message(MODEL.opset, (w) => w.text(1, '').int(2, OPSET))
      .message(MODEL.opset, (w) => w.text(1, 'com.microsoft').int(2, 1));
    if (model.size > LARGEST_MODEL)
      throw new GraphError('GRAPH_TOO_LARGE', 'The graph holds more than an ONNX file can', {
        expected: 'less than 2 GiB outside mapped files',
        got: `${(model.size / 2 ** 30).toFixed(2)} GiB`,
        fix: 'keep the weights in .safetensors files and write with weights: "mapped"',
      });
    return model.done();
  }

  /** Inputs and weights keep their names, single-use outputs take theirs, the rest are numbered by place: equal graphs give equal bytes. */
  private nameAll(): void {
    const owner = new Map<string, Node>();
    for (const node of this.order) {
      if (node.name === undefined) continue;
      if (owner.has(node.name))
        throw new GraphError('GRAPH_NAMES', `Two different inputs or weights are named "${node.name}"`, {
          at: madeAt({ node, output: 0, shape: node.shape, dtype: node.dtype }),
          fix: 'make the tensor once and use it twice',
        });
      owner.set(node.name, node);
      this.names.set(node, node.name);
      this.taken.add(node.name);
    }
    for (const [name, t] of Object.entries(this.outputs)) {
      if (owner.has(name) && (owner.get(name) !== t.node || t.output !== 0))
        throw new GraphError('GRAPH_NAMES', `An output is named "${name}", as an input or a weight is`, {
          at: madeAt(t),
          fix: 'give the output another name',
        });
      if (!this.names.has(t.node) && t.output === 0 && t.node.op !== 'Constant') this.names.set(t.node, name);
      this.taken.add(name);
    }
    for (const [i, node] of this.order.entries()) if (!this.names.has(node)) this.names.set(node, this.free(`${node.op}_${i}`));
  }

  /** A name of ours that none of the caller's hides. */
  private free(name: string): string {
    return this.taken.has(name) ? this.free(`${name}_`) : name;
  }

  private nameOf(t: Pick<Tensor, 'node' | 'output'>): string {
    const name = this.names.get(t.node) as string;
    return t.output === 0 ? name : `${name}:${t.output}`;
  }

  private node(node: Node): void {
    if (node.op === 'Input' || this.moving.has(node)) this.inputs.push(node);
    else if (node.op === 'Constant')
      this.names.set(node, this.constant(node.dtype, node.shape as number[], node.data as Data, this.names.get(node)));
    else if (node.op === 'Weight') this.weight(node, this.names.get(node) as string, node.source as WeightSource);
    else this.operator(node, this.names.get(node) as string, OPS[node.op as OpType]);
  }

  private operator(node: Node, name: string, row: OpRow): void {
    this.written.set(name, node);
    const operands = (row.operands ?? []).map((key) => (key === '' || node.attrs[key] === undefined ? '' : this.operand(node, key)));
    while (operands.at(-1) === '') operands.pop();
    this.graph.message(GRAPH.node, (w) => {
      for (const x of node.inputs) w.text(NODE.input, this.nameOf(x));
      for (const x of operands) w.text(NODE.input, x);
      const last = row.spare ? (this.used.get(node) ?? 0) : (row.also?.length ?? 0);
      for (let k = 0; k <= last; k++) w.text(NODE.output, this.nameOf({ node, output: k }));
      w.text(NODE.name, name).text(NODE.op, node.op);
      if (row.domain) w.text(NODE.domain, row.domain);
      for (const [key, value] of Object.entries(node.attrs))
        if (value !== undefined && !key.startsWith('$') && !row.operands?.includes(key))
          w.message(NODE.attribute, (a) => attribute(a, key, value));
    });
  }

  /** An attribute that ONNX wants as an input: a list of integers, or one number of the first input's type. */
  private operand(node: Node, key: string): string {
    const value = node.attrs[key];
    if (typeof value === 'number') {
      const dtype = node.inputs[0]?.dtype ?? 'float32';
      return this.constant(dtype, [], dtype === 'int64' ? BigInt64Array.of(BigInt(value)) : scalar(dtype, value));
    }
    const list = value as readonly number[];
    return this.constant(
      'int64',
      [list.length],
      BigInt64Array.from(list, (v) =>
        v >= Number.MAX_SAFE_INTEGER ? 2n ** 63n - 1n : v <= -Number.MAX_SAFE_INTEGER ? -(2n ** 63n) + 1n : BigInt(v),
      ),
    );
  }

  private constant(dtype: Dtype, shape: readonly number[], data: Data, name = this.free(`const_${this.shared.size}`)): string {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const key = bytes.length <= SHARED_BYTES ? `${dtype}[${shape}]${Buffer.from(bytes).toString('latin1')}` : name;
    const before = this.shared.get(key);
    if (before !== undefined) return before;
    this.shared.set(key, name);
    this.graph.message(GRAPH.initializer, (w) => tensor(w, name, dtype, shape).bytes(TENSOR.raw, bytes));
    return name;
  }

  /** A half stored for a float32 graph gets a Cast, which the engine folds away when it loads. */
  private weight(node: Node, name: string, source: WeightSource): void {
    const stored = source.dtype === node.dtype ? name : `${name}:stored`;
    this.graph.message(GRAPH.initializer, (w) => {
      tensor(w, stored, source.dtype, node.shape as number[]);
      if (this.weights === 'mapped' && 'file' in source) external(w, source);
      else w.bytes(TENSOR.raw, sourceBytes(source));
    });
    if (stored === name) return;
    this.graph.message(GRAPH.node, (w) => {
      w.text(NODE.input, stored).text(NODE.output, name).text(NODE.name, `cast:${name}`).text(NODE.op, 'Cast');
      w.message(NODE.attribute, (a) => attribute(a, 'to', ONNX_DTYPE[node.dtype]));
    });
  }

  private alias(from: string, to: string): void {
    this.graph.message(GRAPH.node, (w) =>
      w.text(NODE.input, from).text(NODE.output, to).text(NODE.name, `out:${to}`).text(NODE.op, 'Identity'),
    );
  }
}

function tensor(w: ProtoWriter, name: string, dtype: Dtype, shape: readonly number[]): ProtoWriter {
  for (const d of shape) w.int(TENSOR.dims, d);
  return w.int(TENSOR.dtype, ONNX_DTYPE[dtype]).text(TENSOR.name, name);
}

/** Location without its leading slash: the engine is told that '/' is the folder of external files. */
function external(w: ProtoWriter, source: Extract<WeightSource, { file: string }>): void {
  const entries = {
    location: reading(source.file, (f) => realpathSync(f)).replace(/^\//, ''),
    offset: String(source.offset),
    length: String(source.bytes),
  };
  for (const [key, value] of Object.entries(entries)) w.message(TENSOR.external, (e) => e.text(1, key).text(2, value));
  w.int(TENSOR.location, 1);
}

/** Does something with a weight's file; a file that is not there is the caller's to find. */
function reading<T>(file: string, use: (file: string) => T): T {
  try {
    return use(file);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause)) throw cause;
    throw new SessionError(
      'WEIGHT_FILE_GONE',
      'A weight file that the graph points to cannot be read',
      { at: file, got: cause.message, fix: 'check that the .safetensors files are where they were and whole' },
      { cause },
    );
  }
}

function attribute(w: ProtoWriter, name: string, value: Attr): void {
  w.text(ATTRIBUTE.name, name);
  if (typeof value === 'string') w.text(ATTRIBUTE.s, value).int(ATTRIBUTE.type, 3);
  else if (typeof value !== 'number') for (const v of [...value]) w.int(ATTRIBUTE.ints, v as number);
  else if (FLOATS.has(name)) w.float(ATTRIBUTE.f, value).int(ATTRIBUTE.type, 1);
  else w.int(ATTRIBUTE.i, value).int(ATTRIBUTE.type, 2);
  if (typeof value === 'object') w.int(ATTRIBUTE.type, 7);
}

/** ValueInfoProto → TypeProto → tensor type → shape, each size a number or a name. */
function valueInfo(w: ProtoWriter, name: string, dtype: Dtype, shape: Shape): void {
  const sizes = (s: ProtoWriter) => {
    for (const d of shape) s.message(1, (dim) => (typeof d === 'number' ? dim.int(1, d) : dim.text(2, d)));
  };
  w.text(1, name).message(2, (type) => type.message(1, (t) => t.int(1, ONNX_DTYPE[dtype]).message(2, sizes)));
}

function scalar(dtype: Dtype, value: number): Data {
  const data = arrayOf(dtype, 1);
  (data as Float32Array)[0] = value;
  return data;
}

/** A weight's bytes in memory, read from its file where it has one. */
export function sourceBytes(source: WeightSource): Uint8Array {
  if ('data' in source) return new Uint8Array(source.data.buffer, source.data.byteOffset, source.data.byteLength);
  const out = new Uint8Array(source.bytes);
  const file = reading(source.file, (f) => openSync(f, 'r'));
  try {
    for (let at = 0; at < out.length; ) {
      const n = readSync(file, out, at, Math.min(out.length - at, 1 << 28), source.offset + at);
      if (n === 0)
        throw new GraphError('WEIGHT_SHORT', 'A weight file ends before its weight does', {
          at: source.file,
          expected: `${source.bytes} bytes from ${source.offset}`,
          got: `${at}`,
          fix: 'the file is cut off: download or write it again',
        });
      at += n;
    }
  } finally {
    closeSync(file);
  }
  return out;
}
