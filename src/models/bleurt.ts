/**
 * BLEURT (Sellam et al. 2020, Pu et al. 2021): an encoder reads a reference and a candidate together, a linear layer makes one number of its first token.
 * Reads the PyTorch port's checkpoints (lucadiliello/bleurt-pytorch, class BleurtForSequenceClassification), of BERT (2020) and RemBERT (BLEURT-20) kind, and
 * BERT or RemBERT with a classification head of one label. Parity: test/parity/bleurt.test.ts.
 */
import { readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { ModelError } from '../base/errors.ts';
import { compile, type EngineOptions, type Tensor } from '../graph/index.ts';
import { openSentencePiece } from '../text/sentencepiece.ts';
import { openTokenizer } from '../text/tokenizer.ts';
import { openCheckpoint } from '../weights/checkpoint.ts';
import { type Weights, weightsOf } from '../weights/weights.ts';
import { bertInputs, type Row, runRows, type Work } from './batch.ts';
import { BERT_RENAMES, type BertConfig, type BertInput, bertConfig, bertHidden, bertPooled } from './bert.ts';
import { longestInput, readConfig } from './config.ts';
import { weightHash } from './encoder.ts';
import { dense } from './layers.ts';

export interface BleurtOptions extends EngineOptions {
  /**
   * What `"hidden_act": "gelu"` of config.json means. `tanh` (default): the approximation that google's code computes, with which the checkpoints were trained
   * and exported (the graph of the exported test checkpoint has no Erf node). `erf`: what the PyTorch port makes of the same word; its scores differ by about 0.001.
   */
  readonly gelu?: 'tanh' | 'erf';
}

/** Fits `PairScorer` of famenet/metrics. */
export interface Bleurt {
  /** `BLEURT-20_T512_gelu-tanh_<first 12 digits of the weights' sha256>`: T is the longest input. */
  readonly name: string;
  /** One number per pair, in order; about 0 to 1, but not bounded. @throws ModelError MODEL_NAN; StoppedError */
  score(pairs: readonly { readonly reference: string; readonly candidate: string }[], o?: Work): Promise<number[]>;
  dispose(): Promise<void>;
}

/** Opens a checkpoint directory. @throws ModelError MODEL_BLEURT, MODEL_TYPE, MODEL_CONFIG, TEXT_…; WeightError */
export async function openBleurt(directory: string, { gelu = 'tanh', ...engine }: BleurtOptions = {}): Promise<Bleurt> {
  await refuseTensorFlow(directory);
  const { json, at } = await readConfig(directory);
  const read = bertConfig(json, at);
  if (read.kind !== 'bert')
    throw notBleurt(at, 'model_type bleurt, bert or rembert', JSON.stringify(json.model_type), 'give a BLEURT checkpoint');
  const c: BertConfig = read.activation === 'gelu' && gelu === 'tanh' ? { ...read, activation: 'gelu_new' } : read;
  const [pieces, checkpoint] = await Promise.all([openPieces(directory, c), openCheckpoint(directory)]);
  const longest = await longestInput(directory, c.positions);
  const session = await compile({ score: bleurtScore(weightsOf(checkpoint, { rename: BERT_RENAMES }), c, bertInputs()) }, engine);
  const form = c.activation === 'gelu' ? 'gelu-erf' : c.activation === 'relu' ? 'relu' : 'gelu-tanh';
  return {
    name: `${basename(resolve(directory))}_T${longest}_${form}_${await weightHash(checkpoint)}`,
    async score(pairs, work = {}) {
      const rows = pairs.map(({ reference, candidate }) => pieces.pair(reference, candidate, longest));
      const scores = new Array<number>(pairs.length).fill(0);
      await runRows(session, 'score', c, rows, work, ({ data }, batch) => {
        for (const [b, i] of batch.entries()) scores[i] = Number(data[b]);
      });
      if (scores.every(Number.isFinite)) return scores;
      throw new ModelError('MODEL_NAN', 'The network gave scores that are not numbers', {
        at: directory,
        expected: 'a number for each pair',
        got: `${scores.filter((s) => !Number.isFinite(s)).length} of ${scores.length} that are none`,
        fix: 'check the weights with `famenet models verify`',
      });
    },
    dispose: () => session.dispose(),
  };
}

/** Encoder, tanh pooler, one linear unit without anything behind it. → [B,1,1] */
export function bleurtScore(w: Weights, c: BertConfig, input: BertInput): Tensor {
  return dense(w.at('classifier'), [1, c.width], bertPooled(w, c, bertHidden(w, c, input)), true);
}

/**
 * `[CLS] reference [SEP] candidate [SEP]`, segment 0 up to the first [SEP]; where that is too long, the longer sentence loses its last piece, of equal ones the
 * candidate. Source: google-research/bleurt `encoding.py`.
 */
export function bleurtRow(
  reference: readonly number[],
  candidate: readonly number[],
  longest: number,
  [cls, sep]: readonly [number, number],
): Row {
  let [r, k] = [reference.length, candidate.length];
  while (r + k > Math.max(0, longest - 3)) {
    if (r > k) r--;
    else k--;
  }
  return { pieces: [cls, ...reference.slice(0, r), sep, ...candidate.slice(0, k), sep], first: r + 2 };
}

const SENTENCEPIECE = ['spm.model', 'sent_piece.model', 'spiece.model'];

/** The SentencePiece model where there is one, for it is what BLEURT itself reads; else tokenizer.json (WordPiece). */
async function openPieces(directory: string, c: BertConfig): Promise<{ pair(reference: string, candidate: string, longest: number): Row }> {
  const names = await readdir(directory);
  const file = SENTENCEPIECE.find((name) => names.includes(name));
  const tokenizer = file ? await openSentencePiece(join(directory, file)) : await openTokenizer(directory);
  const [cls, sep] = [tokenizer.idOf('[CLS]'), tokenizer.idOf('[SEP]')];
  if (cls === undefined || sep === undefined || tokenizer.size > c.vocabulary)
    throw notBleurt(
      tokenizer.at,
      `[CLS], [SEP] and at most ${c.vocabulary} pieces`,
      `${cls === undefined ? 'no [CLS], ' : ''}${sep === undefined ? 'no [SEP], ' : ''}${tokenizer.size} pieces`,
      'put the tokenizer that belongs to these weights beside them',
    );
  const encode = (text: string) => tokenizer.encode(text, { addSpecial: false });
  return { pair: (reference, candidate, longest) => bleurtRow(encode(reference), encode(candidate), longest, [cls, sep]) };
}

/** google's own checkpoints are TensorFlow SavedModels, which nothing here can read. */
async function refuseTensorFlow(directory: string): Promise<void> {
  const names = await readdir(directory);
  const theirs = names.filter((name) => /^saved_model\.pb$|^variables$|\.ckpt-|\.data-\d{5}-of-/.test(name));
  if (theirs.length === 0 || names.some((name) => name.endsWith('.safetensors'))) return;
  throw notBleurt(
    directory,
    'config.json and .safetensors weights, as the PyTorch port has them',
    `a TensorFlow checkpoint (${theirs.join(', ')})`,
    'take the converted checkpoint: `famenet models pull bleurt-20`, or any lucadiliello/BLEURT-… or lucadiliello/bleurt-…',
  );
}

function notBleurt(at: string, expected: string, got: string, fix: string): ModelError {
  return new ModelError('MODEL_BLEURT', 'This is not a BLEURT checkpoint that can be read', { at, expected, got, fix });
}
