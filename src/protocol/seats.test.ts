import { expect, test } from 'vitest';
import { desk, drafted, POLICY, SIGNATURE, voted, writing } from '../../test/support/campaign.ts';
import { statusOf } from './item.ts';
import { publicationOf } from './publication.ts';

const started = () => {
  const d = desk();
  return { ...d, of: () => d.campaign.items.get('i1')!, status: () => statusOf(d.campaign.items.get('i1')!, POLICY) };
};

test('two seats to draft: taken, given back, or taken by drafting', () => {
  const { does, refuses, status, of } = started();
  expect(status()).toBe('open');
  does('ann', 'take', { item: 'i1', seat: 'draft' });
  expect(status()).toBe('drafting');
  expect(refuses('ann', 'take', { item: 'i1', seat: 'draft' })).toBe('PROTOCOL_SEAT');
  expect(refuses('ann', 'take', { item: 'i1', seat: 'vote' })).toBe('PROTOCOL_STATUS');
  does('ben', 'draft', { item: 'i1', writing: writing('Ben') });
  expect(refuses('cleo', 'take', { item: 'i1', seat: 'draft' })).toBe('PROTOCOL_SEAT');
  expect(refuses('cleo', 'draft', { item: 'i1', writing: writing('Cleo') })).toBe('PROTOCOL_SEAT');
  expect(refuses('cleo', 'release', { item: 'i1', seat: 'draft' })).toBe('PROTOCOL_SEAT');
  expect(refuses('ben', 'release', { item: 'i1', seat: 'draft' })).toBe('PROTOCOL_WRITTEN');
  does('ann', 'release', { item: 'i1', seat: 'draft' });
  does('cleo', 'draft', { item: 'i1', writing: writing('Cleo') });
  expect(status()).toBe('drafted');
  expect([...of().authors.keys()]).toEqual(['ben', 'cleo']);
});

test('a draft can be written anew or taken back until both are there', () => {
  const { does, refuses, status, of } = started();
  does('ann', 'draft', { item: 'i1', writing: writing('First') });
  does('ann', 'draft', { item: 'i1', writing: writing('Second') });
  expect(of().authors.get('ann')!.writing.cause).toBe('Second');
  does('ann', 'retract', { item: 'i1' });
  expect(status()).toBe('open');
  expect(of().setAside).toMatchObject([{ reason: 'retracted', votes: [] }]);
  does('ann', 'draft', { item: 'i1', writing: writing('Third') });
  does('ben', 'draft', { item: 'i1', writing: writing('Ben') });
  expect(refuses('ann', 'draft', { item: 'i1', writing: writing('Fourth') })).toBe('PROTOCOL_STATUS');
  expect(refuses('ann', 'retract', { item: 'i1' })).toBe('PROTOCOL_STATUS');
});

test('when an author is replaced, the other draft stays sealed, and all that followed is set aside', () => {
  const { does, refuses, status, of } = started();
  drafted({ does } as never, 'i1', 0.5);
  does('ann', 'say', { item: 'i1', text: 'Hm.' });
  expect(refuses('lea', 'reassign', { item: 'i1', seat: 'draft', from: 'ann', to: 'ben', reason: 'ill' })).toBe('PROTOCOL_BLIND');
  expect(refuses('lea', 'reassign', { item: 'i1', seat: 'draft', from: 'cleo', reason: 'ill' })).toBe('PROTOCOL_SEAT');
  does('lea', 'reassign', { item: 'i1', seat: 'draft', from: 'ann', to: 'cleo', reason: 'ill' });
  expect(status()).toBe('drafting');
  expect(of()).toMatchObject({ round: 2, insiders: ['ann', 'ben'], discussion: { messages: [] } });
  expect(of().setAside).toMatchObject([
    { round: 1, reason: 'ill', drafts: [{ by: 'ann' }], measured: { score: 0.5 }, discussion: { messages: [{ text: 'Hm.' }] } },
  ]);
  expect(refuses('ben', 'draft', { item: 'i1', writing: writing('Ben, better') })).toBe('PROTOCOL_SEALED');
  expect(refuses('ben', 'retract', { item: 'i1' })).toBe('PROTOCOL_SEALED');
  does('cleo', 'draft', { item: 'i1', writing: writing('Cleo') });
  expect(refuses('gate', 'measure', { item: 'i1', round: 1, score: 0.9, signature: SIGNATURE })).toBe('PROTOCOL_ROUND');
  does('gate', 'measure', { item: 'i1', round: 2, score: 0.9, signature: SIGNATURE });
  expect(status()).toBe('voting');
});

test('who watched a discussion cannot draft the item later', () => {
  const { does, refuses } = started();
  does('lea', 'invite', { person: 'ada', name: 'Ada', roles: ['adjudicator', 'annotator'] });
  drafted({ does } as never, 'i1', 0.5);
  does('lea', 'reassign', { item: 'i1', seat: 'draft', from: 'ann', reason: 'ill' });
  expect(refuses('ada', 'take', { item: 'i1', seat: 'draft' })).toBe('PROTOCOL_BLIND');
  expect(refuses('ann', 'take', { item: 'i1', seat: 'draft' })).toBe('PROTOCOL_BLIND');
  does('lea', 'invite', { person: 'ada', name: 'Ada', roles: ['annotator'] });
  expect(refuses('ada', 'take', { item: 'i1', seat: 'draft' })).toBe('PROTOCOL_BLIND');
  does('ada', 'take', { item: 'i2', seat: 'draft' });
});

test('a voter who is replaced leaves no vote behind; who voted cannot draft', () => {
  const { does, refuses, of, status } = started();
  drafted({ does } as never, 'i1', 0.9);
  voted({ does } as never, 'i1', ['a', 'b']);
  does('lea', 'reassign', { item: 'i1', seat: 'vote', from: 'vera', to: 'cleo', reason: 'spoke with Ann' });
  expect([...of().voters.keys()]).toEqual(['cleo', 'viktor']);
  expect(of().setAside).toMatchObject([{ votes: [{ by: 'vera' }], drafts: [] }]);
  does('cleo', 'vote', { item: 'i1', choice: 'b' });
  does('vito', 'take', { item: 'i1', seat: 'vote' });
  does('vito', 'vote', { item: 'i1', choice: 'a' });
  expect(status()).toBe('published');
  expect(refuses('lea', 'reassign', { item: 'i1', seat: 'vote', from: 'vito', reason: 'x' })).toBe('PROTOCOL_STATUS');
  expect(publicationOf(of(), POLICY)!.text).toBe('b');
});

test('votes that are counted are not taken away by a new voter', () => {
  const { does, refuses, status } = started();
  drafted({ does } as never, 'i1', 0.9);
  voted({ does } as never, 'i1', ['a', 'b', 'neither']);
  expect(status()).toBe('discussing');
  expect(refuses('lea', 'reassign', { item: 'i1', seat: 'vote', from: 'vito', reason: 'x' })).toBe('PROTOCOL_STATUS');
});

test('an item is withdrawn in whatever state, and nothing follows', () => {
  const { does, refuses, of, status } = started();
  drafted({ does } as never, 'i1', 0.9);
  voted({ does } as never, 'i1', ['a', 'a', 'a']);
  does('lea', 'withdraw', { item: 'i1', reason: 'the film was withdrawn' });
  expect(status()).toBe('withdrawn');
  expect(publicationOf(of(), POLICY)).toBeUndefined();
  expect(refuses('lea', 'withdraw', { item: 'i1', reason: 'again' })).toBe('PROTOCOL_STATUS');
  expect(refuses('ann', 'say', { item: 'i1', text: 'But …' })).toBe('PROTOCOL_STATUS');
});
