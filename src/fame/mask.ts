/** Masks of graphs for prompts of any length, fed at each run. */
import { float32, type Value } from '../graph/index.ts';

/** As good as never, in scores before softmax. */
const AWAY = -1e9;

/** The name of the input for layers that look back so far; Infinity is all. */
export const maskName = (window: number): string => (window === Number.POSITIVE_INFINITY ? 'mask' : `mask.${window}`);

/** [T,T], added to scores: a token looks at itself and back, as far as the window. */
export function causal(T: number, window: number): Value {
  const data = new Float32Array(T * T).fill(AWAY);
  for (let t = 0; t < T; t++) data.fill(0, t * T + Math.max(0, t - window + 1), t * T + t + 1);
  return float32([T, T], data);
}
