import munkres from 'munkres';

/**
 * Pairs rows with columns so that the sum of their values is largest (Kuhn 1955, Munkres 1957, by the package `munkres`). Each row and column is used at
 * most once, and only pairs with a value above 0 are made: give what must not be paired 0 or less. Values are finite; the matrix may be empty or wider than
 * high. Pairs come in the order of the rows.
 */
export function assignment(values: readonly (readonly number[])[]): [row: number, column: number][] {
  if (values.length === 0 || values[0]!.length === 0) return [];
  // With forbidden pairs at 0, leaving a row alone costs nothing: the best complete assignment contains the best partial one.
  const pairs = munkres(values.map((row) => row.map((value) => -Math.max(0, value))));
  return pairs.filter(([i, j]) => values[i]![j]! > 0).sort(([a], [b]) => a - b);
}
