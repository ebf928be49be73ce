import { expect, test } from 'vitest';
import { decide, fold } from '../../../src/protocol/index.ts';
import { desk, item as itemOf } from '../../../test/support/campaign.ts';
import { BLANK, gapsOf, type Mark, marked, sendable } from './marking.ts';

const item = itemOf('i', { modalities: ['text', 'sound', 'picture'], utterance: 3, until: 4 });
const after = (...marks: Mark[]) => marks.reduce((writing, mark) => marked(item, writing, mark), BLANK);

test('turns go in and out, in their order, and none after the utterance', () => {
  const { evidence } = after(
    { do: 'turn', turn: 3 },
    { do: 'turn', turn: 1 },
    { do: 'turn', turn: 2 },
    { do: 'turn', turn: 3 },
    { do: 'turn', turn: 4 },
  );
  expect(evidence.text).toEqual([{ turn: 1 }, { turn: 2 }]);
});

test('a stretch is put the right way round, inside of what is shown, in the order of time', () => {
  const { evidence } = after(
    { do: 'stretch', in: 'sound', from: 3.00049, to: 9 },
    { do: 'stretch', in: 'sound', from: 1, to: -1 },
    { do: 'face', face: 2, time: Number.NaN },
  );
  expect(evidence.sound).toEqual([
    { from: 0, to: 1, note: '' },
    { from: 3, to: 4, note: '' },
  ]);
  expect(evidence.faces).toEqual([{ face: 2, time: 0, note: '' }]);
});

test('a region belongs to the picture, and can be taken back', () => {
  const region = { x: 0.1, y: 0.2, width: 0.3, height: 0.4 };
  const one = after({ do: 'stretch', in: 'picture', from: 1, to: 2, region });
  expect(one.evidence.picture).toEqual([{ from: 1, to: 2, note: '', region }]);
  expect(marked(item, one, { do: 'region', at: 0, region: undefined }).evidence.picture).toEqual([{ from: 1, to: 2, note: '' }]);
  expect(after({ do: 'stretch', in: 'sound', from: 1, to: 2, region }).evidence.sound[0]).not.toHaveProperty('region');
});

test('nothing and something exclude each other', () => {
  const nothing: Mark = { do: 'nothing', modality: 'picture' };
  const face: Mark = { do: 'face', face: 1, time: 1 };
  expect(after(nothing).evidence.nothing).toEqual(['picture']);
  expect(after(nothing, nothing).evidence.nothing).toEqual([]);
  expect(after(nothing, face).evidence).toMatchObject({ nothing: [], faces: [{ face: 1 }] });
  expect(after(face, nothing).evidence).toMatchObject({ nothing: [], faces: [{ face: 1 }] });
});

test('a modality that the item lacks gets no evidence', () => {
  const words = itemOf('w', { modalities: ['text'] });
  expect(marked(words, BLANK, { do: 'stretch', in: 'sound', from: 0, to: 1 })).toBe(BLANK);
});

test('what is missing is named, one after the other, until the protocol would take it', () => {
  const said = (...marks: Mark[]) => gapsOf(item, after(...marks)).map((gap) => gap.in);
  expect(said()).toEqual(['cause', 'reasoning', 'evidence']);
  const written: Mark[] = [
    { do: 'cause', text: ' She lost it. ' },
    { do: 'reasoning', text: 'Turn 1.' },
  ];
  const sound: Mark = { do: 'stretch', in: 'sound', from: 1, to: 2 };
  expect(said(...written, { do: 'cause', text: 'x'.repeat(2001) })).toEqual(['cause', 'evidence']);
  expect(said(...written, sound)).toEqual(['sound', 'evidence']);
  expect(said(...written, ...(['text', 'sound', 'picture'] as const).map((modality): Mark => ({ do: 'nothing', modality })))).toEqual([
    'evidence',
  ]);
  const whole: Mark[] = [
    ...written,
    sound,
    { do: 'note', in: 'sound', at: 0, note: ' a sob ' },
    { do: 'turn', turn: 1 },
    { do: 'note', in: 'text', at: 0, note: ' ' },
    { do: 'nothing', modality: 'picture' },
  ];
  expect(said(...whole)).toEqual([]);
  const writing = sendable(after(...whole));
  expect(writing).toEqual({
    cause: 'She lost it.',
    reasoning: 'Turn 1.',
    evidence: { text: [{ turn: 1 }], sound: [{ from: 1, to: 2, note: 'a sob' }], picture: [], faces: [], nothing: ['picture'] },
  });
  const d = desk();
  d.does('lea', 'add-items', { items: [item] });
  const command = { type: 'draft' as const, campaign: 'c', id: 'x', by: 'ann', at: '2026-11-25T20:00:00.000Z', item: 'i', writing };
  expect(decide(fold(d.events), command)).toHaveProperty('events');
});

test('entries can be mended and taken out', () => {
  const two = after({ do: 'stretch', in: 'picture', from: 0, to: 1 }, { do: 'face', face: 1, time: 2 });
  const times = marked(item, two, { do: 'times', in: 'picture', at: 0, from: 2, to: 1.5 });
  expect(times.evidence.picture).toEqual([{ from: 1.5, to: 2, note: '' }]);
  expect(marked(item, two, { do: 'which-face', at: 0, face: 3.2 }).evidence.faces[0]!.face).toBe(3);
  expect(marked(item, two, { do: 'remove', in: 'picture', at: 0 }).evidence.picture).toEqual([]);
});
