import { describe, expect, test } from 'vitest';
import { random } from '../base/random.ts';
import { type Course, contagion, followings, onsets, type Pair } from './contagion.ts';
import { EMOTIONS, type Emotion } from './emotion.ts';
import type { Reading } from './timeline.ts';

const STEP = 0.2;

/** A course of readings from t = 0, one a step: what is not said is neutral. */
function course(id: number, seconds: number, shares: (t: number) => Partial<Record<Emotion, number>>, step = STEP): Course {
  const readings = Array.from({ length: Math.round(seconds / step) + 1 }, (_, i): Reading => {
    const given = shares(i * step);
    const rest = 1 - Object.values(given).reduce((sum, p) => sum + p, 0);
    return { t: i * step, emotions: Float32Array.from(EMOTIONS, (name) => given[name] ?? (name === 'neutral' ? rest : 0)) };
  });
  return { id, stretches: [readings] };
}
/** 0 before `at`, `most` from 0.4 s after it on, until `until`. */
const ramp =
  (at: number, most = 0.8, until = Number.POSITIVE_INFINITY) =>
  (t: number) =>
    t >= until ? 0 : most * Math.min(1, Math.max(0, (t - at) / 0.4));

describe('onsets', () => {
  test('where the middle is passed, interpolated', () => {
    expect(onsets(course(1, 4, (t) => ({ joy: ramp(1)(t) })))).toEqual([{ track: 1, emotion: 'joy', t: expect.closeTo(1.175, 6) }]); // 0.35 of 0.8 on the way up
  });
  test('none where an expression was there from the start, comes too slowly, or stays below `high`', () => {
    expect(onsets(course(1, 4, () => ({ joy: 0.8 })))).toEqual([]);
    expect(onsets(course(1, 20, (t) => ({ joy: Math.min(0.8, 0.02 * t + 0.2) })))).toEqual([]);
    expect(onsets(course(1, 4, (t) => ({ joy: ramp(1, 0.44)(t) })))).toEqual([]);
    expect(onsets({ id: 1, stretches: [] })).toEqual([]);
  });
  test('a flicker around the threshold is one onset; a calm moment makes the next possible', () => {
    const flicker = (t: number) => (t < 1 ? 0 : Math.round(t / STEP) % 2 === 0 ? 0.5 : 0.4);
    expect(onsets(course(1, 4, (t) => ({ joy: flicker(t) })))).toHaveLength(1);
    expect(onsets(course(1, 6, (t) => ({ joy: Math.max(ramp(1, 0.8, 2)(t), ramp(4)(t)) })))).toHaveLength(2);
  });
  test('nothing sets in across a gap', () => {
    const [before, after] = [course(1, 1, () => ({})), course(1, 2, () => ({ joy: 0.8 }))];
    const late = after.stretches[0]!.map((r) => ({ ...r, t: r.t + 2.5 }));
    expect(onsets({ id: 1, stretches: [before.stretches[0]!, late] })).toEqual([]);
  });
});

describe('followings', () => {
  const onset = (track: number, t: number, emotion: Emotion = 'joy') => ({ track, emotion, t });
  test('the latest onset of the same emotion on each other face, within the window', () => {
    const all = [onset(1, 0), onset(1, 2), onset(3, 2.5, 'anger'), onset(2, 3), onset(3, 3.05), onset(1, 7)];
    expect(followings(all)).toEqual([
      { leader: 1, follower: 2, emotion: 'joy', from: 2, to: 3, lag: 1 },
      { leader: 1, follower: 3, emotion: 'joy', from: 2, to: 3.05, lag: expect.closeTo(1.05, 9) }, // track 2 was together with it
    ]);
  });
  test('what happens together follows nobody; nor does a face follow itself', () => {
    expect(followings([onset(1, 1), onset(2, 1.1)])).toEqual([]);
    expect(followings([onset(1, 1), onset(1, 2)])).toEqual([]);
    expect(followings([onset(1, 1), onset(2, 1.1)], { together: 0.05 })).toHaveLength(1);
  });
});

/** A slow random walk that stays between 0 and 0.9: what a face might do by itself. */
function walk(seed: number, seconds: number): (t: number) => number {
  const chance = random(seed);
  const values = Array.from({ length: Math.round(seconds / STEP) + 1 }, () => 0);
  let [value, pull] = [0.4, 0];
  for (const i of values.keys()) {
    pull = 0.8 * pull + 0.08 * chance.normal();
    value = Math.min(0.9, Math.max(0, value + pull - 0.1 * (value - 0.4)));
    values[i] = value;
  }
  return (t) => values[Math.min(values.length - 1, Math.max(0, Math.round(t / STEP)))]!;
}
const pairOf = (pairs: readonly Pair[], leader: number, follower: number) =>
  pairs.find((p) => p.leader === leader && p.follower === follower)!;

describe('pairs', () => {
  test('a face that repeats another one 1.2 s later: correlation, lag, small p, and not the other way round', () => {
    for (let seed = 1; seed <= 5; seed++) {
      const [lead, noise] = [walk(seed, 60), walk(100 + seed, 60)];
      const { pairs } = contagion([
        course(1, 60, (t) => ({ joy: lead(t) })),
        course(2, 60, (t) => ({ joy: 0.85 * lead(t - 1.2) + 0.1 * noise(t) })),
      ]);
      const [there, back] = [pairOf(pairs, 1, 2), pairOf(pairs, 2, 1)];
      expect(there.lag).toBeCloseTo(1.2, 9);
      expect(there.correlation!).toBeGreaterThan(0.9);
      expect(there.p!).toBeLessThanOrEqual(0.01);
      expect(there.pHolm!).toBeGreaterThanOrEqual(there.p!);
      expect(back.correlation!).toBeLessThan(there.correlation!);
    }
  });

  test('faces that have nothing to do with each other: p below a limit is not more frequent than the limit says', () => {
    const ps = Array.from({ length: 60 }, (_, seed) => {
      const [a, b] = [walk(2 * seed + 1, 60), walk(2 * seed + 2, 60)];
      const { pairs } = contagion([course(1, 60, (t) => ({ joy: a(t) })), course(2, 60, (t) => ({ joy: b(t) }))], { shifts: 199 });
      return pairOf(pairs, 1, 2).p!;
    });
    const below = (limit: number) => ps.filter((p) => p <= limit).length / ps.length;
    expect(Math.min(...ps)).toBeGreaterThanOrEqual(1 / 200);
    for (const limit of [0.05, 0.1, 0.25, 0.5]) expect(below(limit), `${limit}`).toBeLessThanOrEqual(limit + 0.02);
    expect(below(0.5)).toBeGreaterThan(0.3); // nor much less frequent
  });

  test('with many pairs Holm’s correction leaves few accidents', () => {
    const courses = Array.from({ length: 6 }, (_, i) => course(i + 1, 60, (t) => ({ joy: walk(50 + i, 60)(t) })));
    const { pairs } = contagion(courses, { shifts: 199 });
    expect(pairs).toHaveLength(30);
    expect(pairs.filter((p) => p.pHolm! <= 0.05)).toEqual([]);
    const order = [...pairs].sort((a, b) => a.p! - b.p!);
    expect(order[0]!.pHolm).toBeCloseTo(Math.min(1, order[0]!.p! * 30), 9);
    for (const [i, pair] of order.entries()) if (i > 0) expect(pair.pHolm!).toBeGreaterThanOrEqual(order[i - 1]!.pHolm!);
  });

  test('too little time together, and too many tracks, are said and not computed', () => {
    const short = contagion([course(1, 3, () => ({})), course(2, 3, () => ({}))]);
    expect(short.pairs).toEqual([
      { leader: 1, follower: 2, followings: 0, reason: 'too little time together' },
      { leader: 2, follower: 1, followings: 0, reason: 'too little time together' },
    ]);
    const crowd = Array.from({ length: 14 }, (_, i) => course(i + 1, i === 13 ? 2 : 30, (t) => ({ joy: walk(i, 30)(t) })));
    const { pairs } = contagion(crowd, { shifts: 9 });
    expect(pairs.filter((p) => p.reason === 'too many tracks').length).toBe(14 * 13 - 12 * 11);
    expect(pairOf(pairs, 1, 14).reason).toBe('too many tracks'); // the one seen shortest
    expect(contagion([])).toEqual({ onsets: [], followings: [], pairs: [] });
  });

  test('the same answer every time, and for faces that never change', () => {
    const [a, b] = [walk(1, 30), walk(2, 30)];
    const courses = [course(1, 30, (t) => ({ joy: a(t) })), course(2, 30, (t) => ({ anger: b(t) }))];
    expect(contagion(courses)).toEqual(contagion(courses));
    const still = contagion([course(1, 30, () => ({})), course(2, 30, (t) => ({ joy: a(t) }))]);
    expect(pairOf(still.pairs, 1, 2).correlation).toBeUndefined();
  });
});

test('all of it: one laughs, the other laughs after, a third does not', () => {
  const {
    onsets: found,
    followings: followed,
    pairs,
  } = contagion([
    course(1, 12, (t) => ({ joy: ramp(3)(t) })),
    course(2, 12, (t) => ({ joy: ramp(4)(t) })),
    course(3, 12, (t) => ({ surprise: ramp(4.2)(t) })),
  ]);
  expect(found.map((o) => [o.track, o.emotion])).toEqual([
    [1, 'joy'],
    [2, 'joy'],
    [3, 'surprise'],
  ]);
  expect(followed).toEqual([
    { leader: 1, follower: 2, emotion: 'joy', from: expect.closeTo(3.175, 6), to: expect.closeTo(4.175, 6), lag: expect.closeTo(1, 6) },
  ]);
  expect(pairs.map((p) => p.followings)).toEqual([1, 0, 0, 0, 0, 0]);
});
