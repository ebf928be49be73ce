/** The engine's thread: the only file that touches ONNX Runtime, whose `run()` blocks the thread that calls it. */
import { parentPort } from 'node:worker_threads';
import * as ort from 'onnxruntime-node';
import { clipFactor, globalNorm, MEMORY, type Moving, type Rule, update } from './optimizer.ts';
import type { Answer, EngineOptions, Held, Request, StepResult } from './protocol.ts';
import type { Data, Dtype } from './tensor.ts';
import { grown, picked, type Value, writeBlock, zeros } from './value.ts';

ort.env.logLevel = 'fatal'; // refusals come back as errors with what to do; the engine's own lines on stderr would only repeat them

const sessions = new Map<number, ort.InferenceSession>();
const held = new Map<string, Value>();

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
    return { values: Object.fromEntries(r.fetch.map((name) => [name, out[name] as Value])) };
  },
  hold: ({ name, value }) => {
    held.set(name, value);
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
  step: async (r) => ({ step: await step(r) }),
  unload: async ({ session }) => {
    const found = sessions.get(session);
    sessions.delete(session);
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
    extra: { session: { model_external_initializers_file_folder_path: '/', intra_op: { allow_spinning: o.spin === false ? '0' : '1' } } },
  };
}

function heldValue(name: string): Value {
  const found = held.get(name);
  if (!found) throw new Error(`nothing is held under "${name}"`);
  return found;
}

const copied = (v: Value): Value => ({ ...v, data: v.data.slice() });

async function run(session: number, feeds: Record<string, Value | Held>, fetch: readonly string[]): Promise<Record<string, Value>> {
  const found = sessions.get(session);
  if (!found) throw new Error('this session was released');
  const tensors: Record<string, ort.Tensor> = {};
  for (const [name, feed] of Object.entries(feeds)) {
    const v = 'held' in feed ? heldValue(feed.held) : feed;
    tensors[name] = new ort.Tensor(v.dtype as ort.Tensor.Type, v.data as never, v.shape);
  }
  const out = await found.run(tensors, [...fetch]);
  return Object.fromEntries(fetch.map((name) => [name, toValue(out[name] as ort.Tensor)]));
}

const toValue = (t: ort.Tensor): Value => ({ dtype: t.type as Dtype, shape: t.dims, data: t.data as unknown as Data });

/** Forward, backward, clip, move. Micro-batches are averaged; where anything is not finite nothing moves. */
async function step(r: Of<'step'>): Promise<StepResult> {
  let total = 0;
  let sums: Float32Array[] | undefined;
  for (const batch of r.batches) {
    const out = await run(r.session, { ...batch, ...Object.fromEntries(r.moving.map((p) => [p.name, { held: p.name }])) }, [
      r.loss,
      ...r.moving.map((p) => p.gradient),
    ]);
    total += Number((out[r.loss] as Value).data[0]);
    const grads = r.moving.map((p) => (out[p.gradient] as Value).data as Float32Array);
    if (sums) for (const [k, sum] of sums.entries()) addInto(sum, grads[k] as Float32Array);
    else sums = grads;
  }
  const n = r.batches.length;
  const norm = globalNorm(sums ?? []) / n;
  const loss = total / n;
  if (!Number.isFinite(loss) || !Number.isFinite(norm)) return { loss, norm, moved: false };
  const factor = (r.clip === undefined ? 1 : clipFactor(norm, r.clip)) / n;
  for (const [k, p] of r.moving.entries()) {
    const memory = memoryOf(p, r.rule);
    update(r.rule, heldValue(p.name).data as Float32Array, sums?.[k] as Float32Array, memory, {
      t: r.taken + 1,
      rate: r.rate,
      decay: p.decay,
      factor,
    });
  }
  return { loss, norm, moved: true };
}

function addInto(sum: Float32Array, part: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (part[i] as number);
}

/** An optimiser's arrays are held values too, so that saving and resuming need nothing of their own. */
function memoryOf(p: Moving, rule: Rule): Record<string, Float32Array> {
  return Object.fromEntries(
    MEMORY[rule.kind].map((key) => {
      const name = `${p.name}:${key}`;
      if (!held.has(name)) held.set(name, zeros('float32', heldValue(p.name).shape));
      return [key, heldValue(name).data as Float32Array];
    }),
  );
}

parentPort?.on('message', async ({ id, request }: { id: number; request: Request }) => {
  let answer: Answer;
  try {
    const handle = HANDLERS[request.do] as (r: Request) => Result | Promise<Result>;
    answer = { id, ...(await handle(request)) };
  } catch (e) {
    answer = { id, error: e instanceof Error ? e.message.replace(/\n {2,}/g, '; ') : String(e) }; // our own errors in one line
  }
  const buffers = Object.values(answer.values ?? {}).map((v) => v.data.buffer as ArrayBuffer);
  parentPort?.postMessage(answer, [...new Set(buffers)]);
});
