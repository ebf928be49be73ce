import { describe, expect, test } from 'vitest';
import { isCalled, sought } from './called.ts';

test('a speaker is called so whatever the capitals and spaces', () => {
  expect(isCalled('  mira  NOVAK', 'Mira Novak')).toBe(true);
  expect(isCalled('José', 'JOSÉ')).toBe(true); // composed or not
  expect(isCalled('Mira', 'Mira Novak')).toBe(false);
  expect(isCalled(undefined, 'Mira')).toBe(false);
});

/** The name as typed, the text, and how it reads without it. */
const CASES: readonly (readonly [name: string, text: string, without: string])[] = [
  ['Mira', 'Mira, is that MIRA’s? Miracle! mira.', 'X, is that X’s? Miracle! mira.'],
  ['mira', 'Mira, MIRA, mira, Miranda', 'X, X, X, Miranda'],
  ['Will', 'Will will do it; WILL YOU? Willing.', 'X will do it; X YOU? Willing.'],
  ['Mira Novak', 'Mira  Novak, Mira_Novak.mp4, Mira\nNovak, Mira, Mira Novakova', 'X, X.mp4, X, Mira, Mira Novakova'],
  ['Zoë', 'Zoë and Zoe\u0308 and Zoe', 'X and X and Zoe'],
  ['田中', '田中さんは来た。', 'Xさんは来た。'],
  ['김민수', '김민수가 왔다', 'X가 왔다'],
  ['A.* (b)', 'A.* (b) and AAA b', 'X and AAA b'],
  ["O'Neil", "Ask O'Neil, not ONeil", 'Ask X, not ONeil'],
  ['Ann-Kathrin', 'Ann-Kathrin, Ann Kathrin', 'X, Ann Kathrin'],
];
describe('a name in a text', () => {
  test.each(CASES)('%s in: %s', (name, text, without) => {
    const found = sought(name);
    expect(found.without(text, 'X')).toBe(without);
    expect(found.count(text)).toBe(without.split('X').length - 1);
    expect(found.count(text)).toBe(found.count(text)); // it has no memory
    expect(found.count(found.without(text, 'X'))).toBe(0);
  });
  test('what grows is cut where it would be too long, and never in the middle of a letter', () => {
    expect(sought('Al').without('Al Al', 'erased-1', 12)).toBe('erased-1 era');
    expect(sought('Al').without('Al😀', 'erased-1', 9)).toBe('erased-1');
  });
  test('a name of signs only, or a very long text, takes no time', () => {
    expect(sought('***').count('a *** b')).toBe(1);
    const began = performance.now();
    expect(sought('Aa Aa Aa').count('Aa '.repeat(200_000))).toBeGreaterThan(0);
    expect(performance.now() - began).toBeLessThan(5000);
  });
});
