import { ABBREVIATIONS, BEFORE_NUMBERS, BEGINS, QUOTES, TOKEN, TWO_WORDS, WRITTEN } from './ptb-rules.ts';

/**
 * Tokens close to those the captioning community's tools make before BLEU, ROUGE, CIDEr and METEOR: Penn Treebank conventions (Marcus et al. 1993),
 * lower-cased, without punctuation (pycocoevalcap, tokenizer/ptbtokenizer.py).
 *
 * Written from the published conventions and from comparing results with that tool, not from its sources, which are under another licence than ours.
 * It is an approximation: test/parity/ptb.test.ts says how often it agrees and where it does not, and every signature names it.
 */
export function ptb(sentence: string): string[] {
  const tokens: string[] = [];
  const text = plain(sentence);
  for (TOKEN.lastIndex = 0; TOKEN.lastIndex < text.length; ) {
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(text)?.[0];
    if (found === undefined) {
      TOKEN.lastIndex = at + 1;
      continue;
    }
    // A dot that is none of the word's is read again: it may begin a number.
    const word =
      found.endsWith('.') && !keepsDot(found.slice(0, -1), text.slice(TOKEN.lastIndex, TOKEN.lastIndex + 20)) ? found.slice(0, -1) : found;
    TOKEN.lastIndex = at + word.length;
    for (const token of parts(word, text.slice(TOKEN.lastIndex, TOKEN.lastIndex + 4)))
      if (!PUNCTUATION.has(token)) tokens.push(token.toLowerCase());
  }
  return tokens;
}

/**
 * What the tool drops. Its list has the brackets in capitals and compares lower-cased tokens, so they stay in as `-lrb-` …; they have to stay here too
 * if scores are to be equal.
 */
const PUNCTUATION: ReadonlySet<string> = new Set(["'", '`', '.', '?', '!', ',', ':', '-', '--', '---', '----', '...', ';', '"']);

/** One spelling for what has several, before anything is cut. */
const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/[\u{10000}-\u{10FFFF}]|\p{Variation_Selector}/gu, ' '], // pictures and rare scripts part words, and go
  [/\u00AD/g, ''],
  [/&amp;/gi, '&'],
  [/&lt;/gi, ' < '],
  [/&gt;/gi, ' > '],
  [/&(?:quot|nbsp|[mn]dash);/gi, ' '],
  [/&apos;/gi, "'"],
];

const plain = (sentence: string): string => SPELLINGS.reduce((text, [from, to]) => text.replace(from, to), sentence);

/** The spellings of clitics with a typographic apostrophe, or an opening quote that was meant for one. */
const CLITICS: ReadonlyMap<string, string> = new Map(
  ["'s", "'m", "'d", "'re", "'ve", "'ll", "n't"].flatMap((clitic) => [
    [clitic.replace("'", '\u2019'), clitic],
    [clitic.replace("'", '\u0092'), clitic],
    [clitic.replace("'", '\u2018'), clitic.replace("'", '`')],
  ]),
);

/** A match as its tokens: two words that are written as one, names for brackets, one spelling for clitics. `rest` is what comes after it. */
function parts(found: string, rest: string): readonly string[] {
  const written = WRITTEN.get(found);
  if (written !== undefined) return [written];
  if (QUOTES.test(found)) return [];
  const split = TWO_WORDS[found.toLowerCase()];
  if (split !== undefined && !/^['\u2019](?:[smd]|re|ve|ll)/i.test(rest)) return [found.slice(0, split), found.slice(split)];
  const clitic = CLITICS.get(found.toLowerCase());
  if (clitic !== undefined) return [clitic];
  // The tool joins by spaces, so it has none inside a token.
  return [found.replace(/[()]/g, (bracket) => WRITTEN.get(bracket)!).replaceAll(' ', '\u00A0')];
}

/** Whether the dot behind a word is its own, as that of Mr. and e.g., and not the end of a sentence. */
function keepsDot(word: string, rest: string): boolean {
  if (word === '' || word.includes('.')) return true;
  const lower = word.toLowerCase();
  if (ABBREVIATIONS.has(lower) || (word !== lower && ABBREVIATIONS.has(lower[0]!.toUpperCase() + lower.slice(1)))) return true;
  if (/^\p{L}$/u.test(word)) return !BEGINS.test(rest);
  return BEFORE_NUMBERS.test(word) ? /^(?:\s*\d|[,;:])/.test(rest) : /^[,;:]/.test(rest) && !word.includes('/');
}
