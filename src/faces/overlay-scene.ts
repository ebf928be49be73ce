import type { Picture } from '../media/picture.ts';
import { EMOTIONS, type Emotion } from './emotion.ts';
import type { Box } from './face.ts';
import type { FacesReport, FrameReport, TrackReport } from './report.ts';
import { differenceOf, SHOT_DEFAULTS, type Signature, signatureOf } from './shots.ts';
import { TIMELINE_DEFAULTS, verdict } from './timeline.ts';

/** A face at any moment, also between the sampled ones. */
export interface Present {
  /** Of its track. */
  readonly id: number;
  /** Pixels of the picture. */
  readonly box: Box;
  /** Smoothed, in the order of `EMOTIONS`. */
  readonly emotions: Float32Array;
  /** What dominates at the nearest sampled moment, so that a number can be read before it changes, and its probability. */
  readonly dominant: Emotion | 'unclear';
  readonly share: number;
  /** An utterance that is linked to this face goes on. */
  readonly speaks: boolean;
}

/** Asked for each picture of the video in order. */
export interface Scene {
  /** Who is in the picture that is shown at t (seconds), by track. */
  at(t: number, picture: Picture): Present[];
}

/** Sampling where a report has too few frames to tell it, in seconds. */
const USUAL_STEP = 0.2;
/** Times in a report are rounded to thousandths. */
const ROUNDING = 0.001;

/**
 * A report as something that can be asked at any moment. Boxes and probabilities run straight from one sampled frame to the next of the same
 * track and shot; where a face appears or is lost, it is shown for half a sampling step more, and to the cut itself where a cut ends it. A
 * cut lies somewhere between two sampled frames: the pictures in between are compared, so that nothing is drawn across it.
 */
export function sceneOf({ tracks, shots, utterances = [] }: Pick<FacesReport, 'tracks' | 'shots' | 'utterances'>): Scene {
  const step = stepOf(tracks);
  const parts = tracks.map((track) => ({ id: track.id, shots: shots.map((shot) => track.frames.filter((f) => within(f.t, shot))) }));
  let current = 0;
  let last: Signature | undefined; // of the picture before, near the end of the current shot

  /** Which shot the picture at t belongs to. */
  const shotAt = (t: number, picture: Picture): number => {
    while (current + 1 < shots.length && t >= shots[current + 1]!.from - ROUNDING) [current, last] = [current + 1, undefined];
    if (current + 1 < shots.length && t > shots[current]!.to - step) {
      const now = signatureOf(picture);
      const cut = last !== undefined && t > shots[current]!.to + ROUNDING && differenceOf(last, now) > SHOT_DEFAULTS.floor;
      [current, last] = cut ? [current + 1, undefined] : [current, now];
    }
    return current;
  };
  return {
    at(t, picture) {
      const shot = shotAt(t, picture);
      const bounds = shots[shot];
      if (bounds === undefined) return [];
      return parts.flatMap(({ id, shots: seen }): Present[] => {
        const found = momentOf(seen[shot]!, t, step, bounds);
        if (found === undefined) return [];
        const { dominant, score: share } = verdict(found.nearest);
        const speaks = utterances.some((u) => u.track === id && t >= u.start && t <= u.end);
        return [{ id, box: found.box, emotions: found.emotions, dominant, share, speaks }];
      });
    },
  };
}

function within(t: number, { from, to }: { readonly from: number; readonly to: number }): boolean {
  return t >= from - ROUNDING && t <= to + ROUNDING;
}

/** The usual distance of sampled frames: the median. */
function stepOf(tracks: readonly TrackReport[]): number {
  const steps = tracks.flatMap(({ frames }) => frames.slice(1).map((f, i) => f.t - frames[i]!.t)).sort((a, b) => a - b);
  return steps[steps.length >> 1] ?? USUAL_STEP;
}

interface Moment {
  readonly box: Box;
  readonly emotions: Float32Array;
  readonly nearest: Float32Array;
}

/** A face at t from its frames of one shot; undefined where it is not in the picture. */
function momentOf(
  frames: readonly FrameReport[],
  t: number,
  step: number,
  shot: { readonly from: number; readonly to: number },
): Moment | undefined {
  const next = frames.findIndex((f) => f.t > t);
  const after = next < 0 ? undefined : frames[next];
  const before = frames[next < 0 ? frames.length - 1 : next - 1];
  if (before !== undefined && after !== undefined && after.t - before.t <= TIMELINE_DEFAULTS.gap + ROUNDING) {
    const share = (t - before.t) / (after.t - before.t);
    const [a, b] = [smoothedOf(before), smoothedOf(after)];
    return { box: between(before, after, share), emotions: a.map((p, e) => p + share * (b[e]! - p)), nearest: share < 0.5 ? a : b };
  }
  // The first and the last sampled frame of a shot stand for all pictures up to the cut.
  const reach = (frame: FrameReport, edge: number) => (Math.abs(frame.t - edge) <= ROUNDING ? step : step / 2) + ROUNDING;
  const only = [
    before !== undefined && t - before.t <= reach(before, shot.to) ? before : undefined,
    after !== undefined && after.t - t <= reach(after, shot.from) ? after : undefined,
  ].find((frame) => frame !== undefined);
  return only && { box: between(only, only, 0), emotions: smoothedOf(only), nearest: smoothedOf(only) };
}

const smoothedOf = ({ smoothed }: FrameReport) => Float32Array.from(EMOTIONS, (name) => smoothed[name]);

function between({ box: a }: FrameReport, { box: b }: FrameReport, share: number): Box {
  const [x, y, width, height] = a.map((v, i) => v + share * (b[i]! - v)) as [number, number, number, number];
  return { x, y, width, height };
}
