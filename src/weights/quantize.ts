import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { WeightError } from '../base/errors.ts';
import { isRecord } from '../base/file.ts';
import { type BlockFormat, dequantizeBlocks, quantizeBlocks } from './blocks.ts';
import { openCheckpoint } from './checkpoint.ts';
import { copyCompanions, makeDirectory } from './directory.ts';
import { readError, writeAtomic } from './disk.ts';
import { DTYPE_BYTES, widen } from './dtype.ts';
import { strictJson } from './json.ts';
import { type FileReceipt, writeReceipt } from './receipt.ts';
import { readPieces, type TensorEntry } from './safetensors.ts';
import { writeModel } from './shards.ts';
import type { TensorData } from './writer.ts';

export interface QuantizeOptions extends BlockFormat {
  /** Largest size of one output file in bytes. */
  readonly shardBytes?: number;
  /** `done` of `total` bytes of the source were read; `tensor` is under way. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number; readonly tensor: string }) => void;
  readonly signal?: AbortSignal;
}

/** How far the stored weights are from the originals, over all tensors of one kind. */
export interface KindError {
  /** The last word of the name before `.weight`: q_proj, fc1, lm_head … */
  readonly kind: string;
  readonly tensors: number;
  /** Root of Σ error² / Σ weight². */
  readonly relative: number;
  /** The largest error of one weight. */
  readonly worst: number;
}

export interface Quantization {
  readonly directory: string;
  readonly files: readonly FileReceipt[];
  readonly quantized: number;
  readonly kept: number;
  /** Bytes of all tensors, before and after. */
  readonly bytes: { readonly before: number; readonly after: number };
  readonly errors: readonly KindError[];
}

/** Linear layers of LLaMA-family and CLIP models, as they call them. Embeddings, norms, biases, convolutions and projectors do not match. */
const LINEAR = /(?:^|\.)(\w+_proj|fc1|fc2|lm_head)\.weight$/;
/** Of a language model; an encoder-decoder's `model.decoder.embed_tokens` is something else. */
const EMBEDDING = /(?:^|\.)(?:model|language_model)\.embed_tokens\.weight$/;
/** Bytes of the source read and quantised at a time, rounded to whole rows. */
const PIECE = 8 * 1024 * 1024;

/**
 * Writes a copy of the model in `directory` to `out` with its linear layers in 4 or 8 bits. `X.weight` becomes `X.weight.q4` (or `.q8`; U8 [N, K/block, block·bits/8])
 * and `X.weight.scales` (F32 [N, K/block]), see blocks.ts; a tied language-model head gets quantised weights of its own, made from the embedding;
 * all else is copied unchanged. Memory stays at a few pieces of 8 MB whatever the model's size. `out` appears at the end, whole, or not at all.
 * @throws WEIGHT_OUT_EXISTS, WEIGHT_QUANTIZED, WEIGHT_QUANTIZE_NOTHING, WEIGHT_NOT_FINITE, WEIGHT_CONFIG; StoppedError when `signal` aborts
 */
export async function quantizeDirectory(directory: string, out: string, options: QuantizeOptions): Promise<Quantization> {
  const config = await readConfig(directory);
  const { entries } = await openCheckpoint(directory);
  const plan = planTensors([...entries.values()], config, resolve(directory), options);
  const { bits, block, shardBytes } = options;
  const files = await makeDirectory(out, options.signal, async (temporary) => {
    const receipts = await writeModel(temporary, plan.tensors, shardBytes === undefined ? {} : { shardBytes });
    const text = Buffer.from(`${JSON.stringify({ ...config, quantization_config: { quant_method: 'famenet', bits, block } }, null, 2)}\n`);
    receipts.push({ file: 'config.json', ...(await writeAtomic(join(temporary, 'config.json'), [text])) });
    receipts.push(...(await copyCompanions(directory, temporary)));
    await writeReceipt(temporary, {
      made: 'famenet models quantize',
      from: { model: basename(resolve(directory)), bits, block },
      files: receipts,
    });
    return receipts;
  });
  return { directory: resolve(out), files, ...plan.summary() };
}

async function readConfig(directory: string): Promise<Record<string, unknown>> {
  const at = resolve(directory, 'config.json');
  const bytes = await readFile(at).catch((cause) => {
    throw readError(cause, at);
  });
  const config = strictJson(bytes, 'The configuration', at);
  if (!isRecord(config))
    throw new WeightError('WEIGHT_CONFIG', "A model's config.json is not an object", {
      at,
      expected: '{…}',
      got: 'another JSON',
      fix: 'download the file again',
    });
  if (config.quantization_config !== undefined) throw quantizedTwice(at, JSON.stringify(config.quantization_config));
  return config;
}

function quantizedTwice(at: string, got: string): WeightError {
  return new WeightError('WEIGHT_QUANTIZED', 'The model is quantised already', {
    at,
    expected: 'weights in F32, F16 or BF16',
    got: got.slice(0, 200),
    fix: 'quantise the original model',
  });
}

/** Sums of one kind of tensor, filled while the tensors are written. */
interface Tally {
  tensors: number;
  error: number;
  weight: number;
  worst: number;
}

function planTensors(entries: readonly TensorEntry[], config: Record<string, unknown>, at: string, options: QuantizeOptions) {
  const twice = entries.find((e) => /\.(q[48]|qweight|scales)$/.test(e.name));
  if (twice) throw quantizedTwice(at, twice.name);
  const tallies = new Map<string, Tally>();
  const sources = entries.map((entry) => ({ entry, name: entry.name, kind: kindOf(entry) }));
  const tied = tiedHead(entries, config);
  if (tied) sources.push({ ...tied, kind: 'lm_head' });
  const linear = sources.filter((s) => s.kind !== undefined).length;
  if (linear === 0) {
    const detail = {
      at,
      expected: 'two-dimensional ….q_proj.weight, ….fc1.weight, lm_head.weight or the like',
      got: `${entries.length} other tensors`,
      fix: 'only LLaMA-family and CLIP models can be quantised',
    };
    throw new WeightError('WEIGHT_QUANTIZE_NOTHING', 'The model has no linear layer that we know', detail);
  }
  const total = sources.reduce((sum, s) => sum + s.entry.bytes, 0);
  let done = 0;
  const step = (tensor: string, bytes: number) => {
    options.signal?.throwIfAborted();
    done += bytes;
    options.onProgress?.({ done: Math.min(done, total), total, tensor });
  };
  const tensors = sources.flatMap(({ entry, name, kind }) => {
    if (kind === undefined) return [{ ...entry, data: () => copied(entry, step) }];
    const tally = tallies.get(kind) ?? { tensors: 0, error: 0, weight: 0, worst: 0 };
    tallies.set(kind, tally);
    tally.tensors += 1;
    return quantized(entry, name, options, tally, step);
  });
  const summary = () => ({
    quantized: linear,
    kept: sources.length - linear,
    bytes: {
      before: entries.reduce((sum, e) => sum + e.bytes, 0),
      after: tensors.reduce((sum, t) => sum + t.shape.reduce((a, b) => a * b, 1) * DTYPE_BYTES[t.dtype], 0),
    },
    errors: [...tallies].map(([kind, t]) => ({ kind, tensors: t.tensors, relative: Math.sqrt(t.error / (t.weight || 1)), worst: t.worst })),
  });
  return { tensors, summary };
}

function kindOf({ name, dtype, shape, bytes }: TensorEntry): string | undefined {
  const match = LINEAR.exec(name);
  return match && shape.length === 2 && bytes > 0 && /F/.test(dtype) && !/multi_modal_projector|mm_projector/.test(name)
    ? match[1]
    : undefined;
}

/** With `tie_word_embeddings` the file has no head: the embedding serves as one. It stays as it is, and the head gets 4 or 8 bits. */
function tiedHead(entries: readonly TensorEntry[], config: Record<string, unknown>): { entry: TensorEntry; name: string } | undefined {
  const text = isRecord(config.text_config) ? config.text_config : {};
  const tied = config.tie_word_embeddings === true || text.tie_word_embeddings === true;
  if (!tied || entries.some((e) => /(^|\.)lm_head\.weight$/.test(e.name))) return undefined;
  const entry = entries.find((e) => EMBEDDING.test(e.name));
  if (!entry) return undefined;
  // `language_model.model.embed_tokens` belongs to `language_model.lm_head`; the newer `model.language_model.embed_tokens` to `lm_head`.
  const prefix = /^(?:(.*)\.)?model\.embed_tokens\.weight$/.exec(entry.name)?.[1];
  return { entry, name: prefix === undefined ? 'lm_head.weight' : `${prefix}.lm_head.weight` };
}

type Step = (tensor: string, bytes: number) => void;

async function* copied(entry: TensorEntry, step: Step): AsyncGenerator<Uint8Array> {
  for await (const piece of readPieces(entry)) {
    step(entry.name, piece.length);
    yield piece;
  }
}

/** The two tensors that stand for one linear weight. The scales wait in memory from the first to the second, which the writer puts side by side. */
function quantized(entry: TensorEntry, name: string, format: BlockFormat, tally: Tally, step: Step): TensorData[] {
  const [rows = 0, columns = 0] = entry.shape;
  const perRow = Math.ceil(columns / format.block);
  const size = (format.block * format.bits) / 8;
  let scales: Float32Array | undefined;
  const make = async function* (count: boolean): AsyncGenerator<Uint8Array> {
    const all = new Float32Array(rows * perRow);
    let at = 0;
    const rowBytes = columns * DTYPE_BYTES[entry.dtype];
    for await (const piece of readPieces(entry, Math.max(1, Math.floor(PIECE / rowBytes)) * rowBytes)) {
      if (count) step(name, piece.length);
      const weights = new Float32Array(piece.length / DTYPE_BYTES[entry.dtype]);
      widen(entry.dtype, piece, weights);
      refuseInfinite(weights, entry);
      const blocks = quantizeBlocks(weights, columns, format);
      if (count) measure(weights, dequantizeBlocks(blocks, columns, format), tally);
      all.set(blocks.scales, at);
      at += blocks.scales.length;
      yield blocks.packed;
    }
    scales = all;
  };
  const later = async function* (): AsyncGenerator<Uint8Array> {
    // A writer that asks for the scales first, because their size is better aligned, costs a second pass.
    if (!scales) for await (const _ of make(false));
    yield new Uint8Array(scales!.buffer);
    scales = undefined;
  };
  return [
    { name: `${name}.q${format.bits}`, dtype: 'U8', shape: [rows, perRow, size], data: () => make(true) },
    { name: `${name}.scales`, dtype: 'F32', shape: [rows, perRow], data: later },
  ];
}

function refuseInfinite(weights: Float32Array, { name, file, dtype }: TensorEntry): void {
  let at = 0;
  // A plain loop: findIndex with a function takes as long as the quantisation itself.
  while (at < weights.length && Number.isFinite(weights[at])) at++;
  if (at === weights.length) return;
  const detail = {
    at: file,
    expected: 'finite numbers',
    got: `${weights[at]} (${dtype})`,
    fix: 'the checkpoint is damaged, or was saved from a training that diverged',
  };
  throw new WeightError('WEIGHT_NOT_FINITE', `Tensor ${JSON.stringify(name)} holds numbers that are not finite`, detail);
}

function measure(weights: Float32Array, back: Float32Array, tally: Tally): void {
  for (let i = 0; i < weights.length; i++) {
    const error = Math.abs(weights[i]! - back[i]!);
    tally.error += error * error;
    tally.weight += weights[i]! * weights[i]!;
    if (error > tally.worst) tally.worst = error;
  }
}
