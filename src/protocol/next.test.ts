import { expect, test } from 'vitest';
import { desk, drafted, POLICY, writing } from '../../test/support/campaign.ts';
import { nextFor } from './next.ts';

test('pairs are completed before new items are begun, and with whom one has been paired least', () => {
  const d = desk({ items: 4 });
  const next = (person: string) => nextFor(d.campaign, person);
  expect(next('ann')).toEqual({ do: 'draft', item: 'i1', taken: false });
  d.does('ann', 'take', { item: 'i1', seat: 'draft' });
  expect(next('ann')).toEqual({ do: 'draft', item: 'i1', taken: true });
  expect(next('ben')).toEqual({ do: 'draft', item: 'i1', taken: false });
  d.does('ann', 'draft', { item: 'i1', writing: writing('x') });
  d.does('ben', 'draft', { item: 'i1', writing: writing('y') });
  d.does('ann', 'draft', { item: 'i2', writing: writing('x') });
  d.does('cleo', 'draft', { item: 'i3', writing: writing('x') });
  // Ben has been paired with Ann once, with Cleo never.
  expect(next('ben')).toEqual({ do: 'draft', item: 'i3', taken: false });
});

test('what somebody waits for comes first: discussion, then votes, then judging, then drafts', () => {
  const d = desk({ items: 4 });
  const next = (person: string) => nextFor(d.campaign, person);
  drafted(d, 'i1', 0.5);
  drafted(d, 'i2', 0.9);
  expect(next('ann')).toEqual({ do: 'discuss', item: 'i1' });
  expect(next('cleo')).toEqual({ do: 'vote', item: 'i2', taken: false });
  d.does('ann', 'revise', { item: 'i1', writing: writing('Both') }, 'r');
  expect(next('ann')).toEqual({ do: 'draft', item: 'i3', taken: false });
  expect(next('ben')).toEqual({ do: 'discuss', item: 'i1' });
  d.does('ben', 'accept', { item: 'i1', text: 'r' });
  expect(next('ben').do).toBe('draft');
  d.does('vera', 'take', { item: 'i2', seat: 'vote' });
  expect(next('vera')).toEqual({ do: 'vote', item: 'i2', taken: true });
  d.does('vera', 'vote', { item: 'i2', choice: 'a' });
  expect(next('vera')).toEqual({ do: 'wait', why: 'There is nothing that this person may do now; others have to go on first.' });
});

test('panels are completed first', () => {
  const d = desk();
  drafted(d, 'i1', 0.9);
  drafted(d, 'i2', 0.9);
  d.does('vera', 'take', { item: 'i2', seat: 'vote' });
  expect(nextFor(d.campaign, 'vito')).toEqual({ do: 'vote', item: 'i2', taken: false });
});

test('the way through training, and who judges', () => {
  const d = desk({ policy: { ...POLICY, training: { items: 1, roles: ['annotator'] } } });
  const next = (person: string) => nextFor(d.campaign, person);
  expect(next('ann')).toEqual({ do: 'train' });
  d.does('ann', 'train', { person: 'ann' });
  const [item] = d.campaign.people.get('ann')!.training.items;
  expect(next('ann')).toEqual({ do: 'practise', item, done: 0, of: 1 });
  expect(next('ada').do).toBe('wait');
  d.does('ann', 'practise', { item: item!, writing: writing('x') });
  expect(next('ann')).toEqual({ do: 'wait', why: 'The adjudicators are reading the practice.' });
  expect([next('ada'), next('adam')]).toEqual([
    { do: 'judge', person: 'ann' },
    { do: 'judge', person: 'ann' },
  ]);
  d.does('ada', 'approve', { person: 'ann' });
  expect([next('ada').do, next('adam').do]).toEqual(['wait', 'judge']);
  d.does('adam', 'approve', { person: 'ann' });
  expect(next('ann')).toEqual({ do: 'draft', item: 'i1', taken: false });
});

test('whoever waits is told why', () => {
  const d = desk({ items: 1 });
  const why = (person: string) => (nextFor(d.campaign, person) as { why?: string }).why;
  expect(why('eve')).toMatch(/does not work/);
  drafted(d, 'i1', 0.5);
  d.does('ann', 'accept', { item: 'i1', text: 'a' });
  expect(why('ann')).toMatch(/other author/);
  d.does('ben', 'accept', { item: 'i1', text: 'a' });
  expect(why('ann')).toMatch(/finished/);
  d.does('lea', 'close', {});
  expect(why('ann')).toMatch(/closed/);
  expect(nextFor(desk({ items: 2 }).campaign, 'vera')).toMatchObject({ do: 'wait' });
});
