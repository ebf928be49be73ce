import { pairWords } from './pairing.ts';
import type { Word } from './speech.ts';
import { keysOf, tokensOf } from './words.ts';

/** How far words that were heard are from those that were said. */
export interface WordErrors {
  readonly substitutions: number;
  readonly insertions: number;
  readonly deletions: number;
  readonly hits: number;
  /** (substitutions + insertions + deletions) / words that were said; above 1 where more is wrong than was said. NaN if nothing was said. */
  readonly rate: number;
  /** What is counted and how; a rate without it says nothing. */
  readonly signature: string;
}

/** Case, accents, punctuation and hyphens do not count; `ok` and `okay` are one word (words.ts). */
export const WER_SIGNATURE = 'wer|words:letters+digits|case:lower|accents:none|costs:1,1,1';

/** Word error rate of a text. Both sides are put into the same plain form first. */
export function wordErrors(said: string, heard: string): WordErrors {
  const [left, right] = [keysOf(said), keysOf(heard)];
  const pairs = pairWords(left, right);
  const deletions = pairs.filter((pair) => pair.right === undefined).length;
  const insertions = pairs.filter((pair) => pair.left === undefined).length;
  const hits = pairs.filter((pair) => pair.left !== undefined && pair.right !== undefined && left[pair.left] === right[pair.right]).length;
  const substitutions = pairs.length - deletions - insertions - hits;
  return {
    substitutions,
    insertions,
    deletions,
    hits,
    rate: (substitutions + insertions + deletions) / left.length,
    signature: WER_SIGNATURE,
  };
}

/** How far the times of words are off, in seconds. Only words that were understood count. */
export interface TimeErrors {
  /** Words that both sides have. */
  readonly words: number;
  /** Of |start − start|, over these words: mean, median, and what 95 in 100 stay under. NaN without words. */
  readonly mean: number;
  readonly median: number;
  readonly most: number;
  /** Share of words that begin within 0.2 seconds of the truth: the collar in which WhisperX counts. */
  readonly close: number;
}

/** The collar of Bain et al. (2023), "WhisperX", section 3. */
const COLLAR = 0.2;

/** A word and when it begins, in seconds. */
export type Timed = Pick<Word, 'text' | 'start'>;

/** How far the beginnings of the words that both lists have are apart. */
export function timeErrors(truth: readonly Timed[], heard: readonly Timed[]): TimeErrors {
  const [left, right] = [begins(truth), begins(heard)];
  const pairs = pairWords(
    left.map(({ key }) => key),
    right.map(({ key }) => key),
  );
  const off = pairs
    .flatMap((pair) => {
      const [a, b] = [left[pair.left ?? -1], right[pair.right ?? -1]];
      return a !== undefined && b !== undefined && a.key === b.key ? [Math.abs(a.start - b.start)] : [];
    })
    .sort((a, b) => a - b);
  const at = (share: number) => off[Math.min(off.length - 1, Math.floor(share * off.length))] ?? Number.NaN;
  return {
    words: off.length,
    mean: off.reduce((sum, o) => sum + o, 0) / off.length,
    median: at(0.5),
    most: at(0.95),
    close: off.filter((o) => o <= COLLAR).length / off.length,
  };
}

const begins = (words: readonly Timed[]) =>
  words.flatMap(({ text, start }) =>
    tokensOf(text)
      .slice(0, 1)
      .map(({ key }) => ({ key, start })),
  );
