/**
 * The loss of one lesson with the words as ids, so that the embedding table may move as well. Without what moves in it, it is `answerLoss` (loss.ts).
 */
import { concat, crossEntropy, float32, gather, input, int64, reshape, type Tensor, unsqueeze, type Value, zeros } from '../graph/index.ts';
import { embedTokens, type LlamaConfig, llamaDecoder, llamaLogits } from '../models/index.ts';
import type { Weights } from '../weights/index.ts';
import { causal, maskName } from './mask.ts';
import { learntOf, lengthOf, type Stretch } from './parts.ts';
import { type Projector, project } from './projector.ts';

/**
 * The mean of −log p over the learnt tokens of one prompt, as a node. Inputs as `lessonFeeds` makes them: before [1,P] and, where `g` is given, after [1,S],
 * the ids on both sides of the video, and R [T+N,D]; cos, sin, mask; at and labels [L]. Packed weights have no gradient (MatMulNBits).
 */
export function lessonLoss(w: Weights, c: LlamaConfig, g?: Projector): Tensor {
  const words = (name: string, length: string) => embedTokens(w, c, input(name, 'int64', [1, length]));
  const x = g
    ? concat([words('before', 'P'), unsqueeze(project(g, input('R', 'float32', ['R', g.D])), 0), words('after', 'S')], 1) // [1,P+T+N+S,K]
    : words('before', 'P');
  const length = x.shape[1]!;
  const table = (name: string) => input(name, 'float32', [1, 1, length, c.headWidth]);
  const masks = new Map([...new Set(c.windows)].map((size) => [size, input(maskName(size), 'float32', [length, length])]));
  const { hidden } = llamaDecoder(w, c, { x, cos: table('cos'), sin: table('sin'), mask: (size) => masks.get(size)! });
  const telling = gather(reshape(hidden, [-1, c.width]), input('at', 'int64', ['L'])); //                                    [L,K]
  return crossEntropy(llamaLogits(w, c, telling), input('labels', 'int64', ['L']));
}

/**
 * One lesson as values for `lessonLoss`: stretches with an answer and, where they have room for a video, its R. For a loss with g, `D` is the width of the
 * image tower: a lesson without a video then has an R of no rows, and g does not move by it.
 */
export function lessonFeeds(c: LlamaConfig, stretches: readonly Stretch[], R?: Value, D?: number): Record<string, Value> {
  const T = lengthOf(stretches);
  const { at, ids } = learntOf(stretches);
  const slot = stretches.findIndex((s) => s.kind === 'vectors');
  const { cos, sin } = c.rope.tables([...Array(T).keys()], T);
  const seen = R ?? (D === undefined ? undefined : zeros('float32', [0, D]));
  const masks = [...new Set(c.windows)].map((size) => [maskName(size), causal(T, size)] as const);
  return {
    before: idsOf(slot < 0 ? stretches : stretches.slice(0, slot)),
    ...(seen === undefined ? {} : { after: idsOf(slot < 0 ? [] : stretches.slice(slot + 1)), R: seen }),
    cos: float32([1, 1, T, c.headWidth], cos),
    sin: float32([1, 1, T, c.headWidth], sin),
    ...Object.fromEntries(masks),
    at: int64([at.length], at),
    labels: int64([ids.length], ids),
  };
}

/** [1,P] */
function idsOf(stretches: readonly Stretch[]): Value {
  const ids = stretches.flatMap((s) => (s.kind === 'ids' ? s.ids : []));
  return int64([1, ids.length], ids);
}
