import { type Emotion, emotionHint, emotionNamed } from '../base/emotion.ts';
import { FameError } from '../base/errors.ts';
import { isRecord } from '../base/file.ts';

/** One turn of a conversation. */
export interface Utterance {
  /** How its source counts it: clips and films are named by it. Where a source does not count, its place from 0. */
  readonly number: number;
  /** As the source has it; absent where it does not say. */
  readonly speaker?: string;
  /** Without markup; line breaks are spaces. */
  readonly text: string;
  /** Seconds from the beginning of what the dialogue was taken from: its video, or in MELD the episode. Both or neither. */
  readonly start?: number;
  readonly end?: number;
  /** How viewers would read the speaker, where somebody has said. */
  readonly emotion?: Emotion;
  /** The file of its clip, where there is one. */
  readonly clip?: string;
}

/** A conversation: what is said, in the order in which it is said. */
export interface Dialogue {
  /** Unique among the dialogues that it comes with. */
  readonly id: string;
  readonly utterances: readonly Utterance[];
}

/** What somebody says, and when: what is needed beside a video. */
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
 * An utterance from JSON: `{speaker?, text?, start?, end?, emotion?, clip?}`; null stands for an absent value, other keys are ignored.
 * `number` is its place. Throws DIALOGUE_DAMAGED.
 */
export function utteranceOf(entry: unknown, number: number, at: string): Utterance {
  if (!isRecord(entry)) throw damagedDialogue(at, 'an object with speaker and text', JSON.stringify(entry).slice(0, 60));
  const { speaker, text = '', start, end, emotion, clip } = entry;
  const strange = Object.entries({ speaker, text, emotion, clip }).find(
    ([key, v]) => typeof v !== 'string' && (key === 'text' || !absent(v)),
  );
  if (strange !== undefined)
    throw damagedDialogue(at, 'texts for "text" and "speaker"', JSON.stringify({ [strange[0]]: strange[1] }).slice(0, 60));
  return {
    number,
    ...(speaker ? { speaker: String(speaker) } : {}),
    text: String(text),
    ...(absent(start) && absent(end) ? {} : timed(seconds(start), seconds(end), at)),
    ...(emotion ? { emotion: emotionAt(String(emotion), at) } : {}),
    ...(clip ? { clip: String(clip) } : {}),
  };
}

/** The utterance as a line beside its video. Throws DIALOGUE_DAMAGED where it has no times. */
export function lineOf({ speaker, text, start, end }: Utterance, at: string): Line {
  return { ...(speaker === undefined ? {} : { speaker }), text, ...timed(seconds(start), seconds(end), at) };
}

/** Our name of a label. Throws DIALOGUE_DAMAGED unless it is one of the seven. */
export function emotionAt(word: string, at: string): Emotion {
  const emotion = emotionNamed(word);
  if (emotion !== undefined) return emotion;
  throw damagedDialogue(at, emotionHint(word), JSON.stringify(word.slice(0, 60)));
}

/** Both times, in seconds. Throws DIALOGUE_DAMAGED unless they say when something was said. */
export function timed(start: number, end: number, at: string): { start: number; end: number } {
  if (start >= 0 && end > start && Number.isFinite(end)) return { start, end };
  throw damagedDialogue(at, 'a start from 0 and an end after it, in seconds', `${start} to ${end}`);
}

/** The error for a dialogue that makes no sense at one place. */
export function damagedDialogue(at: string, expected: string, got: string, cause?: unknown): FameError {
  return new FameError('DIALOGUE_DAMAGED', 'The dialogue cannot be understood', { at, expected, got, fix: 'correct it there' }, { cause });
}

const absent = (value: unknown): boolean => value === undefined || value === null;
const seconds = (value: unknown): number => (Number.isFinite(value) ? Number(value) : Number.NaN);
