import { expect, test } from 'vitest';
import type { FacesReport } from '../../../src/faces/report.ts';
import { changeText, litBy } from './lit.ts';

const sentence = {
  text: 'He looked furious.',
  letters: [0, 18] as const,
  turns: [
    { turn: 1, lost: 0.01 },
    { turn: 2, lost: 0.4 },
    { turn: 3, lost: -0.9 },
  ],
  frames: [
    { t: 0.5, lost: 0.1 },
    { t: 1.5, lost: 0 },
  ],
  faces: [{ face: 2, track: 9, lost: 0.8 }],
  modalities: { V: 0.2, T: 0.019 },
};
const answer = { faces: [{ face: 2, at: { t: 1, x: 50, y: 50 } }] };
const film = { tracks: [{ id: 7, frames: [{ t: 1, box: [40, 40, 20, 20] }] }] } as unknown as FacesReport;

test('what counted is lit, what counted most brightest; what did not, or made the words likelier by being gone, stays dark', () => {
  const lit = litBy(sentence, answer, film);
  expect(lit.rests.map(({ is, strength }) => [is, strength])).toEqual([
    ['face', 1],
    ['turn', 0.5],
    ['modality', 0.25],
    ['frame', 0.125],
  ]);
  expect([...lit.turns]).toEqual([[2, 0.5]]);
  expect([...lit.frames]).toEqual([[0.5, 0.125]]);
});

test('a face is lit under the number that it has in the film; while nobody has looked at the film, it is named all the same', () => {
  expect([...litBy(sentence, answer, film).tracks]).toEqual([[7, 1]]);
  expect(litBy(sentence, answer, undefined)).toMatchObject({ tracks: new Map(), rests: [{ is: 'face', track: undefined }, {}, {}, {}] });
});

test('nothing counted', () =>
  expect(litBy({ ...sentence, turns: [], frames: [], faces: [], modalities: {} }, answer, film).rests).toEqual([]));

test.each([
  [0.1, '1.11 times less likely without'],
  [3, '20 times less likely without'],
  [9, 'more than 1000 times less likely without'],
])('%d nats in words', (lost, words) => expect(changeText(lost)).toBe(words));
