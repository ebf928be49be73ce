import { stat } from 'node:fs/promises';
import { writeTextFile } from '../base/atomic.ts';
import { MediaError } from '../base/errors.ts';
import { isRecord, readJsonFile } from '../base/file.ts';
import type { Ticks, TimeBase } from './frame.ts';
import type { Verdict } from './seam.ts';

/** What a person should know of a clip in a merged video: a stable word, and what it means. */
export const NOTES = {
  CLIP_ALL_REPEATED: 'every frame had been shown already, so nothing of this clip was added',
  CLIP_NO_FRAMES: 'the clip has no pictures, so nothing of it was added',
  CLIP_NO_SOUND: 'the clip has no sound: silence of its exact length',
  CLIP_RESIZED: 'the clip has another size than the first one: scaled to fit, black around it',
  CLIP_SIDE_ODD: 'H.264 has no odd sides: the last row or column is repeated once',
  SEAM_SOUND_DIFFERS: 'the opening pictures repeat the end of the clip before, the sound does not; they were dropped',
  SEAM_STILL: 'the opening pictures look like the last ones because nothing moves; the sound goes on, so they were kept',
  SEAM_UNCLEAR:
    'the opening pictures look like the last ones, and neither movement nor sound tells whether they repeat them; they were kept',
} as const;

export type Note = keyof typeof NOTES;

/** What became of one clip. */
export interface ClipEntry {
  readonly id: string;
  /** Of its content, as the caller gave it: SHA-256 for files. */
  readonly fingerprint: string;
  /** Pixels of its pictures. */
  readonly width: number;
  readonly height: number;
  /** What its own ticks count. */
  readonly timeBase: TimeBase;
  /** Frames that it has, that were kept, and that were dropped at its beginning as shown already. */
  readonly frames: number;
  readonly kept: number;
  readonly dropped: number;
  /** Its part of the merged video, in output ticks; `to` is where the next clip begins. */
  readonly from: Ticks;
  readonly to: Ticks;
  /** How the repeat, or its absence, was told. */
  readonly seam: Verdict;
  readonly notes: readonly Note[];
}

/** One frame of the merged video: which clip (from 0), its tick there, its tick and duration here, dHash of what is shown, and `pixelHash` of the original. */
export type FrameEntry = readonly [clip: number, source: Ticks, output: Ticks, duration: Ticks, dHash: string, pixels: string];

/** Where every frame of a merged video comes from. Stands beside it as `.json`. */
export interface Ledger {
  readonly format: 'famenet ledger';
  readonly version: 1;
  /** SHA-256 of everything that the video depends on: clips in order, settings, version of the method. */
  readonly recipe: string;
  readonly video: {
    readonly bytes: number;
    readonly width: number;
    readonly height: number;
    readonly timeBase: TimeBase;
    readonly duration: Ticks;
    readonly rate: number;
    readonly channels: number;
  };
  readonly clips: readonly ClipEntry[];
  readonly columns: readonly ['clip', 'source', 'output', 'duration', 'dHash', 'pixels'];
  readonly frames: readonly FrameEntry[];
}

export const COLUMNS: Ledger['columns'] = ['clip', 'source', 'output', 'duration', 'dHash', 'pixels'];

/** `U_3.mp4` → `U_3.json`. */
export const ledgerFileOf = (video: string): string => `${video.replace(/\.mp4$/i, '')}.json`;

/** Writes the ledger beside its video, after it: a video with a ledger is whole. One frame a line, so that people and `diff` can read it. */
export async function writeLedger(video: string, ledger: Ledger): Promise<void> {
  const { frames, ...rest } = ledger;
  const head = JSON.stringify(rest, null, 2).replace(/\n\}$/, '');
  const rows = frames.map((frame) => `    ${JSON.stringify(frame)}`).join(',\n');
  await writeTextFile(ledgerFileOf(video), `${head},\n  "frames": [\n${rows}\n  ]\n}\n`);
}

/** Reads the ledger of a merged video. Throws FILE_MISSING, FILE_DAMAGED, MEDIA_LEDGER. */
export async function readLedger(video: string): Promise<Ledger> {
  const file = ledgerFileOf(video);
  const json = await readJsonFile(file, { maxBytes: 256e6, fix: 'merge the clips again' });
  const lists = Array.isArray(json.clips) && Array.isArray(json.frames) && isRecord(json.video) && typeof json.recipe === 'string';
  if (json.format === 'famenet ledger' && json.version === 1 && lists) return json as unknown as Ledger;
  throw new MediaError('MEDIA_LEDGER', 'This is not the ledger of a merged video', {
    at: file,
    expected: 'format "famenet ledger", version 1, with recipe, video, clips and frames',
    got: `format ${JSON.stringify(json.format)?.slice(0, 40)}, version ${JSON.stringify(json.version)?.slice(0, 40)}`,
    fix: 'merge the clips again',
  });
}

/** The ledger of a video that is there, whole, and made by this recipe; undefined otherwise. */
export async function ledgerIfBuilt(video: string, recipe: string): Promise<Ledger | undefined> {
  try {
    const ledger = await readLedger(video);
    return ledger.recipe === recipe && (await stat(video)).size === ledger.video.bytes ? ledger : undefined;
  } catch {
    return undefined; // missing, damaged or of something else: it will be made again
  }
}
