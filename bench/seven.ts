/** A decoder of LLaMA-7B's shape with random int4 weights, which several benchmarks share. */
import { fileURLToPath } from 'node:url';
import { random } from '../src/base/random.ts';
import type { TensorData } from '../src/weights/writer.ts';

/** LLaMA-7B's, as its config.json says it. */
export const SHAPE = { hidden_size: 4096, intermediate_size: 11008, num_attention_heads: 32, num_key_value_heads: 32, vocab_size: 32_000 };

/** Where big files lie that are made once. */
export const cache = (name: string): string => fileURLToPath(new URL(`./.cache/${name}`, import.meta.url));

/** Packed random weights in the layout of `famenet models quantize`, under the names of a LLaVA where `prefix` says so. Speed does not depend on what they say. */
export function packedLlama(layers: number, block: number, prefix = ''): TensorData[] {
  const { hidden_size: D, intermediate_size: M, vocab_size: V } = SHAPE;
  const r = random(3);
  const noise = Uint8Array.from({ length: 1 << 20 }, () => r.below(256));
  const repeat = function* (bytes: number) {
    for (let left = bytes; left > 0; left -= noise.length) yield left < noise.length ? noise.subarray(0, left) : noise;
  };
  const scales = (n: number) => {
    const piece = new Uint8Array(new Float32Array(1 << 16).fill(0.02 / 4.6).buffer);
    return function* () {
      for (let left = n * 4; left > 0; left -= piece.length) yield left < piece.length ? piece.subarray(0, left) : piece;
    };
  };
  const dense = (name: string, N: number, K: number): TensorData[] => [
    { name: `${name}.weight.q4`, dtype: 'U8', shape: [N, K / block, block / 2], data: () => repeat((N * K) / 2) },
    { name: `${name}.weight.scales`, dtype: 'F32', shape: [N, K / block], data: scales((N * K) / block) },
  ];
  const ones = (name: string): TensorData => ({ name, dtype: 'F32', shape: [D], data: new Uint8Array(new Float32Array(D).fill(1).buffer) });
  const layer = (i: number): TensorData[] => {
    const at = `${prefix}model.layers.${i}`;
    const square = ['q', 'k', 'v', 'o'].flatMap((n) => dense(`${at}.self_attn.${n}_proj`, D, D));
    return [
      ones(`${at}.input_layernorm.weight`),
      ones(`${at}.post_attention_layernorm.weight`),
      ...square,
      ...dense(`${at}.mlp.gate_proj`, M, D),
      ...dense(`${at}.mlp.up_proj`, M, D),
      ...dense(`${at}.mlp.down_proj`, D, M),
    ];
  };
  const table: TensorData = { name: `${prefix}model.embed_tokens.weight`, dtype: 'F16', shape: [V, D], data: () => halves(V * D) };
  return [
    table,
    ...Array.from({ length: layers }, (_, i) => layer(i)).flat(),
    ones(`${prefix}model.norm.weight`),
    ...dense(`${prefix}lm_head`, V, D),
  ];
}

/** Halves of about ±0.02: exponent fixed, sign and fraction by chance. */
export function* halves(n: number): Generator<Uint8Array> {
  const r = random(4);
  const piece = new Uint8Array(Uint16Array.from({ length: 1 << 18 }, () => (r.below(2) << 15) | (9 << 10) | r.below(1024)).buffer);
  for (let left = n * 2; left > 0; left -= piece.length) yield left < piece.length ? piece.subarray(0, left) : piece;
}
