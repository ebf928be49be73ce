import { nearest } from './nearest.ts';

/**
 * The one list of emotion names: MELD's labels (Poria et al., ACL 2019 §3), the paper's six and neutral, in alphabetical order.
 * A label says how viewers would read a person, never what that person feels.
 */
export const EMOTIONS = ['anger', 'disgust', 'fear', 'joy', 'neutral', 'sadness', 'surprise'] as const;

export type Emotion = (typeof EMOTIONS)[number];

/** A probability for each name; sums to 1. */
export type Distribution = Readonly<Record<Emotion, number>>;

/** What other files call them. Lower case. */
const ALIASES: Readonly<Record<string, Emotion>> = {
  angry: 'anger',
  mad: 'anger',
  disgusted: 'disgust',
  afraid: 'fear',
  fearful: 'fear',
  scared: 'fear',
  happiness: 'joy',
  happy: 'joy',
  joyful: 'joy',
  'no emotion': 'neutral',
  none: 'neutral',
  sad: 'sadness',
  surprised: 'surprise',
};

/** Our name for what a file or a person wrote (`Joy`, `happiness`, `angry`); undefined if it is none of the seven. */
export function emotionNamed(word: string): Emotion | undefined {
  const lower = word.trim().toLowerCase();
  return EMOTIONS.find((name) => name === lower) ?? (Object.hasOwn(ALIASES, lower) ? ALIASES[lower] : undefined);
}

/** The names for an error text; with a guess where a word is close to one of them. */
export function emotionHint(word: string): string {
  const close = nearest(word.trim().toLowerCase(), EMOTIONS);
  return `${EMOTIONS.join(', ')}${close === undefined ? '' : ` (did you mean "${close}"?)`}`;
}
