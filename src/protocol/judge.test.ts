import { expect, test } from 'vitest';
import { desk, drafted, emptyDesk, item, POLICY, writing } from '../../test/support/campaign.ts';
import { GUIDELINES } from './guidelines.ts';

const evidence = writing('x').evidence;

test('nothing happens before a campaign is open, and it opens once', () => {
  const d = emptyDesk();
  expect(d.refuses('lea', 'add-items', { items: [item('i1')] })).toBe('PROTOCOL_NOT_OPEN');
  const order = { title: 'T', name: 'Lea', policy: POLICY, guidelines: GUIDELINES, seed: 1 };
  d.does('lea', 'open', order);
  expect(d.refuses('lea', 'open', order)).toBe('PROTOCOL_OPENED');
});

test('who is nobody here, and what is nobody’s task', () => {
  const d = desk();
  expect(d.refuses('eve', 'draft', { item: 'i1', writing: writing('x') })).toBe('PROTOCOL_STRANGER');
  expect(d.refuses('vera', 'draft', { item: 'i1', writing: writing('x') })).toBe('PROTOCOL_ROLE');
  expect(d.refuses('ann', 'add-items', { items: [item('i9')] })).toBe('PROTOCOL_ROLE');
  expect(d.refuses('ann', 'draft', { item: 'i9', writing: writing('x') })).toBe('PROTOCOL_ITEM');
  expect(d.refuses('ada', 'approve', { person: 'eve' })).toBe('PROTOCOL_PERSON');
  expect(d.refuses('ann', 'leave', { person: 'ben' })).toBe('PROTOCOL_ROLE');
});

test('names that are reserved', () => {
  const d = desk();
  for (const person of ['gate', 'erased-1'])
    expect(d.refuses('lea', 'invite', { person, name: 'X', roles: ['voter'] })).toBe('PROTOCOL_NAME');
});

test('items come once, and all of a command or none', () => {
  const d = desk();
  expect(d.refuses('lea', 'add-items', { items: [item('i8'), item('i1')] })).toBe('PROTOCOL_ITEM_TWICE');
  expect(d.refuses('lea', 'add-items', { items: [item('i8'), item('i8')] })).toBe('PROTOCOL_ITEM_TWICE');
  expect([...d.campaign.items.keys()]).toEqual(['i1', 'i2']);
});

test('guidelines have versions, and a draft says by which it was written', () => {
  const d = desk();
  expect(d.refuses('lea', 'publish-guidelines', { guidelines: GUIDELINES })).toBe('PROTOCOL_GUIDELINES');
  d.does('ann', 'draft', { item: 'i1', writing: writing('x') });
  d.does('lea', 'publish-guidelines', { guidelines: { version: '2', text: 'Write well.' } });
  d.does('ben', 'draft', { item: 'i1', writing: writing('y') });
  expect([...d.campaign.items.get('i1')!.authors.values()].map((draft) => draft!.guidelines)).toEqual(['1', '2']);
});

test('leaving frees empty seats; the last lead stays', () => {
  const d = desk();
  d.does('ann', 'take', { item: 'i1', seat: 'draft' });
  d.does('ann', 'draft', { item: 'i2', writing: writing('x') });
  d.does('lea', 'leave', { person: 'ann' });
  expect(d.campaign.items.get('i1')!.authors.size).toBe(0);
  expect(d.campaign.items.get('i2')!.authors.size).toBe(1);
  expect(d.refuses('ann', 'take', { item: 'i1', seat: 'draft' })).toBe('PROTOCOL_STRANGER');
  expect(d.refuses('lea', 'leave', { person: 'ann' })).toBe('PROTOCOL_STRANGER');
  expect(d.refuses('lea', 'leave', { person: 'lea' })).toBe('PROTOCOL_LAST_LEAD');
  expect(d.refuses('lea', 'invite', { person: 'lea', name: 'Lea', roles: ['voter'] })).toBe('PROTOCOL_LAST_LEAD');
  d.does('lea', 'invite', { person: 'ann', name: 'Ann', roles: ['annotator', 'lead'] });
  d.does('ann', 'take', { item: 'i1', seat: 'draft' });
  d.does('lea', 'leave', { person: 'lea' });
});

test('conflicts with an item', () => {
  const d = desk();
  expect(d.refuses('ann', 'declare-conflict', { person: 'ann', reason: 'x' })).toBe('PROTOCOL_CONFLICT_WITH');
  expect(d.refuses('ann', 'declare-conflict', { person: 'ann', item: 'i1', with: 'ben', reason: 'x' })).toBe('PROTOCOL_CONFLICT_WITH');
  expect(d.refuses('ann', 'declare-conflict', { person: 'ann', item: 'i9', reason: 'x' })).toBe('PROTOCOL_ITEM');
  expect(d.refuses('ann', 'declare-conflict', { person: 'ann', with: 'eve', reason: 'x' })).toBe('PROTOCOL_PERSON');
  expect(d.refuses('ben', 'declare-conflict', { person: 'ann', item: 'i1', reason: 'x' })).toBe('PROTOCOL_ROLE');
  d.does('ann', 'take', { item: 'i1', seat: 'draft' });
  d.does('ann', 'declare-conflict', { person: 'ann', item: 'i1', reason: 'I know the actor' });
  expect(d.campaign.items.get('i1')!.authors.size).toBe(0);
  expect(d.refuses('ann', 'draft', { item: 'i1', writing: writing('x') })).toBe('PROTOCOL_CONFLICT');
});

test.each([
  ['a modality without an answer', { ...evidence, nothing: [] }],
  ['evidence in a modality that is named as empty', { ...evidence, nothing: ['picture', 'text'] as const }],
  ['evidence in a modality that the item lacks', { ...evidence, sound: [{ from: 0, to: 1, note: 'a door' }] }],
  ['nothing at all', { ...evidence, text: [], nothing: ['picture', 'text'] as const }],
  ['a turn after the utterance', { ...evidence, text: [{ turn: 4 }] }],
  ['a turn that the dialogue lacks', { ...evidence, text: [{ turn: 2 }] }],
  ['a face after the utterance', { ...evidence, nothing: [], faces: [{ face: 1, time: 2.6, note: 'a smile' }] }],
  ['a picture that goes on after it', { ...evidence, nothing: [], picture: [{ from: 1, to: 2.51, note: 'a cup' }] }],
])('evidence: %s', (_, wrong) => {
  const d = desk();
  const turns = [0, 1, 3, 4].map((number) => ({ number, text: 'x' }));
  d.does('lea', 'add-items', { items: [item('t', { utterance: 3, turns, until: 2.5 })] });
  expect(d.refuses('ann', 'draft', { item: 't', writing: writing('x', { evidence: wrong }) })).toBe('PROTOCOL_EVIDENCE');
});

test('to name a modality as empty that the item lacks does no harm', () => {
  desk().does('ann', 'draft', { item: 'i1', writing: writing('x', { evidence: { ...evidence, nothing: ['picture', 'sound'] } }) });
});

test('faces are evidence in the picture', () => {
  const d = desk();
  const faces = [{ face: 1, time: 2.5, note: 'viewers would read a smile that stops' }];
  d.does('ann', 'draft', { item: 'i1', writing: writing('x', { evidence: { ...evidence, faces, nothing: [] } }) });
});

test('a closed campaign is only left, withdrawn from and erased from', () => {
  const d = desk();
  drafted(d, 'i1', 0.5);
  d.does('lea', 'close', {});
  expect(d.refuses('ann', 'say', { item: 'i1', text: 'x' })).toBe('PROTOCOL_CLOSED');
  expect(d.refuses('lea', 'close', {})).toBe('PROTOCOL_CLOSED');
  d.does('lea', 'withdraw', { item: 'i1', reason: 'x' });
  d.does('ben', 'leave', { person: 'ben' });
  d.does('ann', 'erase', { person: 'ann', texts: true });
});
