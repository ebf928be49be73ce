import type { Emotion } from '../base/emotion.ts';

/** Where evidence can be found. Faces belong to the picture. */
export const MODALITIES = ['text', 'sound', 'picture'] as const;
export type Modality = (typeof MODALITIES)[number];

/** A turn of the dialogue whose words count. */
export interface TurnEvidence {
  /** As the dialogue counts its utterances. */
  readonly turn: number;
  readonly note?: string;
}

/** A stretch of the film in which something is to be heard or seen. */
export interface TimeEvidence {
  /** Seconds from the beginning of the film; a single frame has both alike. */
  readonly from: number;
  readonly to: number;
  readonly note: string;
}

/** A part of the picture, in shares of its width and height: 0 is the left and the upper edge, 1 the other. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Something that is to be seen, and where in the picture; without a region it is all of it. */
export interface PictureEvidence extends TimeEvidence {
  readonly region?: Region;
}

/** A face, and how viewers would read it. */
export interface FaceEvidence {
  /** Track number, as `famenet faces` counts them. */
  readonly face: number;
  /** Seconds from the beginning of the film. */
  readonly time: number;
  readonly note: string;
}

/** What a cause rests on. Each modality that the item has is either used or named in `nothing`: looked for, and not found. */
export interface Evidence {
  readonly text: readonly TurnEvidence[];
  readonly sound: readonly TimeEvidence[];
  readonly picture: readonly PictureEvidence[];
  readonly faces: readonly FaceEvidence[];
  readonly nothing: readonly Modality[];
}

/** What an annotator writes about one item. */
export interface Writing {
  /** Why viewers would say that the speaker feels the emotion: what the data set will hold. */
  readonly cause: string;
  /** How the annotator got there, in one to three sentences (Wang et al. 2025, §3.1). */
  readonly reasoning: string;
  readonly evidence: Evidence;
}

/** A turn as it is shown to an annotator. */
export interface Turn {
  readonly number: number;
  readonly speaker?: string;
  readonly text: string;
  /** Seconds of the film. */
  readonly start?: number;
  readonly end?: number;
}

/** One utterance whose emotion is to be explained. Never neutral: the paper leaves those out. */
export interface Item {
  readonly id: string;
  readonly emotion: Exclude<Emotion, 'neutral'>;
  /** What there is to look for evidence in. */
  readonly modalities: readonly Modality[];
  readonly dialogue?: string;
  /** The utterance's number in its dialogue; turns after it are no evidence. */
  readonly utterance?: number;
  readonly speaker?: string;
  /** What is said. */
  readonly text?: string;
  /** The film's file. */
  readonly clip?: string;
  /** Seconds of the film up to which it may be seen, where the film goes on after the utterance. Absent of a film that ends with it. */
  readonly until?: number;
  /** The dialogue up to the utterance, where the item carries it. */
  readonly turns?: readonly Turn[];
}
