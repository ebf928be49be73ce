import { expect, test } from 'vitest';
import { compared } from '../../test/support/compared.ts';
import { type Figure, printable, shownInterval, shownName, shownValue, type TableCell, tableOf, together } from './table.ts';

const digits = { value: 2, bound: 1 };
const figure = (more: Partial<Figure>): Figure => ({ figure: 0.126, ...more });

test.each<readonly [string, TableCell, string, string]>([
  ['a score', { score: 0.126, low: -0.04, high: 0.31, best: false, group: 'a' }, '0.13', '[0.0, 0.3]'],
  ['a negative score', { score: -1.5, best: false, group: '' }, '-1.50', ''],
  ['a score that rounds to nothing', { score: -0.001, best: false, group: '' }, '0.00', ''],
  ['a figure', figure({ of: 12 }), '0.13 (n 12)', ''],
  ['a difference above 0', figure({ signed: true }), '+0.13', ''],
  ['a difference below 0', figure({ figure: -0.126, signed: true }), '-0.13', ''],
  ['a difference of nothing', figure({ figure: 0.001, signed: true }), '0.00', ''],
  ['what is printed', { printed: '0.3920' }, '0.3920', ''],
  ['what is printed wrongly', { printed: '027880' }, '027880 [sic]', ''],
  ['what is missing', { missing: true }, 'n/a', ''],
  ['nothing', undefined, '', ''],
])('%s', (_, cell, value, interval) => {
  expect([shownValue(cell, digits), shownInterval(cell, digits)]).toEqual([value, interval]);
});

test('the rows of the paper come only when asked for, only with columns that it has, in no group and never best', () => {
  const bare = tableOf(compared(['a', 'b']), { paper: false, comparable: [] });
  expect(bare.sections.map(({ kind }) => kind)).toEqual(['systems', 'floors']);
  const { sections, notes } = tableOf(compared(['a', 'b']), { paper: true, comparable: [] });
  expect(sections.map(({ kind, title, rows }) => [kind, title, rows.length])).toEqual([
    ['systems', undefined, 2],
    ['floors', undefined, 1],
    ['paper', 'Wang et al. 2025, Table 2 (ECEM): as printed, other split', 19],
    ['paper', 'Wang et al. 2025, Table 3 (ECGC): as printed, other split', 8],
    ['paper', 'Wang et al. 2025, Table 4 (ECEM, parts of FAME-Net: V vision, T text, E faces): as printed, other split', 4],
  ]);
  expect(sections[2]!.rows[1]).toEqual({ name: 'ObG', cells: [{ printed: '-1.1456' }, { printed: '0.8131' }, { printed: '0.0134' }] });
  expect(sections[3]!.rows[0]).toEqual({ name: 'GPT-3.5', cells: [undefined, { printed: '0.6801' }, { printed: '0.0886' }] });
  expect(shownName(sections[2]!, sections[2]!.rows[1]!)).toBe('ObG †');
  expect(notes).toContain('Table 2: ROUGE of ObG is printed as 027880; 0.2788 is probably meant.');
  const noColumn = { ...compared(['a']), metrics: [] };
  expect(tableOf(noColumn, { paper: true, comparable: [] }).sections.map(({ kind }) => kind)).toEqual(['systems', 'floors']);
});

test('the legend says how many, how intervals and letters came about, and what was n/a', () => {
  const { legend, signatures, notes } = tableOf(compared(['a', 'b']), { paper: false, comparable: [] });
  expect(legend.join(' ')).toBe(
    '7 items, 2 systems. Higher is better. Intervals are 95 %, by bootstrap over items. Rows that share a letter are not shown to differ: approximate randomisation on the same items, Holm’s correction over the 0 pairs of a column, level 0.05.',
  );
  expect(signatures).toEqual([
    ['BLEURT', 's|items:7'],
    ['BERTScore', 'n/a (no encoder; `pull` it)'],
    ['BLEU-4', 's|items:7'],
    ['groups', 'approximate-randomisation:1000|seed:1'],
  ]);
  expect(notes).toEqual(['BLEU-4: no system is above the floor "template alone"']);
});

test('equal notes stand together', () => {
  expect(
    together([
      ['BLEU-1', 'x'],
      ['BLEU-2', 'x'],
      ['METEOR', 'y'],
      ['BLEU-3', 'x'],
    ]),
  ).toEqual(['BLEU-1 … BLEU-3: x', 'METEOR: y']);
});

test.each([
  ['\u001b[31mred\u001b[0m', '[31mred [0m'],
  ['a\u202eb', 'a b'],
  ['\r\n', '(no name)'],
  ['模型 é', '模型 é'],
  ['half \ud800', 'half \ufffd'],
])('%j is shown as %j', (name, shown) => expect(printable(name)).toBe(shown));
