import { expect, test } from 'vitest';
import { desk, drafted } from '../../test/support/campaign.ts';
import { fold } from './fold.ts';
import { redactions } from './redaction.ts';
import { written } from './same.ts';

test('each erasure is carried out in what came before it, and once', () => {
  const d = desk();
  drafted(d, 'i1', 0.5);
  d.does('ben', 'say', { item: 'i1', text: 'Whose is the other draft?' });
  d.does('lea', 'erase', { person: 'ann', texts: true });
  d.does('lea', 'erase', { person: 'ben', texts: false });
  const stored = d.events.map((event, i) => ({ version: i + 1, event }));
  const change = redactions(stored);
  const after = stored.map(({ event, version }) => ({ version, event: change(event, version) }));
  expect(JSON.stringify(after)).not.toMatch(/"ann"|"ben"|Ann on/);
  expect(JSON.stringify(after)).toMatch(/Ben on.*Whose is the other draft/);
  const left = fold(after.map(({ event }) => event));
  expect(left.refused).toEqual([]);
  expect(written(left)).toBe(written(d.campaign));

  const again = redactions(after);
  for (const { event, version } of after) expect(again(event, version)).toBe(event);
});

test('somebody who comes later under the same id is not erased', () => {
  const d = desk();
  d.does('lea', 'erase', { person: 'ann', texts: true });
  d.does('lea', 'invite', { person: 'ann', name: 'Another Ann', roles: ['annotator'] });
  const stored = d.events.map((event, i) => ({ version: i + 1, event }));
  const change = redactions(stored);
  const after = stored.map(({ event, version }) => change(event, version));
  expect(after.at(-1)).toMatchObject({ person: 'ann', name: 'Another Ann' });
  expect(JSON.stringify(after.slice(0, -1))).not.toMatch(/"ann"/);
});
