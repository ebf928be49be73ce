/** Events of a file that become others for good: what stood there before is neither in the file nor in the log beside it afterwards. */
import type Database from 'libsql';
import { FameError } from '../base/errors.ts';
import { failed, transaction } from './commit.ts';

/** In the head of the file while old pages are still to be overwritten: it is set and taken away with transactions. */
const TO_SCRUB = 1;

interface Row {
  readonly version: number;
  readonly body: string;
}

/** Whether a change was made whose old pages were not overwritten: the process that made it was killed. */
export function isToScrub(db: Database.Database): boolean {
  const [row] = db.prepare('PRAGMA user_version').all() as { user_version: number }[];
  return row?.user_version === TO_SCRUB;
}

/** Makes the changes that `plan` wants, in one transaction, and overwrites what stood there. Gives how many. Throws STORE_FAILED, STORE_READ. */
export function replaced(
  db: Database.Database,
  file: string,
  plan: (all: (campaign: string) => Row[]) => readonly Row[],
  campaign: string,
): number {
  const rows = db.prepare('SELECT version, body FROM famenet_event WHERE campaign = ? ORDER BY version');
  const update = db.prepare('UPDATE famenet_event SET body = ? WHERE campaign = ? AND version = ?');
  let changed = 0;
  try {
    db.exec('PRAGMA secure_delete = ON'); // pages that become free are filled with zeros
    changed = transaction(db, () => {
      const changes = plan((name) => rows.all(name) as Row[]);
      for (const { version, body } of changes) update.run(body, campaign, version);
      if (changes.length > 0) db.exec(`PRAGMA user_version = ${TO_SCRUB}`);
      return changes.length;
    });
  } catch (cause) {
    throw failed(file, cause);
  }
  if (changed > 0) scrub(db, file);
  return changed;
}

/** Writes the file anew, without what is not in its tables any more, and empties the log beside it. Blocks for as long as that takes. Throws STORE_FAILED, STORE_READ. */
export function scrub(db: Database.Database, file: string): void {
  try {
    db.exec('PRAGMA secure_delete = ON');
    db.exec('VACUUM');
    emptied(db, file);
    db.exec('PRAGMA user_version = 0');
    emptied(db, file);
  } catch (cause) {
    throw failed(file, cause);
  }
}

function emptied(db: Database.Database, file: string): void {
  const [row] = db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all() as { busy: number }[];
  if (row?.busy === 0) return;
  throw new FameError('STORE_READ', 'Another process is reading the store, and holds on to what was erased', {
    at: file,
    expected: 'no reader for a moment',
    got: 'one that has not ended',
    fix: 'end it, and open the store again: the rest is done then',
  });
}
