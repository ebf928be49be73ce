import { COMPARABLE_TITLE, namesOf } from './comparable.ts';
import { type Digits, hasBest, isScore, shownInterval, shownName, shownValue, type Table, type TableCell } from './table.ts';

/**
 * The table for LaTeX with the packages booktabs and adjustbox (which shrinks it to the width of the page where it must): the best in bold, groups raised, intervals
 * small, the paper's rows with a dagger. Signatures and comparability stand in comments.
 */
export function tableLatex(table: Table): string {
  const { columns, sections, digits, legend, notes, signatures, comparable } = table;
  const width = columns.length + 1;
  // Behind the end of a row, a bracket or an asterisk would be read as its argument.
  const row = (cells: readonly string[]) => `      ${cells.join(' & ').replace(/^(?=[[*])/, '{}')} \\\\`;
  const body = sections.flatMap((section) => [
    '      \\midrule',
    ...(section.title === undefined ? [] : [row([`\\multicolumn{${width}}{@{}l@{}}{\\textit{${escaped(section.title)}}}`])]),
    ...section.rows.map((r) => {
      const name = escaped(shownName(section, r));
      return row([section.kind === 'systems' ? name : `\\textit{${name}}`, ...r.cells.map((cell) => cellOf(cell, digits))]);
    }),
  ]);
  const remark = (text: string) => `% ${text.replace(/\s+/g, ' ')}`;
  return `${[
    '% \\usepackage{booktabs,adjustbox}',
    '\\begin{table}',
    '  \\centering',
    `  \\caption{${escaped([...legend, ...(hasBest(table) ? ['Bold marks the best system.'] : [])].join(' '))}}`,
    '  \\begin{adjustbox}{max width=\\linewidth}',
    `    \\begin{tabular}{@{}l${'r'.repeat(columns.length)}@{}}`,
    '      \\toprule',
    row(['', ...columns.map(escaped)]),
    ...body,
    '      \\bottomrule',
    '    \\end{tabular}',
    '  \\end{adjustbox}',
    ...(notes.length > 0 ? [`  \\par\\smallskip\\raggedright\\footnotesize ${escaped(notes.map(ended).join(' '))}`] : []),
    '\\end{table}',
    `% ${COMPARABLE_TITLE}:`,
    ...comparable.map((entry) => remark(`${namesOf(entry.of)}: ${entry.with}`)),
    '% Signatures:',
    ...signatures.map(([name, signature]) => remark(`${name}: ${signature}`)),
  ].join('\n')}\n`;
}

function cellOf(cell: TableCell, digits: Digits): string {
  const value = number(shownValue(cell, digits));
  const interval = shownInterval(cell, digits);
  const marked = isScore(cell)
    ? `${cell.best ? `\\textbf{${value}}` : value}${cell.group === '' ? '' : `\\textsuperscript{${cell.group}}`}`
    : value;
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
  '|': '\\textbar{}',
  '"': "''",
  '’': "'",
  '“': '``',
  '”': "''",
  '…': '\\ldots{}',
  '−': '$-$',
  '†': '\\textsuperscript{\\dag}',
};

/** Text that LaTeX must not read: names of files may hold anything. */
function escaped(text: string): string {
  return text
    .replace(/"([^"]*)"/g, '“$1”')
    .replace(/[\\{}$&#%_~^<>|"’“”…−†]/g, (letter) => ESCAPES[letter]!)
    .replace(/\s+/g, ' ');
}
