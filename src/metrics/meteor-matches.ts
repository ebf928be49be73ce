import { porter2 } from '../text/porter2.ts';
import type { Find } from './meteor-finder.ts';
import { FUNCTION_WORDS } from './meteor-normalise.ts';
import type { Paraphrases } from './meteor-paraphrases.ts';
import type { WordNet } from './wordnet.ts';

/** METEOR's modules in its order; a match keeps the position of the one that found it. */
export const MODULES = ['exact', 'stem', 'synonym', 'paraphrase'] as const;
const [EXACT, STEM, SYNONYM, PARAPHRASE] = [0, 1, 2, 3] as const;

/** Words of the candidate that may stand for words of the reference: one for one but for paraphrases. */
export interface Match {
  /** Position in `MODULES`. */
  readonly module: number;
  /** First word and number of words in the reference. */
  readonly ref: number;
  readonly refLength: number;
  /** The same in the candidate. */
  readonly hyp: number;
  readonly hypLength: number;
}

/** What the matchers ask of a word, looked up once for each different word. Words are the same object if and only if they are equal. */
export interface Word {
  readonly text: string;
  readonly stem: string;
  /** Ascending; empty without a WordNet. */
  readonly synsets: Int32Array;
  /** Number in the paraphrase table, or −1. */
  readonly phraseWord: number;
  readonly isFunction: boolean;
}

/** Which resources the matchers may use. Without one, its module finds nothing. */
export interface Resources {
  readonly wordnet?: WordNet | undefined;
  readonly paraphrases?: Paraphrases | undefined;
}

/** Looks words up and remembers them. */
export function createLexicon({ wordnet, paraphrases }: Resources): (texts: readonly string[]) => Word[] {
  const known = new Map<string, Word>();
  const none = new Int32Array(0);
  return (texts) =>
    texts.map((text) => {
      let word = known.get(text);
      if (word === undefined) {
        const synsets = wordnet?.synsets(text) ?? none;
        word = { text, stem: porter2(text), synsets, phraseWord: paraphrases?.word(text) ?? -1, isFunction: FUNCTION_WORDS.has(text) };
        known.set(text, word);
      }
      return word;
    });
}

/**
 * All matches of two sentences, listed by the reference word that they begin with. Their order is that of the reference implementation: modules one
 * after another; the aligner keeps it among equals. Identical sentences are matched exactly and no other way.
 */
export function findMatches(hyp: readonly Word[], ref: readonly Word[], find: Find | undefined): Match[][] {
  const found: Match[][] = ref.map(() => []);
  const oneToOne = (module: number, test: (h: Word, r: Word) => boolean) => {
    for (const [j, r] of ref.entries()) {
      for (const [i, h] of hyp.entries()) if (test(h, r)) found[j]!.push({ module, ref: j, refLength: 1, hyp: i, hypLength: 1 });
    }
  };
  oneToOne(EXACT, (h, r) => h === r);
  if (hyp.length === ref.length && hyp.every((h, i) => h === ref[i])) return found;
  oneToOne(STEM, (h, r) => h.stem === r.stem && h !== r);
  oneToOne(SYNONYM, (h, r) => h !== r && intersect(h.synsets, r.synsets));
  if (find === undefined) return found;
  const hypIds = Int32Array.from(hyp, (w) => w.phraseWord);
  const refIds = Int32Array.from(ref, (w) => w.phraseWord);
  find(refIds, hypIds, (j, refLength, i, hypLength) => {
    found[j]!.push({ module: PARAPHRASE, ref: j, refLength, hyp: i, hypLength });
  });
  find(hypIds, refIds, (i, hypLength, j, refLength) => {
    found[j]!.push({ module: PARAPHRASE, ref: j, refLength, hyp: i, hypLength });
  });
  return found;
}

/** Whether two ascending lists share a number. */
function intersect(a: Int32Array, b: Int32Array): boolean {
  for (let i = 0, k = 0; i < a.length && k < b.length; ) {
    if (a[i] === b[k]) return true;
    if (a[i]! < b[k]!) i++;
    else k++;
  }
  return false;
}
