/**
 * §4.4: training maximises the likelihood of the answer's tokens by moving g alone. One graph for prompts of every length: the words come in embedded and the
 * video as R of equation (3), since CLIP and the embedding table are frozen and need to run only once. Parity: test/parity/fame.test.ts.
 */
import { ModelError } from '../base/errors.ts';
import { concat, crossEntropy, float32, gather, input, int64, reshape, type Tensor, unsqueeze, type Value } from '../graph/index.ts';
import { type LanguageModel, type LlamaConfig, llamaDecoder, llamaLogits } from '../models/index.ts';
import type { Weights } from '../weights/index.ts';
import { causal, maskName } from './mask.ts';
import { embedStretches, learntOf, lengthOf, type Stretch } from './parts.ts';
import { type Projector, project } from './projector.ts';

/**
 * The mean of −log p over the learnt tokens of one prompt, as a node: `gradients(loss, trained(g))` gives what moves g. Inputs as `answerFeeds` makes them:
 * before [1,P,K] and after [1,S,K], the words on both sides of the video; R [T+N,D]; cos, sin, mask; at and labels [L].
 * Only the L positions that predict something pass through the output layer. The language model's weights must not be packed (MatMulNBits has no gradient).
 */
export function answerLoss(w: Weights, c: LlamaConfig, g: Projector): Tensor {
  const K = c.width;
  const Q = unsqueeze(project(g, input('R', 'float32', ['R', g.D])), 0); //                                           (4) [1,T+N,K]
  const x = concat([input('before', 'float32', [1, 'P', K]), Q, input('after', 'float32', [1, 'S', K])], 1); //          [1,P+T+N+S,K]
  const length = x.shape[1]!;
  const table = (name: string) => input(name, 'float32', [1, 1, length, c.headWidth]);
  const masks = new Map([...new Set(c.windows)].map((size) => [size, input(maskName(size), 'float32', [length, length])]));
  const { hidden } = llamaDecoder(w, c, { x, cos: table('cos'), sin: table('sin'), mask: (size) => masks.get(size)! });
  const telling = gather(reshape(hidden, [-1, K]), input('at', 'int64', ['L'])); //                                        [L,K]
  return crossEntropy(llamaLogits(w, c, telling), input('labels', 'int64', ['L']));
}

/**
 * One example as values for `answerLoss`. R [T+N,D] as `Vision.look` gives it; it may be kept from epoch to epoch.
 * @throws ModelError FAME_NOTHING_LEARNT where the parts hold no answer, FAME_SLOT where the prompt was laid out for another video
 */
export async function answerFeeds(
  model: LanguageModel,
  stretches: readonly Stretch[],
  R: Value,
  signal?: AbortSignal,
): Promise<Record<string, Value>> {
  const [c, T] = [model.config, lengthOf(stretches)];
  const { at, ids } = learntOf(stretches);
  const slot = stretches.findIndex((s) => s.kind === 'vectors');
  const video = stretches[slot];
  if (ids.length === 0)
    throw new ModelError('FAME_NOTHING_LEARNT', 'There is nothing to learn from this prompt', {
      expected: 'parts with an answer',
      got: 'a question alone',
      fix: 'give `answer` to explainPrompt()',
    });
  if (video?.kind !== 'vectors' || video.count !== R.shape[0])
    throw new ModelError('FAME_SLOT', 'The rows of the video do not fit their place in the prompt', {
      expected: video?.kind === 'vectors' ? `${video.count} rows` : 'a prompt with a video, since only what sees it is trained',
      got: `${R.shape[0]} rows`,
      fix: 'lay the prompt out again for this video',
    });
  const { cos, sin } = c.rope.tables([...Array(T).keys()], T);
  const masks = [...new Set(c.windows)].map((size) => [maskName(size), causal(T, size)] as const);
  return {
    before: await embedStretches(stretches.slice(0, slot), {}, model, signal),
    after: await embedStretches(stretches.slice(slot + 1), {}, model, signal),
    R,
    cos: float32([1, 1, T, c.headWidth], cos),
    sin: float32([1, 1, T, c.headWidth], sin),
    ...Object.fromEntries(masks),
    at: int64([at.length], at),
    labels: int64([ids.length], ids),
  };
}
