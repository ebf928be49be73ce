/**
 * A language model of the LLaMA family learns from plain text, from nothing: what stands behind FAME-mini before it sees a picture. One file of state makes
 * a run that was stopped end bit-equal to one that was not.
 */
import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeTextFile } from '../base/atomic.ts';
import { exists } from '../base/file.ts';
import { random } from '../base/random.ts';
import {
  causalMask,
  constant,
  cosine,
  type EngineOptions,
  input,
  nextTokenLoss,
  type Tensor,
  type Trainer,
  trainer,
} from '../graph/index.ts';
import { embedTokens, type LlamaConfig, llamaConfig, llamaDecoder, llamaLogits } from '../models/index.ts';
import type { Tokenizer } from '../text/index.ts';
import { freshWeights, loadState, saveState, tensorOf, type Weights, writeSafetensors } from '../weights/index.ts';
import { checkRun } from './train-run.ts';
import { type Document, type Windows, windowsOf } from './windows.ts';

export interface PretrainOptions {
  /** A transformers `config.json` of a LLaMA, Mistral or Qwen2; its `vocab_size` is at least the tokenizer's. */
  readonly config: Readonly<Record<string, unknown>>;
  /** A tokenizer.json, for example of `trainBpe`, and the same opened. */
  readonly tokenizerJson: Readonly<Record<string, unknown>>;
  readonly tokenizer: Tokenizer;
  /** Documents to learn from, and others to look at how it goes. */
  readonly texts: readonly Document[];
  readonly heldOut: readonly Document[];
  readonly steps: number;
  /** Windows in a batch, and tokens in a window. */
  readonly B: number;
  readonly T: number;
  /** Highest learning rate, after a warm-up of 3 % of the steps; a cosine takes it down to a tenth. */
  readonly rate: number;
  readonly decay?: number;
  readonly clip?: number;
  readonly seed: number;
  /** Where and with how many threads it runs. Default: the engine's choice. */
  readonly engine?: EngineOptions;
  /** Where everything goes: state.safetensors and run.jsonl while it runs, a model folder as transformers saves it when it is done. */
  readonly out: string;
  /** Steps between two saved states, and between two looks at the text held out. */
  readonly saveEvery?: number;
  readonly lookEvery?: number;
  readonly signal?: AbortSignal | undefined;
  readonly log?: (event: RunEvent) => void;
}

/** A line of run.jsonl. */
export type RunEvent =
  | { readonly type: 'began'; readonly at: string; readonly from: number; readonly tokens: number; readonly parameters: number }
  | { readonly type: 'step'; readonly step: number; readonly loss: number; readonly norm: number; readonly rate: number }
  | { readonly type: 'looked'; readonly step: number; readonly heldOut: number }
  | { readonly type: 'saved'; readonly step: number }
  | { readonly type: 'ended'; readonly at: string; readonly step: number; readonly heldOut: number };

/** Batches of held-out text in one look. */
const LOOKS = 8;

/**
 * Trains, or goes on where `out` has a state. Returns the mean loss on the text held out, in nats a token.
 * @throws ModelError FAME_TEXT, FAME_RUN, MODEL_CONFIG; GraphError LOSS_NOT_FINITE; WeightError WEIGHT_STATE, WEIGHT_WRITE; the signal's reason, after the state was saved
 */
export async function pretrain(o: PretrainOptions): Promise<number> {
  const { tokenizer, B, T, steps, seed, out, signal, saveEvery = 200, lookEvery = 200 } = o;
  const c = llamaConfig(o.config);
  const w = startWeights(c, seed);
  const ids = input('ids', 'int64', [B, T]);
  const loss = nextTokenLoss(logitsOf(w, c, ids, T), input('labels', 'int64', [B, T]));
  const texts = windowsOf(o.texts, tokenizer, { B, T, seed });
  const heldOut = windowsOf(o.heldOut, tokenizer, { B, T, seed: seed + 1 });
  const training = await trainer(loss, [...w.asked.values()], { decay: o.decay ?? 0.1, clip: o.clip ?? 1, ...o.engine });
  try {
    await mkdir(out, { recursive: true });
    const file = join(out, 'state.safetensors');
    const notes = { seed: String(seed), config: JSON.stringify(o.config), batch: `${B}x${T}`, steps: String(steps), rate: String(o.rate) };
    if (await exists(file)) checkRun((await loadState(file, training)).notes, notes, file);
    const tell = async (event: RunEvent) => {
      await appendFile(join(out, 'run.jsonl'), `${JSON.stringify(event)}\n`);
      o.log?.(event);
    };
    const save = async () => {
      await saveState(file, training, notes);
      await tell({ type: 'saved', step: training.taken });
    };
    const rateAt = cosine({ peak: o.rate, steps, warmup: Math.ceil(0.03 * steps), floor: 0.1 });
    await tell({ type: 'began', at: new Date().toISOString(), from: training.taken, tokens: texts.tokens, parameters: sizeOf(w) });
    while (training.taken < steps) {
      const step = training.taken;
      const { loss: value, norm } = await training.step(texts.at(step), rateAt(step + 1));
      await tell({ type: 'step', step, loss: value, norm, rate: rateAt(step + 1) });
      const now = training.taken;
      if (now % lookEvery === 0 && now < steps) await tell({ type: 'looked', step: now, heldOut: await look(training, heldOut) });
      if (now % saveEvery === 0 || now === steps || signal?.aborted) await save();
      signal?.throwIfAborted();
    }
    const last = await look(training, heldOut);
    await saveModel(o, training);
    await tell({ type: 'ended', at: new Date().toISOString(), step: training.taken, heldOut: last });
    return last;
  } finally {
    await training.dispose();
  }
}

/** Normal with 0.02, as transformers starts; what is added to the residual stream begins smaller the deeper the network is (GPT-2, §2.3); norms begin with 1. */
function startWeights(c: LlamaConfig, seed: number): Weights {
  const chance = random(seed);
  return freshWeights((name, shape) => {
    const size = shape.reduce((n, d) => n * d, 1);
    if (shape.length === 1) return new Float32Array(size).fill(1);
    const deviation = /(o_proj|down_proj)\.weight$/.test(name) ? 0.02 / Math.sqrt(2 * c.layers) : 0.02;
    return Float32Array.from({ length: size }, () => deviation * chance.normal());
  });
}

const sizeOf = (w: Weights): number =>
  [...w.asked.values()].reduce((n, { shape }) => n + shape.reduce<number>((m, d) => m * (d as number), 1), 0);

/** Scores of the next token at every place of the windows: ids [B,T] → [B,T,V]. */
function logitsOf(w: Weights, c: LlamaConfig, ids: Tensor, T: number): Tensor {
  const { cos, sin } = c.rope.tables([...Array(T).keys()], T);
  const table = (data: Float32Array) => constant('float32', [T, c.headWidth], data);
  const x = embedTokens(w, c, ids); //                                                                   [B,T,D]
  const masks = new Map([...new Set(c.windows)].map((window) => [window, causalMask(T, x, window)]));
  const { hidden } = llamaDecoder(w, c, { x, cos: table(cos), sin: table(sin), mask: (window) => masks.get(window)! });
  return llamaLogits(w, c, hidden);
}

/** Mean loss on the first batches of a text, nothing moves. */
async function look(training: Trainer, text: Windows): Promise<number> {
  const held = Object.fromEntries(Object.keys(await training.weights()).map((name) => [name, { held: name }]));
  let sum = 0;
  for (let i = 0; i < LOOKS; i++) {
    const { loss } = await training.session.run({ ...text.at(i), ...held }, { fetch: ['loss'] });
    sum += Number(loss!.data[0]);
  }
  return sum / LOOKS;
}

/** A model folder as transformers saves it. */
async function saveModel({ out, config, tokenizerJson, tokenizer }: PretrainOptions, training: Trainer): Promise<void> {
  const tensors = Object.entries(await training.weights()).map(([name, value]) => tensorOf(name, value));
  await writeSafetensors(join(out, 'model.safetensors'), tensors, { format: 'pt' });
  const files = {
    'config.json': config,
    'tokenizer.json': tokenizerJson,
    'tokenizer_config.json': { tokenizer_class: 'PreTrainedTokenizerFast', ...tokenizer.specialTokens },
  };
  for (const [name, json] of Object.entries(files)) await writeTextFile(join(out, name), `${JSON.stringify(json, null, 2)}\n`);
}
