import { expect, test } from 'vitest';
import { GUIDELINES } from '../../../src/protocol/guidelines.ts';
import { blocksOf } from './markdown.ts';

test('headings, paragraphs and lists that go on in the next line', () => {
  expect(blocksOf('# One\n\nA **b** c\nd\n\n- x\n  y\n- z\n## Two')).toEqual([
    { is: 'heading', level: 1, spans: [{ text: 'One', strong: false }] },
    {
      is: 'paragraph',
      spans: [
        { text: 'A ', strong: false },
        { text: 'b', strong: true },
        { text: ' c d', strong: false },
      ],
    },
    { is: 'list', entries: [[{ text: 'x y', strong: false }], [{ text: 'z', strong: false }]] },
    { is: 'heading', level: 2, spans: [{ text: 'Two', strong: false }] },
  ]);
});

test('what looks like HTML stays what it is', () => {
  expect(blocksOf('<img src=x onerror=alert(1)>')).toEqual([
    { is: 'paragraph', spans: [{ text: '<img src=x onerror=alert(1)>', strong: false }] },
  ]);
});

test('not a word of our own guidelines is lost', () => {
  const words = (text: string) => text.replace(/[#*-]/g, ' ').split(/\s+/).filter(Boolean).join(' ');
  const told = blocksOf(GUIDELINES.text)
    .flatMap((block) => (block.is === 'list' ? block.entries.flat() : block.spans))
    .map(({ text }) => text)
    .join(' ');
  expect(words(told)).toBe(words(GUIDELINES.text));
});
