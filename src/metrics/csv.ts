import { AS_PRINTED } from './paper.ts';
import { isScore, type Table } from './table.ts';

const COLUMNS = ['kind', 'system', 'metric', 'score', 'low', 'high', 'best', 'group', 'signature', 'note'] as const;

/**
 * The table as CSV (RFC 4180: comma, CRLF, quotes doubled): one line for each system and metric, numbers unrounded. `kind` is system, floor or paper; a figure
 * of the paper stands as it is printed, and `note` says so.
 */
export function tableCsv({ columns, sections, signatures }: Table): string {
  const lines = sections.flatMap(({ kind, title, rows }) =>
    rows.flatMap(({ name, cells }) =>
      cells.flatMap((cell, i): Record<(typeof COLUMNS)[number], string>[] => {
        if (cell === undefined) return [];
        const own = isScore(cell);
        const [, signature = ''] = signatures[i] ?? [];
        return [
          {
            kind: kind === 'paper' ? 'paper' : kind.slice(0, -1),
            system: name,
            metric: columns[i]!,
            score: own ? `${cell.score}` : 'printed' in cell ? cell.printed : '',
            low: own && cell.low !== undefined ? `${cell.low}` : '',
            high: own && cell.high !== undefined ? `${cell.high}` : '',
            best: own ? `${cell.best}` : '',
            group: own ? cell.group : '',
            signature: own ? signature : '',
            note: own ? '' : 'printed' in cell ? (title ?? AS_PRINTED) : signature,
          },
        ];
      }),
    ),
  );
  return [COLUMNS.join(','), ...lines.map((line) => COLUMNS.map((name) => field(line[name])).join(','))]
    .map((line) => `${line}\r\n`)
    .join('');
}

/** Quoted where it must be. A text that a spreadsheet would run as a formula gets an apostrophe before it; a number is left as it is. */
function field(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?(e[+-]\d+)?$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
