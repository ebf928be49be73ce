import { expect, test } from 'vitest';
import { desk, drafted, voted } from '../../test/support/campaign.ts';
import { standingsFor } from './board.ts';

test('people get the items that they have a part in, leads all of them with who sits where, and nobody a text', () => {
  const d = desk({ items: 3 });
  drafted(d, 'i1', 0.9);
  d.does('vera', 'take', { item: 'i1', seat: 'vote' });
  expect(standingsFor(d.campaign, 'ann')).toMatchObject([{ id: 'i1', status: 'voting', mine: ['draft'] }]);
  expect(standingsFor(d.campaign, 'vera')).toMatchObject([{ id: 'i1', mine: ['vote'], may: ['vote', 'release'] }]);
  expect(standingsFor(d.campaign, 'vito')).toEqual([]);
  expect(standingsFor(d.campaign, 'nobody')).toEqual([]);
  expect(standingsFor(d.campaign, 'ann')[0]).not.toHaveProperty('seats');
  const [one, two] = standingsFor(d.campaign, 'lea');
  expect(one!.seats).toEqual([
    { seat: 'draft', person: 'ann', used: true },
    { seat: 'draft', person: 'ben', used: true },
    { seat: 'vote', person: 'vera', used: false },
  ]);
  expect(two!.seats).toEqual([]);
  expect(JSON.stringify(standingsFor(d.campaign, 'lea'))).not.toMatch(/Ann on|Ben on/);
});

test('a lead who may vote on an item, or drafts it, is not told who else sits there until the votes are counted', () => {
  const d = desk({ items: 2 });
  d.does('lea', 'invite', { person: 'lou', name: 'Lou', roles: ['lead', 'voter', 'annotator'] });
  drafted(d, 'i1', 0.9);
  d.does('lou', 'take', { item: 'i2', seat: 'draft' });
  const seats = () => standingsFor(d.campaign, 'lou').map(({ seats }) => seats?.length);
  expect(seats()).toEqual([undefined, undefined]);
  voted(d, 'i1', ['a', 'a', 'a']);
  expect(seats()).toEqual([5, undefined]);
});
