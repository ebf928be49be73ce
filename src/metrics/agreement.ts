/** How far apart two values are: any two different ones alike, by ranks, or by their difference. */
export type Level = 'nominal' | 'ordinal' | 'interval';

/**
 * Krippendorff's alpha, by the coincidence matrix (Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability", parts C and D): 1 is perfect
 * agreement, 0 what chance gives, below 0 less than chance. `units` holds what was said of each thing, by however many raters; things with fewer than two
 * values do not count. Undefined where nothing can be told: no two values of one thing, or one and the same value everywhere.
 */
export function alpha(units: readonly (readonly number[])[], level: Level): number | undefined {
  const values = [...new Set(units.flat())].sort((a, b) => a - b);
  return alphaOf(coincidences(units, values), values, level);
}

/** How often each value stands beside each other one inside of units, [values, values]: o_ck. Those of several sets of units add up. */
export function coincidences(units: readonly (readonly number[])[], values: readonly number[]): Float64Array {
  const place = new Map(values.map((value, i) => [value, i]));
  const together = new Float64Array(values.length ** 2);
  for (const unit of units) {
    for (const [i, a] of unit.entries()) {
      for (const [j, b] of unit.entries()) if (i !== j) together[place.get(a)! * values.length + place.get(b)!]! += 1 / (unit.length - 1);
    }
  }
  return together;
}

/** Alpha of coincidences. `values` may hold some that never occur: they change nothing. Undefined as `alpha` is. */
export function alphaOf(together: Float64Array, values: readonly number[], level: Level): number | undefined {
  const size = values.length;
  const counts = values.map((_, c) => together.subarray(c * size, (c + 1) * size).reduce((sum, x) => sum + x, 0)); // n_c
  const total = counts.reduce((sum, x) => sum + x, 0);
  const distance = DISTANCES[level](values, counts);
  let [observed, expected] = [0, 0];
  for (let c = 0; c < size; c++) {
    for (let k = 0; k < size; k++) {
      observed += together[c * size + k]! * distance(c, k);
      expected += counts[c]! * counts[k]! * distance(c, k);
    }
  }
  return expected === 0 ? undefined : 1 - ((total - 1) * observed) / expected;
}

/** Squared distances of the values at two positions. */
const DISTANCES: Readonly<Record<Level, (values: readonly number[], counts: readonly number[]) => (c: number, k: number) => number>> = {
  nominal: () => (c, k) => (c === k ? 0 : 1),
  ordinal: (_, counts) => {
    const until = counts.map((_, c) => counts.slice(0, c + 1).reduce((sum, x) => sum + x, 0));
    // Values between the two, and half of each end.
    return (c, k) => {
      const [low, high] = [Math.min(c, k), Math.max(c, k)];
      return (until[high]! - until[low]! + counts[low]! - (counts[low]! + counts[high]!) / 2) ** 2;
    };
  },
  interval: (values) => (c, k) => (values[c]! - values[k]!) ** 2,
};
