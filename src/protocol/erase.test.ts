import { expect, test } from 'vitest';
import { desk, drafted, POLICY, voted, writing } from '../../test/support/campaign.ts';
import { draftAt } from './drafts.ts';
import { redacted } from './erase.ts';
import { fold } from './fold.ts';
import { statusOf } from './item.ts';
import { publicationOf, results } from './publication.ts';
import { written } from './same.ts';

test('with texts: what was built on them goes, what was not stays', () => {
  const d = desk({ items: 5 });
  for (const id of ['i1', 'i2', 'i3']) drafted(d, id, 0.9);
  const label = (by: string, id: string) => (draftAt(d.campaign.items.get(id)!, 'a')!.by === by ? 'a' : 'b');
  for (const [id, by] of [
    ['i1', 'ann'],
    ['i2', 'ben'],
  ] as const)
    voted(d, id, [label(by, id), label(by, id), 'abstain']);
  d.does('ann', 'draft', { item: 'i4', writing: writing('Ann on i4') });
  d.does('ann', 'take', { item: 'i5', seat: 'draft' });
  d.does('ann', 'declare-conflict', { person: 'ann', with: 'vera', reason: 'my aunt' });
  d.does('ann', 'erase', { person: 'ann', texts: true });

  const state = (id: string) => d.campaign.items.get(id)!;
  const status = (id: string) => statusOf(state(id), POLICY);
  expect(['i1', 'i2', 'i3', 'i4', 'i5'].map(status)).toEqual(['withdrawn', 'published', 'drafting', 'open', 'open']);
  expect(publicationOf(state('i2'), POLICY)!.writing.cause).toBe('Ben on i2');
  expect(state('i3')).toMatchObject({ round: 2, setAside: [{ drafts: [{ by: 'erased-1', writing: { cause: '[erased]' } }] }] });
  expect(d.campaign.people.get('erased-1')).toMatchObject({ name: '[erased]', status: 'erased' });
  expect(written(d.campaign)).not.toMatch(/"ann"|"ANN"|Ann on|my aunt/);
  expect(written(results(d.campaign))).not.toMatch(/"ann"|Ann on/);
});

test('without texts: a pseudonym, and the work stays', () => {
  const d = desk();
  drafted(d, 'i1', 0.5);
  d.does('ann', 'say', { item: 'i1', text: 'See turn 1.' });
  d.does('lea', 'erase', { person: 'ann', texts: false });
  const state = d.campaign.items.get('i1')!;
  expect([...state.authors.keys()]).toEqual(['ben', 'erased-1']);
  expect(state.discussion.messages).toMatchObject([{ by: 'erased-1', text: 'See turn 1.' }]);
  expect(written(d.campaign)).not.toMatch(/"ann"|"ANN"/);
});

test('several people, one after the other, and a log that was rewritten for good', () => {
  const d = desk();
  drafted(d, 'i1', 0.5);
  d.does('ann', 'take', { item: 'i2', seat: 'draft' });
  d.does('lea', 'reassign', { item: 'i2', seat: 'draft', from: 'ann', to: 'ben', reason: 'Ann is ill' });
  d.does('vera', 'declare-conflict', { person: 'vera', with: 'ann', reason: 'my friend' });
  const [first, second] = [d.does('lea', 'erase', { person: 'ann', texts: true }), d.does('lea', 'erase', { person: 'ben', texts: true })];
  expect([first, second]).toMatchObject([{ as: 'erased-1' }, { as: 'erased-2' }]);
  const rewritten = d.events
    .map((event) => redacted(event, { person: 'ann', as: 'erased-1', texts: true }))
    .map((event) => redacted(event, { person: 'ben', as: 'erased-2', texts: true }));
  expect(JSON.stringify(rewritten)).not.toMatch(/"ann"|"ben"|Ann on|Ben on|Ann is ill/);
  expect(written(fold(rewritten))).toBe(written(d.campaign));
  expect(fold(rewritten).refused).toEqual([]);
});

test('who may be erased, by whom, and what is then refused', () => {
  const d = desk();
  expect(d.refuses('ben', 'erase', { person: 'ann', texts: true })).toBe('PROTOCOL_ROLE');
  expect(d.refuses('lea', 'erase', { person: 'lea', texts: true })).toBe('PROTOCOL_LAST_LEAD');
  const { id } = d.does('lea', 'erase', { person: 'ann', texts: true });
  expect(d.ask('lea', 'erase', { person: 'ann', texts: true }, id)).toEqual({ events: [] });
  expect(d.refuses('lea', 'erase', { person: 'ann', texts: true })).toBe('PROTOCOL_PERSON');
  expect(d.refuses('lea', 'erase', { person: 'erased-1', texts: true })).toBe('PROTOCOL_ERASED');
  expect(d.refuses('ann', 'take', { item: 'i1', seat: 'draft' })).toBe('PROTOCOL_STRANGER');
  d.does('lea', 'invite', { person: 'ann', name: 'Another Ann', roles: ['annotator'] });
  d.does('ann', 'take', { item: 'i1', seat: 'draft' });
});
