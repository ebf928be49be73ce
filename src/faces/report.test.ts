import { describe, expect, test } from 'vitest';
import { EMOTIONS, type Emotion } from './emotion.ts';
import type { Track } from './identity.ts';
import { type Face, facesReport, READING, type Seen } from './report.ts';
import type { Utterance } from './speaker.ts';
import { loudness } from './speech.ts';

const shares = (given: Partial<Record<Emotion, number>> = {}): Float32Array => {
  const rest = 1 - Object.values(given).reduce((sum, p) => sum + p, 0);
  return Float32Array.from(EMOTIONS, (name) => given[name] ?? (name === 'neutral' ? rest : 0));
};

/** A face seen five times a second from `from` to `to`; what viewers would read in it at t, and how its mouth stands. */
function track(
  id: number,
  [from, to]: readonly [number, number],
  read: (t: number) => Partial<Record<Emotion, number>>,
  { size = 100, mouth = (_t: number): number | undefined => undefined } = {},
): Track<Face> {
  const [first, last] = [Math.round(from * 5), Math.round(to * 5)];
  return {
    id,
    pieces: 1,
    sightings: Array.from({ length: last - first + 1 }, (_, i) => {
      const t = (first + i) / 5;
      const box = { x: 10.04 + i, y: 20, width: size, height: size };
      return { t, frame: first + i, face: { box, score: 0.98765, emotions: shares(read(t)), mouth: mouth(t) } };
    }),
  };
}

const seen = (some: Partial<Seen>): Seen => ({
  video: { duration: 10, fps: 29.97002997, width: 640, height: 360 },
  tracks: [],
  shots: [{ from: 0, to: 9.8 }],
  landmarks: false,
  notes: [],
  receipt: { made: true },
  ...some,
});

describe('tracks', () => {
  test('every sampled frame with its box, raw and smoothed shares; what dominates; peaks', () => {
    const report = facesReport(seen({ tracks: [track(1, [0, 4], (t) => ({ joy: t === 2 ? 0.9 : t > 1 && t < 3 ? 0.6 : 0.1 }))] }));
    const [one] = report.tracks;
    expect(report.video).toEqual({ duration: 10, fps: 29.97, width: 640, height: 360 });
    expect([one!.id, one!.from, one!.to, one!.frames.length]).toEqual([1, 0, 4, 21]);
    expect(one!.frames[0]).toMatchObject({ t: 0, box: [10, 20, 100, 100], score: 0.9877, emotions: { joy: 0.1, neutral: 0.9, anger: 0 } });
    expect(one!.frames[10]!.emotions.joy).toBe(0.9);
    expect(one!.frames[10]!.smoothed.joy).toBeGreaterThan(0.6);
    expect(one!.frames[10]!.smoothed.joy).toBeLessThan(0.9);
    expect(one!.peaks).toMatchObject([{ t: 2, emotion: 'joy' }]);
    expect([one!.dominant, one!.seen]).toEqual(['neutral', 4.2]);
    expect(report.receipt).toEqual({ made: true });
  });

  test('nothing is smoothed across a cut', () => {
    const cut = track(1, [0, 4], (t) => (t < 2 ? { anger: 0.9 } : { joy: 0.9 }));
    const shots = [
      { from: 0, to: 1.8 },
      { from: 2, to: 9.8 },
    ];
    const { frames, peaks } = facesReport(seen({ tracks: [cut], shots })).tracks[0]!;
    expect([frames[9]!.t, frames[9]!.smoothed.joy, frames[10]!.smoothed.anger, frames.length]).toEqual([1.8, 0, 0, 21]);
    expect(peaks).toEqual([]); // two steady shots
    expect(facesReport(seen({ tracks: [cut] })).tracks[0]!.frames[9]!.smoothed.joy).toBeGreaterThan(0.2);
  });

  test('says how to read it, in the words that may be used, and nowhere that somebody feels', () => {
    const report = facesReport(seen({ tracks: [track(1, [0, 4], () => ({ joy: 0.8 }))], notes: ['A note.'] }));
    expect(report.notes).toEqual([READING, 'A note.']);
    expect(READING).toContain('how viewers would read an expression');
    expect(JSON.stringify(report).replace(READING, '')).not.toMatch(/feel/i);
  });

  test('an empty video is a report, too; JSON holds no -0, no NaN and no undefined', () => {
    expect(facesReport(seen({ video: { duration: 0, fps: 0, width: 0, height: 0 }, shots: [] }))).toEqual({
      video: { duration: 0, fps: 0, width: 0, height: 0 },
      tracks: [],
      contagion: [],
      shots: [],
      notes: [READING],
      receipt: { made: true },
    });
    const report = facesReport(seen({ tracks: [track(1, [0, 1], () => ({}))], utterances: [{ start: 0, end: 1 }] }));
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });
});

describe('utterances', () => {
  const joyful = track(1, [0, 4], () => ({ joy: 0.9 }), { size: 100 });
  const angry = track(2, [0, 2], () => ({ anger: 0.9 }), { size: 200 });
  const one = (u: Utterance, some: Partial<Seen> = {}) =>
    facesReport(seen({ tracks: [joyful, angry], utterances: [u], ...some })).utterances![0]!;

  test('nobody linked: all faces by area and time, which is said not to be the speaker’s', () => {
    const u = one({ start: 0, end: 2 });
    expect(u).toMatchObject({ track: 'unknown', confidence: 0, reason: 'no sound', of: 'all faces', dominant: 'anger' });
    expect(u.emotions!.anger).toBeCloseTo(0.9 * 0.8, 3); // four times the area
    expect(u.faces.map((f) => [f.track, f.seen, f.dominant])).toEqual([
      [1, 2, 'joy'],
      [2, 2, 'anger'],
    ]);
    expect(u.faces[0]!.strongest).toEqual({ t: 0, emotion: 'joy', value: 0.9 });
    expect(one({ start: 3, end: 4 }).dominant).toBe('joy');
  });

  test('nobody in the picture', () => {
    expect(one({ start: 7, end: 8, speaker: 'Ross' })).toEqual({
      start: 7,
      end: 8,
      speaker: 'Ross',
      track: 'unknown',
      confidence: 0,
      reason: 'no sound',
      of: 'nobody',
      faces: [],
    });
  });

  test('a window between two sightings', () => {
    expect(one({ start: 1.05, end: 1.07 }).faces).toHaveLength(2);
  });

  test('a speaker found by mouth and sound, under the name of the dialogue', () => {
    const open = (t: number) => 0.02 + (t >= 1 && t < 4 && Math.round(t * 5) % 2 === 0 ? 0.15 : 0);
    const rate = 8000;
    const samples = Float32Array.from({ length: 8 * rate }, (_, i) => {
      const t = i / rate;
      return (t >= 1 && t < 4 ? 0.2 : 0.0005) * Math.sin(700 * t * Math.sin(t));
    });
    const report = facesReport(
      seen({
        tracks: [
          track(1, [0, 8], () => ({ joy: 0.9 }), { mouth: open }),
          track(2, [0, 8], () => ({ anger: 0.9 }), { size: 300, mouth: () => 0.02 }),
        ],
        utterances: [{ start: 1, end: 4, speaker: 'Ross' }],
        sound: loudness({ samples, rate, start: 0 }),
        landmarks: true,
      }),
    );
    expect(report.utterances).toMatchObject([{ speaker: 'Ross', track: 1, by: 'mouth', of: 'speaker', dominant: 'joy' }]);
    expect(report.utterances![0]!.confidence).toBeGreaterThan(0.5);
    expect(report.speakers).toMatchObject([{ speaker: 'Ross', track: 1, utterances: 1 }]);
  });
});

describe('contagion', () => {
  const turning = (id: number, at: number) => track(id, [0, 9], (t) => ({ joy: t < at ? 0.05 : 0.9 }));
  test('who changed after whom, with the note that order is not cause', () => {
    const { contagion, notes } = facesReport(seen({ tracks: [turning(1, 3), turning(2, 4)] }));
    const after = contagion.find((p) => p.leader === 1 && p.follower === 2)!;
    expect(after.followings).toEqual([{ emotion: 'joy', from: expect.any(Number), to: expect.any(Number), lag: expect.closeTo(1, 1) }]);
    expect(notes.join(' ')).toMatch(/order in time does not say that one caused the other/);
    expect(contagion.find((p) => p.leader === 2 && p.follower === 1)?.followings ?? []).toEqual([]);
  });
  test('pairs of which nothing can be said are left out', () => {
    expect(facesReport(seen({ tracks: [track(1, [0, 2], () => ({})), track(2, [0, 2], () => ({}))] })).contagion).toEqual([]);
  });
});

test('landmarks, where they were kept', () => {
  const [one] = [track(1, [0, 1], () => ({}))].map((t) => ({
    ...t,
    sightings: t.sightings.map((s) => ({ ...s, face: { ...s.face, landmarks: Float32Array.of(1.26, 2, 3, 4) } })),
  }));
  expect(facesReport(seen({ tracks: [one!] })).tracks[0]!.frames[0]!.landmarks).toEqual([
    [1.3, 2],
    [3, 4],
  ]);
});
