import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { HUMAN_TABLE, PAPER_TABLES, printedNumber } from './paper.ts';

/** SHA-256 of "method figure figure …", one row a line, taken from the text of the paper itself and not from our file. */
test.each([
  ['Table 2', 19, '304e2d0b07fa5559'],
  ['Table 3', 8, 'dbbfd680d99076b1'],
  ['Table 4', 4, '7235162fefa33d51'],
  ['Table 6', 4, '540f62332f0228c4'],
])('%s is the paper’s, letter by letter', (name, rows, hash) => {
  const table = [...PAPER_TABLES, HUMAN_TABLE].find((t) => t.name === name)!;
  const text = table.rows.map(({ method, printed }) => `${method} ${printed.join(' ')}`).join('\n');
  expect(table.rows).toHaveLength(rows);
  expect(createHash('sha256').update(text).digest('hex').slice(0, 16)).toBe(hash);
  for (const { printed } of table.rows) expect(printed).toHaveLength(table.columns.length);
});

test('one figure is no number, and stays as it is', () => {
  const odd = PAPER_TABLES.flatMap(({ rows }) => rows.flatMap(({ method, printed }) => printed.map((text) => ({ method, text })))).filter(
    ({ text }) => printedNumber(text) === undefined,
  );
  expect(odd).toEqual([{ method: 'ObG', text: '027880' }]);
  expect(printedNumber('-1.5200')).toBe(-1.52);
});

test('the whole network of Table 4 is FAME-Net of Table 2', () => {
  const [two, , four] = PAPER_TABLES;
  expect(four!.rows.at(-1)!.printed).toEqual(two!.rows.at(-1)!.printed);
  expect(four!.columns).toEqual(two!.columns);
});
