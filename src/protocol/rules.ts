/** What a rule is: a row says who may do a thing, in which states of an item, and what it changes. The checks that all share are in `judge.ts`. */
import type { EventOf, EventType, Role } from './events.ts';
import type { Status } from './item.ts';
import type { Refused } from './refusal.ts';
import type { SpeakerErasure } from './speaker.ts';
import type { Campaign, ItemState, Person, Settings } from './state.ts';

/** What an accepted event puts in the place of what was there. Nothing is changed in place, so nothing is ever half done. */
export interface Change {
  readonly settings?: Settings;
  readonly people?: readonly Person[];
  readonly items?: readonly ItemState[];
  /** All that was folded is to be folded again without this person. */
  readonly erase?: { readonly person: string; readonly as: string; readonly texts: boolean };
  /** The same without this speaker. */
  readonly unname?: SpeakerErasure;
}

/** What rules look at. */
export interface Context {
  readonly campaign: Campaign;
  readonly settings: Settings;
}

/** Who may: people with one of these roles, any active person, or the gate's program alone. */
export type Who = readonly Role[] | 'anybody' | 'gate';

/** About an item, in one of these states of it. */
interface ItemRow<T extends EventType> {
  readonly who: Who;
  readonly while: readonly Status[];
  readonly item: (event: EventOf<T>, item: ItemState, context: Context) => Change | Refused;
}

/** About a person who is known. */
interface PersonRow<T extends EventType> {
  readonly who: Who;
  readonly person: (event: EventOf<T>, person: Person, context: Context) => Change | Refused;
}

/** About the campaign. */
interface CampaignRow<T extends EventType> {
  readonly who: Who;
  readonly campaign: (event: EventOf<T>, context: Context) => Change | Refused;
}

export type Row<T extends EventType> = ItemRow<T> | PersonRow<T> | CampaignRow<T>;
/** Rows for some types of events. */
export type Rows<T extends EventType> = { readonly [K in T]: Row<K> };
