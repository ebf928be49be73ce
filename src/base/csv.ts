import { CsvError, parse } from 'csv-parse/sync';
import { FameError } from './errors.ts';

/** One row of a table, by column name, and the line of the file on which it begins (from 1). */
export interface CsvRow {
  readonly line: number;
  readonly values: Readonly<Record<string, string>>;
}

/** What separates the columns of a table: a comma, a semicolon or a tab, whichever its header has most of; the comma where it has none. */
export function separatorOf(text: string): string {
  const header = /^\ufeff?([^\r\n]*)/.exec(text)![1]!;
  const count = (separator: string) => header.split(separator).length;
  return [',', ';', '\t'].reduce((best, next) => (count(next) > count(best) ? next : best));
}

/** A field of a table separated by commas (RFC 4180): in quotation marks only where it must be. */
export const csvField = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/**
 * A table with a header line: RFC 4180 quoting, a byte order mark allowed, separated by commas, semicolons or tabs (the one that the header has most of).
 * Throws CSV_DAMAGED (quotes that do not close, a row with another number of columns), CSV_COLUMNS (`columns` that the header lacks, a column named twice).
 */
export function readCsv(text: string, at: string, columns: readonly string[] = []): CsvRow[] {
  const delimiter = separatorOf(text);
  let records: { record: string[]; info: { lines: number } }[];
  try {
    records = parse(text, { bom: true, delimiter, info: true, skip_empty_lines: true }) as unknown as typeof records;
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    throw new FameError(
      'CSV_DAMAGED',
      'A table cannot be read',
      { at, expected: 'one row a line, as many columns as the header', got: cause.message, fix: 'write it again as CSV (UTF-8)' },
      { cause },
    );
  }
  const names = records.shift()?.record.map((name) => name.trim()) ?? [];
  const missing = columns.filter((name) => !names.includes(name));
  const twice = names.filter((name, i) => names.indexOf(name) !== i);
  if (missing.length > 0 || twice.length > 0) {
    throw new FameError('CSV_COLUMNS', missing.length > 0 ? 'A table lacks columns' : 'A table has two columns of one name', {
      at: `${at}, line 1`,
      expected: columns.length > 0 ? `the columns ${columns.join(', ')}` : 'each column name once',
      got: names.length > 0 ? names.join(', ') : 'nothing',
      fix: missing.length > 0 ? `add ${missing.join(', ')}` : `rename ${twice.join(', ')}`,
    });
  }
  // `lines` counts up to the end of the row; line breaks inside quotes belong to it.
  return records.map(({ record, info }) => ({
    line: info.lines - (record.join('').split('\n').length - 1),
    values: Object.fromEntries(names.map((name, i) => [name, record[i]!])),
  }));
}
