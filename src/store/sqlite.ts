import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import Database from 'libsql';
import { putInPlace, temporaryFor } from '../base/atomic.ts';
import { FameError } from '../base/errors.ts';
import { committer, durable, failed } from './commit.ts';
import { grouped, storeClosed } from './group.ts';
import { lockForWriting } from './lock.ts';
import { migrate, notOurs, type Sql, schemaOf } from './migrate.ts';
import { isToScrub, replaced, scrub } from './scrub.ts';
import { appendOf, changedRows, checkName, type Entry, type EventOf, type Store, type StoreReader, storedOf } from './store.ts';

interface Options<E extends Entry> {
  readonly eventOf: EventOf<E>;
  /** How long to wait for another process that is writing (ms). */
  readonly wait: number;
}

/** A store in a file, whose copy can be made while it is written to. */
export interface SqliteStore<E extends Entry> extends Store<E> {
  /** Writes a copy of the whole store, as it is at this moment, to a file that does not exist yet. Throws STORE_EXISTS. */
  backup(file: string): Promise<void>;
}

const PAGE = 500; // events that are read in one go: other work gets its turn in between

/**
 * Opens or makes a store in a file, for writing: with a log beside it (WAL) and each transaction flushed to the disk before it is answered.
 * The calls of SQLite block: a transaction takes as long as the disk takes to flush. A thread that waited instead was measured, and was slower (docs/log.md).
 * Throws STORE_LOCKED, STORE_FILE, STORE_NEWER.
 */
export async function openSqlite<E extends Entry>(file: string, options: Options<E>): Promise<SqliteStore<E>> {
  const lock = await lockForWriting(file, options.wait);
  let db: Database.Database | undefined;
  try {
    db = opened(file);
    await schemaOf(sqlOf(db), file); // before anything is changed: the file may be somebody else's
    durable(db, file);
    db.exec('BEGIN IMMEDIATE');
    await migrate(sqlOf(db), file);
    db.exec('COMMIT');
    if (isToScrub(db)) scrub(db, file);
    return storeOf(db, file, options, lock.release);
  } catch (error) {
    db?.close(); // what was begun is undone
    lock.release();
    throw error;
  }
}

/** Opens a store for reading, also while another process writes to it. Throws FILE_MISSING, STORE_FILE, STORE_NEWER. */
export async function openSqliteReader<E extends Entry>(file: string, eventOf: EventOf<E>): Promise<StoreReader<E>> {
  if (!existsSync(file)) throw new FameError('FILE_MISSING', 'A file is missing', { at: file, got: 'no such file', fix: 'check the path' });
  const db = opened(file);
  try {
    db.exec('PRAGMA query_only = 1'); // the package takes its option for this and does nothing with it
    if ((await schemaOf(sqlOf(db), file)) === undefined) throw notOurs(file, 'an empty file');
    return readerOf(db, file, eventOf);
  } catch (error) {
    db.close();
    throw error;
  }
}

function opened(file: string): Database.Database {
  const db = new Database(file, { timeout: 5000 });
  try {
    db.prepare('SELECT name FROM sqlite_master').all(); // the first look into the file
    return db;
  } catch (cause) {
    db.close();
    if (cause instanceof Database.SqliteError && cause.code === 'SQLITE_NOTADB') throw notOurs(file, cause.message, cause);
    throw failed(file, cause);
  }
}

function readerOf<E extends Entry>(db: Database.Database, file: string, eventOf: EventOf<E>): StoreReader<E> {
  const page = db.prepare('SELECT version, body FROM famenet_event WHERE campaign = ? AND version > ? ORDER BY version LIMIT ?');
  const latest = db.prepare('SELECT MAX(version) AS version FROM famenet_event WHERE campaign = ?');
  const all = db.prepare('SELECT campaign, MAX(version) AS version FROM famenet_event GROUP BY campaign ORDER BY campaign');
  const rows = <Row>(statement: Database.Statement, ...values: (string | number)[]): Row[] => {
    if (!db.open) throw storeClosed();
    try {
      return statement.all(...values) as Row[]; // the columns are those of the statements above
    } catch (cause) {
      throw failed(file, cause);
    }
  };
  return {
    async *read(campaign, after = 0) {
      checkName('campaign', campaign);
      for (let last = after; ; ) {
        const found = rows<{ version: number; body: string }>(page, campaign, last, PAGE);
        for (const { version, body } of found) yield storedOf(version, body, `${file}, ${campaign} ${version}`, eventOf);
        if (found.length < PAGE) return;
        last = found[found.length - 1]!.version;
      }
    },
    async version(campaign) {
      checkName('campaign', campaign);
      return rows<{ version: number | null }>(latest, campaign)[0]?.version ?? 0;
    },
    campaigns: async () => rows<{ campaign: string; version: number }>(all),
    async close() {
      if (db.open) db.close();
    },
  };
}

function storeOf<E extends Entry>(db: Database.Database, file: string, { eventOf }: Options<E>, release: () => void): SqliteStore<E> {
  const commit = committer(db, file);
  const group = grouped(async (batch) => commit(batch));
  return {
    ...readerOf(db, file, eventOf),
    append: async (campaign, events, { after } = {}) => group.append(appendOf(campaign, events, after)),
    async rewrite(campaign, change) {
      checkName('campaign', campaign);
      if (!db.open) throw storeClosed();
      return replaced(db, file, (all) => changedRows(all(campaign), change, { campaign, eventOf }), campaign);
    },
    async backup(target) {
      if (!db.open) throw storeClosed();
      if (existsSync(target))
        throw new FameError('STORE_EXISTS', 'The copy would overwrite a file', { at: target, fix: 'name a file that does not exist' });
      const temporary = temporaryFor(target);
      try {
        db.prepare('VACUUM INTO ?').run(temporary);
        await putInPlace(temporary, target);
      } catch (cause) {
        await rm(temporary, { force: true });
        throw failed(target, cause);
      }
    },
    async close() {
      await group.close();
      if (db.open) db.close();
      release();
    },
  };
}

function sqlOf(db: Database.Database): Sql {
  return {
    dialect: 'sqlite',
    async query(text, values = []) {
      const statement = db.prepare(text.replace(/\$\d+/g, '?')); // each is used once, in order
      if (statement.reader) return statement.all(...values) as Readonly<Record<string, unknown>>[];
      statement.run(...values);
      return [];
    },
  };
}
