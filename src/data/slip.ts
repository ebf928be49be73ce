import type { Emotion } from '../base/emotion.ts';
import type { Meld, MeldPart } from './meld.ts';
import type { Utterance } from './utterance.ts';

/** An explanation beside an utterance. */
export interface Beside {
  readonly part: MeldPart;
  /** The very object that `meld` has. */
  readonly utterance: Utterance;
  /** undefined where there is none: in ECEM's table the mark of a neutral utterance. */
  readonly cause: string | undefined;
}

/** An utterance with its dialogue's id. */
export interface Spot {
  readonly dialogue: string;
  readonly utterance: Utterance;
}

/**
 * Where explanations belong that stand beside another utterance than theirs; undefined for those in their place. In the first release of ECEM whole stretches of
 * the table are off by one row: neutral utterances have explanations, emotional ones have none, and the emotion that is named is the neighbour's. The
 * table is MELD's: utterance after utterance, dialogue after dialogue. The likeliest path through it is taken (Viterbi): an explanation that names an
 * emotion names its label's all but one time in 50, and a stretch begins or ends once in 500 rows. So a wrong word or two prove nothing, four in a row do.
 */
export function slipped(rows: readonly (Beside | undefined)[], meld: Meld): (Spot | undefined)[] {
  const belongs = new Array<Spot | undefined>(rows.length).fill(undefined);
  for (const [part, dialogues] of Object.entries(meld)) {
    const table = [...dialogues.values()].flatMap(({ id, utterances }) => utterances.map((utterance) => ({ dialogue: id, utterance })));
    const places = new Map(table.map(({ utterance }, at) => [utterance, at]));
    const placed = rows
      .flatMap((row, i) => (row?.part === part ? [{ i, at: places.get(row.utterance)!, cause: row.cause }] : []))
      .sort((a, b) => a.at - b.at);
    const shifts = likeliest(placed.map(({ at, cause }) => SHIFTS.map((shift) => cost(cause, table[at - shift]?.utterance.emotion))));
    for (const [k, { i, at, cause }] of placed.entries()) if (shifts[k] !== 0 && cause !== undefined) belongs[i] = table[at - shifts[k]!];
  }
  return belongs;
}

/** The shift of each row on the cheapest path, from each row's costs by shift. */
function likeliest(costs: readonly (readonly number[])[]): number[] {
  let best: readonly number[] = SHIFTS.map((shift) => (shift === 0 ? 0 : SWITCH));
  const came: number[][] = [];
  for (const row of costs) {
    const cheapest = best.indexOf(Math.min(...best));
    const from = best.map((sum, state) => (sum <= best[cheapest]! + SWITCH ? state : cheapest));
    best = row.map((own, state) => best[from[state]!]! + (from[state] === state ? 0 : SWITCH) + own);
    came.push(from);
  }
  const path: number[] = [];
  let state = best.indexOf(Math.min(...best));
  for (const from of came.reverse()) {
    path.unshift(SHIFTS[state]!);
    state = from[state]!;
  }
  return path;
}

/** Which labels an explanation may belong to, by the first word in it that names a feeling; undefined if it names none. */
export function emotionsNamed(cause: string): readonly Emotion[] | undefined {
  const head = cause.slice(0, HEAD).toLowerCase();
  let first: { index: number; means: readonly Emotion[] } | undefined;
  for (const [words, means] of WORDS) {
    const index = head.search(words);
    if (index >= 0 && (first === undefined || index < first.index)) first = { index, means };
  }
  return first?.means;
}

/** How many rows an explanation stands too low in the table. Its own place comes first, so that it wins a tie. */
const SHIFTS = [0, 1, -1] as const;
const SWITCH = Math.log(500);
const FITS = -Math.log(0.98);
const MISSES = -Math.log(0.02);

function cost(cause: string | undefined, label: Emotion | undefined): number {
  if (label === undefined) return MISSES;
  if (cause === undefined) return label === 'neutral' ? FITS : MISSES;
  const means = emotionsNamed(cause);
  return label === 'neutral' || (means !== undefined && !means.includes(label)) ? MISSES : FITS;
}

/** Letters from the beginning in which the sentence says what is explained. */
const HEAD = 70;

/** Words as ECEM uses them: "delight" and "pleased" are also said of a pleasant surprise, "upset" of whoever minds. */
const WORDS: readonly (readonly [RegExp, readonly Emotion[]])[] = [
  [/\b(?:happ(?!en)|joy|glad|cheerful|enjoy)/, ['joy']],
  [/\b(?:delight|pleas(?:ed|es|ure|ant)|excite|thrill|pleasing)/, ['joy', 'surprise']],
  [/\b(?:ang(?:er|r)|furious|rage\b|mad\b|irritat|annoy|rankle)/, ['anger', 'disgust']],
  [/\b(?:sad(?:\b|ness|der|ly)|sorrow|grie[fv]|heartbr)/, ['sadness']],
  [/\b(?:upset|hurt|distress|devastat|unhapp|disappoint)/, ['sadness', 'anger', 'disgust', 'fear']],
  [/\b(?:afraid|scare|fear|fright|terrif|anxi)/, ['fear']],
  [/\b(?:surpris|astonish|amaz|stunned)/, ['surprise']],
  [/\bshock/, ['surprise', 'fear', 'disgust']],
  [/\b(?:disgust|detest|distaste|revol|hate|loath)/, ['disgust', 'anger']],
];
