import type { NumberedFaces } from '../../../src/server/glimpse.ts';

/** The faces on the picture at a time: each as it was seen last, where that is not long ago. */
export function facesAt({ faces, step }: Pick<NumberedFaces, 'faces' | 'step'>, time: number): NumberedFaces['faces'] {
  const last = new Map<number, NumberedFaces['faces'][number]>();
  for (const one of faces) {
    if (one.t > time + 0.001) break; // in the order of time
    last.set(one.face, one);
  }
  return [...last.values()].filter(({ t }) => time - t <= 1.6 * step);
}

/** The face that a new entry is about: the largest one that is seen then, else the first. */
export function likeliestFace(found: Pick<NumberedFaces, 'faces' | 'step'> | undefined, time: number): number {
  const there = found === undefined ? [] : facesAt(found, time);
  const size = ({ box }: (typeof there)[number]) => box[2] * box[3];
  return (
    there.reduce<(typeof there)[number] | undefined>((best, one) => (best === undefined || size(one) > size(best) ? one : best), undefined)
      ?.face ?? 1
  );
}
