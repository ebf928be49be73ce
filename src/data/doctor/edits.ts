import type { Span } from './spans.ts';

/** One piece of a text that becomes another. */
export interface Edit {
  readonly span: Span;
  readonly insert: string;
}

/** A table of this many cells takes a few milliseconds; longer texts change as a whole. */
const MOST_CELLS = 4e6;

/**
 * The fewest letters of `before` to be replaced so that `after` results: what both have in common (longest common subsequence, by code point) is not in any
 * edit, so a list of edits says hardly more of a text than what was wrong with it. `start`: where `before` begins.
 */
export function editsOf(before: string, after: string, start = 0): Edit[] {
  const [a, b] = [[...before], [...after]];
  let [head, tail] = [0, 0];
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  const [left, right] = [a.slice(head, a.length - tail), b.slice(head, b.length - tail)];
  const kept = left.length * right.length <= MOST_CELLS ? common(left, right) : [];
  const edits: Edit[] = [];
  let at = start + a.slice(0, head).join('').length;
  let [i, j] = [0, 0];
  for (const [nextI, nextJ] of [...kept, [left.length, right.length] as const]) {
    const removed = left.slice(i, nextI).join('');
    const insert = right.slice(j, nextJ).join('');
    if (removed !== '' || insert !== '') edits.push({ span: [at, at + removed.length], insert });
    at += removed.length + (left[nextI]?.length ?? 0);
    [i, j] = [nextI + 1, nextJ + 1];
  }
  return edits;
}

/** Places of a longest common subsequence in both, in order. */
function common(a: readonly string[], b: readonly string[]): (readonly [number, number])[] {
  const width = b.length + 1;
  const longest = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      longest[i * width + j] =
        a[i] === b[j] ? longest[(i + 1) * width + j + 1]! + 1 : Math.max(longest[(i + 1) * width + j]!, longest[i * width + j + 1]!);
  const pairs: (readonly [number, number])[] = [];
  for (let [i, j] = [0, 0]; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) pairs.push([i++, j++]);
    else if (longest[(i + 1) * width + j]! >= longest[i * width + j + 1]!) i++;
    else j++;
  }
  return pairs;
}
