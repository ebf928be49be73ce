import type { Emotion } from '../base/emotion.ts';
import { type Timeline, timelineOf } from './timeline.ts';
import type { Kind, Modality, Part, Story } from './world.ts';

/** A dialogue as files of ours have it. Times in seconds of its film; utterances follow each other without gaps. */
export interface Dialogue {
  readonly id: string;
  readonly utterances: readonly {
    readonly speaker: string;
    readonly text: string;
    readonly start: number;
    readonly end: number;
    readonly emotion: Emotion;
  }[];
}

/** What is true of one utterance. */
export interface Truth {
  /** Of the dialogue. */
  readonly id: string;
  /** Number of the utterance, from 0: always the last one. */
  readonly utterance: number;
  readonly emotion: Emotion;
  readonly cause: string;
  readonly kind: Kind;
  readonly needs: readonly Modality[];
  readonly split?: Part;
  readonly video: string;
  readonly speaker: string;
  readonly pronoun: string;
  readonly other: string;
  readonly place: string;
  readonly situation: string;
  readonly prop: string;
  /** Truth of each modality in the last utterance: what is seen to happen, and both faces. */
  readonly seen: { readonly situation: string; readonly prop: string } | null;
  readonly faces: Readonly<Record<string, Emotion>>;
}

/** One item as the authors of ECEM publish theirs (the conversation format of LLaVA). */
export interface EcemItem {
  readonly id: number;
  readonly video: string;
  readonly conversations: readonly [{ readonly from: 'human'; readonly value: string }, { readonly from: 'gpt'; readonly value: string }];
}

/** The film's name as ECEM counts: dialogue, then utterance from 0. The film holds every utterance up to that one. */
export const filmName = ({ id, turns }: Pick<Story, 'id' | 'turns'>): string => `${id}_${turns.length - 1}.mp4`;

/** The words of a story with their times. */
export function dialogueOf(story: Story, { turns }: Timeline = timelineOf(story)): Dialogue {
  const utterances = turns.map(({ by, text, start, end, emotion }) => ({ speaker: story[by].name, text, start, end, emotion }));
  return { id: story.id, utterances };
}

/** The explanation that is right, and what it rests on. */
export function truthOf(story: Story): Truth {
  const { id, turns, emotion, cause, kind, needs, part, who, other, place, situation, prop, happening, look } = story;
  return {
    id,
    utterance: turns.length - 1,
    emotion,
    cause,
    kind,
    needs,
    ...(part === undefined ? {} : { split: part }),
    video: filmName(story),
    speaker: who.name,
    pronoun: who.pronoun,
    other: other.name,
    place: place.name,
    situation,
    prop,
    seen: happening ?? null,
    faces: { [who.name]: emotion, [other.name]: look },
  };
}

/** The question and the answer, to the letter as in ECEM. `number` is any that is not given twice. */
export function ecemItem(story: Story, number: number): EcemItem {
  const last = story.turns.at(-1)!;
  const question = `<video>\nExplain why the emotion of this statement is ${story.emotion} <${story[last.by].name}: ${last.text}>`;
  return {
    id: number,
    video: filmName(story),
    conversations: [
      { from: 'human', value: question },
      { from: 'gpt', value: story.cause },
    ],
  };
}
