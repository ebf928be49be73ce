import { realpath } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import Database from 'libsql';
import { FameError } from '../base/errors.ts';
import { isRecord } from '../base/file.ts';

/** The right to write to a file, until it is released or the process ends, however it ends. */
export interface WriterLock {
  release(): void;
}

const TRY_EVERY = 25; // ms

/**
 * One process at a time may write to `file`: what it holds of a campaign in memory is then all there is. The right is an open transaction in a small
 * database beside the file: the operating system takes it from a process that dies, so that no stale lock can stay, and anyone may read who holds it.
 * Only one process at a time may be asking for it while nobody has it, which lasts a few milliseconds. Throws STORE_LOCKED after `wait` milliseconds.
 */
export async function lockForWriting(file: string, wait: number): Promise<WriterLock> {
  const real = await realpath(file).catch(async () => join(await realpath(dirname(file)), basename(file))); // one lock, whatever the file is called
  const place = `${real}-writer`;
  let lock: Database.Database | undefined;
  try {
    lock = new Database(place, { timeout: 0 });
    lock.exec('PRAGMA synchronous = OFF'); // nothing in it outlives a power cut
    const until = performance.now() + wait;
    while (!taken(lock)) {
      if (performance.now() >= until) throw locked(file, lock, wait);
      await setTimeout(TRY_EVERY);
    }
  } catch (cause) {
    lock?.close();
    if (cause instanceof Database.SqliteError) throw unusable(place, cause);
    throw cause;
  }
  const held = lock;
  return {
    release() {
      if (held.open) held.exec('ROLLBACK'); // a connection that is closed with its statements alive keeps its transaction until they are collected
      held.close();
    },
  };
}

/** Says in the database who we are, then holds a transaction open: others read the last committed row meanwhile. */
function taken(lock: Database.Database): boolean {
  try {
    lock.exec('BEGIN IMMEDIATE');
    lock.exec('CREATE TABLE IF NOT EXISTS holder (only INTEGER PRIMARY KEY CHECK (only = 1), pid INTEGER, host TEXT, since TEXT)');
    lock
      .prepare('INSERT OR REPLACE INTO holder VALUES (1, ?, ?, ?)')
      .run(process.pid, hostname(), new Date().toISOString().replace(/\.\d+Z$/, 'Z'));
    lock.exec('COMMIT');
    lock.exec('BEGIN IMMEDIATE');
    return true;
  } catch (cause) {
    if (lock.inTransaction) lock.exec('ROLLBACK');
    if (cause instanceof Database.SqliteError && /^SQLITE_BUSY/.test(cause.code)) return false;
    throw cause;
  }
}

function locked(file: string, lock: Database.Database, wait: number): FameError {
  let holder: unknown;
  try {
    holder = lock.prepare('SELECT pid, host, since FROM holder').get();
  } catch {
    // who it is only helps to find it
  }
  const { pid, host, since } = isRecord(holder) ? holder : {};
  return new FameError('STORE_LOCKED', 'Another process is writing to this store', {
    at: file,
    got: pid === undefined ? 'a process that has just begun' : `process ${pid} on ${host}, since ${since}`,
    fix: `wait until it has ended, or end it (waited for ${wait} ms)`,
  });
}

function unusable(at: string, cause: Error): FameError {
  const fix =
    'see that the folder can be written to; the file itself holds no annotations: where no process writes to the store, delete it';
  return new FameError('STORE_FAILED', 'The database refused', { at, got: cause.message, fix }, { cause });
}
