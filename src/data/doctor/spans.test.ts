import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { readCsv } from '../../base/csv.ts';
import { csvCells, jsonStrings } from './spans.ts';

/** Every string of a document, by the path that `jsonStrings` gives it. */
function strings(value: unknown, path: readonly string[] = []): [string, string][] {
  if (typeof value === 'string') return [[path.join('/'), value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => strings(one, [...path, key]));
}

property.prop([fc.jsonValue(), fc.constantFrom(0, 2)])('finds every string of a JSON text, and nothing else', (value, indent) => {
  const text = JSON.stringify(value, null, indent);
  const found = [...jsonStrings(text)].map(([path, [from, to]]) => [path, JSON.parse(text.slice(from, to))]);
  expect(new Map(found as [string, string][])).toEqual(new Map(strings(JSON.parse(text))));
});

test('depth does not hurt', () => {
  expect(jsonStrings(`${'['.repeat(1e5)}"x"${']'.repeat(1e5)}`).size).toBe(1);
});

const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', ' ', 'ü'), minLength: 1, maxLength: 6 }).map((text) => `x${text}`);

property.prop([fc.array(fc.tuple(cell, cell), { maxLength: 6 }), fc.constantFrom('\n', '\r\n'), fc.boolean()])(
  'finds the cells that readCsv reads',
  (rows, end, quote) => {
    const written = (text: string) => (quote || /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    const text = [['one', 'two'], ...rows].map((row) => row.map(written).join(',') + end).join('');
    const [, ...found] = csvCells(text, ',').map((row) => row.map(([from, to]) => text.slice(from, to)));
    expect(found).toEqual(rows.map((row) => row.map(written)));
    expect(readCsv(text, 'f').map(({ values }) => [values.one, values.two])).toEqual(rows);
  },
);

test('empty lines, empty cells, no line break at the end', () => {
  const text = 'a,b\n\n1,\n,2';
  expect(csvCells(text, ',').map((row) => row.map(([from, to]) => text.slice(from, to)))).toEqual([
    ['a', 'b'],
    ['1', ''],
    ['', '2'],
  ]);
});
