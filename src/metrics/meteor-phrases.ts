/** Words as bytes → numbers, counted from 0: a hash table in typed arrays, because the paraphrase table asks it 30 million times. */
export interface Vocabulary {
  readonly size: number;
  /** The number of a word, a new one if need be. `hash` is its `hashBytes`, which a reader computes as it goes. */
  add(bytes: Uint8Array, from: number, to: number, hash: number): number;
  /** The number of a word, or −1. */
  find(word: string): number;
}

/** FNV-1a, 32 bits signed: begins with `HASH_START`, takes one byte after another. */
export const HASH_START = 0x811c9dc5 | 0;
export const hashByte = (hash: number, byte: number): number => Math.imul(hash ^ byte, 0x01000193);

function hashBytes(bytes: Uint8Array): number {
  let hash = HASH_START;
  for (const byte of bytes) hash = hashByte(hash, byte);
  return hash;
}

/** An empty vocabulary. It grows as words come, up to 2³⁰ of them. */
export function createVocabulary(): Vocabulary {
  let slots = new Int32Array(1 << 12).fill(-1);
  let hashes = new Int32Array(1 << 11);
  let ends = new Int32Array(1 << 11); // where each word ends in `letters`
  let letters = new Uint8Array(1 << 15);
  let size = 0;

  const startOf = (id: number) => (id === 0 ? 0 : ends[id - 1]!);
  const same = (id: number, bytes: Uint8Array, from: number, to: number): boolean => {
    const start = startOf(id);
    if (ends[id]! - start !== to - from) return false;
    for (let i = from, k = start; i < to; i++, k++) if (letters[k] !== bytes[i]) return false;
    return true;
  };
  /** The slot of a word, or the empty one where it would go. */
  const slotOf = (bytes: Uint8Array, from: number, to: number, hash: number): number => {
    const mask = slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (;;) {
      const id = slots[slot]!;
      if (id < 0 || (hashes[id] === hash && same(id, bytes, from, to))) return slot;
      slot = (slot + 1) & mask;
    }
  };
  const rehash = () => {
    slots = new Int32Array(slots.length * 2).fill(-1);
    const mask = slots.length - 1;
    for (let id = 0; id < size; id++) {
      const hash = hashes[id]!;
      let slot = (hash ^ (hash >>> 15)) & mask;
      while (slots[slot]! >= 0) slot = (slot + 1) & mask;
      slots[slot] = id;
    }
  };
  return {
    get size() {
      return size;
    },
    add(bytes, from, to, hash) {
      const slot = slotOf(bytes, from, to, hash);
      const known = slots[slot]!;
      if (known >= 0) return known;
      const id = size++;
      if (id === ends.length) {
        ends = grown(ends, id + 1);
        hashes = grown(hashes, id + 1);
      }
      const start = startOf(id);
      letters = grown(letters, start + to - from);
      letters.set(bytes.subarray(from, to), start);
      ends[id] = start + to - from;
      hashes[id] = hash;
      slots[slot] = id;
      if (size * 2 > slots.length) rehash();
      return id;
    },
    find(word) {
      const bytes = new TextEncoder().encode(word);
      return slots[slotOf(bytes, 0, bytes.length, hashBytes(bytes))]!;
    },
  };
}

/** Phrases as paths from node 0, one word a step: open addressing over (node, word) → child. */
export interface PhraseTree {
  /** −1 where nothing is. */
  readonly parents: Int32Array;
  readonly words: Int32Array;
  readonly children: Int32Array;
}

/** The node after `node` along `word`, or −1. */
export function step(tree: PhraseTree, node: number, word: number): number {
  const slot = slotOf(tree, node, word);
  return tree.parents[slot]! < 0 ? -1 : tree.children[slot]!;
}

function slotOf({ parents, words }: PhraseTree, node: number, word: number): number {
  const mask = parents.length - 1;
  const mixed = Math.imul(node, 0x9e3779b1) ^ Math.imul(word + 1, 0x85ebca6b);
  let slot = (mixed ^ (mixed >>> 15)) & mask;
  while (parents[slot]! >= 0 && (parents[slot] !== node || words[slot] !== word)) slot = (slot + 1) & mask;
  return slot;
}

/** A tree that grows. */
export interface GrowingTree {
  readonly nodes: number;
  /** The node after `node` along `word`, made if need be. */
  extend(node: number, word: number): number;
  tree(): PhraseTree;
}

/** A tree with node 0 only. */
export function createPhraseTree(): GrowingTree {
  const sized = (size: number): PhraseTree => ({
    parents: new Int32Array(size).fill(-1),
    words: new Int32Array(size),
    children: new Int32Array(size),
  });
  const put = (tree: PhraseTree, node: number, word: number, child: number) => {
    const slot = slotOf(tree, node, word);
    tree.parents[slot] = node;
    tree.words[slot] = word;
    tree.children[slot] = child;
  };
  let tree = sized(1 << 12);
  let nodes = 1;
  return {
    get nodes() {
      return nodes;
    },
    extend(node, word) {
      const known = step(tree, node, word);
      if (known >= 0) return known;
      if (nodes * 3 > tree.parents.length * 2) {
        const old = tree;
        tree = sized(old.parents.length * 2);
        for (const [i, parent] of old.parents.entries()) if (parent >= 0) put(tree, parent, old.words[i]!, old.children[i]!);
      }
      put(tree, node, word, nodes);
      return nodes++;
    },
    tree: () => tree,
  };
}

/** The array itself if it holds `length` elements, else a copy of at least twice the size. */
export function grown<T extends Uint8Array | Uint16Array | Int32Array>(array: T, length: number): T {
  if (length <= array.length) return array;
  const Type = array.constructor as new (length: number) => T;
  const larger = new Type(Math.max(length, array.length * 2));
  larger.set(array);
  return larger;
}

/** The first `length` elements in memory that threads share, so that a table of many megabytes is there once. */
export function shared<T extends Uint16Array | Int32Array>(array: T, length = array.length): T {
  const Type = array.constructor as new (memory: SharedArrayBuffer) => T;
  const copy = new Type(new SharedArrayBuffer(length * array.BYTES_PER_ELEMENT));
  copy.set(array.subarray(0, length));
  return copy;
}
