/** What a normalisation rule makes of the text from some byte on. */
export interface Rule {
  readonly to: string;
  /** Bytes that it replaces, at least 1. */
  readonly length: number;
}

/**
 * The normalisation rules inside a SentencePiece model: size of a trie in bytes (uint32), the trie, then the replacements, each ended by a zero byte.
 * The trie is a double array of 32-bit units as darts-clone writes it; a unit's low byte is its label, its upper 22 bits lead to the next.
 * → the longest rule from a byte on, or the letter as it is; `untouched` words stay what they are. Source: sentencepiece 0.2.3 `normalizer.cc`, `darts.h`.
 * @throws whatever `refuse` makes of the words, where the blob is damaged
 */
export function charsmap(
  blob: Uint8Array,
  untouched: readonly string[],
  refuse: (got: string) => Error,
): (bytes: Uint8Array, at: number) => Rule {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  const size = blob.length >= 4 ? view.getUint32(0, true) : 0;
  if (blob.length > 0 && (size === 0 || size % 4 !== 0 || size >= blob.length - 4))
    throw refuse(`normalisation rules of ${blob.length} bytes with a trie of ${size}`);
  const units = Uint32Array.from({ length: size / 4 }, (_, i) => view.getUint32(4 + 4 * i, true));
  const replacements = blob.subarray(Math.min(blob.length, 4 + size));
  const words = untouched.map((word) => Buffer.from(word)).sort((a, b) => b.length - a.length);
  const known = new Map<number, string>();

  /** A damaged trie may lead outside of itself: that is the end of a search, never of the program. */
  const longest = (bytes: Uint8Array, at: number): Rule | undefined => {
    let [node, found] = [offset(units[0] ?? 0), undefined as Rule | undefined];
    for (let i = at; i < bytes.length; i++) {
      const unit = units[node ^ (bytes[i] as number)];
      if (unit === undefined || (unit & 0x800000ff) !== bytes[i]) break;
      node ^= (bytes[i] as number) ^ offset(unit);
      const value = (units[node] ?? 0) & 0x7fffffff;
      if ((unit & 0x100) !== 0 && value < replacements.length) found = { to: replacement(value), length: i + 1 - at };
    }
    return found;
  };
  const replacement = (start: number): string => {
    let text = known.get(start);
    if (text === undefined) {
      const end = replacements.indexOf(0, start);
      text = Buffer.from(replacements.subarray(start, end < 0 ? undefined : end)).toString();
      known.set(start, text);
    }
    return text;
  };
  const plain = (bytes: Uint8Array, at: number): Rule => {
    const lead = bytes[at] as number;
    const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    return { to: Buffer.from(bytes.subarray(at, at + length)).toString(), length };
  };
  return (bytes, at) => {
    const word = words.find((w) => w.every((byte, i) => bytes[at + i] === byte));
    return word ? { to: word.toString(), length: word.length } : (longest(bytes, at) ?? plain(bytes, at));
  };
}

function offset(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6);
}
