/**
 * Loops over float32 arrays in WebAssembly SIMD, written with a few lines of assembler: V8 does not vectorise JavaScript, and an optimiser step in
 * JavaScript cost 300 ms where this takes 40 (17 M weights, docs/log.md). Opcodes: WebAssembly 2.0 core specification, appendix "Index of Instructions".
 */

type Code = readonly number[];

const unsigned = (n: number): number[] => (n < 128 ? [n] : [(n & 127) | 128, ...unsigned(n >>> 7)]);
const vector = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()];
const section = (id: number, body: Code): Code => [id, ...unsigned(body.length), ...body];
const name = (text: string): Code => [text.length, ...text.split('').map((c) => c.charCodeAt(0))];
const simd = (op: number, ...more: number[]): Code => [0xfd, ...unsigned(op), ...more];

const [I32, F32, F64, V128] = [0x7f, 0x7d, 0x7c, 0x7b];
const get = (local: number): Code => [0x20, ...unsigned(local)];
const set = (local: number): Code => [0x21, ...unsigned(local)];
const load = (address: number): Code => [...get(address), ...simd(0x00, 0, 0)];
const store = (address: number, value: Code): Code => [...get(address), ...value, ...simd(0x0b, 0, 0)];
const splat = (x: Code): Code => [...x, ...simd(0x13)];
const binary =
  (op: number) =>
  (a: Code, b: Code): Code => [...a, ...b, ...simd(op)];
const [add, sub, mul, div, add64] = [0xe4, 0xe5, 0xe6, 0xe7, 0xf0].map(binary) as [Binary, Binary, Binary, Binary, Binary];
type Binary = ReturnType<typeof binary>;
const sqrt = (x: Code): Code => [...x, ...simd(0xe3)];
const forward = (address: number): Code => [...get(address), 0x41, 16, 0x6a, ...set(address)];
/** while (first < end) { body; every address += 16 } */
const each = (end: number, addresses: readonly number[], body: Code): Code => [
  ...[0x02, 0x40, 0x03, 0x40],
  ...get(addresses[0] as number),
  ...get(end),
  ...[0x4f, 0x0d, 1],
  ...body,
  ...addresses.flatMap(forward),
  ...[0x0c, 0, 0x0b, 0x0b],
];

interface Kernel {
  readonly name: string;
  readonly takes: Code;
  readonly gives: Code;
  /** Extra locals, all v128. */
  readonly locals: number;
  readonly body: Code;
}

/** adamw(p, g, m, v, end of p, keep, size, root, eps, β₁, 1 − β₁, β₂, 1 − β₂, factor): Loshchilov & Hutter 2019, in place. */
function adamwKernel(): Kernel {
  const [p, g, m, v, end] = [0, 1, 2, 3, 4] as const;
  const scalars = 9;
  const [gi, mi, vi] = [14, 15, 16] as const;
  const [keep, size, root, eps, b1, c1, b2, c2, factor] = Array.from({ length: scalars }, (_, k) => get(17 + k)) as [
    Code,
    Code,
    Code,
    Code,
    Code,
    Code,
    Code,
    Code,
    Code,
  ];
  const body = [
    ...Array.from({ length: scalars }, (_, k) => [...splat(get(5 + k)), ...set(17 + k)]).flat(),
    ...each(
      end,
      [p, g, m, v],
      [
        ...[...mul(load(g), factor), ...set(gi)],
        ...[...add(mul(load(m), b1), mul(get(gi), c1)), ...set(mi)],
        ...[...add(mul(load(v), b2), mul(mul(get(gi), c2), get(gi))), ...set(vi)],
        ...store(m, get(mi)),
        ...store(v, get(vi)),
        ...store(p, sub(mul(load(p), keep), div(mul(size, get(mi)), add(mul(sqrt(get(vi)), root), eps)))),
      ],
    ),
  ];
  return { name: 'adamw', takes: [I32, I32, I32, I32, I32, ...Array(scalars).fill(F32)], gives: [], locals: 3 + scalars, body };
}

/** squares(x, end) = Σ x²: four numbers are squared in single precision and added up in double. */
function squaresKernel(): Kernel {
  const [x, end, value, low, high] = [0, 1, 2, 3, 4] as const;
  const promote = (v: Code): Code => [...v, ...simd(0x5f)];
  const upper = (v: Code): Code => [...v, ...v, ...simd(0x0d, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15)];
  const lane = (v: Code, k: number): Code => [...v, ...simd(0x21, k)];
  const accumulate = (half: Code, into: number): Code => [...add64(get(into), promote(half)), ...set(into)];
  const body = [
    ...each(end, [x], [...mul(load(x), load(x)), ...set(value), ...accumulate(get(value), low), ...accumulate(upper(get(value)), high)]),
    ...[...add64(get(low), get(high)), ...set(low)],
    ...[...lane(get(low), 0), ...lane(get(low), 1), 0xa0],
  ];
  return { name: 'squares', takes: [I32, I32], gives: [F64], locals: 3, body };
}

function assemble(kernels: readonly Kernel[]): Uint8Array<ArrayBuffer> {
  const types = kernels.map((k) => [0x60, ...vector(k.takes.map((t) => [t])), ...vector(k.gives.map((t) => [t]))]);
  const bodies = kernels.map((k) => {
    const code = [...vector(k.locals > 0 ? [[...unsigned(k.locals), V128]] : []), ...k.body, 0x0b];
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

/** Scalars of one AdamW step, in the kernel's order. */
export interface AdamwStep {
  /** 1 − rate·decay. */
  readonly keep: number;
  /** rate / (1 − β₁ᵗ). */
  readonly size: number;
  /** 1 / √(1 − β₂ᵗ). */
  readonly root: number;
  readonly eps: number;
  readonly beta1: number;
  readonly beta2: number;
  /** The gradient is scaled by this first. */
  readonly factor: number;
}

/** Float32 arrays in one block of memory, and loops over them. The arrays never move and are freed together, with the arena. */
export interface Arena {
  /** A zeroed array, kept to multiples of 16 bytes. @throws RangeError when the arena is full */
  alloc(length: number): Float32Array;
  /** One step, in place. All four arrays are of this arena and of one length. */
  adamw(p: Float32Array, g: Float32Array, m: Float32Array, v: Float32Array, o: AdamwStep): void;
  /** Σ x², in double precision. */
  squares(x: Float32Array): number;
}

/** Node has it; the types of Node 20 declare it as a namespace only. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Memory: new (pages: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
  Instance: new (module: object, imports: { js: { memory: object } }) => { readonly exports: unknown };
};

const PAGE = 65_536;
let compiled: object | undefined;

/** Bytes that an array takes in an arena. */
export const arenaBytes = (length: number): number => Math.ceil(length / 4) * 16;
/** What one arena can hold. */
export const ARENA_LIMIT = 2 ** 32 - PAGE;

/** An arena of a fixed size (bytes). */
export function createArena(bytes: number): Arena {
  compiled ??= new WebAssembly.Module(assemble([adamwKernel(), squaresKernel()]));
  const pages = Math.ceil(bytes / PAGE);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const run = new WebAssembly.Instance(compiled, { js: { memory } }).exports as {
    adamw(...args: number[]): void;
    squares(x: number, end: number): number;
  };
  let used = 0;
  const endOf = (x: Float32Array) => x.byteOffset + arenaBytes(x.length); // the padding behind an array is zero and stays zero
  return {
    alloc(length) {
      const array = new Float32Array(memory.buffer, used, length);
      used += arenaBytes(length);
      return array;
    },
    adamw: (p, g, m, v, o) =>
      run.adamw(
        p.byteOffset,
        g.byteOffset,
        m.byteOffset,
        v.byteOffset,
        endOf(p),
        o.keep,
        o.size,
        o.root,
        o.eps,
        o.beta1,
        1 - o.beta1,
        o.beta2,
        1 - o.beta2,
        o.factor,
      ),
    squares: (x) => run.squares(x.byteOffset, endOf(x)),
  };
}
