import { describe, expect, test } from 'vitest';
import { CAST, type Desk, desk, drafted, POLICY, SIGNATURE, voted, writing } from '../../test/support/campaign.ts';
import { statusOf } from './item.ts';
import { viewFor } from './view.ts';

const EVERYBODY = ['lea', ...CAST.map(([person]) => person)];
const seen = (d: Desk, person: string, id = 'i1') => JSON.stringify(viewFor(d.campaign, person, id));
const readers = (d: Desk, secret: string) => EVERYBODY.filter((person) => seen(d, person).includes(secret));

describe('who reads whose draft', () => {
  test('before the gate nobody but its writer, leads and adjudicators included', () => {
    const d = desk();
    d.does('ann', 'draft', { item: 'i1', writing: writing('Ann on i1') });
    expect(readers(d, 'Ann on i1')).toEqual(['ann']);
    d.does('ben', 'draft', { item: 'i1', writing: writing('Ben on i1') });
    expect(statusOf(d.campaign.items.get('i1')!, POLICY)).toBe('drafted');
    expect([readers(d, 'Ann on i1'), readers(d, 'Ben on i1')]).toEqual([['ann'], ['ben']]);
  });

  test('voters from a seat, without names; the score is not theirs to know', () => {
    const d = desk();
    drafted(d, 'i1', 0.912);
    expect(readers(d, 'Ann on i1')).toEqual(['ann']);
    d.does('vera', 'take', { item: 'i1', seat: 'vote' });
    expect([readers(d, 'Ann on i1'), readers(d, 'Ben on i1')]).toEqual([
      ['ann', 'vera'],
      ['ben', 'vera'],
    ]);
    expect(seen(d, 'vera')).not.toMatch(/"ann"|"ben"|0\.912/);
    expect(viewFor(d.campaign, 'vera', 'i1')!.drafts).toMatchObject([
      { label: 'a', own: false },
      { label: 'b', own: false },
    ]);
  });

  test('votes are secret until they are counted', () => {
    const d = desk();
    drafted(d, 'i1', 0.9);
    d.does('vera', 'take', { item: 'i1', seat: 'vote' });
    d.does('viktor', 'take', { item: 'i1', seat: 'vote' });
    d.does('vera', 'vote', { item: 'i1', choice: 'a', note: 'clearer evidence' });
    expect(readers(d, 'clearer evidence')).toEqual([]);
    expect(viewFor(d.campaign, 'viktor', 'i1')).not.toHaveProperty('votes');
    expect(viewFor(d.campaign, 'vera', 'i1')).toMatchObject({ ownVote: 'a', may: [] });
  });

  test('a discussion is open to its authors and to those who watch over it', () => {
    const d = desk();
    drafted(d, 'i1', 0.5);
    d.does('ann', 'say', { item: 'i1', text: 'secret message' });
    for (const secret of ['Ann on i1', 'Ben on i1', 'secret message'])
      expect(readers(d, secret)).toEqual(['lea', 'ann', 'ben', 'ada', 'adam']);
  });

  test('what is published is open to all, without names but for those who knew them', () => {
    const d = desk();
    drafted(d, 'i1', 0.9);
    voted(d, 'i1', ['a', 'b', 'a']);
    expect(readers(d, 'Ann on i1')).toEqual(EVERYBODY);
    expect(seen(d, 'cleo')).not.toMatch(/"(ann|ben|vera|viktor|vito)"/);
    expect(seen(d, 'vera')).not.toMatch(/"(ann|ben|viktor|vito)"/);
    expect(seen(d, 'ann')).not.toMatch(/"(vera|viktor|vito)"/);
    expect(seen(d, 'lea')).toMatch(/"vera"/);
  });

  test('after an author is replaced the newcomer sees nothing of what was', () => {
    const d = desk();
    drafted(d, 'i1', 0.5);
    d.does('ann', 'say', { item: 'i1', text: 'secret message' });
    d.does('lea', 'reassign', { item: 'i1', seat: 'draft', from: 'ann', to: 'cleo', reason: 'ill' });
    expect(readers(d, 'secret message')).toEqual([]);
    expect([readers(d, 'Ann on i1'), readers(d, 'Ben on i1')]).toEqual([[], ['ben']]);
  });

  test('a withdrawn item shows everybody the own draft and the reason', () => {
    const d = desk();
    drafted(d, 'i1', 0.5);
    d.does('lea', 'withdraw', { item: 'i1', reason: 'no consent' });
    expect(readers(d, 'Ann on i1')).toEqual(['ann']);
    expect(viewFor(d.campaign, 'vera', 'i1')!.withdrawn!.reason).toBe('no consent');
  });

  test('whoever practises on an item does not read what was published of it', () => {
    const policy = { ...POLICY, training: { items: 2, roles: ['voter'] as const } };
    const d = desk({ policy: { ...policy, gate: { none: 'test' } } });
    drafted(d, 'i1');
    for (const by of ['ann', 'ben']) d.does(by, 'accept', { item: 'i1', text: 'a' });
    expect(seen(d, 'vera')).toContain('on i1');
    d.does('vera', 'train', { person: 'vera' });
    expect(seen(d, 'vera')).not.toContain('on i1');
  });
});

test('strangers, those who left, and unknown items', () => {
  const d = desk();
  d.does('ann', 'draft', { item: 'i1', writing: writing('x') });
  d.does('ann', 'leave', { person: 'ann' });
  for (const person of ['eve', 'ann', 'gate', '__proto__']) expect(viewFor(d.campaign, person, 'i1')).toBeUndefined();
  expect(viewFor(d.campaign, 'ben', 'i9')).toBeUndefined();
});

describe('what a person may do is what is not refused', () => {
  const may = (d: Desk, person: string) => viewFor(d.campaign, person, 'i1')!.may;
  test('from the first draft to the last word', () => {
    const d = desk();
    expect([may(d, 'ann'), may(d, 'vera'), may(d, 'lea')]).toEqual([['take-draft', 'draft'], [], []]);
    d.does('ann', 'take', { item: 'i1', seat: 'draft' });
    expect(may(d, 'ann')).toEqual(['draft', 'release']);
    d.does('ann', 'draft', { item: 'i1', writing: writing('x') });
    expect(may(d, 'ann')).toEqual(['draft', 'retract']);
    d.does('ben', 'draft', { item: 'i1', writing: writing('y') });
    expect([may(d, 'ann'), may(d, 'cleo')]).toEqual([[], []]);
    d.does('gate', 'measure', { item: 'i1', score: 0.8, signature: SIGNATURE });
    expect([may(d, 'ann'), may(d, 'cleo'), may(d, 'vera')]).toEqual([[], ['take-vote'], ['take-vote']]);
    voted(d, 'i1', ['a', 'b', 'neither']);
    expect([may(d, 'ann'), may(d, 'cleo'), may(d, 'lea')]).toEqual([['say', 'revise', 'accept'], [], ['say']]);
  });
});
