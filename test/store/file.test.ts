import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dump, type Entry, openStore, openStoreReader, placeOf, restore } from '../../src/store/index.ts';
import { migrate, type Sql, STEPS, schemaOf } from '../../src/store/migrate.ts';
import { openSqlite } from '../../src/store/sqlite.ts';

interface Note extends Entry {
  readonly text?: string;
}
const eventOf = (value: unknown) => value as Note;
const read = async (where: string) => {
  const reader = await openStoreReader(where, { eventOf });
  const found: string[] = [];
  for await (const { event } of reader.read('c')) found.push(event.id);
  await reader.close();
  return found;
};

let folder: string;
const fresh = (name: string) => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'famenet-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('one writer', () => {
  test('another one is refused by name, also under another name of the file, while readers come and go', async () => {
    const file = fresh('one.db');
    const store = await openStore(file, { eventOf });
    await store.append('c', [{ id: 'a' }]);
    symlinkSync(file, fresh('alias.db'));
    for (const name of [file, fresh('alias.db')]) {
      const refused = openStore(name, { eventOf, wait: 60 });
      await expect(refused).rejects.toMatchObject({ code: 'STORE_LOCKED' });
      await expect(refused).rejects.toThrow(new RegExp(`got +process ${process.pid} on \\S+, since \\d{4}-\\d\\d-\\d\\dT[\\d:]+Z\\n`));
    }
    expect(await read(file)).toEqual(['a']);
    await store.append('c', [{ id: 'b' }]);
    expect(await read(file)).toEqual(['a', 'b']);
    await store.close();
    const next = await openStore(fresh('alias.db'), { eventOf, wait: 0 });
    await next.close();
  });

  test('a process that waits gets its turn', async () => {
    const file = fresh('turns.db');
    const first = await openStore(file, { eventOf });
    const second = openStore(file, { eventOf, wait: 5000 });
    await first.append('c', [{ id: 'a' }]);
    await first.close();
    expect(await (await second).append('c', [{ id: 'b' }], { after: 1 })).toEqual({ kind: 'stored', version: 2 });
    await (await second).close();
  });

  test('the lock of a killed process is nobody’s', async () => {
    const file = fresh('killed.db');
    const code = `const Database = require('libsql'); const db = new Database(process.argv[1] + '-writer'); db.exec('BEGIN IMMEDIATE'); console.log('held'); setInterval(() => {}, 1000);`;
    const holder = spawn(process.execPath, ['-e', code, file], { stdio: ['ignore', 'pipe', 'inherit'], cwd: process.cwd() });
    await once(holder.stdout, 'data');
    await expect(openStore(file, { eventOf, wait: 50 })).rejects.toMatchObject({
      code: 'STORE_LOCKED',
      detail: { got: 'a process that has just begun' },
    });
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    const store = await openStore(file, { eventOf, wait: 0 });
    await store.close();
  });
});

describe('what is no store', () => {
  test('is refused and left as it is', async () => {
    const text = fresh('letter.txt');
    writeFileSync(text, 'Dear Sir or Madam, this is no database, and it is longer than the head of one would be: a hundred characters.');
    const theirs = fresh('theirs.db');
    const other = new Database(theirs);
    other.exec('CREATE TABLE invoices (id INTEGER)');
    other.close();
    for (const file of [text, theirs]) {
      const before = readFileSync(file);
      await expect(openStore(file, { eventOf })).rejects.toMatchObject({ code: 'STORE_FILE' });
      await expect(openStoreReader(file, { eventOf })).rejects.toMatchObject({ code: 'STORE_FILE' });
      expect(readFileSync(file)).toEqual(before);
    }
    await expect(openStore(theirs, { eventOf })).rejects.toThrow('a database with other tables: invoices');
    const empty = fresh('empty.db');
    writeFileSync(empty, '');
    await expect(openStoreReader(empty, { eventOf })).rejects.toMatchObject({ code: 'STORE_FILE' });
    await expect(openStoreReader(fresh('absent.db'), { eventOf })).rejects.toMatchObject({ code: 'FILE_MISSING' });
    await expect(openStore(fresh('no/folder.db'), { eventOf })).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('a store with a broken event or a broken lock says where', async () => {
    const file = fresh('broken.db');
    await (await openStore(file, { eventOf })).close();
    const db = new Database(file);
    db.exec("INSERT INTO famenet_event VALUES ('c', 1, 'a', '{\"id\": ')");
    db.close();
    await expect(read(file)).rejects.toMatchObject({ code: 'STORE_DAMAGED', detail: { at: `${file}, c 1` } });
    writeFileSync(`${file}-writer`, 'x'.repeat(5000));
    await expect(openStore(file, { eventOf })).rejects.toMatchObject({ code: 'STORE_FAILED', detail: { at: `${file}-writer` } });
  });

  test('a database that refuses is told as such, and nothing is half written', async () => {
    const file = fresh('refuses.db');
    const store = await openStore(file, { eventOf });
    const db = new Database(file);
    db.exec("CREATE TRIGGER full BEFORE INSERT ON famenet_event WHEN NEW.id = 'z' BEGIN SELECT RAISE(ABORT, 'no space'); END");
    const refused = store.append('c', [{ id: 'a' }, { id: 'z' }]);
    await expect(refused).rejects.toMatchObject({ code: 'STORE_FAILED', detail: { at: file } });
    await expect(refused).rejects.toThrow(/^The database refused \[STORE_FAILED\]\n.*no space/s);
    expect(await store.version('c')).toBe(0);
    db.exec('DROP TRIGGER full');
    db.close();
    expect(await store.append('c', [{ id: 'a' }, { id: 'z' }])).toEqual({ kind: 'stored', version: 2 });
    await store.close();
  });

  test('an address that is none of ours is refused without its secrets', () => {
    expect(placeOf('campaign.db')).toEqual({ kind: 'file', file: 'campaign.db' });
    expect(placeOf('postgresql://me@host/db')).toEqual({ kind: 'postgres', url: 'postgresql://me@host/db' });
    expect(() => placeOf('mysql://me:secret@host/db')).toThrow('STORE_URL');
    expect(() => placeOf('mysql://me:secret@host/db')).not.toThrow('secret');
  });

  test('a server that does not answer is named without its password', async () => {
    const refused = openStore('postgres://me:s/e@cret@127.0.0.1:1/db?password=secret', { eventOf });
    await expect(refused).rejects.toMatchObject({ code: 'STORE_FAILED', detail: { at: 'postgres://127.0.0.1:1/db' } });
    await expect(refused).rejects.not.toThrow(/secret|cret@/);
  });
});

describe('the schema', () => {
  const sqlOf = (db: Database.Database): Sql => ({
    dialect: 'sqlite',
    query: async (text, values = []) => {
      const statement = db.prepare(text.replace(/\$\d/g, '?'));
      if (statement.reader) return statement.all(...values) as Record<string, unknown>[];
      statement.run(...values);
      return [];
    },
  });
  const later = [...STEPS, { about: 'a table of tomorrow', statements: { sqlite: ['CREATE TABLE tomorrow (id INTEGER)'], postgres: [] } }];

  test('goes forward step by step, once, and keeps what is there', async () => {
    const file = fresh('schema.db');
    const store = await openStore(file, { eventOf });
    await store.append('c', [{ id: 'a' }]);
    await store.close();
    const db = new Database(file);
    const sql = sqlOf(db);
    expect(await schemaOf(sql, file)).toBe(STEPS.length);
    for (const _ of [1, 2]) await migrate(sql, file, later);
    expect(await schemaOf(sql, file, later)).toBe(STEPS.length + 1);
    expect(db.prepare('SELECT version, about FROM famenet_schema ORDER BY version').all()).toEqual(
      later.map(({ about }, i) => ({ version: i + 1, about })),
    );
    expect(db.prepare('SELECT id FROM famenet_event').all()).toEqual([{ id: 'a' }]);
    db.close();
  });

  test('of a newer famenet is refused, for writing and for reading', async () => {
    const file = fresh('newer.db');
    const db = new Database(file);
    await migrate(sqlOf(db), file, later);
    db.close();
    const newer = { code: 'STORE_NEWER', detail: { expected: `schema ${STEPS.length} or older`, got: `schema ${STEPS.length + 1}` } };
    await expect(openStore(file, { eventOf })).rejects.toMatchObject(newer);
    await expect(openStoreReader(file, { eventOf })).rejects.toMatchObject(newer);
  });
});

describe('copies', () => {
  test('a backup is whole while writes go on, and overwrites nothing', async () => {
    const store = await openSqlite<Note>(fresh('source.db'), { eventOf, wait: 0 });
    const ids = Array.from({ length: 400 }, (_, i) => `${i}`);
    const writes = ids.map((id) => store.append('c', [{ id }]));
    await writes[99];
    await store.backup(fresh('backup.db'));
    await Promise.all(writes);
    const copied = await read(fresh('backup.db'));
    expect(copied.length).toBeGreaterThanOrEqual(100);
    expect(copied).toEqual(ids.slice(0, copied.length));
    const { size } = statSync(fresh('backup.db'));
    await expect(store.backup(fresh('backup.db'))).rejects.toMatchObject({ code: 'STORE_EXISTS' });
    expect(statSync(fresh('backup.db')).size).toBe(size);
    await store.close();
    await expect(store.backup(fresh('late.db'))).rejects.toMatchObject({ code: 'STORE_CLOSED' });
  });

  test('a dump that is damaged, or meets another past, is refused at its line', async () => {
    const store = await openStore(fresh('target.db'), { eventOf });
    const head = '{"famenet":"annotation events","format":1}';
    const line = (version: number, id = `${version}`) => JSON.stringify({ campaign: 'c', version, event: { id } });
    const put = (...lines: string[]) => restore(store, lines, { eventOf, at: 'd.jsonl' });
    const damaged = (line: number) => ({ code: 'STORE_DUMP', detail: { at: `d.jsonl:${line}` } });
    await expect(put()).rejects.toMatchObject({ code: 'STORE_DUMP', detail: { at: 'd.jsonl' } });
    await expect(put(line(1))).rejects.toMatchObject(damaged(1));
    await expect(put('{"famenet":"annotation events","format":2}')).rejects.toMatchObject(damaged(1));
    await expect(put(head, line(1), line(3))).rejects.toMatchObject(damaged(3));
    await expect(put(head, line(1), line(2).slice(0, -5))).rejects.toMatchObject(damaged(3));
    await expect(put(head, '{"campaign":"c","version":1}')).rejects.toMatchObject(damaged(2));
    expect(await put(head, line(1), '', line(2))).toBe(2);
    await expect(put(head, line(1, 'x'))).rejects.toMatchObject({ code: 'STORE_NOT_EMPTY' });
    await expect(put(head, line(4))).rejects.toMatchObject({ code: 'STORE_NOT_EMPTY' });
    await expect(put(head, line(1, '2'))).rejects.toMatchObject({ code: 'STORE_NOT_EMPTY' });
    const lines: string[] = [];
    for await (const told of dump(store)) lines.push(told);
    expect(lines).toEqual([head, line(1), line(2)]);
    await store.close();
  });
});
