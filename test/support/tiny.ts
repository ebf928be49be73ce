import { random } from '../../src/base/random.ts';
import { causalMask, compile, constant, Engine, input, int64, type Value } from '../../src/graph/index.ts';
import { embedTokens, type LlamaConfig, llamaConfig, llamaDecoder, llamaLogits } from '../../src/models/index.ts';
import { freshWeights, type Initialise, type Weights } from '../../src/weights/index.ts';

/** A language model of a few thousand random weights: one layer, width 16, two heads sharing one group, 24 tokens, unless told otherwise. */
export function tinyLlama(json: Readonly<Record<string, unknown>> = {}, seed = 1): { config: LlamaConfig; weights: Weights } {
  const config = llamaConfig({
    model_type: 'llama',
    vocab_size: 24,
    hidden_size: 16,
    intermediate_size: 24,
    num_hidden_layers: 1,
    num_attention_heads: 2,
    num_key_value_heads: 1,
    max_position_embeddings: 1024,
    ...json,
  });
  return { config, weights: freshWeights(normal(seed)) };
}

/** Weights by chance: norms and other vectors around 1, matrices around 0, large enough that tokens matter. */
export function normal(seed: number): Initialise {
  const chance = random(seed);
  return (_, shape) => {
    const size = shape.reduce((n, d) => n * d, 1);
    const [centre, spread] = shape.length === 1 ? [1, 0.1] : [0, 0.4];
    return Float32Array.from({ length: size }, () => centre + spread * chance.normal());
  };
}

/** One thread for all references: starting one takes longer than what they compute. */
let engine: Engine | undefined;

/** Scores of every position without a cache, as in training: rows of V, for one row of ids. */
export async function uncached(w: Weights, c: LlamaConfig, ids: readonly number[]): Promise<Float32Array[]> {
  const T = ids.length;
  const { cos, sin } = c.rope.tables([...Array(T).keys()], T);
  const table = (data: Float32Array) => constant('float32', [1, 1, T, c.headWidth], data);
  const x = embedTokens(w, c, input('ids', 'int64', [1, T]));
  const { hidden } = llamaDecoder(w, c, { x, cos: table(cos), sin: table(sin), mask: (size) => causalMask(T, x, size) });
  engine ??= new Engine();
  const session = await compile({ logits: llamaLogits(w, c, hidden) }, { engine });
  const out = await session.run({ ids: int64([1, T], ids) });
  await session.dispose();
  const [V, logits] = [c.vocabulary, (out.logits as Value).data as Float32Array];
  return Array.from({ length: T }, (_, t) => logits.slice(t * V, (t + 1) * V));
}
