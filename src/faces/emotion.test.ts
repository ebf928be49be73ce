import { expect, test } from 'vitest';
import { CLASS_ORDERS, type ClassOrder, EMOTIONS, inOurOrder, named } from './emotion.ts';

/** What the networks' own documents call their classes, in their order. */
const THEIRS: Readonly<Record<ClassOrder, readonly string[]>> = {
  faceapi: ['neutral', 'happy', 'sad', 'angry', 'fearful', 'disgusted', 'surprised'],
  ddamfn7: ['Neutral', 'Happy', 'Sad', 'Surprise', 'Fear', 'Disgust', 'Angry'],
  ddamfn8: ['Neutral', 'Happy', 'Sad', 'Surprise', 'Fear', 'Disgust', 'Angry', 'Contempt'],
};
const OURS: Readonly<Record<string, string>> = {
  neutral: 'neutral',
  happy: 'joy',
  sad: 'sadness',
  angry: 'anger',
  fear: 'fear',
  fearful: 'fear',
  disgust: 'disgust',
  disgusted: 'disgust',
  surprise: 'surprise',
  surprised: 'surprise',
};

test.each(Object.entries(THEIRS))('classes of %s', (order, names) => {
  expect(CLASS_ORDERS[order as ClassOrder]).toEqual(names.map((name) => OURS[name.toLowerCase()] ?? null));
  for (const [i, name] of names.entries()) {
    const sure = names.map((_, k) => (k === i ? 1 : 0));
    const shares = named(inOurOrder(sure, order as ClassOrder));
    const ours = OURS[name.toLowerCase()];
    expect(shares).toEqual(Object.fromEntries(EMOTIONS.map((emotion) => [emotion, emotion === ours ? 1 : 0])));
  }
});

test('the share of contempt goes to the others in proportion', () => {
  const shares = named(inOurOrder([0.3, 0.1, 0, 0, 0, 0, 0.1, 0.5], 'ddamfn8'));
  expect(shares.neutral).toBeCloseTo(0.6, 6);
  expect(shares.joy).toBeCloseTo(0.2, 6);
  expect(shares.anger).toBeCloseTo(0.2, 6);
});
