import pg from 'pg';
import { FameError } from '../base/errors.ts';
import { grouped, storeClosed } from './group.ts';
import { migrate, type Sql, schemaOf } from './migrate.ts';
import {
  type Append,
  type Appended,
  appendOf,
  changedRows,
  checkName,
  type Entry,
  type EventOf,
  type Store,
  type StoreReader,
  storedOf,
  verdict,
} from './store.ts';

const PAGE = 500; // events that are read in one go
const CONNECTIONS = 4; // one writes, the others read
const PATIENCE = 10_000; // ms for a connection

/** First numbers of our advisory locks: other programs in the same database have others. The second number says which campaign. */
const LOCKS = { schema: 0x66616d65, campaign: 0x66616d66 } as const;

/**
 * Opens a store in a database of PostgreSQL (12 or newer), and makes its tables where they are absent. Several processes may write to it: a transaction
 * holds an advisory lock for each campaign that it writes to, and is answered when the database has flushed it. Throws STORE_FAILED, STORE_NEWER.
 */
export async function openPostgres<E extends Entry>(url: string, { eventOf }: { eventOf: EventOf<E> }): Promise<Store<E>> {
  const [pool, at] = [poolOf(url), withoutPassword(url)];
  try {
    await inTransaction(pool, at, async (client) => {
      await client.query('SELECT pg_advisory_xact_lock($1, 0)', [LOCKS.schema]);
      await migrate(sqlOf(client), at);
    });
  } catch (error) {
    await pool.end();
    throw error;
  }
  const group = grouped((batch) => write(pool, at, batch));
  const reader = readerOf(pool, at, eventOf);
  return {
    ...reader,
    append: async (campaign, events, { after } = {}) => group.append(appendOf(campaign, events, after)),
    async rewrite(campaign, change) {
      checkName('campaign', campaign);
      const changed = await inTransaction(pool, at, async (client) => {
        await client.query('SELECT pg_advisory_xact_lock($1, hashtext($2))', [LOCKS.campaign, campaign]);
        const all = await client.query<{ version: number; body: string }>(
          'SELECT version, body FROM famenet_event WHERE campaign = $1 ORDER BY version',
          [campaign],
        );
        const rows = changedRows(all.rows, change, { campaign, eventOf });
        for (const { version, body } of rows)
          await client.query('UPDATE famenet_event SET body = $3 WHERE campaign = $1 AND version = $2', [campaign, version, body]);
        return rows.length;
      });
      if (changed > 0) await ask(pool, at, 'VACUUM (FULL) famenet_event'); // dead rows keep their bytes until then
      return changed;
    },
    async close() {
      await group.close();
      await reader.close();
    },
  };
}

/** Opens a store for reading. Throws STORE_FAILED, STORE_NEWER, and FILE_MISSING where nobody has written to it yet. */
export async function openPostgresReader<E extends Entry>(url: string, eventOf: EventOf<E>): Promise<StoreReader<E>> {
  const [pool, at] = [poolOf(url), withoutPassword(url)];
  try {
    if ((await schemaOf({ dialect: 'postgres', query: (text, values) => ask(pool, at, text, values) }, at)) === undefined)
      throw new FameError('FILE_MISSING', 'The database holds no annotations', { at, fix: 'open a campaign in it first' });
  } catch (error) {
    await pool.end();
    throw error;
  }
  return readerOf(pool, at, eventOf);
}

function poolOf(url: string): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max: CONNECTIONS, connectionTimeoutMillis: PATIENCE, application_name: 'famenet' });
  pool.on('error', () => {}); // an idle connection that breaks is replaced; whoever uses one hears of it
  return pool;
}

function readerOf<E extends Entry>(pool: pg.Pool, at: string, eventOf: EventOf<E>): StoreReader<E> {
  const rows = async <Row>(text: string, values: (string | number)[] = []): Promise<readonly Row[]> => {
    if (pool.ended || pool.ending) throw storeClosed();
    return (await ask(pool, at, text, values)) as readonly Row[]; // the columns are those of the statements below
  };
  return {
    async *read(campaign, after = 0) {
      checkName('campaign', campaign);
      for (let last = after; ; ) {
        const found = await rows<{ version: number; body: string }>(
          'SELECT version, body FROM famenet_event WHERE campaign = $1 AND version > $2 ORDER BY version LIMIT $3',
          [campaign, last, PAGE],
        );
        for (const { version, body } of found) yield storedOf(version, body, `${at}, ${campaign} ${version}`, eventOf);
        if (found.length < PAGE) return;
        last = found[found.length - 1]!.version;
      }
    },
    async version(campaign) {
      checkName('campaign', campaign);
      const [row] = await rows<{ version: number }>(LATEST, [campaign]);
      return row!.version;
    },
    campaigns: () =>
      rows<{ campaign: string; version: number }>(
        'SELECT campaign, MAX(version) AS version FROM famenet_event GROUP BY campaign ORDER BY campaign COLLATE "C"',
      ),
    async close() {
      if (!pool.ending) await pool.end();
    },
  };
}

const LATEST = 'SELECT COALESCE(MAX(version), 0) AS version FROM famenet_event WHERE campaign = $1';

/** Writes a batch in one transaction. The locks are taken in one order, so that two processes cannot wait for each other. */
async function write(pool: pg.Pool, at: string, batch: readonly Append[]): Promise<(Appended | FameError)[]> {
  const campaigns = [...new Set(batch.map(({ campaign }) => campaign))].sort();
  return inTransaction(pool, at, async (client) => {
    await client.query('SET LOCAL synchronous_commit TO on');
    // What is read after the lock is what the last holder committed: each statement sees the latest (READ COMMITTED).
    for (const campaign of campaigns) await client.query('SELECT pg_advisory_xact_lock($1, hashtext($2))', [LOCKS.campaign, campaign]);
    const verdicts: (Appended | FameError)[] = [];
    for (const append of batch) verdicts.push(await put(client, append));
    return verdicts;
  });
}

async function put(client: pg.PoolClient, append: Append): Promise<Appended | FameError> {
  const { campaign, rows } = append;
  const ids = rows.map(({ id }) => id);
  const { version } = (await client.query<{ version: number }>(LATEST, [campaign])).rows[0]!;
  const taken = await client.query<{ id: string; version: number; body: string }>(
    'SELECT id, version, body FROM famenet_event WHERE campaign = $1 AND id = ANY($2)',
    [campaign, ids],
  );
  const found = verdict(append, version, taken.rows);
  if (found !== undefined) return found;
  await client.query(
    'INSERT INTO famenet_event (campaign, version, id, body) SELECT $1, $2 + place, id, body FROM UNNEST($3::text[], $4::text[]) WITH ORDINALITY AS row (id, body, place)',
    [campaign, version, ids, rows.map(({ body }) => body)],
  );
  return { kind: 'stored', version: version + rows.length };
}

/** All of `work` or nothing of it, on one connection. A connection that fails is not used again. */
async function inTransaction<T>(pool: pg.Pool, at: string, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  let client: pg.PoolClient | undefined;
  let broken = false;
  try {
    client = await pool.connect();
    await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (cause) {
    await client?.query('ROLLBACK').catch(() => {
      broken = true;
    });
    throw failed(at, cause);
  } finally {
    client?.release(broken);
  }
}

async function ask(
  pool: pg.Pool,
  at: string,
  text: string,
  values: readonly (string | number)[] = [],
): Promise<readonly Record<string, unknown>[]> {
  try {
    return (await pool.query<Record<string, unknown>>(text, [...values])).rows;
  } catch (cause) {
    throw failed(at, cause);
  }
}

const sqlOf = (client: pg.PoolClient): Sql => ({
  dialect: 'postgres',
  query: async (text, values = []) => (await client.query<Record<string, unknown>>(text, [...values])).rows,
});

/** The address as errors may show it. */
function withoutPassword(url: string): string {
  return url.replace(/\?.*$/s, '').replace(/^(\w+:\/\/).*@/s, '$1');
}

/** Everything that the database or the way to it says becomes an error of ours; our own pass. */
function failed(at: string, cause: unknown): unknown {
  if (cause instanceof FameError || !(cause instanceof Error)) return cause;
  const code = 'code' in cause ? ` (${String(cause.code)})` : '';
  // A name with several addresses, none of which answers, fails with a list and no words of its own.
  const words = cause instanceof AggregateError ? cause.errors.map(String).join('; ') : cause.message;
  return new FameError(
    'STORE_FAILED',
    'The database refused',
    { at, got: `${words}${code}`, fix: 'see that the database runs and lets you in, then send the same write again' },
    { cause },
  );
}
