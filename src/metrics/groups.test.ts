import { fc, test as prop } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { holm, letters } from './groups.ts';

// R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") → 0.03 0.06 0.06 0.02
test.each([
  [
    [0.01, 0.04, 0.03, 0.005],
    [0.03, 0.06, 0.06, 0.02],
  ],
  [
    [0.5, 0.5],
    [1, 1],
  ],
  [[0.03], [0.03]],
  [[], []],
])('Holm: %j', (ps, adjusted) => {
  expect(holm(ps).map((p) => Math.round(p * 1e12) / 1e12)).toEqual(adjusted);
});

prop.prop([fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 })])('Holm never helps and keeps the order', (ps) => {
  const adjusted = holm(ps);
  for (const [i, p] of ps.entries()) {
    expect(adjusted[i]).toBeGreaterThanOrEqual(p);
    expect(adjusted[i]).toBeLessThanOrEqual(1);
    for (const [j, other] of ps.entries()) if (p < other) expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j]!);
  }
});

const pairs = (...differing: [number, number][]) => {
  return (i: number, j: number) => differing.some(([a, b]) => a === i && b === j);
};

test.each([
  ['nobody', 0, pairs(), []],
  ['one', 1, pairs(), ['a']],
  ['all alike', 3, pairs(), ['a', 'a', 'a']],
  ['all different', 3, pairs([0, 1], [0, 2], [1, 2]), ['a', 'b', 'c']],
  ['a chain: the ends differ', 3, pairs([0, 2]), ['a', 'ab', 'b']],
  ['two camps', 4, pairs([0, 2], [0, 3], [1, 2], [1, 3]), ['a', 'a', 'b', 'b']],
  // Piepho (2004): overlapping groups need several letters for one member.
  ['overlaps', 5, pairs([0, 3], [0, 4], [1, 4]), ['a', 'ab', 'abc', 'bc', 'c']],
] as const)('letters: %s', (_, members, differ, expected) => {
  expect(letters(members, differ)).toEqual(expected);
});

prop.prop([fc.integer({ min: 1, max: 7 }), fc.array(fc.boolean(), { minLength: 49, maxLength: 49 })])(
  'two share a letter exactly when they do not differ, whatever the pattern; no letter is idle',
  (members, table) => {
    const differ = (i: number, j: number) => table[i * 7 + j]!;
    const shown = letters(members, differ).map((word) => new Set(word));
    for (let i = 0; i < members; i++) {
      for (let j = i + 1; j < members; j++) {
        expect([...shown[i]!].some((letter) => shown[j]!.has(letter))).toBe(!differ(i, j));
      }
      expect(shown[i]!.size).toBeGreaterThan(0);
    }
    const used = new Set(shown.flatMap((word) => [...word]));
    for (const letter of used) {
      const holders = shown.flatMap((word, i) => (word.has(letter) ? [i] : []));
      const same = [...used].filter((other) => other !== letter && holders.every((i) => shown[i]!.has(other)));
      expect(same).toEqual([]);
    }
  },
);

test('more than 26 groups: numbers in brackets', () => {
  const all = letters(28, () => true);
  expect([all[0], all[25], all[26]]).toEqual(['a', 'z', '(27)']);
});
