import { WeightError } from '../base/errors.ts';
import { bfloatToFloat, halfToFloat } from './half.ts';

/** Element types that we read and write, in safetensors' spelling. */
export type Dtype = 'F64' | 'F32' | 'F16' | 'BF16' | 'I64' | 'I32' | 'I16' | 'I8' | 'U8' | 'U16' | 'U32' | 'U64' | 'BOOL';

/** Bytes of one element. */
export const DTYPE_BYTES: Readonly<Record<Dtype, number>> = {
  F64: 8,
  I64: 8,
  U64: 8,
  F32: 4,
  I32: 4,
  U32: 4,
  F16: 2,
  BF16: 2,
  I16: 2,
  U16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
};

/** Whether `name` is one of the element types above. */
export function isDtype(name: unknown): name is Dtype {
  return typeof name === 'string' && Object.hasOwn(DTYPE_BYTES, name);
}

/** The error for an element type we cannot use; `at` names the file. */
export function dtypeError(tensor: string, got: unknown, at: string): WeightError {
  // The format also knows 4, 6 and 8 bit floats and complex numbers. Guessing at those would give plausible, wrong weights.
  const narrow = typeof got === 'string' && /^(F8|F6|F4|E8M0|C64)/.test(got);
  return new WeightError('WEIGHT_DTYPE', `Tensor "${tensor}" has an element type that famenet cannot read`, {
    at,
    expected: Object.keys(DTYPE_BYTES).join(', '),
    got: JSON.stringify(got) ?? String(got),
    fix: narrow
      ? 'use a checkpoint in BF16, F16 or F32; 8-bit and narrower floats are not supported'
      : 'the file is damaged, or not made by a safetensors writer; download it again',
  });
}

/** Number of elements of a shape, or NaN when it is beyond 2^53. A scalar has one element. */
export function elements(shape: readonly number[]): number {
  if (shape.includes(0)) return 0;
  const n = shape.reduce((a, b) => a * b, 1);
  return Number.isSafeInteger(n) ? n : Number.NaN;
}

/** Writes whole elements of type `dtype`, little endian, as float32 into `out`. `bytes` may start at any offset of its buffer. */
export function widen(dtype: Dtype, bytes: Uint8Array, out: Float32Array): void {
  const size = DTYPE_BYTES[dtype];
  const aligned = bytes.byteOffset % size === 0 ? bytes : bytes.slice();
  const { buffer, byteOffset } = aligned;
  const n = Math.floor(aligned.length / size);
  switch (dtype) {
    case 'F32':
      out.set(new Float32Array(buffer, byteOffset, n));
      break;
    case 'F16':
      halfToFloat(new Uint16Array(buffer, byteOffset, n), out);
      break;
    case 'BF16':
      bfloatToFloat(new Uint16Array(buffer, byteOffset, n), out);
      break;
    case 'F64':
      out.set(new Float64Array(buffer, byteOffset, n));
      break;
    case 'I64':
    case 'U64': {
      const wide = dtype === 'I64' ? new BigInt64Array(buffer, byteOffset, n) : new BigUint64Array(buffer, byteOffset, n);
      for (let i = 0; i < n; i++) out[i] = Number(wide[i]);
      break;
    }
    case 'I32':
      out.set(new Int32Array(buffer, byteOffset, n));
      break;
    case 'U32':
      out.set(new Uint32Array(buffer, byteOffset, n));
      break;
    case 'I16':
      out.set(new Int16Array(buffer, byteOffset, n));
      break;
    case 'U16':
      out.set(new Uint16Array(buffer, byteOffset, n));
      break;
    case 'I8':
      out.set(new Int8Array(buffer, byteOffset, n));
      break;
    case 'U8':
    case 'BOOL':
      out.set(aligned);
      break;
  }
}
