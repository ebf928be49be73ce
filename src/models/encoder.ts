/** Sentences to vectors with a BERT or RoBERTa folder: what BERTScore matches. */

import { createHash } from 'node:crypto';
import { basename, resolve } from 'node:path';
import { compile, type EngineOptions, float32, input, int64, type Value } from '../graph/index.ts';
import { openTokenizer } from '../text/index.ts';
import { fingerprint, openCheckpoint, weightsOf } from '../weights/index.ts';
import { BERT_RENAMES, type BertConfig, bertConfig, bertHidden, bertPositions } from './bert.ts';
import { readConfig } from './config.ts';

/** Tokens that pass through the network at once. */
const BATCH_TOKENS = 2048;

/** The layer that agrees best with people, as bert_score chose it, by the folder's name. Facts: bert_score `utils.py`, model2layers. */
export const BERTSCORE_LAYERS: Readonly<Record<string, number>> = {
  'roberta-large': 17,
  'roberta-base': 10,
  'roberta-large-mnli': 19,
  'bert-base-uncased': 9,
};

export interface EncoderOptions extends EngineOptions {
  /** Which hidden state: 1 is the first block's; the model's best for BERTScore where known, else the last. */
  readonly layer?: number;
}

/** Fits `SentenceEncoder` of famenet/metrics. */
export interface Encoder {
  /** `roberta-large_L17_<first 12 digits of the weights' sha256>`. */
  readonly name: string;
  readonly width: number;
  readonly special: ReadonlySet<number>;
  /** Pieces and their vectors [pieces, width], special ones included; what is longer than the model reads is cut. */
  encode(
    sentences: readonly string[],
    o?: { readonly signal?: AbortSignal | undefined },
  ): Promise<{ pieces: number[]; vectors: Float32Array }[]>;
  dispose(): Promise<void>;
}

/** Opens a model folder as transformers saves it. @throws ModelError, WeightError */
export async function openEncoder(directory: string, { layer, ...engine }: EncoderOptions = {}): Promise<Encoder> {
  const { json, at } = await readConfig(directory);
  const c = bertConfig(json, at);
  const [tokenizer, checkpoint] = await Promise.all([openTokenizer(directory), openCheckpoint(directory)]);
  const model = basename(resolve(directory));
  const take = layer ?? BERTSCORE_LAYERS[model] ?? c.layers;
  const whole = (key: string) => input(key, 'int64', ['B', 'T']);
  const inputs = { ids: whole('ids'), positions: whole('positions'), types: whole('types'), mask: input('mask', 'float32', ['B', 'T']) };
  const session = await compile({ hidden: bertHidden(weightsOf(checkpoint, { rename: BERT_RENAMES }), c, inputs, take) }, engine);
  const longest = c.kind === 'roberta' ? c.positions - c.pad - 1 : c.positions;

  const piecesOf = (sentence: string): number[] => {
    const text = sentence.trim();
    const ids = tokenizer.encode(c.kind === 'roberta' && text !== '' ? ` ${text}` : text); // bert_score: add_prefix_space for RoBERTa
    return ids.length <= longest ? ids : [...ids.slice(0, longest - 1), ids.at(-1) as number];
  };

  return {
    name: `${model}_L${take}_${await weightHash(checkpoint.entries.values())}`,
    width: c.width,
    special: tokenizer.special,
    async encode(sentences, { signal } = {}) {
      const pieces = sentences.map(piecesOf);
      const out = pieces.map((p) => ({ pieces: p, vectors: new Float32Array(p.length * c.width) }));
      for (const rows of batches(pieces)) {
        const hidden = (
          await session.run(
            padded(
              rows.map((i) => pieces[i] as number[]),
              c,
            ),
            signal ? { signal } : {},
          )
        ).hidden as Value;
        const T = hidden.shape[1] as number;
        for (const [b, i] of rows.entries()) {
          const vectors = out[i]?.vectors as Float32Array;
          vectors.set((hidden.data as Float32Array).subarray(b * T * c.width, b * T * c.width + vectors.length));
        }
      }
      return out;
    },
    dispose: () => session.dispose(),
  };
}

/** Sentences of like length together, so that little is padded. */
function batches(pieces: readonly (readonly number[])[]): number[][] {
  const order = pieces.map((_, i) => i).filter((i) => (pieces[i] as number[]).length > 0);
  order.sort((p, q) => (pieces[q] as number[]).length - (pieces[p] as number[]).length); // the longest first: it sets the batch's length
  const out: number[][] = [];
  let room = 0;
  for (const i of order) {
    if (room === 0) {
      out.push([]);
      room = Math.max(1, Math.floor(BATCH_TOKENS / (pieces[i] as number[]).length));
    }
    out.at(-1)?.push(i);
    room--;
  }
  return out;
}

function padded(rows: readonly (readonly number[])[], c: BertConfig): Record<string, Value> {
  const shape = [rows.length, Math.max(...rows.map((r) => r.length))];
  const fill = <X>(row: readonly X[], by: X) => [...row, ...Array<X>((shape[1] as number) - row.length).fill(by)];
  const mask = rows.map((r) =>
    fill(
      r.map(() => 1),
      0,
    ),
  );
  const ints = (values: readonly number[]) => int64(shape, BigInt64Array.from(values, BigInt));
  return {
    ids: ints(rows.flatMap((r) => fill(r, c.pad))),
    positions: ints(mask.flatMap((m) => bertPositions(c, m))),
    types: ints(mask.flat().map(() => 0)),
    mask: float32(shape, Float32Array.from(mask.flat())),
  };
}

async function weightHash(entries: Iterable<{ readonly file: string }>): Promise<string> {
  const hash = createHash('sha256');
  for (const file of [...new Set([...entries].map((e) => e.file))].sort()) hash.update((await fingerprint(file)).sha256);
  return hash.digest('hex').slice(0, 12);
}
