/** How many single-letter edits (insert, delete, replace, swap of neighbours) lead from `a` to `b`: restricted Damerau-Levenshtein distance. */
export function editDistance(a: string, b: string): number {
  let older: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      let best = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, older[j - 2]! + 1);
      row.push(best);
    }
    older = last;
    last = row;
  }
  return last[b.length]!;
}

/** The one of `words` that `word` was probably meant to be, or undefined when nothing is near enough to be worth saying. */
export function nearest(word: string, words: Iterable<string>): string | undefined {
  let best: string | undefined;
  let fewest = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of words) {
    // A long word cut short ("quant" for "quantize") is a guess as good as a typing error.
    const cut = word.length >= 3 && candidate.startsWith(word) ? 1 : Number.POSITIVE_INFINITY;
    const edits = Math.min(cut, editDistance(word, candidate));
    if (edits < fewest) [best, fewest] = [candidate, edits];
  }
  return best;
}
