import { csvField } from '../base/csv.ts';
import { isScore, type Table, type TableCell } from './table.ts';

const COLUMNS = ['kind', 'name', 'metric', 'score', 'low', 'high', 'n', 'best', 'group', 'signature', 'note'] as const;
type Line = Readonly<Partial<Record<(typeof COLUMNS)[number], string>>>;

/** What a line is: a system, a floor, an agreement, a rater, or a figure of the paper. */
const KINDS = { systems: 'system', floors: 'floor', agreement: 'agreement', raters: 'rater', paper: 'paper' } as const;

/**
 * The table as CSV (RFC 4180: comma, CRLF, quotes doubled): one line for each row and column, numbers unrounded. A figure of the paper stands as it is printed, and
 * `note` says so.
 */
export function tableCsv({ columns, sections, signatures }: Table): string {
  const lines = sections.flatMap(({ kind, title = '', rows }) =>
    rows.flatMap(({ name, cells }) =>
      cells.flatMap((cell, i): Line[] => {
        if (cell === undefined) return [];
        const [, signature = ''] = signatures[i] ?? [];
        const why = 'printed' in cell ? { note: title } : 'missing' in cell ? { note: signature } : { signature, note: title };
        return [{ kind: KINDS[kind], name, metric: columns[i]!, ...numbersOf(cell), ...why }];
      }),
    ),
  );
  return [COLUMNS.join(','), ...lines.map((line) => COLUMNS.map((name) => field(line[name] ?? '')).join(','))]
    .map((line) => `${line}\r\n`)
    .join('');
}

function numbersOf(cell: NonNullable<TableCell>): Line {
  if ('missing' in cell) return { score: 'n/a' };
  if ('printed' in cell) return { score: cell.printed };
  const bounds = cell.low === undefined ? {} : { low: `${cell.low}`, high: `${cell.high}` };
  return isScore(cell)
    ? { score: `${cell.score}`, ...bounds, best: `${cell.best}`, group: cell.group }
    : { score: `${cell.figure}`, ...bounds, ...(cell.of === undefined ? {} : { n: `${cell.of}` }) };
}

/** Quoted where it must be. A text that a spreadsheet would run as a formula gets an apostrophe before it; a number is left as it is. */
function field(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?(e[+-]\d+)?$/.test(text) ? `'${text}` : text;
  return csvField(safe);
}
