import { FameError } from '../base/errors.ts';
import { isRecord, readTextFile } from '../base/file.ts';

/** What somebody says in a conversation, and when. */
export interface Line {
  /** As the file has it; absent where it does not say. */
  readonly speaker?: string;
  /** Without markup; line breaks are spaces. */
  readonly text: string;
  /** Seconds from the beginning of the video. */
  readonly start: number;
  readonly end: number;
}

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
  const lines = /^\s*[[{]/.test(content) ? fromJson(content, at) : fromCues(content, at);
  if (lines.length > 0) return lines;
  throw new FameError('DIALOGUE_EMPTY', 'The dialogue has no utterances', {
    at,
    expected: 'JSON, SubRip or WebVTT with at least one',
    got: content.trim() === '' ? 'an empty file' : 'none',
    fix: 'check that it is the right file',
  });
}

function fromJson(content: string, at: string): Line[] {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (cause) {
    throw damaged(at, 'JSON', cause instanceof Error ? cause.message.slice(0, 200) : 'something else', cause);
  }
  const list = isRecord(value) ? value.utterances : value;
  if (!Array.isArray(list)) throw damaged(at, 'a list, or an object with a list "utterances"', 'no such list');
  return list.map((entry: unknown, i) => {
    const where = `${at}, utterance ${i + 1}`;
    if (!isRecord(entry)) throw damaged(where, 'an object with text, start and end', JSON.stringify(entry).slice(0, 60));
    const { speaker, text = '', start, end } = entry;
    if (typeof text !== 'string' || (speaker !== undefined && speaker !== null && typeof speaker !== 'string'))
      throw damaged(where, 'texts for "text" and "speaker"', JSON.stringify({ speaker, text }).slice(0, 60));
    const times = timed(Number.isFinite(start) ? Number(start) : Number.NaN, Number.isFinite(end) ? Number(end) : Number.NaN, where);
    return { ...(speaker ? { speaker } : {}), text, ...times };
  });
}

/** Hours may be missing (WebVTT); a comma or a point before the thousandths. */
const TIME = String.raw`(?:(\d+):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})`;
const TIMING = new RegExp(String.raw`^\s*${TIME}\s*-->\s*${TIME}(?:\s.*)?$`);

/** SubRip and WebVTT: blocks with a line of times, what is before it in the block is a name or number, what is behind it is said. */
function fromCues(content: string, at: string): Line[] {
  const rows = content.split(/\r\n|\r|\n/);
  const lines: Line[] = [];
  for (let i = 0; i < rows.length; i++) {
    if (!rows[i]!.includes('-->')) continue;
    const where = `${at}:${i + 1}`;
    const found = TIMING.exec(rows[i]!);
    if (found === null) throw damaged(where, 'times like 00:01:02,500 --> 00:01:04,000', rows[i]!.trim().slice(0, 60));
    const [start, end] = [secondsOf(found.slice(1, 5)), secondsOf(found.slice(5, 9))];
    const said: string[] = [];
    while (i + 1 < rows.length && rows[i + 1]!.trim() !== '' && !rows[i + 1]!.includes('-->')) said.push(rows[++i]!);
    if (rows[i + 1]?.includes('-->')) said.pop(); // no empty line: the last one is the next block's number
    lines.push({ ...spoken(said.join('\n')), ...timed(start, end, where) });
  }
  if (lines.length === 0 && content.trim() !== '' && !content.startsWith('WEBVTT'))
    throw damaged(at, 'JSON, SubRip or WebVTT', JSON.stringify(content.trim().slice(0, 40)));
  return lines;
}

function secondsOf([hours, minutes, seconds, rest]: readonly (string | undefined)[]): number {
  return Number(hours ?? 0) * 3600 + Number(minutes) * 60 + Number(seconds) + Number(`0.${rest}`);
}

/** One to three words that begin with a capital, a digit, or a letter of a script without capitals, then a colon. */
const NAME = /^-?\s*((?:[\p{Lu}\p{Lo}\d][^\s:]*)(?: [\p{Lu}\p{Lo}\d][^\s:]*){0,2}):\s+/u;
const ENTITIES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&nbsp;': ' ', '&lrm;': '', '&rlm;': '' };

/** A cue's text without markup, and who says it. Several voices in one cue are nobody's. */
function spoken(markup: string): { speaker?: string; text: string } {
  const voices = [...markup.matchAll(/<v(?:\.[^\s>]*)?\s+([^>]+)>/g)].map((v) => plain(v[1]!));
  const text = plain(markup);
  if (voices.length > 0) return voices.length === 1 ? { speaker: voices[0]!, text } : { text };
  const name = NAME.exec(text)?.[1];
  return name === undefined ? { text } : { speaker: name, text: text.replace(NAME, '') };
}

function plain(markup: string): string {
  return markup
    .replace(/<[^>]*>|\{\\[^}]*\}/g, '')
    .replace(/&\w+;/g, (entity) => ENTITIES[entity] ?? entity)
    .replace(/\s+/g, ' ')
    .trim();
}

function timed(start: number, end: number, at: string): { start: number; end: number } {
  if (start >= 0 && end > start && Number.isFinite(end)) return { start, end };
  throw damaged(at, 'a start from 0 and an end after it, in seconds', `${start} to ${end}`);
}

function damaged(at: string, expected: string, got: string, cause?: unknown): FameError {
  return new FameError('DIALOGUE_DAMAGED', 'The dialogue cannot be understood', { at, expected, got, fix: 'correct it there' }, { cause });
}
