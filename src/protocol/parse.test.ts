import { describe, expect, test } from 'vitest';
import { desk, drafted, item, minute, POLICY, voted, writing } from '../../test/support/campaign.ts';
import { GUIDELINES } from './guidelines.ts';
import { parseCommand, parseEvent } from './parse.ts';

const base = { v: 1, campaign: 'c', id: 'e', by: 'ann', at: minute(0) };
const detail = (f: () => unknown): unknown => {
  try {
    return f();
  } catch (error) {
    const { code, detail } = error as { code: string; detail: { at: string; expected: string; got: string } };
    return [code, detail.at, detail.expected, detail.got];
  }
};

test('events of a whole campaign come back from JSON as they were', () => {
  const d = desk();
  drafted(d, 'i1', 0.9);
  voted(d, 'i1', ['a', 'b', 'abstain']);
  d.does('ann', 'say', { item: 'i1', text: 'Two lines\nof text.' });
  d.does('lea', 'erase', { person: 'ben', texts: true });
  for (const event of d.events) expect(parseEvent(JSON.parse(JSON.stringify(event)))).toEqual(event);
});

describe('what is not in its form is named', () => {
  test.each([
    [null, 'event.type', 'nothing'],
    [[], 'event.type', 'nothing'],
    [{ ...base, type: 'deleted' }, 'event.type', '"deleted"'],
    [{ ...base, type: '__proto__' }, 'event.type', '"__proto__"'],
    [{ ...base, v: 2, type: 'retracted', item: 'i1' }, 'event.v', '2'],
    [{ ...base, type: 'retracted' }, 'event.item', 'nothing'],
    [{ ...base, type: 'retracted', item: 'i1', force: true }, 'event.force', 'true'],
    [{ ...base, type: 'retracted', item: ' i1' }, 'event.item', '" i1"'],
    [{ ...base, type: 'retracted', item: 'i\n1' }, 'event.item', '"i\\n1"'],
    [{ ...base, type: 'retracted', item: 'x'.repeat(201) }, 'event.item', `"${'x'.repeat(79)}`],
    [{ ...base, at: '2026-02-30T00:00:00.000Z', type: 'retracted', item: 'i1' }, 'event.at', '"2026-02-30T00:00:00.000Z"'],
    [{ ...base, at: '2026-11-25T12:00:00Z', type: 'retracted', item: 'i1' }, 'event.at', '"2026-11-25T12:00:00Z"'],
    [{ ...base, type: 'voted', item: 'i1', round: 0, choice: 'a' }, 'event.round', '0'],
    [{ ...base, type: 'voted', item: 'i1', round: 1.5, choice: 'a' }, 'event.round', '1.5'],
    [{ ...base, type: 'voted', item: 'i1', round: 1, choice: 'c' }, 'event.choice', '"c"'],
    [{ ...base, type: 'measured', item: 'i1', round: 1, score: '0.9', signature: 's' }, 'event.score', '"0.9"'],
    [{ ...base, type: 'erased', person: 'ann', as: 'erased-1', texts: 'yes' }, 'event.texts', '"yes"'],
    [{ ...base, type: 'invited', person: 'x', name: 'X', roles: [] }, 'event.roles', '0 entries'],
    [{ ...base, type: 'invited', person: 'x', name: 'X', roles: ['boss'] }, 'event.roles[0]', '"boss"'],
    [{ ...base, type: 'items-added', items: [{ ...item('i1'), emotion: 'neutral' }] }, 'event.items[0].emotion', '"neutral"'],
    [
      { ...base, type: 'items-added', items: [item('i1'), { ...item('i2'), turns: [{ number: -1, text: 'x' }] }] },
      'event.items[1].turns[0].number',
      '-1',
    ],
    [{ ...base, type: 'drafted', item: 'i1', guidelines: '1', writing: { ...writing('x'), cause: '  ' } }, 'event.writing.cause', '"  "'],
  ])('%#', (value, at, got) => expect(detail(() => parseEvent(value))).toMatchObject(['PROTOCOL_FORM', at, expect.any(String), got]));

  test('a stretch that ends before it begins', () => {
    const evidence = { ...writing('x').evidence, sound: [{ from: 3, to: 2, note: 'a door' }] };
    const event = { ...base, type: 'drafted', item: 'i1', guidelines: '1', writing: { ...writing('x'), evidence } };
    expect(detail(() => parseEvent(event))).toEqual(['PROTOCOL_FORM', 'event.writing.evidence.sound[0].to', 'a time from 3 s on', '2']);
  });

  test('an even panel', () => {
    const order = {
      ...base,
      v: undefined,
      type: 'open',
      title: 'T',
      name: 'L',
      policy: { ...POLICY, voters: 2 },
      guidelines: GUIDELINES,
      seed: 1,
    };
    const { v: _, ...open } = order;
    expect(detail(() => parseCommand(open))).toEqual(['PROTOCOL_FORM', 'command.policy.voters', 'an odd number of voters', '2']);
    expect(parseCommand({ ...open, policy: { ...POLICY, gate: { none: 'no model' } } })).toMatchObject({
      policy: { gate: { none: 'no model' } },
    });
  });
});

test('commands lack what the campaign adds', () => {
  const { v: _, ...asked } = base;
  expect(parseCommand({ ...asked, type: 'draft', item: 'i1', writing: writing('x') })).toMatchObject({ type: 'draft' });
  expect(detail(() => parseCommand({ ...asked, type: 'draft', item: 'i1', writing: writing('x'), guidelines: '1' }))).toEqual([
    'PROTOCOL_FORM',
    'command.guidelines',
    'only campaign, id, by, at, type, item, writing',
    '"1"',
  ]);
  expect(parseCommand({ ...asked, type: 'measure', item: 'i1', score: Number.NaN, signature: 's' })).toMatchObject({ score: Number.NaN });
});

test('an item may say where its film is cut and when turns are spoken, and a picture where to look', () => {
  const turns = [{ number: 0, speaker: 'Ann', text: 'Oh.', start: 0.5, end: 1.25 }];
  const added = { ...base, type: 'items-added', items: [{ ...item('i1'), clip: 'film', until: 1.25, turns }] };
  expect(parseEvent(added)).toEqual(added);
  const region = { x: 0.1, y: 0, width: 0.5, height: 1 };
  const picture = [{ from: 0, to: 1, note: 'a cup', region }];
  const event = (one: object) => ({
    ...base,
    type: 'drafted',
    item: 'i1',
    guidelines: '1',
    writing: writing('x', { evidence: { ...writing('x').evidence, nothing: [], picture: [{ ...picture[0]!, ...one }] } }),
  });
  expect(parseEvent(event({}))).toEqual(event({}));
  const wrong = (one: object) => (detail(() => parseEvent(event(one))) as string[])[1];
  expect(wrong({ region: { ...region, x: 1.5 } })).toBe('event.writing.evidence.picture[0].region.x');
  expect(wrong({ to: -1 })).toBe('event.writing.evidence.picture[0].to');
});
