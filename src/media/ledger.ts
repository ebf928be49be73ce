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
  CLIP_SHORT: 'the file ends before it should, or is damaged: `short` says what is missing',
  CLIP_SIDE_ODD: 'H.264 has no odd sides: the last row or column is repeated once',
  SEAM_SOUND_DIFFERS: 'the opening pictures repeat the end of the clip before, the sound does not; they were dropped',
  SEAM_STILL: 'the opening pictures look like the last ones because little moves; the sound goes on, so they were kept',
  SEAM_UNCLEAR:
    'the opening pictures look like the last ones, and neither movement nor sound tells whether they repeat them; they were kept',
} as const;

export type Note = keyof typeof NOTES;

/** What the notes on a clip are made of: how many frames it has, its size, that of the video, and the rest. */
export interface Told {
  readonly count: number;
  readonly verdict: Verdict;
  readonly of: { readonly width: number; readonly height: number };
  readonly size: { readonly width: number; readonly height: number } | undefined;
  readonly silent: boolean;
  readonly short: boolean;
}

/** The notes on a clip, in the order of `NOTES`. */
export function notesOf({ count, verdict, of, size = of, silent, short }: Told): Note[] {
  const rules: Readonly<Record<Note, boolean>> = {
    CLIP_ALL_REPEATED: count > 0 && verdict.dropped === count,
    CLIP_NO_FRAMES: count === 0,
    CLIP_NO_SOUND: silent,
    CLIP_RESIZED: count > 0 && (of.width !== size.width || of.height !== size.height),
    CLIP_SHORT: short,
    CLIP_SIDE_ODD: size.width % 2 === 1 || size.height % 2 === 1,
    SEAM_SOUND_DIFFERS: verdict.soundDiffers === true,
    SEAM_STILL: verdict.is === 'still',
    SEAM_UNCLEAR: verdict.is === 'unclear',
  };
  return (Object.keys(rules) as Note[]).filter((note) => rules[note]);
}

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
  /** In words, what is missing of the file, where something is. */
  readonly short?: string;
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

/** Reads the ledger of a merged video. Throws FILE_MISSING, FILE_DAMAGED, MEDIA_LEDGER, also where the video is another one or not there. */
export async function readLedger(video: string): Promise<Ledger> {
  const file = ledgerFileOf(video);
  const json = await readJsonFile(file, { maxBytes: 256e6, fix: FIX });
  if (!isLedger(json)) {
    const [format, version] = [json.format, json.version].map((value) => JSON.stringify(value)?.slice(0, 40));
    const expected = 'format "famenet ledger", version 1, with recipe, video, clips, and frames whose clips are among them';
    throw wrong(file, 'This is not the ledger of a merged video', expected, `format ${format}, version ${version}`);
  }
  const bytes = await stat(video).then(
    ({ size }) => size,
    () => undefined,
  );
  if (bytes === json.video.bytes) return json;
  const got = bytes === undefined ? 'no file' : `${bytes} bytes`;
  throw wrong(video, 'A merged video and its ledger do not belong together', `${json.video.bytes} bytes, as ${file} says`, got);
}

function isLedger(json: Readonly<Record<string, unknown>>): json is Readonly<Record<string, unknown>> & Ledger {
  const { format, version, recipe, video, clips, frames } = json;
  if (format !== 'famenet ledger' || version !== 1 || typeof recipe !== 'string' || !isRecord(video)) return false;
  if (!Array.isArray(clips) || !clips.every((clip) => isRecord(clip) && typeof clip.id === 'string')) return false;
  return Array.isArray(frames) && frames.every((row) => isFrameEntry(row, clips.length));
}

function isFrameEntry(row: unknown, clips: number): boolean {
  if (!Array.isArray(row) || row.length !== COLUMNS.length) return false;
  const [clip, source, output, duration, dHash, pixels]: unknown[] = row;
  const numbers = [clip, source, output, duration].every(Number.isSafeInteger);
  return numbers && Number(clip) >= 0 && Number(clip) < clips && typeof dHash === 'string' && typeof pixels === 'string';
}

const FIX = 'merge the clips again';

function wrong(at: string, what: string, expected: string, got: string): MediaError {
  return new MediaError('MEDIA_LEDGER', what, { at, expected, got, fix: FIX });
}

/** The ledger of a video that is there, whole, and made by this recipe; undefined otherwise. */
export async function ledgerIfBuilt(video: string, recipe: string): Promise<Ledger | undefined> {
  const ledger = await readLedger(video).catch(() => undefined); // missing, damaged or of something else: it will be made again
  return ledger?.recipe === recipe ? ledger : undefined;
}
