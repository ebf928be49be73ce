import type { Emotion } from '../base/emotion.ts';

/**
 * A kind of situation whose cause stands in the other one's face, and nowhere else: the same words, said with another face.
 * The face that matters is not the speaker's own: ECEM's question names the speaker's emotion, so that one could be read in the question.
 */
export interface LookSituation {
  /** What the one who will react says first. */
  readonly openings: readonly string[];
  /** What the other one answers, whatever face goes with it. */
  readonly answers: readonly string[];
  readonly causes: readonly string[];
  readonly props: readonly string[];
}

export const LOOK_SITUATIONS = {
  praise: {
    openings: ['I made this {prop} myself, what do you think?', 'Look, my first {prop}. Do you like it?'],
    answers: ['That is just great.', 'Well, that is really something.'],
    causes: ['{other} looked {look} while praising the {prop}', '{other} looked {look} when {otherThey} praised the {prop}'],
    props: ['scarf', 'chair', 'poem', 'jacket', 'basket', 'song'],
  },
  plan: {
    openings: ['We could all go to the {prop} on Sunday.', 'I have planned a day at the {prop} for us.'],
    answers: ['Fine, let us do that.', 'All right, I am coming with you.'],
    causes: [
      '{other} looked {look} while agreeing to a day at the {prop}',
      '{other} looked {look} when {otherThey} agreed to go to the {prop}',
    ],
    props: ['lake', 'zoo', 'museum', 'market', 'beach', 'circus'],
  },
  guest: {
    openings: ['My {prop} is coming for dinner tonight.', 'I have invited my {prop} for the weekend.'],
    answers: ['So soon? Good to know.', 'I see. Then we will be three.'],
    causes: [
      '{other} looked {look} while hearing about {their} {prop}',
      '{other} looked {look} when {otherThey} heard that {their} {prop} was coming',
    ],
    props: ['mother', 'uncle', 'boss', 'cousin', 'landlord', 'neighbour'],
  },
  thanks: {
    openings: ['Here, I got you this {prop}.', 'This {prop} is for you, I hope you like it.'],
    answers: ['You really should not have done that.', 'For me? Thank you.'],
    causes: ['{other} looked {look} while taking the {prop}', '{other} looked {look} when {otherThey} thanked {them} for the {prop}'],
    props: ['book', 'hat', 'watch', 'candle', 'puzzle', 'mug'],
  },
} as const satisfies Readonly<Record<string, LookSituation>>;

type Felt = Exclude<Emotion, 'neutral'>;

/** Which faces of the other one can make somebody feel so. Four each, so that the emotion tells little of the face. */
export const LOOKS: Readonly<Record<Felt, readonly Felt[]>> = {
  anger: ['joy', 'disgust', 'surprise', 'sadness'],
  disgust: ['joy', 'disgust', 'fear', 'anger'],
  fear: ['anger', 'fear', 'surprise', 'disgust'],
  joy: ['joy', 'surprise', 'fear', 'sadness'],
  sadness: ['anger', 'disgust', 'sadness', 'joy'],
  surprise: ['fear', 'anger', 'joy', 'surprise'],
};

/** How an explanation calls a face. */
export const LOOK_WORDS: Readonly<Record<Felt, string>> = {
  anger: 'furious',
  disgust: 'disgusted',
  fear: 'frightened',
  joy: 'overjoyed',
  sadness: 'miserable',
  surprise: 'amazed',
};
