/** People's names in texts: whether a speaker is called so, and where else a name stands. */

/** Scripts that put no space between a name and what follows it. */
const UNSPACED = '\\p{sc=Han}\\p{sc=Hira}\\p{sc=Kana}\\p{sc=Hang}\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmr}\\p{sc=Mymr}';
const INSIDE = /[\p{L}\p{N}]/u;
const NO_EDGE = new RegExp(`[${UNSPACED}]`, 'u');

/** Letters as they are compared: composed, small, one space between words. */
const plain = (text: string): string => text.normalize('NFC').trim().replaceAll(/\s+/g, ' ').toLowerCase();

/** Whether a speaker is called so; capitals and spaces do not count. */
export const isCalled = (speaker: string | undefined, name: string): boolean => speaker !== undefined && plain(speaker) === plain(name);

/** A name, looked for in many texts. */
export interface Sought {
  /** In how many places a text has the name. */
  count(text: string): number;
  /** The text with `as` in each of them; where that makes it longer than `most` characters, its end goes. */
  without(text: string, as: string, most?: number): string;
}

/**
 * Finds a name as whole words. Small letters of it stand for capitals, too; a word of it that begins with a capital is found only with one, so that Will is
 * found and a will is not. Between two words may stand what stands in the names of files: spaces, `_`, `-`, `.`.
 */
export function sought(name: string): Sought {
  const words = name.normalize('NFC').trim().split(/\s+/);
  const either = (word: string) => [...new Set([word, word.normalize('NFD')])].map(escaped).join('|');
  const [first, last] = [words[0]!, words.at(-1)!];
  const before = INSIDE.test(first.slice(0, 1)) && !NO_EDGE.test(first) ? '(?<![\\p{L}\\p{N}\\p{M}])' : '';
  const behind = INSIDE.test(last.slice(-1)) && !NO_EDGE.test(last) ? '(?![\\p{L}\\p{N}\\p{M}])' : '';
  const pattern = new RegExp(`${before}${words.map((word) => `(${either(word)})`).join('[\\s_.-]+')}${behind}`, 'giu');
  const capital = words.map((word) => /^\p{Lu}/u.test(word));
  const fits = (found: readonly string[]): boolean => found.every((word, i) => !capital[i] || /^\p{Lu}/u.test(word));
  return {
    count: (text) => [...text.matchAll(pattern)].filter(([, ...found]) => fits(found)).length,
    without(text, as, most = Number.POSITIVE_INFINITY) {
      const changed = text.replaceAll(pattern, (all, ...more: unknown[]) => (fits(more.slice(0, words.length) as string[]) ? as : all));
      return changed.length <= most
        ? changed
        : changed
            .slice(0, most)
            .replace(/\p{Cs}$/u, '')
            .trimEnd();
    },
  };
}

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
