import type { Emotion } from '../base/emotion.ts';
import type { Character } from './cast.ts';

/** Who and what a sentence of the made world is about. */
export interface Subjects {
  /** Whose emotion is asked about. */
  readonly who: Character;
  /** The one that they talk with. */
  readonly other: Character;
  readonly place: string;
  /** A thing, an animal, a town; a noun without its article. */
  readonly prop: string;
  /** How the other one looks. */
  readonly look?: string;
}

/** What may stand in braces in a wording. `they`, `them` and `their` are the one who feels; `otherThey` is the other one. */
const SLOTS: Readonly<Record<string, (s: Subjects) => string>> = {
  name: (s) => s.who.name,
  other: (s) => s.other.name,
  they: (s) => s.who.pronoun,
  them: (s) => (s.who.pronoun === 'she' ? 'her' : 'him'),
  their: (s) => (s.who.pronoun === 'she' ? 'her' : 'his'),
  otherThey: (s) => s.other.pronoun,
  place: (s) => s.place,
  prop: (s) => s.prop,
  aProp: (s) => withArticle(s.prop),
  look: (s) => s.look ?? '',
};

/** `an island`, `a horse`: by the first letter, which is right for every noun of this world. */
export const withArticle = (noun: string): string => `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;

/** A wording with its braces filled in. */
export function fill(wording: string, subjects: Subjects): string {
  return wording.replace(/\{(\w+)\}/g, (_, slot: string) => SLOTS[slot]!(subjects));
}

/** How an explanation calls who has the emotion. */
const FEELINGS: Readonly<Record<Exclude<Emotion, 'neutral'>, readonly string[]>> = {
  anger: ['angry', 'annoyed'],
  disgust: ['disgusted', 'repelled'],
  fear: ['afraid', 'scared'],
  joy: ['happy', 'delighted'],
  sadness: ['sad', 'unhappy'],
  surprise: ['surprised', 'astonished'],
};

/** The openings of ECEM's explanations; the frequent ones. */
const OPENINGS = ['The reason {they} was {look} is that', 'The reason why {they} was {look} is that'] as const;

/** A cause as ECEM explains: `The reason she was angry is that …`. `pick` chooses among wordings. */
export function explanation(
  emotion: Exclude<Emotion, 'neutral'>,
  cause: string,
  subjects: Subjects,
  pick: <T>(from: readonly T[]) => T,
): string {
  return `${fill(pick(OPENINGS), { ...subjects, look: pick(FEELINGS[emotion]) })} ${fill(cause, subjects)}.`;
}
