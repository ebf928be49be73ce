import type { DataSet, Entry } from './entry.ts';

/** Contents of files by name: names are relative to a folder, with `/`. */
export type Files = ReadonlyMap<string, string>;

/** An entry that a format cannot hold, and why. */
export interface Left {
  readonly id: string;
  readonly why: string;
}

/** Files to be written, and what is not in them. */
export interface Exported {
  readonly files: Files;
  readonly left: readonly Left[];
}

/** A form in which data sets go out and come back. */
export interface Format {
  /** For help, in a few words. */
  readonly about: string;
  /** What does not come back, or comes back otherwise: whole sentences, as docs/format.md has them. */
  readonly loses: readonly string[];
  /** Whether it is always a folder; else it is one file, or a folder where the set has splits that the file could not say. */
  readonly folder: boolean;
  /** The files; a single one is named `data` and its ending. Nothing is thrown. */
  write(set: DataSet): Exported;
  /** The set again. `at` names the folder, or the file where there is one, in errors. Throws DATASET_FILE, and as the readers of `famenet/data` do. */
  read(files: Files, at: string): DataSet;
}

/** Entries by split, in the order of their first; those without one under ''. */
export function bySplit(entries: readonly Entry[]): ReadonlyMap<string, readonly Entry[]> {
  const parts = new Map<string, Entry[]>();
  for (const entry of entries) {
    const split = entry.split ?? '';
    const part = parts.get(split);
    if (part === undefined) parts.set(split, [entry]);
    else part.push(entry);
  }
  return parts;
}

/** A part as the name of a file: escaped as in an address, so that any text will do. What belongs to no part is called data, and a part of that name is not. */
export function fileOfSplit(split: string, ending: string): string {
  const name = encodeURIComponent(split.replace(/\p{Surrogate}/gu, '\ufffd')).replace(
    /[!~*'()]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16)}`,
  );
  return `${split === '' ? 'data' : name === 'data' ? '%64ata' : name}.${ending}`;
}

/** The part that a file's name says; undefined for data. */
export function splitOfFile(file: string): string | undefined {
  const name = file.replace(/^.*\//, '').replace(/\.\w+$/, '');
  if (name === 'data') return undefined;
  try {
    return decodeURIComponent(name);
  } catch {
    return name; // not named by us
  }
}

/** What each entry becomes, or why it is left out: where `make` gives a text in place of a row. */
export function fitting<T>(entries: readonly Entry[], make: (entry: Entry) => T | string): { rows: T[]; left: Left[] } {
  const rows: T[] = [];
  const left: Left[] = [];
  for (const entry of entries) {
    const made = make(entry);
    if (typeof made === 'string') left.push({ id: entry.id, why: made });
    else rows.push(made);
  }
  return { rows, left };
}
