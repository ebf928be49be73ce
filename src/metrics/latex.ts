import { namesOf } from './comparable.ts';
import { isScore, shownInterval, shownValue, type Table, type TableCell } from './table.ts';

/** The table for LaTeX with the package booktabs: best in bold, groups raised, intervals small. Signatures and comparability stand in comments. */
export function tableLatex({ columns, sections, legend, notes, signatures, comparable }: Table): string {
  const width = columns.length + 1;
  const row = (cells: readonly string[]) => `    ${cells.join(' & ')} \\\\`;
  const body = sections.flatMap(({ kind, title, rows }) => [
    '    \\midrule',
    ...(title === undefined ? [] : [row([`\\multicolumn{${width}}{@{}l}{\\textit{${escaped(title)}}}`])]),
    ...rows.map(({ name, cells }) => row([kind === 'systems' ? escaped(name) : `\\textit{${escaped(name)}}`, ...cells.map(cellOf)])),
  ]);
  const remark = (text: string) => `% ${text.replace(/\s+/g, ' ')}`;
  return `${[
    '% \\usepackage{booktabs}',
    '\\begin{table}',
    '  \\centering',
    `  \\caption{${escaped([...legend, ...notes].map(ended).join(' '))}}`,
    `  \\begin{tabular}{@{}l${'r'.repeat(columns.length)}@{}}`,
    '    \\toprule',
    row(['System', ...columns.map(escaped)]),
    ...body,
    '    \\bottomrule',
    '  \\end{tabular}',
    '\\end{table}',
    '% What these numbers can be compared with:',
    ...comparable.map((entry) => remark(`${namesOf(entry.of)}: ${entry.with}`)),
    '% Signatures:',
    ...signatures.map(([name, signature]) => remark(`${name}: ${signature}`)),
  ].join('\n')}\n`;
}

function cellOf(cell: TableCell): string {
  const value = number(shownValue(cell));
  if (!isScore(cell)) return value;
  const marked = `${cell.best ? `\\textbf{${value}}` : value}${cell.group === '' ? '' : `\\textsuperscript{${cell.group}}`}`;
  const interval = shownInterval(cell);
  return interval === '' ? marked : `${marked} {\\scriptsize ${number(interval)}}`;
}

const ended = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

/** A minus, not a hyphen. */
const number = (text: string): string => escaped(text).replace(/-(?=\d)/g, '$-$');

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  '%': '\\%',
  _: '\\_',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '"': "''",
  '’': "'",
  '…': '\\ldots{}',
};

/** Text that LaTeX must not read: names of files may hold anything. */
function escaped(text: string): string {
  return text.replace(/[\\{}$&#%_~^<>"’…]/g, (letter) => ESCAPES[letter]!).replace(/\s+/g, ' ');
}
