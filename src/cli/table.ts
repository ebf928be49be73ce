import { dirname, resolve } from 'node:path';
import { writeTextFile } from '../base/atomic.ts';
import { UsageError } from '../base/errors.ts';
import { TABLE_FORMATS, type Table, type TableFormat } from '../metrics/index.ts';
import { choice, path } from './command.ts';
import type { Out } from './out.ts';

/** The options that say in which form a table comes and where it goes. */
export const TABLE_ARGS = {
  format: choice(Object.keys(TABLE_FORMATS) as TableFormat[], { default: 'text', about: 'the form of the table' }),
  out: path({ about: 'write the table into this file; without it, it is printed' }),
} as const;

/** Refuses files to be written whose folder does not exist, or that are read as well: before the work starts. Throws USAGE_PATH, USAGE_VALUE. */
export function checkWritten(written: Readonly<Record<string, string | undefined>>, read: readonly string[]): void {
  const names = Object.entries(written).flatMap(([option, file]) => (file === undefined ? [] : [{ option, file }]));
  for (const { option, file } of names) {
    path({ mustExist: true, is: 'folder' }).parse([dirname(file)], option);
    const others = names.flatMap((other) => (other.option === option ? [] : [other.file]));
    if (![...read, ...others].some((other) => resolve(other) === resolve(file))) continue;
    throw new UsageError('USAGE_VALUE', `${option} would overwrite a file of this very command`, {
      at: option,
      expected: 'a file that is neither read nor written otherwise',
      got: file,
      fix: 'choose another name',
    });
  }
}

/** Prints the table, or writes it into the file and says so. */
export async function giveTable(
  table: Table,
  { format, out: file }: { format: TableFormat; out: string | undefined },
  out: Out,
): Promise<void> {
  const text = TABLE_FORMATS[format](table);
  if (file === undefined) {
    out.text(text);
    return;
  }
  await writeTextFile(file, text);
  out.note(`Wrote ${file}`);
}
