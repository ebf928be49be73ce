/** Weight files: read, check, write, convert, quantise, fetch; and the state of a training run. */
export { type BlockFormat, type Blocks, dequantizeBlocks, quantizeBlocks } from './blocks.ts';
export { findModel, MODELS, type Model, type Source } from './catalogue.ts';
export { openCheckpoint } from './checkpoint.ts';
export { type Conversion, convertDirectory, convertPth } from './convert.ts';
export { bfloatToFloat, floatToBfloat, floatToHalf, halfToFloat } from './half.ts';
export { openManifest } from './manifest.ts';
export { ENDPOINT, type PullOptions, pull } from './pull.ts';
export { type KindError, type Quantization, type QuantizeOptions, quantizeDirectory } from './quantize.ts';
export { type FileReceipt, fingerprint, type Receipt, readReceipt } from './receipt.ts';
export { type Checkpoint, openSafetensors, readBytes, readFloat32, type TensorEntry } from './safetensors.ts';
export { loadState, type Resumed, saveState } from './state.ts';
export { type Verification, verifyDirectory } from './verify.ts';
export {
  freshWeights,
  type Initialise,
  type InMemory,
  openWeights,
  type WeightOptions,
  type Weights,
  weightsIn,
  weightsOf,
} from './weights.ts';
export { type TensorData, tensorOf, writeSafetensors } from './writer.ts';
