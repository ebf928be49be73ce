import { assignment } from './assignment.ts';
import { iou } from './boxes.ts';
import type { Detection } from './face.ts';
import { type BoxState, boxOf, distance, type FaceMotion, firstState, MOTION_DEFAULTS, seenIn, stateAt } from './kalman.ts';

/** A face in one sampled frame. */
export interface Sighting<F extends Detection = Detection> {
  /** Seconds. */
  readonly t: number;
  /** Which of the sampled frames: 0, 1, 2, … */
  readonly frame: number;
  readonly face: F;
}

/** One face followed inside one shot, without a long gap. */
export interface Tracklet<F extends Detection = Detection> {
  /** 0, 1, 2, … in order of appearance, from left to right where several appear at once. */
  readonly index: number;
  readonly shot: number;
  readonly sightings: readonly Sighting<F>[];
}

export interface TrackerOptions extends FaceMotion {
  /** A face unseen for more than so many seconds is followed no further (`identity.ts` may still find it again). */
  readonly gap?: number;
  /** A face is never looked for further than so many of its sizes from where its motion leads. */
  readonly reach?: number;
  /** A tracklet without any detection of this score is none: less is enough to go on with a face, or to have seen it come. */
  readonly sure?: number;
}

export const TRACKER_DEFAULTS = { ...MOTION_DEFAULTS, gap: 0.8, reach: 1.5, sure: 0.5 } as const satisfies Required<TrackerOptions>;

/** 99.9 % of the squared distances of a face from its own prediction are below this: χ² with 4 degrees of freedom. */
const GATE = 18.47;

export interface Tracker<F extends Detection> {
  /** Takes the faces of the next frame; says for each which tracklet it belongs to. Times must grow; a new shot ends all tracklets. */
  step(at: { readonly t: number; readonly frame: number; readonly shot: number }, faces: readonly F[]): Tracklet<F>[];
  /** All tracklets so far with a sure face in them, in order of appearance. */
  readonly tracklets: readonly Tracklet<F>[];
}

interface Growing<F extends Detection> extends Tracklet<F> {
  readonly sightings: Sighting<F>[];
  state: BoxState;
}

/**
 * Follows faces by motion and overlap: SORT (Bewley et al. 2016) over real time. A pair of tracklet and face is possible inside the gate of
 * the motion filter and within reach; it is worth its IoU with the predicted box plus how well motion explains it (each 0–1), and the
 * assignment with the largest sum is taken, first for the faces that the detector is sure of, then for the others among the tracklets that are
 * left (ByteTrack, Zhang et al. 2022): a detector is often unsure for a frame of a face that it sees well before or after. Faces left over
 * begin tracklets. Keeps what the caller gave it for each face, and nothing else.
 */
export function tracker<F extends Detection>(options: TrackerOptions = {}): Tracker<F> {
  const o = { ...TRACKER_DEFAULTS, ...options };
  const tracklets: Growing<F>[] = [];
  let active: Growing<F>[] = [];
  let shot: number | undefined;

  return {
    get tracklets() {
      return tracklets.filter(({ sightings }) => sightings.some(({ face }) => face.score >= o.sure));
    },
    step(at, faces) {
      active = at.shot === shot ? active.filter(({ sightings }) => at.t - sightings.at(-1)!.t <= o.gap) : [];
      shot = at.shot;
      const predictions = active.map(({ state }) => stateAt(state, at.t, o));
      // In an order of their own, so that a detector may list its faces in any.
      const order = faces.map((_, i) => i).sort((a, b) => byPlace(faces[a]!, faces[b]!));
      const [sure, unsure] = [order.filter((i) => faces[i]!.score >= o.sure), order.filter((i) => faces[i]!.score < o.sure)];
      const found = new Map<number, number>(); // face → tracklet, both by position
      for (const some of [sure, unsure]) {
        const free = predictions.map((_, k) => k).filter((k) => ![...found.values()].includes(k));
        const pairs = assignment(some.map((i) => free.map((k) => worth(predictions[k]!, faces[i]!, o))));
        for (const [row, column] of pairs) found.set(some[row]!, free[column]!);
      }
      const owners = new Map<number, Growing<F>>();
      for (const i of order) {
        const face = faces[i]!;
        const known = found.get(i);
        let owner: Growing<F>;
        if (known !== undefined) {
          owner = active[known]!;
          owner.state = seenIn(predictions[known]!, face.box, o);
        } else {
          owner = { index: tracklets.length, shot: at.shot, sightings: [], state: firstState(face.box, at.t, o) };
          tracklets.push(owner);
          active.push(owner);
        }
        owner.sightings.push({ t: at.t, frame: at.frame, face });
        owners.set(i, owner);
      }
      return faces.map((_, i) => owners.get(i)!);
    },
  };
}

/** From left to right, then from top to bottom; equal only where nothing tells the faces apart. */
function byPlace(a: Detection, b: Detection): number {
  return a.box.x - b.box.x || a.box.y - b.box.y || a.box.width - b.box.width || a.box.height - b.box.height || a.score - b.score;
}

/** 0 (impossible) to 2 (exactly where it was expected). */
function worth(state: BoxState, { box }: Detection, o: Required<TrackerOptions>): number {
  const expected = boxOf(state);
  const [dx, dy] = [box.x + box.width / 2 - state.x.value, box.y + box.height / 2 - state.y.value];
  const size = Math.sqrt(Math.max(box.width * box.height, expected.width * expected.height));
  const d = distance(state, box, o);
  if (d > GATE || Math.hypot(dx, dy) > o.reach * size) return 0;
  return iou(expected, box) + 1 - d / GATE;
}
