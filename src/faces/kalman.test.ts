import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { random } from '../base/random.ts';
import { boxOf, corrected, distance, firstState, MOTION_DEFAULTS, predicted, seenIn, stateAt } from './kalman.ts';

const positive = fc.double({ min: 0.01, max: 5, noNaN: true });
const motion = fc.record({
  value: fc.double({ min: -100, max: 100, noNaN: true }),
  velocity: fc.double({ min: -50, max: 50, noNaN: true }),
});

describe('one coordinate', () => {
  test.prop([motion, positive, positive, positive])('two steps are one long step', (start, a, b, q) => {
    const m = { ...start, p: [1, 0.2, 3] as const };
    const once = predicted(m, a + b, q);
    const twice = predicted(predicted(m, a, q), b, q);
    expect([twice.value, twice.velocity, ...twice.p]).toBeClose([once.value, once.velocity, ...once.p], { abs: 1e-9 * (1 + once.p[0]) });
  });

  test('equals the matrix equations', () => {
    // F P Fᵀ + Q and the gain P Hᵀ / S, by hand for dt = 0.5, q = 2, R = 4.
    const p = predicted({ value: 1, velocity: 2, p: [3, 0.5, 1] }, 0.5, 2);
    expect([p.value, p.velocity]).toEqual([2, 2]);
    expect(p.p).toBeClose([3 + 0.5 + 0.25 + 2 / 24, 0.5 + 0.5 + 0.25, 1 + 1], { abs: 1e-12 });
    const c = corrected({ value: 1, velocity: 2, p: [3, 0.5, 1] }, 8, 4);
    expect([c.value, c.velocity]).toBeClose([1 + (3 / 7) * 7, 2 + (0.5 / 7) * 7], { abs: 1e-12 });
    expect(c.p).toBeClose([3 * (4 / 7), 0.5 * (4 / 7), 1 - 0.25 / 7], { abs: 1e-12 });
  });
});

const box = { x: 100, y: 50, width: 40, height: 50 };

describe('boxes', () => {
  test('a state gives its box back', () => {
    expect(Object.values(boxOf(firstState(box, 0, MOTION_DEFAULTS)))).toBeClose(Object.values(box), { abs: 1e-9 });
  });

  test('learns a steady motion through uneven frames and noise', () => {
    const at = (t: number) => ({ x: 100 + 60 * t, y: 50 - 20 * t, width: 40 * Math.exp(0.2 * t), height: 50 * Math.exp(0.2 * t) });
    const ends = Array.from({ length: 40 }, (_, seed) => {
      const chance = random(seed);
      let state = firstState(at(0), 0, MOTION_DEFAULTS);
      for (let t = 0.1; t < 3; t += 0.1 + 0.2 * chance.next()) {
        const seen = at(t);
        const noise = () => 0.03 * seen.width * chance.normal();
        state = seenIn(stateAt(state, t, MOTION_DEFAULTS), { ...seen, x: seen.x + noise(), y: seen.y + noise() }, MOTION_DEFAULTS);
      }
      return state;
    });
    const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
    // The centre moves by 60 + 4.7 and −20 + 5.9 pixels a second on average over the last second, as the box grows from its corner.
    expect(mean(ends.map((s) => s.x.velocity))).toBeCloseTo(68, -1);
    expect(mean(ends.map((s) => s.y.velocity))).toBeCloseTo(-11, -1);
    const late = ends.map((s) => stateAt(s, 3.4, MOTION_DEFAULTS));
    const expected = at(3.4);
    expect(mean(late.map((s) => boxOf(s).x))).toBeCloseTo(expected.x, -1);
    expect(mean(late.map((s) => boxOf(s).y))).toBeCloseTo(expected.y, -1);
    for (const state of late) {
      expect(distance(state, expected, MOTION_DEFAULTS)).toBeLessThan(9.49); // 95 % of χ² with 4 degrees of freedom
      expect(distance(state, { ...expected, x: expected.x + 700 }, MOTION_DEFAULTS)).toBeGreaterThan(18.47);
    }
  });

  test('what is not seen becomes less sure', () => {
    const state = firstState(box, 0, MOTION_DEFAULTS);
    const far = { ...box, x: box.x + 60 };
    const [soon, later] = [0.1, 1].map((t) => distance(stateAt(state, t, MOTION_DEFAULTS), far, MOTION_DEFAULTS));
    expect(soon).toBeGreaterThan(later!);
  });
});
