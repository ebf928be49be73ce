import type { Item, Tokens } from './metric.ts';

/** Longest n-grams anybody counts here. */
export const ORDER = 4;

/** The different n-grams of one sentence and one order, in the order of their first occurrence: where they lie in the index. */
export interface Counts {
  readonly from: number;
  readonly to: number;
}

/** Numbers n-grams, so that counting them needs no strings, and remembers what it counted. Numbers of two indexes mean nothing to each other. */
export interface NgramIndex {
  /** Counts of the n-grams of order 1 to 4: `of(tokens)[n - 1]`. */
  of(tokens: Tokens): readonly Counts[];
  /** How many n-grams of all orders it knows by now; they are numbered from 0. */
  size(): number;
  each(counts: Counts, visit: (gram: number, times: number) => void): void;
  /** The n-grams of `a` that some of `b` have too; `there` is how often the one that has it most often has it. */
  common(a: Counts, b: readonly Counts[], visit: (gram: number, times: number, there: number) => void): void;
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

const doubled = (list: Int32Array) => {
  const larger = new Int32Array(list.length * 2);
  larger.set(list);
  return larger;
};

/** All counts lie in two lists, and notes about an n-gram at its number: a Map for each sentence keeps the garbage collector busier than the counting. */
function createIndex(): NgramIndex {
  let size = 0;
  let [grams, times, used] = [new Int32Array(1 << 14), new Int32Array(1 << 14), 0];
  // A note counts only where `rounds` has the number of the current round: clearing would take longer than the work.
  let [round, rounds, notes] = [0, new Int32Array(1 << 12), new Int32Array(1 << 12)];
  const fresh = () => {
    if (size === rounds.length) [rounds, notes] = [doubled(rounds), doubled(notes)];
    return size++;
  };
  const words = new Map<string, number>();
  const longerOf = createPairs(fresh);
  const wordOf = (token: string) => {
    let id = words.get(token);
    if (id === undefined) {
      id = fresh();
      words.set(token, id);
    }
    return id;
  };
  const countOrder = (all: readonly number[], length: number): Counts => {
    const from = used;
    round++;
    for (let start = 0; start < length; start++) {
      const gram = all[start]!;
      if (rounds[gram] === round) times[notes[gram]!]! += 1;
      else {
        if (used === grams.length) [grams, times] = [doubled(grams), doubled(times)];
        rounds[gram] = round;
        notes[gram] = used;
        grams[used] = gram;
        times[used++] = 1;
      }
    }
    return { from, to: used };
  };
  const count = (tokens: Tokens): Counts[] => {
    const ids = spaced(tokens).map(wordOf);
    const current = ids.slice();
    const orders: Counts[] = [];
    for (let n = 0; n < ORDER; n++) {
      const length = Math.max(0, ids.length - n);
      if (n > 0) for (let start = 0; start < length; start++) current[start] = longerOf(current[start]!, ids[start + n]!);
      orders.push(countOrder(current, length));
    }
    return orders;
  };
  const counted = new Map<Tokens, readonly Counts[]>();
  return {
    of(tokens) {
      let counts = counted.get(tokens);
      if (counts === undefined) {
        counts = count(tokens);
        counted.set(tokens, counts);
      }
      return counts;
    },
    size: () => size,
    each({ from, to }, visit) {
      for (let i = from; i < to; i++) visit(grams[i]!, times[i]!);
    },
    common(a, b, visit) {
      round++;
      for (const { from, to } of b) {
        for (let i = from; i < to; i++) {
          const gram = grams[i]!;
          if (rounds[gram] !== round || notes[gram]! < times[i]!) notes[gram] = times[i]!;
          rounds[gram] = round;
        }
      }
      for (let i = a.from; i < a.to; i++) {
        const gram = grams[i]!;
        if (rounds[gram] === round) visit(gram, times[i]!, notes[gram]!);
      }
    },
  };
}

/**
 * Numbers, which `fresh` gives, for pairs of a shorter n-gram and one more word.
 * A hash table of its own: a Map with keys beyond 31 bits is several times slower, and this is where the time goes.
 */
function createPairs(fresh: () => number): (gram: number, word: number) => number {
  let slots = new Int32Array(1 << 14); // place of the pair in the lists below, from 1; 0 for none
  let grams = new Int32Array(1 << 13);
  let words = new Int32Array(1 << 13);
  let numbers = new Int32Array(1 << 13);
  let size = 0;
  const slotOf = (gram: number, word: number) => {
    let slot = Math.imul(gram, 0x9e3779b1) ^ Math.imul(word, 0x85ebca6b);
    for (slot = (slot ^ (slot >>> 15)) & (slots.length - 1); ; slot = (slot + 1) & (slots.length - 1)) {
      const place = slots[slot]!;
      if (place === 0 || (grams[place - 1] === gram && words[place - 1] === word)) return slot;
    }
  };
  return (gram, word) => {
    let slot = slotOf(gram, word);
    if (slots[slot] !== 0) return numbers[slots[slot]! - 1]!;
    if (size === grams.length) {
      [grams, words, numbers] = [doubled(grams), doubled(words), doubled(numbers)];
      slots = new Int32Array(slots.length * 2);
      for (let i = 0; i < size; i++) slots[slotOf(grams[i]!, words[i]!)] = i + 1;
      slot = slotOf(gram, word);
    }
    grams[size] = gram;
    words[size] = word;
    numbers[size] = fresh();
    size++;
    slots[slot] = size;
    return numbers[size - 1]!;
  };
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
