import { ModelError } from '../base/errors.ts';
import type { Picture } from '../media/picture.ts';
import type { Box, Detection } from './face.ts';
import type { Descriptors } from './identity.ts';
import type { Tracklet } from './tracker.ts';

/** A descriptor (128 numbers in face-api) for each box of a picture. */
export type Describe = (picture: Picture, boxes: readonly Box[]) => Promise<Float32Array[]>;

/** So many descriptors of a tracklet are kept, those of its best views, … */
const MOST = 5;
/** … taken at least this long apart (seconds), unless a view is better by this factor than the worst one kept. */
const APART = 0.35;
const BETTER = 1.25;
/** A face this wide (pixels) shows all that a descriptor network looks at. */
const WIDE_ENOUGH = 112;

interface View {
  readonly quality: number;
  readonly descriptor: Float32Array;
}

/** The best views of each tracklet, described while the picture is there: a network run for a few frames of a tracklet instead of all. */
export interface Album<F extends Detection> {
  /** `owners` says for each face whose it is, as the tracker does. */
  add(picture: Picture, t: number, faces: readonly F[], owners: readonly Tracklet<F>[]): Promise<void>;
  of(tracklet: Tracklet<F>): Descriptors;
}

/** An album that asks `describe`; without it every page stays empty. `add` throws ModelError FACES_ANSWER. */
export function album<F extends Detection>(describe: Describe | undefined): Album<F> {
  const pages = new Map<Tracklet<F>, { views: readonly View[]; latest: number }>();
  return {
    async add(picture, t, faces, owners) {
      if (describe === undefined) return;
      const wanted = faces.flatMap((face, i) => {
        const owner = owners[i]!;
        const page = pages.get(owner);
        return page === undefined || worthwhile(page, quality(face), t) ? [{ face, owner }] : [];
      });
      if (wanted.length === 0) return;
      const descriptors = answers(
        'descriptors',
        wanted.length,
        await describe(
          picture,
          wanted.map(({ face }) => face.box),
        ),
      );
      for (const [i, { face, owner }] of wanted.entries()) {
        const views = [...(pages.get(owner)?.views ?? []), { quality: quality(face), descriptor: descriptors[i]! }];
        pages.set(owner, { views: views.sort((a, b) => b.quality - a.quality).slice(0, MOST), latest: t });
      }
    },
    of: (tracklet) => (pages.get(tracklet)?.views ?? []).map((view) => view.descriptor),
  };
}

function worthwhile({ views, latest }: { views: readonly View[]; latest: number }, value: number, t: number): boolean {
  return views.length < MOST ? t - latest >= APART : value > BETTER * views.at(-1)!.quality;
}

/** Sure and large is good, 0–1. */
function quality({ box, score }: Detection): number {
  return score * Math.min(1, Math.sqrt(box.width * box.height) / WIDE_ENOUGH);
}

/** What a network answered, if it is one answer for each face. Throws ModelError FACES_ANSWER. */
export function answers<T>(what: string, faces: number, got: readonly T[]): readonly T[] {
  if (got.length === faces) return got;
  throw new ModelError('FACES_ANSWER', 'A network of the faces did not answer as it should', {
    at: what,
    expected: `${faces} (one a face)`,
    got: `${got.length}`,
    fix: 'correct the function that was passed in',
  });
}
