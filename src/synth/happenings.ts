import type { Emotion } from '../base/emotion.ts';
import type { PropName } from './props.ts';

type Felt = Exclude<Emotion, 'neutral'>;

/** A kind of situation whose cause is seen to happen, and is nowhere in the words. */
export interface PictureSituation {
  readonly causes: readonly string[];
  /** What it may happen to or with, and what that may make somebody feel. */
  readonly props: Readonly<Partial<Record<PropName, readonly Felt[]>>>;
  /** Whether the explanation names the other one, whom only the words name. */
  readonly names: boolean;
}

/** What can happen. How each looks over time is in motion.ts. Nothing of it is heard: sound would give it away. */
export const PICTURE_SITUATIONS = {
  drop: {
    causes: ['{other} had dropped {aProp} on the {place} floor', '{aProp} slipped out of the hands of {other} in the {place}'],
    props: { cup: ['anger', 'sadness', 'surprise'], vase: ['anger', 'sadness', 'surprise'], plate: ['anger', 'sadness', 'surprise'] },
    names: true,
  },
  run: {
    causes: ['{aProp} ran through the {place}', '{aProp} came running into the {place}'],
    props: { dog: ['fear', 'joy', 'surprise'], cat: ['anger', 'joy', 'surprise'], mouse: ['disgust', 'fear', 'surprise'] },
    names: false,
  },
  bring: {
    causes: ['{aProp} was put on the table in the {place}', 'there was suddenly {aProp} on the table in the {place}'],
    props: { cake: ['joy', 'surprise'], present: ['joy', 'surprise'], bouquet: ['joy', 'surprise'] },
    names: false,
  },
  fall: {
    causes: ['the {prop} fell off the wall of the {place}', 'the {prop} on the {place} wall came down'],
    props: {
      picture: ['anger', 'fear', 'sadness', 'surprise'],
      clock: ['anger', 'fear', 'surprise'],
      mirror: ['anger', 'fear', 'sadness'],
    },
    names: false,
  },
  weather: {
    causes: ['there was {prop} outside the {place} window', '{prop} came down outside the window of the {place}'],
    props: { rain: ['anger', 'sadness'], snow: ['joy', 'surprise'], lightning: ['fear', 'surprise'] },
    names: false,
  },
  descend: {
    causes: ['{aProp} came down from the ceiling of the {place}', '{aProp} was hanging from the {place} ceiling'],
    props: { spider: ['disgust', 'fear'], snake: ['disgust', 'fear', 'surprise'], bat: ['disgust', 'fear', 'surprise'] },
    names: false,
  },
  smoke: {
    causes: ['smoke came out of the {prop} in the {place}', 'the {prop} in the {place} began to smoke'],
    props: { lamp: ['anger', 'disgust', 'fear'], radio: ['anger', 'disgust', 'sadness'], kettle: ['disgust', 'fear', 'surprise'] },
    names: false,
  },
  leave: {
    causes: ['{aProp} flew away through the {place} window', '{aProp} escaped through the window of the {place}'],
    props: { balloon: ['sadness', 'anger'], parrot: ['sadness', 'surprise'], butterfly: ['joy', 'sadness'] },
    names: false,
  },
} as const satisfies Readonly<Record<string, PictureSituation>>;

export type PictureSituationName = keyof typeof PICTURE_SITUATIONS;

/** Everything that may happen and make somebody feel so. */
export function happeningsFor(emotion: Felt): { readonly situation: PictureSituationName; readonly prop: PropName }[] {
  return (Object.entries(PICTURE_SITUATIONS) as [PictureSituationName, PictureSituation][]).flatMap(([situation, { props }]) =>
    (Object.entries(props) as [PropName, readonly Felt[]][])
      .filter(([, emotions]) => emotions.includes(emotion))
      .map(([prop]) => ({ situation, prop })),
  );
}
