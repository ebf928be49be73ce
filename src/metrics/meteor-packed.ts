/** Items and statistics as plain numbers: between threads an array of integers costs next to nothing, thousands of small objects cost more than aligning them. */
import { MODULES, type Word } from './meteor-matches.ts';
import type { Matched, MeteorStats } from './meteor-score.ts';
import type { Segmented } from './meteor-segment.ts';

/** Items one after another: the number of sentences, then of each (the candidate first) its length and its words. */
export function packItems(items: readonly Segmented[], idOf: (word: Word) => number): Int32Array {
  const packed: number[] = [];
  for (const { hyp, refs } of items) {
    packed.push(1 + refs.length);
    for (const words of [hyp, ...refs]) {
      packed.push(words.length);
      for (const word of words) packed.push(idOf(word));
    }
  }
  return Int32Array.from(packed);
}

/** The items of `packItems`; `words` by the numbers that it gave. */
export function unpackItems(packed: Int32Array, words: readonly Word[]): Segmented[] {
  const items: Segmented[] = [];
  let at = 0;
  const sentence = () => {
    const length = packed[at++]!;
    at += length;
    return Array.from(packed.subarray(at - length, at), (id) => words[id]!);
  };
  while (at < packed.length) {
    const sentences = packed[at++]!;
    const hyp = sentence();
    items.push({ hyp, refs: Array.from({ length: sentences - 1 }, sentence) });
  }
  return items;
}

/** Numbers of one item's statistics: five of the sentences and the alignment, four of each module. */
const STATS = 5 + 4 * MODULES.length;

/** Statistics one after another. */
export function packStats(all: readonly MeteorStats[]): Int32Array {
  const packed = new Int32Array(all.length * STATS);
  for (const [i, s] of all.entries()) {
    const modules = s.matched.flatMap((m) => [m.hypContent, m.refContent, m.hypFunction, m.refFunction]);
    packed.set([s.hypLength, s.refLength, s.hypFunction, s.refFunction, s.chunks, ...modules], i * STATS);
  }
  return packed;
}

/** The statistics of `packStats`. */
export function unpackStats(packed: Int32Array): MeteorStats[] {
  return Array.from({ length: packed.length / STATS }, (_, i) => {
    const at = (k: number) => packed[i * STATS + k]!;
    const matched = MODULES.map((__, m): Matched => {
      const of = (k: number) => at(5 + 4 * m + k);
      return { hypContent: of(0), refContent: of(1), hypFunction: of(2), refFunction: of(3) };
    });
    return { hypLength: at(0), refLength: at(1), hypFunction: at(2), refFunction: at(3), chunks: at(4), matched };
  });
}
