import { type CsvRow, readCsv } from '../../base/csv.ts';
import { type Emotion, emotionHint, emotionNamed } from '../../base/emotion.ts';
import { clockSeconds, MELD_COLUMNS } from '../meld.ts';
import { type Change, type Checked, counted, excerpt, type Place, type Symptom, type SymptomCode, symptom, wordsIn } from './symptom.ts';
import { textSymptoms } from './text.ts';

/** A row of MELD's table with what its rules need. Times are seconds in the episode. */
export interface MeldRow {
  readonly line: number;
  readonly text: string;
  readonly speaker: string;
  readonly label: string;
  readonly sentiment: string;
  /** As the table has them; a number in good rows. */
  readonly dialogue: string;
  readonly utterance: string;
  /** Season and episode: what times count in. The dialogue, where the table does not have them. */
  readonly episode: string;
  readonly from: string;
  readonly to: string;
  /** NaN where it cannot be read: then no rule about times says anything but that. */
  readonly start: number;
  readonly end: number;
}

/** Longer than this (seconds) nobody talks in these tables; the two that are have four and five minutes. */
const LONGEST = 60;
/** A clip of so many seconds with fewer words a second than this holds something else, too. */
const SLOW = { seconds: 15, rate: 0.5 } as const;
/** Words a second. Quick speech has 6; of the 109 rows of the release above this, half last less than 0.16 s. */
const FAST = { words: 3, rate: 12 } as const;
/** Seconds that neighbours may share: subtitles do not end on the frame. */
const SHARED = 0.5;
/** Seconds of silence within one conversation. */
const APART = 60;

/** Utterances that a row is compared with. */
interface Company {
  /** The row before it in its dialogue. */
  readonly before: MeldRow | undefined;
  /** The first row with the same dialogue and number. */
  readonly first: MeldRow;
  /** The first row with the same time of the same episode. */
  readonly sameTime: MeldRow;
}

type Rule = readonly [code: SymptomCode, field: string | undefined, told: (row: MeldRow, company: Company) => string | false | undefined];

const long = ({ start, end }: MeldRow): number => (end > start ? end - start : Number.NaN);
const began = (row: MeldRow | undefined): number => row?.start ?? Number.NaN;
const ended = (row: MeldRow | undefined): number => row?.end ?? Number.NaN;
const nameOf = ({ dialogue, utterance }: MeldRow): string => `dialogue ${dialogue}, utterance ${utterance}`;
const seconds = (value: number): string => `${Math.round(value * 10) / 10} s`;
const PLEASANT: Partial<Record<Emotion, readonly string[]>> = {
  joy: ['positive'],
  neutral: ['neutral'],
  surprise: ['positive', 'negative'],
};

/** Row by row; a rule that says something has found something. */
const RULES: readonly Rule[] = [
  [
    'bad-id',
    'Dialogue_ID',
    ({ dialogue, utterance }) => !(isNumber(dialogue) && isNumber(utterance)) && `${excerpt(dialogue)}, ${excerpt(utterance)}`,
  ],
  ['unknown-label', 'Emotion', ({ label }) => emotionNamed(label) === undefined && `${excerpt(label)}; expected ${emotionHint(label)}`],
  ['duplicate', undefined, (row, { first }) => first !== row && `line ${first.line} has it already: ${excerpt(first.text)}`],
  ['empty-text', 'Utterance', ({ text }) => wordsIn(text) === 0 && !/[^\s\p{P}]/u.test(text) && excerpt(text)],
  [
    'sentiment',
    'Sentiment',
    ({ label, sentiment }) => {
      const emotion = emotionNamed(label);
      if (emotion === undefined || sentiment === '') return undefined;
      return !(PLEASANT[emotion] ?? ['negative']).includes(sentiment.trim().toLowerCase()) && `${label} and ${excerpt(sentiment)}`;
    },
  ],
  ['odd-speaker', 'Speaker', ({ speaker }) => !/^[\p{Lu}\p{Lo}\p{N}"'“‘(]/u.test(speaker.trim()) && excerpt(speaker)],
  ['no-time', 'StartTime', (row) => Number.isNaN(long(row)) && `${excerpt(row.from)} to ${excerpt(row.to)}`],
  ['too-long', 'EndTime', (row) => long(row) > LONGEST && `${seconds(long(row))} for ${counted(wordsIn(row.text), 'word')}`],
  [
    'too-slow',
    'EndTime',
    (row) =>
      long(row) <= LONGEST &&
      long(row) > SLOW.seconds &&
      wordsIn(row.text) < SLOW.rate * long(row) &&
      `${seconds(long(row))} for ${counted(wordsIn(row.text), 'word')}`,
  ],
  [
    'too-fast',
    'EndTime',
    (row) =>
      wordsIn(row.text) >= FAST.words &&
      wordsIn(row.text) > FAST.rate * long(row) &&
      `${Math.round(long(row) * 1000)} ms for ${counted(wordsIn(row.text), 'word')}`,
  ],
  [
    'same-time',
    'StartTime',
    (row, { sameTime }) => sameTime !== row && !Number.isNaN(long(row)) && `that of line ${sameTime.line} (${nameOf(sameTime)})`,
  ],
  [
    'out-of-order',
    'StartTime',
    (row, { before }) => row.start < began(before) && `${seconds(began(before) - row.start)} before ${nameOf(before!)} begins`,
  ],
  [
    'overlap',
    'StartTime',
    (row, { before }) =>
      row.start > began(before) &&
      ended(before) - row.start > SHARED &&
      `${seconds(ended(before) - row.start)} before ${nameOf(before!)} ends`,
  ],
  [
    'far-apart',
    'StartTime',
    (row, { before }) => row.start - ended(before) > APART && `${seconds(row.start - ended(before))} after ${nameOf(before!)}`,
  ],
];

const isNumber = (id: string): boolean => /^\d+$/.test(id.trim());

/** What is wrong with a table of MELD. Throws CSV_DAMAGED and CSV_COLUMNS. */
export function checkMeld(content: string, file: string): Checked {
  const table = readCsv(content, file, MELD_COLUMNS);
  const rows = table.map(rowOf);
  const place = ({ line, dialogue, utterance }: MeldRow, field?: string): Place => ({
    file,
    line,
    dialogue,
    ...(isNumber(utterance) && { utterance: Number(utterance) }),
    ...(field !== undefined && { field }),
  });
  const [symptoms, changes]: [Symptom[], Change[]] = [[], []];
  const [seen, times, last] = [new Map<string, MeldRow>(), new Map<string, MeldRow>(), new Map<string, MeldRow>()];
  for (const [i, row] of rows.entries()) {
    const company = {
      before: last.get(row.dialogue),
      first: firstOf(seen, `${row.dialogue} ${row.utterance}`, row),
      sameTime: firstOf(times, `${row.episode} ${row.from} ${row.to}`, row),
    };
    last.set(row.dialogue, row);
    for (const field of ['Speaker', 'Utterance'] as const) {
      const before = table[i]!.values[field]!;
      const mended = textSymptoms(before, place(row, field), `${i}/${field}`);
      symptoms.push(...mended.symptoms);
      changes.push(...mended.changes);
    }
    for (const [code, field, told] of RULES) {
      const message = told(row, company);
      if (typeof message === 'string') symptoms.push(symptom(code, place(row, field), message));
    }
  }
  return { symptoms: [...symptoms, ...gaps(rows, file)], changes };
}

function rowOf({ line, values }: CsvRow): MeldRow {
  const { StartTime: from, EndTime: to } = values as Record<'StartTime' | 'EndTime', string>;
  return {
    line,
    text: values.Utterance!,
    speaker: values.Speaker!,
    label: values.Emotion!,
    sentiment: values.Sentiment ?? '',
    dialogue: values.Dialogue_ID!.trim(),
    utterance: values.Utterance_ID!.trim(),
    episode: values.Season === undefined ? `dialogue ${values.Dialogue_ID!.trim()}` : `${values.Season} ${values.Episode ?? ''}`,
    from,
    to,
    start: clockSeconds(from) ?? Number.NaN,
    end: clockSeconds(to) ?? Number.NaN,
  };
}

function firstOf(seen: Map<string, MeldRow>, key: string, row: MeldRow): MeldRow {
  return seen.get(key) ?? seen.set(key, row).get(key)!;
}

/** Numbers that no row has. */
function gaps(rows: readonly MeldRow[], file: string): Symptom[] {
  const dialogues = new Map<number, Set<number>>();
  for (const { dialogue, utterance } of rows) {
    if (!isNumber(dialogue) || !isNumber(utterance)) continue;
    dialogues.set(Number(dialogue), (dialogues.get(Number(dialogue)) ?? new Set()).add(Number(utterance)));
  }
  const inside = [...dialogues].flatMap(([dialogue, numbers]) => {
    const missing = leftOut(numbers);
    return missing === undefined ? [] : [symptom('number-gap', { file, dialogue: `${dialogue}` }, `no utterance ${missing}`)];
  });
  const between = leftOut(new Set(dialogues.keys()));
  return between === undefined ? inside : [...inside, symptom('dialogue-gap', { file }, `no dialogue ${between}`)];
}

/** The numbers from 0 that are not there, the first of them in words; undefined if there are none. */
function leftOut(numbers: ReadonlySet<number>): string | undefined {
  const missing: number[] = [];
  let count = 0;
  const sorted = [...numbers].sort((a, b) => a - b);
  for (const [i, number] of sorted.entries()) {
    const from = i === 0 ? 0 : sorted[i - 1]! + 1;
    count += number - from;
    for (let n = from; n < number && missing.length < 5; n++) missing.push(n);
  }
  if (count === 0) return undefined;
  return `${missing.join(', ')}${count > missing.length ? ` and ${count - missing.length} more` : ''}`;
}
