import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { EMOTIONS, type Emotion } from './emotion.ts';
import { peaks, type Reading, smoothed, stretches, strongest, summary, verdict, weighted } from './timeline.ts';

/** A distribution with these probabilities; what is left is neutral. */
const reading = (t: number, shares: Partial<Record<Emotion, number>> = {}): Reading => {
  const rest = 1 - Object.values(shares).reduce((sum, p) => sum + p, 0);
  return { t, emotions: Float32Array.from(EMOTIONS, (name) => shares[name] ?? (name === 'neutral' ? rest : 0)) };
};
const of = (emotion: Emotion) => EMOTIONS.indexOf(emotion);
const joys = (values: readonly number[], step = 0.2) => values.map((joy, i) => reading(i * step, { joy }));
const courseOf = (readings: readonly Reading[], emotion: Emotion) => readings.map((r) => r.emotions[of(emotion)]!);

const anyReadings = fc
  .array(
    fc.tuple(
      fc.double({ min: 0.04, max: 0.5, noNaN: true }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 7, maxLength: 7 }),
    ),
    {
      minLength: 1,
      maxLength: 20,
    },
  )
  .map((made) => {
    let t = 0;
    return made.map(([step, weights]): Reading => {
      const total = weights.reduce((sum, w) => sum + w, 1e-6);
      t += step;
      return { t, emotions: Float32Array.from(weights, (w, i) => (w + (i === 0 ? 1e-6 : 0)) / total) };
    });
  });

describe('stretches', () => {
  test('cut where nothing is known for more than a second', () => {
    const times = [0, 0.2, 1.2, 2.3, 2.5, 9];
    expect(stretches(times.map((t) => reading(t))).map((s) => s.map((r) => r.t))).toEqual([[0, 0.2, 1.2], [2.3, 2.5], [9]]);
    expect(stretches([])).toEqual([]);
  });
});

describe('smoothed', () => {
  test('a spike becomes a Gaussian hill, by hand', () => {
    const spike = joys([0, 0, 0, 0, 1, 0, 0, 0, 0]);
    const weights = [0, 0.2, 0.4, 0.6, 0.8].map((d) => Math.exp(-0.5 * (d / 0.3) ** 2));
    const all = weights[0]! + 2 * (weights[1]! + weights[2]! + weights[3]! + weights[4]!);
    const out = courseOf(smoothed(spike), 'joy');
    expect([out[4]!, out[3]!, out[5]!]).toBeClose([1 / all, weights[1]! / (all - weights[4]!), weights[1]! / (all - weights[4]!)], {
      abs: 1e-6,
    });
    expect(smoothed(spike, { spread: 0 })).toEqual(spike);
  });

  test.prop([anyReadings, fc.boolean()])(
    'distributions between the smallest and the largest reading, at the same times',
    (readings, causal) => {
      const out = smoothed(readings, { causal });
      expect(out.map((r) => r.t)).toEqual(readings.map((r) => r.t));
      for (const { emotions } of out) {
        expect(emotions.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
        for (const e of EMOTIONS.keys()) {
          const values = readings.map((r) => r.emotions[e]!);
          expect(emotions[e]!).toBeGreaterThanOrEqual(Math.min(...values) - 1e-6);
          expect(emotions[e]!).toBeLessThanOrEqual(Math.max(...values) + 1e-6);
        }
      }
    },
  );

  test.prop([anyReadings])('a live view never looks ahead', (readings) => {
    const cut = Math.ceil(readings.length / 2);
    expect(smoothed(readings, { causal: true }).slice(0, cut)).toEqual(smoothed(readings.slice(0, cut), { causal: true }));
  });

  test('uneven frames weigh by their time, not by their number', () => {
    // Ten readings in one frame's time say joy, the ones around say neutral: over real time that is still a short moment.
    const dense = [0, 0.2, 0.4, ...Array.from({ length: 10 }, (_, i) => 0.5 + i * 0.001), 0.6, 0.8, 1].map((t) =>
      reading(t, t >= 0.5 && t < 0.52 ? { joy: 1 } : {}),
    );
    expect(summary(dense)!.emotions[of('joy')]!).toBeLessThan(0.12);
  });
});

describe('peaks', () => {
  test('hills with their values and prominence, in order of time; small ones and neutral are none', () => {
    const stretch = joys([0, 0.2, 0.8, 0.5, 0.6, 0.1, 0.05, 0.25, 0.1]);
    expect(peaks(stretch)).toEqual([
      { t: 0.4, emotion: 'joy', value: expect.closeTo(0.8, 5), prominence: expect.closeTo(0.75, 5), fromNeutral: expect.closeTo(0.8, 5) },
    ]);
    expect(peaks(stretch, { prominence: 0.05, value: 0.2 }).map((p) => [p.t, p.prominence])).toEqual([
      [0.4, expect.closeTo(0.75, 5)], // down to 0.05 on the right
      [0.8, expect.closeTo(0.1, 5)], // down to 0.5 towards the higher hill
      [expect.closeTo(1.4, 5), expect.closeTo(0.15, 5)], // the end on the right is as good as a valley
    ]);
  });
  test('plateaus, edges, flat courses', () => {
    expect(peaks(joys([0, 0.5, 0.5, 0.5, 0])).map((p) => p.t)).toEqual([0.4]);
    expect(peaks(joys([0.9, 0.5, 0.1])).map((p) => [p.t, p.prominence])).toEqual([[0, expect.closeTo(0.8, 5)]]);
    expect(peaks(joys([0.1, 0.5, 0.9])).map((p) => p.t)).toEqual([0.4]);
    expect(peaks(joys([0.7, 0.7, 0.7]))).toEqual([]);
    expect(peaks(joys([0.7]))).toEqual([]);
  });
  test('several emotions', () => {
    const stretch = [reading(0), reading(1, { anger: 0.6 }), reading(2, { joy: 0.5 }), reading(3)];
    expect(peaks(stretch).map((p) => [p.t, p.emotion])).toEqual([
      [1, 'anger'],
      [2, 'joy'],
    ]);
  });
});

describe('summary', () => {
  test('mean over time; a reading stands for the time nearer to it than to its neighbours', () => {
    const readings = [reading(0), reading(1, { joy: 1 }), reading(1.5), reading(2)];
    const whole = summary(readings)!; // -0.5…0.5, 0.5…1.25, 1.25…1.75, 1.75…2.25
    expect([whole.seen, whole.emotions[of('joy')]]).toEqual([2.75, expect.closeTo(0.75 / 2.75, 6)]);
    expect(summary(readings, 0.5, 1)).toEqual({ seen: 0.5, emotions: reading(0, { joy: 1 }).emotions });
  });
  test('a gap counts half a second on each side, a lonely reading one second', () => {
    expect(summary([reading(0), reading(10)])!.seen).toBe(2);
    expect(summary([reading(4)])!.seen).toBe(1);
    expect(summary([reading(0), reading(10)], 3, 7)).toBeUndefined();
    expect(summary([])).toBeUndefined();
  });
  test.prop([anyReadings, fc.double({ min: 0, max: 6, noNaN: true })])('two parts make the whole', (readings, cut) => {
    const [whole, parts] = [summary(readings)!, [summary(readings, undefined, cut), summary(readings, cut)]];
    expect(parts.reduce((sum, p) => sum + (p?.seen ?? 0), 0)).toBeCloseTo(whole.seen, 9);
    for (const e of EMOTIONS.keys()) {
      const sum = parts.reduce((total, p) => total + (p === undefined ? 0 : p.seen * p.emotions[e]!), 0);
      expect(sum / whole.seen).toBeCloseTo(whole.emotions[e]!, 5);
    }
  });
});

describe('verdict', () => {
  test.each([
    [{ joy: 0.6 }, 'joy', 0.6],
    [{}, 'neutral', 1],
    [{ joy: 0.5, surprise: 0.45 }, 'unclear', 0.5], // no lead
    [{ anger: 0.2, disgust: 0.2, fear: 0.2, sadness: 0.2, joy: 0.1 }, 'unclear', 0.2], // too little
    [{ joy: 0.36, surprise: 0.25, fear: 0.2, anger: 0.19 }, 'joy', 0.36],
  ] as const)('%j → %s', (shares, dominant, score) => {
    expect(verdict(reading(0, shares).emotions)).toEqual({ dominant, score: expect.closeTo(score, 6) });
  });
});

test('strongest: the most probable class but neutral, inside the window', () => {
  const readings = [reading(0, { anger: 0.9 }), reading(1, { joy: 0.3 }), reading(2, { joy: 0.4 }), reading(3, { fear: 0.8 })];
  expect(strongest(readings, 1, 2)).toEqual({ t: 2, emotion: 'joy', value: expect.closeTo(0.4, 6) });
  expect(strongest(readings)).toMatchObject({ t: 0, emotion: 'anger' });
  expect(strongest(readings, 5, 6)).toBeUndefined();
});

test('weighted: by area and time', () => {
  const joy = { emotions: reading(0, { joy: 1 }).emotions, seen: 1, area: 300 };
  const neutral = { emotions: reading(0).emotions, seen: 2, area: 100 };
  expect(weighted([joy, neutral])![of('joy')]).toBeCloseTo(0.6, 6);
  expect(weighted([])).toBeUndefined();
});
