import { isRecord } from '../base/file.ts';
import type { SpeechModels } from './models.ts';
import type { SoundEvent, Word } from './speech.ts';
import type { Voice } from './tokens.ts';

/** What the listening process is asked for: one line of JSON on its standard input; the samples follow as 32-bit floats, little-endian. */
export interface Request {
  readonly models: SpeechModels;
  /** Samples a second, and how many there are. */
  readonly rate: number;
  readonly samples: number;
  /** A language of Whisper's by its two letters; empty: it finds out. */
  readonly language: string;
  /** Tell voices apart: how many, or -1 to find out. */
  readonly voices?: number;
  readonly events: boolean;
  readonly threads: number;
}

/** What the process says, one line of JSON each; `end` or `failed` is the last. Seconds from the first sample. */
export type Message =
  /** Sound up to here is done. */
  | { readonly is: 'beat'; readonly done: number }
  | { readonly is: 'words'; readonly words: readonly Word[] }
  | { readonly is: 'voices'; readonly voices: readonly Voice[] }
  | { readonly is: 'events'; readonly events: readonly SoundEvent[] }
  | { readonly is: 'failed'; readonly got: string }
  | { readonly is: 'end' };

/** The message that a line holds; undefined for a line that the end of the process has cut off. */
export function messageOf(line: string): Message | undefined {
  try {
    const message: unknown = JSON.parse(line);
    return isRecord(message) && typeof message.is === 'string' ? (message as unknown as Message) : undefined;
  } catch {
    return undefined;
  }
}

/** The file descriptor of the messages: the native library writes remarks to the standard ones. */
export const OUT = 3;
/** Samples a second: what all models of speech hear. */
export const RATE = 16_000;
