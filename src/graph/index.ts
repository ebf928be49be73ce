/** Networks as differentiable ONNX graphs: build, differentiate, run, train, save. */
export * from './build.ts';
export * from './bytes.ts';
export { Engine } from './engine.ts';
export * from './functions.ts';
export { gradients } from './gradient.ts';
export { numbersOf } from './numbers.ts';
export { type OnnxModel, saveOnnx, writeOnnx } from './onnx.ts';
export { NO_GRADIENT, OPS, OPSET, type OpType } from './ops.ts';
export { type AdamW, adamW, type Rule, type Sgd, sgd } from './optimizer.ts';
export { type EngineOptions, type Held, PROVIDERS, type Provider, type Write } from './protocol.ts';
export { constantRate, cosine, linearDecay, type Schedule } from './schedule.ts';
export { type CompileOptions, compile, type RunOptions, type Session } from './session.ts';
export {
  arrayOf,
  constant,
  type Data,
  type Dim,
  type Dtype,
  describe,
  input,
  madeAt,
  type Operand,
  type Shape,
  sizeOf,
  type Tensor,
  type WeightSource,
  weight,
} from './tensor.ts';
export { type Batch, type Trainer, type TrainerOptions, trainer } from './trainer.ts';
export { float32, int64, type Value, value, zeros } from './value.ts';
