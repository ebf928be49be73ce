/** The networks that several benchmarks share, with weights that cost nothing to make. */
import { readFileSync } from 'node:fs';
import { random } from '../src/base/random.ts';
import { causalMask, constant, input, nextTokenLoss, type Tensor } from '../src/graph/index.ts';
import { embedTokens, type LlamaConfig, llamaConfig, llamaDecoder, llamaLogits } from '../src/models/index.ts';
import { freshWeights, type Weights } from '../src/weights/index.ts';

/** A decoder of `bench/peers/train.json`, which the PyTorch peer reads too. */
export function peerConfig(name: string): LlamaConfig {
  const all = JSON.parse(readFileSync(new URL('./peers/train.json', import.meta.url), 'utf8'));
  return llamaConfig(all[name], `bench/peers/train.json → ${name}`);
}

/** Normal with deviation 0.02, as transformers starts; ones for norms. */
export function startWeights(seed = 1): Weights {
  const r = random(seed);
  return freshWeights((_, shape) => {
    const size = shape.reduce((n, d) => n * d, 1);
    return shape.length === 1
      ? new Float32Array(size).fill(1)
      : Float32Array.from({ length: size }, () => 0.02 * (r.next() + r.next() + r.next() - 1.5) * 2);
  });
}

/** Next-token loss of B × T tokens. Inputs `ids` and `labels`, int64 [B,T]. */
export function trainingLoss(w: Weights, c: LlamaConfig, B: number, T: number): { loss: Tensor; embeddings: Tensor } {
  const [ids, labels] = [input('ids', 'int64', [B, T]), input('labels', 'int64', [B, T])];
  const { cos, sin } = c.rope.tables([...Array(T).keys()], T);
  const table = (data: Float32Array) => constant('float32', [1, 1, T, c.headWidth], data);
  const embeddings = embedTokens(w, c, ids);
  const mask = causalMask(T, embeddings);
  const { hidden } = llamaDecoder(w, c, { x: embeddings, cos: table(cos), sin: table(sin), mask: () => mask });
  return { loss: nextTokenLoss(llamaLogits(w, c, hidden), labels), embeddings };
}
