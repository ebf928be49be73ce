import { expect, test } from 'vitest';
import { editDistance, nearest } from './nearest.ts';

test.each([
  ['', '', 0],
  ['', 'abc', 3],
  ['abc', '', 3],
  ['kitten', 'sitting', 3],
  ['model', 'modle', 1],
  ['ca', 'abc', 3],
])('from %j to %j it takes %i edits', (a, b, edits) => expect(editDistance(a, b)).toBe(edits));

test.each([
  ['modle', 'model'],
  ['quant', 'quantize'],
  ['pul', 'pull'],
  ['zebra', undefined],
  ['x', undefined],
])('%j was meant to be %j', (word, meant) => expect(nearest(word, ['model', 'quantize', 'pull', 'list'])).toBe(meant));
