import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readCsv } from '../base/csv.ts';
import { emotionHint, emotionNamed } from '../base/emotion.ts';
import { FameError } from '../base/errors.ts';
import { readTextFile } from '../base/file.ts';
import { repairText } from './mojibake.ts';
import { secondsOf } from './subtitles.ts';
import type { Dialogue, Utterance } from './utterance.ts';

/** MELD's parts, and the folder of each one's clips in the release (MELD.Raw). */
export const MELD_PARTS = { train: 'train_splits', dev: 'dev_splits_complete', test: 'output_repeated_splits_test' } as const;

export type MeldPart = keyof typeof MELD_PARTS;

/** The dialogues of each part by id (`"0"`, `"1"`, …). A part whose table was not there is absent. */
export type Meld = Readonly<Partial<Record<MeldPart, ReadonlyMap<string, Dialogue>>>>;

/** The name of an utterance's clip in its part's folder. */
export const clipName = (dialogue: string, number: number): string => `dia${dialogue}_utt${number}.mp4`;

/** The name of a part's table. */
export const tableName = (part: MeldPart): string => `${part}_sent_emo.csv`;

/**
 * Reads MELD (Poria et al., ACL 2019): `<part>_sent_emo.csv` in the folder, or each in a folder of its part as the archive has them. Where the
 * clips lie beside the tables, utterances get the paths of those that exist; some are missing from the release (dev 110_7), and the folders hold
 * files that no row names. Throws FILE_MISSING if there is no table at all, MELD_TABLE, and as `readTextFile` and `readCsv` do.
 */
export async function readMeld(folder: string): Promise<Meld> {
  const parts: Partial<Record<MeldPart, ReadonlyMap<string, Dialogue>>> = {};
  for (const part of Object.keys(MELD_PARTS) as MeldPart[]) {
    const table = await firstOf([join(folder, tableName(part)), join(folder, part, tableName(part))]);
    if (table === undefined) continue;
    const clips = await clipsOf([join(folder, MELD_PARTS[part]), join(folder, part, MELD_PARTS[part])]);
    const dialogues = parseMeld(table.content, table.file).map(({ id, utterances }) => ({
      id,
      utterances: utterances.map((utterance) => {
        const clip = clips.get(clipName(id, utterance.number));
        return clip === undefined ? utterance : { ...utterance, clip };
      }),
    }));
    parts[part] = new Map(dialogues.map((dialogue) => [dialogue.id, dialogue]));
  }
  if (Object.keys(parts).length > 0) return parts;
  throw new FameError('FILE_MISSING', 'There are no tables of MELD', {
    at: folder,
    expected: (Object.keys(MELD_PARTS) as MeldPart[]).map(tableName).join(', '),
    got: 'none of them',
    fix: "name the folder that holds MELD's CSV files",
  });
}

/** The first line of its tables. */
export const MELD_HEADER = 'Sr No.,Utterance,Speaker,Emotion,Sentiment,Dialogue_ID,Utterance_ID,Season,Episode,StartTime,EndTime';
/** The columns that are read. */
export const MELD_COLUMNS = ['Utterance', 'Speaker', 'Emotion', 'Dialogue_ID', 'Utterance_ID', 'StartTime', 'EndTime'] as const;

/** Whether a text begins as MELD's tables do. */
export const isMeldTable = (content: string): boolean => /^[^\r\n]*\bDialogue_ID\b/.test(content);

/**
 * A table of MELD, in its order. Ids and numbers are MELD's own: utterances count from 0 and 76 of 1 432 dialogues leave numbers out (the same
 * holds for dialogues: train has no 60), so a number is not a place in the list. Times are seconds in the episode, both absent where they are none or the
 * end is not after the start. Text is repaired (`repairText`): releases differ in how their quotation marks are broken. Throws MELD_TABLE, CSV_DAMAGED, CSV_COLUMNS.
 */
export function parseMeld(content: string, at: string): Dialogue[] {
  const dialogues = new Map<string, Map<number, Utterance>>();
  for (const { line, values } of readCsv(content, at, MELD_COLUMNS)) {
    const where = `${at}, line ${line}`;
    const {
      Utterance: text,
      Speaker: speaker,
      Emotion: label,
      Dialogue_ID: id,
      Utterance_ID: number,
    } = values as Record<(typeof MELD_COLUMNS)[number], string>;
    const emotion = emotionNamed(label);
    if (!/^\d+$/.test(id) || !/^\d+$/.test(number))
      throw damagedTable(where, 'numbers for Dialogue_ID and Utterance_ID', `"${id}" and "${number}"`);
    if (emotion === undefined) throw damagedTable(where, emotionHint(label), JSON.stringify(label));
    const key = `${Number(id)}`;
    const utterances = dialogues.get(key) ?? dialogues.set(key, new Map()).get(key)!;
    if (utterances.has(Number(number))) throw damagedTable(where, 'each utterance once', `dialogue ${key}, utterance ${number} again`);
    utterances.set(Number(number), {
      number: Number(number),
      speaker: repairText(speaker).text,
      text: repairText(text).text,
      ...timesOf(values.StartTime!, values.EndTime!),
      emotion,
    });
  }
  return [...dialogues].map(([id, utterances]) => ({ id, utterances: [...utterances.values()] }));
}

/** `00:16:16,059`, `0:5:52,4`. */
const CLOCK = /^(\d+):(\d{1,2}):(\d{1,2})[,.](\d{1,3})$/;

/** Seconds from a time of MELD's tables; undefined unless it is one. */
export function clockSeconds(time: string): number | undefined {
  const found = CLOCK.exec(time.trim());
  return found === null ? undefined : secondsOf(found.slice(1));
}

function timesOf(from: string, to: string): { start: number; end: number } | Record<string, never> {
  const [start, end] = [clockSeconds(from), clockSeconds(to)];
  return start !== undefined && end !== undefined && end > start ? { start, end } : {};
}

async function firstOf(files: readonly string[]): Promise<{ file: string; content: string } | undefined> {
  for (const file of files) {
    try {
      return { file, content: await readTextFile(file) };
    } catch (error) {
      if (!(error instanceof FameError && error.code === 'FILE_MISSING')) throw error;
    }
  }
  return undefined;
}

/** Paths by file name of the first folder that is there. */
async function clipsOf(folders: readonly string[]): Promise<ReadonlyMap<string, string>> {
  for (const folder of folders) {
    const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
      throw error;
    });
    if (names !== undefined) return new Map(names.map((name) => [name, join(folder, name)]));
  }
  return new Map();
}

function damagedTable(at: string, expected: string, got: string): FameError {
  return new FameError('MELD_TABLE', 'A table of MELD makes no sense', {
    at,
    expected,
    got,
    fix: 'take the table of the release, or correct the row',
  });
}
