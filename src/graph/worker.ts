/** The engine's thread: the only file that touches ONNX Runtime, whose `run()` blocks the thread that calls it. */
import { parentPort, workerData } from 'node:worker_threads';
import * as ort from 'onnxruntime-node';
import { clipFactor, Optimizer } from './optimizer.ts';
import { type Answer, type EngineOptions, FLAGS, type Held, type Request, type StepResult } from './protocol.ts';
import type { Data, Dtype } from './tensor.ts';
import { grown, picked, type Value, writeBlock } from './value.ts';

ort.env.logLevel = 'fatal'; // refusals come back as errors with what to do; the engine's own lines on stderr would only repeat them

const sessions = new Map<number, ort.InferenceSession>();
const held = new Map<string, Value>();
const optimizers = new Map<number, Optimizer>();

type Of<K extends Request['do']> = Extract<Request, { do: K }>;
type Result = Omit<Answer, 'id' | 'error'>;

const HANDLERS: { [K in Request['do']]: (r: Of<K>) => Result | Promise<Result> } = {
  load: async ({ session, model, options }) => {
    sessions.set(session, await ort.InferenceSession.create(model, sessionOptions(options)));
    return {};
  },
  run: async (r) => {
    const writes = r.writes ?? [];
    const out = await run(r.session, r.feeds, [...r.fetch, ...writes.map((w) => w.output)]);
    for (const w of writes) writeBlock(heldValue(w.into), out[w.output] as Value, w.axis, w.at);
    const back = (r.lent ?? []).map((name) => [name, r.feeds[name] as Value] as const);
    return { values: Object.fromEntries([...r.fetch.map((name) => [name, out[name] as Value] as const), ...back]) };
  },
  hold: ({ name, value }) => {
    const old = held.get(name);
    if (old?.dtype === value.dtype && old.shape.join() === value.shape.join()) (old.data as Float32Array).set(value.data as Float32Array);
    else held.set(name, value); // an array of the same shape keeps its place: it may belong to an optimiser
    return {};
  },
  grow: ({ names, axis, size }) => {
    for (const name of names) held.set(name, grown(heldValue(name), axis, size));
    return {};
  },
  pick: ({ names, rows }) => {
    for (const name of names) held.set(name, picked(heldValue(name), rows));
    return {};
  },
  read: ({ names }) => ({ values: Object.fromEntries(names.map((name) => [name, copied(heldValue(name))])) }),
  drop: ({ names }) => {
    for (const name of names) held.delete(name);
    return {};
  },
  train: ({ session, rule, moving, start }) => {
    const optimizer = new Optimizer(rule, moving, (name) => (start[name] as Value).data as Float32Array);
    optimizers.set(session, optimizer);
    for (const { name, p, memory } of optimizer.places) {
      const { shape } = start[name] as Value;
      held.set(name, { dtype: 'float32', shape, data: p });
      for (const [key, data] of Object.entries(memory)) held.set(`${name}:${key}`, { dtype: 'float32', shape, data });
    }
    return {};
  },
  step: async (r) => ({ step: await step(r) }),
  unload: async ({ session }) => {
    const found = sessions.get(session);
    sessions.delete(session);
    optimizers.delete(session);
    if (found) found.endProfiling();
    await found?.release();
    return {};
  },
};

function sessionOptions(o: EngineOptions): ort.InferenceSession.SessionOptions {
  return {
    executionProviders: [o.provider ?? 'cpu'],
    graphOptimizationLevel: ({ all: 'all', basic: 'basic', none: 'disabled' } as const)[o.optimise ?? 'all'],
    logSeverityLevel: 4,
    ...(o.threads === undefined ? {} : { intraOpNumThreads: o.threads }),
    ...(o.profile === undefined ? {} : { enableProfiling: true, profileFilePrefix: o.profile }),
    extra: {
      optimization: { disable_specified_optimizers: 'GemmTransposeFusion' },
      session: { model_external_initializers_file_folder_path: '/', intra_op: { allow_spinning: o.spin === false ? '0' : '1' } },
    },
  };
}

function heldValue(name: string): Value {
  const found = held.get(name);
  if (!found) throw new Error(`nothing is held under "${name}"`);
  return found;
}

const copied = (v: Value): Value => ({ ...v, data: v.data.slice() });

/** `fetch` names the outputs wanted; one with an array is copied into it instead of a new one. */
async function run(
  session: number,
  feeds: Record<string, Value | Held>,
  fetch: readonly string[],
  into: Readonly<Record<string, Value>> = {},
): Promise<Record<string, Value>> {
  const found = sessions.get(session);
  if (!found) throw new Error('this session was released');
  const inputs = Object.fromEntries(
    Object.entries(feeds).map(([name, feed]) => [name, toTensor('held' in feed ? heldValue(feed.held) : feed)]),
  );
  const outputs = Object.fromEntries(fetch.map((name) => [name, into[name] ? toTensor(into[name]) : null]));
  const out = await found.run(inputs, outputs);
  return Object.fromEntries(fetch.map((name) => [name, toValue(out[name] as ort.Tensor)]));
}

const toTensor = (v: Value): ort.Tensor => new ort.Tensor(v.dtype as ort.Tensor.Type, v.data as never, v.shape);
const toValue = (t: ort.Tensor): Value => ({ dtype: t.type as Dtype, shape: t.dims, data: t.data as unknown as Data });

/** Forward, backward, clip, move. Micro-batches are averaged; where anything is not finite nothing moves. */
async function step(r: Of<'step'>): Promise<StepResult> {
  const optimizer = optimizers.get(r.session);
  if (!optimizer) throw new Error('this session does not train');
  const { places } = optimizer;
  const weights = Object.fromEntries(places.map(({ name }) => [name, { held: name }]));
  const gradients = Object.fromEntries(places.map((p) => [p.gradient, { ...heldValue(p.name), data: p.g }]));
  let total = 0;
  for (const [k, batch] of r.batches.entries()) {
    const out = await run(r.session, { ...batch, ...weights }, [r.loss, ...Object.keys(gradients)], k === 0 ? gradients : {});
    total += Number((out[r.loss] as Value).data[0]);
    if (k > 0) for (const p of places) addInto(p.g, (out[p.gradient] as Value).data as Float32Array);
  }
  const n = r.batches.length;
  const norm = optimizer.norm() / n;
  const loss = total / n;
  if (!Number.isFinite(loss) || !Number.isFinite(norm)) return { loss, norm, moved: false };
  optimizer.step({ t: r.taken + 1, rate: r.rate, factor: (r.clip === undefined ? 1 : clipFactor(norm, r.clip)) / n });
  return { loss, norm, moved: true };
}

function addInto(sum: Float32Array, part: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (part[i] as number);
}

const flags = workerData as Int32Array;
const [STOP, BUSY] = [FLAGS.indexOf('stop'), FLAGS.indexOf('busy')];
let inHand = 0;

/** One request more (1) or less (-1) that may be inside of the runtime. */
function busy(change: 1 | -1): void {
  inHand += change;
  Atomics.store(flags, BUSY, inHand > 0 ? 1 : 0);
  Atomics.notify(flags, BUSY);
}

parentPort?.on('message', async (message: { id: number; request: Request } | 'stop') => {
  busy(1); // first, so that whoever sets `stop` afterwards sees it
  if (message === 'stop' || Atomics.load(flags, STOP) === 1) {
    busy(-1);
    if (inHand === 0) process.exit(); // ends this thread
    return;
  }
  const { id, request } = message;
  let answer: Answer;
  try {
    const handle = HANDLERS[request.do] as (r: Request) => Result | Promise<Result>;
    answer = { id, ...(await handle(request)) };
  } catch (e) {
    answer = { id, error: e instanceof Error ? e.message.replace(/\n {2,}/g, '; ') : String(e) }; // our own errors in one line
  }
  const buffers = Object.values(answer.values ?? {}).map((v) => v.data.buffer as ArrayBuffer);
  parentPort?.postMessage(answer, [...new Set(buffers)]);
  busy(-1);
  if (Atomics.load(flags, STOP) === 1 && inHand === 0) process.exit();
});
