/** A data set with all that is known of it: what every format of export is made from, and what every import gives back. */
import type { Emotion } from '../../base/emotion.ts';

/** Where evidence can be found. Faces belong to the picture. */
export const SENSES = ['text', 'sound', 'picture'] as const;
export type SenseName = (typeof SENSES)[number];

/** Explained utterances, and how they came to be. Texts that are absent are absent: none is empty. */
export interface DataSet {
  /** Of one line. */
  readonly name: string;
  readonly entries: readonly Entry[];
  /** Utterances in all, explained or not, where the source holds whole dialogues. */
  readonly utterances?: number;
  /** Absent where the set does not come from a campaign. */
  readonly protocol?: Protocol;
}

/** The rules by which people have worked, and who they were: by pseudonyms, never by name. */
export interface Protocol {
  readonly title: string;
  /** Who vote on an item. */
  readonly voters: number;
  /** How drafts were compared, to the letter; or why they were not. */
  readonly gate: { readonly signature: string; readonly threshold: number } | { readonly none: string };
  /** All versions, in their order. */
  readonly guidelines: readonly { readonly version: string; readonly text: string }[];
  readonly people: readonly { readonly id: string; readonly roles: readonly string[] }[];
}

/** One utterance whose emotion is, or is to be, explained. */
export interface Entry {
  /** As its source has it; not unique where the source's are not. */
  readonly id: string;
  /** `train`, `dev`, `test`, or whatever the set calls its parts. */
  readonly split?: string;
  readonly emotion: Emotion;
  readonly dialogue?: string;
  /** The utterance's number in its dialogue. */
  readonly utterance?: number;
  readonly speaker?: string;
  /** What is said. */
  readonly text?: string;
  /** File of its film or clip. */
  readonly clip?: string;
  /** The dialogue up to the utterance, or all of it, as the source has it. */
  readonly turns?: readonly EntryTurn[];
  /** The explanation. */
  readonly cause?: string;
  /** Where a set points at causes in place of writing them: the utterances, and the words in them. */
  readonly spans?: readonly { readonly turn: number; readonly text?: string }[];
  readonly reasoning?: string;
  readonly evidence?: EntryEvidence;
  /** What annotators could look at. */
  readonly senses?: readonly SenseName[];
  /** What led to the explanation. */
  readonly annotation?: Annotation;
}

export interface EntryTurn {
  readonly number: number;
  readonly speaker?: string;
  readonly text: string;
}

/** What a cause rests on. Seconds of the film; faces by track; `nothing` names where people looked and found none. */
export interface EntryEvidence {
  readonly text: readonly { readonly turn: number; readonly note?: string }[];
  readonly sound: readonly Stretch[];
  readonly picture: readonly Stretch[];
  readonly faces: readonly { readonly face: number; readonly time: number; readonly note: string }[];
  readonly nothing: readonly SenseName[];
}

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly note: string;
}

/** What one person wrote. */
export interface EntryText {
  /** Pseudonym. */
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
  readonly cause: string;
  readonly reasoning: string;
  readonly evidence: EntryEvidence;
  /** Version of the guidelines; revisions have none. */
  readonly guidelines?: string;
}

/** One round of work at an item. */
export interface Round {
  /** In the order of their labels a and b; one, where the other never came. */
  readonly drafts: readonly EntryText[];
  readonly measured?: {
    readonly at: string;
    /** Null: no number came out. */
    readonly score: number | null;
    readonly signature: string;
    readonly threshold: number;
    readonly passed: boolean;
  };
  readonly votes: readonly { readonly by: string; readonly at: string; readonly choice: string; readonly note?: string }[];
  readonly messages: readonly { readonly by: string; readonly at: string; readonly text: string }[];
  /** Named `revision-1`, `revision-2` … in their order. */
  readonly revisions: readonly EntryText[];
  /** Which text each author would publish: `a`, `b` or a revision. */
  readonly accepted: readonly { readonly by: string; readonly text: string }[];
}

/** How an item came to its text. */
export interface Annotation extends Round {
  readonly how: 'majority' | 'discussion';
  /** Which text it is: `a`, `b` or a revision. */
  readonly text: string;
  readonly at: string;
  /** Rounds that ended because somebody was replaced. */
  readonly setAside: readonly SetAsideRound[];
}

export interface SetAsideRound extends Round {
  readonly round: number;
  readonly at: string;
  readonly by: string;
  readonly reason: string;
}

/** The entry without what is undefined, and without texts in which nothing stands: they say as much as absent ones. */
export function lean(entry: { readonly [K in keyof Entry]: Entry[K] | undefined }): Entry {
  return Object.fromEntries(
    Object.entries(entry).filter(([key, value]) => key === 'id' || (value !== undefined && value !== '')),
  ) as unknown as Entry;
}
