import { readCsv } from '../base/csv.ts';
import { FameError } from '../base/errors.ts';
import { readTextFile } from '../base/file.ts';

/** What people judge explanations by: Wang et al. 2025, §5.4.2. */
export const CRITERIA = ['coherence', 'fluency', 'relevance'] as const;
export type Criterion = (typeof CRITERIA)[number];

/** The worst and the best that a rating can be; whole numbers between them. */
export const SCALE = { min: 1, max: 5 } as const;

/** What one person said of one system's explanation of one item. */
export interface Rating {
  readonly item: string;
  readonly system: string;
  readonly rater: string;
  /** A criterion that was not rated is not there. */
  readonly scores: Readonly<Partial<Record<Criterion, number>>>;
}

const MAX_BYTES = 256e6;
const WHO = ['item', 'system', 'rater'] as const;
/** Wrong cells that an error names. */
const NAMED = 5;

/** Reads a table of ratings. Throws RATINGS_…, CSV_…, and as `readTextFile` does. */
export async function readRatings(file: string): Promise<Rating[]> {
  return parseRatings(await readTextFile(file, { maxBytes: MAX_BYTES }), file);
}

/**
 * Ratings from CSV with the columns item, system, rater, coherence, fluency and relevance, in any order; other columns do not count. An empty cell is not rated.
 * `at` names the text in errors. Throws RATINGS_EMPTY (no ratings at all), RATINGS_CELL (no name, or a value that is not on the scale), RATINGS_TWICE, CSV_….
 */
export function parseRatings(text: string, at: string): Rating[] {
  const rows = readCsv(text, at, [...WHO, ...CRITERIA]);
  const wrong = rows.flatMap(({ line, values }) => [
    ...WHO.filter((name) => values[name]!.trim() === '').map((name) => `line ${line}: no ${name}`),
    ...CRITERIA.filter((name) => !isRating(values[name]!.trim())).map((name) => `line ${line}: ${name} ${JSON.stringify(values[name])}`),
  ]);
  if (wrong.length > 0) {
    const more = wrong.length - NAMED;
    throw new FameError('RATINGS_CELL', 'A table of ratings has cells that cannot be', {
      at,
      expected: `item, system and rater in every row; ratings are whole numbers from ${SCALE.min} to ${SCALE.max}, or empty where nothing was rated`,
      got: `${wrong.slice(0, NAMED).join('; ')}${more > 0 ? `; and ${more} more` : ''}`,
      fix: 'correct these cells',
    });
  }
  const found = new Map<string, number>();
  const ratings = rows.map(({ line, values }) => {
    const [item, system, rater] = WHO.map((name) => values[name]!.trim()) as [string, string, string];
    refuseTwin(found, { item, system, rater, line, at });
    const scores = CRITERIA.flatMap((name) => (values[name]!.trim() === '' ? [] : [[name, Number(values[name])] as const]));
    return { item, system, rater, scores: Object.fromEntries(scores) };
  });
  if (ratings.some(({ scores }) => Object.keys(scores).length > 0)) return ratings;
  throw new FameError('RATINGS_EMPTY', 'There are no ratings in the table', {
    at,
    expected: 'a row for each item, system and rater',
    got: rows.length === 0 ? 'nothing below the header' : `${rows.length} rows without a rating`,
    fix: 'check the path',
  });
}

/** Empty, or a whole number on the scale, however a spreadsheet or pandas writes it (`4`, `4.0`). */
function isRating(text: string): boolean {
  if (text === '') return true;
  const value = /^\d+(\.0*)?$/.test(text) ? Number(text) : Number.NaN;
  return value >= SCALE.min && value <= SCALE.max;
}

function refuseTwin(
  found: Map<string, number>,
  { item, system, rater, line, at }: { item: string; system: string; rater: string; line: number; at: string },
): void {
  const key = JSON.stringify([item, system, rater]);
  const before = found.get(key);
  if (before === undefined) {
    found.set(key, line);
    return;
  }
  throw new FameError('RATINGS_TWICE', 'A rater has rated one thing twice', {
    at: `${at}, line ${line}`,
    expected: 'one row for each item, system and rater',
    got: `item ${JSON.stringify(item)} of ${JSON.stringify(system)} by ${JSON.stringify(rater)}, as in line ${before}`,
    fix: 'keep one of the two rows',
  });
}
