import { expect, test } from 'vitest';
import { type Case, worstGradientError } from '../../test/support/oracle.ts';
import { normal, tinyLlama, uncached } from '../../test/support/tiny.ts';
import { causalMask, type Tensor } from '../graph/index.ts';
import { freshWeights, type Weights } from '../weights/index.ts';
import { copyLayer } from './copy.ts';
import { largest } from './sampler.ts';

/** Two heads of two. */
const COPYING = { num_hidden_layers: 2, num_key_value_heads: 2, copy_attention: true, tie_word_embeddings: true } as const;
const NAMES = ['q_proj.weight', 'key_norm.weight', 'k_proj.weight', 'norm.weight', 'gate.weight', 'gate.bias'] as const;

test('the gradients, of everything that goes in', () => {
  const { config } = tinyLlama({ ...COPYING, hidden_size: 4 });
  const layer: Case = {
    f: (...given) => {
      const [x, middle, hidden, ...rest] = given as [Tensor, Tensor, Tensor, ...Tensor[]];
      const w = { get: (name: string) => rest[NAMES.indexOf(name as (typeof NAMES)[number])]! } as unknown as Weights;
      return copyLayer(w, config, { x, middle, hidden, mask: causalMask(3, x) })[0];
    },
    in: [[1, 3, 4], [1, 3, 4], [1, 3, 4], [4, 4], [4], [4, 4], [4], [1, 4], [1]],
    range: [-1, 1],
  };
  expect(worstGradientError(layer)).toBeLessThan(1e-7);
});

/** Scores of a model whose own layers say nothing, with the gate of copying open or shut. */
function silent(bias: number): Weights {
  return freshWeights((name, shape) => {
    const drawn = normal(7)(name, shape);
    if (name === 'model.norm.weight' || name === 'model.copy.gate.weight') return drawn.fill(0);
    return name === 'model.copy.gate.bias' ? drawn.fill(bias) : drawn;
  });
}

test('with an open gate the next token is one that was said; with a shut one nothing is copied', async () => {
  const { config } = tinyLlama(COPYING);
  const said = [5, 5, 5];
  expect((await uncached(silent(20), config, said)).map(largest)).toEqual(said);
  for (const scores of await uncached(silent(-100), config, said)) expect(Math.max(...scores.map(Math.abs))).toBeLessThan(1e-6);
});

test('a model that cannot copy says so', () => {
  expect(() => tinyLlama({ copy_attention: true })).toThrow(expect.objectContaining({ code: 'MODEL_CONFIG' }));
  expect(() => tinyLlama({ ...COPYING, head_dim: 6 })).toThrow(expect.objectContaining({ code: 'MODEL_CONFIG' }));
});
