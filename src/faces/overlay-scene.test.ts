import { describe, expect, test } from 'vitest';
import { random } from '../base/random.ts';
import { type Picture, picture } from '../media/picture.ts';
import { EMOTIONS, type Emotion, named } from './emotion.ts';
import { sceneOf } from './overlay-scene.ts';
import type { FrameReport, TrackReport } from './report.ts';

const place = (seed: number): Picture => {
  const chance = random(seed);
  return picture(
    64,
    36,
    Uint8Array.from({ length: 64 * 36 * 3 }, () => chance.below(256)),
  );
};
const [HERE, THERE] = [place(1), place(2)] as const;

const shares = (emotion: Emotion, p: number) => named(EMOTIONS.map((name) => (name === emotion ? p : name === 'neutral' ? 1 - p : 0)));
/** Frames of a face that moves by 10 pixels a frame and turns from neutral to joy. */
const track = (id: number, times: readonly number[]): TrackReport => ({
  id,
  from: times[0]!,
  to: times.at(-1)!,
  frames: times.map(
    (t, i): FrameReport => ({ t, box: [10 * i, 5, 20, 24], score: 0.9, emotions: shares('anger', 1), smoothed: shares('joy', i / 4) }),
  ),
  dominant: 'joy',
  dominantScore: 1,
  emotions: shares('joy', 1),
  seen: 1,
  peaks: [],
});
const times = (from: number, to: number) =>
  Array.from({ length: Math.round((to - from) * 5) + 1 }, (_, i) => Math.round(1000 * (from + i / 5)) / 1000);
const joy = EMOTIONS.indexOf('joy');

describe('between sampled frames', () => {
  const scene = () => sceneOf({ tracks: [track(1, times(0, 0.8))], shots: [{ from: 0, to: 2 }] });
  test('boxes and smoothed probabilities run straight, words stay with the nearest frame', () => {
    const [half] = scene().at(0.5, HERE);
    expect(half).toMatchObject({ id: 1, box: { x: 25, y: 5, width: 20, height: 24 }, speaks: false });
    expect(half!.emotions[joy]).toBeCloseTo(0.625, 6);
    expect([scene().at(0.49, HERE)[0]!.share, scene().at(0.51, HERE)[0]!.share]).toEqual([0.5, 0.75]);
    expect(scene().at(0.79, HERE)[0]).toMatchObject({ dominant: 'joy', share: 1 });
    expect(scene().at(0.4, HERE)[0]!.box.x).toBeCloseTo(20, 9);
  });
  test('a lost face stays for half a step', () => {
    expect(scene().at(0.89, HERE)).toHaveLength(1);
    expect(scene().at(0.92, HERE)).toEqual([]);
  });
  test('over a missed frame, but not over a gap', () => {
    const gaps = sceneOf({ tracks: [track(1, [0, 0.2, 0.4, 1, 1.2, 1.4, 3, 3.2, 3.4])], shots: [{ from: 0, to: 5 }] });
    expect(gaps.at(0.7, HERE)[0]!.box.x).toBeCloseTo(25, 6);
    expect(gaps.at(2, HERE)).toEqual([]);
    expect(gaps.at(2.95, HERE)[0]!.box.x).toBe(60);
  });
  test('several faces, in the order of their numbers', () => {
    const two = sceneOf({ tracks: [track(1, times(0, 1)), track(2, times(0.4, 1))], shots: [{ from: 0, to: 2 }] });
    expect([0.1, 0.5].map((t) => two.at(t, HERE).map((p) => p.id))).toEqual([[1], [1, 2]]);
  });
});

describe('cuts', () => {
  const shots = [
    { from: 0, to: 0.8 },
    { from: 1, to: 1.8 },
  ];
  /** Pictures 25 times a second with the cut at `cut`; who is in each. */
  const shown = (tracks: readonly TrackReport[], cut: number) => {
    const scene = sceneOf({ tracks, shots });
    return Array.from({ length: 50 }, (_, i) => ({ t: i / 25, who: scene.at(i / 25, i / 25 < cut - 1e-9 ? HERE : THERE) }));
  };
  test.each([0.84, 0.88, 0.96, 1])('a cut at %f s is found in the pictures: each shot keeps its own boxes to its very end', (cut) => {
    const before = track(1, times(0, 0.8));
    const after = {
      ...track(2, times(1, 1.8)),
      frames: track(2, times(1, 1.8)).frames.map((f) => ({ ...f, box: [40, 5, 20, 24] as const })),
    };
    for (const { t, who } of shown([before, after], cut))
      expect(
        who.map((p) => p.id),
        `${t}`,
      ).toEqual(t < cut - 1e-9 ? [1] : [2]);
  });
  test('a person who is in both shots does not fly from one place to the other', () => {
    const both: TrackReport = {
      ...track(1, times(0, 1.8)),
      frames: track(1, times(0, 1.8)).frames.map((f) => ({
        ...f,
        box: f.t < 0.9 ? ([0, 0, 10, 10] as const) : ([50, 20, 10, 10] as const),
      })),
    };
    for (const { t, who } of shown([both], 0.92))
      expect(
        who.map((p) => p.box.x),
        `${t}`,
      ).toEqual([t < 0.92 ? 0 : 50]);
  });
  test('where the pictures show no cut, the report’s next shot begins with its first frame', () => {
    const scene = sceneOf({ tracks: [track(1, times(0, 0.8))], shots });
    expect([0.8, 0.9, 0.98].map((t) => scene.at(t, HERE).length)).toEqual([1, 1, 1]);
    expect(scene.at(1, HERE)).toEqual([]);
  });
});

test('who speaks: while an utterance that is linked to the track goes on', () => {
  const said = { start: 0.2, end: 0.6, track: 1, confidence: 0.9, of: 'speaker', faces: [] } as const;
  const scene = sceneOf({
    tracks: [track(1, times(0, 1)), track(2, times(0, 1))],
    shots: [{ from: 0, to: 1 }],
    utterances: [said, { ...said, track: 'unknown', start: 0, end: 1 }],
  });
  const speaking = (t: number) => scene.at(t, HERE).flatMap((p) => (p.speaks ? [p.id] : []));
  expect([0.1, 0.4, 0.7].map(speaking)).toEqual([[], [1], []]);
});

test('an empty report', () => {
  expect(sceneOf({ tracks: [], shots: [] }).at(1, HERE)).toEqual([]);
});
