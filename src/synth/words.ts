import type { Emotion } from '../base/emotion.ts';

/** A kind of situation whose cause stands in what the other one says, and nowhere else. */
export interface WordSituation {
  readonly emotion: Exclude<Emotion, 'neutral'>;
  /** What the other one says. */
  readonly tellings: readonly string[];
  readonly causes: readonly string[];
  readonly props: readonly string[];
}

const THINGS = ['guitar', 'camera', 'kite', 'umbrella', 'bicycle', 'coat', 'notebook', 'violin'] as const;

/** Two for each emotion, so that an emotion tells little of its cause. */
export const WORD_SITUATIONS = {
  gift: {
    emotion: 'joy',
    tellings: [
      'I bought you {aProp} on the way here.',
      'There is {aProp} for you in my car.',
      'I have got {aProp} for you, it is yours now.',
    ],
    causes: ['{other} had bought {aProp} for {them}', '{other} told {them} that {they} would get {aProp}'],
    props: THINGS,
  },
  found: {
    emotion: 'joy',
    tellings: ['I found your {prop} behind the sofa last night.', 'Your old {prop} has turned up, I have it at home.'],
    causes: ['{other} had found the {prop} that {they} had lost', '{their} lost {prop} was found by {other}'],
    props: THINGS,
  },
  broke: {
    emotion: 'anger',
    tellings: ['I sat down on your {prop}, and now it is broken.', 'Your {prop} broke while I was playing with it.'],
    causes: ['{other} had broken {their} {prop}', '{their} {prop} was broken because of {other}'],
    props: THINGS,
  },
  lent: {
    emotion: 'anger',
    tellings: ['I gave your {prop} to the neighbours last week.', 'I let a stranger have your {prop}, you never use it.'],
    causes: ['{other} had given {their} {prop} away without asking', '{other} let somebody else have {their} {prop}'],
    props: THINGS,
  },
  train: {
    emotion: 'sadness',
    tellings: ['Your {prop} was still on the train when I got off.', 'I left your {prop} on the train, and nobody has found it.'],
    causes: ['{other} had left {their} {prop} on a train', '{their} {prop} was lost when {other} left it on a train'],
    props: THINGS,
  },
  moving: {
    emotion: 'sadness',
    tellings: ['I am moving to {prop} at the end of the month.', 'I have taken a job in {prop}, and I start in May.'],
    causes: ['{other} was going to move to {prop}', '{other} would soon live far away in {prop}'],
    props: ['Oslo', 'Lisbon', 'Kyoto', 'Nairobi', 'Lima', 'Dublin', 'Quito', 'Riga'],
  },
  noise: {
    emotion: 'fear',
    tellings: ['I heard somebody walk about in the {prop} last night.', 'There were footsteps in the {prop} again at midnight.'],
    causes: ['{other} had heard footsteps in the {prop} at night', 'somebody had been in the {prop} at night, as {other} told {them}'],
    props: ['attic', 'cellar', 'garage', 'garden', 'hall', 'shed', 'stable', 'pantry'],
  },
  speech: {
    emotion: 'fear',
    tellings: ['Tomorrow you have to give a speech about {prop}.', 'They want you to talk about {prop} in front of everybody.'],
    causes: [
      '{other} told {them} to give a speech about {prop}',
      '{they} heard from {other} that {they} had to speak about {prop} in public',
    ],
    props: ['whales', 'volcanoes', 'bees', 'castles', 'mushrooms', 'comets', 'pirates', 'bridges'],
  },
  stale: {
    emotion: 'disgust',
    tellings: ['The {prop} that I gave you was from last month.', 'I only noticed now that the {prop} I gave you is a month old.'],
    causes: ['the {prop} that {other} had given {them} was a month old', '{other} said that {they} had eaten {prop} from last month'],
    props: ['soup', 'salad', 'fish', 'cheese', 'pudding', 'rice', 'stew', 'omelette'],
  },
  beetle: {
    emotion: 'disgust',
    tellings: ['There were beetles in the {prop} this morning.', 'I took twenty beetles out of the {prop} today.'],
    causes: ['{other} had found beetles in the {prop}', 'there had been beetles in the {prop}, as {other} told {them}'],
    props: ['bread', 'sugar', 'flour', 'oven', 'sink', 'butter', 'honey', 'teapot'],
  },
  wedding: {
    emotion: 'surprise',
    tellings: ['I am going to marry the {prop} from next door.', 'The {prop} from next door and I will marry in June.'],
    causes: ['{other} was going to marry the {prop} from next door', '{other} announced a wedding with the {prop} from next door'],
    props: ['dentist', 'baker', 'pilot', 'teacher', 'gardener', 'plumber', 'sailor', 'organist'],
  },
  lottery: {
    emotion: 'surprise',
    tellings: ['I won {aProp} in the lottery.', 'You will not guess it: the lottery gave me {aProp}.'],
    causes: ['{other} had won {aProp} in the lottery', 'the lottery had given {aProp} to {other}'],
    props: ['boat', 'horse', 'castle', 'tractor', 'piano', 'island', 'windmill', 'tram'],
  },
} as const satisfies Readonly<Record<string, WordSituation>>;
