import { type Comparability, namesOf } from './comparable.ts';
import { type ComparedScore, LEVEL, type SystemComparison, type TestName } from './comparison.ts';
import { AS_PRINTED, PAPER_TABLES, type PaperTable, printedNumber } from './paper.ts';

/** A number that competes with none: an agreement, a rater's bias. */
export interface Figure {
  readonly figure: number;
  /** Bounds of the 95 % interval, where something was resampled. */
  readonly low?: number;
  readonly high?: number;
  /** Shown with its sign also above 0: a difference. */
  readonly signed?: true;
  /** How many things it is the mean of. */
  readonly of?: number;
}

/** A score of ours, a figure, a text of the paper's, a number that cannot be, or nothing where a row has no such column. */
export type TableCell = ComparedScore | Figure | { readonly printed: string } | { readonly missing: true } | undefined;

export interface TableRow {
  readonly name: string;
  /** One for each column. */
  readonly cells: readonly TableCell[];
}

/** Rows that belong together. Only those of `systems` compete. */
export interface TableSection {
  readonly kind: 'systems' | 'floors' | 'agreement' | 'raters' | 'paper';
  /** Stands over the rows and says what they are. */
  readonly title?: string;
  readonly rows: readonly TableRow[];
}

/** Digits behind the point. */
export interface Digits {
  readonly value: number;
  readonly bound: number;
}

/** Numbers, laid out: what each of the formats writes in its own way. */
export interface Table {
  /** Names of metrics, or of criteria. */
  readonly columns: readonly string[];
  readonly sections: readonly TableSection[];
  readonly digits: Digits;
  /** How to read it: whole sentences. */
  readonly legend: readonly string[];
  /** What a reader must know of single numbers. */
  readonly notes: readonly string[];
  /** Column and signature, or why it is n/a; behind the columns, how the groups were found. */
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
        ? [{ name: printable(system.name), cells: metrics.map((metric) => ('missing' in metric ? { missing: true } : metric.scores[i])) }]
        : [],
    );
  const columns = metrics.map(({ name }) => name);
  const sections: TableSection[] = [
    { kind: 'systems', rows: rowsOf(false) },
    { kind: 'floors', rows: rowsOf(true) },
    ...(paper ? PAPER_TABLES.map((table) => printedSection(table, columns)) : []),
  ];
  const shown = sections.filter(({ rows }) => rows.length > 0);
  return {
    columns,
    sections: shown,
    digits: { value: 4, bound: 3 },
    legend: legendOf(comparison),
    notes: [
      ...together(metrics.flatMap((metric) => ('missing' in metric ? [] : metric.notes.map((note) => [metric.name, note] as const)))),
      ...notesOf(shown, PAPER_TABLES),
    ],
    signatures: [
      ...metrics.map((metric) =>
        'missing' in metric
          ? ([metric.name, printable(`n/a (${metric.missing}; ${metric.fix})`)] as const)
          : ([metric.name, printable(metric.signature)] as const),
      ),
      ...metrics
        .flatMap((metric) => ('missing' in metric || metric.test === undefined ? [] : [['groups', metric.test] as const]))
        .slice(0, 1),
    ],
    comparable,
  };
}

/** Notes behind the names of all columns that they are about, in the order of their first. */
export function together(notes: readonly (readonly [name: string, note: string])[]): string[] {
  const names = new Map<string, string[]>();
  for (const [name, note] of notes) names.set(note, [...(names.get(note) ?? []), name]);
  return [...names].map(([note, of]) => `${namesOf(of)}: ${printable(note)}`);
}

/** The rows of a table of the paper that have one of these columns. */
export function printedSection(table: PaperTable, columns: readonly string[]): TableSection {
  const places = columns.map((name) => table.columns.findIndex(({ metric }) => metric === name || metric === `${name}-F1`));
  return {
    kind: 'paper',
    title: titleOf(table),
    rows: table.rows
      .map(({ method, printed }) => ({
        name: method,
        cells: places.map((place) => (place < 0 ? undefined : { printed: printed[place]! })),
      }))
      .filter(({ cells }) => cells.some((cell) => cell !== undefined)),
  };
}

/** What must be known of those tables of the paper that are shown. */
export function notesOf(sections: readonly TableSection[], tables: readonly PaperTable[]): string[] {
  const titles = new Set(sections.map(({ title }) => title));
  return tables.flatMap((table) => (titles.has(titleOf(table)) ? table.notes.map((note) => `${table.name}: ${note}`) : []));
}

const titleOf = ({ name, on }: PaperTable) => `Wang et al. 2025, ${name} (${on}): ${AS_PRINTED}`;

const TEST_NAMES: Readonly<Record<TestName, string>> = {
  randomisation: 'approximate randomisation',
  bootstrap: 'paired bootstrap',
};

function legendOf({ items, metrics, systems, by }: SystemComparison): string[] {
  const tested = metrics.flatMap((metric) => ('missing' in metric || metric.test === undefined ? [] : [metric]))[0];
  const bounded = metrics.some((metric) => !('missing' in metric) && metric.scores.some(({ low }) => low !== undefined));
  const count = systems.filter(({ floor }) => !floor).length;
  return [
    `${items} ${items === 1 ? 'item' : 'items'}, ${count} ${count === 1 ? 'system' : 'systems'}. Higher is better.`,
    ...(bounded ? ['Intervals are 95 %, by bootstrap over items.'] : []),
    ...(tested === undefined ? [] : [sharing(`${TEST_NAMES[by]} on the same items`, tested.pairs.length)]),
  ];
}

/** How letters are read. `test` says how pairs were tested. */
export function sharing(test: string, pairs: number): string {
  return pairs === 1
    ? `Rows that share a letter are not shown to differ: ${test}, level ${LEVEL}.`
    : `Rows that share a letter are not shown to differ: ${test}, Holm’s correction over the ${pairs} pairs of a column, level ${LEVEL}.`;
}

/** The name of a row, marked for what it is: a floor, or a figure of the paper, which even a row that is quoted alone must show. */
export function shownName({ kind }: TableSection, { name }: TableRow): string {
  return kind === 'floors' ? `floor: ${name}` : kind === 'paper' ? `${name} †` : name;
}

/** The number of a cell as papers print them; the paper's own text; `n/a`; nothing. */
export function shownValue(cell: TableCell, { value }: Digits): string {
  if (cell === undefined) return '';
  if ('missing' in cell) return 'n/a';
  if ('printed' in cell) return printedNumber(cell.printed) === undefined ? `${cell.printed} [sic]` : cell.printed;
  if ('score' in cell) return unsignedZero(cell.score.toFixed(value));
  const text = unsignedZero(cell.figure.toFixed(value));
  return `${cell.signed && /[1-9]/.test(text) && cell.figure > 0 ? '+' : ''}${text}${cell.of === undefined ? '' : ` (n ${cell.of})`}`;
}

/** `[0.301, 0.352]`, or nothing. */
export function shownInterval(cell: TableCell, { bound }: Digits): string {
  return cell !== undefined && 'low' in cell && cell.low !== undefined
    ? `[${unsignedZero(cell.low.toFixed(bound))}, ${unsignedZero(cell.high!.toFixed(bound))}]`
    : '';
}

/** Rounding leaves `-0.00`, which says nothing but confuses. */
const unsignedZero = (text: string): string => (/[1-9]/.test(text) ? text : text.replace('-', ''));

/** Whether some system is marked as the best, so that a form must say how. */
export function hasBest({ sections }: Table): boolean {
  return sections.some(({ rows }) => rows.some(({ cells }) => cells.some((cell) => isScore(cell) && cell.best)));
}

/** Whether a cell competes. */
export function isScore(cell: TableCell): cell is ComparedScore {
  return cell !== undefined && 'score' in cell;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is meant
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]+/g;

/** A name without what moves a cursor, colours a terminal or turns the direction of writing, and without halves of letters: names of files may hold anything. */
export function printable(text: string): string {
  return (
    text
      .replace(UNPRINTABLE, ' ')
      .replace(/\p{Surrogate}/gu, '\ufffd')
      .trim() || '(no name)'
  );
}
