import { namesOf } from './comparable.ts';
import { isScore, shownInterval, shownValue, type Table, type TableCell } from './table.ts';

/** The table in GitHub's Markdown: the best in bold, floors and the paper in italics, what it means and the signatures below. */
export function tableMarkdown({ columns, sections, legend, notes, signatures, comparable }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const head = [line(['system', ...columns.map(escaped)]), line(['---', ...columns.map(() => '---:')])];
  const body = sections.flatMap(({ kind, title, rows }) => [
    ...(title === undefined ? [] : [line([`*${escaped(title)}*`, ...columns.map(() => '')])]),
    ...rows.map(({ name, cells }) => line([kind === 'systems' ? escaped(name) : `*${escaped(name)}*`, ...cells.map(cellOf)])),
  ]);
  const list = (lines: readonly string[]) => lines.map((text) => `- ${text}`).join('\n');
  return `${[
    [...head, ...body].join('\n'),
    escaped(legend.join(' ')),
    ...(notes.length > 0 ? [list(notes.map((note) => `**Note.** ${escaped(note)}`))] : []),
    '**What these numbers can be compared with**',
    list(comparable.map((entry) => `${escaped(namesOf(entry.of))}: ${escaped(entry.with)}`)),
    '**Signatures**',
    list(signatures.map(([name, signature]) => `${escaped(name)}: \`${signature.replaceAll('`', "'")}\``)),
  ].join('\n\n')}\n`;
}

function cellOf(cell: TableCell): string {
  const value = escaped(shownValue(cell));
  if (!isScore(cell)) return value;
  return [`${cell.best ? `**${value}**` : value}${cell.group === '' ? '' : `<sup>${cell.group}</sup>`}`, escaped(shownInterval(cell))]
    .filter(Boolean)
    .join(' ');
}

/** Text that Markdown must not read: names of files may hold anything. */
function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]<>|~#]/g, '\\$&').replace(/\s+/g, ' ');
}
