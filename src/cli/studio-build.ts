/** The studio's built pages: shipped with the package; in a checkout of the sources, built where they are missing or older than what they are made of. */
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FameError } from '../base/errors.ts';

/** Of what the pages are made; rooms of src/ that the studio imports code from are among it. */
const MADE_OF = [
  'studio/src',
  'studio/public',
  'studio/index.html',
  'studio/vite.config.ts',
  'studio/package.json',
  'src/base',
  'src/protocol',
];
/** Lies beside the pages and says of which sources they are. */
const MARK = 'sources.sha256';

interface BuildOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called where something has to be built. */
  readonly onBuild?: (() => void) | undefined;
  /** The package's folder. */
  readonly root?: string;
}

/** The folder of the pages, fit to be served. @throws FameError STUDIO_BUILD where they cannot be built; the reason of `signal` */
export async function builtStudio({
  signal,
  onBuild,
  root = fileURLToPath(new URL('../..', import.meta.url)),
}: BuildOptions = {}): Promise<string> {
  const dist = join(root, 'studio/dist');
  if (!existsSync(join(root, 'studio/src'))) return dist; // an installed package: there is nothing to build from
  const digest = await digestOf(root);
  const built = () => readFile(join(dist, MARK), 'utf8').catch(() => '');
  if ((await built()) === digest) return dist;
  onBuild?.();
  const fresh = join(root, 'studio', `.dist-${randomBytes(6).toString('hex')}`);
  const old = `${fresh}-old`;
  try {
    await runVite(root, fresh, signal);
    await writeFile(join(fresh, MARK), digest); // last: a build that was stopped has none
    if ((await built()) === digest) return dist; // another process was quicker
    await rename(dist, old).catch(() => {});
    await rename(fresh, dist).catch(async (error) => {
      if ((await built()) !== digest) throw error; // the same, between our two lines
    });
    return dist;
  } finally {
    await Promise.all([fresh, old].map((folder) => rm(folder, { recursive: true, force: true })));
  }
}

/** One digest of all that the pages are made of: names and contents. */
async function digestOf(root: string): Promise<string> {
  const sha = createHash('sha256');
  for (const place of MADE_OF) {
    const entries = await readdir(join(root, place), { recursive: true, withFileTypes: true }).catch(() => undefined);
    const files = entries
      ?.filter((entry) => entry.isFile() && !entry.name.includes('.test.'))
      .map((entry) => join(entry.parentPath, entry.name)) ?? [join(root, place)];
    for (const file of files.toSorted())
      sha
        .update(`${file.slice(root.length)}\0`)
        .update(await readFile(file))
        .update('\0');
  }
  return sha.digest('hex');
}

/** In a process of its own: the bundler is only there where famenet is developed. */
async function runVite(root: string, outDir: string, signal: AbortSignal | undefined): Promise<void> {
  const failed = (got: string, cause?: unknown) =>
    new FameError(
      'STUDIO_BUILD',
      'The studio could not be built',
      { at: 'studio/', got, fix: 'run npm ci, then npm run build -w studio, and read what it says' },
      { cause },
    );
  let vite: string;
  try {
    vite = join(createRequire(join(root, 'studio/package.json')).resolve('vite/package.json'), '../bin/vite.js');
  } catch (cause) {
    throw failed('vite is not installed', cause);
  }
  const child = spawn(process.execPath, [vite, 'build', '--outDir', outDir, '--emptyOutDir'], {
    cwd: join(root, 'studio'),
    stdio: ['ignore', 'ignore', 'pipe'],
    signal,
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(0, 4000); // what is wrong stands first, and where the bundler was comes after it
  });
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).catch((error) => {
    signal?.throwIfAborted();
    throw failed(String(error), error);
  });
  if (code === 0) return;
  const lines = said.split('\n').filter((line) => line.trim() !== '' && !/^\s+at /.test(line));
  throw failed(lines.slice(0, 8).join(' | ') || `exit code ${code}`);
}
