import { align } from './meteor-align.ts';
import type { Find } from './meteor-finder.ts';
import { findMatches, MODULES, type Word } from './meteor-matches.ts';
import { countMatches, type MeteorStats, scoreOf } from './meteor-score.ts';

/** Words of a candidate and of its references: equal words are the same object. */
export interface Segmented {
  readonly hyp: readonly Word[];
  readonly refs: readonly (readonly Word[])[];
}

/** The statistics of a candidate and the reference that gives it the highest score; of equal ones the first. */
export function bestStats({ hyp, refs }: Segmented, find: Find | undefined): MeteorStats {
  let best: MeteorStats | undefined;
  let highest = -1;
  for (const ref of refs) {
    const stats = countMatches(hyp, ref, align(findMatches(hyp, ref, find), hyp.length));
    const score = scoreOf(stats);
    if (score > highest) [best, highest] = [stats, score];
  }
  return best ?? NOTHING;
}

const NOTHING: MeteorStats = {
  hypLength: 0,
  refLength: 0,
  hypFunction: 0,
  refFunction: 0,
  matched: MODULES.map(() => ({ hypContent: 0, refContent: 0, hypFunction: 0, refFunction: 0 })),
  chunks: 0,
};
