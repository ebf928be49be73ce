import { expect, test } from 'vitest';
import { desk, drafted, POLICY, voted, writing } from '../../test/support/campaign.ts';
import { fold } from './fold.ts';
import { statusOf } from './item.ts';
import { publicationOf } from './publication.ts';

const opened = () => {
  const d = desk();
  drafted(d, 'i1', 0.5);
  return { ...d, of: () => d.campaign.items.get('i1')!, status: () => statusOf(d.campaign.items.get('i1')!, POLICY) };
};

test('a revision is published when the other author accepts it; who puts it forward has', () => {
  const { does, of, status } = opened();
  does('ann', 'say', { item: 'i1', text: 'Look at turn 1.' });
  does('ann', 'revise', { item: 'i1', writing: writing('Together') }, 'r1');
  expect(status()).toBe('discussing');
  const { at } = does('ben', 'accept', { item: 'i1', text: 'r1' });
  expect(publicationOf(of(), POLICY)).toEqual({ how: 'discussion', text: 'r1', writing: writing('Together'), by: 'ann', at });
});

test('a draft can be accepted as it is', () => {
  const { does, of } = opened();
  does('ann', 'accept', { item: 'i1', text: 'b' });
  does('ben', 'accept', { item: 'i1', text: 'b' });
  expect(publicationOf(of(), POLICY)).toMatchObject({ how: 'discussion', text: 'b' });
});

test('acceptance of a text that is no longer the other’s publishes nothing', () => {
  const { does, status } = opened();
  does('ann', 'revise', { item: 'i1', writing: writing('First') }, 'r1');
  does('ann', 'revise', { item: 'i1', writing: writing('Second') }, 'r2');
  does('ben', 'accept', { item: 'i1', text: 'r1' });
  expect(status()).toBe('discussing');
  does('ann', 'accept', { item: 'i1', text: 'r1' });
  expect(status()).toBe('published');
});

test('a vote without a majority leads into a discussion, with the votes kept', () => {
  const d = desk();
  drafted(d, 'i1', 0.9);
  voted(d, 'i1', ['a', 'b', 'neither']);
  d.does('ann', 'accept', { item: 'i1', text: 'a' });
  d.does('ben', 'accept', { item: 'i1', text: 'a' });
  expect(publicationOf(d.campaign.items.get('i1')!, POLICY)!.how).toBe('discussion');
  expect(d.campaign.items.get('i1')!.voters.size).toBe(3);
});

test('who decides, and on what', () => {
  const { does, refuses } = opened();
  expect(refuses('vera', 'say', { item: 'i1', text: 'I think …' })).toBe('PROTOCOL_NOT_AUTHOR');
  does('ada', 'say', { item: 'i1', text: 'Have you heard the door?' });
  expect(refuses('ada', 'revise', { item: 'i1', writing: writing('Mine') })).toBe('PROTOCOL_NOT_AUTHOR');
  expect(refuses('lea', 'accept', { item: 'i1', text: 'a' })).toBe('PROTOCOL_NOT_AUTHOR');
  expect(refuses('ann', 'accept', { item: 'i1', text: 'r9' })).toBe('PROTOCOL_TEXT');
  expect(refuses('ann', 'revise', { item: 'i1', writing: writing('Mine') }, 'a')).toBe('PROTOCOL_ID_TWICE');
  const blank = { ...writing('x'), evidence: { text: [], sound: [], picture: [], faces: [], nothing: [] } };
  expect(refuses('ann', 'revise', { item: 'i1', writing: blank })).toBe('PROTOCOL_EVIDENCE');
});

test('messages and revisions stand in the order of their times, however they came', () => {
  const { does, events } = opened();
  does('ann', 'say', { item: 'i1', text: 'One.' });
  does('ben', 'say', { item: 'i1', text: 'Two.' });
  does('ann', 'revise', { item: 'i1', writing: writing('First') });
  does('ben', 'revise', { item: 'i1', writing: writing('Second') });
  const [said, revised] = [events.slice(-4, -2), events.slice(-2)];
  const { discussion } = fold([...events.slice(0, -4), ...said.reverse(), ...revised.reverse()]).items.get('i1')!;
  expect(discussion.messages.map(({ text }) => text)).toEqual(['One.', 'Two.']);
  expect(discussion.revisions.map((revision) => revision.writing.cause)).toEqual(['First', 'Second']);
});
