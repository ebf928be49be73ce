import { describe, expect, test } from 'vitest';
import { desk, drafted, POLICY, SIGNATURE, voted, writing } from '../../test/support/campaign.ts';
import { statusOf } from './item.ts';
import { publicationOf } from './publication.ts';
import { chosen } from './votes.ts';

const of = (d: ReturnType<typeof desk>) => d.campaign.items.get('i1')!;

describe('more than half of the panel', () => {
  test.each([
    [['a', 'a', 'a'], 'a'],
    [['a', 'b', 'a'], 'a'],
    [['b', 'abstain', 'b'], 'b'],
    [['a', 'b', 'abstain'], 'none'],
    [['a', 'b', 'neither'], 'none'],
    [['a', 'abstain', 'abstain'], 'none'],
    [['neither', 'neither', 'a'], 'none'],
    [['abstain', 'abstain', 'abstain'], 'none'],
  ] as const)('%s: %s', (choices, expected) => {
    const d = desk();
    drafted(d, 'i1', 0.9);
    voted(d, 'i1', choices);
    expect(chosen(of(d), 3)).toBe(expected);
    expect(statusOf(of(d), POLICY)).toBe(expected === 'none' ? 'discussing' : 'published');
    if (expected !== 'none') {
      const published = publicationOf(of(d), POLICY)!;
      expect(published).toMatchObject({ how: 'majority', text: expected, at: d.events.at(-1)!.at });
      expect(published.writing).toEqual(d.campaign.items.get('i1')!.authors.get(published.by)!.writing);
    }
  });

  test('two equal votes are no result yet: the third belongs to the record', () => {
    const d = desk();
    drafted(d, 'i1', 0.9);
    voted(d, 'i1', ['a', 'a']);
    expect(chosen(of(d), 3)).toBeUndefined();
    expect(publicationOf(of(d), POLICY)).toBeUndefined();
  });
});

test('nobody votes on an own draft, without a seat, twice, or with a conflict', () => {
  const d = desk();
  d.does('ann', 'draft', { item: 'i1', writing: writing('Mine') });
  d.does('cleo', 'draft', { item: 'i1', writing: writing('Mine') });
  d.does('gate', 'measure', { item: 'i1', score: 0.9, signature: SIGNATURE });
  expect(d.refuses('cleo', 'take', { item: 'i1', seat: 'vote' })).toBe('PROTOCOL_OWN_DRAFT');
  expect(d.refuses('cleo', 'vote', { item: 'i1', choice: 'a' })).toBe('PROTOCOL_OWN_DRAFT');
  expect(d.refuses('vera', 'vote', { item: 'i1', choice: 'a' })).toBe('PROTOCOL_SEAT');
  d.does('vera', 'take', { item: 'i1', seat: 'vote' });
  d.does('vera', 'vote', { item: 'i1', choice: 'a' });
  expect(d.refuses('vera', 'vote', { item: 'i1', choice: 'b' })).toBe('PROTOCOL_VOTED');
  expect(d.refuses('vera', 'take', { item: 'i1', seat: 'vote' })).toBe('PROTOCOL_SEAT');
  d.does('viktor', 'declare-conflict', { person: 'viktor', with: 'ann', reason: 'my sister' });
  expect(d.refuses('viktor', 'take', { item: 'i1', seat: 'vote' })).toBe('PROTOCOL_CONFLICT');
  d.does('lea', 'declare-conflict', { person: 'ann', with: 'vito', reason: 'her teacher' });
  expect(d.refuses('vito', 'take', { item: 'i1', seat: 'vote' })).toBe('PROTOCOL_CONFLICT');
  expect(d.refuses('ann', 'take', { item: 'i1', seat: 'vote' })).toBe('PROTOCOL_ROLE');
});

test('a seat to vote on the draft of a person with whom there is a conflict is free again, unless it was used', () => {
  const d = desk();
  drafted(d, 'i1', 0.9);
  for (const voter of ['vera', 'viktor', 'vito']) d.does(voter, 'take', { item: 'i1', seat: 'vote' });
  d.does('vera', 'vote', { item: 'i1', choice: 'a' });
  d.does('viktor', 'declare-conflict', { person: 'viktor', with: 'ann', reason: 'my sister' });
  d.does('ben', 'declare-conflict', { person: 'ben', with: 'vito', reason: 'my teacher' });
  d.does('vera', 'declare-conflict', { person: 'vera', with: 'ann', reason: 'my boss' });
  expect([...of(d).voters.keys()]).toEqual(['vera']);
});
