import { expect, test } from 'vitest';
import { readCsv } from './csv.ts';

test('rows carry the line on which they begin, also after quoted line breaks and empty lines', () => {
  expect(readCsv('\ufeffa;b\n1;"x\ny"\n\n2;3\n', 'f')).toEqual([
    { line: 2, values: { a: '1', b: 'x\ny' } },
    { line: 5, values: { a: '2', b: '3' } },
  ]);
});

test.each([
  ['commas, quotes inside quotes', 'a,b\r\n1,"x,""y"\r\n', { a: '1', b: 'x,"y' }],
  ['tabs', 'a\tb\n1,5\t2', { a: '1,5', b: '2' }],
  ['a separator in the data does not decide', 'a,b\n"1;2;3;4",5', { a: '1;2;3;4', b: '5' }],
])('%s', (_, text, row) => {
  expect(readCsv(text, 'f').map(({ values }) => values)).toEqual([row]);
});

test.each([
  ['a row with another number of columns', 'a,b\n1\n', 'CSV_DAMAGED'],
  ['quotes that never close', 'a,b\n1,"2\n', 'CSV_DAMAGED'],
  ['a column named twice', 'a,b,a\n1,2,3\n', 'CSV_COLUMNS'],
  ['a missing column', 'b,c\n1,2\n', 'CSV_COLUMNS'],
  ['an empty file', '', 'CSV_COLUMNS'],
])('refuses %s', (_, text, code) => {
  expect(() => readCsv(text, 'f', ['a', 'b'])).toThrow(expect.objectContaining({ code }));
});
