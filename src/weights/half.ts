/** IEEE 754 half precision and bfloat16, both ways, on raw bits. Every bit pattern survives half → float → half, NaN payloads included. */

let widened: Uint32Array | undefined;

/** Bits of the float32 equal to each of the 65 536 halves (256 KiB, built on first use: a look-up is the fastest widening JavaScript has). */
function halfTable(): Uint32Array {
  if (widened) return widened;
  const table = new Uint32Array(65536);
  for (let h = 0; h < 32768; h++) {
    const exponent = h >>> 10;
    const mantissa = h & 0x3ff;
    let bits: number;
    if (exponent === 31) bits = 0x7f800000 | (mantissa << 13);
    else if (exponent > 0) bits = ((exponent + 112) << 23) | (mantissa << 13);
    else if (mantissa === 0) bits = 0;
    else {
      // A subnormal half is a normal float: move its leading one to the hidden place.
      const shift = Math.clz32(mantissa) - 21;
      bits = ((113 - shift) << 23) | (((mantissa << shift) & 0x3ff) << 13);
    }
    table[h] = bits;
    table[h | 0x8000] = bits | 0x80000000;
  }
  widened = table;
  return table;
}

/** Writes the float32 values of `halves` into `out` (of at least the same length). */
export function halfToFloat(halves: Uint16Array, out: Float32Array): void {
  const table = halfTable();
  const bits = new Uint32Array(out.buffer, out.byteOffset, out.length);
  for (let i = 0; i < halves.length; i++) bits[i] = table[halves[i]!]!;
}

/** Writes the float32 values of bfloat16 `halves` into `out` (of at least the same length). */
export function bfloatToFloat(halves: Uint16Array, out: Float32Array): void {
  const bits = new Uint32Array(out.buffer, out.byteOffset, out.length);
  for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16;
}

/** Rounds float32 to half, to nearest, ties to even; beyond 65 519.99 becomes infinity, below 2^-25 zero. NaN stays NaN. */
export function floatToHalf(floats: Float32Array): Uint16Array {
  const bits = new Uint32Array(floats.buffer, floats.byteOffset, floats.length);
  const out = new Uint16Array(floats.length);
  for (let i = 0; i < bits.length; i++) {
    const sign = (bits[i]! >>> 16) & 0x8000;
    const magnitude = bits[i]! & 0x7fffffff;
    let half: number;
    // A NaN whose payload lies only in the dropped bits would turn into infinity: set the quiet bit then.
    if (magnitude > 0x7f800000) half = 0x7c00 | ((magnitude >>> 13) & 0x3ff || 0x200);
    else if (magnitude >= 0x477ff000) half = 0x7c00;
    else if (magnitude >= 0x38800000) half = (magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13;
    else if (magnitude <= 0x33000000) half = 0;
    else {
      const shift = 126 - (magnitude >>> 23);
      const mantissa = (magnitude & 0x7fffff) | 0x800000;
      half = (mantissa + (2 ** (shift - 1) - 1) + ((mantissa >>> shift) & 1)) >>> shift;
    }
    out[i] = sign | half;
  }
  return out;
}

/** Rounds float32 to bfloat16, to nearest, ties to even. NaN stays NaN. */
export function floatToBfloat(floats: Float32Array): Uint16Array {
  const bits = new Uint32Array(floats.buffer, floats.byteOffset, floats.length);
  const out = new Uint16Array(floats.length);
  for (let i = 0; i < bits.length; i++) {
    const b = bits[i]!;
    if ((b & 0x7fffffff) > 0x7f800000) out[i] = (b >>> 16) | ((b & 0x7f0000) === 0 ? 0x40 : 0);
    else out[i] = (b + 0x7fff + ((b >>> 16) & 1)) >>> 16;
  }
  return out;
}
