/** A text as one long row of tokens, and batches of windows of it: batch i depends on the seed and on i alone, so a run can go on anywhere. */
import { ModelError } from '../base/errors.ts';
import { mixed, random } from '../base/random.ts';
import { type Batch, int64 } from '../graph/index.ts';
import type { Tokenizer } from '../text/index.ts';

/** A text, or its ids where it has control tokens inside. */
export type Document = string | readonly number[];

export interface Windows {
  /** Tokens in all, the ends of documents among them. */
  readonly tokens: number;
  /** Batch i: ids [B,T] and the labels of a loss that predicts the next token, [B,T]. */
  at(i: number): Batch;
}

export interface WindowOptions {
  /** Windows in a batch, and tokens in a window. */
  readonly B: number;
  readonly T: number;
  readonly seed: number;
}

/**
 * Windows at random places; each token of a window but the first is predicted, also the token that ends a document. Windows may reach over such ends, as
 * usual in pretraining. Throws ModelError FAME_TEXT where there is less text than one window.
 */
export function windowsOf(documents: Iterable<Document>, tokenizer: Tokenizer, { B, T, seed }: WindowOptions): Windows {
  const stream = streamOf(documents, tokenizer);
  if (stream.length < T) {
    throw new ModelError('FAME_TEXT', 'There is too little text to learn from', {
      expected: `${T} tokens or more, one window`,
      got: `${stream.length}`,
      fix: 'give more text, or shorter windows',
    });
  }
  return {
    tokens: stream.length,
    at(i) {
      const chance = random(mixed(seed, i));
      const ids = new BigInt64Array(B * T);
      for (let b = 0; b < B; b++) {
        const from = chance.below(stream.length - T + 1);
        for (let t = 0; t < T; t++) ids[b * T + t] = BigInt(stream[from + t]!);
      }
      return { ids: int64([B, T], ids), labels: int64([B, T], ids) };
    },
  };
}

function streamOf(documents: Iterable<Document>, tokenizer: Tokenizer): Int32Array {
  const parts: number[][] = [];
  const end = tokenizer.eos[0];
  let length = 0;
  for (const document of documents) {
    const own = typeof document === 'string' ? tokenizer.encode(document, { addSpecial: false }) : document;
    const ids = [...own, ...(end === undefined || own.at(-1) === end ? [] : [end])];
    parts.push(ids);
    length += ids.length;
  }
  const stream = new Int32Array(length);
  let at = 0;
  for (const ids of parts) {
    stream.set(ids, at);
    at += ids.length;
  }
  return stream;
}
