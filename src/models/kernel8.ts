/** Kernels of convolutions in whole numbers. */
import {
  type CompileOptions,
  compile,
  constant,
  conv8,
  input,
  type Kernel8,
  numbersOf,
  type Tensor,
  UNSIGNED_ZERO,
  value,
} from '../graph/index.ts';

/** Both stand for the same numbers and give the same results, where `kernel8Type` allows the first. */
export type Kernel8Type = 'int8' | 'uint8';

const MOST = 127;
/** Filters this much smaller than their bias are nothing beside it; a scale made for them would not let the bias into 32 bits. */
const LEAST = 2 ** -16;

/** filters [M,C/group,kh,kw] and bias [M], weights or constants of float32 → the nearest of 255 whole numbers, with a scale for each output channel. */
export function kernel8(filters: Tensor, bias: Tensor, type: Kernel8Type = 'int8'): Kernel8 {
  const [values, offsets] = [numbersOf(filters), numbersOf(bias)];
  const M = offsets.length;
  const each = values.length / M;
  const scales = new Float32Array(M);
  const [q, zero] = type === 'int8' ? [new Int8Array(values.length), 0] : [new Uint8Array(values.length), UNSIGNED_ZERO];
  for (let m = 0; m < M; m++) {
    const [start, end] = [m * each, (m + 1) * each];
    let largest = LEAST * Math.abs(offsets[m]!);
    for (let i = start; i < end; i++) largest = Math.max(largest, Math.abs(values[i]!));
    scales[m] = (largest || 1) / MOST;
    const steps = 1 / scales[m]!;
    for (let i = start; i < end; i++) q[i] = Math.floor(values[i]! * steps + 0.5) + zero;
  }
  return { q: constant(type, filters.shape as readonly number[], q), scales, bias: offsets };
}

/**
 * The type of kernel whose sums are right here: x86 processors without VNNI add two products of a byte and a signed byte in 16 bits, and run over (a
 * Haswell answered 101 for 200). Unsigned kernels are added in 32 there, in twice the time. Asked of the engine itself, which knows its processor.
 */
export async function kernel8Type(o: CompileOptions): Promise<Kernel8Type> {
  const C = 64;
  const ones = { scale: 1, zero: 0 };
  const largest = { q: constant('int8', [1, C, 1, 1], new Int8Array(C).fill(MOST)), scales: Float32Array.of(1), bias: Float32Array.of(0) };
  const hundred = { scale: (C * MOST * 255) / 100, zero: 0 };
  const session = await compile({ y: conv8(input('x', 'uint8', [1, C, 4, 4]), ones, largest, hundred) }, o);
  try {
    const { y } = await session.run({ x: value('uint8', [1, C, 4, 4], new Uint8Array(C * 16).fill(255)) });
    return y!.data.every((v) => v === 100) ? 'int8' : 'uint8';
  } finally {
    await session.dispose();
  }
}
