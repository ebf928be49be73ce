import { damagedDialogue, type Line, timed } from './utterance.ts';

/** Hours may be missing (WebVTT); a comma or a point before the thousandths. */
const TIME = String.raw`(?:(\d+):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})`;
const TIMING = new RegExp(String.raw`^\s*${TIME}\s*-->\s*${TIME}(?:\s.*)?$`);

/**
 * SubRip and WebVTT: blocks with a line of times; what is before it in the block is a name or number, what is behind it is said. Speakers come from
 * WebVTT's `<v Name>` or from a leading `Name: `. Throws DIALOGUE_DAMAGED.
 */
export function parseSubtitles(content: string, at: string): Line[] {
  const rows = content.split(/\r\n|\r|\n/);
  const lines: Line[] = [];
  for (let i = 0; i < rows.length; i++) {
    if (!rows[i]!.includes('-->')) continue;
    const where = `${at}:${i + 1}`;
    const found = TIMING.exec(rows[i]!);
    if (found === null) throw damagedDialogue(where, 'times like 00:01:02,500 --> 00:01:04,000', rows[i]!.trim().slice(0, 60));
    const [start, end] = [secondsOf(found.slice(1, 5)), secondsOf(found.slice(5, 9))];
    const said: string[] = [];
    while (i + 1 < rows.length && rows[i + 1]!.trim() !== '' && !rows[i + 1]!.includes('-->')) said.push(rows[++i]!);
    if (rows[i + 1]?.includes('-->')) said.pop(); // no empty line: the last one is the next block's number
    lines.push({ ...spoken(said.join('\n')), ...timed(start, end, where) });
  }
  if (lines.length === 0 && content.trim() !== '' && !content.startsWith('WEBVTT'))
    throw damagedDialogue(at, 'JSON, SubRip or WebVTT', JSON.stringify(content.trim().slice(0, 40)));
  return lines;
}

/** Hours, minutes, seconds and thousandths in seconds. */
export function secondsOf([hours, minutes, seconds, rest]: readonly (string | undefined)[]): number {
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
