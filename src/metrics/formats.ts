import { tableCsv } from './csv.ts';
import { tableLatex } from './latex.ts';
import { tableMarkdown } from './markdown.ts';
import type { Table } from './table.ts';
import { tableText } from './text.ts';

/** The forms in which a table can be had. Each is a whole text that ends in a line break. */
export const TABLE_FORMATS = {
  text: tableText,
  markdown: tableMarkdown,
  latex: tableLatex,
  csv: tableCsv,
} as const satisfies Readonly<Record<string, (table: Table) => string>>;

export type TableFormat = keyof typeof TABLE_FORMATS;
