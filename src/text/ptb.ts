/**
 * Tokens close to those the captioning community's tools make before BLEU, ROUGE, CIDEr and METEOR: Penn Treebank conventions (Marcus et al. 1993),
 * lower-cased, without punctuation (pycocoevalcap, tokenizer/ptbtokenizer.py).
 *
 * Written from the published conventions and from comparing results with that tool, not from its sources, which are under another licence than ours.
 * It is an approximation: test/parity/ptb.test.ts says how often it agrees, and every signature names it.
 */
export function ptb(sentence: string): string[] {
  const tokens: string[] = [];
  const text = plain(sentence);
  for (TOKEN.lastIndex = 0; TOKEN.lastIndex < text.length; ) {
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(text);
    if (!found) {
      TOKEN.lastIndex = at + ((text.codePointAt(at) as number) > 0xffff ? 2 : 1); // spaces, and what no convention knows
      continue;
    }
    tokens.push(...parts(found[0], text.slice(TOKEN.lastIndex)));
  }
  return tokens.map((token) => token.toLowerCase()).filter((token) => !PUNCTUATION.has(token));
}

/**
 * What the tool drops. Its list has the brackets in capitals and compares lower-cased tokens, so they stay in as `-lrb-` …; they have to stay here too
 * if scores are to be equal.
 */
const PUNCTUATION: ReadonlySet<string> = new Set(["''", "'", '``', '`', '.', '?', '!', ',', ':', '-', '--', '...', ';', '"']);

/** One spelling for typographic marks, currencies and fractions, as the Treebank has them. */
const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/[\u2018\u2019\u201B]/g, "'"],
  [/[\u201C\u201D\u00AB\u00BB]/g, '"'],
  [/\u2026/g, ' ... '],
  [/[\u2013\u2014\u2015]/g, ' -- '],
  [/\u00AD/g, ''],
  [/&amp;/g, '&'],
  [/\u00A3/g, '#'],
  [/\u20AC/g, '$'],
  [/\u00A2/g, ' cents '],
  [/\u00BD/g, '1/2'],
  [/\u00BC/g, '1/4'],
  [/\u00BE/g, '3/4'],
];

const plain = (sentence: string): string => SPELLINGS.reduce((text, [from, to]) => text.replace(from, to), sentence);

const TOKEN = new RegExp(
  [
    "'n'|'(?:em|cause|til)\\b|'t(?=is\\b|was\\b)|ol'|'\\p{Nd}{2}s",
    '(?:https?://|www\\.)[^\\s"<>()]{1,250}[^\\s"<>().,!?;:]', //                addresses
    '[A-Za-z0-9._-]{1,64}@[A-Za-z0-9-]{1,64}(?:\\.[A-Za-z0-9-]{1,64}){1,4}',
    '(?:\\p{L}\\.){2,8}', //                                                       U.S., e.g.
    '\\p{Nd}+(?:-[\\p{L}\\p{Nd}]+)+', //                                           3-year-old, 4-5
    '\\p{Nd}+(?:[.,:/]\\p{Nd}+)*(?:[a-z]{1,3}\\b)?', //                             3.14, 10:30, 1/2, 90s, 5pm
    "[\\p{L}\\p{M}\\p{Nd}]+(?:[-/'.&][\\p{L}\\p{M}\\p{Nd}]+)*\\.?", //             well-known, and/or, don't, Mr.
    "'(?:s|m|d|re|ve|ll)\\b",
    '\\.{3,}',
    '[?!]+',
    '-{1,3}',
    '[(){}\\[\\]]',
    '["\'`.,:;$#%&@*+=<>_/~^|\\\\]',
  ].join('|'),
  'giuy',
);

const BRACKETS: Readonly<Record<string, string>> = { '(': '-lrb-', ')': '-rrb-', '[': '-lsb-', ']': '-rsb-', '{': '-lcb-', '}': '-rcb-' };
const TWO_WORDS: Readonly<Record<string, number>> = { cannot: 3, gonna: 3, gotta: 3, gimme: 3, lemme: 3, wanna: 3 };
/** Words whose dot belongs to them. */
const ABBREVIATIONS: ReadonlySet<string> = new Set(
  'mr mrs ms dr prof st sr jr vs etc inc ltd co corp gen col lt sgt capt rev hon jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu fri ave blvd dept est mt'.split(
    ' ',
  ),
);

/** A match into its tokens: clitics leave their word, a dot leaves all but abbreviations. */
function parts(found: string, rest: string): string[] {
  const bracket = BRACKETS[found];
  if (bracket) return [bracket];
  if (!/\p{L}/u.test(found)) return [found];
  if (found.endsWith('.') && !/^(?:\p{L}\.){2,}$/u.test(found)) {
    const word = found.slice(0, -1);
    const initial = /^[A-Z]$/.test(word) && word !== 'I' && /^\s+(?!He\b|She\b|It\b|The\b|They\b|I\b)\S/.test(rest);
    const number = /^(?:nos?|figs?|pp)$/i.test(word) && /^\s*\p{Nd}/u.test(rest);
    return initial || number || ABBREVIATIONS.has(word.toLowerCase()) ? [found] : [...clitics(word), '.'];
  }
  return clitics(found);
}

function clitics(word: string): string[] {
  const split = TWO_WORDS[word.toLowerCase()];
  if (split !== undefined) return [word.slice(0, split), word.slice(split)];
  const clitic = /^(.+?)(n't|'(?:s|m|d|re|ve|ll))$/i.exec(word);
  return clitic ? [...clitics(clitic[1] as string), clitic[2] as string] : [word];
}
