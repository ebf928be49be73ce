/** Who may do what at an item: training, conflicts of interest and blindness in one place, for the rules, for views and for what comes next. */
import { draftsOf, writersOf } from './drafts.ts';
import type { Role } from './events.ts';
import type { Policy } from './policy.ts';
import { type Refused, refuse } from './refusal.ts';
import type { Context } from './rules.ts';
import type { ItemState, Person } from './state.ts';

/** Whether somebody works in the campaign now. */
export function isActive(person: Person | undefined): person is Person {
  return person?.status === 'active';
}

/** Leads and adjudicators see discussions that they have no part in. */
export function isOverseer(person: Person | undefined): boolean {
  return isActive(person) && watches(person.roles);
}

/** Whether these roles see discussions of others. */
export function watches(roles: readonly Role[]): boolean {
  return roles.includes('lead') || roles.includes('adjudicator');
}

/** Whether the person may begin formal work in that role. */
export function isTrained({ training }: Person, role: Role, policy: Policy): boolean {
  return training.approved || policy.training.items === 0 || !policy.training.roles.includes(role);
}

/** Why a person may not draft an item; undefined if nothing is against it. Whether a seat is free is another question. */
export function mayDraft({ campaign, settings }: Context, { item, setAside, insiders }: ItemState, id: string): Refused | undefined {
  const person = campaign.people.get(id);
  const able = mayWork(person, 'annotator', settings.policy, item.id);
  if (able !== undefined) return able;
  const seen = insiders.includes(id) || (person!.watched && setAside.some(({ discussion }) => discussion !== undefined));
  if (!seen) return undefined;
  return refuse('PROTOCOL_BLIND', 'Who may have seen a draft of an item cannot draft it', {
    at: item.id,
    expected: 'somebody who has neither voted on it, nor discussed it, nor watched over it',
    fix: 'give it to another annotator',
  });
}

/** Why a person may not vote on an item; undefined if nothing is against it. It does not say whose draft stands against it. */
export function mayVote({ campaign, settings }: Context, state: ItemState, id: string): Refused | undefined {
  const person = campaign.people.get(id);
  const able = mayWork(person, 'voter', settings.policy, state.item.id);
  if (able !== undefined) return able;
  if (writersOf(state).includes(id))
    return refuse('PROTOCOL_OWN_DRAFT', 'Nobody votes on an own draft', { at: state.item.id, fix: 'leave it to the other voters' });
  const authors = draftsOf(state).map(({ by }) => by);
  const near = authors.some(
    (author) => person!.conflicts.people.includes(author) || campaign.people.get(author)?.conflicts.people.includes(id),
  );
  return near ? conflict(state.item.id) : undefined;
}

function mayWork(person: Person | undefined, role: Role, policy: Policy, item: string): Refused | undefined {
  if (!isActive(person) || !person.roles.includes(role))
    return refuse('PROTOCOL_ROLE', 'This is not a task of this person', {
      at: item,
      expected: `an active ${role}`,
      fix: 'ask a lead for the role',
    });
  if (!isTrained(person, role, policy))
    return refuse('PROTOCOL_UNTRAINED', 'Formal work begins when the training round is approved', {
      at: item,
      expected: 'the yes of every adjudicator',
      got: `attempt ${person.training.attempt}, ${person.training.practice.size} of ${person.training.items.length} items`,
      fix: 'practise first',
    });
  return person.conflicts.items.includes(item) ? conflict(item) : undefined;
}

function conflict(at: string): Refused {
  return refuse('PROTOCOL_CONFLICT', 'A conflict of interest was declared', { at, fix: 'leave it to others' });
}
