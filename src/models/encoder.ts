/** Sentences to vectors with a BERT or RoBERTa folder: what BERTScore matches. */

import { createHash } from 'node:crypto';
import { basename, resolve } from 'node:path';
import { compile, type EngineOptions } from '../graph/index.ts';
import { stripped } from '../text/space.ts';
import { openTokenizer } from '../text/tokenizer.ts';
import { openCheckpoint } from '../weights/checkpoint.ts';
import { fingerprint } from '../weights/receipt.ts';
import type { Checkpoint } from '../weights/safetensors.ts';
import { weightsOf } from '../weights/weights.ts';
import { bertInputs, runRows, type Work } from './batch.ts';
import { BERT_RENAMES, bertConfig, bertHidden } from './bert.ts';
import { longestInput, readConfig } from './config.ts';

/** The layer that agrees best with people, as bert_score chose it, by the folder's name. Facts: bert_score `utils.py`, model2layers. */
export const BERTSCORE_LAYERS: Readonly<Record<string, number>> = {
  'bert-base-multilingual-cased': 9,
  'bert-base-uncased': 9,
  'bert-large-uncased': 18,
  'distilroberta-base': 5,
  'roberta-base': 10,
  'roberta-large': 17,
  'roberta-large-mnli': 19,
  'xlm-roberta-base': 9,
  'xlm-roberta-large': 17,
};

export interface EncoderOptions extends EngineOptions {
  /** Which hidden state: 1 is the first block's; the model's best for BERTScore where known, else the last. */
  readonly layer?: number;
}

/** Fits `SentenceEncoder` of famenet/metrics. */
export interface Encoder {
  /** `roberta-large_L17_<first 12 digits of the weights' sha256>`. */
  readonly name: string;
  readonly layer: number;
  readonly width: number;
  /** What an input begins and ends with; nothing else, since bert_score lets an unknown piece count. */
  readonly special: ReadonlySet<number>;
  /** Pieces and their vectors [pieces, width], special ones included; what is longer than the model reads is cut. A control token spelled in a sentence is text. */
  encode(sentences: readonly string[], o?: Work): Promise<{ pieces: number[]; vectors: Float32Array }[]>;
  dispose(): Promise<void>;
}

/** Opens a model folder as transformers saves it. @throws ModelError, WeightError */
export async function openEncoder(directory: string, { layer, ...engine }: EncoderOptions = {}): Promise<Encoder> {
  const { json, at } = await readConfig(directory);
  const c = bertConfig(json, at);
  const [tokenizer, checkpoint] = await Promise.all([openTokenizer(directory), openCheckpoint(directory)]);
  const model = basename(resolve(directory));
  const take = layer ?? BERTSCORE_LAYERS[model] ?? c.layers;
  const hidden = bertHidden(weightsOf(checkpoint, { rename: BERT_RENAMES }), c, bertInputs(), take);
  const session = await compile({ hidden }, engine);
  const longest = await longestInput(directory, c.kind === 'roberta' ? c.positions - c.pad - 1 : c.positions);
  const before = json.model_type === 'roberta' ? ' ' : ''; // bert_score: add_prefix_space=True for RoBERTa's byte pairs

  const piecesOf = (sentence: string): number[] => {
    const text = stripped(sentence);
    const ids = tokenizer.encode(text === '' ? '' : before + text);
    return ids.length <= longest ? ids : [...ids.slice(0, longest - 1), ids.at(-1) as number];
  };

  return {
    name: `${model}_L${take}_${await weightHash(checkpoint)}`,
    layer: take,
    width: c.width,
    special: new Set(tokenizer.encode('')),
    async encode(sentences, work = {}) {
      const rows = sentences.map((sentence) => ({ pieces: piecesOf(sentence) }));
      const out = rows.map(({ pieces }) => ({ pieces, vectors: new Float32Array(pieces.length * c.width) }));
      await runRows(session, 'hidden', c, rows, work, ({ shape, data }, batch) => {
        const stride = (shape[1] as number) * c.width;
        for (const [b, i] of batch.entries()) {
          const { vectors } = out[i]!;
          vectors.set((data as Float32Array).subarray(b * stride, b * stride + vectors.length));
        }
      });
      return out;
    },
    dispose: () => session.dispose(),
  };
}

/** The first 12 digits of a SHA-256 over those of the weight files, in the order of their names. */
export async function weightHash({ entries }: Checkpoint): Promise<string> {
  const hash = createHash('sha256');
  for (const file of [...new Set([...entries.values()].map((e) => e.file))].sort()) hash.update((await fingerprint(file)).sha256);
  return hash.digest('hex').slice(0, 12);
}
