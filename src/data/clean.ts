import { countings, dialogueName, locate } from './align.ts';
import { type EcemRow, EXPLAINED, placeOf, videoName } from './ecem.ts';
import type { Meld } from './meld.ts';
import { isUnreadable, repairText } from './mojibake.ts';
import { emotionsNamed, type Spot, slipped } from './slip.ts';
import type { Utterance } from './utterance.ts';

/** What may be wrong with a row, and what is done about it. A row with several faults has a finding for each; one `dropped` takes it out. */
export const FINDINGS = {
  mojibake: { kind: 'repaired', about: 'text that was read in a wrong character set' },
  'lost-mark': { kind: 'repaired', about: 'a mark lost for good (?), put back from what stands around it' },
  quoted: { kind: 'repaired', about: 'an explanation that stands in quotation marks as a whole' },
  spaces: { kind: 'repaired', about: 'spaces around a text' },
  misaligned: { kind: 'repaired', about: "a film's name that means another utterance of its dialogue" },
  slipped: { kind: 'repaired', about: 'an explanation of the neighbour, in a stretch of the table that is off by a row' },
  neutral: { kind: 'dropped', about: 'a neutral statement: there is nothing to explain' },
  'no-cause': { kind: 'dropped', about: 'no explanation, or one that says that there is none' },
  'foreign-words': { kind: 'dropped', about: 'an explanation with words of another script' },
  unreadable: { kind: 'dropped', about: 'characters that nothing brings back' },
  'cut-off': { kind: 'dropped', about: 'an explanation that ends before its sentence does' },
  'not-in-meld': { kind: 'dropped', about: 'a statement that nobody makes in its dialogue of MELD' },
  label: { kind: 'dropped', about: 'an emotion that is not the one that MELD gives the utterance' },
  'other-emotion': { kind: 'dropped', about: 'an explanation of an emotion that is not the one of its row' },
  'other-part': {
    kind: 'dropped',
    about: 'an explanation that belongs to a dialogue without rows here: another part of the split may have it',
  },
  duplicate: { kind: 'dropped', about: 'a second row about one utterance; the first that can be used stays' },
} as const satisfies Readonly<Record<string, { kind: 'repaired' | 'dropped'; about: string }>>;

export type FindingCode = keyof typeof FINDINGS;

/** One change to a row, or one reason to take it out. */
export interface Finding {
  readonly code: FindingCode;
  readonly kind: 'repaired' | 'dropped';
  /** Which entry of the file, from 1. */
  readonly entry: number;
  readonly id: EcemRow['id'];
  /** The film's name as it was. */
  readonly video: string;
  readonly field: 'video' | 'emotion' | 'speaker' | 'text' | 'cause';
  /** What stood there. */
  readonly before: string;
  /** What stands there now, or should. */
  readonly after?: string;
}

export interface Cleaned {
  /** In their order, repaired. */
  readonly kept: readonly EcemRow[];
  /** Every row in its order, as far as it could be repaired: also those that were dropped. */
  readonly rows: readonly EcemRow[];
  /** Row by row. */
  readonly findings: readonly Finding[];
  /** Findings by code; every code, also those at 0. */
  readonly counts: Readonly<Record<FindingCode, number>>;
  /** Rows that stayed and were changed. */
  readonly repaired: number;
}

/**
 * Repairs what can be repaired in rows of ECEM and takes out what cannot be trained on or measured against. Without `meld` nothing is compared with MELD.
 * Clean rows come back as they were, so that cleaning twice finds nothing. Throws MELD_PART if the rows need a table that was not read.
 */
export function cleanEcem(rows: readonly EcemRow[], meld?: Meld, progress?: (done: number) => void): Cleaned {
  const counts = Object.fromEntries(Object.keys(FINDINGS).map((code) => [code, 0])) as Record<FindingCode, number>;
  const read = rows.map(readAgain);
  const sides = meld === undefined ? [] : besideMeld(read, meld);
  const findings: Finding[] = [];
  const kept: EcemRow[] = [];
  const all: EcemRow[] = [];
  const taken = new Set<string>();
  let repaired = 0;
  for (const [i, { id, video }] of rows.entries()) {
    const { row, found } = read[i]!;
    const side = sides[i];
    const clean = side === undefined ? row : inPlace(row, side, found);
    all.push(clean);
    found.push(...faultsOf(clean));
    const usable = found.every(({ code }) => FINDINGS[code].kind === 'repaired');
    if (usable && taken.has(clean.video)) found.push({ code: 'duplicate', field: 'video', before: clean.video });
    else if (usable) {
      taken.add(clean.video);
      kept.push(clean);
      if (found.length > 0) repaired++;
    }
    for (const one of found) {
      counts[one.code]++;
      findings.push({ ...one, kind: FINDINGS[one.code].kind, entry: i + 1, id, video });
    }
    progress?.(i + 1);
  }
  return { kept, rows: all, findings, counts, repaired };
}

/** A finding before it is known whose. */
type Found = Pick<Finding, 'code' | 'field' | 'before' | 'after'>;

function readAgain(raw: EcemRow): { row: EcemRow; found: Found[] } {
  const found: Found[] = [];
  const repaired = (field: 'speaker' | 'text' | 'cause'): string => {
    const { text, layers, guesses } = repairText(raw[field]);
    if (layers > 0) found.push({ code: 'mojibake', field, before: raw[field], after: text });
    if (guesses > 0) found.push({ code: 'lost-mark', field, before: raw[field], after: text });
    return text;
  };
  const [speaker, text, cause] = [repaired('speaker'), repaired('text'), repaired('cause')];
  const trimmed = cause.trim();
  if (trimmed !== cause) found.push({ code: 'spaces', field: 'cause', before: cause, after: trimmed });
  const bare = unquoted(trimmed);
  if (bare !== trimmed) found.push({ code: 'quoted', field: 'cause', before: trimmed, after: bare });
  return { row: { ...raw, speaker, text, cause: bare }, found };
}

/** What MELD knows of a row: its utterance, and the one that its explanation belongs to if that is another. */
interface Side {
  readonly utterance: Utterance | undefined;
  readonly moved: Spot | undefined;
  /** All dialogues that the file has rows of, by `dialogueName`: parts of a split share no dialogue, and cleaning must not change that. */
  readonly here: ReadonlySet<string>;
}

function besideMeld(read: readonly { row: EcemRow }[], meld: Meld): Side[] {
  const rows = read.map(({ row }) => row);
  const counted = countings(rows, meld);
  const beside = rows.map((row) => {
    const utterance = locate(row, meld, counted.get(dialogueName(row)));
    return utterance && { part: placeOf(row.video).part, utterance, cause: isNoCause(row.cause) ? undefined : row.cause };
  });
  const moved = slipped(beside, meld);
  const here = new Set(rows.map(dialogueName));
  return beside.map((one, i) => ({ utterance: one?.utterance, moved: moved[i], here }));
}

/** The row under the name of its utterance, or of the one that its explanation belongs to. */
function inPlace(row: EcemRow, { utterance, moved, here }: Side, found: Found[]): EcemRow {
  if (utterance === undefined) {
    found.push({ code: 'not-in-meld', field: 'text', before: row.text });
    return row;
  }
  const place = placeOf(row.video);
  const video = videoName({ ...place, number: utterance.number });
  if (video !== row.video) found.push({ code: 'misaligned', field: 'video', before: row.video, after: video });
  if (moved === undefined) {
    if (utterance.emotion !== row.emotion)
      found.push({ code: 'label', field: 'emotion', before: row.emotion, after: utterance.emotion ?? 'none' });
    return { ...row, video };
  }
  const { dialogue, utterance: own } = moved;
  const target = videoName({ ...place, dialogue, number: own.number });
  found.push({ code: 'slipped', field: 'video', before: video, after: target });
  if (!here.has(dialogueName({ video: target }))) found.push({ code: 'other-part', field: 'video', before: video, after: target });
  return { ...row, video: target, emotion: own.emotion ?? row.emotion, speaker: own.speaker ?? row.speaker, text: own.text };
}

/** Without quotation marks around the whole, or the one that opens it and never closes. Quotations inside stay. */
function unquoted(text: string): string {
  const marks = text.match(/["“”]/g)?.length ?? 0;
  const closed = /^["“]([\s\S]*)["”]$/.exec(text)?.[1];
  if (closed !== undefined && marks % 2 === 0 && !/^[^"“”]*[^\s"“”]["”]/.test(closed)) return closed.trim();
  return marks % 2 === 1 && /^"/.test(text) && !/["”]$/.test(text) ? text.slice(1).trim() : text;
}

/** What says that there is no explanation: a placeholder, an answer of a language model about itself, or words to that effect. */
const NO_CAUSE = [
  /^[^\p{L}]*$/u, // empty, -1, …
  /^\W*(?:n\/?a|nan|none|null|undefined|unknown|nothing|no reason)\W*$/i,
  /\b(?:cannot|can['’]t|could not|couldn['’]t) be (?:determined|inferred|identified|established)\b/i,
  /\b(?:unable|not possible|impossible) to (?:determine|infer|identify|tell)\b/i,
  /\b(?:is|was|are|were|remains?) (?:unclear|unknown|not clear|undetermined|unspecified|not specified)\W*$/i,
  /\bas an ai\b|\blanguage model\b/i,
  /\bin English translates to\b|\b(?:the|a|direct|possible) translation\b|\btrying to translat/i, // ECEM was translated by one: `"-2" in English …`
] as const;

/** An end of a sentence, perhaps with what closes behind it; not the dot of a title. */
const WHOLE = /(?<!\b(?:Mr|Mrs|Ms|Dr))[.!?…。！？]["'”’)\]»\s]*$/;

const isNoCause = (cause: string): boolean => NO_CAUSE.some((pattern) => pattern.test(cause));

/** Why a row cannot be used, as far as it says so itself. Of an explanation only the worst is told. */
function faultsOf({ emotion, text, cause }: EcemRow): Found[] {
  const named = emotionsNamed(cause);
  const worst = (
    [
      ['no-cause', isNoCause(cause)],
      ['foreign-words', /[^\P{L}\p{Script=Latin}]/u.test(cause)],
      ['unreadable', isUnreadable(cause)],
      ['cut-off', !WHOLE.test(cause) || (cause.match(/"/g)?.length ?? 0) % 2 === 1],
    ] as const
  ).find(([, is]) => is)?.[0];
  const faults: readonly (Found | false)[] = [
    !EXPLAINED.includes(emotion) && { code: 'neutral', field: 'emotion', before: emotion },
    worst !== undefined && { code: worst, field: 'cause', before: cause },
    EXPLAINED.includes(emotion) &&
      named !== undefined &&
      !named.includes(emotion) && { code: 'other-emotion', field: 'cause', before: cause, after: emotion },
    isUnreadable(text) && { code: 'unreadable', field: 'text', before: text },
  ];
  return faults.filter((fault) => fault !== false);
}
