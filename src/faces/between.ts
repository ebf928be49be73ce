import { assignment } from './assignment.ts';
import { iou } from './boxes.ts';
import type { Box, Detection } from './face.ts';
import type { Shown } from './shots.ts';

/** A picture, and the faces on it. */
export interface Looked {
  readonly shown: Shown;
  readonly detections: Promise<readonly Detection[]>;
}

/** Boxes of one face a moment apart overlap at least so far (IoU), if it may be taken to have moved evenly between them. */
const SAME_PLACE = 0.5;

/**
 * Has a detector look at pictures, but at no two of one shot that are less than `gap` seconds apart, as long as little happens: where the faces of the last
 * picture are all found again on the next one, and no others, each about where it was, those of the pictures between lie on the way. Where that is not so,
 * and where no next one comes, the detector looks at those, too. With a gap of 0 it looks at all. Detections begin when their picture is asked for.
 */
export async function* lookAt(
  source: AsyncGenerator<Shown>,
  detect: (shown: Shown) => Promise<readonly Detection[]>,
  gap: number,
): AsyncGenerator<Looked> {
  let last: Looked | undefined; // that the detector looks at
  let between: Shown[] = []; // since then
  const look = (shown: Shown): Looked => ({ shown, detections: begun(detect(shown)) });

  for await (const shown of source) {
    const goesOn = last !== undefined && last.shown.shot === shown.shot && !last.shown.flash && !shown.flash;
    if (goesOn && shown.t - last!.shown.t < gap) {
      between.push(shown);
      continue;
    }
    const next = look(shown);
    for (const one of between) yield goesOn ? onTheWay(last!, one, next, detect) : look(one);
    yield next;
    [last, between] = [next, []];
  }
  for (const one of between) yield look(one);
}

function onTheWay(from: Looked, shown: Shown, to: Looked, detect: (shown: Shown) => Promise<readonly Detection[]>): Looked {
  const share = (shown.t - from.shown.t) / (to.shown.t - from.shown.t);
  const found = async () => halfWay(await from.detections, await to.detections, share) ?? detect(shown);
  return { shown, detections: begun(found()) };
}

/** What fails is told to who waits for it, later. */
function begun<T>(work: Promise<T>): Promise<T> {
  work.catch(() => {});
  return work;
}

/**
 * Faces between two pictures, at a share (0 to 1) of the way; undefined where they are not the same faces at about the same places. A face is as sure as where
 * it is less so.
 */
export function halfWay(from: readonly Detection[], to: readonly Detection[], share: number): Detection[] | undefined {
  if (from.length !== to.length) return undefined;
  const overlaps = from.map(({ box }) => to.map((other) => iou(box, other.box)));
  const pairs = assignment(overlaps);
  if (pairs.length < from.length || pairs.some(([i, j]) => overlaps[i]![j]! < SAME_PLACE)) return undefined;
  return pairs.map(([i, j]) => {
    const [a, b] = [from[i]!, to[j]!];
    return { box: boxBetween(a.box, b.box, share), score: Math.min(a.score, b.score) };
  });
}

function boxBetween(a: Box, b: Box, share: number): Box {
  const mix = (x: number, y: number) => x + (y - x) * share;
  return { x: mix(a.x, b.x), y: mix(a.y, b.y), width: mix(a.width, b.width), height: mix(a.height, b.height) };
}
