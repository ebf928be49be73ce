import type { Word } from './speech.ts';
import { tokensOf } from './words.ts';

/** A word that was heard, as it is compared with a written one. One heard word with a hyphen gives two. */
export interface Heard {
  readonly key: string;
  /** Without punctuation. */
  readonly text: string;
  /** Punctuation right behind it. */
  readonly mark: string;
  /** Whether a sentence begins with it, as the engine punctuates. */
  readonly opens: boolean;
  readonly start: number;
  readonly end: number;
  /** 0 to 1. */
  readonly confidence: number;
}

/** What is taken for a word whose engine says nothing of how sure it is. */
const UNSAID = 0.5;

/** The words in the order in which they were said. Words without letters are left out. */
export function heardOf(words: readonly Word[]): Heard[] {
  let opens = true;
  return words.flatMap(({ text, start, end, confidence = UNSAID }) => {
    const tokens = tokensOf(text);
    return tokens.map(({ key, from, to }, i) => {
      const mark = /^[^\s\p{L}\p{N}]*/u.exec(text.slice(to))?.[0] ?? '';
      const heard = { key, text: text.slice(from, to), mark: i < tokens.length - 1 ? '' : markOf(mark), opens, start, end, confidence };
      opens = ENDS.test(heard.mark);
      return heard;
    });
  });
}

/** Marks that end a sentence. */
export const ENDS = /[.?!…]/;

/** The punctuation in what stands between two words: quotation marks, brackets and dashes are not heard, and left out. */
export const markOf = (between: string): string => between.replace(/[^.,;:?!…]/g, '');
