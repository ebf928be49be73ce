import type { Segment } from './metric.ts';

/** What the floor needs to know of an item: who felt what, and said what. */
export interface Utterance {
  readonly emotion: string;
  readonly text: string;
  readonly speaker?: string;
  /** How the speaker is spoken of; found from the name when it is one of the leads of ECEM's series, else "he/she". */
  readonly pronoun?: string;
}

/** A segment that also says what it is about. */
export interface EmotionItem extends Segment {
  readonly about: Utterance;
}

/** Named in the signature of a floor; counted up when its sentences change. */
export const FLOOR_VERSION = 1;

/**
 * Two candidates that know nothing of why, for every emotion-cause table: what they score is paid for the phrase, not for the cause.
 * The wording is that of most references in ECEM.
 */
const FLOORS = {
  'template + utterance': (about: Utterance) => `${template(about)} ${about.text}`,
  'template alone': (about: Utterance) => template(about),
} as const;

/** The names of the floors. The utterance brings words of the cause; on ECEM ROUGE-L and CIDEr-D still pay more for the template alone. */
export const FLOOR_NAMES = ['template + utterance', 'template alone'] as const satisfies readonly (keyof typeof FLOORS)[];

/** The items with a floor's sentences for candidates. */
export function floor(name: keyof typeof FLOORS, items: readonly EmotionItem[]): Segment[] {
  return items.map(({ id, refs, about }) => ({ id, refs, hyp: FLOORS[name](about) }));
}

const ADJECTIVES = new Map(
  Object.entries({ joy: 'happy', anger: 'angry', sadness: 'sad', fear: 'scared', surprise: 'surprised', disgust: 'disgusted' }),
);
const PRONOUNS = new Map(Object.entries({ Monica: 'she', Rachel: 'she', Phoebe: 'she', Chandler: 'he', Joey: 'he', Ross: 'he' }));

function template({ emotion, speaker, pronoun }: Utterance): string {
  const who = pronoun ?? PRONOUNS.get(speaker?.trim().split(' ')[0] ?? '') ?? 'he/she';
  return `The reason ${who} was ${ADJECTIVES.get(emotion.toLowerCase()) ?? emotion} was that`;
}
