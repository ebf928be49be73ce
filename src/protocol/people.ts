import { isActive, watches } from './eligible.ts';
import type { Role } from './events.ts';
import { sorted } from './order.ts';
import { type Refused, refuse } from './refusal.ts';
import type { Context, Rows } from './rules.ts';
import { freed } from './seats.ts';
import type { Campaign, ItemState, Person, Training } from './state.ts';

const UNTRAINED: Training = { attempt: 0, items: [], practice: new Map(), approvals: [], approved: false, notes: [] };

/** Somebody who has just joined. */
export function newPerson(id: string, name: string, roles: readonly Role[]): Person {
  return {
    id,
    name,
    roles: sorted(roles) as readonly Role[],
    watched: watches(roles),
    status: 'active',
    training: UNTRAINED,
    conflicts: { items: [], people: [] },
  };
}

/** The active people of a role, in the order of their ids. */
export function peopleOf(campaign: Campaign, role: Role): readonly Person[] {
  return [...campaign.people.values()]
    .filter((person) => isActive(person) && person.roles.includes(role))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Whether a person asks for himself or herself, or a lead for somebody. */
export function isOwn(by: string, person: string, { campaign }: Context): boolean {
  return by === person || campaign.people.get(by)?.roles.includes('lead') === true;
}

/** The rules of joining, of conflicts of interest, and of leaving. */
export const PEOPLE_ROWS: Rows<'invited' | 'conflict-declared' | 'left'> = {
  invited: {
    who: ['lead'],
    campaign: ({ person: id, name, roles }, context) => {
      const before = context.campaign.people.get(id);
      if (before?.status === 'erased')
        return refuse('PROTOCOL_ERASED', 'This person was erased and cannot come back under that id', { at: id, fix: 'choose another id' });
      if (before === undefined) return { people: [newPerson(id, name, roles)] };
      const after: Person = {
        ...before,
        name,
        roles: sorted(roles) as readonly Role[],
        watched: before.watched || watches(roles),
        status: 'active',
      };
      return lastLead(context, before, after) ?? { people: [after] };
    },
  },
  'conflict-declared': {
    who: 'anybody',
    person: ({ by, item, with: other }, person, context) => {
      if (!isOwn(by, person.id, context)) return notYours(person.id);
      if ((item === undefined) === (other === undefined))
        return refuse('PROTOCOL_CONFLICT_WITH', 'A conflict of interest is with an item or with a person', {
          expected: 'one of the two',
          fix: 'say with which',
        });
      if (item !== undefined && !context.campaign.items.has(item)) return unknownItem(item);
      if (other !== undefined && !context.campaign.people.has(other)) return unknownPerson(other);
      const { items, people } = person.conflicts;
      const conflicts = {
        items: sorted([...items, ...(item === undefined ? [] : [item])]),
        people: sorted([...people, ...(other === undefined ? [] : [other])]),
      };
      // Work that was begun stays with its item; a seat from which nothing was written is free again.
      const unwritten =
        item === undefined ? seatsApart(context.campaign, person.id, other!) : freed([context.campaign.items.get(item)!], person.id);
      return { people: [{ ...person, conflicts }], items: unwritten };
    },
  },
  left: {
    who: 'anybody',
    person: ({ by }, person, context) => {
      if (!isOwn(by, person.id, context)) return notYours(person.id);
      if (person.status !== 'active')
        return refuse('PROTOCOL_STRANGER', 'This person has left already', { at: person.id, fix: 'nothing is to be done' });
      const after: Person = { ...person, status: 'left' };
      return lastLead(context, person, after) ?? { people: [after], items: freed(context.campaign.items.values(), person.id) };
    },
  },
};

/** Items with the seats free again from which one of two people would have voted on the other's draft. */
function seatsApart({ items }: Campaign, one: string, other: string): ItemState[] {
  const between = (voter: string, author: string) =>
    [...items.values()].filter(({ voters, authors }) => voters.has(voter) && authors.has(author));
  return [...freed(between(one, other), one), ...freed(between(other, one), other)];
}

/** Refuses what would leave a campaign without anybody who can mend it. */
export function lastLead({ campaign }: Context, before: Person, after: Person): Refused | undefined {
  const leads = (person: Person) => isActive(person) && person.roles.includes('lead');
  if (!leads(before) || leads(after) || peopleOf(campaign, 'lead').length > 1) return undefined;
  return refuse('PROTOCOL_LAST_LEAD', 'A campaign cannot be without a lead', { at: before.id, fix: 'invite another lead first' });
}

/** Refuses what is said in another person's place. */
export const notYours = (person: string): Refused =>
  refuse('PROTOCOL_ROLE', 'Only the person or a lead can ask for this', { at: person, fix: 'ask a lead' });

/** Refuses an item that the campaign does not have. */
export const unknownItem = (item: string): Refused => refuse('PROTOCOL_ITEM', 'There is no such item', { at: item, fix: 'check the id' });

/** Refuses a person who was never invited. */
export const unknownPerson = (person: string): Refused =>
  refuse('PROTOCOL_PERSON', 'There is no such person', { at: person, fix: 'invite the person first, or check the id' });
