/** A word of a text and where it stands there. */
export interface Token {
  /** As two writings of the same word have in common: small letters, plain apostrophes, no accents. */
  readonly key: string;
  /** Place of its first letter, and behind its last one. */
  readonly from: number;
  readonly to: number;
}

/** Letters and digits, with apostrophes and decimal points inside. Hyphens part words: `well-known` is heard as two. */
const WORD = /[\p{L}\p{M}\p{N}]+(?:['’ʼ´`][\p{L}\p{M}]+|[.,]\p{N}+)*/gu;

/** The words of a text. */
export function tokensOf(text: string): Token[] {
  return [...text.matchAll(WORD)].map(({ 0: word, index }) => ({ key: keyOf(word), from: index, to: index + word.length }));
}

/** The words of a text as they are compared. */
export const keysOf = (text: string): string[] => tokensOf(text).map(({ key }) => key);

function keyOf(word: string): string {
  const plain = word
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[’ʼ´`]/g, "'")
    .toLowerCase();
  return SAME[plain] ?? plain;
}

/** Writings of one spoken word that differ by habit, not by what is said. */
const SAME: Readonly<Record<string, string>> = {
  okay: 'ok',
  mister: 'mr',
  doctor: 'dr',
  missus: 'mrs',
  yea: 'yeah',
};
