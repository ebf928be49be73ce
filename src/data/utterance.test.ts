import { describe, expect, test } from 'vitest';
import { emotionAt, lineOf, timed, utteranceOf } from './utterance.ts';

describe('utteranceOf', () => {
  test('what is there is taken, null stands for what is not, other keys are ignored', () => {
    const whole = { speaker: 'Ann', text: 'Hi.', start: 0, end: 1.5, emotion: 'Happiness', clip: 'a.mp4' };
    expect(utteranceOf({ ...whole, shoe: 7 }, 3, 'x')).toEqual({ ...whole, number: 3, emotion: 'joy' });
    expect(utteranceOf({ speaker: null, start: null, end: null, emotion: null, clip: null }, 0, 'x')).toEqual({ number: 0, text: '' });
    expect(utteranceOf({ speaker: '', text: '', emotion: '' }, 0, 'x')).toEqual({ number: 0, text: '' });
  });
  test.each([
    [7, 'an object'],
    [null, 'an object'],
    [{ text: null }, 'texts'],
    [{ text: 'a', speaker: 7 }, 'texts'],
    [{ text: 'a', clip: {} }, 'texts'],
    [{ text: 'a', emotion: 'bored' }, 'anger, disgust'],
    [{ text: 'a', end: 2 }, 'seconds'],
    [{ text: 'a', start: '0', end: 2 }, 'seconds'],
    [{ text: 'a', start: 2, end: 2 }, 'seconds'],
  ])('%j is damaged', (entry, expected) => {
    expect(() => utteranceOf(entry, 0, 'here')).toThrow(
      expect.objectContaining({
        code: 'DIALOGUE_DAMAGED',
        detail: expect.objectContaining({ at: 'here', expected: expect.stringContaining(expected) }),
      }),
    );
  });
});

test('lineOf: speaker, text and times only; refused without times', () => {
  expect(lineOf({ number: 4, text: 'Hi.', start: 1, end: 2, emotion: 'joy' }, 'x')).toEqual({ text: 'Hi.', start: 1, end: 2 });
  expect(() => lineOf({ number: 4, text: 'Hi.' }, 'x')).toThrow(expect.objectContaining({ code: 'DIALOGUE_DAMAGED' }));
});

test('times and labels', () => {
  expect(timed(0, 0.5, 'x')).toEqual({ start: 0, end: 0.5 });
  for (const [start, end] of [
    [-1, 2],
    [1, Number.POSITIVE_INFINITY],
    [Number.NaN, 2],
    [2, 1],
  ] as const)
    expect(() => timed(start, end, 'x')).toThrow(expect.objectContaining({ code: 'DIALOGUE_DAMAGED' }));
  expect(emotionAt('angry', 'x')).toBe('anger');
});
