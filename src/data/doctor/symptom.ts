import { FINDINGS, type FindingCode } from '../clean.ts';

/** `error`: the place cannot be used as it is. `warning`: it is wrong, or very probably so. `note`: worth knowing, and perhaps meant. */
export type Severity = 'error' | 'warning' | 'note';

interface Sort {
  readonly severity: Severity;
  readonly about: string;
}

/** What only the doctor looks for. What `cleanEcem` repairs or drops keeps the codes of FINDINGS. */
const OWN = {
  damaged: { severity: 'error', about: 'a file or an entry that cannot be understood' },
  'same-id': { severity: 'note', about: 'an id that an earlier row has' },
  'same-cause': {
    severity: 'note',
    about: 'the explanation of an earlier row, word for word; one that cannot be used anyway is not told again',
  },
  question: { severity: 'note', about: 'an explanation that asks where it should say why' },
  'other-person': {
    severity: 'warning',
    about: "an explanation of another speaker's feeling, or one that says he of a speaker whom the others call she, or the other way round",
  },

  'bad-id': { severity: 'error', about: 'a dialogue or utterance that is not numbered' },
  'unknown-label': { severity: 'error', about: 'an emotion that is none of the seven' },
  'empty-text': { severity: 'error', about: 'an utterance without words' },
  sentiment: { severity: 'warning', about: 'a sentiment that contradicts the emotion' },
  'odd-speaker': { severity: 'note', about: 'a speaker whose name begins with a small letter: probably a piece of another word' },
  'no-time': { severity: 'error', about: 'times that cannot be read, or an end that is not after its start' },
  'too-long': { severity: 'error', about: 'an "utterance" of more than a minute: the times are wrong' },
  'too-slow': { severity: 'warning', about: 'far too few words for their time' },
  'too-fast': { severity: 'warning', about: 'more words than anybody says in their time' },
  overlap: { severity: 'note', about: 'an utterance that begins before the one before it ends: clips share a piece of film' },
  'out-of-order': { severity: 'warning', about: 'an utterance that begins before the one before it began' },
  'same-time': { severity: 'warning', about: 'the time of another row: two clips with one content' },
  'far-apart': { severity: 'warning', about: 'more than a minute after the utterance before it: hardly one conversation' },
  'number-gap': { severity: 'note', about: 'a dialogue that leaves numbers of utterances out: a number is not a place in the list' },
  'dialogue-gap': { severity: 'note', about: 'a number that no dialogue has' },

  'no-such-utterance': { severity: 'error', about: 'a pair with an utterance that its dialogue does not have' },
  'pair-emotion': { severity: 'error', about: 'a pair with another emotion than its utterance has' },
  'pair-neutral': { severity: 'error', about: 'a cause of a neutral utterance' },
  'pair-twice': { severity: 'warning', about: 'a pair that stands there twice' },
  'pair-later': { severity: 'note', about: 'a cause that is said after what it causes' },
  span: { severity: 'warning', about: 'words that the utterance of the cause does not say' },

  'clip-missing': { severity: 'error', about: 'an utterance without its clip' },
  'clip-extra': { severity: 'warning', about: 'a file that no row of the table names' },
  'clip-undecodable': { severity: 'error', about: 'a clip that cannot be decoded' },
  'clip-length': { severity: 'error', about: 'a clip that is longer or shorter than its utterance' },
  'no-picture': { severity: 'error', about: 'a clip without pictures' },
  'no-sound': { severity: 'warning', about: 'a clip without sound' },

  'no-speech': { severity: 'warning', about: 'words, but hardly anything that could be speech' },
  'speech-rate': { severity: 'warning', about: 'words that do not fit the time in which there is sound' },
  'off-speaker': { severity: 'note', about: 'faces, but none of them speaks while the utterance lasts' },
} as const satisfies Readonly<Record<string, Sort>>;

export type SymptomCode = FindingCode | keyof typeof OWN;

const CLEANED = Object.fromEntries(
  Object.entries(FINDINGS).map(([code, { kind, about }]) => [code, { severity: kind === 'dropped' ? 'error' : 'warning', about }]),
) as Record<FindingCode, Sort>;

/** Everything that the doctor can find, in the order in which it is told. */
export const SYMPTOMS: Readonly<Record<SymptomCode, Sort>> = { ...CLEANED, ...OWN };

/** Where it is. What does not apply is absent. */
export interface Place {
  /** The file or folder as it was named. */
  readonly file: string;
  /** Which entry of a JSON file, from 1. */
  readonly entry?: number;
  /** Which line of a table, from 1. */
  readonly line?: number;
  readonly dialogue?: string;
  /** The utterance's number, as its source counts. */
  readonly utterance?: number;
  /** Which text of the entry or column of the table. */
  readonly field?: string;
}

/** One thing that is wrong. */
export interface Symptom {
  readonly code: SymptomCode;
  readonly place: Place;
  readonly severity: Severity;
  /** What stands there, in a few words. */
  readonly message: string;
  /** Only where it is sure. */
  readonly repair?: { readonly before: string; readonly after: string };
}

/** A text of a file that should be another; several symptoms may have led to it. */
export interface Change {
  readonly place: Place;
  readonly codes: readonly SymptomCode[];
  /** Which text of the file: the path of a JSON string (`12/conversations/1/value`), or a cell of a table (`12/Utterance`); rows count from 0. */
  readonly at: string;
  readonly after: string;
}

/** What was found in a file. */
export interface Checked {
  readonly symptoms: readonly Symptom[];
  readonly changes: readonly Change[];
}

/** A symptom with the severity of its code. */
export const symptom = (code: SymptomCode, place: Place, message: string, repair?: Symptom['repair']): Symptom => ({
  code,
  place,
  severity: SYMPTOMS[code].severity,
  message,
  ...(repair && { repair }),
});

/** A text for a message: its beginning, in quotation marks. */
export const excerpt = (text: string, most = 60): string => JSON.stringify(text.length > most ? `${text.slice(0, most - 1)}…` : text);

/** A repair for a message: both texts around the first letter that differs. */
export function difference(before: string, after: string): string {
  let same = 0;
  while (same < before.length && same < after.length && before[same] === after[same]) same++;
  const from = Math.max(0, same - 20);
  const part = (text: string) => excerpt(from === 0 ? text : `…${text.slice(from)}`);
  return `${part(before)} → ${part(after)}`;
}

/** Words of a text: runs of letters and digits, joined by apostrophes and hyphens. */
export const wordsIn = (text: string): number => text.match(/[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu)?.length ?? 0;

/** `1 word`, `2 words`. */
export const counted = (count: number, of: string): string => `${count} ${of}${count === 1 ? '' : 's'}`;
