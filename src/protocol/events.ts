/** What has happened in a campaign: one JSON object each, appended and never edited. A campaign is nothing but the fold of its events. */
import type { Guidelines } from './guidelines.ts';
import type { Policy } from './policy.ts';
import type { Item, Writing } from './writing.ts';

/** Of all events. `at` is when it happened, ISO 8601 in UTC, said by the caller: nothing in this room reads a clock. */
export interface Happened {
  readonly v: typeof EVENT_VERSION;
  readonly campaign: string;
  /** Idempotency key, chosen by whoever asked for it: the same id with the same content is one event, however often it comes. It must not name a person. */
  readonly id: string;
  /** Id of the person, or `GATE`. */
  readonly by: string;
  readonly at: string;
}

/** Version of the form of events. */
export const EVENT_VERSION = 1;

/** Who measures agreement: the program that runs the gate's scorer. No person has this id, and a server takes no event of its from outside. */
export const GATE = 'gate';

/** Leads open campaigns, invite, reassign and withdraw; adjudicators judge the training round; annotators draft; voters vote. One person may be several. */
export const ROLES = ['lead', 'adjudicator', 'annotator', 'voter'] as const;
export type Role = (typeof ROLES)[number];

/** The two kinds of seat at an item. */
export const SEATS = ['draft', 'vote'] as const;
export type Seat = (typeof SEATS)[number];

/** `a` and `b` are the drafts, in an order that says nothing of who wrote which or first. `neither` finds both wrong; `abstain` does not judge. */
export const CHOICES = ['a', 'b', 'neither', 'abstain'] as const;
export type Choice = (typeof CHOICES)[number];

/** What each type of event carries. */
export interface Payloads {
  /** The first event of a campaign; who opens it leads it. */
  readonly opened: {
    readonly title: string;
    readonly name: string;
    readonly policy: Policy;
    readonly guidelines: Guidelines;
    readonly seed: number;
  };
  readonly 'items-added': { readonly items: readonly Item[] };
  readonly 'guidelines-published': { readonly guidelines: Guidelines };
  /** A person joins, comes back, or gets other roles or another name. */
  readonly invited: { readonly person: string; readonly name: string; readonly roles: readonly Role[] };
  /** The items that a person practises on, drawn by chance. Attempts count from 1. */
  readonly 'training-begun': { readonly person: string; readonly attempt: number; readonly items: readonly string[] };
  readonly practised: { readonly item: string; readonly attempt: number; readonly writing: Writing; readonly guidelines: string };
  /** One adjudicator's yes to a person's practice; formal work begins when all have said so. */
  readonly approved: { readonly person: string; readonly attempt: number };
  /** One adjudicator's no: the person practises again, on other items. */
  readonly returned: { readonly person: string; readonly attempt: number; readonly note: string };
  /** The person may not work on an item, or not vote on what another person wrote. */
  readonly 'conflict-declared': { readonly person: string; readonly item?: string; readonly with?: string; readonly reason: string };
  /** A person's work ends. What was written stays; seats without anything written are free again. */
  readonly left: { readonly person: string };
  readonly taken: { readonly item: string; readonly seat: Seat };
  readonly released: { readonly item: string; readonly seat: Seat };
  /** A draft; a second one by the same person replaces the first, until both are there. `guidelines` is the version that it was written by. */
  readonly drafted: { readonly item: string; readonly writing: Writing; readonly guidelines: string };
  /** The own draft is taken back, before both are there; the seat is free again. */
  readonly retracted: { readonly item: string };
  /** Agreement of the two causes, by `GATE`. JSON has no NaN: null stands for it and for a score that could not be computed. */
  readonly measured: { readonly item: string; readonly round: number; readonly score: number | null; readonly signature: string };
  readonly voted: { readonly item: string; readonly round: number; readonly choice: Choice; readonly note?: string };
  /** A message of the discussion. */
  readonly said: { readonly item: string; readonly round: number; readonly text: string };
  /** Another text put forward in the discussion, named by the event's id. Who puts it forward accepts it. */
  readonly revised: { readonly item: string; readonly round: number; readonly writing: Writing };
  /** An author would publish this text: `a`, `b` or the id of a revision. It takes the place of what the same person accepted before. */
  readonly accepted: { readonly item: string; readonly round: number; readonly text: string };
  /** A seat goes from one person to another, or is free again. What was drafted from it is set aside. */
  readonly reassigned: { readonly item: string; readonly seat: Seat; readonly from: string; readonly to?: string; readonly reason: string };
  /** An item leaves the campaign, whatever its state. */
  readonly withdrawn: { readonly item: string; readonly reason: string };
  /** A person's name and id are replaced by `as` everywhere, and with `texts` all that the person wrote is gone. See `erase.ts`. */
  readonly erased: { readonly person: string; readonly as: string; readonly texts: boolean };
  /**
   * Somebody of the films and dialogues is `as` everywhere, and nothing that this speaker said is left; `items` are withdrawn, and nothing that was written at
   * them is left. With `mentions` the name goes wherever else it was written, too. See `speaker.ts`.
   */
  readonly 'speaker-erased': {
    readonly speaker: string;
    readonly as: string;
    readonly mentions: boolean;
    readonly items: readonly string[];
  };
  /** Nothing is written any more. */
  readonly closed: Readonly<Record<never, never>>;
}

export type EventType = keyof Payloads;

/** An event of one type. */
export type EventOf<T extends EventType> = T extends EventType ? Happened & { readonly type: T } & Payloads[T] : never;

/** Any event. */
export type Event = EventOf<EventType>;
