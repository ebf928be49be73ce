import { agreedText, textNamed } from './discussion.ts';
import { draftAt } from './drafts.ts';
import { statusOf } from './item.ts';
import type { Policy } from './policy.ts';
import type { Campaign, Discussion, Draft, ItemState, Measured, SetAside, Vote } from './state.ts';
import { chosen, votesOf } from './votes.ts';
import type { Evidence, Item, Writing } from './writing.ts';

/** How an item came to its text. */
export interface Publication {
  readonly how: 'majority' | 'discussion';
  /** The label of a draft or the id of a revision. */
  readonly text: string;
  readonly writing: Writing;
  readonly by: string;
  /** Of the last vote or acceptance. */
  readonly at: string;
}

/** What an item publishes; undefined before that, and once it is withdrawn. */
export function publicationOf(item: ItemState, policy: Policy): Publication | undefined {
  if (statusOf(item, policy) !== 'published') return undefined;
  const choice = item.measured?.passed ? chosen(item, policy.voters) : undefined;
  if (choice === 'a' || choice === 'b') {
    const { writing, by } = draftAt(item, choice)!;
    return { how: 'majority', text: choice, writing, by, at: latest(votesOf(item)) };
  }
  const text = agreedText(item)!;
  const { writing, by } = textNamed(item, text)!;
  const acceptances = [...item.authors.keys()].map((author) => item.discussion.accepted.get(author)!);
  return { how: 'discussion', text, writing, by, at: latest(acceptances) };
}

const latest = (entries: readonly { readonly at: string }[]): string => entries.reduce((last, { at }) => (at > last ? at : last), '');

/** A finished item with all that led to it. */
export interface Result {
  readonly item: Item;
  readonly cause: string;
  readonly reasoning: string;
  readonly evidence: Evidence;
  readonly how: Publication['how'];
  /** Which of the drafts or revisions it is. */
  readonly text: string;
  readonly at: string;
  readonly drafts: { readonly a: Draft; readonly b: Draft };
  /** Absent where the campaign has no gate. */
  readonly measured?: Measured;
  readonly votes: readonly Vote[];
  readonly discussion: {
    readonly messages: Discussion['messages'];
    readonly revisions: Discussion['revisions'];
    readonly accepted: Readonly<Record<string, string>>;
  };
  readonly setAside: readonly SetAside[];
}

/** All that is published, in the order of the items. Names of people are ids: for leads, and for what they export. */
export function results({ items, settings }: Campaign): Result[] {
  if (settings === undefined) return [];
  return [...items.values()].flatMap((item) => {
    const published = publicationOf(item, settings.policy);
    if (published === undefined) return [];
    const { how, text, at, writing } = published;
    const { messages, revisions, accepted } = item.discussion;
    return [
      {
        item: item.item,
        ...writing,
        how,
        text,
        at,
        drafts: { a: draftAt(item, 'a')!, b: draftAt(item, 'b')! },
        ...(item.measured === undefined ? {} : { measured: item.measured }),
        votes: votesOf(item),
        discussion: { messages, revisions, accepted: Object.fromEntries([...accepted].map(([person, choice]) => [person, choice.text])) },
        setAside: item.setAside,
      },
    ];
  });
}
