import { draftAt } from './drafts.ts';
import { isActive, isOverseer, mayDraft, mayVote } from './eligible.ts';
import type { Choice, Seat } from './events.ts';
import { type Status, statusOf } from './item.ts';
import { AUTHORS } from './policy.ts';
import { publicationOf } from './publication.ts';
import type { Context } from './rules.ts';
import type { Campaign, ItemState, Measured, Person, SetAside, Vote, Written } from './state.ts';
import { isFinished } from './training.ts';
import { votesOf } from './votes.ts';
import type { Item, Writing } from './writing.ts';

/** A draft as somebody may see it. Who wrote it is said only to those who may know. */
export interface SeenDraft {
  readonly label: 'a' | 'b';
  readonly writing: Writing;
  readonly by?: string;
  /** The viewer's own. */
  readonly own: boolean;
}

/** What a person can ask for at an item now. */
export type Deed = 'take-draft' | 'draft' | 'retract' | 'take-vote' | 'vote' | 'release' | 'say' | 'revise' | 'accept';

/** All that one person may know of one item now. What may not be known is not in it, not even as a count. */
export interface ItemView {
  readonly item: Item;
  readonly status: Status;
  readonly round: number;
  readonly may: readonly Deed[];
  /** Seats that this person holds. */
  readonly seats: readonly Seat[];
  /** The person's own draft. */
  readonly own?: Writing;
  /** Both drafts, where they may be seen. */
  readonly drafts?: readonly SeenDraft[];
  readonly measured?: Measured;
  readonly ownVote?: Choice;
  /** All votes, once they are counted. */
  readonly votes?: readonly (Omit<Vote, 'by'> & { readonly by?: string })[];
  readonly discussion?: {
    readonly messages: readonly { readonly id: string; readonly by: string; readonly at: string; readonly text: string }[];
    readonly revisions: readonly Written[];
    readonly accepted: readonly { readonly by: string; readonly text: string }[];
  };
  readonly published?: { readonly how: 'majority' | 'discussion'; readonly text: string; readonly writing: Writing; readonly at: string };
  readonly withdrawn?: { readonly at: string; readonly reason: string };
  readonly earlier?: readonly SetAside[];
}

/**
 * What `person` may see of an item; undefined where there is no such item, or nobody active of that id. The one place in which blindness is decided:
 * - before the gate, and while it is voted on, nobody sees another's draft but voters with a seat, and they see no names;
 * - a discussion is open to its two authors, to leads and to adjudicators; the panel still sees what it voted on;
 * - what is published is open to all, with labels in the place of names but for those who knew them.
 */
export function viewFor(campaign: Campaign, person: string, itemId: string): ItemView | undefined {
  const { settings, people, items } = campaign;
  const [who, item] = [people.get(person), items.get(itemId)];
  if (settings === undefined || !isActive(who) || item === undefined) return undefined;
  const status = statusOf(item, settings.policy);
  const draft = item.authors.get(person);
  const vote = item.voters.get(person);
  return {
    item: item.item,
    status,
    round: item.round,
    may: settings.closed ? [] : deedsOf(who, item, status, { campaign, settings }),
    seats: [...(item.authors.has(person) ? (['draft'] as const) : []), ...(item.voters.has(person) ? (['vote'] as const) : [])],
    ...(draft === undefined ? {} : { own: draft.writing }),
    ...(vote === undefined ? {} : { ownVote: vote.choice }),
    ...(item.withdrawn === undefined
      ? opened(who, item, status, { campaign, settings })
      : { withdrawn: { at: item.withdrawn.at, reason: item.withdrawn.reason } }),
  };
}

/** What is open of an item, beyond what is the person's own. */
function opened(who: Person, item: ItemState, status: Status, { settings }: Context): Partial<ItemView> {
  const [isAuthor, watches] = [item.authors.has(who.id), isOverseer(who)];
  const [votes, talks] = [item.voters.has(who.id), status === 'discussing' && (isAuthor || watches)];
  // Whoever practises on an item is not to read what was published of it.
  const done = status === 'published' && (who.training.approved || !who.training.items.includes(item.item.id));
  if (!talks && !done) return votes && (status === 'voting' || status === 'discussing') ? { drafts: seenDrafts(who, item, false) } : {};
  const knows = isAuthor || watches;
  const called = knows ? (id: string) => id : labelOf(item);
  const { messages, revisions, accepted } = item.discussion;
  const published = done ? publicationOf(item, settings.policy) : undefined;
  return {
    drafts: seenDrafts(who, item, knows),
    ...(item.measured === undefined ? {} : { measured: item.measured }),
    votes: votesOf(item).map(({ by, ...vote }) => (watches || by === who.id ? { ...vote, by } : vote)),
    discussion: {
      messages: messages.map((message) => ({ ...message, by: called(message.by) })),
      revisions: revisions.map((revision) => ({ ...revision, by: called(revision.by) })),
      accepted: [...accepted].map(([by, { text }]) => ({ by: called(by), text })),
    },
    ...(published === undefined
      ? {}
      : { published: { how: published.how, text: published.text, writing: published.writing, at: published.at } }),
    ...(watches && item.setAside.length > 0 ? { earlier: item.setAside } : {}),
  };
}

function seenDrafts(who: Person, item: ItemState, names: boolean): SeenDraft[] {
  return (['a', 'b'] as const).map((label) => {
    const { writing, by } = draftAt(item, label)!;
    return { label, writing, own: by === who.id, ...(names ? { by } : {}) };
  });
}

/** Authors by the labels of their drafts; everybody else who speaks watches over the item. */
function labelOf(item: ItemState): (id: string) => string {
  return (id) => (['a', 'b'] as const).find((label) => draftAt(item, label)?.by === id) ?? 'lead';
}

function deedsOf({ id }: Person, item: ItemState, status: Status, context: Context): Deed[] {
  const [isAuthor, draft] = [item.authors.has(id), item.authors.get(id)];
  const writes = (status === 'open' || status === 'drafting') && mayDraft(context, item, id) === undefined;
  const votes = status === 'voting' && item.voters.get(id) === undefined && mayVote(context, item, id) === undefined;
  const isUnused = isAuthor ? draft === undefined : item.voters.has(id) && item.voters.get(id) === undefined;
  const can: Readonly<Record<Deed, boolean>> = {
    'take-draft': writes && !isAuthor && item.authors.size < AUTHORS,
    draft: writes && !draft?.sealed && (isAuthor || item.authors.size < AUTHORS),
    retract: status === 'drafting' && draft !== undefined && !draft.sealed,
    'take-vote': votes && !item.voters.has(id) && item.voters.size < context.settings.policy.voters,
    vote: votes && item.voters.has(id),
    release: isUnused && (status === 'drafting' || status === 'voting'),
    say: status === 'discussing' && (isAuthor || isOverseer(context.campaign.people.get(id))),
    revise: status === 'discussing' && isAuthor,
    accept: status === 'discussing' && isAuthor,
  };
  return (Object.keys(can) as Deed[]).filter((deed) => can[deed]);
}

/** A person's practice as `viewer` may see it: the person always, adjudicators once it is whole; undefined for all others. */
export function practiceFor(campaign: Campaign, viewer: string, person: string): Person['training'] | undefined {
  const [who, whose] = [campaign.people.get(viewer), campaign.people.get(person)];
  if (!isActive(who) || whose === undefined) return undefined;
  const judges = who.roles.includes('adjudicator') && isFinished(whose.training);
  return viewer === person || judges ? whose.training : undefined;
}
