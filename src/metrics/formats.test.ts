import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { compared, HOSTILE } from '../../test/support/compared.ts';
import { TABLE_FORMATS } from './formats.ts';
import { tableOf } from './table.ts';
import { grid, wrapped } from './text.ts';

const comparable = [{ of: ['BLEURT'], with: 'a_b & c' }];
const hostile = tableOf(compared(), { paper: true, comparable });
const plain = tableOf(compared(['A', 'B']), { paper: false, comparable });

test.each(Object.entries(TABLE_FORMATS))(
  '%s ends in a line break, hides no mark of the paper, lets no control character through',
  (_, format) => {
    const text = format(hostile);
    expect(text).toMatch(/[^\n]\r?\n$/);
    expect(text).toContain('as printed, other split');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is meant
    expect(text).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u202a-\u202e]/);
  },
);

describe('text', () => {
  test('grids within the width, numbers under numbers, letters under letters', () => {
    expect(TABLE_FORMATS.text(plain)).toMatchInlineSnapshot(`
      "7 items, 2 systems. Higher is better. Intervals are 95 %, by bootstrap over items. Rows that share a
      letter are not shown to differ: approximate randomisation on the same items, Holm’s correction over
      the 0 pairs of a column, level 0.05. An asterisk marks the best system.

      |system               |BLEURT                      |BERTScore|BLEU-4                      |
      |---------------------|----------------------------|---------|----------------------------|
      |A                    |-0.2500* a  [-0.300, -0.210]|n/a      |-0.2500* a  [-0.300, -0.210]|
      |B                    |-0.3750  bc [-0.425, -0.335]|n/a      |-0.3750  bc [-0.425, -0.335]|
      |floor: template alone|-0.5000  bc [-0.550, -0.460]|n/a      |-0.5000  bc [-0.550, -0.460]|

      ! BLEU-4: no system is above the floor "template alone"

      What these numbers can be compared with
        BLEURT: a_b & c

      Signatures
        BLEURT: s|items:7
        BERTScore: n/a (no encoder; \`pull\` it)
        BLEU-4: s|items:7
        groups: approximate-randomisation:1000|seed:1
      "
    `);
  });

  test('every grid is as wide as its head, whatever the names', () => {
    for (const block of TABLE_FORMATS.text(hostile).split('\n\n')) {
      const lines = block.split('\n').filter((line) => line.startsWith('|'));
      // Columns, not letters: Chinese letters take two, and a lone half of a letter is shown as one.
      const widths = lines.map((line) => [...line].reduce((sum, c) => sum + (/\p{Script=Han}/u.test(c) ? 2 : 1), 0));
      expect(new Set(widths).size).toBeLessThan(2);
      const bars = lines.map((line) => line.replaceAll('\\|', '').split('|').length);
      expect(new Set(bars).size).toBeLessThan(2);
    }
  });

  test('more columns than the width holds go on below; a column of n/a begins no grid', () => {
    const { metrics, ...rest } = compared(['A', 'B']);
    const many = {
      ...rest,
      metrics: [...metrics, ...metrics, ...metrics].map((metric, i) => ({ ...metric, name: `${i} ${metric.name}` })),
    };
    const text = TABLE_FORMATS.text(tableOf(many, { paper: false, comparable: [] }));
    const heads = text.split('\n').filter((line) => line.startsWith('|system'));
    expect(heads.length).toBeGreaterThan(1);
    for (const head of heads) expect(head.length).toBeLessThanOrEqual(132);
    expect(heads.join('').match(/\d [A-Z]/g)).toHaveLength(9);
    // Names 23, a metric 29: the third would stand alone if n/a counted.
    const long = { name: 'a metric with a long name', missing: 'no model', fix: 'pull it' };
    const short = { ...rest, metrics: [metrics[0]!, metrics[2]!, metrics[0]!, long] };
    expect(TABLE_FORMATS.text(tableOf(short, { paper: false, comparable: [] })).match(/^\|system/gm)).toHaveLength(1);
  });

  test('a grid and a paragraph', () => {
    expect(
      grid(
        [{ head: 'a' }, { head: 'n', right: true }],
        [
          ['x|y', '1'],
          ['é', '22'],
        ],
      ),
    ).toBe('|a   | n|\n|----|-:|\n|x\\|y| 1|\n|é   |22|\n');
    expect(wrapped('one two  three', 7)).toEqual(['one two', ' three']);
  });
});

describe('markdown', () => {
  test('a table with the best in bold', () => {
    const [head, rule, first, second, floor] = TABLE_FORMATS.markdown(plain).split('\n');
    expect([head, rule]).toEqual(['| system | BLEURT | BERTScore | BLEU-4 |', '| --- | ---: | ---: | ---: |']);
    expect(first).toBe('| A | **-0.2500**<sup>a</sup> \\[-0.300, -0.210\\] | n/a | **-0.2500**<sup>a</sup> \\[-0.300, -0.210\\] |');
    expect(second).toMatch(/^\| B \| -0\.3750<sup>bc<\/sup>/);
    expect(floor).toMatch(/^\| \*floor: template alone\* \|/);
  });

  test('names stay in their cells and mean nothing', () => {
    const rows = TABLE_FORMATS.markdown(hostile)
      .split('\n')
      .filter((line) => line.startsWith('|'));
    for (const row of rows) expect(row.replace(/\\./g, '').split('|')).toHaveLength(6);
    expect(rows[4]).toContain('\\| cell \\| \\<script\\>alert(1)\\</script\\> \\*\\*bold\\*\\* \\`code\\` \\&amp;');
  });
});

describe('latex', () => {
  const latex = TABLE_FORMATS.latex(hostile);
  const code = latex.split('\n').filter((line) => !line.startsWith('%'));

  test('braces and environments close, every row has all columns', () => {
    let depth = 0;
    for (const letter of code.join('\n').replace(/\\[\\{}$&#%_]/g, '')) {
      depth += letter === '{' ? 1 : letter === '}' ? -1 : 0;
      expect(depth).toBeGreaterThanOrEqual(0);
    }
    expect(depth).toBe(0);
    const begun = [...code.join('\n').matchAll(/\\begin\{(\w+)\}/g)].map((m) => m[1]);
    expect([...code.join('\n').matchAll(/\\end\{(\w+)\}/g)].map((m) => m[1])).toEqual(begun.toReversed());
    const rows = code.filter((line) => line.endsWith('\\\\') && !line.includes('multicolumn'));
    for (const row of rows) expect(row.replaceAll('\\&', '').split('&')).toHaveLength(4);
  });

  test('names mean nothing', () => {
    expect(latex).toContain(
      '{}[3em] \\& 50\\% of \\$x\\_1\\textasciicircum{}2\\$ \\{\\textbackslash{}input\\{x\\}\\} \\# \\textasciitilde{} &',
    );
    expect(code.join('\n').replace(/\\[$&#%_]/g, '')).not.toMatch(/#|%|\$(?!-\$)(?<!\$-\$)/);
  });

  test('the best in bold, a minus for a minus, groups raised', () => {
    expect(latex).toContain('plain & \\textbf{$-$0.2500}\\textsuperscript{a} {\\scriptsize [$-$0.300, $-$0.210]} & n/a &');
  });
});

describe('csv', () => {
  const rows = parse(TABLE_FORMATS.csv(hostile), { columns: true, record_delimiter: '\r\n' }) as Record<string, string>[];

  test('one line for each row and column, unrounded; what is n/a says why', () => {
    expect(rows.slice(0, 3)).toEqual([
      {
        kind: 'system',
        name: 'plain',
        metric: 'BLEURT',
        score: '-0.25',
        low: '-0.3',
        high: '-0.21',
        n: '',
        best: 'true',
        group: 'a',
        signature: 's|items:7',
        note: '',
      },
      {
        kind: 'system',
        name: 'plain',
        metric: 'BERTScore',
        score: 'n/a',
        low: '',
        high: '',
        n: '',
        best: '',
        group: '',
        signature: '',
        note: 'n/a (no encoder; `pull` it)',
      },
      {
        kind: 'system',
        name: 'plain',
        metric: 'BLEU-4',
        score: '-0.25',
        low: '-0.3',
        high: '-0.21',
        n: '',
        best: 'true',
        group: 'a',
        signature: 's|items:7',
        note: '',
      },
    ]);
    expect(rows.filter(({ kind }) => kind === 'floor')).toHaveLength(3);
  });

  test('the paper’s figures as printed, and no signature for them', () => {
    const paper = rows.filter(({ kind }) => kind === 'paper');
    expect(paper.filter(({ metric }) => metric === 'BLEURT')).toHaveLength(23);
    expect(paper.every(({ note, signature, best }) => note!.includes('as printed, other split') && signature === '' && best === '')).toBe(
      true,
    );
  });

  test('a name that a spreadsheet would run gets an apostrophe; others are as they are', () => {
    const names = [...new Set(rows.filter(({ kind }) => kind === 'system').map(({ name }) => name))];
    expect(names).toHaveLength(HOSTILE.length);
    expect(names[3]).toBe('\'=HYPERLINK("http://x","y"), "new line"');
    expect(names[2]).toBe(HOSTILE[2]);
  });
});
