/**
 * Dense-block networks of face-api for face crops: expressions and 68 landmarks share one design. Facts: justadudewhohacks/face-api.js `src/faceFeatureExtractor`.
 * Weights have that project's names, with dots. Parity: test/parity/faceapi.test.ts. B faces.
 */
import { add, averagePool, conv, flatten, linear, relu, softmax, type Tensor } from '../graph/index.ts';
import type { Weights } from '../weights/index.ts';

/** Side of the square crop that the networks see. */
export const FACE_SIDE = 112;
const BLOCKS = [32, 64, 128, 256] as const;

/** faces [B,3,112,112] → P of each expression, in the order `faceapi` of faces/emotion.ts: [B,7]. */
export function faceExpression(w: Weights, faces: Tensor): Tensor {
  return softmax(head(w, 7, faces));
}

/** faces [B,3,112,112] → x and y of the 68 points as fractions of the square: [B,136]. */
export function faceLandmarks(w: Weights, faces: Tensor): Tensor {
  return head(w, 136, faces);
}

function head(w: Weights, out: number, faces: Tensor): Tensor {
  const x = BLOCKS.reduce((map, channels, i) => denseBlock(w.at(`dense${i}`), channels, map, i === 0), faces); // [B,256,7,7]
  const pooled = flatten(averagePool(x, { kernel: 7, stride: 2 })); //                                           [B,256]
  const fc = w.at('fc');
  return linear(pooled, fc.get('weights', [out, 256]), fc.get('bias', [out]));
}

/** Four convolutions, each of which sees the sum of what the ones before it gave; the first halves the map. */
function denseBlock(w: Weights, out: number, x: Tensor, first: boolean): Tensor {
  const convolve = first ? plain : separable;
  let sum = relu(convolve(w.at('conv0'), out, x, 2));
  for (const i of [1, 2, 3]) sum = add(sum, separable(w.at(`conv${i}`), out, relu(sum), 1));
  return relu(sum);
}

function plain(w: Weights, out: number, x: Tensor, stride: number): Tensor {
  return conv(x, w.get('filters', [out, x.shape[1] as number, 3, 3]), w.get('bias', [out]), { stride, pad: 'same' });
}

function separable(w: Weights, out: number, x: Tensor, stride: number): Tensor {
  const C = x.shape[1] as number;
  const y = conv(x, w.get('depthwise_filter', [C, 1, 3, 3]), undefined, { stride, pad: 'same', group: C });
  return conv(y, w.get('pointwise_filter', [out, C, 1, 1]), w.get('bias', [out]));
}
