import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { readTextFile } from '../../base/file.ts';
import type { DataSet } from './entry.ts';
import { damagedSet } from './form.ts';
import type { Files } from './format.ts';
import { FORMATS, type FormatName } from './formats.ts';
import { isOurs } from './jsonl.ts';
import { dialoguesAsSet } from './other.ts';

const MAX_BYTES = 1e9;

/**
 * Reads a data set: a file or folder of any format that is written, told apart by content unless `format` says which; or dialogues with emotions
 * (see `dialoguesAsSet`). The set is named like its file or folder, where it does not say. Throws DATASET_FILE, and as the readers of `famenet/data` do.
 */
export async function readDataSet(path: string, format?: FormatName): Promise<DataSet> {
  const files = await filesOf(path);
  const [[file] = ['']] = files;
  return dataSetOf(files, path, { format, dialogues: (await isFolder(path)) ? join(path, file) : path });
}

/** The same of texts that are at hand, by the names of their files: a single one is named `data` and its ending. `at` names the set, and it in errors. */
export function dataSetOf(
  files: Files,
  at: string,
  { format, dialogues = at }: { readonly format?: FormatName | undefined; readonly dialogues?: string } = {},
): DataSet {
  const found = format ?? formatOf(files);
  if (found !== undefined) return FORMATS[found].read(files, at);
  const [[, content] = ['', '']] = files;
  if (files.size !== 1) throw unknown(at, files);
  return dialoguesAsSet(content, dialogues);
}

const isFolder = async (path: string): Promise<boolean> => (await stat(path).catch(() => undefined))?.isDirectory() === true;

/** The files that a data set may consist of: all of a folder, and of its folder `data`. */
async function filesOf(path: string): Promise<Files> {
  if (!(await isFolder(path))) return new Map([[`data${extname(path)}`, await readTextFile(path, { maxBytes: MAX_BYTES })]]);
  const names = (await readdir(path)).sort();
  const parts = names.includes('data') && (await isFolder(join(path, 'data'))) ? (await readdir(join(path, 'data'))).sort() : [];
  const wanted = parts.length > 0 ? ['protocol.json', ...parts.map((name) => `data/${name}`)] : names;
  const files = new Map<string, string>();
  for (const name of wanted) {
    if (!/\.(json|jsonl|csv)$/.test(name) || (parts.length > 0 && !name.startsWith('data/') && !names.includes(name))) continue;
    // What lies beside the parts of a made world is no part of it.
    if (parts.length === 0 && BESIDE.has(name) && names.some((other) => SPLIT.test(other))) continue;
    files.set(name, await readTextFile(join(path, name), { maxBytes: MAX_BYTES }));
  }
  return files;
}

const SPLIT = /^(?:ecem|train|dev|val|valid|validation|test)\.json$/;
const BESIDE: ReadonlySet<string> = new Set(['dialogues.jsonl', 'truth.jsonl', 'manifest.json']);

function formatOf(files: Files): FormatName | undefined {
  const [[name, content] = ['', '']] = files;
  if ([...files.keys()].some((file) => file.startsWith('data/'))) return 'hf';
  if (isOurs(content)) return 'jsonl';
  const start = content.slice(0, 4000);
  if (/^\s*\[\s*\{/.test(content) && /"conversations"\s*:/.test(start)) return isEcem(start) ? 'ecem' : 'llava';
  if (/^\ufeff?"?id"?,.*\bemotion\b/.test(content) && name.endsWith('.csv')) return 'csv';
  return undefined;
}

/** ECEM's films have a name that says which utterance they end with. */
const isEcem = (start: string): boolean => /"video"\s*:\s*"(?:t_)?[^"/\\]+_\d+\.mp4"/.test(start);

const unknown = (path: string, files: Files) =>
  damagedSet(
    path,
    `${Object.keys(FORMATS).join(', ')}, or dialogues with emotions`,
    files.size === 0 ? 'no such file' : [...files.keys()].slice(0, 8).join(', '),
  );
