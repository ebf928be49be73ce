import { basename } from 'node:path';
import { FameError } from '../base/errors.ts';
import { isRecord, readTextFile } from '../base/file.ts';
import { ecfDialogue } from './ecf.ts';
import { isMeldTable, parseMeld } from './meld.ts';
import { parseSubtitles } from './subtitles.ts';
import { type Dialogue, damagedDialogue, type Line, lineOf, utteranceOf } from './utterance.ts';

export type { Dialogue, Line, Utterance } from './utterance.ts';

/**
 * Reads a dialogue with times: JSON (a list of `{speaker?, text, start, end}` in seconds, or an object with such a list as `utterances`; other
 * keys are ignored), SubRip (.srt) or WebVTT (.vtt), told apart by content. Speakers of subtitles come from WebVTT's `<v Name>` or from a
 * leading `Name: `. Lines come in the order of the file. Throws DIALOGUE_DAMAGED, DIALOGUE_EMPTY, and as `readTextFile` does.
 */
export async function readDialogue(file: string): Promise<Line[]> {
  return parseDialogue(await readTextFile(file), file);
}

/** The same from text; `at` names it in errors. */
export function parseDialogue(content: string, at: string): Line[] {
  const lines = /^\s*[[{]/.test(content) ? fromJson(content, at) : parseSubtitles(content, at);
  if (lines.length > 0) return lines;
  throw emptyDialogue(content, at, 'JSON, SubRip or WebVTT with at least one');
}

const FORMATS = "JSON or JSONL of ours, SubRip, WebVTT, MELD's CSV or ECF's JSON";

/**
 * Reads all dialogues of a file, told apart by content: JSONL of `{id, utterances: [{speaker?, text, start?, end?, emotion?, clip?}]}` (what
 * `famenet synth` writes), JSON of one or a list of them, or of the utterances of one; SubRip and WebVTT (one dialogue, named like the file); a table of
 * MELD (see `parseMeld`); the JSON of ECF (see `ecfDialogue`). ECEM has single utterances: `readEcem`, and `joinMeld` for their dialogues.
 * Throws DIALOGUE_DAMAGED, DIALOGUE_EMPTY, MELD_TABLE, and as `readTextFile` and `readCsv` do.
 */
export async function readDialogues(file: string): Promise<Dialogue[]> {
  return parseDialogues(await readTextFile(file, { maxBytes: 256e6 }), file);
}

/** The same from text; `at` names it in errors, and a dialogue without an id after the last part of it. */
export function parseDialogues(content: string, at: string): Dialogue[] {
  const name = basename(at).replace(/\.\w+$/, '');
  const dialogues = /^\s*[[{]/.test(content)
    ? jsonDialogues(content, at, name)
    : isMeldTable(content)
      ? parseMeld(content, at)
      : [{ id: name, utterances: parseSubtitles(content, at).map((line, number) => ({ number, ...line })) }];
  const ids = dialogues.map(({ id }) => id);
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice !== undefined) throw damagedDialogue(at, 'each dialogue under an id of its own', `"${twice}" twice`);
  if (dialogues.some(({ utterances }) => utterances.length > 0)) return dialogues;
  throw emptyDialogue(content, at, `${FORMATS}, with at least one`);
}

function jsonDialogues(content: string, at: string, name: string): Dialogue[] {
  const whole = tryJson(content);
  if (whole === undefined) {
    // not one document: perhaps one on each line
    return content
      .split(/\r?\n/)
      .flatMap((line, i) => (line.trim() === '' ? [] : [dialogueOf(json(line, `${at}:${i + 1}`), `${at}:${i + 1}`, `${name}:${i + 1}`)]));
  }
  if (!Array.isArray(whole)) return [dialogueOf(whole, at, name)];
  const first: unknown = whole[0];
  if (isRecord(first) && Array.isArray(first.conversations))
    throw damagedDialogue(at, FORMATS, 'single statements in the format of ECEM: join them with MELD to get their dialogues');
  const make =
    isRecord(first) && Array.isArray(first.conversation) ? ecfDialogue : isRecord(first) && 'utterances' in first ? dialogueOf : undefined;
  if (make === undefined) return [dialogueOf({ utterances: whole }, at, name)];
  return whole.map((entry: unknown, i) => make(entry, `${at}, dialogue ${i + 1}`, `${name}:${i + 1}`));
}

function dialogueOf(value: unknown, at: string, name: string): Dialogue {
  const id = isRecord(value) && (typeof value.id === 'string' || typeof value.id === 'number') ? `${value.id}` : name;
  return { id, utterances: listOf(value, at).map((entry, i) => utteranceOf(entry, i, `${at}, utterance ${i + 1}`)) };
}

function fromJson(content: string, at: string): Line[] {
  return listOf(json(content, at), at).map((entry, i) => {
    const where = `${at}, utterance ${i + 1}`;
    // only what a video needs is looked at: labels of another scheme do no harm here
    const { speaker, text, start, end } = isRecord(entry) ? entry : { text: entry };
    return lineOf(utteranceOf(isRecord(entry) ? { speaker, text, start, end } : entry, i, where), where);
  });
}

function listOf(value: unknown, at: string): readonly unknown[] {
  const list = isRecord(value) ? value.utterances : value;
  if (Array.isArray(list)) return list;
  throw damagedDialogue(at, 'a list, or an object with a list "utterances"', 'no such list');
}

function json(content: string, at: string): unknown {
  try {
    return JSON.parse(content);
  } catch (cause) {
    throw damagedDialogue(at, 'JSON', cause instanceof Error ? cause.message.slice(0, 200) : 'something else', cause);
  }
}

function tryJson(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}

function emptyDialogue(content: string, at: string, expected: string): FameError {
  return new FameError('DIALOGUE_EMPTY', 'The dialogue has no utterances', {
    at,
    expected,
    got: content.trim() === '' ? 'an empty file' : 'none',
    fix: 'check that it is the right file',
  });
}
