import type { Comparability } from './comparable.ts';
import { type ComparedScore, LEVEL, type SystemComparison } from './comparison.ts';
import { AS_PRINTED, PAPER_TABLES, type PaperTable, printedNumber } from './paper.ts';

/** A score of ours, a text of the paper's, a metric that could not run, or nothing where the paper has no such column. */
export type TableCell = ComparedScore | { readonly printed: string } | { readonly missing: true } | undefined;

export interface TableRow {
  readonly name: string;
  /** One for each column. */
  readonly cells: readonly TableCell[];
}

/** Rows that belong together. Only those of `systems` compete. */
export interface TableSection {
  readonly kind: 'systems' | 'floors' | 'paper';
  /** Stands over the rows of the paper and says what they are. */
  readonly title?: string;
  readonly rows: readonly TableRow[];
}

/** A comparison, laid out: what each of the formats writes in its own way. */
export interface Table {
  /** Names of metrics. */
  readonly columns: readonly string[];
  readonly sections: readonly TableSection[];
  /** How to read it: whole sentences. */
  readonly legend: readonly string[];
  /** What a reader must know of single numbers. */
  readonly notes: readonly string[];
  /** Metric and signature, or why it is n/a. */
  readonly signatures: readonly (readonly [name: string, signature: string])[];
  readonly comparable: readonly Comparability[];
}

/** Lays a comparison out; with `paper`, the paper's tables under it: never in a group, never best. */
export function tableOf(
  comparison: SystemComparison,
  { paper, comparable }: { paper: boolean; comparable: readonly Comparability[] },
): Table {
  const { metrics, systems } = comparison;
  const rowsOf = (floor: boolean): TableRow[] =>
    systems.flatMap((system, i) =>
      system.floor === floor
        ? [{ name: system.name, cells: metrics.map((metric) => ('missing' in metric ? { missing: true } : metric.scores[i])) }]
        : [],
    );
  const columns = metrics.map(({ name }) => name);
  const sections: TableSection[] = [
    { kind: 'systems', rows: rowsOf(false) },
    { kind: 'floors', rows: rowsOf(true) },
    ...(paper ? PAPER_TABLES.map((table) => printedSection(table, columns)) : []),
  ];
  return {
    columns,
    sections: sections.filter(({ rows }) => rows.length > 0),
    legend: legendOf(comparison),
    notes: [
      ...metrics.flatMap((metric) => ('missing' in metric ? [] : metric.notes.map((note) => `${metric.name}: ${note}`))),
      ...(paper ? PAPER_TABLES.flatMap(({ name, notes }) => notes.map((note) => `${name}: ${note}`)) : []),
    ],
    signatures: metrics.map((metric) =>
      'missing' in metric ? [metric.name, `n/a (${metric.missing}; ${metric.fix})`] : [metric.name, metric.signature],
    ),
    comparable,
  };
}

function printedSection(table: PaperTable, columns: readonly string[]): TableSection {
  const places = columns.map((name) => table.columns.findIndex(({ metric }) => metric === name || metric === `${name}-F1`));
  return {
    kind: 'paper',
    title: `Wang et al. 2025, ${table.name} (${table.on}): ${AS_PRINTED}`,
    rows: table.rows
      .map(({ method, printed }) => ({
        name: method,
        cells: places.map((place) => (place < 0 ? undefined : { printed: printed[place]! })),
      }))
      .filter(({ cells }) => cells.some((cell) => cell !== undefined)),
  };
}

function legendOf({ items, metrics, systems }: SystemComparison): string[] {
  const tested = metrics.flatMap((metric) => ('missing' in metric || metric.test === undefined ? [] : [metric]))[0];
  const how = tested?.test?.startsWith('paired-bootstrap') ? 'paired bootstrap' : 'approximate randomisation';
  return [
    `${items} items, ${systems.filter(({ floor }) => !floor).length} systems. Higher is better.`,
    ...(tested === undefined
      ? []
      : [
          'Intervals are 95 %, by bootstrap over items.',
          `Rows that share a letter are not shown to differ: ${how} on the same items, Holm’s correction over ${tested.pairs.length} pairs of a column, level ${LEVEL}.`,
        ]),
  ];
}

/** The number of a cell with four decimals, as papers print them; the paper's own text; `n/a`; nothing. */
export function shownValue(cell: TableCell): string {
  if (cell === undefined) return '';
  if ('missing' in cell) return 'n/a';
  if ('printed' in cell) return printedNumber(cell.printed) === undefined ? `${cell.printed} [sic]` : cell.printed;
  return cell.score.toFixed(4);
}

/** `[0.301, 0.352]`, or nothing. */
export function shownInterval(cell: TableCell): string {
  return isScore(cell) && cell.low !== undefined ? `[${cell.low.toFixed(3)}, ${cell.high!.toFixed(3)}]` : '';
}

/** Whether a cell is ours. */
export function isScore(cell: TableCell): cell is ComparedScore {
  return cell !== undefined && 'score' in cell;
}
