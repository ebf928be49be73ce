import type { Item, Tokens } from './metric.ts';

/** Longest n-grams anybody counts here. */
export const ORDER = 4;

/** n-grams of one order, as numbers of one index, and how often each occurs, in the order of their first occurrence. */
export type Counts = ReadonlyMap<number, number>;

/** Numbers n-grams, so that counting them needs no strings, and remembers what it counted. Numbers of two indexes mean nothing to each other. */
export interface NgramIndex {
  /** Counts of the n-grams of order 1 to 4: `of(tokens)[n - 1]`. */
  of(tokens: Tokens): readonly Counts[];
  /** How many words (numbered from 0 upwards) and longer n-grams (from −1 downwards) it knows by now. */
  size(): { readonly words: number; readonly longer: number };
}

const known = new WeakMap<readonly Item[], NgramIndex>();

/** The index of one set of items, the same for every metric that asks; it goes when the items go. */
export function ngramIndex(all: readonly Item[]): NgramIndex {
  let index = known.get(all);
  if (index === undefined) {
    index = createIndex();
    known.set(all, index);
  }
  return index;
}

function createIndex(): NgramIndex {
  const words = new Map<string, number>();
  const longerOf = createPairs();
  const counted = new Map<Tokens, readonly Counts[]>();
  const wordOf = (token: string) => {
    let id = words.get(token);
    if (id === undefined) {
      id = words.size;
      words.set(token, id);
    }
    return id;
  };
  const count = (tokens: Tokens): Counts[] => {
    const ids = spaced(tokens).map(wordOf);
    const orders = Array.from({ length: ORDER }, () => new Map<number, number>());
    for (let start = 0; start < ids.length; start++) {
      let gram = ids[start]!;
      for (let n = 0; n < ORDER && start + n < ids.length; n++) {
        if (n > 0) gram = longerOf(gram, ids[start + n]!);
        const counts = orders[n]!;
        counts.set(gram, (counts.get(gram) ?? 0) + 1);
      }
    }
    return orders;
  };
  return {
    of(tokens) {
      let counts = counted.get(tokens);
      if (counts === undefined) {
        counts = count(tokens);
        counted.set(tokens, counts);
      }
      return counts;
    },
    size: () => ({ words: words.size, longer: longerOf.size() }),
  };
}

/**
 * Numbers for pairs of a shorter n-gram and one more word, from −1 downwards, so that none is the number of a word.
 * A hash table of its own: a Map with keys beyond 31 bits is several times slower, and this is where the time goes.
 */
function createPairs(): { (gram: number, word: number): number; size(): number } {
  let slots = new Int32Array(1 << 12); // number of the pair, 0 for none
  let grams = new Int32Array(1 << 11);
  let words = new Int32Array(1 << 11);
  let size = 0;
  const slotOf = (gram: number, word: number) => {
    let slot = Math.imul(gram, 0x9e3779b1) ^ Math.imul(word, 0x85ebca6b);
    for (slot = (slot ^ (slot >>> 15)) & (slots.length - 1); ; slot = (slot + 1) & (slots.length - 1)) {
      const id = slots[slot]!;
      if (id === 0 || (grams[-id - 1] === gram && words[-id - 1] === word)) return slot;
    }
  };
  const grow = () => {
    const [oldGrams, oldWords] = [grams, words];
    slots = new Int32Array(slots.length * 2);
    grams = new Int32Array(oldGrams.length * 2);
    words = new Int32Array(oldWords.length * 2);
    grams.set(oldGrams);
    words.set(oldWords);
    for (let i = 0; i < size; i++) slots[slotOf(grams[i]!, words[i]!)] = -i - 1;
  };
  const numberOf = (gram: number, word: number) => {
    let slot = slotOf(gram, word);
    if (slots[slot] !== 0) return slots[slot]!;
    if (size === grams.length) {
      grow();
      slot = slotOf(gram, word);
    }
    grams[size] = gram;
    words[size] = word;
    size++;
    slots[slot] = -size;
    return -size;
  };
  return Object.assign(numberOf, { size: () => size });
}

/** How many words the n-grams are made of. */
export function wordCount(tokens: Tokens): number {
  return spaced(tokens).length;
}

/**
 * Tokens as BLEU and CIDEr read them: the reference tool joins tokens by spaces and splits them at any white space, and the
 * no-break space inside a telephone number or a fraction ("1 1/2") is one. ROUGE-L splits at plain spaces only.
 */
function spaced(tokens: Tokens): Tokens {
  return tokens.some((token) => token.includes('\u00A0')) ? tokens.flatMap((token) => token.split('\u00A0').filter(Boolean)) : tokens;
}
