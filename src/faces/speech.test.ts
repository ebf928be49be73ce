import { describe, expect, test } from 'vitest';
import { random } from '../base/random.ts';
import { heard, loudness } from './speech.ts';

const RATE = 16_000;

/** Noise whose amplitude over time is given, as sound. */
function sound(seconds: number, amplitude: (t: number) => number, start = 0) {
  const chance = random(3);
  return { rate: RATE, start, samples: Float32Array.from({ length: seconds * RATE }, (_, i) => amplitude(i / RATE) * chance.normal()) };
}

describe('loudness', () => {
  const talk = loudness(sound(6, (t) => (t >= 2 && t < 4 ? 0.1 : 0.001)));
  test('speech is where it is loud, to a hundredth of a second', () => {
    expect(talk.level).toHaveLength(600);
    const spoken = [...talk.level].flatMap((level, i) => (level >= 0 ? [i * talk.step] : []));
    expect([spoken[0], spoken.at(-1), spoken.length]).toEqual([expect.closeTo(2, 1), expect.closeTo(4, 1), expect.closeTo(200, -1)]);
  });
  test('the threshold follows the recording, not full scale', () => {
    const far = loudness(sound(6, (t) => (t >= 2 && t < 4 ? 0.01 : 0.0005)));
    expect(heard(far, 2.1, 3.9)!.speech).toBe(1);
    expect(heard(far, 0, 1.9)!.speech).toBe(0);
  });
  test('over the noise of a street', () => {
    const street = loudness(sound(6, (t) => (t >= 2 && t < 4 ? 0.11 : 0.02)));
    expect(heard(street, 2.1, 3.9)!.speech).toBeGreaterThan(0.95);
    expect(heard(street, 0, 1.9)!.speech).toBeLessThan(0.05);
  });
  test.each([
    ['silence', () => 0],
    ['a constant noise', () => 0.1],
    ['what is far too quiet', (t: number) => (t > 3 ? 1e-4 : 1e-6)],
  ])('no speech in %s', (_, amplitude) => {
    expect(loudness(sound(6, amplitude)).level.every((level) => level < 0)).toBe(true);
  });
  test('levels stay within 20 dB of the threshold', () => {
    expect(Math.max(...talk.level)).toBeLessThanOrEqual(20);
    expect(Math.min(...talk.level)).toBeGreaterThanOrEqual(-20);
  });
  test('an empty sound', () => expect(loudness({ rate: RATE, start: 0, samples: new Float32Array(0) }).level).toHaveLength(0));
});

describe('heard', () => {
  test('exactly the time that was asked for', () => {
    const talk = loudness(sound(6, (t) => (t >= 2 && t < 4 ? 0.1 : 0.001)));
    expect(
      [heard(talk, 2.02, 2.04), heard(talk, 3.96, 3.98), heard(talk, 1.96, 1.98), heard(talk, 4.02, 4.04)].map((h) => h!.speech),
    ).toEqual([1, 1, 0, 0]);
  });
  test('on the clock of the pictures: sound may begin later', () => {
    const late = loudness(sound(4, (t) => (t < 2 ? 0.1 : 0.001), 5));
    expect(heard(late, 5, 7)!.speech).toBeGreaterThan(0.98);
    expect(heard(late, 7.1, 9)!.speech).toBe(0);
    expect(heard(late, 2, 4)).toBeUndefined();
    expect(heard(late, 9.5, 10)).toBeUndefined();
    expect(heard(late, 8.5, 12)!.speech).toBe(0); // the part that there is
  });
});
