/** One sheet of ratings, key by key: pure. */
import { CRITERIA, type Criterion } from './criteria.ts';

/** What was given so far: by the text's label, then by criterion. */
export type Given = Readonly<Record<string, Readonly<Partial<Record<Criterion, number>>>>>;

/** A row to be rated. */
export interface Cell {
  readonly label: string;
  readonly criterion: Criterion;
}

/** All rows in the order in which they stand. */
export const cellsOf = (labels: readonly string[]): Cell[] =>
  labels.flatMap((label) => CRITERIA.map(({ name }) => ({ label, criterion: name })));

/** With one rating more, or another. */
export const rated = (given: Given, { label, criterion }: Cell, value: number): Given => ({
  ...given,
  [label]: { ...given[label], [criterion]: value },
});

/** The first row without a rating from `after` on, all round; undefined where all are rated. */
export function openAfter(labels: readonly string[], given: Given, after = -1): number | undefined {
  const cells = cellsOf(labels);
  const order = [...cells.keys()].map((i) => (i + after + 1) % cells.length);
  return order.find((i) => given[cells[i]!.label]?.[cells[i]!.criterion] === undefined);
}

/** Where an arrow goes: up and down by rows, left and right by texts; nothing is rated by it. */
export function moved(labels: readonly string[], at: number, key: string): number {
  const [count, step] = [labels.length * CRITERIA.length, CRITERIA.length];
  const by: Readonly<Record<string, number>> = { ArrowUp: -1, ArrowDown: 1, ArrowLeft: -step, ArrowRight: step };
  return Math.max(0, Math.min(count - 1, at + (by[key] ?? 0)));
}

/** Whether every text is rated by every criterion: a part of a sheet is not taken. */
export const isWhole = (labels: readonly string[], given: Given): boolean => labels.length > 0 && openAfter(labels, given) === undefined;
