import { csvField } from '../base/csv.ts';

/** A table as CSV (RFC 4180), with an apostrophe before texts that a spreadsheet would run as a formula. */
export function csvOf(columns: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [columns, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

function cell(value: string | number): string {
  const safe = typeof value === 'string' && /^\s*[=+\-@]|^[\t\r]/.test(value) ? `'${value}` : `${value}`;
  return csvField(safe);
}
