/** Weight files: read, check, write, convert, quantise, fetch. */
export { openCheckpoint } from './checkpoint.ts';
export { type Checkpoint, openSafetensors, readBytes, readFloat32, type TensorEntry } from './safetensors.ts';
export { freshWeights, type Initialise, openWeights, type WeightOptions, type Weights, weightsOf } from './weights.ts';
export { type TensorData, writeSafetensors } from './writer.ts';
