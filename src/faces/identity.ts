import type { Detection } from './face.ts';
import type { Sighting, Tracklet } from './tracker.ts';

/** One person's face over the whole video. */
export interface Track<F extends Detection = Detection> {
  /** 1, 2, 3, … in order of first appearance. */
  readonly id: number;
  /** In order of time. */
  readonly sightings: readonly Sighting<F>[];
  /** How many tracklets it was put together from. */
  readonly pieces: number;
}

export interface IdentityOptions {
  /** Descriptors of one person differ by less than this (Euclidean; root mean square over the pairs of two groups). */
  readonly same?: number;
  /** A track of fewer sightings is left out, unless the face was seen in every frame of its shots … */
  readonly sightings?: number;
  /** … and so is a track whose best score is below this. */
  readonly score?: number;
}

/**
 * face-api and dlib publish 0.6 for their networks of 128 numbers. Of the 231 pairs of different people on face-api's demo photos (22 faces
 * under a moving camera) 16 are nearer than that and one is nearer than 0.5, while 19 of the 22 stay within 0.5 of themselves: two people
 * in one track are worse than one person in two.
 */
export const IDENTITY_DEFAULTS = { same: 0.5, sightings: 3, score: 0.6 } as const satisfies Required<IdentityOptions>;

/** The descriptors of some sightings of one tracklet, each of unit length or not; none is allowed. */
export type Descriptors = readonly Float32Array[];

/** What of some descriptors is needed for the mean squared distance to others: Σ d, Σ |d|², n. */
interface Group {
  readonly members: readonly number[];
  readonly sum: Float64Array;
  readonly squares: number;
  readonly count: number;
}

/**
 * Groups tracklets by face: agglomerative, average linkage, over the squared distances of all pairs of descriptors; the closest two groups
 * below `same` are joined until none is left. Tracklets that share a frame are two people and are never in one group, however alike.
 * A tracklet without descriptors stays alone. Returns groups of positions, ordered by their first position. n² comparisons of descriptors.
 */
export function sameFaces(
  tracklets: readonly { readonly frames: readonly number[]; readonly descriptors: Descriptors }[],
  { same = IDENTITY_DEFAULTS.same }: Pick<IdentityOptions, 'same'> = {},
): number[][] {
  const groups = new Map<number, Group>(tracklets.map(({ descriptors }, i) => [i, groupOf(i, descriptors)]));
  const apart = seenTogether(tracklets.map((t) => t.frames));
  const limit = same ** 2;

  /** The nearest later group that may be joined; later, so that each pair is looked at once. */
  const nearest = (i: number) => {
    let best = { j: -1, d: limit };
    for (const j of groups.keys()) {
      if (j <= i || apart[i]!.has(j)) continue;
      const d = squaredDistance(groups.get(i)!, groups.get(j)!);
      if (d < best.d) best = { j, d };
    }
    return best;
  };
  const closest = new Map([...groups.keys()].map((i) => [i, nearest(i)]));

  while (true) {
    let [at, d] = [-1, limit];
    for (const [i, best] of closest) if (best.j >= 0 && best.d < d) [at, d] = [i, best.d];
    if (at < 0) break;
    const { j } = closest.get(at)!;
    groups.set(at, joined(groups.get(at)!, groups.get(j)!));
    groups.delete(j);
    closest.delete(j);
    for (const k of apart[j]!) {
      apart[at]!.add(k);
      apart[k]!.add(at);
    }
    for (const [i, best] of closest) {
      // Groups after `at` look only at later ones, which have not changed, unless it was j.
      if (i === at || best.j === at || best.j === j) closest.set(i, nearest(i));
      else if (i < at && !apart[i]!.has(at)) {
        const now = squaredDistance(groups.get(i)!, groups.get(at)!);
        if (now < best.d) closest.set(i, { j: at, d: now });
      }
    }
  }
  return [...groups.values()].map(({ members }) => [...members].sort((a, b) => a - b)).sort((a, b) => a[0]! - b[0]!);
}

function groupOf(position: number, descriptors: Descriptors): Group {
  const sum = new Float64Array(descriptors[0]?.length ?? 0);
  let squares = 0;
  for (const descriptor of descriptors) {
    for (let k = 0; k < sum.length; k++) {
      sum[k]! += descriptor[k]!;
      squares += descriptor[k]! ** 2;
    }
  }
  return { members: [position], sum, squares, count: descriptors.length };
}

function joined(a: Group, b: Group): Group {
  return {
    members: [...a.members, ...b.members],
    sum: a.sum.map((value, k) => value + b.sum[k]!),
    squares: a.squares + b.squares,
    count: a.count + b.count,
  };
}

/** Mean of |x - y|² over all x of a and y of b. */
function squaredDistance(a: Group, b: Group): number {
  if (a.count === 0 || b.count === 0) return Number.POSITIVE_INFINITY;
  let dot = 0;
  for (let k = 0; k < a.sum.length; k++) dot += a.sum[k]! * b.sum[k]!;
  return Math.max(0, a.squares / a.count + b.squares / b.count - (2 * dot) / (a.count * b.count));
}

/** For each tracklet, those that share a frame with it. */
function seenTogether(frames: readonly (readonly number[])[]): Set<number>[] {
  const inFrame = new Map<number, number[]>();
  for (const [i, list] of frames.entries()) for (const frame of list) inFrame.set(frame, [...(inFrame.get(frame) ?? []), i]);
  const apart = frames.map(() => new Set<number>());
  for (const present of inFrame.values()) for (const i of present) for (const j of present) if (i !== j) apart[i]!.add(j);
  return apart;
}

/**
 * Tracks of a whole video from its tracklets: joined by face, short and unsure ones left out, numbered by first appearance.
 * `framesOfShot` says how many frames were sampled of each shot: a face that fills a shot of two frames is no accident.
 * Left out: fewer than `sightings` sightings (and some frame of its shots without the face), or a best score below `score`.
 */
export function tracksOf<F extends Detection>(
  tracklets: readonly Tracklet<F>[],
  descriptors: readonly Descriptors[],
  framesOfShot: readonly number[],
  options: IdentityOptions = {},
): { tracks: Track<F>[]; leftOut: number } {
  const o = { ...IDENTITY_DEFAULTS, ...options };
  const groups = sameFaces(
    tracklets.map(({ sightings }, i) => ({ frames: sightings.map((s) => s.frame), descriptors: descriptors[i] ?? [] })),
    o,
  ).map((members) => members.map((i) => tracklets[i]!));
  const kept = groups.filter((pieces) => {
    const sightings = pieces.flatMap((p) => p.sightings);
    const possible = [...new Set(pieces.map((p) => p.shot))].reduce((sum, shot) => sum + framesOfShot[shot]!, 0);
    return sightings.length >= Math.min(o.sightings, possible) && sightings.some(({ face }) => face.score >= o.score);
  });
  const tracks = kept.map((pieces, i) => ({
    id: i + 1, // groups come in the order of their first tracklet, and tracklets in the order of appearance
    sightings: pieces.flatMap((p) => p.sightings).sort((a, b) => a.frame - b.frame),
    pieces: pieces.length,
  }));
  return { tracks, leftOut: groups.length - kept.length };
}
