import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import Database from 'libsql';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Entry, openDesk, openStore, openStoreReader } from '../../src/store/index.ts';

interface Note extends Entry {
  readonly text: string;
}
const eventOf = (value: unknown) => value as Note;
const SECRET = 'the violet umbrella';
/** Large enough for pages of their own, too. */
const note = (i: number): Note => ({
  id: `e${i}`,
  text: i % 3 === 0 ? `${SECRET} ${i} ${SECRET.repeat(i % 2 === 0 ? 400 : 1)}` : `harmless ${i}`,
});
const forgotten = (event: Note): Note => (event.text.includes(SECRET) ? { ...event, text: '[erased]' } : event);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'famenet-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Which files hold the words, whatever they are. */
const holding = (): string[] => readdirSync(folder).filter((name) => readFileSync(join(folder, name)).includes(SECRET));

async function all(where: string): Promise<Note[]> {
  const reader = await openStoreReader(where, { eventOf });
  const found: Note[] = [];
  for await (const { event } of reader.read('c')) found.push(event);
  await reader.close();
  return found;
}

test('what is changed is gone from every file of the store while it is open, and nothing else has changed', async () => {
  const where = join(folder, 'a.db');
  const store = await openStore(where, { eventOf });
  const notes = Array.from({ length: 300 }, (_, i) => note(i));
  for (const one of notes) await store.append('c', [one]);
  await store.append('other', [{ id: 'x', text: `not asked for: ${SECRET.toUpperCase()}` }]);
  expect(holding().length).toBeGreaterThan(0);
  expect(await store.rewrite('c', () => forgotten)).toBe(100);
  expect(holding()).toEqual([]);
  expect(await all(where)).toEqual(notes.map(forgotten));
  expect(await store.rewrite('c', () => forgotten)).toBe(0);
  expect(await store.append('c', [note(1)], { after: 3 })).toMatchObject({ kind: 'repeated' }); // versions and ids are what they were
  expect(await store.version('other')).toBe(1);
  await expect(store.rewrite('c', () => (event) => ({ ...event, id: 'z' }))).rejects.toMatchObject({ code: 'STORE_ENTRY' });
  expect(await all(where)).toEqual(notes.map(forgotten)); // all or none
  await store.close();
});

test('a desk changes what is stored between two writes', async () => {
  const store = await openStore(join(folder, 'a.db'), { eventOf });
  const desk = await openDesk(store, 'c', () => {
    const state: string[] = [];
    return { state, add: ({ text }: Note) => state.push(text) };
  });
  const writes = Array.from({ length: 50 }, (_, i) => desk.carryOut(() => [note(i)]));
  await Promise.all([...writes.slice(0, 25), desk.rewrite(() => forgotten), ...writes.slice(25)]);
  await desk.rewrite(() => forgotten);
  expect(holding()).toEqual([]);
  expect(await store.version('c')).toBe(50);
  await store.close();
});

test('a change whose old pages were not overwritten is finished when the store is opened', async () => {
  const where = join(folder, 'a.db');
  const before = await openStore(where, { eventOf });
  await before.append(
    'c',
    Array.from({ length: 60 }, (_, i) => note(i)),
  );
  await before.close();
  const db = new Database(where); // what a process has done that was killed right after its transaction
  db.exec("PRAGMA secure_delete = OFF; UPDATE famenet_event SET body = json_set(body, '$.text', '[erased]') WHERE body LIKE '%violet%'");
  db.exec('PRAGMA user_version = 1');
  db.close();
  expect(holding()).not.toEqual([]);
  await (await openStore(where, { eventOf })).close();
  expect(holding()).toEqual([]);
  expect(await all(where)).toEqual(Array.from({ length: 60 }, (_, i) => forgotten(note(i))));
});

test('killed at any moment, nothing is lost, and what was erased is gone once the store is opened again', {
  timeout: 240_000,
}, async () => {
  const script = fileURLToPath(new URL('rewriter.ts', import.meta.url));
  const { NODE_OPTIONS: _, ...env } = process.env;
  const outcomes = new Set<string>();
  for (const [i, delay] of [0, 30, 100, 200, 400, 800].entries()) {
    const where = join(folder, `${i}.db`);
    const before = await openStore(where, { eventOf });
    const notes = Array.from({ length: 600 }, (_, n) => note(n));
    await before.append('c', notes);
    await before.close();
    const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', script, where], { stdio: ['ignore', 'pipe', 'inherit'], env });
    await once(child.stdout!, 'data'); // it begins
    await setTimeout(delay);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const store = await openStore(where, { eventOf });
    const found = await all(where);
    const done = found.every(({ text }) => !text.includes(SECRET));
    expect(found).toEqual(done ? notes.map(forgotten) : notes);
    if (!done) await store.rewrite('c', () => forgotten);
    expect(holding()).toEqual([]);
    outcomes.add(`${done}`);
    await store.close();
  }
  console.log(
    `rewriting was ${outcomes.has('true') ? 'finished' : 'never finished'}, and ${outcomes.has('false') ? 'also cut off before it began' : 'never cut off before'}`,
  );
});
