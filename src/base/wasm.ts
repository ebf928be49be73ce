/**
 * WebAssembly SIMD, written with a few lines of assembler: V8 does not vectorise JavaScript, and runs a loop slowly until it has found it worth compiling.
 * Opcodes: WebAssembly 2.0 core specification, appendix "Index of Instructions".
 */

/** Instructions, as bytes. What gives a value leaves it on the stack. */
export type Code = readonly number[];

const unsigned = (n: number): number[] => (n < 128 ? [n] : [(n & 127) | 128, ...unsigned(n >>> 7)]);
const vector = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()];
const section = (id: number, body: Code): Code => [id, ...unsigned(body.length), ...body];
const name = (text: string): Code => [text.length, ...text.split('').map((c) => c.charCodeAt(0))];

/** Types of parameters, results and locals. */
export const [I32, F32, F64, V128] = [0x7f, 0x7d, 0x7c, 0x7b] as const;

/** An instruction on four lanes. */
export const simd = (op: number, ...more: number[]): Code => [0xfd, ...unsigned(op), ...more];
/** The value of a local; the first ones are the parameters. */
export const get = (local: number): Code => [0x20, ...unsigned(local)];
/** The value on the stack becomes a local's. */
export const set = (local: number): Code => [0x21, ...unsigned(local)];
/** Four floats at the address that a local holds. */
export const load = (address: number): Code => [...get(address), ...simd(0x00, 0, 0)];
/** Four floats to the address that a local holds. */
export const store = (address: number, value: Code): Code => [...get(address), ...value, ...simd(0x0b, 0, 0)];
/** The i32 at an address, and the sum of two. */
export const i32 = (address: Code, offset = 0): Code => [...address, 0x28, 2, offset];
export const i32Add = (a: Code, b: Code): Code => [...a, ...b, 0x6a];
/** Four bytes at an address as four integers: a pixel, and the byte behind it. */
export const pixel = (address: Code): Code => [...address, ...simd(0x5c, 0, 0), ...simd(0x89), ...simd(0xa9)];
/** One lane of a value to the address that a local holds, which need not be a multiple of four. */
export const storeLane = (address: number, value: Code, lane: number): Code => [...get(address), ...value, ...simd(0x5a, 0, 0, lane)];
/** One float into all four lanes. */
export const splat = (x: Code): Code => [...x, ...simd(0x13)];

/** Two values of four lanes (`add64` two) → one. */
export type Binary = (a: Code, b: Code) => Code;
const binary =
  (op: number): Binary =>
  (a, b) => [...a, ...b, ...simd(op)];
export const [add, sub, mul, div, add64] = [0xe4, 0xe5, 0xe6, 0xe7, 0xf0].map(binary) as [Binary, Binary, Binary, Binary, Binary];
/** Of four lanes. */
export const sqrt = (x: Code): Code => [...x, ...simd(0xe3)];

const forward = (address: number, bytes: number): Code => [...get(address), 0x41, bytes, 0x6a, ...set(address)];

/** `while (first < end) { body; each address moves on }`, by 16 bytes or what `steps` says of it (less than 64). */
export const each = (end: number, addresses: readonly number[], body: Code, steps: readonly number[] = []): Code => [
  ...[0x02, 0x40, 0x03, 0x40],
  ...get(addresses[0] as number),
  ...get(end),
  ...[0x4f, 0x0d, 1],
  ...body,
  ...addresses.flatMap((address, i) => forward(address, steps[i] ?? 16)),
  ...[0x0c, 0, 0x0b, 0x0b],
];

/** A function that works in the module's memory. */
export interface Kernel {
  readonly name: string;
  readonly takes: Code;
  readonly gives: Code;
  /** Extra locals behind the parameters: i32 first, then v128. */
  readonly integers?: number;
  readonly locals: number;
  readonly body: Code;
}

function assemble(kernels: readonly Kernel[]): Uint8Array<ArrayBuffer> {
  const types = kernels.map((k) => [0x60, ...vector(k.takes.map((t) => [t])), ...vector(k.gives.map((t) => [t]))]);
  const bodies = kernels.map((k) => {
    const groups = [
      [k.integers ?? 0, I32],
      [k.locals, V128],
    ] as const;
    const code = [...vector(groups.flatMap(([count, type]) => (count > 0 ? [[...unsigned(count), type]] : []))), ...k.body, 0x0b];
    return [...unsigned(code.length), ...code];
  });
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector(types)),
    ...section(2, vector([[...name('js'), ...name('memory'), 0x02, 0x00, 0x00]])),
    ...section(3, vector(kernels.map((_, i) => unsigned(i)))),
    ...section(7, vector(kernels.map((k, i) => [...name(k.name), 0x00, ...unsigned(i)]))),
    ...section(10, vector(bodies)),
  ]);
}

/** Node has it; the types of Node 20 declare it as a namespace only. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Memory: new (pages: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
  Instance: new (module: object, imports: { js: { memory: object } }) => { readonly exports: unknown };
};

/** Bytes of a page of memory. */
export const PAGE = 65_536;

/** Compiles kernels; each call of what it gives makes them a memory of their own, of at least so many bytes, zeroed. */
export function kernels<Run>(made: readonly Kernel[]): (bytes: number) => { readonly buffer: ArrayBuffer; readonly run: Run } {
  let compiled: object | undefined;
  return (bytes) => {
    compiled ??= new WebAssembly.Module(assemble(made));
    const pages = Math.ceil(bytes / PAGE);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    const { exports } = new WebAssembly.Instance(compiled, { js: { memory } });
    return { buffer: memory.buffer, run: exports as Run };
  };
}

/** A memory that kernels work in, looked at as bytes and as numbers. */
export interface Desk<Run> {
  readonly run: Run;
  readonly bytes: Uint8Array;
  readonly ints: Int32Array;
  readonly floats: Float32Array;
}

const ROOM = 1 << 20;

/** Gives a desk of so many bytes or more, the one before where it is large enough: whoever asks next finds it as it was left. */
export function desks<Run>(made: readonly Kernel[]): (size: number) => Desk<Run> {
  const open = kernels<Run>(made);
  let desk: Desk<Run> | undefined;
  return (size) => {
    if (desk !== undefined && desk.bytes.length >= size) return desk;
    const { buffer, run } = open(Math.max(size, ROOM));
    desk = { run, bytes: new Uint8Array(buffer), ints: new Int32Array(buffer), floats: new Float32Array(buffer) };
    return desk;
  };
}
