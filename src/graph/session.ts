import { GraphError, SessionError } from '../base/errors.ts';
import { Engine } from './engine.ts';
import { type OnnxModel, writeOnnx } from './onnx.ts';
import { type EngineOptions, type Held, PROVIDERS, type Write } from './protocol.ts';
import { describe, type Tensor } from './tensor.ts';
import type { Value } from './value.ts';

export interface CompileOptions extends EngineOptions {
  /** Share a thread and its held values with other sessions; otherwise the session has its own, which `dispose()` ends. */
  readonly engine?: Engine;
  /** Weights that are fed at each run instead of being frozen into the graph. */
  readonly moving?: readonly Tensor[];
}

export interface RunOptions {
  readonly signal?: AbortSignal;
  /** Outputs wanted; all where absent. */
  readonly fetch?: readonly string[];
  /** Inputs whose arrays are given away instead of copied; afterwards they are empty, and so is whatever lay in the same memory. */
  readonly give?: readonly string[];
  /** The same, but what was given comes back among the outputs, under the input's name, for whoever wants to fill the same memory again. */
  readonly lend?: readonly string[];
  /** Outputs that are copied into held values instead of coming back. */
  readonly writes?: readonly Write[];
}

/** A compiled graph, ready to run. */
export interface Session {
  readonly engine: Engine;
  readonly id: number;
  /** Inputs, outputs and the user's lines; the bytes went to the engine. */
  readonly model: Omit<OnnxModel, 'bytes'>;
  /** Values by input name, or `{held}`. @throws GraphError RUN_INPUT, RUN_OUTPUT; SessionError RUN_FAILED, ENGINE_DISPOSED; StoppedError */
  run(feeds: Readonly<Record<string, Value | Held>>, o?: RunOptions): Promise<Record<string, Value>>;
  /** Frees the session, and its thread where it is its own. */
  dispose(): Promise<void>;
}

let sessions = 0;

/** Writes the graph, gives it to an engine and waits until it is loaded. @throws SessionError PROVIDER_MISSING, GRAPH_REFUSED */
export async function compile(outputs: Readonly<Record<string, Tensor>>, o: CompileOptions = {}): Promise<Session> {
  const { engine: shared, moving, ...options } = o;
  if (options.provider && !PROVIDERS.includes(options.provider))
    throw new SessionError('PROVIDER_UNKNOWN', `There is no provider "${options.provider}"`, { expected: PROVIDERS.join(', ') });
  const { bytes, ...model } = writeOnnx(outputs, moving ? { moving } : {});
  const engine = shared ?? new Engine();
  const id = sessions++;
  try {
    await engine.ask({ do: 'load', session: id, model: bytes, options }, undefined, [bytes.buffer as ArrayBuffer]);
  } catch (e) {
    if (!shared) await engine.dispose();
    throw refusal(e, model, options);
  }
  let disposed = false;
  return {
    engine,
    id,
    model,
    async run(feeds, { signal, fetch = model.outputs, writes, give = [], lend = [] } = {}) {
      if (disposed) throw new SessionError('ENGINE_DISPOSED', 'The session was disposed of', { fix: 'compile the graph again' });
      checkFeeds(model, feeds);
      checkOutputs(model, [...fetch, ...(writes ?? []).map((w) => w.output)]);
      const kept = new Set(writes?.map((w) => w.output));
      try {
        const answer = await engine.ask(
          { do: 'run', session: id, feeds, fetch: fetch.filter((f) => !kept.has(f)), ...(writes ? { writes } : {}), lent: lend },
          signal,
          [...give, ...lend].map((name) => (feeds[name] as Value).data.buffer as ArrayBuffer),
        );
        return answer.values ?? {};
      } catch (e) {
        throw failure(e, model);
      }
    },
    async dispose() {
      if (disposed) return;
      disposed = true;
      if (!shared) await engine.dispose();
      else if (engine.alive) await engine.ask({ do: 'unload', session: id });
    },
  };
}

function refusal(e: unknown, model: Session['model'], o: EngineOptions): unknown {
  if (!(e instanceof SessionError) || e.code !== 'ENGINE_REFUSED') return e;
  const words = e.detail.got ?? '';
  if (o.provider && o.provider !== 'cpu' && /provider|backend|EP |cuda|webgpu|shared library/i.test(words))
    return new SessionError('PROVIDER_MISSING', `The provider "${o.provider}" is not available here`, {
      got: firstLine(words),
      fix:
        o.provider === 'cuda'
          ? 'run `npm rebuild onnxruntime-node --ignore-scripts=false` on a machine with CUDA, or use --provider cpu'
          : 'use --provider cpu',
    });
  if (/external|No such file|file size|out of bounds/i.test(words))
    return new SessionError('WEIGHT_FILE_GONE', 'A weight file that the graph points to cannot be read', {
      got: firstLine(words),
      fix: 'check that the .safetensors files are where they were and whole',
    });
  return new SessionError(
    'GRAPH_REFUSED',
    'The engine does not accept this graph',
    { ...lineIn(words, model), got: firstLine(words) },
    { blame: 'us' },
  );
}

function failure(e: unknown, model: Session['model']): unknown {
  if (!(e instanceof SessionError) || e.code !== 'ENGINE_REFUSED') return e;
  const words = e.detail.got ?? '';
  return new SessionError('RUN_FAILED', 'The graph failed while it ran', { ...lineIn(words, model), got: firstLine(words) });
}

const firstLine = (words: string): string => (words.split('\n')[0] ?? '').slice(0, 500);

/** The user's line behind the node that the engine names in its message. */
function lineIn(words: string, model: Session['model']): { at?: string } {
  for (const [, name] of words.matchAll(/(?:Name:'|[Nn]ode ?\(|[Nn]ode(?: with name)?[: ]+'?)([^\s')]+)/g)) {
    const at = name && model.lineOf(name);
    if (at) return { at };
  }
  return {};
}

function checkOutputs(model: Session['model'], wanted: readonly string[]): void {
  const unknown = wanted.find((name) => !model.outputs.includes(name));
  if (unknown !== undefined)
    throw new GraphError('RUN_OUTPUT', `The graph has no output "${unknown}"`, {
      expected: model.outputs.join(', '),
      got: unknown,
    });
}

/** Every input there, of its type and shape; equal names mean equal sizes. */
function checkFeeds(model: Session['model'], feeds: Readonly<Record<string, Value | Held>>): void {
  const sizes = new Map<string, number>();
  const wanted = new Set<string>();
  for (const t of model.inputs) {
    const { name } = t;
    wanted.add(name);
    const feed = feeds[name];
    const refuse = (got: string, fix?: string) =>
      new GraphError('RUN_INPUT', `Input "${name}" does not fit`, {
        at: t.at,
        expected: describe(t),
        got,
        ...(fix ? { fix } : {}),
      });
    if (!feed) throw refuse('nothing', `give run() a value named "${name}"`);
    if ('held' in feed) continue;
    if (feed.dtype !== t.dtype || feed.shape.length !== t.shape.length) throw refuse(`${feed.dtype} [${feed.shape}]`);
    const length = feed.shape.reduce((n, d) => n * d, 1);
    if (feed.data.length !== length) throw refuse(`${feed.data.length} numbers for [${feed.shape}]`);
    for (const [i, d] of t.shape.entries()) {
      const size = feed.shape[i] as number;
      const known = typeof d === 'number' ? d : (sizes.get(d) ?? size);
      if (known !== size)
        throw refuse(`${feed.dtype} [${feed.shape}]`, typeof d === 'string' ? `"${d}" is ${known} elsewhere in this run` : undefined);
      if (typeof d === 'string') sizes.set(d, size);
    }
  }
  const extra = Object.keys(feeds).find((name) => !wanted.has(name));
  if (extra !== undefined)
    throw new GraphError('RUN_INPUT', `The graph has no input "${extra}"`, { expected: [...wanted].join(', '), got: extra });
}
