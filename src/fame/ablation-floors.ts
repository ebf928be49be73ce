/** What an ablation is measured against: answers that know the emotion and the kind of a cause, and what was learnt, but not the cause. */
import type { Segment } from '../metrics/index.ts';
import type { AskedCause, TrueCause } from './ablation.ts';

export const FLOORS = ['most frequent cause', 'random cause'] as const;
export type FloorName = (typeof FLOORS)[number];

/** Which of the causes that were learnt a floor may answer with; it scores the mean of them. */
const CHOICES: Readonly<Record<FloorName, (alike: readonly TrueCause[]) => readonly TrueCause[]>> = {
  'most frequent cause': (alike) => {
    const counts = new Map<string, number>();
    for (const { about } of alike) counts.set(about, (counts.get(about) ?? 0) + 1);
    const most = Math.max(...counts.values());
    return alike.filter(({ about }) => counts.get(about) === most); // several where chance made them equally frequent
  },
  'random cause': (alike) => alike,
};

/** A floor's answers to each question (a list for each: it scores their mean), and what a reader must know of them. */
export interface Floors {
  readonly named: readonly { readonly name: FloorName; readonly segments: readonly (readonly Segment[])[] }[];
  readonly notes: readonly string[];
}

/**
 * The kind is given away by every modality (nothing happens in the picture, nobody asks what somebody thinks), so a floor that did not know it would be
 * too low. Every cause of the emotion and kind is answered with, instead of one by chance: the score is what chance comes to in the end.
 */
export function floorSegments(asked: readonly AskedCause[], learnt: readonly TrueCause[]): Floors {
  const alike = asked.map((one) => learnt.filter(({ kind, emotion }) => kind === one.kind && emotion === one.emotion));
  const unknown = alike.filter(({ length }) => length === 0).length;
  return {
    named: FLOORS.map((name) => ({
      name,
      segments: asked.map(({ id, cause }, i) => {
        const answers = alike[i]!.length === 0 ? [''] : CHOICES[name](alike[i]!).map((one) => one.cause);
        return answers.map((hyp) => ({ id, hyp, refs: [cause] }));
      }),
    })),
    notes:
      unknown === 0
        ? []
        : [`floors: for ${unknown} of ${asked.length} items no cause of this emotion and kind was learnt, so there they answer nothing`],
  };
}
