import { expect, test } from 'vitest';
import { EMOTIONS, emotionHint, emotionNamed } from './emotion.ts';

test('every name is its own name, in any case', () => {
  for (const name of EMOTIONS) expect(emotionNamed(` ${name.toUpperCase()} `)).toBe(name);
});

test.each([
  ['happiness', 'joy'],
  ['Angry', 'anger'],
  ['surprised', 'surprise'],
  ['constructor', undefined],
  ['suprise', undefined],
])('%s → %s', (word, name) => expect(emotionNamed(word)).toBe(name));

test('a misspelling gets a guess', () => expect(emotionHint('suprise')).toContain('did you mean "surprise"'));
