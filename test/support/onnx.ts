/** Reads ONNX files independently of the writer: a wire-format decoder, and Python's checker where there is one. Field numbers from https://github.com/onnx/onnx/blob/main/onnx/onnx.proto */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Fields by number; a value is a varint, or bytes (strings, messages, 32-bit numbers). */
type Message = ReadonlyMap<number, readonly (bigint | Uint8Array)[]>;

function decode(bytes: Uint8Array): Message {
  const fields = new Map<number, (bigint | Uint8Array)[]>();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw new Error('the message ends within a number');
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return BigInt.asIntN(64, value);
    }
  };
  const take = (n: number): Uint8Array => {
    if (at + n > bytes.length) throw new Error('the message ends within a field');
    at += n;
    return bytes.subarray(at - n, at);
  };
  while (at < bytes.length) {
    const key = Number(varint());
    const kind = key & 7;
    if (kind !== 0 && kind !== 2 && kind !== 5) throw new Error(`wire type ${kind} has no place in our files`);
    const value = kind === 0 ? varint() : take(kind === 5 ? 4 : Number(varint()));
    const field = fields.get(key >> 3);
    if (field) field.push(value);
    else fields.set(key >> 3, [value]);
  }
  return fields;
}

const all = (m: Message, field: number): Uint8Array[] => (m.get(field) ?? []) as Uint8Array[];
const texts = (m: Message, field: number): string[] => all(m, field).map((b) => new TextDecoder().decode(b));
const numbers = (m: Message, field: number): number[] => ((m.get(field) ?? []) as bigint[]).map(Number);

export interface OnnxNode {
  readonly op: string;
  readonly domain: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, number | string | readonly number[]>>;
}
export interface OnnxTensor {
  readonly shape: readonly number[];
  /** TensorProto.DataType */
  readonly dtype: number;
  readonly raw?: Uint8Array;
  readonly external?: Readonly<Record<string, string>>;
}
export interface OnnxFile {
  readonly irVersion: number;
  readonly opsets: Readonly<Record<string, number>>;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: Readonly<Record<string, OnnxTensor>>;
  readonly inputs: Readonly<Record<string, { dtype: number; shape: readonly (number | string)[] }>>;
  readonly outputs: OnnxFile['inputs'];
}

function attribute(m: Message): [string, number | string | readonly number[]] {
  const name = texts(m, 1)[0]!;
  const kind = numbers(m, 20)[0];
  if (kind === 1) return [name, new DataView(all(m, 2)[0]!.slice().buffer).getFloat32(0, true)];
  if (kind === 2) return [name, numbers(m, 3)[0] ?? 0];
  if (kind === 3) return [name, texts(m, 4)[0]!];
  if (kind === 7) return [name, numbers(m, 8)];
  throw new Error(`attribute "${name}" is of kind ${kind}`);
}

function tensor(m: Message): [string, OnnxTensor] {
  const raw = all(m, 9)[0];
  const external = all(m, 13).map((b) => [texts(decode(b), 1)[0]!, texts(decode(b), 2)[0]!]);
  const where = numbers(m, 14)[0] === 1 ? { external: Object.fromEntries(external) } : raw ? { raw } : {};
  return [texts(m, 8)[0]!, { shape: numbers(m, 1), dtype: numbers(m, 2)[0]!, ...where }];
}

function valueInfo(m: Message): [string, { dtype: number; shape: (number | string)[] }] {
  const type = decode(all(decode(all(m, 2)[0]!), 1)[0]!);
  const sizes = all(decode(all(type, 2)[0]!), 1).map(decode);
  return [texts(m, 1)[0]!, { dtype: numbers(type, 1)[0]!, shape: sizes.map((d) => texts(d, 2)[0] ?? numbers(d, 1)[0]!) }];
}

export function readOnnx(bytes: Uint8Array): OnnxFile {
  const model = decode(bytes);
  const graph = decode(all(model, 7)[0]!);
  return {
    irVersion: numbers(model, 1)[0]!,
    opsets: Object.fromEntries(all(model, 8).map((b) => [texts(decode(b), 1)[0] ?? '', numbers(decode(b), 2)[0]!])),
    nodes: all(graph, 1).map((b) => {
      const n = decode(b);
      const attributes = Object.fromEntries(all(n, 5).map((a) => attribute(decode(a))));
      return {
        op: texts(n, 4)[0]!,
        domain: texts(n, 7)[0] ?? '',
        name: texts(n, 3)[0] ?? '',
        inputs: texts(n, 1),
        outputs: texts(n, 2),
        attributes,
      };
    }),
    initializers: Object.fromEntries(all(graph, 5).map((b) => tensor(decode(b)))),
    inputs: Object.fromEntries(all(graph, 11).map((b) => valueInfo(decode(b)))),
    outputs: Object.fromEntries(all(graph, 12).map((b) => valueInfo(decode(b)))),
  };
}

const SCRIPT = `
import sys
try:
    import onnx
except ImportError:
    print("no onnx"); sys.exit()
for file in sys.argv[1:]:
    try:
        onnx.checker.check_model(onnx.load(file), full_check=True)
    except Exception as e:
        print(file, str(e)[:600])
`;

/** What Python's ONNX checker says against the files, a line each; undefined where there is no Python with `onnx` (FAMENET_PYTHON names one). */
export function checkedByPython(files: readonly string[]): string | undefined {
  const python = process.env.FAMENET_PYTHON ?? fileURLToPath(new URL('../../.venv/bin/python', import.meta.url));
  if (!existsSync(python)) return undefined;
  const run = spawnSync(python, ['-c', SCRIPT, ...files], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr);
  return run.stdout.trim() === 'no onnx' ? undefined : run.stdout;
}
