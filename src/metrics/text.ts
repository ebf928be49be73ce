import { COMPARABLE_TITLE, type Comparability, namesOf } from './comparable.ts';
import { hasBest, isScore, shownInterval, shownName, shownValue, type Table, type TableCell, type TableSection } from './table.ts';

/** Columns of a terminal that a table and a paragraph keep within, where single columns and words allow it. */
const WIDTH = 120;
const PARAGRAPH = 100;

/** A column of a grid: its head, and to which side its cells stand. */
export interface GridColumn {
  readonly head: string;
  readonly right?: boolean;
}

/** A table with bars between its columns, as lm-evaluation-harness prints it; it reads as Markdown too. Ends in a line break. */
export function grid(columns: readonly GridColumn[], rows: readonly (readonly string[])[]): string {
  const texts = [columns.map(({ head }) => head), ...rows].map((row) => columns.map((_, i) => (row[i] ?? '').replaceAll('|', '\\|')));
  const widths = columns.map((_, i) => Math.max(...texts.map((row) => widthOf(row[i]!)), 1));
  const line = (cells: readonly string[]) => `|${columns.map(({ right }, i) => padded(cells[i]!, widths[i]!, right)).join('|')}|`;
  const rule = `|${columns.map(({ right }, i) => (right ? `${'-'.repeat(Math.max(1, widths[i]! - 1))}:` : '-'.repeat(widths[i]!))).join('|')}|`;
  return `${[line(texts[0]!), rule, ...texts.slice(1).map(line)].join('\n')}\n`;
}

/**
 * The table for a terminal: grids of at most 120 columns under each other, the best with an asterisk; above them how to read it, below them what it
 * means and the signatures.
 */
export function tableText(table: Table): string {
  const { columns, sections, legend, notes, signatures, comparable } = table;
  const places = [...columns.keys()];
  const ours = sections.filter(({ kind }) => kind === 'systems' || kind === 'floors');
  const others = sections.filter((section) => !ours.includes(section));
  return `${[
    wrapped([...legend, ...(hasBest(table) ? ['An asterisk marks the best system.'] : [])].join(' '), PARAGRAPH).join('\n'),
    ...gridsOf(table, ours, places),
    ...others.map((section) => [section.title, ...gridsOf(table, [section], filled(section, places))].join('\n')),
    ...(notes.length > 0 ? [notes.map((note) => hanging(`! ${note}`)).join('\n')] : []),
    comparableText(comparable),
    ['Signatures', ...signatures.map(([name, signature]) => `  ${name}: ${signature}`)].join('\n'),
  ]
    .map((part) => part.replace(/\n+$/, ''))
    .join('\n\n')}\n`;
}

/** What may stand beside which numbers, for a terminal: a heading and a paragraph each. */
export function comparableText(comparable: readonly Comparability[]): string {
  return [COMPARABLE_TITLE, ...comparable.map((entry) => hanging(`  ${namesOf(entry.of)}: ${entry.with}`))].join('\n');
}

/** Columns in which the section has anything. */
const filled = ({ rows }: TableSection, places: readonly number[]) =>
  places.filter((place) => rows.some(({ cells }) => cells[place] !== undefined));

/** As many grids as it takes to keep each within the width; every one begins with the names. */
function gridsOf(table: Table, sections: readonly TableSection[], places: readonly number[]): string[] {
  const rows = sections.flatMap((section) => section.rows.map((row) => ({ name: shownName(section, row), cells: row.cells })));
  const texts = new Map(
    places.map((place) => [
      place,
      cellTexts(
        rows.map(({ cells }) => cells[place]),
        table,
      ),
    ]),
  );
  const names = Math.max(...rows.map(({ name }) => widthOf(name)), 6);
  const groups: number[][] = [];
  let used = 0;
  for (const place of places) {
    const width = 1 + Math.max(widthOf(table.columns[place]!), ...texts.get(place)!.map(widthOf));
    const empty = rows.every(({ cells: { [place]: cell } }) => cell !== undefined && 'missing' in cell); // n/a is no grid of its own
    if (groups.length === 0 || (used + width > WIDTH && !empty)) {
      groups.push([]);
      used = names + 2;
    }
    groups.at(-1)!.push(place);
    used += width;
  }
  return groups.map((group) =>
    grid(
      [{ head: headOf(sections) }, ...group.map((place) => ({ head: table.columns[place]! }))],
      rows.map(({ name }, i) => [name, ...group.map((place) => texts.get(place)![i]!)]),
    ),
  );
}

const headOf = (sections: readonly TableSection[]) =>
  sections.some(({ kind }) => kind === 'raters') ? 'rater' : sections.some(({ kind }) => kind === 'agreement') ? '' : 'system';

/** The cells of one column: number, letters and interval each under their like. */
function cellTexts(cells: readonly TableCell[], { digits }: Table): string[] {
  const parts = cells.map((cell) => [
    `${shownValue(cell, digits)}${isScore(cell) && cell.best ? '*' : ''}`,
    isScore(cell) ? cell.group : '',
    shownInterval(cell, digits),
  ]);
  const marked = parts.some(([value]) => value!.endsWith('*'));
  const numbers = Math.max(...parts.map(([value]) => value!.length - (value!.endsWith('*') ? 1 : 0)));
  const letters = Math.max(...parts.map(([, group]) => group!.length));
  return parts.map(([value = '', group = '', interval = '']) =>
    [
      `${value.padStart(numbers + (value.endsWith('*') ? 1 : 0))}${marked && !value.endsWith('*') ? ' ' : ''}`,
      ...(letters > 0 ? [group.padEnd(letters)] : []),
      interval,
    ]
      .join(' ')
      .trimEnd(),
  );
}

/** A text in lines of at most `most` letters, broken between words. */
export function wrapped(text: string, most: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= most) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** A paragraph whose further lines stand two columns deeper than its first. */
function hanging(text: string): string {
  const indent = /^ */.exec(text)![0];
  return wrapped(text.trimStart(), PARAGRAPH - indent.length - 2)
    .map((line, i) => `${indent}${i === 0 ? '' : '  '}${line}`)
    .join('\n');
}

function padded(text: string, width: number, right = false): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)));
  return right ? space + text : text + space;
}

const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]/u;

/** Columns that a terminal gives a text: wide scripts take two a letter, combining marks none. */
export function widthOf(text: string): number {
  let width = 0;
  for (const letter of text) width += /\p{M}|\u200d/u.test(letter) ? 0 : WIDE.test(letter) ? 2 : 1;
  return width;
}
