/** famenet: networks as differentiable ONNX graphs, the models made of them, their weights and words. Each part is also a room of its own: `famenet/graph` … */
export { type Detail, FameError, GraphError, ModelError, SessionError, StoppedError, UsageError, WeightError } from './base/errors.ts';
export { type Random, random } from './base/random.ts';
export * from './graph/index.ts';
export * from './models/index.ts';
export * from './text/index.ts';
export * from './weights/index.ts';
