import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { FameError, StoppedError } from '../../base/errors.ts';
import { readTextFile } from '../../base/file.ts';
import { isMeldTable, MELD_PARTS, type Meld } from '../meld.ts';
import { type ClipOptions, checkClips, isFilm } from './clips.ts';
import { checkEcem, isEcem } from './ecem.ts';
import { checkEcf, isEcf } from './ecf.ts';
import { checkMeld } from './meld.ts';
import { type Change, type Checked, type Symptom, symptom } from './symptom.ts';

/** A file or a folder of clips that was looked at. */
export interface Examined {
  readonly path: string;
  /** What it is; `unknown` is looked at no further. */
  readonly kind: 'ecem' | 'meld' | 'ecf' | 'clips' | 'unknown';
  readonly symptoms: readonly Symptom[];
  /** What can be repaired; none for clips. */
  readonly changes: readonly Change[];
}

/** Larger than any of these files. */
const MOST_BYTES = 256e6;

/**
 * Examines a file of ECEM, a table of MELD, a file of ECF, or a folder: every such file in it, and its clips (or those in MELD's folders of clips in it). What
 * a file is says its content. A file that cannot be read is a symptom, not an error. Throws MELD_PART where ECEM needs a table that `meld` lacks, StoppedError.
 */
export async function examine(path: string, options: ClipOptions = {}): Promise<Examined[]> {
  if (!(await stat(path)).isDirectory()) return [await examineFile(path, options.meld)];
  const entries = await readdir(path, { withFileTypes: true });
  const named = (wanted: (name: string) => boolean) =>
    entries
      .filter((one) => one.isFile() && wanted(one.name))
      .map(({ name }) => name)
      .sort();
  const results: Examined[] = [];
  for (const name of named((one) => /\.(?:csv|json)$/i.test(one))) {
    options.signal?.throwIfAborted();
    const found = await examineFile(join(path, name), options.meld);
    if (found.kind !== 'unknown' || found.symptoms.length > 0) results.push(found);
  }
  const folders = entries.filter((one) => one.isDirectory()).map(({ name }) => name);
  const ofClips = Object.values(MELD_PARTS).filter((name) => folders.includes(name));
  const clips = [...(named(isFilm).length > 0 || isMeldFolder(path) ? [path] : []), ...ofClips.map((name) => join(path, name))];
  for (const folder of clips) results.push({ path: folder, kind: 'clips', symptoms: await checkClips(folder, options), changes: [] });
  return results;
}

const isMeldFolder = (path: string): boolean => (Object.values(MELD_PARTS) as string[]).includes(basename(path));

const examineFile = (path: string, meld: Meld | undefined): Promise<Examined> =>
  told(path, async () => examineText(await readTextFile(path, { maxBytes: MOST_BYTES }), path, meld));

/** The same of a text that is at hand; `path` names it in what is found. */
export const examineContent = (content: string, path: string, meld?: Meld): Promise<Examined> =>
  told(path, async () => examineText(content, path, meld));

function examineText(content: string, path: string, meld: Meld | undefined): Examined {
  const [kind, check] = checkerOf(content, path);
  return { path, kind, ...check(content, path, meld) };
}

/** What cannot be read is a symptom. */
async function told(path: string, work: () => Promise<Examined>): Promise<Examined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RangeError) return unreadable(path, 'nested too deeply'); // the stack has an end, and so has what is worth reading
    if (!(error instanceof FameError) || error instanceof StoppedError || error.code === 'MELD_PART') throw error;
    const { at, expected, got } = error.detail;
    const why = [at === path ? undefined : at, expected && `expected ${expected}`, got && `got ${got}`].filter(Boolean).join(', ');
    return unreadable(path, `${error.code}: ${why}`);
  }
}

const unreadable = (path: string, why: string): Examined => ({
  path,
  kind: 'unknown',
  symptoms: [symptom('damaged', { file: path }, why)],
  changes: [],
});

type Checker = (content: string, file: string, meld: Meld | undefined) => Checked;

const NOTHING: Checker = () => ({ symptoms: [], changes: [] });

function checkerOf(content: string, at: string): readonly [Examined['kind'], Checker] {
  if (isMeldTable(content)) return ['meld', checkMeld];
  if (!/^\s*[[{]/.test(content)) return ['unknown', NOTHING];
  let document: unknown;
  try {
    document = JSON.parse(content);
  } catch (cause) {
    const got = cause instanceof Error ? cause.message.slice(0, 200) : 'something else';
    throw new FameError('FILE_DAMAGED', 'A file cannot be understood', { at, expected: 'JSON', got, fix: 'download it again' }, { cause });
  }
  return isEcem(document) ? ['ecem', checkEcem] : isEcf(document) ? ['ecf', checkEcf] : ['unknown', NOTHING];
}
