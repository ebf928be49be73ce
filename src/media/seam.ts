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
  /** The pictures say repeat, and the sound is another one: kept in doubt only if the pictures are few. */
  readonly soundDiffers?: true;
}

/** Looks at the first frames of a clip, one after the other. */
export interface Seam {
  /** Takes the next frame. True when a repeat may end right before it, so that it must be possible to begin with it. */
  look(frame: Seen): boolean;
  /** Whether more frames could change the verdict. */
  readonly open: boolean;
  /** The verdict over what it was given; `ended` when the clip has no more frames. */
  verdict(ended: boolean): Verdict;
}

/** Two compressions of one picture differ by less, in bits and grey levels. Measured up to 8 bits and 2.6 levels at x264's worst usable quality (40). */
const ALIKE = { bits: 12, levels: 4 };
/** A shift by one frame must cost so much more than the best one: times, and grey levels on top. */
const SHARP = { times: 1.25, levels: 0.25 };
/** Frames on each side of the seam whose movement is the measure for a repeat of a single frame. */
const AROUND = 6;
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
  /** Ran up to the end of the stream. */
  reached: boolean;
}

/**
 * Finds the frames at the beginning of a clip that the stream has just shown: a run in order, which ends where the stream ends, or holds the whole clip.
 * Every shift of the clip against the end of the stream whose pictures are alike (dHash, then thumbnails) stays possible until a picture differs. A shift wins
 *  - by the pictures, if it is sharply better than all other possible ones: then something moves, and only one shift fits the movement;
 *  - by the sound, if no shift is sharply better (nothing moves), or to confirm: the loudest correlation of the sounds in the overlap.
 * A single frame counts only if it differs from the last one by less than half of what the frames around the seam do from each other:
 * else it is simply the next frame.
 */
export function openSeam(tail: Tail, head: Hum): Seam {
  const { seen } = tail;
  const first: Seen[] = []; // the clip's first frames, for their movement
  let shifts: Shift[] = [];
  const done: Shift[] = [];
  let count = 0;

  const look = (frame: Seen): boolean => {
    const j = count++;
    if (first.length <= AROUND) first.push(frame);
    if (j === 0) shifts = seen.map((_, from) => ({ from, count: 0, cost: 0, reached: false }));
    let ends = false;
    shifts = shifts.filter((shift) => {
      const shown = seen[shift.from + j];
      if (shown === undefined) {
        shift.reached = ends = true;
        done.push(shift);
        return false;
      }
      if (hashDistance(shown.hash, frame.hash) > ALIKE.bits) return false;
      const difference = pictureDifference(shown.thumb, frame.thumb);
      shift.count++;
      shift.cost += difference;
      return difference <= ALIKE.levels;
    });
    return ends;
  };

  const verdict = (ended: boolean): Verdict => {
    const possible = [...done, ...(ended ? shifts : [])].filter((s) => s.count > 0).sort((a, b) => meanOf(a) - meanOf(b));
    const best = possible[0];
    if (!best) return { is: 'new', dropped: 0 };
    const rivals = possible.slice(1).filter((s) => meanOf(s) < meanOf(best) * SHARP.times + SHARP.levels);
    const heard = (of: readonly Shift[]) =>
      echo(
        tail.sound,
        head,
        of.map((s) => tail.end - seen[s.from]!.at),
      );
    const repeat = (shift: Shift, by: NonNullable<Verdict['by']>, sound: Echo | undefined): Verdict => ({
      is: 'repeat',
      dropped: shift.count,
      by,
      difference: round(meanOf(shift)),
      ...(sound ? { correlation: round(sound.correlation) } : {}),
    });
    if (rivals.length === 0) {
      if (best.count === 1 && !moreThanNext(best)) return { is: 'new', dropped: 0 };
      const sound = heard([best]);
      if (!sound) return repeat(best, 'pictures', undefined);
      if (sound.correlation >= SAME_SOUND) return repeat(best, 'pictures and sound', sound);
      if (best.count >= SURE) return { ...repeat(best, 'pictures', sound), soundDiffers: true };
      return { is: 'unclear', dropped: 0, correlation: round(sound.correlation) };
    }
    const sound = heard(possible);
    if (!sound) return { is: 'unclear', dropped: 0 };
    if (sound.correlation >= SAME_SOUND && sound.clear) return repeat(possible[sound.which]!, 'sound', sound);
    return { is: sound.correlation < SAME_SOUND ? 'still' : 'unclear', dropped: 0, correlation: round(sound.correlation) };
  };

  /** Whether one frame is closer to the stream's than frames that follow each other here. */
  const moreThanNext = (shift: Shift): boolean => {
    const steps = [...stepsOf(seen.slice(-AROUND)), ...stepsOf(first)];
    return steps.length > 0 && meanOf(shift) < Math.min(...steps) / 2;
  };

  return {
    look,
    get open() {
      return shifts.length > 0 || (count <= AROUND && done.length > 0) || count === 0;
    },
    verdict,
  };
}

const meanOf = (shift: Shift): number => shift.cost / shift.count;
const round = (x: number): number => Math.round(x * 1000) / 1000;

/** How much each picture differs from the one before it, in grey levels. */
function stepsOf(seen: readonly Seen[]): number[] {
  return seen.slice(1).map((now, i) => pictureDifference(seen[i]!.thumb, now.thumb));
}
