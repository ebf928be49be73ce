/**
 * Blockwise weights of 4 or 8 bits in the layout of ONNX Runtime's `MatMulNBits`: a weight [N, K] is cut along K into blocks (the last padded with zeros),
 * each with one float32 scale; w ≈ (q − zero) · scale, with the implicit zero point 8 (4 bits) or 128 (8 bits).
 * Operator: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.MatMulNBits
 */
export interface BlockFormat {
  readonly bits: 4 | 8;
  /** Weights that share a scale: a power of two from 16. */
  readonly block: number;
}

export interface Blocks {
  /** [N, ceil(K / block), block · bits / 8]; of two 4-bit values the first is the low half of the byte. */
  readonly packed: Uint8Array;
  /** [N, ceil(K / block)]; may be negative, so that the extreme of a 4-bit block can use the code −8. */
  readonly scales: Float32Array;
}

/** Quantises `weights` [N, `columns`], row-major. All values must be finite. */
export function quantizeBlocks(weights: Float32Array, columns: number, { bits, block }: BlockFormat): Blocks {
  const rows = columns === 0 ? 0 : weights.length / columns;
  const perRow = Math.ceil(columns / block);
  const size = (block * bits) / 8;
  const packed = new Uint8Array(rows * perRow * size);
  const scales = new Float32Array(rows * perRow);
  const x = new Float32Array(block);
  for (let b = 0; b < scales.length; b++) {
    const row = Math.floor(b / perRow);
    const start = (b - row * perRow) * block;
    const from = row * columns + start;
    const count = Math.min(block, columns - start);
    // Element by element: a subarray for each block would cost as much as its quantisation.
    for (let i = 0; i < count; i++) x[i] = weights[from + i]!;
    if (count < block) x.fill(0, count);
    scales[b] = bits === 4 ? quantize4(x, packed, b * size) : quantize8(x, packed, b * size);
  }
  return { packed, scales };
}

/** 8 bits: absolute maximum on ±127; rounding errs by at most half a scale, and searching further gains nothing worth its time. */
function quantize8(x: Float32Array, out: Uint8Array, at: number): number {
  let max = 0;
  for (let i = 0; i < x.length; i++) {
    const size = Math.abs(x[i]!);
    if (size > max) max = size;
  }
  const scale = Math.fround(max / 127);
  const inverse = scale === 0 ? 0 : 1 / scale;
  for (let i = 0; i < x.length; i++) {
    const q = (x[i]! * inverse + 128.5) | 0;
    out[at + i] = Math.min(q, 255);
  }
  return scale;
}

/**
 * Where the extreme of a block may land on the axis of codes. On normal weights the first alone leaves 8.3 % relative error (block 32) or 10.1 % (128),
 * these three 8.0 % and 9.7 %, forty of them 7.95 % and 9.5 % at ten times the time. None may reach 9.5: codes below −8 are not clamped.
 */
const EXTREMES = [8, 8.6, 7.4];

/**
 * 4 bits: codes −8 … 7 are lopsided, so the value of largest magnitude goes to the long side whatever its sign (the scale takes the sign). Around that
 * start a few scales are tried; for the codes each gives, the best scale is the least-squares one, Σxq / Σq², and the error it leaves is
 * Σx² − (Σxq)² / Σq², so one pass per trial finds both.
 */
function quantize4(x: Float32Array, out: Uint8Array, at: number): number {
  let extreme = 0;
  for (let i = 0; i < x.length; i++) if (Math.abs(x[i]!) > Math.abs(extreme)) extreme = x[i]!;
  let best = -1;
  let scale = 0;
  let inverse = 0;
  for (let t = 0; t < EXTREMES.length && extreme !== 0; t++) {
    const trial = -EXTREMES[t]! / extreme;
    let xq = 0;
    let qq = 0;
    for (let i = 0; i < x.length; i++) {
      let q = (x[i]! * trial + 8.5) | 0;
      if (q > 15) q = 15;
      q -= 8;
      xq += x[i]! * q;
      qq += q * q;
    }
    const gain = (xq * xq) / qq;
    if (gain > best) {
      best = gain;
      scale = xq / qq;
      inverse = trial;
    }
  }
  for (let i = 0; i < x.length; i += 2) {
    const low = (x[i]! * inverse + 8.5) | 0;
    const high = (x[i + 1]! * inverse + 8.5) | 0;
    out[at + (i >> 1)] = Math.min(low, 15) | (Math.min(high, 15) << 4);
  }
  return scale;
}

/** The weights [N, `columns`] that `blocks` stand for: what the operator multiplies by. */
export function dequantizeBlocks({ packed, scales }: Blocks, columns: number, { bits, block }: BlockFormat): Float32Array {
  const perRow = Math.ceil(columns / block);
  const rows = perRow === 0 ? 0 : scales.length / perRow;
  const out = new Float32Array(rows * columns);
  for (let b = 0; b < scales.length; b++) {
    const row = Math.floor(b / perRow);
    const start = (b - row * perRow) * block;
    const count = Math.min(block, columns - start);
    const to = row * columns + start;
    const scale = scales[b]!;
    for (let i = 0; i < count; i++) {
      const from = b * block + i;
      const q = bits === 8 ? packed[from]! - 128 : ((packed[from >> 1]! >> ((from & 1) << 2)) & 15) - 8;
      out[to + i] = q * scale;
    }
  }
  return out;
}
