import { GraphError } from '../base/errors.ts';
import { sourceBytes } from './onnx.ts';
import { arrayOf, describe, madeAt, type Tensor } from './tensor.ts';

/** The values of a float32 weight, read where it is stored, or of a constant; in an array of their own. @throws GraphError GRAPH_NUMBERS for anything else */
export function numbersOf(t: Tensor): Float32Array {
  const { source, data } = t.node;
  if (source?.dtype === 'float32') {
    const bytes = sourceBytes(source);
    const out = arrayOf('float32', bytes.length / 4) as Float32Array;
    new Uint8Array(out.buffer).set(bytes);
    return out;
  }
  if (data instanceof Float32Array) return data.slice();
  throw new GraphError('GRAPH_NUMBERS', 'Only weights and constants of float32 have values before a graph runs', {
    at: madeAt(t),
    got: describe(t),
    fix: 'open the checkpoint with {as: "loaded"}',
  });
}
