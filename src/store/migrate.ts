import { FameError } from '../base/errors.ts';

/** The two kinds of database. */
export type Dialect = 'sqlite' | 'postgres';

/** One statement at a time, inside of a transaction that the caller began. */
export interface Sql {
  readonly dialect: Dialect;
  /** Parameters are written `$1`, `$2` …; a statement that has no result gives no rows. */
  query(text: string, values?: readonly (string | number)[]): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

/** A step from one schema to the next. */
export interface Step {
  readonly about: string;
  readonly statements: Readonly<Record<Dialect, readonly string[]>>;
}

const EVENT = `CREATE TABLE famenet_event (
  campaign TEXT NOT NULL,
  version INTEGER NOT NULL CHECK (version > 0),
  id TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (campaign, version),
  UNIQUE (campaign, id)
)`;

/**
 * All steps, oldest first: a database of schema n has had the first n. Steps are added at the end and never changed, and there is no way back.
 * Events are kept as the text that was written: PostgreSQL's own JSON type would sort their keys and refuse some of their characters.
 */
export const STEPS: readonly Step[] = [{ about: 'events', statements: { sqlite: [`${EVENT} STRICT, WITHOUT ROWID`], postgres: [EVENT] } }];

/** Where the database says how many steps it has had, and whether it is a store of ours at all. */
const TABLES: Readonly<Record<Dialect, string>> = {
  sqlite: "SELECT name FROM sqlite_master WHERE type = 'table'",
  postgres: 'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema()',
};

/**
 * Brings a database to the latest schema, inside of one transaction that nobody else can have at the same time. Does nothing where it is there already.
 * Throws STORE_NEWER, and STORE_FILE for a file that holds the tables of somebody else.
 */
export async function migrate(sql: Sql, at: string, steps: readonly Step[] = STEPS): Promise<void> {
  const had = await schemaOf(sql, at, steps);
  if (had === undefined)
    await sql.query('CREATE TABLE famenet_schema (version INTEGER NOT NULL, about TEXT NOT NULL, PRIMARY KEY (version))');
  for (const [i, { about, statements }] of steps.entries()) {
    if (i < (had ?? 0)) continue;
    for (const statement of statements[sql.dialect]) await sql.query(statement);
    await sql.query('INSERT INTO famenet_schema (version, about) VALUES ($1, $2)', [i + 1, about]);
  }
}

/** How many steps a database has had; undefined where it is empty. Throws STORE_NEWER, STORE_FILE. */
export async function schemaOf(sql: Sql, at: string, steps: readonly Step[] = STEPS): Promise<number | undefined> {
  const tables = (await sql.query(TABLES[sql.dialect])).map(({ name }) => String(name));
  if (!tables.includes('famenet_schema')) {
    // A database of PostgreSQL may have other tenants; a file may not.
    if (tables.length === 0 || sql.dialect === 'postgres') return undefined;
    throw notOurs(at, `a database with other tables: ${tables.slice(0, 5).join(', ')}`);
  }
  const [row] = await sql.query('SELECT MAX(version) AS version FROM famenet_schema');
  const version = Number(row?.version);
  if (version <= steps.length) return version;
  throw new FameError('STORE_NEWER', 'The store was made by a newer famenet', {
    at,
    expected: `schema ${steps.length} or older`,
    got: `schema ${version}`,
    fix: 'use the newer famenet, or restore a dump into a new store',
  });
}

/** The error for a file that is no store. */
export function notOurs(at: string, got: string, cause?: unknown): FameError {
  return new FameError(
    'STORE_FILE',
    'The file is not a store of annotations',
    { at, expected: 'a file that famenet made', got, fix: 'name another file' },
    { cause },
  );
}
