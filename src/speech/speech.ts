/** One word that was heard. Seconds from the beginning of the video. */
export interface Word {
  /** As it is written, with its punctuation: `Wait,`. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Whether its times were measured; otherwise they were shared out by letters between what was (see `spread`). */
  readonly exact: boolean;
  /** How sure the engine is of the word, 0 to 1; absent where it does not say. */
  readonly confidence?: number;
}

/** A stretch of speech without a long pause. */
export interface Segment {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** A name, or a number that the diarisation gave ("1"); absent where nobody tells voices apart. */
  readonly speaker?: string;
  /** In the order in which they are said; joined by spaces they are `text`. */
  readonly words: readonly Word[];
}

/** Something that is heard and is no word. */
export interface SoundEvent {
  /** As the tagging model's classes are called: `Laughter`. */
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** 0 to 1. */
  readonly confidence: number;
}

/** What `hear` may be asked for besides words. */
export interface HearOptions {
  /** Tell voices apart; `true` finds their number, too. */
  readonly speakers?: boolean | number | undefined;
  /** Listen for laughter, applause, music and the like. */
  readonly events?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Seconds of sound that were listened to, of so many. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** What was heard in a video, and who says so. */
export interface Transcript {
  readonly segments: readonly Segment[];
  /** undefined where nobody listened for them. */
  readonly events: readonly SoundEvent[] | undefined;
  readonly receipt: Receipt;
}

/** Where a transcript comes from. */
export interface Receipt {
  /** The engine and its version, or the format of the file that was read. */
  readonly by: string;
  /** Files of models, or of the transcript, with their SHA-256. */
  readonly files: readonly { readonly file: string; readonly sha256: string }[];
  /** Seconds of sound that were listened to; absent for a file. */
  readonly seconds?: number;
  /** What a reader has to know: no word times, no speakers, sound that was missing. */
  readonly notes: readonly string[];
}

/** Whoever turns a video into words: the engine (`engineSpeech`), or a file that was made elsewhere (`fileSpeech`). */
export interface Speech {
  /** @throws FameError what the engine, the file or the decoder found wrong; StoppedError by `signal`. */
  hear(video: string, options?: HearOptions): Promise<Transcript>;
}

/**
 * Words with times for a text that has only its own: the time is shared out by letters, one for each word and one for the space behind it.
 * Speech is not that even: such words are a quarter of a second off, often more.
 */
export function spread(text: string, start: number, end: number): Word[] {
  const words = text.split(/\s+/).filter(Boolean);
  const all = words.reduce((sum, word) => sum + word.length + 1, 0);
  let before = 0;
  return words.map((word) => {
    const from = start + ((end - start) * before) / all;
    before += word.length + 1;
    return { text: word, start: from, end: start + ((end - start) * before) / all, exact: false };
  });
}
