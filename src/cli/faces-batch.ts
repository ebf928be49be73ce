import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { writeTextFile } from '../base/atomic.ts';
import { FameError, ModelError, StoppedError, UsageError } from '../base/errors.ts';
import { isRecord, readJsonFile } from '../base/file.ts';
import { readDialogue } from '../data/dialogue.ts';
import { type FaceNetworks, type FacesReport, facesOfVideo } from '../faces/index.ts';
import { fileClip } from '../media/index.ts';
import { errorDocument, type Out } from './out.ts';

/** What of the command line concerns several videos. */
export interface BatchArgs {
  readonly videos: readonly string[];
  readonly fps: number;
  readonly dialogue: string | undefined;
  readonly overlay: string | undefined;
  readonly out: string | undefined;
  readonly force: boolean;
  readonly landmarks: boolean;
}

/** One of several videos, as `--json` gives it. */
export type Result = { readonly video: string } & (
  | { readonly report: string; readonly built: boolean; readonly duration: number; readonly faces: number; readonly utterances: number }
  | { readonly error: ReturnType<typeof errorDocument>['error'] }
);

/** Changes whenever the same video would give another report. */
const METHOD = 1;
/** What is taken for a video in a folder; a file that is named may end as it likes. */
const ENDINGS = ['.mp4', '.m4v', '.mov', '.mkv', '.webm', '.avi', '.mpg', '.mpeg', '.ts', '.flv', '.wmv', '.ogv', '.3gp'];
const DIALOGUES = ['.json', '.srt', '.vtt'];

const isFolder = (file: string) => statSync(file).isDirectory();
const nameOf = (file: string) => basename(file, extname(file));

/** The files that were named and those in named folders, by name. Throws USAGE_PATH, USAGE_SEVERAL. */
export async function videosOf(args: BatchArgs): Promise<string[]> {
  const files = (await Promise.all(args.videos.map((file) => (isFolder(file) ? videosIn(file) : [file])))).flat();
  const several = args.videos.length > 1 || args.videos.some(isFolder);
  const twice = files.find((file, i) => files.findIndex((other) => nameOf(other) === nameOf(file)) < i);
  const rules: readonly (readonly [boolean, string, string, string])[] = [
    [args.out !== undefined && args.overlay !== undefined, '--overlay goes with one video, --out with several', 'one of them', 'both'],
    [several && args.overlay !== undefined, '--overlay goes with one video', 'one video', `${files.length}`],
    [several && args.out === undefined, 'several videos need a place for their reports', '--out FOLDER', 'none'],
    [
      several && args.dialogue !== undefined && !isFolder(args.dialogue),
      'a dialogue goes with one video',
      `a folder with NAME${DIALOGUES.join(', NAME')}`,
      `${args.dialogue}`,
    ],
    [
      !several && args.dialogue !== undefined && isFolder(args.dialogue) && args.out === undefined,
      'a folder of dialogues goes with --out',
      'one file',
      `${args.dialogue}`,
    ],
    [twice !== undefined, 'two videos have the same name', 'names that differ', `${twice}`],
  ];
  for (const [wrong, what, expected, got] of rules) {
    if (!wrong) continue;
    throw new UsageError('USAGE_SEVERAL', `This does not go together: ${what}`, { expected, got, fix: 'see famenet faces --help' });
  }
  return files;
}

async function videosIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((e) => e.isFile() && ENDINGS.includes(extname(e.name).toLowerCase())).map((e) => e.name);
  if (names.length > 0) return names.sort().map((name) => join(folder, name));
  throw new UsageError('USAGE_PATH', `${folder} has no videos in it`, {
    at: '<videos>',
    expected: `files ending in ${ENDINGS.join(', ')}`,
    got: `${entries.length} other entries`,
    fix: 'name the files themselves if they end otherwise',
  });
}

/**
 * Analyses one video after the other; each report is written when it is finished, so that a run that was stopped goes on where it was. A
 * video that fails does not stop the others: it has an error in the list. Throws StoppedError, and what is nobody's video's fault.
 */
export async function analyseSeveral(
  videos: readonly string[],
  args: BatchArgs,
  { networks, out, signal }: { readonly networks: FaceNetworks; readonly out: Out; readonly signal: AbortSignal },
): Promise<Result[]> {
  const folder = args.out!;
  await mkdir(folder, { recursive: true });
  const results: Result[] = [];
  for (const [i, video] of videos.entries()) {
    const label = `${i + 1} of ${videos.length}: ${basename(video)}`;
    try {
      results.push(await analyseOne(video, join(folder, `${nameOf(video)}.faces.json`), args, { networks, out, signal, label }));
    } catch (error) {
      if (!(error instanceof FameError) || error instanceof StoppedError || error.blame !== 'user') throw error;
      out.note(`${label}: ${error.message}`);
      results.push({ video, ...errorDocument(error) });
    }
  }
  return results;
}

async function analyseOne(
  video: string,
  file: string,
  args: BatchArgs,
  {
    networks,
    out,
    signal,
    label,
  }: { readonly networks: FaceNetworks; readonly out: Out; readonly signal: AbortSignal; readonly label: string },
): Promise<Result> {
  const { fingerprint } = await fileClip(video, { signal });
  const utterances = await dialogueOf(video, args.dialogue);
  const { detector, recogniser, landmarks, descriptors } = networks;
  const recipe = createHash('sha256')
    .update(JSON.stringify([METHOD, fingerprint, utterances ?? null, args.fps, args.landmarks]))
    .update(JSON.stringify([detector, recogniser, landmarks, descriptors].map(({ receipt }) => receipt)))
    .digest('hex');
  const kept = args.force ? undefined : await reportIfRight(file, recipe);
  if (kept !== undefined) return resultOf(video, file, kept, false);
  const found = await facesOfVideo(video, networks, {
    fps: args.fps,
    utterances,
    fingerprint,
    keepLandmarks: args.landmarks,
    signal,
    onProgress: ({ frames, total }) => out.progress({ done: frames, total, unit: 'frames', label }),
  });
  const report: FacesReport = { ...found, receipt: { recipe, ...found.receipt } };
  await writeTextFile(file, `${JSON.stringify(report)}\n`);
  return resultOf(video, file, report, true);
}

/** The dialogue of one of several videos: a file of its name in the folder, or the file itself. */
async function dialogueOf(video: string, dialogue: string | undefined) {
  if (dialogue === undefined) return undefined;
  if (!isFolder(dialogue)) return readDialogue(dialogue);
  const file = DIALOGUES.map((ending) => join(dialogue, nameOf(video) + ending)).find((name) => existsSync(name));
  return file === undefined ? undefined : readDialogue(file);
}

/** A report that was written before from the same video with the same settings; what cannot be read is written again. */
async function reportIfRight(file: string, recipe: string): Promise<FacesReport | undefined> {
  if (!existsSync(file)) return undefined;
  const report = await readJsonFile(file, { maxBytes: 2e9 }).catch((error: unknown) => {
    if (error instanceof FameError) return undefined;
    throw error;
  });
  return report !== undefined && isRecord(report.receipt) && report.receipt.recipe === recipe
    ? (report as unknown as FacesReport)
    : undefined;
}

function resultOf(video: string, report: string, { video: { duration }, tracks, utterances = [] }: FacesReport, built: boolean): Result {
  return { video, report, built, duration, faces: tracks.length, utterances: utterances.length };
}

/** Prints what became of each video, gives the result, and fails if one of them did. Throws ModelError FACES_FAILED. */
export function printSeveral(results: readonly Result[], out: Out): void {
  out.table(
    results.map((result) =>
      'error' in result
        ? { video: result.video, seconds: undefined, faces: undefined, report: `failed: ${result.error.code}` }
        : { video: result.video, seconds: result.duration, faces: result.faces, report: result.report + (result.built ? '' : ' (kept)') },
    ),
  );
  out.done({ videos: results });
  const failed = results.filter((result) => 'error' in result);
  if (failed.length === 0) return;
  throw new ModelError('FACES_FAILED', `${failed.length} of ${results.length} videos could not be analysed`, {
    at: failed.map(({ video }) => video).join(', '),
    got: [...new Set(failed.map(({ error }) => error.code))].join(', '),
    fix: 'see the errors above; run the same command again when they are mended: what is done is kept',
  });
}
