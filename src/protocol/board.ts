import { isActive, mayVote } from './eligible.ts';
import { SEATS, type Seat } from './events.ts';
import { type Status, statusOf } from './item.ts';
import type { Campaign, ItemState, Person } from './state.ts';
import { type Deed, viewFor } from './view.ts';
import type { Item } from './writing.ts';

/** Where an item stands, in one line of a list. */
export interface Standing extends Pick<Item, 'id' | 'emotion' | 'speaker' | 'text'> {
  readonly status: Status;
  readonly round: number;
  /** Seats that this person holds. */
  readonly mine: readonly Seat[];
  readonly may: readonly Deed[];
  /** For leads, who may have to give a seat to somebody else: who sits where, and whether anything was written from there. */
  readonly seats?: readonly { readonly seat: Seat; readonly person: string; readonly used: boolean }[];
}

/**
 * The items that a person has a part in; for leads all. Texts are in none of it. A lead who drafts an item, or may vote on it, is not told either who else
 * sits there before the votes are counted: names would say more than the labels of the drafts.
 */
export function standingsFor(campaign: Campaign, person: string): Standing[] {
  const who = campaign.people.get(person);
  if (campaign.settings === undefined || !isActive(who)) return [];
  return [...campaign.items.values()].flatMap((item) => {
    const mine = SEATS.filter((seat) => seatsOf(item, seat).has(person));
    const leads = who.roles.includes('lead');
    if (!leads && mine.length === 0) return [];
    const { id, emotion, speaker, text } = item.item;
    const { status, round, may } = viewFor(campaign, person, id)!;
    return [
      {
        id,
        emotion,
        ...(speaker === undefined ? {} : { speaker }),
        ...(text === undefined ? {} : { text }),
        status,
        round,
        mine,
        may,
        ...(leads && !isBlind(campaign, who, item) ? { seats: SEATS.flatMap((seat) => holders(item, seat)) } : {}),
      },
    ];
  });
}

const seatsOf = (item: ItemState, seat: Seat): ReadonlyMap<string, unknown> => (seat === 'draft' ? item.authors : item.voters);
const holders = (item: ItemState, seat: Seat) =>
  [...seatsOf(item, seat)].map(([person, written]) => ({ seat, person, used: written !== undefined }));

/** Whether a lead has still to judge, or to write, at this item without knowing who else does. */
function isBlind(campaign: Campaign, { id }: Person, item: ItemState): boolean {
  const settings = campaign.settings!;
  const status = statusOf(item, settings.policy);
  if (status === 'discussing' || status === 'published' || status === 'withdrawn') return false;
  return item.authors.has(id) || item.voters.has(id) || mayVote({ campaign, settings }, item, id) === undefined;
}
