import Database from 'libsql';
import { FameError } from '../base/errors.ts';
import { type Append, type Appended, verdict } from './store.ts';

/** What puts a batch of writes into a file in one transaction, and gives a verdict for each. Blocks until it is on the disk. Throws STORE_FAILED. */
export function committer(db: Database.Database, file: string): (batch: readonly Append[]) => (Appended | FameError)[] {
  const latest = db.prepare('SELECT MAX(version) AS version FROM famenet_event WHERE campaign = ?');
  const taken = db.prepare('SELECT id, version, body FROM famenet_event WHERE campaign = ? AND id IN (SELECT value FROM json_each(?))');
  const insert = db.prepare('INSERT INTO famenet_event (campaign, version, id, body) VALUES (?, ?, ?, ?)');
  const put = (append: Append): Appended | FameError => {
    const { campaign, rows } = append;
    const version = (latest.all(campaign)[0] as { version: number | null }).version ?? 0;
    const there = taken.all(campaign, JSON.stringify(rows.map(({ id }) => id))) as { id: string; version: number; body: string }[];
    const found = verdict(append, version, there);
    if (found !== undefined) return found;
    for (const [i, { id, body }] of rows.entries()) insert.run(campaign, version + 1 + i, id, body);
    return { kind: 'stored', version: version + rows.length };
  };
  return (batch) => {
    try {
      return transaction(db, () => batch.map(put));
    } catch (cause) {
      throw failed(file, cause);
    }
  };
}

/** A connection whose transactions are flushed to the disk before they are answered. Throws STORE_FAILED. */
export function durable(db: Database.Database, file: string): Database.Database {
  try {
    db.exec('PRAGMA journal_mode = WAL');
    db.exec('PRAGMA synchronous = FULL');
    return db;
  } catch (cause) {
    throw failed(file, cause);
  }
}

/** All of `work` or nothing of it, in one turn of the event loop: a read on the same connection would see what is not committed. */
export function transaction<T>(db: Database.Database, work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (cause) {
    if (db.inTransaction) db.exec('ROLLBACK');
    throw cause;
  }
}

/** What SQLite says becomes an error of ours; others pass. */
export function failed(at: string, cause: unknown): unknown {
  if (!(cause instanceof Database.SqliteError)) return cause;
  return new FameError(
    'STORE_FAILED',
    'The database refused',
    { at, got: `${cause.message} (${cause.code})`, fix: 'free space or mend the disk, then send the same write again' },
    { cause },
  );
}
