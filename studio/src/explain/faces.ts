/** The faces of a film as its player needs them. */
import type { Emotion } from '../../../src/base/emotion.ts';
import type { FacesReport, FrameReport, TrackReport } from '../../../src/faces/report.ts';

/** A face on a picture. */
export interface Shown {
  readonly track: number;
  readonly box: FrameReport['box'];
  readonly emotion: Emotion;
  readonly share: number;
}

/** How many sampled pictures a face may be unseen and still be drawn where it was. */
const STALE = 1.6;

/** The likeliest reading; how viewers would read the face, never what anybody feels. */
export function strongest(emotions: Readonly<Record<Emotion, number>>): readonly [Emotion, number] {
  const [first, ...rest] = Object.entries(emotions) as [Emotion, number][];
  return rest.reduce((best, one) => (one[1] > best[1] ? one : best), first!);
}

/** The last frame at or before `t`; undefined before the first. Frames are in the order of time. */
export function frameAt(frames: readonly FrameReport[], t: number): FrameReport | undefined {
  let [low, high] = [0, frames.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (frames[middle]!.t <= t + 1e-3) low = middle + 1;
    else high = middle;
  }
  return frames[low - 1];
}

/** Time between two sampled pictures: the usual one, in seconds. */
export function stepOf({ tracks }: Pick<FacesReport, 'tracks'>): number {
  const steps = tracks.flatMap(({ frames }) => frames.slice(1).map(({ t }, i) => t - frames[i]!.t)).toSorted((a, b) => a - b);
  return steps[Math.floor(steps.length / 2)] ?? 0.2;
}

/** The faces on the picture at `t`. Between two sightings a box moves from one to the other. */
export function facesAt({ tracks }: Pick<FacesReport, 'tracks'>, t: number, step: number): Shown[] {
  return tracks.flatMap(({ id, frames }) => {
    const before = frameAt(frames, t);
    if (before === undefined || t - before.t > STALE * step) return [];
    const after = frames[frames.indexOf(before) + 1];
    const near = after !== undefined && after.t - before.t <= STALE * step;
    const part = near ? Math.min(1, (t - before.t) / (after.t - before.t)) : 0;
    const box = before.box.map((value, i) => (near ? value + part * (after.box[i]! - value) : value)) as unknown as FrameReport['box'];
    const [emotion, share] = strongest(before.smoothed);
    return [{ track: id, box, emotion, share }];
  });
}

/** The track whose face is at a point of the picture at a moment: how a face of an answer is found in the film. */
export function trackAt(
  { tracks }: Pick<FacesReport, 'tracks'>,
  { t, x, y }: { readonly t: number; readonly x: number; readonly y: number },
): number | undefined {
  const there = tracks.flatMap(({ id, frames }: TrackReport) => {
    const frame = frames.toSorted((a, b) => Math.abs(a.t - t) - Math.abs(b.t - t))[0];
    if (frame === undefined || Math.abs(frame.t - t) > 0.5) return [];
    const [left, top, width, height] = frame.box;
    const away = Math.hypot((x - left - width / 2) / width, (y - top - height / 2) / height);
    return away <= 0.75 ? [{ id, away }] : [];
  });
  return there.toSorted((a, b) => a.away - b.away)[0]?.id;
}
