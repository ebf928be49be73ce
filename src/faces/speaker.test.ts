import { describe, expect, test } from 'vitest';
import { random } from '../base/random.ts';
import type { Point } from './face.ts';
import { type Mouth, mouthOpening, type Speaker, type Speaking, speakers, type Utterance } from './speaker.ts';
import { type Loudness, loudness } from './speech.ts';

const RATE = 8000;

/** A conversation: who says something when, syllables of about a fifth of a second in bursts with pauses between. */
function conversation(seed: number, turns: readonly { who: string; start: number; end: number }[], seconds: number) {
  const chance = random(seed);
  const syllables = turns.flatMap(({ who, start, end }) => {
    const out: { who: string; at: number; length: number; wide: number }[] = [];
    for (let t = start + 0.1; t < end - 0.2; ) {
      const length = 0.14 + 0.12 * chance.next();
      out.push({ who, at: t, length, wide: 0.4 + 0.6 * chance.next() });
      t += length * (chance.next() < 0.15 ? 2.5 : 1.1);
    }
    return out;
  });
  /** How wide open the mouth of `who` is, 0–1. */
  const open = (who: string, t: number) =>
    syllables.reduce(
      (most, s) =>
        s.who === who && t > s.at && t < s.at + s.length ? Math.max(most, s.wide * Math.sin((Math.PI * (t - s.at)) / s.length)) : most,
      0,
    );
  const everybody = [...new Set(turns.map((t) => t.who))];
  const envelope = Float32Array.from({ length: seconds * 100 }, (_, i) => Math.max(...everybody.map((who) => open(who, i / 100))));
  const samples = Float32Array.from({ length: seconds * RATE }, (_, i) => {
    return (0.002 + 0.15 * envelope[Math.floor((i * 100) / RATE)]!) * chance.normal();
  });
  return {
    sound: loudness({ samples, rate: RATE, start: 0 }),
    /**
     * What landmarks show of a mouth at `fps`: small movements with the jitter that they have on real faces (0.017 from frame to frame), and
     * now and then a smile or a bite that has nothing to do with speech.
     */
    mouth: (id: number, who: string, fps: number, from = 0, to = seconds): Speaking => ({
      id,
      mouths: Array.from({ length: Math.round((to - from) * fps) }, (_, i): Mouth => {
        const t = from + i / fps;
        const idle = Math.sin(0.9 * t + 2 * id + seed) > 0.8 ? 0.03 * chance.next() : 0;
        return { t, opening: Math.abs(0.02 + 0.1 * open(who, t) + idle + 0.015 * chance.normal()) };
      }),
    }),
  };
}

const TURNS = [
  { who: 'anna', start: 1, end: 4 },
  { who: 'ben', start: 5, end: 8 },
  { who: 'off', start: 9, end: 12 },
  { who: 'anna', start: 13, end: 16 },
] as const;
const utterances: Utterance[] = TURNS.map(({ start, end }) => ({ start, end }));
const TRUTH = [1, 2, 'unknown', 1] as const;

describe('speakers', () => {
  test.each([
    [25, 0.95],
    [10, 0.95],
    [5, 0.4],
  ])(
    'made conversations at %i frames a second: at least %f linked rightly, hardly any wrongly, nobody for a voice off screen',
    (fps, least) => {
      let [right, wrong, all] = [0, 0, 0];
      for (let seed = 0; seed < 20; seed++) {
        const { sound, mouth } = conversation(seed, TURNS, 17);
        const found = speakers(utterances, [mouth(1, 'anna', fps), mouth(2, 'ben', fps)], sound);
        for (const [i, { track, confidence, reason }] of found.entries()) {
          expect(confidence === 0).toBe(track === 'unknown');
          expect(reason === undefined).toBe(track !== 'unknown');
          if (TRUTH[i] !== 'unknown') {
            all++;
            if (track === TRUTH[i]) right++;
          }
          if (track !== 'unknown' && track !== TRUTH[i]) wrong++;
        }
      }
      expect(right / all).toBeGreaterThanOrEqual(least);
      expect(wrong).toBeLessThanOrEqual(1);
    },
  );

  test('evidence for every face, and a confidence that grows with it', () => {
    const { sound, mouth } = conversation(1, TURNS, 17);
    const [first] = speakers(utterances, [mouth(1, 'anna', 25), mouth(2, 'ben', 25)], sound) as [Speaker];
    expect(first.evidence.map((e) => e.track)).toEqual([1, 2]);
    const [anna, ben] = first.evidence as [(typeof first.evidence)[0], (typeof first.evidence)[0]];
    expect(anna.total).toBeCloseTo(anna.correlation + anna.motion, 12);
    expect(anna.total).toBeGreaterThan(ben.total + 0.5);
    expect(first).toMatchObject({ track: 1, by: 'mouth' });
    expect(first.confidence).toBeGreaterThan(0.7);
  });

  test('every reason not to say who', () => {
    const { sound, mouth } = conversation(2, TURNS, 17);
    const [anna, ben] = [mouth(1, 'anna', 25), mouth(2, 'ben', 25)];
    const why = (faces: Speaking[] | undefined, heard: Loudness | undefined, u: Utterance) => speakers([u], faces, heard)[0]!.reason;
    const [first, , third] = utterances as [Utterance, Utterance, Utterance];
    expect(why([anna, ben], undefined, first)).toBe('no sound');
    expect(why([anna, ben], sound, { start: 30, end: 31 })).toBe('no sound');
    expect(why(undefined, sound, first)).toBe('no landmarks');
    expect(why([anna, ben], sound, { start: 0, end: 0.9 })).toBe('no speech');
    expect(why([mouth(1, 'anna', 25, 5)], sound, first)).toBe('nobody visible');
    expect(why([mouth(1, 'anna', 25, 1.2, 1.3)], sound, first)).toBe('too few frames');
    expect(why([anna, ben], sound, third)).toBe('off-screen');
    expect(why([anna, { ...anna, id: 3 }], sound, first)).toBe('tie');
    const nearly = { id: 3, mouths: anna.mouths.map(({ t, opening }) => ({ t, opening: 0.9 * opening })) };
    expect(why([anna, nearly], sound, first)).toBe('tie'); // one of the two is a little ahead, which is not enough
  });
});

describe('mouthOpening', () => {
  /** iBUG's 68 points of a made face, as far as they are looked at. */
  const face = (open: number): Point[] => {
    const points = Array.from({ length: 68 }, (): Point => ({ x: 0, y: 0 }));
    for (let i = 36; i < 42; i++) points[i] = { x: 30, y: 40 };
    for (let i = 42; i < 48; i++) points[i] = { x: 70, y: 40 };
    points[33] = { x: 50, y: 70 };
    for (const [k, x] of [45, 50, 55].entries()) {
      points[61 + k] = { x, y: 85 };
      points[67 - k] = { x, y: 85 + open };
    }
    return points;
  };
  const turned = (points: Point[], angle: number, scale: number): Point[] =>
    points.map(({ x, y }) => ({
      x: scale * (x * Math.cos(angle) - y * Math.sin(angle)) + 7,
      y: scale * (x * Math.sin(angle) + y * Math.cos(angle)) - 3,
    }));
  test('in sizes of the face, however large and tilted', () => {
    expect(mouthOpening(face(0))).toBe(0);
    expect(mouthOpening(face(10))).toBeCloseTo(10 / 50, 12); // eyes 40 apart, 30 from eyes to nose: 50
    expect(mouthOpening(turned(face(10), 0.4, 3))).toBeCloseTo(0.2, 12);
  });
  test('not with other points, nor where they all fall together', () => {
    expect(mouthOpening(face(10).slice(1))).toBeUndefined();
    expect(mouthOpening(Array.from({ length: 68 }, () => ({ x: 5, y: 5 })))).toBeUndefined();
  });
});
