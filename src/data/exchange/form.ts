import { EMOTIONS } from '../../base/emotion.ts';
import { FameError } from '../../base/errors.ts';
import { isRecord } from '../../base/file.ts';
import {
  type Annotation,
  type DataSet,
  type Entry,
  type EntryEvidence,
  type EntryText,
  type EntryTurn,
  lean,
  type Protocol,
  type Round,
  SENSES,
  type SetAsideRound,
} from './entry.ts';

/** Checks a JSON value of unknown origin and gives it back with its type; null stands for an absent value. Throws DATASET_FILE. */
export type Form<T> = (value: unknown, at: string) => T;
type Fields<T> = { readonly [K in keyof T]-?: Form<T[K]> };

/** An object with these fields and no others: what was not known would be lost without a word. */
function record<T extends object>(fields: Fields<T>): Form<T> {
  const entries = Object.entries(fields) as [string, Form<unknown>][];
  return (value, at) => {
    if (!isRecord(value)) throw strange(at, `an object with ${Object.keys(fields).join(', ')}`, value);
    const extra = Object.keys(value).find((key) => !Object.hasOwn(fields, key));
    if (extra !== undefined) throw strange(`${at}.${extra}`, `only ${Object.keys(fields).join(', ')}`, value[extra]);
    const found = entries.map(([key, form]) => [key, form(Object.hasOwn(value, key) ? value[key] : undefined, `${at}.${key}`)] as const);
    return Object.fromEntries(found.filter(([, one]) => one !== undefined)) as T;
  };
}

const optional =
  <T>(form: Form<T>): Form<T> =>
  (value, at) =>
    value === undefined || value === null ? (undefined as T) : form(value, at);

const list =
  <T>(form: Form<T>): Form<readonly T[]> =>
  (value, at) => {
    if (!Array.isArray(value)) throw strange(at, 'a list', value);
    return value.map((one: unknown, i) => form(one, `${at}[${i}]`));
  };

function oneOf<const T extends string>(words: readonly T[]): Form<T> {
  return (value, at) => {
    const found = words.find((word) => word === value);
    if (found === undefined) throw strange(at, words.join(', '), value);
    return found;
  };
}

const text: Form<string> = (value, at) => {
  if (typeof value !== 'string') throw strange(at, 'a text', value);
  return value;
};
const number: Form<number> = (value, at) => {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw strange(at, 'a number', value);
  return value;
};
const whole: Form<number> = (value, at) => {
  if (!Number.isSafeInteger(value)) throw strange(at, 'a whole number', value);
  return Number(value);
};
const yesNo: Form<boolean> = (value, at) => {
  if (typeof value !== 'boolean') throw strange(at, 'true or false', value);
  return value;
};

const stretch = record({ from: number, to: number, note: text });
const evidence: Form<EntryEvidence> = record({
  text: list(record({ turn: whole, note: optional(text) })),
  sound: list(stretch),
  picture: list(stretch),
  faces: list(record({ face: whole, time: number, note: text })),
  nothing: list(oneOf(SENSES)),
});
const written: Form<EntryText> = record({
  by: text,
  at: text,
  cause: text,
  reasoning: text,
  evidence,
  guidelines: optional(text),
});
const ROUND: Fields<Round> = {
  drafts: list(written),
  measured: optional(
    record({
      at: text,
      score: (value, at) => (value === null ? null : number(value, at)),
      signature: text,
      threshold: number,
      passed: yesNo,
    }),
  ),
  votes: list(record({ by: text, at: text, choice: text, note: optional(text) })),
  messages: list(record({ by: text, at: text, text })),
  revisions: list(written),
  accepted: list(record({ by: text, text })),
};
const aside: Form<SetAsideRound> = record<SetAsideRound>({ ...ROUND, round: whole, at: text, by: text, reason: text });

/** What led to an explanation. */
export const annotationForm: Form<Annotation> = record<Annotation>({
  ...ROUND,
  how: oneOf(['majority', 'discussion']),
  text,
  at: text,
  setAside: list(aside),
});

/** Turns of a dialogue. */
export const turnsForm: Form<readonly EntryTurn[]> = list(record({ number: whole, speaker: optional(text), text }));

const entry: Form<Entry> = record<Entry>({
  id: text,
  split: optional(text),
  emotion: oneOf(EMOTIONS),
  dialogue: optional(text),
  utterance: optional(whole),
  speaker: optional(text),
  text: optional(text),
  clip: optional(text),
  turns: optional(turnsForm),
  cause: optional(text),
  spans: optional(list(record({ turn: whole, text: optional(text) }))),
  reasoning: optional(text),
  evidence: optional(evidence),
  senses: optional(list(oneOf(SENSES))),
  annotation: optional(annotationForm),
});

/** One entry, without empty texts. */
export const entryForm: Form<Entry> = (value, at) => lean(entry(value, at));

/** A data set without its entries. */
export const headForm: Form<Omit<DataSet, 'entries'>> = record<Omit<DataSet, 'entries'>>({
  name: text,
  utterances: optional(whole),
  protocol: optional(
    record<Protocol>({
      title: text,
      voters: whole,
      gate: (value, at) =>
        isRecord(value) && 'none' in value ? record({ none: text })(value, at) : record({ signature: text, threshold: number })(value, at),
      guidelines: list(record({ version: text, text })),
      people: list(record({ id: text, roles: list(text) })),
    }),
  ),
});

/** JSON from text. Throws DATASET_FILE. */
export function json(content: string, at: string): unknown {
  try {
    return JSON.parse(content);
  } catch (cause) {
    throw damagedSet(at, 'JSON', cause instanceof Error ? cause.message.slice(0, 200) : 'something else', cause);
  }
}

/** The error for a file of a data set that cannot be read. */
export function damagedSet(at: string, expected: string, got: string, cause?: unknown): FameError {
  return new FameError('DATASET_FILE', 'A data set cannot be understood', { at, expected, got, fix: 'correct it there' }, { cause });
}

const strange = (at: string, expected: string, value: unknown): FameError =>
  damagedSet(at, expected, value === undefined ? 'nothing' : (JSON.stringify(value) ?? String(value)).slice(0, 80));
