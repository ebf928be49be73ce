import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { FameError } from '../base/errors.ts';
import { isRecord, readTextFile } from '../base/file.ts';
import { type Segment, type Speech, spread, type Word } from './speech.ts';

/** One line of a dialogue with its times. Seconds. */
export interface Line {
  readonly speaker?: string;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Reads SubRip, WebVTT or our own JSON: `parseDialogue` of the data room, handed in because this room knows no dialogues. */
export type ParseLines = (content: string, at: string) => readonly Line[];

/**
 * Speech from a file that was made elsewhere: what WhisperX writes (`--output_format json`: segments with words, perhaps speakers), or lines with
 * times, read by `parse`. The video is not opened. Nothing in the file says what was heard besides words, so `events` is an n/a error.
 * @throws FameError SPEECH_FILE, SPEECH_FILE_ASKED; what `parse` and `readTextFile` throw.
 */
export function fileSpeech(file: string, parse: ParseLines): Speech {
  return {
    async hear(_video, { speakers = false, events = false } = {}) {
      const content = await readTextFile(file);
      const whisper = whisperX(content, file);
      const segments = whisper ?? parse(content, file).map(segmentOf);
      const named = segments.some(({ speaker }) => speaker !== undefined);
      if (events || (speakers !== false && !named)) {
        throw new FameError('SPEECH_FILE_ASKED', `A file of words cannot tell ${events ? 'sounds' : 'voices'} apart`, {
          at: file,
          expected: events ? 'an engine that listens' : 'speakers in the file',
          got: 'n/a: words only',
          fix: `leave out --${events ? 'events' : 'diarise'}, or give --model and no --heard`,
        });
      }
      const exact = segments.some(({ words }) => words.some((word) => word.exact));
      const receipt = {
        by: whisper === undefined ? 'lines with times' : 'WhisperX JSON',
        files: [{ file: basename(file), sha256: createHash('sha256').update(content).digest('hex') }],
        notes: exact ? [] : ['times of words are shared out by letters: the file has only those of its lines'],
      };
      return { segments, events: undefined, receipt };
    },
  };
}

const segmentOf = ({ speaker, text, start, end }: Line): Segment => ({
  text,
  start,
  end,
  ...(speaker === undefined ? {} : { speaker }),
  words: spread(text, start, end),
});

/**
 * The segments of WhisperX's JSON (`{segments: [{start, end, text, words: [{word, start?, end?, score?}], speaker?}]}`); undefined where the content
 * is something else. Words without times (WhisperX aligns no digits) lie between their neighbours. @throws FameError SPEECH_FILE.
 */
export function whisperX(content: string, at: string): Segment[] | undefined {
  if (!/^\s*\{/.test(content)) return undefined;
  const json = parsed(content);
  if (!isRecord(json) || !Array.isArray(json.segments)) return undefined;
  return json.segments.map((entry: unknown, i) => {
    const where = `${at}, segment ${i + 1}`;
    if (!isRecord(entry) || typeof entry.text !== 'string' || !isTime(entry.start) || !isTime(entry.end) || entry.end < entry.start) {
      throw damaged(where, '{start, end, text} with times in seconds', JSON.stringify(entry).slice(0, 80));
    }
    const { start, end } = entry;
    const text = entry.text.trim();
    const words = Array.isArray(entry.words) ? wordsOf(entry.words, start, end, where) : spread(text, start, end);
    return { text, start, end, ...(typeof entry.speaker === 'string' ? { speaker: entry.speaker } : {}), words };
  });
}

function wordsOf(entries: readonly unknown[], start: number, end: number, at: string): Word[] {
  const words = entries.map((entry) => {
    if (isRecord(entry) && typeof entry.word === 'string')
      return entry as { word: string; start?: unknown; end?: unknown; score?: unknown };
    throw damaged(at, 'words as {word, start, end, score}', JSON.stringify(entry).slice(0, 80));
  });
  const out: Word[] = [];
  for (let i = 0; i < words.length; ) {
    const { word, start: from, end: to, score } = words[i]!;
    if (isTime(from) && isTime(to) && to >= from) {
      out.push({ text: word.trim(), start: from, end: to, exact: true, ...(isTime(score) && score <= 1 ? { confidence: score } : {}) });
      i++;
      continue;
    }
    let next = i + 1;
    while (next < words.length && !isTime(words[next]!.start)) next++;
    const left = out.at(-1)?.end ?? start;
    const right = Math.max(left, Number(words[next]?.start ?? end));
    const between = words.slice(i, next).map((one) => one.word.trim());
    out.push(...spread(between.join(' '), left, right));
    i = next;
  }
  return out;
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined; // whoever reads it next says what is wrong with it
  }
}

const isTime = (value: unknown): value is number => typeof value === 'number' && value >= 0 && Number.isFinite(value);

const damaged = (at: string, expected: string, got: string): FameError =>
  new FameError('SPEECH_FILE', 'A transcript cannot be understood', {
    at,
    expected,
    got,
    fix: 'write it again with WhisperX, or as SubRip',
  });
