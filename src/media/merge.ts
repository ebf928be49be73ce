import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { MediaError } from '../base/errors.ts';
import { QUALITY } from './encode.ts';
import { OUR_TIME_BASE } from './frame.ts';
import { COLUMNS, type Ledger, ledgerIfBuilt, writeLedger } from './ledger.ts';
import { type Clip, openReel, type Reel } from './reel.ts';
import { TAPE } from './tape.ts';

export { type Clip, shownAs } from './reel.ts';

/** Changes whenever the same clips would give another video. */
const METHOD = 2;

export interface MergeOptions {
  /** Where U_k, the clips 0 to k as one video, goes: a path that ends in `.mp4`, or undefined where it is not wanted. */
  readonly target: (k: number) => string | undefined;
  /** 0 (without loss) to 51. Default 20. */
  readonly quality?: number;
  /** Seconds that a repeat may go back, up to 60. Default 12: by MELD's times 862 of 13,707 clips begin with what was shown, and go back 10.1 s at most. */
  readonly reach?: number;
  readonly signal?: AbortSignal | undefined;
  /** Hears of each frame that was decoded. */
  readonly onProgress?: (state: { readonly clip: number; readonly clips: number; readonly frames: number }) => void;
}

/** A cumulative video that is there now. */
export interface Merged {
  readonly k: number;
  readonly path: string;
  readonly ledger: Ledger;
  /** False when it was there already, made of the same clips with the same settings. */
  readonly built: boolean;
}

/**
 * The cumulative clips U_0 … U_n of a dialogue (paper §3.1, "Data Pre-Processing"): U_k is clips 0 to k as one video, and nothing of what comes later. Frames
 * at the beginning of a clip that the video has shown already (MELD's cuts overlap) are left out, and the sound with them, at the same tick; see `openSeam`.
 * The first clip gives the size; sound is 48 kHz stereo. Each video has a ledger beside it. Every clip is decoded once and each picture compressed once,
 * however many videos begin with it; a video that is there with the same recipe is not made again.
 * @throws MediaError MEDIA_MERGE_NOTHING, MEDIA_OPTION, MEDIA_WRITE, and what decoding throws; StoppedError by `signal`. Files that were finished
 * before stay.
 */
export async function mergeClips(clips: readonly Clip[], options: MergeOptions): Promise<Merged[]> {
  const { target, quality = QUALITY, reach = 12, signal, onProgress } = options;
  checkOptions(quality, reach);
  const recipes = recipesOf(clips, { quality, reach });
  const wanted = recipes.flatMap((recipe, k) => {
    const path = target(k);
    return path === undefined ? [] : [{ k, path, recipe }];
  });
  if (wanted.length === 0) {
    throw new MediaError('MEDIA_MERGE_NOTHING', 'There is nothing to merge', {
      expected: 'one clip or more, and a place for the result',
      got: `${clips.length} clips, no place`,
      fix: 'name the clips in their order',
    });
  }
  const merged = new Map<number, Merged>();
  for (const { k, path, recipe } of wanted) {
    const ledger = await ledgerIfBuilt(path, recipe);
    if (ledger) merged.set(k, { k, path, ledger, built: false });
  }
  const missing = new Map(wanted.filter(({ k }) => !merged.has(k)).map((one) => [one.k, one]));
  if (missing.size > 0) {
    const last = Math.max(...missing.keys());
    const reel = await openReel(missing.get(last)!.path, { quality, reach });
    try {
      for (const [k, clip] of clips.slice(0, last + 1).entries()) {
        await reel.add(clip, { signal, onFrame: (frames) => onProgress?.({ clip: k, clips: last + 1, frames }) });
        const one = missing.get(k);
        if (!one) continue;
        const ledger = await writeCumulative(reel, one.path, one.recipe, signal);
        merged.set(k, { k, path: one.path, ledger, built: true });
      }
    } finally {
      await reel.close();
    }
  }
  return wanted.map(({ k }) => merged.get(k)!);
}

function checkOptions(quality: number, reach: number): void {
  const rules = [
    { right: quality >= 0 && quality <= 51, expected: 'a quality of 0 to 51', got: quality },
    { right: reach >= 0 && reach <= 60, expected: 'a reach of 0 to 60 seconds', got: reach },
  ];
  for (const { right, expected, got } of rules) {
    if (right) continue;
    throw new MediaError('MEDIA_OPTION', 'Clips cannot be merged like this', {
      expected,
      got: String(got),
      fix: 'leave it out for the default',
    });
  }
}

async function writeCumulative(reel: Reel, path: string, recipe: string, signal: AbortSignal | undefined): Promise<Ledger> {
  const size = await reel.write(path, signal);
  const { size: bytes } = await stat(path);
  const ledger: Ledger = {
    format: 'famenet ledger',
    version: 1,
    recipe,
    video: { bytes, ...size, timeBase: OUR_TIME_BASE, duration: reel.end, ...TAPE },
    clips: [...reel.clips],
    columns: COLUMNS,
    frames: [...reel.frames],
  };
  await writeLedger(path, ledger);
  return ledger;
}

/** For each k, a hash of all that U_k depends on. */
function recipesOf(clips: readonly Clip[], settings: { readonly quality: number; readonly reach: number }): string[] {
  const hash = createHash('sha256').update(JSON.stringify({ method: METHOD, ...settings, ...TAPE }));
  return clips.map(({ id, fingerprint }) =>
    hash
      .update(JSON.stringify([id, fingerprint]))
      .copy()
      .digest('hex'),
  );
}
