/**
 * What is one token to `ptb`, as a table: the first row that fits at a place wins. Written from the published conventions of the Penn Treebank and from
 * comparing, on many made-up and real sentences, what comes out of the captioning community's tool with what comes out here; not from any source of that tool.
 */

/** A letter with its accents; a letter, digit or word with underscores inside. */
const L = '[\\p{L}\\p{M}]';
const LN = '[\\p{L}\\p{M}\\p{Nd}]';
const WORD = `${LN}+(?:_${LN}+)*`;
/** Apostrophes that contract; the last one is Windows-1252's, read as Latin-1. */
const A = "['\u2019\u0092]";
const END = `(?!${LN})`;
/** A word in any mixture of cases: these patterns tell cases apart elsewhere. */
const either = (words: string) => `(?:${words.replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`)})`;

const CLITIC = either('s|m|d|re|ve|ll');

/** Names with an apostrophe inside: O'Brien, d'Artagnan; ma'am, Shi'ite; and single words. */
const NAME = `[A-HK-XZdlno]${A}\\p{L}{2,}`;
const VOWELS = `[A-Za-z]+[aeiouyAEIOUY]${A}[aeiouAEIOU][A-Za-z]*`;
const LISTED = `${either("c'est|s'mores?|cap'n|nat'l|ev'ry|e'er|somethin'").replaceAll("'", A)}|${either("c'mon")}`;

const MAIL = '[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]{1,64}(?:\\.[A-Za-z0-9-]{1,64}){0,4}';

// biome-ignore format: a table
const RULES: readonly (readonly [what: string, pattern: string])[] = [
  ["rock 'n' roll", `${A}[nN]${A}`],
  ["'em, 'til, 'cause", `['\u2019]${either('em|till?|cause')}`],
  ["'tis, 'twas: two words", `'[tT](?=${either('is|was')})`],
  ["'90s, '62", `['\u2019]\\d(?:0s|\\d(?=\\s|$))`],
  ['marks like <b> and </b>', '<(?:/?[A-Za-z][\\w.:-]{0,40}(?: [\\w.:-]{1,40}(?:=(?:"[^"]{0,200}"|\'[^\']{0,200}\'))?){0,30} ?/?|[!?][A-Za-z-][^>]{0,200})>'],
  ['&#39;, &eacute;', '&(?:#\\d{1,5}|[A-Za-z](?:acute|grave|circ|uml|tilde|cedil|ring|slash));'],
  ['addresses', `${either('https?')}://[^\\s"<>()]{1,250}[^\\s"<>().!?,;:]|www\\.(?=[\\w.]{0,60}[-/])(?:[\\w-]{1,60}\\.){1,6}[A-Za-z]{2,4}(?:/[^\\s"<>()]{0,250}[^\\s"<>().!?,;:])?`],
  ['mail', `<${MAIL}>|${MAIL}`],
  ['faces', `>?[:;=]${A}?-?[()\\[\\]{@|\\\\DPpO](?![A-Za-z0-9])|\\^_\\^|-_-|>_<`],
  ['names and tags', '@[A-Za-z]\\w*|#[A-Za-z][A-Za-z0-9]*'],
  ['-LRB- and its like', '-(?:[LR][RSC]B|[lr][rsc]b)-'],
  ['(555) 123-4567, 555 123 4567', '\\(\\d{3}\\)[ \u00A0]?\\d{3}[- \u00A0]?\\d{4}(?!\\d)|(?:\\+\\d\\d )?\\d{3} \\d{3}[- ]\\d{4}'],
  ['1 1/2, 1/2-inch, 11/2/2003', `\\d{1,4}[- \u00A0]\\d{1,4}/\\d{1,4}${END}|\\d{1,4}/\\d{1,4}(?:/\\d{1,4})?${END}(?:-${L}+)*`],
  ['US$, AT&T, C++', '[A-Z]+\\$|[A-Z]+(?:&[A-Z]+)+|[Cc]\\+\\+|[CF]#'],
  ['U.S., e.g., U.S.-based', `(?:(?:\\p{L}\\.){2,}|[Pp][Hh]\\.[Dd]\\.)(?!\\p{L})(?:-${WORD})*`],
  ['words without the space after a mark', `\\p{L}${LN}*(?:\\.{1,9}\\p{L}${LN}*){0,9}\\.{2,9}${LN}+(?:-${LN}+)+|\\p{L}${LN}*(?:[.!?]\\p{L}${LN}*)+`],
  ["o'clock", `${LISTED}${END}|${VOWELS}|${NAME}(?:-${WORD})*`],
  ["y'know, d'y'see, ol': their first part", `(?:[djlDJL]['\u2019]|[yY]['\u2019](?=\\p{L}))(?!${CLITIC})|${either('ol')}['\u2019]`],
  ['the word that n’t is added to', `${L}+?(?=[nN](?:${A}|[\u2018\`])[tT])`],
  ['n’t', `[nN](?:${A}|[\u2018\`])[tT]${L}*`],
  ['three dots', '\\.{3}'],
  ['numbers', `[-+][.,:]?\\d+(?:[.,:]\\d+)*|[.,:]\\d+(?:[.,:]\\d+)*|\\d+(?:[.,]\\d+)+(?:-${WORD})+|\\d+(?:[.,:]\\d+)+`],
  ['words, also and/or, well-known, non-U.S., jack-o\u2019lantern', `${WORD}(?:[-/\u2010\u2011](?:(?:\\p{L}\\.){2,}|${NAME}|${WORD}))*(?:(?<!\\d)\\.)?`],
  ['clitics', `'${CLITIC}(?![A-Za-z])|[\u2019\u0092]${CLITIC}|'[nN]${END}|\u2019[nN]`],
  ['runs of one mark', '[?!]+|-{5,}|-{2,4}|\\*+|#+|_+|@+'],
  ['single marks', '[\\-.,:;"\'`$%&+=<>~^\\/\\\\\\|()\\[\\]{}]'],
  ['typographic marks and symbols', '[\u0080\u0085\u0091-\u0094\u0096\u0097\u00A1-\u00BF\u00D7\u00F7\u0589\u05BE\u05C0\u05C3\u05F3\u05F4\u060C\u061B\u061F\u066A\u06D4\u0964\u0965\u0E3F\u0E4F\u2013-\u2023\u2026\u2030-\u2042\u2070-\u208E\u20A0\u20A4\u20AC\u2100-\u2BFF\u3001\u3002\u3012\u30FB\uFF01-\uFF0F\uFF1A-\uFF20\uFF3B-\uFF40\uFF5B-\uFF65\uFFE0-\uFFE6]'],
];

/** Sticky: matches at `lastIndex` or not at all. What no row knows (white space, control characters, most pictures) parts tokens and is dropped. */
export const TOKEN = new RegExp(RULES.map(([, pattern]) => pattern).join('|'), 'uy');

/** Tokens that are written otherwise. The brackets keep their names through the dropping of punctuation: see `PUNCTUATION` in ptb.ts. */
export const WRITTEN: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '(': '-lrb-',
    ')': '-rrb-',
    '[': '-lsb-',
    ']': '-rsb-',
    '{': '-lcb-',
    '}': '-rcb-',
    '\u00BD': '1/2',
    '\u00BC': '1/4',
    '\u00BE': '3/4',
    '\u2153': '1/3',
    '\u2154': '2/3',
    '\u00A2': 'cents',
    '\u00A3': '#', // there was one currency mark on the keyboard, and the pound was it
    '\u00A4': '$',
    '\u0080': '$', // the euro of Windows-1252, read as Latin-1: ECEM is full of it
    '\u20A0': '$',
    '\u20AC': '$',
  }),
);

/** Marks that quote, or dashes: nothing of them is left. */
export const QUOTES = /^[\u0085\u0091-\u0094\u0096\u0097\u00AB\u00BB\u2013-\u2015\u2018\u2019\u201B-\u201D\u2026\u2039\u203A]$/;

/** Two words that are written as one, and where the second begins. */
export const TWO_WORDS: Readonly<Record<string, number>> = { cannot: 3, gonna: 3, gotta: 3, gimme: 3, lemme: 3, wanna: 3 };

/** Words that keep their dot wherever they stand; those with a capital only when they have it. */
export const ABBREVIATIONS: ReadonlySet<string> = new Set(
  `mr mrs ms Miss dr drs prof profs st sr jr esq rev hon gov govs sen sens rep reps pres gen col lt capt cpl sgt maj cmdr comdr adm pfc pvt sfc insp
  supt messrs mme mlle msgr brig rt asst atty attys treas det vs etc inc ltd co corp cos bros plc pty bhd bancorp cie dept est univ assn assoc intl
  natl mfg mtg bldg ste ext tel sys elec jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thurs fri ave blvd rd ct sq mt ft al
  cf ph adj adv alex wm jos ala ariz az Ark calif colo conn Del fla ga Ill ind kan kans ky La md Mass mich minn mo mont neb nev okla Ore Pa penn
  tenn Tex va vt Wash wis wisc wyo dak`.split(/\s+/),
);

/** Words that keep their dot before a number. */
export const BEFORE_NUMBERS = /^(?:nos?|figs?|pp|ca|op|art|prop)$/i;

/** Words that begin a sentence: before one of them, a single letter with a dot ("plan B. The") ended the last. */
export const BEGINS =
  /^\s*$|^\s+(?:A|About|According|After|An|As|At|But|Earlier|Her?|Here|However|If|In|It|Last|Many|More|Now|Once|One|Other|Our|She|Since|So|Some|Such|That|The|Their|Then|There|These|They|This|We|What|When|While|Yet|You)(?:\s|$)/;
