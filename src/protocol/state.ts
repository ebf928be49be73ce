/** What the events of a campaign add up to. All of it is derived: nothing here is ever stored. */
import type { Choice, Event, Role } from './events.ts';
import type { Guidelines } from './guidelines.ts';
import type { Policy } from './policy.ts';
import type { Refused } from './refusal.ts';
import type { Item, Writing } from './writing.ts';

/** A campaign as its events left it. */
export interface Campaign {
  /** Undefined before `opened`. */
  readonly settings: Settings | undefined;
  readonly people: ReadonlyMap<string, Person>;
  /** In the order in which they were added. */
  readonly items: ReadonlyMap<string, ItemState>;
  /** Accepted events by id, in their order: the log, and what makes a repeated one harmless. */
  readonly events: ReadonlyMap<string, Event>;
  /** Events that were refused when they were folded, in their order. */
  readonly refused: readonly { readonly event: Event; readonly refusal: Refused['refused'] }[];
}

export interface Settings {
  readonly id: string;
  readonly title: string;
  readonly policy: Policy;
  readonly seed: number;
  /** All versions; the last one holds. */
  readonly guidelines: readonly Guidelines[];
  readonly closed: boolean;
}

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly Role[];
  /** Whether this person is, or ever was, a lead or an adjudicator, and so may have read discussions. */
  readonly watched: boolean;
  /** `left` and `erased` do nothing any more. */
  readonly status: 'active' | 'left' | 'erased';
  readonly training: Training;
  /** Items and people that this person may not judge. */
  readonly conflicts: { readonly items: readonly string[]; readonly people: readonly string[] };
}

/** A person's way to formal work. */
export interface Training {
  /** 0 before the first. */
  readonly attempt: number;
  readonly items: readonly string[];
  /** By item. */
  readonly practice: ReadonlyMap<string, Written>;
  /** Adjudicators who have approved this attempt, sorted. */
  readonly approvals: readonly string[];
  /** Once true it stays so. */
  readonly approved: boolean;
  /** What adjudicators found wrong in earlier attempts. */
  readonly notes: readonly { readonly by: string; readonly at: string; readonly attempt: number; readonly note: string }[];
}

/** Something written by a person. */
export interface Written {
  /** Of the event: the name of a revision. */
  readonly id: string;
  readonly by: string;
  readonly at: string;
  readonly writing: Writing;
  /** Version of the guidelines; revisions have none. */
  readonly guidelines?: string;
}

/** A draft. One whose writer may have seen another draft of the item is sealed: it stays as it was. */
export interface Draft extends Written {
  readonly guidelines: string;
  readonly sealed: boolean;
}

export interface Vote {
  readonly id: string;
  readonly by: string;
  readonly at: string;
  readonly choice: Choice;
  readonly note?: string;
}

/** What the gate said. */
export interface Measured {
  readonly at: string;
  /** Null is NaN. */
  readonly score: number | null;
  readonly signature: string;
  readonly threshold: number;
  readonly passed: boolean;
}

export interface Message {
  readonly id: string;
  readonly by: string;
  readonly at: string;
  readonly text: string;
}

/** What is said and proposed about an item, sorted by time and then id, so that the order of arrival means nothing. */
export interface Discussion {
  readonly messages: readonly Message[];
  readonly revisions: readonly Written[];
  /** Which text each author would publish now, by person. */
  readonly accepted: ReadonlyMap<string, { readonly text: string; readonly at: string }>;
}

/** What was done at an item before somebody was replaced; kept, and counted no more. */
export interface SetAside {
  readonly round: number;
  readonly at: string;
  readonly by: string;
  readonly reason: string;
  readonly drafts: readonly Draft[];
  readonly votes: readonly Vote[];
  readonly measured?: Measured;
  readonly discussion?: Discussion;
}

/** One item's life. Its status is `statusOf(item, policy)`. */
export interface ItemState {
  readonly item: Item;
  /** From 1; goes up when an author is replaced. What refers to an earlier round is refused. */
  readonly round: number;
  /** Those who draft, with their drafts; undefined is not written yet. */
  readonly authors: ReadonlyMap<string, Draft | undefined>;
  /** Those who vote, with their votes. */
  readonly voters: ReadonlyMap<string, Vote | undefined>;
  readonly measured?: Measured;
  readonly discussion: Discussion;
  readonly withdrawn?: { readonly at: string; readonly by: string; readonly reason: string };
  readonly setAside: readonly SetAside[];
  /** Everybody who has ever drafted this item or held a seat to vote on it, sorted: they have seen, or written, a draft. */
  readonly insiders: readonly string[];
}
