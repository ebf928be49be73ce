import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Explainer } from '../../src/server/explainer.ts';
import { loaded } from '../support/annotators.ts';

/** A network that takes its time, as one does. */
const SLOW = {
  name: 'slow',
  explain: () =>
    async function* work() {
      for (let i = 0; i < 4; i++) {
        await setTimeout(20);
        yield 'word ';
      }
      return { text: 'word' };
    },
  close: async () => {},
} as unknown as Explainer;

/** The short version of `npm run -s bench -- annotators`, which also says how long a write takes: here the machine may be busy with something else. */
test('annotators who write while explanations are made lose nothing, and whoever asks once waits for one turn of who asks much', {
  timeout: 120_000,
}, async () => {
  const { took, statuses, lost, answered } = await loaded({ annotators: 10, seconds: 3, perSecond: 2, explainer: SLOW, questions: 4 });
  expect({ lost, statuses: Object.fromEntries(statuses), writes: took.length }).toEqual({ lost: 0, statuses: { 200: 60 }, writes: 60 });
  const rest = answered.slice(answered.indexOf('modest'));
  expect(answered.length).toBeGreaterThan(3);
  expect(answered.indexOf('modest')).toBeLessThanOrEqual(2); // one that ran already, and one whose turn was next
  for (const [i, who] of rest.slice(0, 4).entries()) expect(who).toBe(i % 2 === 0 ? 'modest' : 'greedy');
});
