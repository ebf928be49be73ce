import { basename, join } from 'node:path';
import { readCsv } from '../../base/csv.ts';
import type { Emotion } from '../../base/emotion.ts';
import { FameError } from '../../base/errors.ts';
import { exists, readTextFile } from '../../base/file.ts';
import { checkMeld } from '../doctor/meld.ts';
import { SYMPTOMS, type SymptomCode } from '../doctor/symptom.ts';
import { PREFIXES } from '../ecem.ts';
import { MELD_COLUMNS, MELD_PARTS, type MeldPart, readMeld, tableName } from '../meld.ts';
import { type Fingerprint, fingerprintOf } from './fingerprint.ts';

/** An utterance that a data set is built from. */
export interface SourceUtterance {
  /** Its place in the dialogue, from 0: what films and targets are named by. */
  readonly place: number;
  /** How its source counts it: MELD leaves numbers out. */
  readonly number: number;
  readonly speaker?: string;
  /** Repaired. */
  readonly text: string;
  readonly emotion?: Emotion;
  /** Seconds on the clock of its source (in MELD that of the episode). Both or neither. */
  readonly start?: number;
  readonly end?: number;
  /** The file of its clip, where one is named or lies there. */
  readonly clip?: string;
}

export interface SourceDialogue {
  /** Unique, and fit for a file's name. */
  readonly id: string;
  /** Where it stands in its source. */
  readonly from: { readonly part?: MeldPart; readonly dialogue: string };
  /** What dialogues of one episode or scene have in common, where the source says it. */
  readonly episode?: string;
  readonly utterances: readonly SourceUtterance[];
}

/** One thing that was wrong with the source and is mended in what is built. */
export interface Repair {
  readonly dialogue: string;
  /** Place of the utterance in its dialogue. */
  readonly utterance: number;
  readonly field: 'speaker' | 'text' | 'times' | 'clip';
  readonly code: SymptomCode;
  readonly reason: string;
  readonly before?: string;
  readonly after?: string;
}

/** All that is known before a clip is opened. */
export interface Source {
  readonly kind: 'meld' | 'clips';
  readonly dialogues: readonly SourceDialogue[];
  readonly repairs: readonly Repair[];
  /** The tables and dialogues that were read. */
  readonly files: readonly Fingerprint[];
}

/** Reads the tables of MELD that are there, or those of `parts`, with the clips beside them. Throws as `readMeld` does, and BUILD_SOURCE for a part without a table. */
export async function readMeldSource(folder: string, parts: readonly MeldPart[] = []): Promise<Source> {
  const meld = await readMeld(folder);
  const lost = parts.find((part) => meld[part] === undefined);
  if (lost !== undefined) throw noSource(folder, tableName(lost), Object.keys(meld).join(', '), 'leave the part out, or add its table');
  const [dialogues, repairs, files]: [SourceDialogue[], Repair[], Fingerprint[]] = [[], [], []];
  for (const part of Object.keys(MELD_PARTS) as MeldPart[]) {
    if (meld[part] === undefined || (parts.length > 0 && !parts.includes(part))) continue;
    const { file, content } = await tableOf(folder, part);
    files.push(fingerprintOf(basename(file), content));
    const episodes = episodesOf(content, file);
    for (const [dialogue, { utterances }] of meld[part]) {
      const episode = episodes.get(dialogue);
      dialogues.push({
        id: PREFIXES[part] + dialogue,
        from: { part, dialogue },
        ...(episode === undefined ? {} : { episode }),
        utterances: utterances.map((utterance, place) => ({ ...utterance, place })),
      });
    }
    repairs.push(...tableRepairs(content, file, part, meld[part]));
  }
  return { kind: 'meld', dialogues, repairs, files };
}

async function tableOf(folder: string, part: MeldPart): Promise<{ file: string; content: string }> {
  const direct = join(folder, tableName(part));
  const file = (await exists(direct)) ? direct : join(folder, part, tableName(part));
  return { file, content: await readTextFile(file) };
}

/** Season and episode of each dialogue, by MELD's id; nothing where the table does not say. */
function episodesOf(content: string, at: string): ReadonlyMap<string, string> {
  return new Map(
    readCsv(content, at, MELD_COLUMNS).flatMap(({ values: { Dialogue_ID: id, Season: season, Episode: episode } }) =>
      season && episode ? [[`${Number(id)}`, `season ${season}, episode ${episode}`]] : [],
    ),
  );
}

type Numbered = ReadonlyMap<string, { readonly utterances: readonly { readonly number: number }[] }>;

/** What the readers of MELD mend without saying so: the doctor finds the same. */
function tableRepairs(content: string, at: string, part: MeldPart, dialogues: Numbered): Repair[] {
  return checkMeld(content, at).symptoms.flatMap(({ code, place, message, repair }): Repair[] => {
    if ((repair === undefined && code !== 'no-time') || place.dialogue === undefined) return [];
    const dialogue = `${Number(place.dialogue)}`;
    const utterance = dialogues.get(dialogue)?.utterances.findIndex(({ number }) => number === place.utterance) ?? -1;
    if (utterance < 0) return [];
    const where = { dialogue: PREFIXES[part] + dialogue, utterance, code, reason: SYMPTOMS[code].about };
    if (repair === undefined) return [{ ...where, field: 'times', before: message }];
    return [{ ...where, field: place.field === 'Speaker' ? 'speaker' : 'text', ...repair }];
  });
}

/** The error for a source from which nothing can be built. */
export function noSource(at: string, expected: string, got: string, fix: string): FameError {
  return new FameError('BUILD_SOURCE', 'Nothing can be built from this', { at, expected, got, fix });
}
