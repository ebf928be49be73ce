import { draftAt } from './drafts.ts';
import { isOverseer } from './eligible.ts';
import { evidenceGap } from './evidence.ts';
import { inOrder, withEntry } from './order.ts';
import { type Refused, refuse } from './refusal.ts';
import type { Rows } from './rules.ts';
import type { ItemState, Written } from './state.ts';

/** The text that all authors accept now: a label or the id of a revision; undefined while they do not agree. */
export function agreedText(item: ItemState): string | undefined {
  const texts = [...item.authors.keys()].map((author) => item.discussion.accepted.get(author)?.text);
  return texts.every((text) => text === texts[0]) ? texts[0] : undefined;
}

/** The text of that name: a draft or a revision. */
export function textNamed(item: ItemState, text: string): Written | undefined {
  return text === 'a' || text === 'b' ? draftAt(item, text) : item.discussion.revisions.find(({ id }) => id === text);
}

const notAuthor = (item: ItemState): Refused =>
  refuse('PROTOCOL_NOT_AUTHOR', 'Only the two authors decide what is published', {
    at: item.item.id,
    fix: 'leads and adjudicators may say something in the discussion',
  });

/** The rules of a discussion: messages, revisions, and acceptance until both authors accept the same text. */
export const DISCUSSION_ROWS: Rows<'said' | 'revised' | 'accepted'> = {
  said: {
    who: 'anybody',
    while: ['discussing'],
    item: ({ id, by, at, text }, item, { campaign }) => {
      if (!item.authors.has(by) && !isOverseer(campaign.people.get(by))) return notAuthor(item);
      const messages = inOrder([...item.discussion.messages, { id, by, at, text }]);
      return { items: [{ ...item, discussion: { ...item.discussion, messages } }] };
    },
  },
  revised: {
    who: 'anybody',
    while: ['discussing'],
    item: ({ id, by, at, writing }, item) => {
      if (!item.authors.has(by)) return notAuthor(item);
      if (textNamed(item, id) !== undefined)
        return refuse('PROTOCOL_ID_TWICE', 'The name of a revision is that of a draft', { at: id, fix: 'ask again under another id' });
      const gap = evidenceGap(item.item, writing);
      if (gap !== undefined) return gap;
      const revisions = inOrder([...item.discussion.revisions, { id, by, at, writing }]);
      // Nobody puts forward what they would not sign.
      const accepted = withEntry(item.discussion.accepted, by, { text: id, at });
      return { items: [{ ...item, discussion: { ...item.discussion, revisions, accepted } }] };
    },
  },
  accepted: {
    who: 'anybody',
    while: ['discussing'],
    item: ({ by, at, text }, item) => {
      if (!item.authors.has(by)) return notAuthor(item);
      if (textNamed(item, text) === undefined)
        return refuse('PROTOCOL_TEXT', 'There is no such text to accept', {
          at: item.item.id,
          expected: ['a', 'b', ...item.discussion.revisions.map(({ id }) => id)].join(', '),
          got: text,
          fix: 'look at the item again',
        });
      return { items: [{ ...item, discussion: { ...item.discussion, accepted: withEntry(item.discussion.accepted, by, { text, at }) } }] };
    },
  },
};
