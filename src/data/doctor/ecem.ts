import { FameError } from '../../base/errors.ts';
import { isRecord } from '../../base/file.ts';
import { type Cleaned, cleanEcem, type Finding } from '../clean.ts';
import { type EcemRow, ecemText, parseEcem } from '../ecem.ts';
import type { Meld } from '../meld.ts';
import { personSymptoms } from './person.ts';
import { type Change, type Checked, difference, excerpt, type Place, type Symptom, symptom } from './symptom.ts';

/** Whether a JSON document is a list of statements as ECEM has them. */
export const isEcem = (document: unknown): boolean =>
  Array.isArray(document) && document.some((entry) => isRecord(entry) && Array.isArray(entry.conversations));

/**
 * What is wrong with a file of ECEM. All that `cleanEcem` repairs or drops is found by it and keeps its code, so the two agree; entries that
 * cannot be read are told and left out. Throws MELD_PART as `cleanEcem` does.
 */
export function checkEcem(content: string, file: string, meld?: Meld): Checked {
  const read = readable(content, file);
  const { rows, entries, damaged } = read;
  if (rows.length === 0) return { symptoms: damaged, changes: [] };
  const cleaned = cleanEcem(rows, meld);
  const placeOfRow = (row: number, field: string): Place => ({ file, entry: entries[row]! + 1, field });
  const found = cleaned.findings.map((finding) => told(finding, placeOfRow(finding.entry - 1, finding.field)));
  const usable = new Set(cleaned.kept);
  const isUsable = (row: number) => usable.has(cleaned.rows[row]!);
  const repeated = firstOf(rows.map(({ id }) => id));
  const copied = firstOf(cleaned.rows.map(({ cause }, i) => (isUsable(i) ? cause : undefined)));
  for (const [i, { id, cause }] of cleaned.rows.entries()) {
    const [same, copy] = [repeated[i], copied[i]];
    if (same !== undefined) found.push(symptom('same-id', placeOfRow(i, 'id'), `${id} is also the id of entry ${entries[same]! + 1}`));
    if (copy !== undefined)
      found.push(symptom('same-cause', placeOfRow(i, 'cause'), `that of entry ${entries[copy]! + 1}: ${excerpt(cause)}`));
    if (ASKS.test(cause)) found.push(symptom('question', placeOfRow(i, 'cause'), excerpt(cause)));
  }
  found.push(...personSymptoms(cleaned.rows, isUsable, (row) => placeOfRow(row, 'cause')));
  return { symptoms: [...damaged, ...found], changes: changesOf(content, read, cleaned, file) };
}

/** For each value the place of the first one that is the same, where there is an earlier one; undefined is nobody's. */
function firstOf(values: readonly unknown[]): (number | undefined)[] {
  const seen = new Map<unknown, number>();
  return values.map((value, i) => {
    const first = value === undefined ? undefined : seen.get(value);
    if (first === undefined && value !== undefined) seen.set(value, i);
    return first;
  });
}

/** Begins as a question does and ends as one. */
const ASKS = /^["“]?(?:Was|Were|Is|Are|Had|Has|Have|Did|Do|Does|Could|Would|Should|Who|How|Why|When|Where)\b[^.!]*\?["”]?$/;

/** Rows, which entry of the file each is (from 0), and what could not be read. */
interface Readable {
  readonly rows: EcemRow[];
  readonly entries: number[];
  readonly damaged: Symptom[];
}

/** Row by row where the file as a whole cannot be read. */
function readable(content: string, file: string): Readable {
  try {
    const rows = parseEcem(content, file);
    return { rows, entries: rows.map((_, i) => i), damaged: [] };
  } catch (error) {
    if (!(error instanceof FameError)) throw error;
  }
  const read: Readable = { rows: [], entries: [], damaged: [] };
  for (const [i, entry] of (JSON.parse(content) as unknown[]).entries()) {
    try {
      read.rows.push(...parseEcem(JSON.stringify([entry]), file));
      read.entries.push(i);
    } catch (error) {
      if (!(error instanceof FameError)) throw error;
      read.damaged.push(symptom('damaged', { file, entry: i + 1 }, `expected ${error.detail.expected}, got ${error.detail.got}`));
    }
  }
  return read;
}

/** A finding of `cleanEcem` as the doctor tells it. What takes a row out is no repair of its text. */
function told({ code, kind, before, after }: Finding, place: Place): Symptom {
  if (kind === 'repaired' && after !== undefined) return symptom(code, place, difference(before, after), { before, after });
  return symptom(code, place, after === undefined ? excerpt(before) : `${excerpt(before)}, not ${excerpt(after)}`);
}

/** Which findings change which text of an entry. A row that moves takes the question of its new place with it. */
const TEXTS = {
  video: ({ field }: Finding) => field === 'video',
  question: ({ field, code }: Finding) => field === 'speaker' || field === 'text' || code === 'slipped',
  cause: ({ field }: Finding) => field === 'cause',
} as const satisfies Readonly<Record<string, (finding: Finding) => boolean>>;

/**
 * The texts of the file that should be others. Rows that cleaning drops are repaired as far as that goes, and stay; one that may belong to
 * another part of the split keeps its place.
 */
function changesOf(content: string, { rows: before, entries }: Readable, { rows: after, findings }: Cleaned, file: string): Change[] {
  const byRow = new Map<number, Finding[]>();
  for (const finding of findings) byRow.set(finding.entry - 1, [...(byRow.get(finding.entry - 1) ?? []), finding]);
  const document = JSON.parse(content) as readonly { readonly conversations: readonly unknown[] }[];
  return [...byRow].flatMap(([row, found]) => {
    const entry = entries[row]!;
    const spoken = (who: string) => document[entry]!.conversations.findIndex((one) => isRecord(one) && one.from === who);
    const [was, is] = [writtenOf(before[row]!), writtenOf(after[row]!)];
    const paths = { video: 'video', question: `conversations/${spoken('human')}/value`, cause: `conversations/${spoken('gpt')}/value` };
    const moot = found.some(({ code }) => code === 'other-part');
    return (Object.keys(TEXTS) as (keyof typeof TEXTS)[]).flatMap((field): Change[] => {
      if (was[field] === is[field] || (moot && field !== 'cause')) return [];
      const codes = new Set(found.filter((one) => one.kind === 'repaired' && TEXTS[field](one)).map(({ code }) => code));
      return [{ place: { file, entry: entry + 1, field }, codes: [...codes], at: `${entry}/${paths[field]}`, after: is[field] }];
    });
  });
}

/** The three texts of an entry, as the authors' format has them. */
function writtenOf(row: EcemRow): Readonly<Record<keyof typeof TEXTS, string>> {
  const [{ video, conversations }] = JSON.parse(ecemText([row])) as [
    { video: string; conversations: [{ value: string }, { value: string }] },
  ];
  return { video, question: conversations[0].value, cause: conversations[1].value };
}
