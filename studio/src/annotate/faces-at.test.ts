import { expect, test } from 'vitest';
import { numbered } from '../../../src/server/glimpse.ts';
import { facesAt, likeliestFace } from './faces-at.ts';

const frame = (t: number, box: readonly [number, number, number, number]) => ({ t, box, score: 1, emotions: {}, smoothed: {} });
const report = {
  video: { width: 200, height: 100 },
  tracks: [
    { id: 2, frames: [frame(0.2, [20, 10, 40, 50]), frame(0.4, [22, 10, 40, 50]), frame(2, [20, 10, 40, 50])] },
    { id: 1, frames: [frame(0.2, [100, 10, 20, 25])] },
  ],
};

test('faces have numbers and places, in shares; nothing from after the utterance, and nothing of how they would be read', () => {
  const faces = numbered(report as never, 2);
  expect(faces).toEqual([
    { face: 1, t: 0.2, box: [0.5, 0.1, 0.1, 0.25] },
    { face: 2, t: 0.2, box: [0.1, 0.1, 0.2, 0.5] },
    { face: 2, t: 0.4, box: [0.11, 0.1, 0.2, 0.5] },
  ]);
  expect(numbered(report as never)).toHaveLength(4);
});

test('a face is where it was seen last, for a while; the largest is meant first', () => {
  const found = { step: 0.2, faces: numbered(report as never) };
  expect(facesAt(found, 0.1)).toEqual([]);
  expect(facesAt(found, 0.3).map(({ face }) => face)).toEqual([1, 2]);
  expect(facesAt(found, 0.6).map(({ face, t }) => [face, t])).toEqual([[2, 0.4]]);
  expect(facesAt(found, 1.5)).toEqual([]);
  expect(likeliestFace(found, 0.3)).toBe(2);
  expect(likeliestFace(found, 1.5)).toBe(1);
  expect(likeliestFace(undefined, 0)).toBe(1);
});
