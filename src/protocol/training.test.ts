import { expect, test } from 'vitest';
import { desk, POLICY, writing } from '../../test/support/campaign.ts';
import { ECEM } from './policy.ts';
import { practiceFor } from './view.ts';

const policy = { ...POLICY, training: { items: 3, roles: ['annotator'] as const } };
const begun = () => {
  const d = desk({ policy, items: 12 });
  const person = () => d.campaign.people.get('ann')!.training;
  const practise = () => {
    for (const item of person().items) d.does('ann', 'practise', { item, writing: writing(`practice on ${item}`) });
  };
  return { d, person, practise };
};

test('the paper’s numbers', () => expect(ECEM).toEqual({ voters: 3, threshold: 0.75, training: { items: 100, roles: ['annotator'] } }));

test('formal work begins when every adjudicator has approved', () => {
  const { d, person, practise } = begun();
  const draft = { item: 'i1', writing: writing('Formal') };
  expect(d.refuses('ann', 'draft', draft)).toBe('PROTOCOL_UNTRAINED');
  d.does('ann', 'train', { person: 'ann' });
  expect(new Set(person().items).size).toBe(3);
  expect(d.refuses('ada', 'approve', { person: 'ann' })).toBe('PROTOCOL_TRAINING');
  practise();
  d.does('ada', 'approve', { person: 'ann' });
  expect(d.refuses('ann', 'draft', draft)).toBe('PROTOCOL_UNTRAINED');
  d.does('adam', 'approve', { person: 'ann' });
  d.does('ann', 'draft', draft);
});

test('a practice that is returned is followed by one on other items', () => {
  const { d, person, practise } = begun();
  d.does('lea', 'train', { person: 'ann' });
  const first = person().items;
  practise();
  d.does('ada', 'approve', { person: 'ann' });
  d.does('adam', 'return', { person: 'ann', note: 'Name the event, not its echo.' });
  expect(person()).toMatchObject({ attempt: 1, items: [], approvals: [], notes: [{ by: 'adam', attempt: 1 }] });
  expect(d.refuses('ann', 'practise', { item: first[0]!, writing: writing('again') })).toBe('PROTOCOL_TRAINING');
  d.does('ann', 'train', { person: 'ann' });
  expect(person().attempt).toBe(2);
  expect(person().items).not.toEqual(first);
  expect(person().practice.size).toBe(0);
});

test('the draw depends on campaign, person and attempt, and takes all where there are fewer', () => {
  const [one, other] = [begun(), begun()];
  for (const { d } of [one, other]) for (const person of ['ann', 'ben']) d.does(person, 'train', { person });
  expect(one.person().items).toEqual(other.person().items);
  expect(one.d.campaign.people.get('ben')!.training.items).not.toEqual(one.person().items);
  const small = desk({ policy: { ...policy, training: { items: 100, roles: ['annotator'] } }, items: 2 });
  small.does('ann', 'train', { person: 'ann' });
  expect([...small.campaign.people.get('ann')!.training.items].sort()).toEqual(['i1', 'i2']);
});

test('who may not', () => {
  const { d, person, practise } = begun();
  expect(d.refuses('ben', 'train', { person: 'ann' })).toBe('PROTOCOL_ROLE');
  expect(d.refuses('vera', 'train', { person: 'vera' })).toBe('PROTOCOL_TRAINING');
  d.does('ann', 'train', { person: 'ann' });
  expect(d.refuses('ann', 'train', { person: 'ann' })).toBe('PROTOCOL_TRAINING');
  expect(d.refuses('ann', 'practise', { item: 'i99', writing: writing('x') })).toBe('PROTOCOL_ITEM');
  practise();
  expect(d.refuses('ann', 'practise', { item: person().items[0]!, writing: writing('better') })).toBe('PROTOCOL_TRAINING');
  d.does('lea', 'invite', { person: 'ann', name: 'Ann', roles: ['annotator', 'adjudicator'] });
  expect(d.refuses('ann', 'approve', { person: 'ann' })).toBe('PROTOCOL_TRAINING');
});

test('a practice is its writer’s, and the adjudicators’ once it is whole', () => {
  const { d, person } = begun();
  d.does('ann', 'train', { person: 'ann' });
  d.does('ann', 'practise', { item: person().items[0]!, writing: writing('secret') });
  expect(practiceFor(d.campaign, 'ann', 'ann')!.practice.size).toBe(1);
  for (const viewer of ['ada', 'ben', 'lea', 'nobody']) expect(practiceFor(d.campaign, viewer, 'ann')).toBeUndefined();
  const rest = person().items.slice(1);
  for (const item of rest) d.does('ann', 'practise', { item, writing: writing('secret') });
  expect(practiceFor(d.campaign, 'ada', 'ann')!.practice.size).toBe(3);
  expect(practiceFor(d.campaign, 'ben', 'ann')).toBeUndefined();
});
