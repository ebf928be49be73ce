import { describe, expect, test } from 'vitest';
import type { FrameReport, TrackReport } from '../../../src/faces/report.ts';
import { facesAt, frameAt, stepOf, strongest, trackAt } from './faces.ts';

const reading = { anger: 0.1, disgust: 0, fear: 0, joy: 0.7, neutral: 0.2, sadness: 0, surprise: 0 };
const frame = (t: number, x: number): FrameReport => ({ t, box: [x, 10, 20, 20], score: 0.9, emotions: reading, smoothed: reading });
const track = (id: number, frames: readonly FrameReport[]) => ({ id, frames }) as TrackReport;
const report = { tracks: [track(1, [frame(0, 0), frame(0.2, 10), frame(0.4, 20), frame(2, 20)]), track(4, [frame(0.4, 200)])] };

test('the last picture at or before a moment', () => {
  const { frames } = report.tracks[0]!;
  expect([-1, 0, 0.19, 0.2, 1, 9].map((t) => frameAt(frames, t)?.t)).toEqual([undefined, 0, 0, 0.2, 0.4, 2]);
});

describe('faces on a picture', () => {
  const at = (t: number) => facesAt(report, t, stepOf(report)).map(({ track, box }) => [track, Math.round(box[0])]);
  test('a box moves from one sighting to the next', () => expect(at(0.1)).toEqual([[1, 5]]));
  test('a face that is not seen any more is not drawn', () => expect(at(1)).toEqual([]));
  test('it does not slide over a gap', () =>
    expect(at(0.5)).toEqual([
      [1, 20],
      [4, 200],
    ]));
  test('how viewers would read it comes with it', () => expect(facesAt(report, 0, 0.2)[0]).toMatchObject({ emotion: 'joy', share: 0.7 }));
});

test('an even reading has a strongest one, too', () => expect(strongest({ ...reading, anger: 0.7 })[1]).toBe(0.7));

test('a face of an answer is found by a moment and a point; elsewhere there is none', () => {
  expect(trackAt(report, { t: 0.4, x: 210, y: 20 })).toBe(4);
  expect(trackAt(report, { t: 0.4, x: 31, y: 21 })).toBe(1);
  expect(trackAt(report, { t: 0.4, x: 120, y: 20 })).toBeUndefined();
  expect(trackAt(report, { t: 5, x: 210, y: 20 })).toBeUndefined();
});
