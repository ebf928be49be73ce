import { isActive, isTrained, mayDraft, mayVote } from './eligible.ts';
import { type Status, statusOf } from './item.ts';
import { AUTHORS } from './policy.ts';
import type { Context } from './rules.ts';
import type { Campaign, ItemState, Person } from './state.ts';
import { isFinished } from './training.ts';

/** What a person should do next. */
export type Task =
  | { readonly do: 'practise'; readonly item: string; readonly done: number; readonly of: number }
  | { readonly do: 'draft'; readonly item: string; readonly taken: boolean }
  | { readonly do: 'vote'; readonly item: string; readonly taken: boolean }
  | { readonly do: 'discuss'; readonly item: string }
  /** Draw the items to practise on: the command `train`. */
  | { readonly do: 'train' }
  /** For adjudicators: read a finished practice, and approve or return it. */
  | { readonly do: 'judge'; readonly person: string }
  /** Nothing now; `why` is for the person. */
  | { readonly do: 'wait'; readonly why: string };

/** An item with its status, which is looked up once. */
interface Standing {
  readonly id: string;
  readonly item: ItemState;
  readonly status: Status;
}

/** Asked in this order: what was begun comes before what is new, and what somebody waits for before what nobody does. */
const QUESTIONS: readonly ((person: Person, items: readonly Standing[], context: Context) => Task | undefined)[] = [
  begun,
  toDiscuss,
  toVote,
  toJudge,
  toPractise,
  toDraft,
];

/** The next task of a person: the same for the same events. Nothing is reserved by asking; `take` does that. */
export function nextFor(campaign: Campaign, person: string): Task {
  const who = campaign.people.get(person);
  const { settings } = campaign;
  if (settings === undefined || !isActive(who)) return { do: 'wait', why: 'This person does not work in the campaign.' };
  if (settings.closed) return { do: 'wait', why: 'The campaign is closed.' };
  const items = [...campaign.items].map(([id, item]) => ({ id, item, status: statusOf(item, settings.policy) }));
  for (const question of QUESTIONS) {
    const task = question(who, items, { campaign, settings });
    if (task !== undefined) return task;
  }
  return { do: 'wait', why: waiting(who, items, { campaign, settings }) };
}

/** A seat that the person holds and has not used. */
function begun({ id: me }: Person, items: readonly Standing[], context: Context): Task | undefined {
  for (const { id, item, status } of items) {
    const unused = (seats: ReadonlyMap<string, unknown>) => seats.has(me) && seats.get(me) === undefined;
    if (status === 'voting' && unused(item.voters) && mayVote(context, item, me) === undefined)
      return { do: 'vote', item: id, taken: true };
    if (status === 'drafting' && unused(item.authors) && mayDraft(context, item, me) === undefined)
      return { do: 'draft', item: id, taken: true };
  }
  return undefined;
}

/** A discussion in which it is this person's turn: somebody has answered, or nobody has put a text forward. */
function toDiscuss({ id: me }: Person, items: readonly Standing[]): Task | undefined {
  const found = items.find(({ item, status }) => {
    if (status !== 'discussing' || !item.authors.has(me)) return false;
    const { accepted } = item.discussion;
    const mine = accepted.get(me)?.text;
    return (
      mine === undefined ||
      [...item.authors.keys()].some((other) => other !== me && accepted.has(other) && accepted.get(other)!.text !== mine)
    );
  });
  return found && { do: 'discuss', item: found.id };
}

/** Of the items to vote on, the one with the fewest seats left, so that panels become complete. */
function toVote({ id: me }: Person, items: readonly Standing[], context: Context): Task | undefined {
  const free = items.filter(
    ({ item, status }) =>
      status === 'voting' &&
      !item.voters.has(me) &&
      item.voters.size < context.settings.policy.voters &&
      mayVote(context, item, me) === undefined,
  );
  const best = least(free, ({ item }) => [-item.voters.size]);
  return best && { do: 'vote', item: best.id, taken: false };
}

/** Somebody else's finished practice on which this adjudicator has not spoken. */
function toJudge({ id: me, roles }: Person, _: readonly Standing[], { campaign }: Context): Task | undefined {
  if (!roles.includes('adjudicator')) return undefined;
  const found = [...campaign.people.values()].find(
    (person) =>
      person.id !== me &&
      isActive(person) &&
      isFinished(person.training) &&
      !person.training.approved &&
      !person.training.approvals.includes(me),
  );
  return found && { do: 'judge', person: found.id };
}

function toPractise(person: Person, _: readonly Standing[], { settings }: Context): Task | undefined {
  const { roles, training } = person;
  if (roles.every((role) => isTrained(person, role, settings.policy))) return undefined;
  if (training.items.length === 0) return { do: 'train' };
  const item = training.items.find((id) => !training.practice.has(id));
  return item === undefined ? undefined : { do: 'practise', item, done: training.practice.size, of: training.items.length };
}

/** Of the items to draft: begun ones first, so that pairs become complete; of those, with whom this person has been paired least; then the first. */
function toDraft({ id: me }: Person, items: readonly Standing[], context: Context): Task | undefined {
  const pairedWith = new Map<string, number>();
  for (const { item } of items)
    if (item.authors.has(me)) for (const author of item.authors.keys()) pairedWith.set(author, (pairedWith.get(author) ?? 0) + 1);
  const free = items.filter(
    ({ item, status }) =>
      (status === 'open' || status === 'drafting') &&
      !item.authors.has(me) &&
      item.authors.size < AUTHORS &&
      mayDraft(context, item, me) === undefined,
  );
  const best = least(free, ({ item }) => [-item.authors.size, ...[...item.authors.keys()].map((author) => pairedWith.get(author) ?? 0)]);
  return best && { do: 'draft', item: best.id, taken: false };
}

/** The first of those with the smallest keys, compared one after the other. */
function least<T>(entries: readonly T[], keysOf: (entry: T) => readonly number[]): T | undefined {
  let best: { readonly entry: T; readonly keys: readonly number[] } | undefined;
  for (const entry of entries) {
    const keys = keysOf(entry);
    const differs = best === undefined ? -1 : keys.findIndex((key, i) => key !== best?.keys[i]);
    if (best === undefined || (differs >= 0 && keys[differs]! < best.keys[differs]!)) best = { entry, keys };
  }
  return best?.entry;
}

/** Why there is nothing to do. */
function waiting(person: Person, items: readonly Standing[], { settings }: Context): string {
  if (items.length === 0) return 'The campaign has no items yet.';
  if (!person.roles.every((role) => isTrained(person, role, settings.policy))) return 'The adjudicators are reading the practice.';
  if (items.every(({ status }) => status === 'published' || status === 'withdrawn')) return 'Every item is finished.';
  if (items.some(({ status, item }) => status === 'discussing' && item.authors.has(person.id))) return 'The other author has to answer.';
  return 'There is nothing that this person may do now; others have to go on first.';
}
