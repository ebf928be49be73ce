import type { Random } from '../base/random.ts';
import type { PictureSituationName } from './happenings.ts';
import { type PropName, TINTS } from './props.ts';

/** What tells nothing: who stands where, what hangs and stands about, in which colours. */
export interface Stage {
  /** −1: the one with the emotion stands on the left. */
  readonly side: -1 | 1;
  /** On the wall beside and on the table before the left (−1) and the right one. */
  readonly hung: Readonly<Record<-1 | 1, PropName>>;
  readonly stands: Readonly<Record<-1 | 1, PropName>>;
  readonly tints: readonly [string, string, string];
  /** Where the two stand beside their usual places, in units of the scene: left one, right one. */
  readonly shifts: readonly [number, number];
  /** Where their small movements are in their course: any number. */
  readonly phase: number;
}

const HUNG: readonly PropName[] = ['picture', 'clock', 'mirror'];
const STANDING: readonly PropName[] = ['lamp', 'radio', 'kettle'];

/** Furnishes the stage. What is going to fall or to smoke is there from the beginning, at the other one's side; in every story there are others of its kind. */
export function stageOf(
  chance: Random,
  { happening }: { readonly happening: { readonly situation: PictureSituationName; readonly prop: PropName } | undefined },
): Stage {
  const side = chance.below(2) === 0 ? -1 : 1;
  const pair = (from: readonly PropName[], situation: PictureSituationName): Record<-1 | 1, PropName> => {
    const [first, second] = chance.shuffled(from) as [PropName, PropName];
    const there = happening?.situation === situation ? happening.prop : first;
    const beside = there === first ? second : first;
    return side === -1 ? { [-1]: beside, 1: there } : { [-1]: there, 1: beside };
  };
  return {
    side,
    hung: pair(HUNG, 'fall'),
    stands: pair(STANDING, 'smoke'),
    tints: chance.shuffled(TINTS).slice(0, 3) as [string, string, string],
    shifts: [12 * (chance.next() - 0.5), 12 * (chance.next() - 0.5)],
    phase: 100 * chance.next(),
  };
}
