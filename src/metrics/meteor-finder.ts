import { grown, type PhraseTree, step } from './meteor-phrases.ts';

/** METEOR's paraphrases as numbers: no words, only arrays, so that threads can look at one copy of them. */
export interface PhraseTables {
  /** How many different words there are; they are numbered from 0. */
  readonly vocabulary: number;
  /** Phrases. */
  readonly tree: PhraseTree;
  /** By node of the tree: the first group of its paraphrases, or −1. */
  readonly firstGroup: Int32Array;
  /** By group: another group of the same phrase, or −1. */
  readonly groupNext: Int32Array;
  /** By group, and one more: where its paraphrases begin in the stream. */
  readonly groupStart: Int32Array;
  /** Paraphrases one after another, each as its length and its words. */
  readonly stream: Uint16Array | Int32Array;
}

/**
 * All places where `sentence` has a phrase and `other` its paraphrase; both are numbers of words, −1 for unknown ones. Sentence order, then shorter phrases
 * first, then the table's order, then places in `other`: the beam search keeps the order among equals, so the order is part of the result.
 */
export type Find = (
  sentence: Int32Array,
  other: Int32Array,
  found: (start: number, length: number, otherStart: number, otherLength: number) => void,
) => void;

/** Looks phrases up in tables. It keeps notes of one sentence in between: one thread, one finder. */
export function finder({ vocabulary, tree, firstGroup, groupNext, groupStart, stream }: PhraseTables): Find {
  const places = createPlaces(vocabulary);
  return (sentence, other, found) => {
    places.enter(other);
    for (let start = 0; start < sentence.length; start++) {
      for (let node = 0, length = 1; start + length <= sentence.length; length++) {
        const word = sentence[start + length - 1]!;
        node = word < 0 ? -1 : step(tree, node, word);
        if (node < 0) break;
        for (let group = firstGroup[node] ?? -1; group >= 0; group = groupNext[group]!) {
          const end = groupStart[group + 1]!;
          for (let p = groupStart[group]!; p < end; p += stream[p]! + 1) {
            for (let at = places.first(stream[p + 1]!); at >= 0; at = places.next(at)) {
              if (stands(stream, p, other, at)) found(start, length, at, stream[p]!);
            }
          }
        }
      }
    }
    places.leave(other);
  };
}

/** Whether the paraphrase at `p` of the stream stands at `at` in a sentence. Its first word is known to. */
function stands(stream: Uint16Array | Int32Array, p: number, sentence: Int32Array, at: number): boolean {
  const length = stream[p]!;
  if (at + length > sentence.length) return false;
  for (let k = 1; k < length; k++) if (sentence[at + k] !== stream[p + 1 + k]) return false;
  return true;
}

/** Where each word of one sentence stands, ascending: asked for every paraphrase, so arrays that are cleared word by word. */
function createPlaces(words: number) {
  const firsts = new Int32Array(words).fill(-1);
  let nexts = new Int32Array(64);
  return {
    enter(sentence: Int32Array): void {
      nexts = grown(nexts, sentence.length);
      for (let i = sentence.length - 1; i >= 0; i--) {
        const word = sentence[i]!;
        if (word < 0) continue;
        nexts[i] = firsts[word]!;
        firsts[word] = i;
      }
    },
    leave(sentence: Int32Array): void {
      for (const word of sentence) if (word >= 0) firsts[word] = -1;
    },
    first: (word: number) => firsts[word]!,
    next: (at: number) => nexts[at]!,
  };
}
