import { mkdir, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeTextFile } from '../base/atomic.ts';
import { UsageError } from '../base/errors.ts';
import type { Files } from '../data/exchange/index.ts';

/**
 * Writes a set's files: a single one that is named like no part of it into the file `out`, others into the new or empty folder `out`. Gives the paths.
 * Throws DATASET_FOLDER where there is something in the folder: what is left of another set would be read as a part of this one.
 */
export async function writeFiles(files: Files, out: string, folder: boolean): Promise<string[]> {
  const [[name, content] = ['', '']] = files;
  if (!folder && files.size === 1 && name.startsWith('data.')) {
    await writeTextFile(out, content);
    return [out];
  }
  const there = await stat(out).catch(() => undefined);
  const inside = there?.isDirectory() ? await readdir(out) : [];
  if ((there !== undefined && !there.isDirectory()) || inside.length > 0)
    throw new UsageError('DATASET_FOLDER', 'A data set of several files goes into a folder of its own', {
      at: out,
      expected: 'a new name, or an empty folder',
      got: there?.isDirectory() ? `a folder with ${inside.slice(0, 3).join(', ')}` : 'a file',
      fix: 'choose another name for --out',
    });
  const paths: string[] = [];
  for (const [file, text] of files) {
    const path = join(out, file);
    await mkdir(dirname(path), { recursive: true });
    await writeTextFile(path, text);
    paths.push(path);
  }
  return paths;
}
