import { withoutAuthor } from './drafts.ts';
import { mayDraft, mayVote } from './eligible.ts';
import type { Seat } from './events.ts';
import { evidenceGap } from './evidence.ts';
import { statusOf } from './item.ts';
import { sorted, withEntry, without } from './order.ts';
import { AUTHORS } from './policy.ts';
import { type Refused, refuse } from './refusal.ts';
import type { Context, Rows } from './rules.ts';
import type { ItemState, SetAside } from './state.ts';

/** What is done at an item before and beside the gate: seats, drafts, and whom they go to. */
export const SEAT_ROWS: Rows<'taken' | 'released' | 'drafted' | 'retracted' | 'reassigned' | 'withdrawn'> = {
  taken: {
    who: ['annotator', 'voter'],
    while: ['open', 'drafting', 'voting'],
    item: ({ by, seat }, item, context) => {
      const seated = sit(item, seat, by, context);
      return 'refused' in seated ? seated : { items: [seated] };
    },
  },
  released: {
    who: 'anybody',
    while: ['open', 'drafting', 'voting'],
    item: ({ by, seat }, item) => {
      const seats = seat === 'draft' ? item.authors : item.voters;
      if (!seats.has(by)) return noSeat(item);
      if (seats.get(by) !== undefined)
        return refuse('PROTOCOL_WRITTEN', 'A seat from which something was written is not given back', {
          at: item.item.id,
          fix: seat === 'draft' ? 'retract the draft, or ask a lead to reassign the item' : 'ask a lead to reassign the vote',
        });
      return { items: freed([item], by) };
    },
  },
  drafted: {
    who: ['annotator'],
    while: ['open', 'drafting'],
    item: ({ id, by, at, writing, guidelines }, item, context) => {
      if (item.authors.get(by)?.sealed) return sealed(item);
      const seated = item.authors.has(by) ? (mayDraft(context, item, by) ?? item) : sit(item, 'draft', by, context);
      if ('refused' in seated) return seated;
      const gap = evidenceGap(item.item, writing) ?? unknownGuidelines(context, guidelines);
      if (gap !== undefined) return gap;
      return { items: [{ ...seated, authors: withEntry(seated.authors, by, { id, by, at, writing, guidelines, sealed: false }) }] };
    },
  },
  retracted: {
    who: 'anybody',
    while: ['open', 'drafting'],
    item: (event, item) => {
      const draft = item.authors.get(event.by);
      if (draft === undefined) return noSeat(item);
      return draft.sealed ? sealed(item) : { items: [withoutAuthor(item, event.by, event, 'retracted')] };
    },
  },
  reassigned: {
    who: ['lead'],
    while: ['open', 'drafting', 'drafted', 'voting', 'discussing'],
    item: (event, item, context) => {
      const { seat, from, to } = event;
      if (!(seat === 'draft' ? item.authors : item.voters).has(from)) return noSeat(item);
      if (seat === 'vote' && statusOf(item, context.settings.policy) !== 'voting')
        return refuse('PROTOCOL_STATUS', 'The votes on this item are counted', {
          at: item.item.id,
          expected: 'voting',
          fix: 'reassign a draft, or withdraw the item',
        });
      const freed = seat === 'draft' ? withoutAuthor(item, from, event, event.reason) : withoutVoter(item, from, event, event.reason);
      if (to === undefined) return { items: [freed] };
      const seated = sit(freed, seat, to, context);
      return 'refused' in seated ? seated : { items: [seated] };
    },
  },
  withdrawn: {
    who: ['lead'],
    while: ['open', 'drafting', 'drafted', 'voting', 'discussing', 'published'],
    item: ({ at, by, reason }, item) => ({ items: [{ ...item, withdrawn: { at, by, reason } }] }),
  },
};

/** The item with somebody in a seat, or why not. */
function sit(item: ItemState, seat: Seat, person: string, context: Context): ItemState | Refused {
  const { policy } = context.settings;
  const status = statusOf(item, policy);
  if ((status === 'voting') !== (seat === 'vote'))
    return refuse('PROTOCOL_STATUS', `There is no seat to ${seat} at this item now`, {
      at: item.item.id,
      got: status,
      fix: 'go on with another item',
    });
  const no = (seat === 'draft' ? mayDraft : mayVote)(context, item, person);
  if (no !== undefined) return no;
  const seats = seat === 'draft' ? item.authors : item.voters;
  const most = seat === 'draft' ? AUTHORS : policy.voters;
  if (seats.has(person) || seats.size >= most)
    return refuse('PROTOCOL_SEAT', 'There is no free seat for this person', {
      at: item.item.id,
      expected: `${most} to ${seat}`,
      got: seats.has(person) ? 'one of them has it already' : 'all are taken',
      fix: 'go on with another item',
    });
  if (seat === 'draft') return { ...item, authors: withEntry(item.authors, person, undefined) };
  return { ...item, voters: withEntry(item.voters, person, undefined), insiders: sorted([...item.insiders, person]) };
}

/** The item without a voter; a vote that was given is set aside. */
function withoutVoter(item: ItemState, voter: string, { at, by }: { readonly at: string; readonly by: string }, reason: string): ItemState {
  const vote = item.voters.get(voter);
  const aside: SetAside[] = vote === undefined ? [] : [{ round: item.round, at, by, reason, drafts: [], votes: [vote] }];
  return { ...item, voters: without(item.voters, voter), setAside: [...item.setAside, ...aside] };
}

/** Items in which a person holds a seat without having written anything, with the seat free again. */
export function freed(items: Iterable<ItemState>, person: string): ItemState[] {
  const empty = <V>(seats: ReadonlyMap<string, V | undefined>) => seats.has(person) && seats.get(person) === undefined;
  return [...items]
    .filter(({ authors, voters }) => empty(authors) || empty(voters))
    .map((item) => ({
      ...item,
      authors: empty(item.authors) ? without(item.authors, person) : item.authors,
      voters: empty(item.voters) ? without(item.voters, person) : item.voters,
    }));
}

const noSeat = (item: ItemState): Refused =>
  refuse('PROTOCOL_SEAT', 'This person has no such seat at the item', { at: item.item.id, fix: 'look at the item again' });

const sealed = (item: ItemState): Refused =>
  refuse('PROTOCOL_SEALED', 'The draft was open to others in an earlier round, and stays as it was', {
    at: item.item.id,
    fix: 'wait for the second draft, or ask a lead to reassign the item',
  });

/** Refuses a version of the guidelines that the campaign does not have. */
export function unknownGuidelines({ settings }: Context, version: string): Refused | undefined {
  if (settings.guidelines.some((known) => known.version === version)) return undefined;
  return refuse('PROTOCOL_GUIDELINES', 'There is no such version of the guidelines', {
    expected: settings.guidelines.map((known) => known.version).join(', '),
    got: version,
    fix: 'read the present ones',
  });
}
