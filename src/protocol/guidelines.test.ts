import { expect, test } from 'vitest';
import { writing } from '../../test/support/campaign.ts';
import { adviceOn, GUIDELINES } from './guidelines.ts';
import { parseCommand } from './parse.ts';

const GOOD = 'Ross was hurt because Rachel laughed at the present that he had made himself.';

test.each([
  ['Her watch.', 'fewer than five'],
  [`${'very '.repeat(50)}long.`, 'three times as long'],
  ['Ross was hurt because Rachel laughed at the pres', 'full stop'],
  ['The reason she was happy was that he had come.', 'The reason … was'],
  ['The cause of his anger cannot be determined.', 'nothing can be said'],
  ['She was angry because she secretly hates him.', 'Secretly'],
  ['Ross was hurt because he didnâ€™t expect it.', 'damaged'],
])('%s', (cause, asks) => {
  const advice = adviceOn(writing(cause, { reasoning: 'Turn 1.' }));
  expect(advice.filter((one) => one.includes(asks))).toHaveLength(1);
});

test('nothing is asked about a good text; a fourth sentence of reasoning is', () => {
  const reasoning = 'Turn 1 says so. Her laugh is heard at 3.2 s. His smile stops.';
  expect(adviceOn(writing(GOOD, { reasoning }))).toEqual([]);
  expect(adviceOn(writing(`${GOOD.slice(0, -1)}!"`, { reasoning: `${reasoning} He leaves.` }))).toEqual([
    'The reasoning has more than three sentences: which are needed?',
  ]);
});

test('the guidelines ask for every modality, forbid mind reading, and fit into an event', () => {
  for (const part of ['**text**', '**sound**', '**picture**', '**faces**', 'No mind reading', 'viewers would read', 'neither'])
    expect(GUIDELINES.text).toContain(part);
  const command = { campaign: 'c', id: 'e', by: 'lea', at: '2026-11-25T12:00:00.000Z', type: 'publish-guidelines', guidelines: GUIDELINES };
  expect(parseCommand(command)).toEqual(command);
});
