import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FameError } from '../../base/errors.ts';
import { isRecord, readJsonFile, readTextFile } from '../../base/file.ts';
import { isFilm } from '../doctor/clips.ts';
import { type Fingerprint, fingerprintOfFile } from './fingerprint.ts';
import type { Gaps, LeftOut } from './plan.ts';
import type { Source } from './source.ts';
import type { Leaks, SplitOptions } from './split.ts';

/** All that decides what is built from a source. */
export interface Settings {
  /** False: only what is written. */
  readonly films: boolean;
  readonly gaps: Gaps;
  readonly quality: number;
  readonly split: SplitOptions;
}

/** What was built, of what, how, what is left out and why. It names no place on the machine and no time, so that the same source gives the same manifest. */
export interface Manifest {
  readonly format: typeof FORMAT;
  readonly version: typeof VERSION;
  /** Name and version of the program. */
  readonly tool: string;
  readonly source: { readonly kind: Source['kind']; readonly files: readonly Fingerprint[] };
  readonly settings: Settings;
  readonly counts: Readonly<Record<string, number | Readonly<Record<string, number>>>>;
  /** What is said or shown on two sides of the split. */
  readonly leaks: Leaks;
  /** What each code of `leftOut` means. */
  readonly reasons: Readonly<Record<string, string>>;
  readonly leftOut: readonly LeftOut[];
  /** Everything else in the folder. */
  readonly files: readonly Fingerprint[];
}

export const MANIFEST = 'manifest.json';
export const FILMS = 'films.jsonl';
const FORMAT = 'famenet dataset';
const VERSION = 1;

/** The manifest as it is written. */
export const manifestText = (manifest: Omit<Manifest, 'format' | 'version'>): string =>
  `${JSON.stringify({ format: FORMAT, version: VERSION, ...manifest }, null, 1)}\n`;

/** Something that is not as the manifest says. */
export interface Fault {
  readonly file: string;
  readonly got: 'missing' | 'changed' | 'not in the manifest' | 'a film';
}

/** What `verify` looked at. */
export interface Verified {
  readonly files: number;
  /** Absent where there are none, or their folder is not there. */
  readonly films?: number;
  readonly faults: readonly Fault[];
}

/**
 * Compares a folder, and the films where they are, with its manifest: every byte by its hash, and nothing besides. A film in the folder is a fault of its own: it
 * is for publishing. Throws BUILD_MANIFEST, and as `readJsonFile` does.
 */
export async function verifyDataset(out: string, films: string | undefined): Promise<Verified> {
  const { files } = await readManifest(out);
  const there = (await readdir(out)).filter((name) => name !== MANIFEST);
  const strange = there.filter((name) => !files.some(({ file }) => file === name));
  const faults: Fault[] = strange.map((file) => ({ file, got: isFilm(file) ? 'a film' : 'not in the manifest' }));
  for (const one of files) faults.push(...(await compare(out, one)));
  if (films === undefined || !there.includes(FILMS)) return { files: files.length, faults };
  const wanted = await readFilms(join(out, FILMS));
  for (const one of wanted) faults.push(...(await compare(films, one)));
  const named = new Set(wanted.map(({ file }) => file));
  const extra = (await readdir(films)).filter((name) => isFilm(name) && !named.has(name));
  return {
    files: files.length,
    films: wanted.length,
    faults: [...faults, ...extra.map((file) => ({ file, got: 'not in the manifest' as const }))],
  };
}

async function compare(folder: string, { file, bytes, sha256 }: Fingerprint): Promise<Fault[]> {
  const found = await fingerprintOfFile(join(folder, file)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  if (found === undefined) return [{ file, got: 'missing' }];
  return found.bytes === bytes && found.sha256 === sha256 ? [] : [{ file, got: 'changed' }];
}

/** The manifest of a built folder. Throws BUILD_MANIFEST where it is something else, and as `readJsonFile` does. */
export async function readManifest(out: string): Promise<Manifest> {
  const at = join(out, MANIFEST);
  const json = await readJsonFile(at, { maxBytes: 256e6, fix: 'name a folder that `famenet dataset build` has made' });
  if (json.format === FORMAT && json.version === VERSION && isList(json.files)) return json as unknown as Manifest;
  throw damaged(at, `format "${FORMAT}", version ${VERSION}, with files`, `format ${JSON.stringify(json.format)?.slice(0, 40)}`);
}

async function readFilms(at: string): Promise<Fingerprint[]> {
  const rows = (await readTextFile(at, { maxBytes: 512e6 })).split('\n').filter((line) => line !== '');
  return rows.map((line, i) => {
    const { film: file, bytes, sha256 } = recordOf(line) ?? {};
    const one = { file, bytes, sha256 };
    if (isFingerprint(one)) return one;
    throw damaged(`${at}:${i + 1}`, 'a film with its bytes and SHA-256', line.slice(0, 60));
  });
}

function recordOf(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A plain name, so that nothing outside the folder is read, and what it is compared with. */
function isFingerprint(one: unknown): one is Fingerprint {
  if (!isRecord(one) || typeof one.file !== 'string' || /[\\/]/.test(one.file)) return false;
  return Number.isSafeInteger(one.bytes) && typeof one.sha256 === 'string';
}

const isList = (files: unknown): boolean => Array.isArray(files) && files.every(isFingerprint);

function damaged(at: string, expected: string, got: string): FameError {
  return new FameError('BUILD_MANIFEST', 'This is not the manifest of a built data set', { at, expected, got, fix: 'build it again' });
}
