import type { Event } from './events.ts';
import { mixed, sorted, without } from './order.ts';
import { AUTHORS } from './policy.ts';
import type { Discussion, Draft, ItemState, SetAside } from './state.ts';
import type { Item } from './writing.ts';

/** An item that nobody has touched. */
export function newItem(item: Item): ItemState {
  return { item, round: 1, authors: new Map(), voters: new Map(), discussion: NOTHING_SAID, setAside: [], insiders: [] };
}

export const NOTHING_SAID: Discussion = { messages: [], revisions: [], accepted: new Map() };

/** The drafts that are there, in the order of their labels: by a mixing of their ids, which says nothing of who wrote which, or first. */
export function draftsOf(item: ItemState): readonly Draft[] {
  return [...item.authors.values()]
    .filter((draft) => draft !== undefined)
    .sort((x, y) => mixed(x.id) - mixed(y.id) || (x.id < y.id ? -1 : 1));
}

/** The draft under a label, where there are two. */
export function draftAt(item: ItemState, label: 'a' | 'b'): Draft | undefined {
  const drafts = draftsOf(item);
  return drafts.length < AUTHORS ? undefined : drafts[label === 'a' ? 0 : 1];
}

/** Everybody who has ever written a draft of the item, sorted. */
export function writersOf(item: ItemState): readonly string[] {
  return sorted([...draftsOf(item), ...item.setAside.flatMap(({ drafts }) => drafts)].map(({ by }) => by));
}

/**
 * The item without an author. What was drafted is set aside; if both drafts were there, so is all that followed, a new round begins, and the draft that
 * stays is sealed, for its writer may have seen the other one.
 */
export function withoutAuthor(item: ItemState, author: string, { at, by }: Pick<Event, 'at' | 'by'>, reason: string): ItemState {
  const draft = item.authors.get(author);
  const authors = without(item.authors, author);
  if (draft === undefined) return { ...item, authors };
  const paired = draftsOf(item).length === AUTHORS;
  const aside: SetAside = {
    round: item.round,
    at,
    by,
    reason,
    drafts: [draft],
    votes: paired ? [...item.voters.values()].filter((vote) => vote !== undefined) : [],
    ...(item.measured === undefined ? {} : { measured: item.measured }),
    ...(paired ? { discussion: item.discussion } : {}),
  };
  const setAside = [...item.setAside, aside];
  if (!paired) return { ...item, authors, setAside };
  const { measured: _, ...rest } = item;
  return {
    ...rest,
    round: item.round + 1,
    authors: new Map([...authors].map(([person, kept]) => [person, kept && { ...kept, sealed: true }])),
    voters: new Map(),
    discussion: NOTHING_SAID,
    setAside,
    insiders: sorted([...item.insiders, ...item.authors.keys()]),
  };
}
