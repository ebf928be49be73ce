import { type Echo, echo, type Hum } from './echo.ts';
import { hashDistance, type PictureHash, pictureDifference, type Thumbnail } from './hash.ts';

/** A picture as the search for repeats remembers it. */
export interface Seen {
  readonly thumb: Thumbnail;
  readonly hash: PictureHash;
  /** Seconds on the clock of its stream. */
  readonly at: number;
}

/** The end of what was shown so far: pictures and sound up to `end`, as far back as a repeat may reach. */
export interface Tail {
  readonly seen: readonly Seen[];
  readonly sound: Hum;
  /** Seconds. */
  readonly end: number;
}

/**
 * What the seam between two clips turned out to be.
 * `new`: the clip opens with pictures that were not shown. `repeat`: its first `dropped` frames were, and end where the stream ends, or the clip does.
 * `still`: they look alike because nothing moves, and the sound says that time goes on. `unclear`: they look alike, and nothing tells a repeat from
 * a still scene, so they are kept.
 */
export interface Verdict {
  readonly is: 'new' | 'repeat' | 'still' | 'unclear';
  readonly dropped: number;
  /** What the repeat was told by. */
  readonly by?: 'pictures' | 'sound' | 'pictures and sound';
  /** Mean difference of the repeated pictures, in grey levels: what compression does, if it is a repeat. */
  readonly difference?: number;
  /** Correlation of the repeated sound, −1 to 1, where there was any to compare. */
  readonly correlation?: number;
  /** The pictures are a repeat, the sound is another one. */
  readonly soundDiffers?: true;
}

/** Looks at the first frames of a clip, one after the other, until it knows. */
export interface Seam {
  /** Takes the next frame. Gives the verdict once it is known; if that is a repeat, this frame is the first one that was not shown. */
  look(frame: Seen): Verdict | undefined;
  /** The verdict when the clip has no more frames. */
  end(): Verdict;
}

/**
 * Two compressions of one picture differ by less, in bits and grey levels. Measured with x264 on a drawn scene: at its quality 30 up to 5 bits, and 3.0 levels
 * in pictures of 320 × 240, 9.8 in 64 × 48, which no thumbnail averages; at 40 up to 13 bits and 6.1 levels in 320 × 240.
 */
const ALIKE = { bits: 16, levels: 10 };
/** A shift by one frame must cost so much more than the best one: times, and grey levels on top. */
const SHARP = { times: 1.25, levels: 0.25 };
/** Frames on each side of the seam whose movement is the measure for a repeat of a single frame. */
const AROUND = 6;
/**
 * A single frame is a repeat where it differs from the last one by less than this share of the least movement between frames around. Measured on 168 seams of
 * drawn scenes (docs/log.md): the next frame differs by 1.01 times that and more, a repeat by 0.1 to 0.6 in lively ones of 160 × 120 and more; in slow or small ones compression can be as large as movement.
 */
const SAME_FRAME = 0.7;
/** So many moving frames that agree are a repeat even if the sound is another one. */
const SURE = 12;
/** Correlation of one sound compressed twice is above, of other sounds below. */
const SAME_SOUND = 0.7;

/** One possible repeat: the clip's first frame is the stream's frame number `from`. */
interface Shift {
  readonly from: number;
  /** Frames that were compared, and the sum of their differences. */
  count: number;
  cost: number;
}

/**
 * Finds the frames at the beginning of a clip that the stream has just shown: a run in order, which ends where the stream ends, or holds the whole clip.
 * Every shift of the clip against the end of the stream stays possible until a picture is not alike (dHash, then thumbnails). When the run of one has
 * reached the end of the stream, it is the repeat
 *  - by the pictures, if it is sharply better than all others: then something moves, and only one shift fits the movement. The sound may object;
 *  - by the sound, if others are as good (nothing moves): the one place where the clip's sound is heard in the stream's.
 * A single frame counts only if it differs from the last one by clearly less than the frames around the seam do from each other (`SAME_FRAME`):
 * else it is simply the next frame.
 */
export function openSeam({ seen, sound, end }: Tail, head: Hum): Seam {
  const steps = stepsOf(seen.slice(-AROUND));
  let before: Seen | undefined;
  let frames = 0;
  let possible: Shift[] = seen.map((_, from) => ({ from, count: 0, cost: 0 }));
  const failed: Shift[] = []; // reached the end, and were not the repeat
  let otherwise: Verdict = { is: 'new', dropped: 0 };

  const overlaps = seen.map(({ at }) => end - at);
  let everywhere: { readonly echo: Echo | undefined } | undefined; // searched when it is first needed
  const heard = () => {
    everywhere ??= { echo: echo(sound, head, overlaps) };
    return everywhere.echo;
  };

  /** The verdict if this shift is the repeat; else notes what to say if no other one is. */
  const judge = (shift: Shift): Verdict | undefined => {
    const repeat = (by: NonNullable<Verdict['by']>, told?: Echo): Verdict => ({
      is: 'repeat',
      dropped: shift.count,
      by,
      difference: round(meanOf(shift)),
      ...(told ? { correlation: round(told.correlation) } : {}),
    });
    const close = meanOf(shift) * SHARP.times + SHARP.levels;
    if ([...possible, ...failed].some((other) => other !== shift && meanOf(other) < close)) {
      const told = heard();
      if (told && told.correlation >= SAME_SOUND && told.clear && told.which === shift.from) return repeat('sound', told);
      const still = told !== undefined && told.correlation < SAME_SOUND;
      otherwise = { is: still ? 'still' : 'unclear', dropped: 0, ...(told ? { correlation: round(told.correlation) } : {}) };
      return undefined;
    }
    if (shift.count === 1 && !(steps.length > 0 && meanOf(shift) < SAME_FRAME * Math.min(...steps))) return undefined;
    const told = echo(sound, head, [overlaps[shift.from]!]);
    if (!told) return repeat('pictures');
    if (told.correlation >= SAME_SOUND) return repeat('pictures and sound', told);
    if (shift.count >= SURE) return { ...repeat('pictures', told), soundDiffers: true };
    otherwise = { is: 'unclear', dropped: 0, correlation: round(told.correlation) };
    return undefined;
  };

  return {
    look(frame) {
      if (before && frames <= AROUND) steps.push(pictureDifference(before.thumb, frame.thumb));
      before = frame;
      const last = possible.at(-1);
      const reached = last && last.from + frames === seen.length ? possible.pop() : undefined; // never more than one at a time
      possible = possible.filter((shift) => fits(shift, seen[shift.from + frames]!, frame));
      frames++;
      const verdict = reached && judge(reached);
      if (verdict) return verdict;
      if (reached) failed.push(reached);
      return possible.length === 0 ? otherwise : undefined;
    },
    end() {
      if (frames === 0) return otherwise;
      for (const shift of possible.toSorted((a, b) => meanOf(a) - meanOf(b))) {
        const verdict = judge(shift);
        if (verdict) return verdict;
      }
      return otherwise;
    },
  };
}

/** Compares one more frame with what a shift says was shown, and counts it if they are alike. */
function fits(shift: Shift, shown: Seen, frame: Seen): boolean {
  if (hashDistance(shown.hash, frame.hash) > ALIKE.bits) return false;
  const difference = pictureDifference(shown.thumb, frame.thumb);
  if (difference > ALIKE.levels) return false;
  shift.count++;
  shift.cost += difference;
  return true;
}

const meanOf = (shift: Shift): number => shift.cost / shift.count;
const round = (x: number): number => Math.round(x * 1000) / 1000;

/** How much each picture differs from the one before it, in grey levels. */
function stepsOf(seen: readonly Seen[]): number[] {
  return seen.slice(1).map((now, i) => pictureDifference(seen[i]!.thumb, now.thumb));
}
