import { mayVote } from './eligible.ts';
import { withEntry } from './order.ts';
import { refuse } from './refusal.ts';
import type { Rows } from './rules.ts';
import type { ItemState, Vote } from './state.ts';

/** The votes that were given, by person. */
export function votesOf(item: ItemState): readonly Vote[] {
  return [...item.voters.values()].filter((vote) => vote !== undefined);
}

/**
 * What the panel chose: the draft with more than half of the panel's votes, `none` where no draft has, undefined until all have voted: a third vote
 * cannot change two equal ones, but it belongs to the record. Who abstains or finds both wrong still counts as one of the panel.
 */
export function chosen(item: ItemState, voters: number): 'a' | 'b' | 'none' | undefined {
  const votes = votesOf(item);
  if (votes.length < voters) return undefined;
  return (['a', 'b'] as const).find((label) => 2 * votes.filter(({ choice }) => choice === label).length > voters) ?? 'none';
}

/** The rule of voting: from a seat, once, and never on an own draft. */
export const VOTE_ROWS: Rows<'voted'> = {
  voted: {
    who: ['voter'],
    while: ['voting'],
    item: ({ id, by, at, choice, note }, item, context) => {
      const where = { at: item.item.id };
      if (!item.voters.has(by))
        return (
          mayVote(context, item, by) ??
          refuse('PROTOCOL_SEAT', 'Only who holds a seat can vote', { ...where, fix: 'take a seat to vote first' })
        );
      if (item.voters.get(by) !== undefined)
        return refuse('PROTOCOL_VOTED', 'This person has voted on the item', {
          ...where,
          expected: 'one vote a person',
          fix: 'go on with another item',
        });
      const no = mayVote(context, item, by);
      if (no !== undefined) return no;
      return { items: [{ ...item, voters: withEntry(item.voters, by, { id, by, at, choice, ...(note === undefined ? {} : { note }) }) }] };
    },
  },
};
