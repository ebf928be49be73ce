import { FameError } from '../base/errors.ts';
import { editDistance } from '../base/nearest.ts';

/** Two words that stand for each other, or one that has no partner. Places in the two lists. */
export interface Pair {
  readonly left: number | undefined;
  readonly right: number | undefined;
}

/** Cells of the table: 12,000 by 12,000 words, more than an hour of talk. */
const MOST = 1.5e8;
/** Words further apart than this share of their letters do not look alike at all. */
const ALIKE = 0.5;

/**
 * The global alignment of two lists of words with the fewest insertions, deletions and substitutions (Needleman and Wunsch 1970, Levenshtein's costs).
 * Of several such alignments it is the one whose substituted words look most alike, so that `Phoebe` stands for `Phoeby` and not for its neighbour.
 * @throws FameError SPEECH_LONG above 150 million pairs of words.
 */
export function pairWords(left: readonly string[], right: readonly string[]): Pair[] {
  const [rows, columns] = [left.length + 1, right.length + 1];
  if (rows * columns > MOST) {
    throw new FameError('SPEECH_LONG', 'Two transcripts are too long to be compared word by word', {
      expected: `at most ${MOST} pairs of words`,
      got: `${left.length} words and ${right.length} words`,
      fix: 'cut the video and its transcript into parts',
    });
  }
  // An edit costs one; looking alike saves less than one edit even if all words are substituted.
  const grain = 1 / (2 * (rows + columns));
  const steps = new Uint8Array(rows * columns);
  let last = Float64Array.from({ length: columns }, (_, j) => j);
  steps.fill(FROM_RIGHT, 1, columns);
  for (let i = 1; i < rows; i++) {
    const row = new Float64Array(columns);
    row[0] = i;
    steps[i * columns] = FROM_LEFT;
    for (let j = 1; j < columns; j++) {
      const swap = last[j - 1]! + costOf(left[i - 1]!, right[j - 1]!, grain);
      const drop = last[j]! + 1;
      const add = row[j - 1]! + 1;
      const best = Math.min(swap, drop, add);
      row[j] = best;
      steps[i * columns + j] = best === swap ? FROM_BOTH : best === drop ? FROM_LEFT : FROM_RIGHT;
    }
    last = row;
  }
  const pairs: Pair[] = [];
  for (let [i, j] = [rows - 1, columns - 1]; i > 0 || j > 0; ) {
    const step = steps[i * columns + j]!;
    if (step !== FROM_RIGHT) i--;
    if (step !== FROM_LEFT) j--;
    pairs.push({ left: step === FROM_RIGHT ? undefined : i, right: step === FROM_LEFT ? undefined : j });
  }
  return pairs.reverse();
}

const [FROM_BOTH, FROM_LEFT, FROM_RIGHT] = [0, 1, 2];

function costOf(a: string, b: string, grain: number): number {
  if (a === b) return 0;
  // most words have nothing in common, which the first letters tell
  if (a[0] !== b[0] && a.at(-1) !== b.at(-1)) return 1 + grain;
  return 1 + grain * Math.min(1, editDistance(a, b) / (ALIKE * Math.max(a.length, b.length)));
}
