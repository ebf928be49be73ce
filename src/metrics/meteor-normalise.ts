/**
 * METEOR's own tokeniser for English (`-norm`): Moses' rules with its additions for quotes, dashes and abbreviations. Punctuation stays.
 * Facts from the reference's Normalizer. Parity: test/parity/meteor.test.ts, and a table of cases beside this file.
 */

const ALPHA = 'A-Za-zŠŽšžŸÀ-ÖØ-öø-ž\u0400-\u0527\ua640-\ua66e\ua67e-\ua697\u1d00-\u1d7f';
// The reference is Java, whose \s, \p{Digit} and \p{Lower} know ASCII only.
const OTHER = new RegExp(`[^0-9${ALPHA} \t\n\v\f\r.'\`,‘’-]`, 'gu');
const HYPHEN = new RegExp(`([0-9${ALPHA}.])-([0-9${ALPHA}])`, 'gu');
const HAS_LETTER = new RegExp(`[${ALPHA}]`, 'u');
/** English contractions split before the apostrophe (don 't); other apostrophes stand alone. The order matters: each rule sees the last one's work. */
const APOSTROPHES: readonly (readonly [RegExp, string])[] = [
  [new RegExp(`([^${ALPHA}])'([^${ALPHA}])`, 'gu'), "$1 ' $2"],
  [new RegExp(`([^${ALPHA}0-9])'([${ALPHA}])`, 'gu'), "$1 ' $2"],
  [new RegExp(`([${ALPHA}])'([^${ALPHA}])`, 'gu'), "$1 ' $2"],
  [new RegExp(`([${ALPHA}])'([${ALPHA}])`, 'gu'), "$1 '$2"],
  [/([0-9])'(s)/gu, "$1 '$2"],
];
/** Any space that Java's own splitting leaves inside a word. */
const WIDE_SPACES = /[ \u00a0\u2000-\u200a\u202f\u205f\u3000]+/g;
const BREAKS = /[ \t\n\f\r]+/;

/** Words whose dot does not end a sentence; case counts. */
const KEEP_DOT = new Set(
  `A B C D E F G H I J K L M N O P Q R S T U V W X Y Z Adj Adm Adv Asst Bart Bldg Brig Bros Capt Cmdr Col Comdr Con Corp Cpl DR Dr Drs Ens Gen
  Gov Hon Hr Hosp Insp Lt MM MR MRS MS Maj Messrs Mlle Mme Mr Mrs Ms Msgr Op Ord Pfc Ph Prof Pvt Rep Reps Res Rev Rt Sen Sens Sfc Sgt Sr St Supt
  Surg v vs i.e rev e.g Nos Nr`.split(/\s+/),
);
/** Words whose dot stays only before a number. */
const KEEP_DOT_BEFORE_NUMBER = new Set(['No', 'Art', 'pp']);

/** The words of one sentence as METEOR compares them: lower-case, punctuation as words of its own, hyphens between letters gone. */
export function meteorTokens(sentence: string): string[] {
  // trim() of Java takes every control character as well.
  let s = ` ${sentence.replace(/^[\0- ]+|[\0- ]+$/g, '')} `;
  s = s.replace(OTHER, ' $& ');
  s = s.replace(/\.{2,}/g, ' $& ');
  s = s
    .replace(/([^0-9]),([^0-9])/gu, '$1 , $2')
    .replace(/([0-9]),([^0-9])/gu, '$1 , $2')
    .replace(/([^0-9]),([0-9])/gu, '$1 , $2');
  s = s.replace(/[`‘’]/g, "'").replace(/[“”]|''/g, ' " ');
  s = s.replaceAll('–', '-').replaceAll('--', '-');
  s = s.replace(HYPHEN, '$1 $2');
  for (const [pattern, replacement] of APOSTROPHES) s = s.replace(pattern, replacement);
  const words = s.split(BREAKS).filter((word) => word !== '');
  return words
    .map((word, i) => withoutFinalDot(word, words[i + 1] ?? ''))
    .join(' ')
    .replace(WIDE_SPACES, ' ')
    .replace(/^[\0- ]+|[\0- ]+$/g, '')
    .toLowerCase()
    .split(BREAKS)
    .filter((word) => word !== '');
}

/** The dot at the end of a word becomes a word, unless the word is an abbreviation, an ellipsis, or the sentence goes on in lower case. */
function withoutFinalDot(word: string, next: string): string {
  if (word.length < 2 || !word.endsWith('.') || word.startsWith('..')) return word;
  const stem = word.slice(0, -1);
  if (stem.includes('.') && HAS_LETTER.test(stem)) return word.replaceAll('.', ''); // U.S. → US
  if (KEEP_DOT.has(stem) || /^[a-z]/.test(next)) return word;
  if (KEEP_DOT_BEFORE_NUMBER.has(stem) && /^[0-9]/.test(next)) return word;
  return `${stem} .`;
}

/** Words that count with 1 − delta instead of delta: METEOR's English list. */
export const FUNCTION_WORDS: ReadonlySet<string> = new Set(
  `" $ ' 's 't ( ) , - -- -lrb- -rrb- . : ? a about after all also an and are as at be been but by can could first for from had has have he her his i
  if in into is it its last more new no not of on one or other out over people s said she so some than that the their there they this time to two up
  was we were what when which who will with would year years you — ’ “ ”`.split(/\s+/),
);
