import { expect, test } from 'vitest';
import { messageOf } from './protocol.ts';

const whole = JSON.stringify({ is: 'words', words: [{ text: 'low', start: 0, end: 1 }] });

test('a line is a message; one that was cut off anywhere, as when the process dies in the middle of it, is none', () => {
  expect(messageOf(whole)).toEqual(JSON.parse(whole));
  for (let end = 0; end < whole.length; end++) expect(messageOf(whole.slice(0, end)), whole.slice(0, end)).toBeUndefined();
  for (const line of ['null', '1', '[]', '{}', '{"is":1}']) expect(messageOf(line)).toBeUndefined();
});
