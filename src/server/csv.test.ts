import { expect, test } from 'vitest';
import { readCsv } from '../base/csv.ts';
import { csvOf } from './csv.ts';

const NASTY = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', 'a,"b"', 'two\nlines', 'plain', "'quoted"];

test('no cell is a formula, and all of them are read as one row each', () => {
  const text = csvOf(
    ['a', 'n'],
    NASTY.map((cell) => [cell, -1]),
  );
  const rows = readCsv(text, 'x', ['a', 'n']);
  expect(rows).toHaveLength(NASTY.length);
  for (const [i, { values }] of rows.entries()) {
    expect(values.a).not.toMatch(/^\s*[=+\-@]/);
    expect(values.a!.endsWith(NASTY[i]!)).toBe(true);
    expect(values.n).toBe('-1'); // a number is a number
  }
});
