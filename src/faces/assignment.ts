import { linearSumAssignment } from 'linear-sum-assignment';

/**
 * Pairs rows with columns so that the sum of their values is largest (Kuhn 1955; here the shortest augmenting paths of Crouse 2016, by
 * the package `linear-sum-assignment`). Each row and column is used at most once, and only pairs with a value above 0 are made: give
 * what must not be paired 0 or less. Values are finite; the matrix may be empty or wider than high. Pairs come in the order of the rows.
 */
export function assignment(values: readonly (readonly number[])[]): [row: number, column: number][] {
  if (values.length === 0 || values[0]!.length === 0) return []; // the package would answer NaN
  // With forbidden pairs at 0, leaving a row alone costs nothing: the best complete assignment contains the best partial one.
  const { rowAssignments } = linearSumAssignment(values.map((row) => row.map((value) => Math.max(0, value))));
  return values.flatMap((row, i): [number, number][] => {
    const j = rowAssignments[i]!;
    return j >= 0 && row[j]! > 0 ? [[i, j]] : [];
  });
}
