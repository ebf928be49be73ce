/**
 * The Snowball "english" stemmer (Porter2) in the form of Snowball 1.x and 2.x, which METEOR 1.5 and NLTK use.
 * Source: the algorithm's page, snowballstem.org/algorithms/english/stemmer.html. Snowball 3.0 changed a few
 * endings (-ogist, -eed after a vowel-less start, more exceptions); those changes are left out on purpose.
 */

/** Words that the rules would spoil, with their stems. */
const SPECIAL = new Map(
  Object.entries({
    skis: 'ski',
    skies: 'sky',
    dying: 'die',
    lying: 'lie',
    tying: 'tie',
    idly: 'idl',
    gently: 'gentl',
    ugly: 'ugli',
    early: 'earli',
    only: 'onli',
    singly: 'singl',
    ...same('sky', 'news', 'howe', 'atlas', 'cosmos', 'bias', 'andes'),
  }),
);
/** Words that are finished once the plural is gone. */
const FINISHED = new Set(['inning', 'outing', 'canning', 'herring', 'earring', 'proceed', 'exceed', 'succeed']);

type Rule = readonly [ending: string, replacement: string];
/** Endings that become another one where they stand in R1; the longest that fits is the only one tried. */
const STEP_2: readonly Rule[] = longestFirst([
  ['tional', 'tion'],
  ['enci', 'ence'],
  ['anci', 'ance'],
  ['abli', 'able'],
  ['entli', 'ent'],
  ['izer', 'ize'],
  ['ization', 'ize'],
  ['ational', 'ate'],
  ['ation', 'ate'],
  ['ator', 'ate'],
  ['alism', 'al'],
  ['aliti', 'al'],
  ['alli', 'al'],
  ['fulness', 'ful'],
  ['ousli', 'ous'],
  ['ousness', 'ous'],
  ['iveness', 'ive'],
  ['iviti', 'ive'],
  ['biliti', 'ble'],
  ['bli', 'ble'],
  ['ogi', 'og'], // only after l
  ['fulli', 'ful'],
  ['lessli', 'less'],
  ['li', ''], // only after one of LI
]);
const STEP_3: readonly Rule[] = longestFirst([
  ['tional', 'tion'],
  ['ational', 'ate'],
  ['alize', 'al'],
  ['icate', 'ic'],
  ['iciti', 'ic'],
  ['ical', 'ic'],
  ['ful', ''],
  ['ness', ''],
  ['ative', ''], // only in R2
]);
/** Endings that go where they stand in R2. */
const STEP_4: readonly Rule[] = longestFirst(
  'al ance ence er ic able ible ant ement ment ent ism ate iti ous ive ize ion'.split(' ').map((ending) => [ending, ''] as const),
);

const VOWEL = /[aeiouy]/;
const LI = /[cdeghkmnrt]$/;
/** A short syllable at the end: consonant, vowel, consonant other than w, x and Y; or a vowel and a consonant that are all there is. */
const SHORT = /(?:[^aeiouy][aeiouy][^aeiouywxY]|^[aeiouy][^aeiouy])$/;

/**
 * The stem of a lower-case English word; an unknown word in, something stem-like out. Never throws.
 * Words of one or two UTF-16 units come back as they are. Letters outside a–z count as consonants.
 */
export function porter2(word: string): string {
  const special = SPECIAL.get(word);
  if (special !== undefined) return special;
  if (word.length <= 2) return word;
  // A y that begins the word or follows a vowel is a consonant: Y until the end.
  let w = (word.startsWith("'") ? word.slice(1) : word).replace(/^y/, 'Y').replace(/([aeiouy])y/g, '$1Y');
  const r1 = /^(?:gener|commun|arsen)/.exec(w)?.[0].length ?? afterSyllable(w, 0);
  const r2 = afterSyllable(w, r1);

  w = withoutPlural(w);
  if (FINISHED.has(w)) return w;
  w = withoutPast(w, r1);
  w = w.replace(/([^aeiouy])[yY]$/, (ending, before: string, at: number) => (at === 0 ? ending : `${before}i`));
  w = step2(w, r1);
  w = step3(w, r1, r2);
  w = step4(w, r2);
  return step5(w, r1, r2).replaceAll('Y', 'y');
}

/** The place after the first consonant that follows a vowel at or after `from`; the word's length if there is none. */
function afterSyllable(w: string, from: number): number {
  let i = from;
  while (i < w.length && !VOWEL.test(w[i] ?? '')) i++;
  while (i < w.length && VOWEL.test(w[i] ?? '')) i++;
  return Math.min(i + 1, w.length);
}

/** Step 1a, with the possessive endings that precede it. */
function withoutPlural(word: string): string {
  const w = word.replace(/(?:'s'|'s|')$/, '');
  if (w.endsWith('sses')) return w.slice(0, -2);
  if (/ie[ds]$/.test(w)) return w.length > 4 ? w.slice(0, -2) : w.slice(0, -1);
  if (/(?:us|ss)$/.test(w)) return w;
  return w.endsWith('s') && VOWEL.test(w.slice(0, -2)) ? w.slice(0, -1) : w;
}

/** Step 1b: -eed, -ed, -ing and their adverbs. */
function withoutPast(w: string, r1: number): string {
  const ending = /(?:eedly|ingly|edly|eed|ing|ed)$/.exec(w)?.[0];
  if (ending === undefined) return w;
  const stem = w.slice(0, -ending.length);
  if (ending.startsWith('ee')) return stem.length >= r1 ? `${stem}ee` : w;
  if (!VOWEL.test(stem)) return w;
  if (/(?:at|bl|iz)$/.test(stem)) return `${stem}e`;
  if (/(?:bb|dd|ff|gg|mm|nn|pp|rr|tt)$/.test(stem)) return stem.slice(0, -1);
  return stem.length === r1 && SHORT.test(stem) ? `${stem}e` : stem;
}

function step2(w: string, r1: number): string {
  const [stem, ending, replacement] = split(w, STEP_2);
  if (stem.length < r1) return w;
  if (ending === 'ogi' && !stem.endsWith('l')) return w;
  if (ending === 'li' && !LI.test(stem)) return w;
  return stem + replacement;
}

function step3(w: string, r1: number, r2: number): string {
  const [stem, ending, replacement] = split(w, STEP_3);
  return stem.length < (ending === 'ative' ? Math.max(r1, r2) : r1) ? w : stem + replacement;
}

function step4(w: string, r2: number): string {
  const [stem, ending, replacement] = split(w, STEP_4);
  return stem.length < r2 || (ending === 'ion' && !/[st]$/.test(stem)) ? w : stem + replacement;
}

function step5(w: string, r1: number, r2: number): string {
  const stem = w.slice(0, -1);
  if (w.endsWith('e')) return stem.length >= r2 || (stem.length >= r1 && !SHORT.test(stem)) ? stem : w;
  return w.endsWith('ll') && stem.length >= r2 ? stem : w;
}

/** The word before its longest ending among the rules, that ending, and what replaces it; without one, the whole word and nothing. */
function split(w: string, rules: readonly Rule[]): readonly [stem: string, ending: string, replacement: string] {
  for (const [ending, replacement] of rules) if (w.endsWith(ending)) return [w.slice(0, -ending.length), ending, replacement];
  return [w, '', ''];
}

function longestFirst(rules: readonly Rule[]): readonly Rule[] {
  return rules.toSorted(([a], [b]) => b.length - a.length);
}

function same(...words: readonly string[]): Record<string, string> {
  return Object.fromEntries(words.map((word) => [word, word]));
}
