/**
 * Learns a byte-level BPE vocabulary from text (Sennrich et al. 2016; bytes instead of letters: Radford et al. 2019, §2.2), as a tokenizer.json that transformers
 * and `openTokenizer` read. The same merges as the `tokenizers` library's trainer, ties included. Parity: test/parity/bpe.test.ts.
 */
import { ModelError } from '../base/errors.ts';

export interface BpeOptions {
  /** Pieces in all: control tokens, 256 bytes, and as many merges as fit or as the text has. */
  readonly size: number;
  /** Control tokens; they get the first ids, in this order. */
  readonly special?: readonly string[];
  /** A merge needs a pair that stands together so often in the text. Default 2. */
  readonly least?: number;
  readonly signal?: AbortSignal | undefined;
  readonly progress?: ((done: number, total: number) => void) | undefined;
}

/** GPT-2's pieces of text, within which merges stay: contractions, words, numbers and marks with the space before them, white space. */
const WORDS = /'(?:s|t|re|ve|m|ll|d)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;

/** A letter for each byte, printable ones for themselves (GPT-2's `bytes_to_unicode`). */
export const BYTE_LETTERS: readonly string[] = byteLetters();

/**
 * A byte-level tokenizer for these texts; the order of the texts does not matter. Any text can be spelled, since every byte is a piece.
 * Throws ModelError TEXT_BPE (no room for the bytes), the signal's reason.
 */
export function trainBpe(
  texts: Iterable<string>,
  { size, special = [], least = 2, signal, progress }: BpeOptions,
): Record<string, unknown> {
  const alphabet = [...BYTE_LETTERS].sort();
  const room = size - special.length - alphabet.length;
  if (!(Number.isInteger(size) && room >= 0)) {
    throw new ModelError('TEXT_BPE', 'So few pieces are no vocabulary', {
      expected: `${special.length + alphabet.length} pieces or more: ${special.length} control tokens and 256 bytes`,
      got: `${size}`,
      fix: 'ask for more',
    });
  }
  const pieces = [...special, ...alphabet];
  const idOf = new Map(alphabet.map((letter, i) => [letter, special.length + i]));
  const words = [...countWords(texts)].map(([word, count]): Word => ({ ids: [...word].map((letter) => idOf.get(letter)!), count }));
  const merges: string[] = [];
  const pairs = pairsOf(words);
  while (merges.length < room) {
    signal?.throwIfAborted();
    const best = pairs.best(least);
    if (!best) break;
    const [a, b] = best;
    merges.push(`${pieces[a]} ${pieces[b]}`);
    const made = `${pieces[a]}${pieces[b]}`;
    // Two pairs may spell one piece ("ab" + "c", "a" + "bc"): it keeps its first id.
    const known = idOf.get(made);
    const id = known ?? pieces.push(made) - 1;
    idOf.set(made, id);
    pairs.merge(best, id);
    if (merges.length % 100 === 0) progress?.(merges.length, room);
    if (pieces.length >= size) break;
  }
  progress?.(room, room);
  return tokenizerJson(pieces, merges, special);
}

interface Word {
  ids: number[];
  readonly count: number;
}

/** Pieces of text in byte letters, and how often each stands there. */
function countWords(texts: Iterable<string>): Map<string, number> {
  const plain = new Map<string, number>();
  for (const text of texts) for (const [word] of text.matchAll(WORDS)) plain.set(word, (plain.get(word) ?? 0) + 1);
  const encoder = new TextEncoder();
  return new Map([...plain].map(([word, count]) => [Array.from(encoder.encode(word), (byte) => BYTE_LETTERS[byte]).join(''), count]));
}

type Pair = readonly [number, number];
const SHIFT = 2 ** 21; // ids are far below; a pair is one number

/** Counts of neighbouring pieces, kept up to date while pieces are merged; only words that hold the pair are looked at. */
function pairsOf(words: readonly Word[]): { best(least: number): Pair | undefined; merge(pair: Pair, id: number): void } {
  const counts = new Map<number, number>();
  const places = new Map<number, Set<Word>>();
  const queue = heap<{ count: number; key: number }>((x, y) => y.count - x.count || x.key - y.key);
  const change = (word: Word, sign: 1 | -1, touched: Set<number>) => {
    for (let i = 1; i < word.ids.length; i++) {
      const key = word.ids[i - 1]! * SHIFT + word.ids[i]!;
      counts.set(key, (counts.get(key) ?? 0) + sign * word.count);
      if (sign > 0) (places.get(key) ?? places.set(key, new Set()).get(key)!).add(word);
      touched.add(key);
    }
  };
  const enqueue = (touched: Iterable<number>) => {
    for (const key of touched) if (counts.get(key)! > 0) queue.push({ count: counts.get(key)!, key });
  };
  const first = new Set<number>();
  for (const word of words) change(word, 1, first);
  enqueue(first);
  return {
    /** The most frequent pair; of equal ones the one with the smaller ids. */
    best(least) {
      for (let top = queue.pop(); top; top = queue.pop()) {
        if (counts.get(top.key) !== top.count) continue; // changed since: its new count stands in the queue, too
        return top.count < least ? undefined : [Math.floor(top.key / SHIFT), top.key % SHIFT];
      }
      return undefined;
    },
    merge([a, b], id) {
      const touched = new Set<number>();
      for (const word of places.get(a * SHIFT + b) ?? []) {
        change(word, -1, touched);
        const ids: number[] = [];
        for (let i = 0; i < word.ids.length; i++) {
          const pair = word.ids[i] === a && word.ids[i + 1] === b;
          ids.push(pair ? id : word.ids[i]!);
          if (pair) i++;
        }
        word.ids = ids;
        change(word, 1, touched);
      }
      places.delete(a * SHIFT + b);
      enqueue(touched);
    },
  };
}

/** A binary heap: `pop` gives what comes first by `order`. */
function heap<T>(order: (x: T, y: T) => number): { push(item: T): void; pop(): T | undefined } {
  const items: T[] = [];
  const swap = (i: number, j: number) => {
    [items[i], items[j]] = [items[j]!, items[i]!];
  };
  return {
    push(item) {
      let i = items.push(item) - 1;
      for (let up = (i - 1) >> 1; i > 0 && order(items[i]!, items[up]!) < 0; i = up, up = (i - 1) >> 1) swap(i, up);
    },
    pop() {
      if (items.length === 0) return undefined;
      swap(0, items.length - 1);
      const top = items.pop();
      for (let i = 0; ; ) {
        const [left, right] = [2 * i + 1, 2 * i + 2];
        let least = i;
        if (left < items.length && order(items[left]!, items[least]!) < 0) least = left;
        if (right < items.length && order(items[right]!, items[least]!) < 0) least = right;
        if (least === i) return top;
        swap(i, least);
        i = least;
      }
    },
  };
}

/** The file as the `tokenizers` library 0.23 writes it; text comes back with every space that it had. */
function tokenizerJson(pieces: readonly string[], merges: readonly string[], special: readonly string[]): Record<string, unknown> {
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: special.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: null,
    decoder: byteLevel,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(pieces.map((piece, id) => [piece, id])),
      merges: merges.map((merge) => merge.split(' ')),
    },
  };
}

function byteLetters(): string[] {
  const printable = (b: number) => (b >= 0x21 && b <= 0x7e) || (b >= 0xa1 && b <= 0xac) || b >= 0xae;
  let next = 256;
  return Array.from({ length: 256 }, (_, b) => String.fromCodePoint(printable(b) ? b : next++));
}
