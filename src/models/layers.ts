/** Pieces that several networks share: how a layer finds its weights. */
import { ModelError } from '../base/errors.ts';
import { add, layerNorm, linear, matMulNBits, type Tensor } from '../graph/index.ts';
import type { Weights } from '../weights/index.ts';

const PACKED = [4, 8] as const;

/**
 * x·Wᵀ (+ b) with the weights below `w`: plain, or packed by `famenet models quantize` (docs/format.md; then for inference only). x [...,in] → [...,out].
 * A bias is used where the checkpoint has one, unless `bias` says what must be. @throws ModelError MODEL_PACKED
 */
export function dense(w: Weights, [out, width]: readonly [number, number], x: Tensor, bias = w.has('bias')): Tensor {
  const b = bias ? w.get('bias', [out]) : undefined;
  const bits = PACKED.find((n) => w.has(`weight.q${n}`));
  if (bits === undefined) return linear(x, w.get('weight', [out, width]), b);
  const packed = `weight.q${bits}`;
  const [, blocks, bytes] = w.shapeOf(packed) as readonly [number, number, number];
  const block = (bytes * 8) / bits;
  if (blocks !== Math.ceil(width / block))
    throw new ModelError('MODEL_PACKED', 'Packed weights do not fit this network', {
      at: packed,
      expected: `${width} inputs in blocks`,
      got: `${blocks} blocks of ${block}`,
      fix: 'quantise the model again with `famenet models quantize`',
    });
  const y = matMulNBits(x, w.raw(packed, [out, blocks, bytes]), w.get('weight.scales', [out, blocks]), { bits, block });
  return b ? add(y, b) : y;
}

/** Layer normalisation with the weights' usual names. */
export function norm(w: Weights, width: number, x: Tensor, eps: number): Tensor {
  return layerNorm(x, w.get('weight', [width]), w.get('bias', [width]), eps);
}
