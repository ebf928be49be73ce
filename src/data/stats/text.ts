import { grid, printable } from '../../metrics/index.ts';
import type { Section } from './report.ts';

/** Letters of a cell in a terminal. */
const CELL = 60;

/** The report for a terminal; ends in a line break. */
export function reportText(sections: readonly Section[]): string {
  return sections
    .filter(({ rows }) => rows.length > 0)
    .map(({ title, columns, rows, notes }) =>
      [
        `${printable(title)}\n`,
        grid(
          columns,
          rows.map((row) => row.map(cut)),
        ),
        ...notes.map((note) => `  ${printable(note)}\n`),
      ].join(''),
    )
    .join('\n');
}

function cut(text: string): string {
  if (text === '') return '';
  const letters = [...printable(text)];
  return letters.length <= CELL ? letters.join('') : `${letters.slice(0, CELL - 1).join('')}…`;
}
