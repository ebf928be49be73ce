import type { SoundEvent } from './speech.ts';

/** What tells something about how people feel, of the 527 classes of AudioSet (Gemmeke et al. 2017); speech itself is the recogniser's business. */
export const SOUNDS: readonly string[] = [
  'Laughter',
  'Giggle',
  'Chuckle, chortle',
  'Belly laugh',
  'Snicker',
  'Crying, sobbing',
  'Whimper',
  'Wail, moan',
  'Sigh',
  'Gasp',
  'Groan',
  'Screaming',
  'Shout',
  'Yell',
  'Cheering',
  'Applause',
  'Clapping',
  'Booing',
  'Whispering',
  'Cough',
  'Singing',
  'Music',
  'Knock',
  'Slam',
  'Door',
  'Telephone bell ringing',
];

/** A window of sound that was listened to at once, in seconds, and a new one begins every `hop`. */
export const WINDOW = { length: 2, hop: 1 } as const;
/** A class with this score is reported. Taggers are trained on single labels of ten seconds: scores of short windows are low rather than high. */
export const LEAST = 0.3;

/** What a tagger says of one window. */
export interface Tagged {
  readonly start: number;
  readonly end: number;
  readonly tags: readonly { readonly name: string; readonly prob: number }[];
}

/** Events: windows with the same class that touch or overlap are one, with the highest score of them. In the order of their beginnings. */
export function eventsOf(windows: readonly Tagged[], least = LEAST): SoundEvent[] {
  const events: { name: string; start: number; end: number; confidence: number }[] = [];
  const open = new Map<string, (typeof events)[number]>();
  for (const { start, end, tags } of windows) {
    for (const { name, prob } of tags) {
      if (prob < least || !SOUNDS.includes(name)) continue;
      const going = open.get(name);
      if (going !== undefined && going.end >= start) {
        going.end = end;
        going.confidence = Math.max(going.confidence, prob);
      } else {
        const event = { name, start, end, confidence: prob };
        events.push(event);
        open.set(name, event);
      }
    }
  }
  return events;
}
