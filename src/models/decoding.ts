/** A decoder at work: its sessions, its key-value cache, its limits. */
import { ModelError, SessionError } from '../base/errors.ts';
import { later } from '../base/later.ts';
import {
  compile,
  type EngineOptions,
  float32,
  input,
  int64,
  reshape,
  type Session,
  slice,
  type Tensor,
  type Value,
  zeros,
} from '../graph/index.ts';
import { addDims } from '../graph/shapes.ts';
import { openWeights, type Weights } from '../weights/weights.ts';
import { readConfig } from './config.ts';
import { embedTokens, LLAMA_RENAMES, type LlamaConfig, llamaConfig, llamaDecoder, llamaLogits } from './llama.ts';

/** Tokens of a prompt that pass through the network at once: bounds the memory of the scores. */
const PREFILL = 512;
/** The cache grows by this many tokens, so that it is copied rarely. */
const GROWTH = 256;
const AWAY = -1e9;

/** A language model ready to generate. */
export interface LanguageModel {
  readonly config: LlamaConfig;
  /** When the graphs are compiled; of `languageModelLater`, this begins it. @throws SessionError; once more in everything that is asked of it */
  ready(): Promise<void>;
  /** Rows of token ids, one length → [B,T,D]. @throws ModelError MODEL_TOKEN_ID */
  embed(ids: readonly (readonly number[])[], signal?: AbortSignal): Promise<Value>;
  /** A new, empty sequence in each of `rows` rows. */
  start(rows: number): Decoding;
  dispose(): Promise<void>;
}

/** Sequences under way: what was fed stays in the cache. */
export interface Decoding {
  /** Tokens in the cache, padding included. */
  readonly length: number;
  /**
   * Feeds embedded tokens [B,T,D] and gives the scores of the next token, one array of V per row. `padding`, with the first call only: how many leading tokens of each row do not count.
   * @throws ModelError MODEL_CONTEXT, MODEL_INPUT, MODEL_ENDED before anything is fed; after StoppedError a part may be in the cache, so end it
   */
  feed(x: Value, o?: { readonly padding?: readonly number[]; readonly signal?: AbortSignal }): Promise<Float32Array[]>;
  /** Rows in another order, with repeats: beams that live on. @throws ModelError MODEL_INPUT, MODEL_ENDED */
  pick(rows: readonly number[]): Promise<void>;
  /** Forgets what was fed after the first `length` tokens; what is fed next stands behind them. @throws ModelError MODEL_INPUT, MODEL_ENDED */
  rewind(length: number): void;
  /** Frees the cache. */
  end(): Promise<void>;
}

/** Opens a model directory as transformers saves it, or as `famenet models quantize` does. @throws ModelError, WeightError */
export async function openLanguageModel(directory: string, o: EngineOptions = {}): Promise<LanguageModel> {
  const { json, at } = await readConfig(directory);
  return languageModel(await openWeights(directory, { rename: LLAMA_RENAMES }), llamaConfig(json, at), o);
}

/** Compiles the decoder of given weights. @throws WeightError where one is missing or of another shape, SessionError */
export async function languageModel(w: Weights, c: LlamaConfig, o: EngineOptions = {}): Promise<LanguageModel> {
  const model = languageModelLater(w, c, o);
  await model.ready();
  return model;
}

/** The same, compiled when it is first asked, or by `ready()`: what it needs of the weights is checked at once. @throws WeightError */
export function languageModelLater(w: Weights, c: LlamaConfig, o: EngineOptions = {}): LanguageModel {
  const graph = decoderGraph(w, c);
  const words = { x: embedTokens(w, c, input('ids', 'int64', ['B', 'T'])) };
  const sessions = later(
    () => compiled(graph, words, o),
    ({ decoder }) => decoder.dispose(),
    () => new SessionError('ENGINE_DISPOSED', 'The model was disposed of', { fix: 'open it again' }),
  );
  const decoderOf = async () => (await sessions.get()).decoder;
  let decodings = 0;
  return {
    config: c,
    async ready() {
      await sessions.get();
    },
    async embed(ids, signal) {
      const T = ids[0]?.length ?? 0;
      if (T === 0 || ids.some((row) => row.length !== T))
        throw refusal('one row or more of token ids, all of one length', `rows of ${ids.map((row) => row.length).join(', ') || 'nothing'}`);
      for (const row of ids) for (const id of row) checkId(id, c);
      const { embedder } = await sessions.get();
      const { x } = await embedder.run({ ids: int64([ids.length, T], BigInt64Array.from(ids.flat(), BigInt)) }, signal ? { signal } : {});
      return x as Value;
    },
    start: (rows) => new CachedDecoding(decoderOf, c, rows, `kv${decodings++}`),
    dispose: () => sessions.close(),
  };
}

interface Opened {
  readonly decoder: Session;
  readonly embedder: Session;
}

async function compiled(
  graph: Readonly<Record<string, Tensor>>,
  words: Readonly<Record<string, Tensor>>,
  o: EngineOptions,
): Promise<Opened> {
  const decoder = await compile(graph, o);
  const embedder = await compile(words, { ...o, engine: decoder.engine }).catch(async (e) => {
    await decoder.dispose();
    throw e;
  });
  return { decoder, embedder };
}

function checkId(id: number, c: LlamaConfig): void {
  if (Number.isInteger(id) && id >= 0 && id < c.vocabulary) return;
  throw new ModelError('MODEL_TOKEN_ID', 'A token id is outside the vocabulary', {
    expected: `0 … ${c.vocabulary - 1}`,
    got: String(id),
    fix: 'use the tokenizer that was saved with the model',
  });
}

const refusal = (expected: string, got: string): ModelError =>
  new ModelError('MODEL_INPUT', 'What was given to the decoder does not fit', {
    expected,
    got,
    fix: 'give every row one token or more, and pad rows on the left to one length',
  });

const maskName = (window: number): string => (window === Number.POSITIVE_INFINITY ? 'mask' : `mask.${window}`);

/** One graph for prompts and single tokens: only new keys and values leave it (docs/log.md: a copied cache costs more than the network). */
function decoderGraph(w: Weights, c: LlamaConfig): Record<string, Tensor> {
  const { groups: G, headWidth: d } = c;
  const masks = new Map([...new Set(c.windows)].map((size) => [size, input(maskName(size), 'float32', ['B', 1, 'T', addDims('P', 'T')])]));
  const past = c.windows.map((_, i) => ({
    k: input(`past.k.${i}`, 'float32', ['B', G, d, 'P']),
    v: input(`past.v.${i}`, 'float32', ['B', G, 'P', d]),
  }));
  const table = (name: string) => input(name, 'float32', ['B', 1, 'T', d]);
  const x = input('x', 'float32', ['B', 'T', c.width]);
  const out = llamaDecoder(w, c, { x, cos: table('cos'), sin: table('sin'), mask: (size) => masks.get(size) as Tensor, past });
  const last = slice(out.hidden, { axis: 1, start: -1 }); //                      [B,1,D]
  const logits = reshape(llamaLogits(w, c, last), ['B', c.vocabulary]);
  return {
    logits,
    ...Object.fromEntries(
      out.fresh.flatMap(({ k, v }, i) => [
        [`k.${i}`, k],
        [`v.${i}`, v],
      ]),
    ),
  };
}

class CachedDecoding implements Decoding {
  length = 0;
  private capacity = 0;
  private ended = false;
  private rows: number;
  private padding: readonly number[];
  private session: Session | undefined;
  private readonly open: () => Promise<Session>;
  private readonly config: LlamaConfig;
  private readonly name: string;

  constructor(open: () => Promise<Session>, config: LlamaConfig, rows: number, name: string) {
    this.open = open;
    this.config = config;
    this.rows = rows;
    this.name = name;
    this.padding = Array(rows).fill(0);
  }

  private held(kind: 'k' | 'v'): string[] {
    return this.config.windows.map((_, i) => `${this.name}.${kind}.${i}`);
  }

  async feed(x: Value, { padding, signal }: { padding?: readonly number[]; signal?: AbortSignal } = {}): Promise<Float32Array[]> {
    this.refuseEnded();
    const [rows, T, D] = x.shape as [number, number, number];
    if (rows !== this.rows || T === 0 || D !== this.config.width || x.shape.length !== 3 || x.dtype !== 'float32')
      throw refusal(`embedded tokens float32 [${this.rows}, ≥ 1, ${this.config.width}]`, `${x.dtype} [${x.shape}]`);
    if (padding && this.length > 0) throw refusal('padding with the first tokens only', `padding after ${this.length} tokens`);
    if (padding && (padding.length !== rows || padding.some((p) => !(Number.isInteger(p) && p >= 0 && p < T))))
      throw refusal(`${rows} paddings, each from 0 to ${T - 1}`, `[${padding}]`);
    const end = this.length + T;
    if (end > this.config.positions)
      throw new ModelError('MODEL_CONTEXT', 'The text is longer than the model can read', {
        expected: `at most ${this.config.positions} tokens`,
        got: `${end}`,
        fix: 'shorten the prompt or ask for fewer new tokens',
      });
    if (padding) this.padding = padding;
    const session = await this.open();
    this.session = session;
    await this.reserve(session, end);
    let logits: Float32Array = new Float32Array();
    for (let from = 0; from < T; from += PREFILL) logits = await this.run(session, pieceOf(x, from, Math.min(from + PREFILL, T)), signal);
    const V = this.config.vocabulary;
    return Array.from({ length: rows }, (_, b) => logits.subarray(b * V, (b + 1) * V));
  }

  private async reserve({ engine }: Session, tokens: number): Promise<void> {
    if (tokens <= this.capacity) return;
    const { groups: G, headWidth: d } = this.config;
    const before = this.capacity;
    this.capacity = Math.ceil(tokens / GROWTH) * GROWTH;
    if (before > 0) {
      await engine.ask({ do: 'grow', names: this.held('k'), axis: 3, size: this.capacity });
      await engine.ask({ do: 'grow', names: this.held('v'), axis: 2, size: this.capacity });
      return;
    }
    for (const name of this.held('k')) await engine.hold(name, zeros('float32', [this.rows, G, d, this.capacity]));
    for (const name of this.held('v')) await engine.hold(name, zeros('float32', [this.rows, G, this.capacity, d]));
  }

  private async run(session: Session, x: Value, signal: AbortSignal | undefined): Promise<Float32Array> {
    const T = x.shape[1] as number;
    const [keys, values] = [this.held('k'), this.held('v')];
    const past = this.config.windows.flatMap((_, i) => [
      [`past.k.${i}`, { held: keys[i] as string }],
      [`past.v.${i}`, { held: values[i] as string }],
    ]);
    const masks = [...new Set(this.config.windows)].map((size) => [maskName(size), this.mask(T, size)]);
    const writes = this.config.windows.flatMap((_, i) => [
      { output: `k.${i}`, into: keys[i] as string, axis: 3, at: this.length },
      { output: `v.${i}`, into: values[i] as string, axis: 2, at: this.length },
    ]);
    const feeds = { x, ...this.rotary(T), ...Object.fromEntries(masks), ...Object.fromEntries(past) };
    const out = await session.run(feeds, { fetch: ['logits'], writes, ...(signal ? { signal } : {}) });
    this.length += T;
    return (out.logits as Value).data as Float32Array;
  }

  /** Tables for the next T positions of each row; padding does not count as a position. */
  private rotary(T: number): { cos: Value; sin: Value } {
    const positions = this.padding.flatMap((pad) => Array.from({ length: T }, (_, t) => Math.max(0, this.length + t - pad)));
    const { cos, sin } = this.config.rope.tables(positions, this.length + T);
    const shape = [this.rows, 1, T, this.config.headWidth];
    return { cos: float32(shape, cos), sin: float32(shape, sin) };
  }

  /** [B,1,T,P+T]: a token looks at itself and back, as far as the window, never at padding or unused cache. */
  private mask(T: number, window: number): Value {
    const [P, S] = [this.capacity, this.capacity + T];
    const data = new Float32Array(this.rows * T * S).fill(AWAY);
    for (const [b, pad] of this.padding.entries())
      for (let t = 0; t < T; t++) {
        const row = (b * T + t) * S;
        const here = this.length + t;
        const first = Math.max(pad, here - window + 1);
        data.fill(0, row + Math.min(first, this.length), row + this.length);
        data.fill(0, row + P + Math.max(0, first - this.length), row + P + t + 1);
      }
    return float32([this.rows, 1, T, S], data);
  }

  async pick(rows: readonly number[]): Promise<void> {
    this.refuseEnded();
    if (rows.length === 0 || rows.some((r) => !(Number.isInteger(r) && r >= 0 && r < this.rows)))
      throw refusal(`rows from 0 to ${this.rows - 1}`, `[${rows}]`);
    if (rows.length === this.rows && rows.every((r, i) => r === i)) return;
    if (this.session && this.capacity > 0)
      await this.session.engine.ask({ do: 'pick', names: [...this.held('k'), ...this.held('v')], rows });
    this.padding = rows.map((r) => this.padding[r] as number);
    this.rows = rows.length;
  }

  rewind(length: number): void {
    this.refuseEnded();
    if (!(Number.isInteger(length) && length >= 0 && length <= this.length))
      throw refusal(`a length from 0 to the ${this.length} tokens in the cache`, String(length));
    this.length = length; // what lies behind it is never looked at (mask) and overwritten by what is fed next
    if (length === 0) this.padding = Array(this.rows).fill(0);
  }

  /** The next tokens would start a cache of their own that nobody frees. */
  private refuseEnded(): void {
    if (this.ended)
      throw new ModelError('MODEL_ENDED', 'This sequence has ended; its cache is gone', { fix: 'begin another with model.start()' });
  }

  async end(): Promise<void> {
    if (this.ended) return;
    this.ended = true;
    if (this.capacity > 0 && this.session?.engine.alive) await this.session.engine.drop([...this.held('k'), ...this.held('v')]);
  }
}

/** Tokens `from` to `to` of every row. */
export function pieceOf(x: Value, from: number, to: number): Value {
  const [B, T, D] = x.shape as [number, number, number];
  if (from === 0 && to === T) return x;
  const data = new Float32Array(B * (to - from) * D);
  for (let b = 0; b < B; b++) data.set((x.data as Float32Array).subarray((b * T + from) * D, (b * T + to) * D), b * (to - from) * D);
  return float32([B, to - from, D], data);
}
