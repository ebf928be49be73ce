/**
 * dlib's face descriptor (King 2017), a ResNet-29 whose 128 numbers lie near each other (below 0.6) for pictures of one person.
 * Facts: justadudewhohacks/face-api.js `src/faceRecognitionNet`, whose names the weights have, with dots. Parity: test/parity/faceapi.test.ts. B faces.
 */
import { add, averagePool, concat, conv, linear, maxPool, mean, mul, pad, relu, reshape, sub, type Tensor } from '../graph/index.ts';
import type { Weights } from '../weights/index.ts';

/** Side of the square crop that the network sees. */
export const DESCRIPTOR_SIDE = 150;
const BLOCKS =
  'conv32_1 conv32_2 conv32_3 conv64_down conv64_1 conv64_2 conv64_3 conv128_down conv128_1 conv128_2 conv256_down conv256_1 conv256_2 conv256_down_out';

/** faces [B,3,150,150] → [B,128]. */
export function faceDescriptor(w: Weights, faces: Tensor): Tensor {
  let x = relu(scaled(w.at('conv32_down'), 32, faces, 7, { stride: 2 })); //    [B,32,72,72]
  x = maxPool(x, { kernel: 3, stride: 2 }); //                                  [B,32,35,35]
  for (const name of BLOCKS.split(' ')) {
    const channels = Number(/\d+/.exec(name)![0]);
    x = name.includes('down') ? halving(w.at(name), channels, x) : residual(w.at(name), channels, x);
  }
  return linear(mean(x, { axis: [2, 3] }), w.get('fc', [128, 256])); //          [B,256] → [B,128]
}

function residual(w: Weights, C: number, x: Tensor): Tensor {
  const y = relu(scaled(w.at('conv1'), C, x, 3, { pad: 1 }));
  return relu(add(x, scaled(w.at('conv2'), C, y, 3, { pad: 1 })));
}

/** Half the size and, mostly, twice the channels; the short cut is averaged, and filled up with zero channels. */
function halving(w: Weights, C: number, x: Tensor): Tensor {
  const y = relu(scaled(w.at('conv1'), C, x, 3, { stride: 2 }));
  const deep = scaled(w.at('conv2'), C, y, 3, { pad: 1 });
  const short = averagePool(x, { kernel: 2 });
  const size = (t: Tensor, axis: number) => t.shape[axis] as number;
  // Without padding the convolution may come out one smaller than the pooling: a row and a column of zeros make up for it.
  const grow = [2, 3].map((axis) => [0, size(short, axis) - size(deep, axis)] as const);
  const filled = C === size(x, 1) ? short : concat([short, sub(short, short)], 1);
  return relu(add(filled, grow.some(([, by]) => by > 0) ? pad(deep, [[0, 0], [0, 0], ...grow]) : deep));
}

/** A convolution, then a factor and a shift for each channel; both are worked into the kernel when the engine loads. */
function scaled(w: Weights, out: number, x: Tensor, kernel: number, o: { stride?: number; pad?: number }): Tensor {
  const [c, s] = [w.at('conv'), w.at('scale')];
  const [factor, shift] = [s.get('weights', [out]), s.get('biases', [out])];
  const filters = mul(c.get('filters', [out, x.shape[1] as number, kernel, kernel]), reshape(factor, [out, 1, 1, 1]));
  return conv(x, filters, add(mul(c.get('bias', [out]), factor), shift), o);
}
