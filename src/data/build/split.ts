import { FameError } from '../../base/errors.ts';
import { random } from '../../base/random.ts';
import { isTarget } from './plan.ts';
import type { SourceDialogue } from './source.ts';

/** The parts of a data set, in the order in which they are filled. */
export const SIDES = ['train', 'dev', 'test'] as const;
export type Side = (typeof SIDES)[number];

/** `dialogues`: by chance, with nothing shared between the parts. `meld`: as MELD has it. `none`: one part. */
export const SPLITS = ['dialogues', 'meld', 'none'] as const;

export interface SplitOptions {
  readonly by: (typeof SPLITS)[number];
  readonly seed: number;
  /** Shares of the targets, 0 to 1; what is left is for training. */
  readonly dev: number;
  readonly test: number;
}

/** What dialogues on two sides have in common: a model that has seen the one knows something of the other. */
export interface Leaks {
  /** Utterances of five words or more that are said on both sides. */
  readonly texts: number;
  /** Episodes or scenes with dialogues on both sides. */
  readonly episodes: number;
}

/** Shorter utterances are said in any conversation. */
const LONG = 5;

/**
 * The side of each dialogue, by id; none for `none`. With `dialogues`, those that share an utterance of five words or more, or an episode or scene, stay together, also
 * by way of a third one; the groups, shuffled and then the largest first, go where most targets are missing. The same dialogues, seed and shares give the
 * same sides. Throws BUILD_SPLIT.
 */
export function splitOf(dialogues: readonly SourceDialogue[], { by, seed, dev, test }: SplitOptions): ReadonlyMap<string, Side> {
  if (by === 'none') return new Map();
  if (by === 'meld')
    return new Map(dialogues.map(({ id, from: { part } }) => [id, part ?? refuse("MELD's own parts", 'dialogues without parts')]));
  if (dev + test > 1) refuse('shares of 1 together at most', `${dev} for dev and ${test} for test`);
  const weight = (of: readonly SourceDialogue[]) => of.reduce((sum, { utterances }) => sum + utterances.filter(isTarget).length, 0);
  const shares: Readonly<Record<Side, number>> = { train: 1 - dev - test, dev, test };
  const total = weight(dialogues);
  const filled: Record<Side, number> = { train: 0, dev: 0, test: 0 };
  const sides = new Map<string, Side>();
  const groups = random(seed)
    .shuffled(groupsOf(dialogues))
    .map((group) => ({ group, targets: weight(group) }));
  for (const { group, targets } of groups.sort((a, b) => b.targets - a.targets)) {
    const missing = (side: Side) => shares[side] * total - filled[side];
    const side = SIDES.filter((one) => shares[one] > 0).reduce((best, one) => (missing(one) > missing(best) ? one : best));
    filled[side] += targets;
    for (const { id } of group) sides.set(id, side);
  }
  return sides;
}

/** Dialogues that must not be parted, in their order. */
export function groupsOf(dialogues: readonly SourceDialogue[]): SourceDialogue[][] {
  const parents = dialogues.map((_, i) => i);
  const root = (i: number): number => {
    let at = i;
    while (parents[at] !== at) at = parents[at] = parents[parents[at]!]!;
    return at;
  };
  const first = new Map<string, number>();
  for (const [i, dialogue] of dialogues.entries())
    for (const mark of marksOf(dialogue)) {
      const other = first.get(mark);
      if (other === undefined) first.set(mark, i);
      else parents[Math.max(root(i), root(other))] = Math.min(root(i), root(other));
    }
  const groups = new Map<number, SourceDialogue[]>();
  for (const [i, dialogue] of dialogues.entries()) groups.set(root(i), [...(groups.get(root(i)) ?? []), dialogue]);
  return [...groups.values()];
}

/** What is on both of two sides. */
export function leaksOf(dialogues: readonly SourceDialogue[], sides: ReadonlyMap<string, Side>): Leaks {
  const seen = new Map<string, Set<Side | undefined>>();
  for (const dialogue of dialogues)
    for (const mark of marksOf(dialogue)) seen.set(mark, (seen.get(mark) ?? new Set()).add(sides.get(dialogue.id)));
  const shared = [...seen].filter(([, on]) => on.size > 1).map(([mark]) => mark);
  const episodes = shared.filter((mark) => mark.startsWith(EPISODE)).length;
  return { texts: shared.length - episodes, episodes };
}

const EPISODE = 'episode ';

/** What two dialogues of one conversation, one scene or one source have in common. */
function marksOf({ episode, utterances }: SourceDialogue): string[] {
  const said = utterances.flatMap(({ text }) => {
    const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
    return words.length < LONG ? [] : [`text ${words.join(' ')}`];
  });
  return [...(episode === undefined ? [] : [EPISODE + episode]), ...said];
}

function refuse(expected: string, got: string): never {
  throw new FameError('BUILD_SPLIT', 'The dialogues cannot be split like this', {
    expected,
    got,
    fix: 'change the shares, or use --split dialogues',
  });
}
