import { EMOTIONS, type Emotion } from '../base/emotion.ts';
import { type Random, random } from '../base/random.ts';
import { CAST, type Character } from './cast.ts';
import { EXCLAMATIONS, LEADS, REACTIONS, REPLIES, SMALL_TALK } from './chatter.ts';
import { explanation, fill, type Subjects } from './grammar.ts';
import { happeningsFor, PICTURE_SITUATIONS, type PictureSituation, type PictureSituationName } from './happenings.ts';
import { LOOK_SITUATIONS, LOOK_WORDS, LOOKS, type LookSituation } from './looks.ts';
import { PLACES, type Place } from './places.ts';
import type { PropName } from './props.ts';
import { type Stage, stageOf } from './stage.ts';
import { WORD_SITUATIONS, type WordSituation } from './words.ts';

/** The only modality that tells a cause from its alternatives: what was said before, what is seen to happen, or a face. */
export const KINDS = ['word', 'picture', 'face'] as const;
export type Kind = (typeof KINDS)[number];

/** Text, video frames, facial emotions: the letters of the paper's Table 4. */
export type Modality = 'T' | 'V' | 'E';

export type Felt = Exclude<Emotion, 'neutral'>;
export const FELT: readonly Felt[] = EMOTIONS.filter((name) => name !== 'neutral');

/** Which part of a split a story belongs to. */
export const PARTS = ['train', 'dev', 'test'] as const;
export type Part = (typeof PARTS)[number];

/** One utterance, without its times. */
export interface Turn {
  readonly by: 'who' | 'other';
  readonly text: string;
  /** How it is said, as the face of its speaker shows. */
  readonly emotion: Emotion;
}

/** One dialogue with all that is true of it. Its last turn is the one whose emotion has a cause to be explained. */
export interface Story {
  readonly id: string;
  readonly part: Part | undefined;
  readonly kind: Kind;
  readonly situation: string;
  readonly emotion: Felt;
  readonly who: Character;
  readonly other: Character;
  readonly place: Place;
  /** What the cause is about. */
  readonly prop: string;
  /** What is seen to happen in the last turn. */
  readonly happening: { readonly situation: PictureSituationName; readonly prop: PropName } | undefined;
  /** The other one's face, from the turn before the last one on. */
  readonly look: Emotion;
  readonly turns: readonly Turn[];
  readonly cause: string;
  /** Every modality that a part of the explanation comes from, the one that decides first; a name comes from the words. */
  readonly needs: readonly Modality[];
  readonly stage: Stage;
}

/** A whole number from a text (FNV-1a, 32 bits): the same on every machine. */
export function hashed(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** Of so many people or rooms that a cause can be told with, one is kept for the test, one for development. */
const SHARES = 5;

/**
 * Which part of a split may tell this cause. What decides is the situation, what the cause is about (`what`: the thing, or the face), and the person or
 * room that the explanation names (`named`, its number in CAST or PLACES). So each of them is known from training, while no explanation of the test is.
 */
export function partFor(situation: string, what: string, named: number): Part {
  const share = (hashed(`${situation}/${what}`) + named) % SHARES;
  return share === 0 ? 'test' : share === 1 ? 'dev' : 'train';
}

/** With `split`, of ten stories eight are for training, one for development and one for the test. */
export const partOf = (index: number): Part => (index % 10 === 9 ? 'test' : index % 10 === 8 ? 'dev' : 'train');

/** What the draws of one kind of story come to. */
interface Plot extends Pick<Story, 'situation' | 'who' | 'other' | 'place' | 'prop' | 'turns' | 'cause' | 'needs' | 'happening' | 'look'> {}

/**
 * Story number `index` (from 0) of the world with this seed. It does not depend on how many others are told. With `split` its part follows from its
 * number, and it is one that this part may tell (`partFor`); without, any. The kinds take turns; emotions and everything else are by chance.
 */
export function storyOf(seed: number, index: number, { split = false }: { readonly split?: boolean } = {}): Story {
  const chance = random(hashed(`made world/${seed}/${index}`));
  const part = split ? partOf(index) : undefined;
  const kind = KINDS[index % KINDS.length]!;
  const emotion = pickOf(chance)(FELT);
  const plot = PLOTS[kind]({ emotion, part, chance, pick: pickOf(chance) });
  return { id: String(index + 1).padStart(5, '0'), part, kind, emotion, ...plot, stage: stageOf(chance, plot) };
}

type Picker = <T>(from: readonly T[]) => T;
const pickOf =
  (chance: Random): Picker =>
  (from) =>
    from[chance.below(from.length)] as (typeof from)[number];

interface Draw {
  readonly emotion: Felt;
  readonly part: Part | undefined;
  readonly chance: Random;
  readonly pick: Picker;
}

/** Those of `all` with which this part may tell a cause. */
function allowed<T>(all: readonly T[], { part }: Draw, situation: string, what: string): readonly T[] {
  return part === undefined ? all : all.filter((_, i) => partFor(situation, what, i) === part);
}

const PLOTS: Readonly<Record<Kind, (draw: Draw) => Plot>> = { word: wordPlot, picture: picturePlot, face: lookPlot };

function wordPlot(draw: Draw): Plot {
  const { emotion, pick } = draw;
  const all = (Object.entries(WORD_SITUATIONS) as [string, WordSituation][]).filter(([, s]) => s.emotion === emotion);
  const [situation, { tellings, causes, props }] = pick(all);
  const prop = pick(props);
  const other = pick(allowed(CAST, draw, situation, prop));
  const subjects = { other, who: somebodyElse(draw, other), prop, place: pick(PLACES) };
  return {
    ...subjects,
    situation,
    turns: [
      ...smallTalk(draw, 'other'),
      { by: 'other', text: fill(pick(tellings), named(subjects)), emotion: 'neutral' },
      { by: 'who', text: pick(REACTIONS), emotion },
    ],
    cause: explanation(emotion, pick(causes), named(subjects), pick),
    needs: ['T'],
    happening: undefined,
    look: 'neutral',
  };
}

function picturePlot(draw: Draw): Plot {
  const { emotion, pick } = draw;
  const happening = pick(happeningsFor(emotion));
  const { situation, prop } = happening;
  const { causes, names }: PictureSituation = PICTURE_SITUATIONS[situation];
  const place = pick(allowed(PLACES, draw, situation, prop));
  const other = pick(CAST);
  const subjects = { other, who: somebodyElse(draw, other), prop, place };
  return {
    ...subjects,
    situation,
    turns: [
      ...smallTalk(draw, 'other'),
      { by: 'other', text: pick(LEADS), emotion: 'neutral' },
      { by: 'who', text: pick(EXCLAMATIONS), emotion },
    ],
    cause: explanation(emotion, pick(causes), named(subjects), pick),
    needs: names ? ['V', 'T'] : ['V'],
    happening,
    look: 'neutral',
  };
}

function lookPlot(draw: Draw): Plot {
  const { emotion, pick } = draw;
  const look = pick(LOOKS[emotion]);
  const [situation, { openings, answers, causes, props }] = pick(Object.entries(LOOK_SITUATIONS) as [string, LookSituation][]);
  const other = pick(allowed(CAST, draw, situation, look));
  const subjects = { other, who: somebodyElse(draw, other), prop: pick(props), place: pick(PLACES) };
  const words = named(subjects, LOOK_WORDS[look]);
  return {
    ...subjects,
    situation,
    turns: [
      ...smallTalk(draw, 'who'),
      { by: 'who', text: fill(pick(openings), words), emotion: 'neutral' },
      { by: 'other', text: pick(answers), emotion: look },
      { by: 'who', text: pick(REPLIES), emotion },
    ],
    cause: explanation(emotion, pick(causes), words, pick),
    needs: ['E', 'T'],
    happening: undefined,
    look,
  };
}

const somebodyElse = ({ pick }: Draw, not: Character): Character => pick(CAST.filter((one) => one !== not));

const named = (s: { who: Character; other: Character; prop: string; place: Place }, look?: string): Subjects => ({
  ...s,
  place: s.place.name,
  ...(look === undefined ? {} : { look }),
});

/** Two stories of three begin with a question and its answer. */
function smallTalk({ chance, pick }: Draw, asks: Turn['by']): Turn[] {
  if (chance.below(3) === 0) return [];
  const [question, answer] = pick(SMALL_TALK);
  return [
    { by: asks, text: question, emotion: 'neutral' },
    { by: asks === 'who' ? 'other' : 'who', text: answer, emotion: 'neutral' },
  ];
}
