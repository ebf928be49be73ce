import { COMPARABLE_TITLE, namesOf } from './comparable.ts';
import { type Digits, hasBest, isScore, shownInterval, shownName, shownValue, type Table, type TableCell } from './table.ts';

/**
 * The table in GitHub's Markdown: the best in bold, all that does not compete in italics, the paper's rows with a dagger; what it means and the
 * signatures below.
 */
export function tableMarkdown(table: Table): string {
  const { columns, sections, digits, legend, notes, signatures, comparable } = table;
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const head = [line(['system', ...columns.map(escaped)]), line(['---', ...columns.map(() => '---:')])];
  const body = sections.flatMap((section) => [
    ...(section.title === undefined ? [] : [line([`*${escaped(section.title)}*`, ...columns.map(() => '')])]),
    ...section.rows.map((row) => {
      const name = escaped(shownName(section, row));
      return line([section.kind === 'systems' ? name : `*${name}*`, ...row.cells.map((cell) => cellOf(cell, digits))]);
    }),
  ]);
  const list = (lines: readonly string[]) => lines.map((text) => `- ${text}`).join('\n');
  return `${[
    [...head, ...body].join('\n'),
    escaped([...legend, ...(hasBest(table) ? ['Bold marks the best system.'] : [])].join(' ')),
    ...(notes.length > 0 ? [list(notes.map((note) => `**Note.** ${escaped(note)}`))] : []),
    `**${COMPARABLE_TITLE}**`,
    list(comparable.map((entry) => `${escaped(namesOf(entry.of))}: ${escaped(entry.with)}`)),
    '**Signatures**',
    list(signatures.map(([name, signature]) => `${escaped(name)}: \`${signature.replaceAll('`', "'")}\``)),
  ].join('\n\n')}\n`;
}

function cellOf(cell: TableCell, digits: Digits): string {
  const value = escaped(shownValue(cell, digits));
  const interval = escaped(shownInterval(cell, digits));
  if (!isScore(cell)) return [value, interval].filter(Boolean).join(' ');
  const marked = `${cell.best ? `**${value}**` : value}${cell.group === '' ? '' : `<sup>${cell.group}</sup>`}`;
  return [marked, interval].filter(Boolean).join(' ');
}

/** Text that Markdown must not read: names of files may hold anything. */
function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]<>|~#&$]/g, '\\$&').replace(/\s+/g, ' ');
}
