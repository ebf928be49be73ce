import type { Recognised } from './sherpa.ts';
import { type Segment, spread, type Word } from './speech.ts';

/** Seconds a word takes where nothing says when it ends, if the next one does not begin before. */
const USUAL = 0.4;

/**
 * Words from the tokens of a recogniser. A word begins with its first token and ends with its last letter: the time of a comma is a pause. Tokens
 * without times (Whisper exported without attention) give words whose times are shared out.
 * @param offset Seconds at which the stretch begins. @param length Seconds that it lasts.
 */
export function wordsOf(
  { text, tokens, timestamps, durations = [], ys_log_probs: sure = [] }: Recognised,
  offset: number,
  length: number,
): Word[] {
  if (timestamps.length !== tokens.length) return spread(text, offset, offset + length);
  const words: { text: string; start: number; end: number; logs: number[] }[] = [];
  for (const [i, token] of tokens.entries()) {
    const start = timestamps[i]!;
    const next = timestamps[i + 1] ?? length;
    const end = durations[i] === undefined ? Math.min(next, start + USUAL) : start + durations[i];
    const last = words.at(-1);
    const letters = /[\p{L}\p{N}]/u.test(token);
    if (last === undefined || (/^[\s▁]/.test(token) && letters)) words.push({ text: clean(token), start, end, logs: [] });
    else {
      last.text += clean(token);
      if (letters) last.end = end;
    }
    if (sure[i] !== undefined) words.at(-1)!.logs.push(sure[i]);
  }
  return words
    .filter((word) => word.text !== '')
    .map(({ text, start, end, logs }) => ({
      text,
      start: offset + Math.min(start, length),
      end: offset + Math.min(Math.max(end, start), length),
      exact: true,
      ...(logs.length === 0 ? {} : { confidence: Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length) }),
    }));
}

const clean = (token: string): string => token.replace(/▁/g, ' ').trim();

/** Who speaks when, as a diarisation says. Seconds. */
export interface Voice {
  readonly start: number;
  readonly end: number;
  readonly speaker: string;
}

/** Seconds without a word that part two segments. */
const PAUSE = 0.6;

/** Puts words together into segments: a new one begins at a pause, behind the end of a sentence, and where the voice changes. */
export function segmentsOf(words: readonly Word[], voices: readonly Voice[] = []): Segment[] {
  const segments: { speaker: string | undefined; words: Word[] }[] = [];
  for (const word of words) {
    const speaker = speakerAt(word, voices);
    const last = segments.at(-1);
    const before = last?.words.at(-1);
    const goesOn =
      last !== undefined &&
      before !== undefined &&
      last.speaker === speaker &&
      word.start - before.end < PAUSE &&
      !/[.?!…]["'”’)]*$/.test(before.text);
    if (goesOn) last.words.push(word);
    else segments.push({ speaker, words: [word] });
  }
  return segments.map(({ speaker, words: inside }) => ({
    text: inside.map(({ text }) => text).join(' '),
    start: inside[0]!.start,
    end: Math.max(...inside.map(({ end }) => end)),
    ...(speaker === undefined ? {} : { speaker }),
    words: inside,
  }));
}

/** The voice that has most of the word's time; of none, the nearest one. */
function speakerAt({ start, end }: Word, voices: readonly Voice[]): string | undefined {
  let [best, most] = [undefined as string | undefined, Number.NEGATIVE_INFINITY];
  for (const voice of voices) {
    const common = Math.min(end, voice.end) - Math.max(start, voice.start); // below 0: how far away
    if (common > most) [best, most] = [voice.speaker, common];
  }
  return best;
}
