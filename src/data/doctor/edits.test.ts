import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { type Edit, editsOf } from './edits.ts';

const made = (before: string, edits: readonly Edit[]) =>
  [...edits].reverse().reduce((text, { span: [from, to], insert }) => text.slice(0, from) + insert + text.slice(to), before);

test.each([
  ['same', 'same', []],
  ['sheâ\u0080\u0099s', 'she’s', [{ span: [3, 6], insert: '’' }]],
  [
    'a?b?c',
    'a’b”c',
    [
      { span: [1, 2], insert: '’' },
      { span: [3, 4], insert: '”' },
    ],
  ],
  ['', 'new', [{ span: [0, 0], insert: 'new' }]],
  [
    '"gone"',
    'gone',
    [
      { span: [0, 1], insert: '' },
      { span: [5, 6], insert: '' },
    ],
  ],
  ['x😀y', 'x😁y', [{ span: [1, 3], insert: '😁' }]], // never half of a sign
] as const)('%j → %j', (before, after, edits) => {
  expect(editsOf(before, after)).toEqual(edits);
  expect(made(before, editsOf(before, after))).toBe(after);
});

property.prop([fc.string({ unit: 'grapheme', maxLength: 40 }), fc.string({ unit: 'grapheme', maxLength: 40 }), fc.nat(9)])(
  'edits lead from any text to any other, wherever it begins',
  (before, after, start) => {
    const edits = editsOf(before, after, start);
    expect(made('.'.repeat(start) + before, edits)).toBe('.'.repeat(start) + after);
  },
);

test('what both have is in no edit; a text that is too long changes as a whole', () => {
  const long = (letter: string) => `<${letter.repeat(3000)}>`;
  expect(editsOf('one two three', 'one 2 three')).toEqual([{ span: [4, 7], insert: '2' }]);
  expect(editsOf(long('a'), long('b'))).toEqual([{ span: [1, 3001], insert: 'b'.repeat(3000) }]);
});
