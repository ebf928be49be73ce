import { mkdir, readdir, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { FameError } from '../../base/errors.ts';
import { showBytes } from '../../base/units.ts';
import { buildDialogue, filmName, type JobOptions, type Receipt } from './job.ts';
import { faultsOf, filmsOf, type Gaps } from './plan.ts';
import type { SourceDialogue } from './source.ts';

export interface RunOptions extends JobOptions {
  /** Dialogues that are worked on at once. Default 2. */
  readonly parallel?: number | undefined;
  /** Hears of each finished dialogue. */
  readonly progress?: ((done: number, total: number) => void) | undefined;
}

/** Receipts in the order of the dialogues, and how many films were made in this run; the others were there. */
export interface Ran {
  readonly receipts: readonly Receipt[];
  readonly built: number;
}

/**
 * Builds the films of all dialogues, a few at a time. Finished dialogues are kept by their receipts and finished films by their ledgers, so a run that was stopped goes
 * on, a second one does nothing, and a clip that has changed makes only the films anew that show it. Throws BUILD_SPACE before anything is written, and as
 * `buildDialogue` does; then the others are stopped, too.
 */
export async function buildFilms(dialogues: readonly SourceDialogue[], options: RunOptions): Promise<Ran> {
  const { folder, gaps, parallel = 2, signal, progress } = options;
  await mkdir(folder, { recursive: true });
  await checkSpace(dialogues, folder, gaps);
  await sweep(folder);
  const receipts = new Array<Receipt>(dialogues.length);
  let [next, done, built] = [0, 0, 0];
  const stop = new AbortController();
  const both = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const lane = async (): Promise<void> => {
    while (next < dialogues.length) {
      signal?.throwIfAborted();
      if (stop.signal.aborted) return;
      const at = next++;
      const made = await buildDialogue(dialogues[at]!, { ...options, signal: both });
      receipts[at] = made.receipt;
      built += made.built;
      progress?.(++done, dialogues.length);
    }
  };
  const lanes = Array.from({ length: Math.min(parallel, dialogues.length) }, lane);
  let failure: { readonly error: unknown } | undefined; // the first one; what it stops fails after it
  await Promise.all(
    lanes.map((one) =>
      one.catch((error: unknown) => {
        failure ??= { error };
        stop.abort();
      }),
    ),
  );
  if (failure !== undefined) throw failure.error;
  return { receipts, built };
}

/** What films take of what their clips take: compressed anew at quality 20, and the sound of all of them in 160 kbit/s. Measured on drawn clips: 0.98 to 1.20 times. */
const GROWTH = 2;

/** Refuses to begin what the disk cannot hold. Films that are there count as room. Throws BUILD_SPACE. */
async function checkSpace(dialogues: readonly SourceDialogue[], folder: string, gaps: Gaps): Promise<void> {
  let needed = 0;
  for (const dialogue of dialogues) {
    const sizes = await Promise.all(dialogue.utterances.map(({ clip }) => (clip === undefined ? 0 : sizeOf(clip))));
    for (const { first, target } of filmsOf(dialogue, faultsOf(dialogue), gaps).films) {
      const whole = GROWTH * sizes.slice(first, target + 1).reduce((sum, size) => sum + size, 0);
      needed += Math.max(0, whole - (await sizeOf(join(folder, filmName(dialogue.id, target)))));
    }
  }
  const { bavail, bsize } = await statfs(folder);
  if (needed <= bavail * bsize) return;
  throw new FameError('BUILD_SPACE', 'There is no room for the films', {
    at: folder,
    expected: `about ${showBytes(needed)} free: every film holds all clips before its target`,
    got: `${showBytes(bavail * bsize)} free`,
    fix: 'free space, or name a folder on another disk with --clips-out',
  });
}

const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );

/** Takes away what killed runs have left unfinished (see `temporaryFor`), but not what a running process is writing. */
async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const writer = /\.(\d+)-[0-9a-f]{8}\.tmp$/.exec(name)?.[1];
    if (writer !== undefined && !runs(Number(writer))) await rm(join(folder, name), { force: true });
  }
}

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
