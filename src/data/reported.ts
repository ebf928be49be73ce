/**
 * Direct speech told by somebody else: "I want you to stay!" becomes "she wants Ross to stay". By rules for English; where they do not reach, undefined.
 * Good enough to teach a small network that an explanation takes words of the dialogue and turns their persons; not good enough to be an explanation.
 */

/** Somebody who speaks or is spoken to. */
export interface Person {
  readonly name: string;
  readonly pronoun: 'he' | 'she';
}

const FORMS = {
  he: { object: 'him', own: 'his', owned: 'his', self: 'himself' },
  she: { object: 'her', own: 'her', owned: 'hers', self: 'herself' },
} as const;

/** Words that begin a turn and say nothing; a name before a comma is one of them. */
const OPENING =
  /^(?:(?:oh|ooh|ohh|well|okay|ok|hey|hi|yeah|yes|yep|no|nope|look|god|wow|um+|uh+|ah+|huh|y'know|you know|so|and|but|then|all right|alright|right|now|please|listen|see|i mean|because|'cause|come on|c'mon|sorry|thanks|really|what|oh my god|hmm+|man|honey|sweetie|dude)(?:[,.!?:-]+|\s)+(?=\S)|[A-Z][a-z]+, )/i;
/** Verbs that stand after "I" and take an s after "she". */
const PRESENT = new Set(
  'want need love like hate think know feel guess hope mean get go see say make wish believe live work look keep remember understand wonder promise swear suppose care miss trust owe bet try eat take give find call come run play wear drink sleep sit stand talk hear let put tell ask agree appreciate expect enjoy prefer deserve realize thank'.split(
    ' ',
  ),
);
/** Behind `I`, where it is no s. */
const IRREGULAR: Readonly<Record<string, string>> = {
  am: 'is',
  "'m": 'is',
  have: 'has',
  "'ve": 'has',
  do: 'does',
  "don't": "doesn't",
  "haven't": "hasn't",
  were: 'was',
};
/** What begins as a question is one, whatever mark a transcriber put behind it. */
const QUESTION = /^(?:are|is|was|were|do|does|did|what|how|why|who|where|when|which|can|could|would|will|shall|should|have|has)\b/i;
const FEWEST = 3;
const MOST = 22;

/** The longest statement in a turn, told of its speaker. Questions are no statements. */
export function reported(text: string, speaker: Person, to?: Person): string | undefined {
  const statements = text
    .replace(/[‘’]/g, "'")
    .replace(/[“”"]/g, '')
    .replace(/\s*(?:\.\.\.|…|--+|—|–)\s*/g, ', ')
    .match(/[^.!?]+[.!?]*/g);
  const told = (statements ?? [])
    .map((sentence) => sentence.trim())
    .filter((sentence) => !sentence.endsWith('?'))
    .map((sentence) => opened(sentence.replace(/[.!?,\s]+$/, '')))
    .filter((sentence) => !QUESTION.test(sentence))
    .map((sentence) => sentence.split(/\s+/))
    .filter((words) => words.length >= FEWEST && words.length <= MOST)
    .toSorted((a, b) => b.length - a.length)[0];
  return told && turned(told, speaker, to);
}

function opened(sentence: string): string {
  for (let rest = sentence; ; ) {
    const shorter = rest.replace(OPENING, '').trim();
    if (shorter === rest) return rest.replace(/(?:,\s*[A-Z][a-z]+)+$/, '');
    rest = shorter;
  }
}

/** Persons, and the verbs that agree with them. */
function turned(words: readonly string[], { pronoun: me }: Person, to: Person | undefined): string {
  const mine = FORMS[me];
  const you =
    to === undefined
      ? { subject: 'they', object: 'them', own: 'their', self: 'themselves' }
      : { subject: to.name, object: to.name, own: `${to.name}'s`, self: FORMS[to.pronoun].self };
  const areYou = to === undefined ? 'are' : 'is';
  const table: Readonly<Record<string, string>> = {
    ...{
      i: me,
      "i'm": `${me} is`,
      "i've": `${me} has`,
      "i'll": `${me} will`,
      "i'd": `${me} would`,
      me: mine.object,
      my: mine.own,
      mine: mine.owned,
      myself: mine.self,
    },
    ...{
      you: you.subject,
      "you're": `${you.subject} ${areYou}`,
      "you've": `${you.subject} ${to ? 'has' : 'have'}`,
      "you'll": `${you.subject} will`,
    },
    ...{ "you'd": `${you.subject} would`, your: you.own, yours: you.own, yourself: you.self },
    ...{
      we: 'they',
      "we're": 'they are',
      "we've": 'they have',
      "we'll": 'they will',
      "we'd": 'they would',
      us: 'them',
      our: 'their',
      ours: 'theirs',
    },
  };
  const out: string[] = [];
  let [afterMe, afterYou] = [false, false];
  for (const [i, word] of words.entries()) {
    const [, core = word, rest = ''] = /^(.*?)([,;:]*)$/.exec(word) ?? [];
    const key = core.toLowerCase();
    const person = Object.hasOwn(table, key) ? table[key]! : undefined;
    const verb = agreed(key, afterMe || (afterYou && to !== undefined));
    out.push((person ?? verb ?? (i === 0 && !/^[A-Z][a-z]+'s$|^I\b/.test(core) && COMMON_START.test(core) ? key : core)) + rest);
    [afterMe, afterYou] = [key === 'i' || (afterMe && ADVERBS.has(key)), key === 'you' || (afterYou && ADVERBS.has(key))];
  }
  return out.join(' ');
}

const ADVERBS = new Set(['just', 'really', 'always', 'never', 'still', 'only', 'even', 'also', 'so', 'actually', 'totally']);
/** Beginnings that are no names. */
const COMMON_START =
  /^(?:the|a|an|this|that|these|those|it|it's|that's|there|there's|he|she|he's|she's|they|they're|we|you|your|my|our|his|her|everything|everybody|everyone|nothing|nobody|something|somebody|someone|if|when|maybe|not|to|of|for|in|on|at|all|some|what|how|who|why|where|don't|let's|do|go|get|just|never|always|here|here's)$/i;

function agreed(verb: string, third: boolean): string | undefined {
  if (!third) return undefined;
  if (Object.hasOwn(IRREGULAR, verb)) return IRREGULAR[verb];
  if (verb === 'are') return 'is';
  if (!PRESENT.has(verb)) return undefined;
  return /(?:s|sh|ch|x|o)$/.test(verb) ? `${verb}es` : /[^aeiou]y$/.test(verb) ? `${verb.slice(0, -1)}ies` : `${verb}s`;
}
