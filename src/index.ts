/** famenet: networks as differentiable ONNX graphs, the models made of them, their weights and words. Each part is also a room of its own: `famenet/graph` …; only there are `famenet/media`, `famenet/faces`, `famenet/data`, `famenet/fame`, `famenet/metrics`, `famenet/synth`. */
export {
  type Detail,
  FameError,
  GraphError,
  MediaError,
  ModelError,
  SessionError,
  StoppedError,
  UsageError,
  WeightError,
} from './base/errors.ts';
export { type Random, random } from './base/random.ts';
export * from './graph/index.ts';
export * from './models/index.ts';
export * from './text/index.ts';
export * from './weights/index.ts';
