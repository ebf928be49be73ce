/** A network, and its gradient, as .onnx files that any ONNX tool opens. Run: npx tsx examples/export.ts FOLDER OUT_FOLDER */
import { join } from 'node:path';
import {
  CLIP_RENAMES,
  clipConfig,
  clipPooled,
  gradients,
  input,
  openWeights,
  readConfig,
  saveOnnx,
  sum,
  type Tensor,
} from '../src/index.ts';

const [folder = 'models/clip-l14-336', out = '.'] = process.argv.slice(2);
const config = clipConfig((await readConfig(folder)).json);
const weights = await openWeights(folder, { rename: CLIP_RENAMES });

const pixels = input('pixels', 'float32', ['pictures', 3, config.image, config.image]);
const pooled = clipPooled(weights, config, pixels);
const [slope] = gradients(sum(pooled), [pixels]) as [Tensor];

await saveOnnx(join(out, 'clip.onnx'), { pooled });
await saveOnnx(join(out, 'clip-gradient.onnx'), { slope });
console.log(`clip.onnx: pixels [${pixels.shape}] → pooled [${pooled.shape}]`);
console.log(`clip-gradient.onnx: pixels [${pixels.shape}] → slope [${slope.shape}]`);
