import { expect, test } from 'vitest';
import { desk, drafted, emptyDesk, POLICY, voted, writing } from '../../test/support/campaign.ts';
import { alpha } from '../metrics/agreement.ts';
import { protocolParagraph } from './paragraph.ts';
import { progressOf } from './progress.ts';

function busy() {
  const d = desk({ items: 6 });
  drafted(d, 'i1', 0.9);
  voted(d, 'i1', ['a', 'a', 'a']);
  drafted(d, 'i2', 0.8);
  voted(d, 'i2', ['a', 'b', 'abstain']);
  drafted(d, 'i3', Number.NaN);
  d.does('ann', 'revise', { item: 'i3', writing: writing('one two three four') }, 'r');
  d.does('ben', 'accept', { item: 'i3', text: 'r' });
  drafted(d, 'i4');
  d.does('ann', 'draft', { item: 'i5', writing: writing('x') });
  return d;
}

test('counts and agreement', () => {
  const progress = progressOf(busy().campaign);
  expect(progress).toMatchObject({
    items: 6,
    statuses: { open: 1, drafting: 1, drafted: 1, voting: 0, discussing: 1, published: 2, withdrawn: 0 },
    published: { majority: 1, discussion: 1 },
    words: 3.5, // "Ann on i1" or "Ben on i1", and four
    gate: { measured: 3, passed: 2, unscored: 1 },
    votes: {
      panels: 2,
      unanimous: 1,
      alpha: alpha(
        [
          [0, 0, 0],
          [0, 1],
        ],
        'nominal',
      ),
    },
    stalled: [],
  });
  expect(progress.gate.mean).toBeCloseTo(0.85, 12);
  expect(progress.people.find(({ person }) => person === 'ann')).toEqual({
    person: 'ann',
    drafts: 5,
    votes: 0,
    practised: 0,
    approved: false,
  });
  expect(progress.people.find(({ person }) => person === 'vito')!.votes).toBe(2);
});

test('a discussion whose author has left waits for a lead', () => {
  const d = busy();
  d.does('ann', 'leave', { person: 'ann' });
  expect(progressOf(d.campaign).stalled).toEqual(['i2']);
});

test('nothing counts before a campaign is open', () => {
  const { campaign } = emptyDesk();
  expect(progressOf(campaign)).toMatchObject({ items: 0, words: undefined, gate: { measured: 0, mean: undefined } });
  expect(protocolParagraph(campaign)).toBe('');
});

test('the paragraph for a paper', () => {
  expect(protocolParagraph(busy().campaign)).toBe(
    "Two of 2 annotators wrote a cause for each utterance, with their reasoning and evidence from each modality, without seeing each other's (guidelines 1). " +
      'Agreement of the two causes was measured with bertscore|model:made|part:F1|idf:false|rescaled:false; pairs above 0.75 went to a vote of 3, all others to a discussion until both accepted one text. ' +
      'At that threshold 100.0 % of 100 matched and 0.0 % of 100 shuffled pairs pass. ' +
      "Of 3 measured pairs 2 passed (mean score 0.850); of 2 panels 1 were unanimous (Krippendorff's alpha 0.000, nominal). " +
      'Of 6 items 2 are published, 1 by majority and 1 by discussion; 0 were withdrawn. The mean length of a cause is 3.5 words.',
  );
  const open = desk({ policy: { ...POLICY, gate: { none: 'no model here' }, training: { items: 100, roles: ['annotator'] } } });
  expect(protocolParagraph(open.campaign)).toContain(
    'a training round of 100 random items that every adjudicator had to approve (0 people approved)',
  );
  expect(protocolParagraph(open.campaign)).toContain('Agreement was not measured (no model here)');
});
