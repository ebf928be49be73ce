import { expect, test } from 'vitest';
import { desk, drafted, minute, voted, writing } from '../../test/support/campaign.ts';
import { decide } from './decide.ts';
import type { Event } from './events.ts';
import { extend, fold, follow } from './fold.ts';
import { refusalError } from './refusal.ts';

test('nothing adds up to a campaign that is not open', () => {
  expect(fold([])).toEqual({ settings: undefined, people: new Map(), items: new Map(), events: new Map(), refused: [] });
});

test('a repeated event is one event; the same id with something else is refused, and kept as refused', () => {
  const d = desk();
  const event = d.does('ann', 'draft', { item: 'i1', writing: writing('x') }, 'key');
  const changed = { ...event, writing: writing('y') } as Event;
  const campaign = extend(d.campaign, [event, { ...event, at: minute(700) }, changed]);
  expect(campaign.events.size).toBe(d.events.length);
  expect(campaign.refused).toMatchObject([{ event: changed, refusal: { code: 'PROTOCOL_ID_TWICE', at: 'key' } }]);
  expect(d.campaign.refused).toEqual([]);
});

test('a command that is asked again leads to nothing more, also after the item has moved on', () => {
  const d = desk();
  drafted(d, 'i1', 0.9);
  voted(d, 'i1', ['a', 'a', 'b']);
  const vote = d.events.at(-1)!;
  expect(d.ask('vito', 'vote', { item: 'i1', choice: 'b' }, vote.id)).toEqual({ events: [] });
  expect(d.refuses('vito', 'vote', { item: 'i1', choice: 'a' }, vote.id)).toBe('PROTOCOL_ID_TWICE');
  expect(d.refuses('vito', 'vote', { item: 'i1', choice: 'b' })).toBe('PROTOCOL_STATUS');
});

test('events of another campaign do not count', () => {
  const d = desk();
  const decision = decide(d.campaign, { campaign: 'other', id: 'x', by: 'ann', at: minute(1), type: 'take', item: 'i1', seat: 'draft' });
  expect(decision).toMatchObject({ refused: { code: 'PROTOCOL_OTHER_CAMPAIGN', expected: 'c', got: 'other' } });
});

test('a log is followed event by event', () => {
  const d = desk();
  const live = follow();
  const { campaign } = live;
  expect(d.events.map((event) => live.add(event))).toEqual(d.events.map(() => 'accepted'));
  expect(live.add(d.events[0]!)).toBe('repeated');
  expect(live.add({ ...d.events[0]!, id: 'x' })).toMatchObject({ code: 'PROTOCOL_OPENED' });
  expect([...campaign.items.keys()]).toEqual(['i1', 'i2']);
});

test('a refusal is also an error', () => {
  const error = refusalError({ code: 'PROTOCOL_SEAT', what: 'There is no free seat for this person', at: 'i1', fix: 'go on' });
  expect(error).toMatchObject({ code: 'PROTOCOL_SEAT', detail: { at: 'i1', fix: 'go on' }, blame: 'user' });
});

// Were anything copied for each event, this would run into the time limit of a test.
test('as many items as ECEM has, each with two drafts', () => {
  const d = desk({ items: 1 });
  const [, ...rest] = d.events;
  const added = rest.at(-1)!;
  const many = Array.from({ length: 7273 }, (_, i) => `m${i}`);
  const events = [
    ...d.events.slice(0, -1),
    { ...added, items: many.map((id) => ({ id, emotion: 'joy', modalities: ['text', 'picture'] })) },
    ...many.flatMap((item) =>
      ['ann', 'ben'].map((by) => ({
        v: 1,
        campaign: 'c',
        id: `${by}-${item}`,
        by,
        at: minute(60),
        type: 'drafted',
        item,
        writing: writing(item),
        guidelines: '1',
      })),
    ),
  ] as Event[];
  const campaign = fold(events);
  expect(campaign.refused).toEqual([]);
  expect(campaign.items.size).toBe(7273);
});
