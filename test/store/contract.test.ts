import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { dump } from '../../src/store/dump.ts';
import { type Entry, openStore, openStoreReader, restore, type Store, type Stored, type StoreReader } from '../../src/store/index.ts';
import { hasPostgres, NO_POSTGRES, type Server, startPostgres } from './server.ts';

interface Note extends Entry {
  readonly at?: string;
  readonly text?: string;
}

/** What is stored here is what was written by the same test. */
const eventOf = (value: unknown) => value as Note;
const note = (id: string, text = id): Note => ({ id, text });

async function all(store: StoreReader<Note>, campaign: string, after?: number): Promise<Stored<Note>[]> {
  const found: Stored<Note>[] = [];
  for await (const stored of store.read(campaign, after)) found.push(stored);
  return found;
}

let folder: string;
let server: Server | undefined;
let counter = 0;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'famenet-'));
  if (hasPostgres()) server = await startPostgres();
});
afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true });
});

const KINDS = [
  { kind: 'SQLite', present: true, place: (name: string) => join(folder, `${name}.db`) },
  { kind: hasPostgres() ? 'PostgreSQL' : `PostgreSQL (${NO_POSTGRES})`, present: hasPostgres(), place: () => server!.url },
];

describe.each(KINDS)('$kind', ({ present, place, kind }) => {
  describe.skipIf(!present)('the contract of a store', () => {
    let where: string;
    let store: Store<Note>;
    let c: string; // a campaign of this test only: a server may keep those of others

    beforeEach(async () => {
      c = `c${process.pid}-${Date.now()}-${counter++}`;
      where = place(c);
      store = await openStore(where, { eventOf });
    });
    afterEach(() => store.close());

    test('what was written is read in order, as it was written, from any version, also by a reader and after closing', async () => {
      const odd: Note[] = [
        { id: 'ä ε 🙂', text: '\u0000 \ud800 "quoted"\n\u2028 🙂' },
        note('b', ''),
        { id: 'c', at: '2026-01-01T00:00:00Z' },
      ];
      expect(await store.append(c, odd)).toEqual({ kind: 'stored', version: 3 });
      expect(await store.append(c, [note('d')])).toEqual({ kind: 'stored', version: 4 });
      const want = [...odd, note('d')].map((event, i) => ({ version: i + 1, event }));
      expect(await all(store, c)).toEqual(want);
      expect(await all(store, c, 2)).toEqual(want.slice(2));
      expect(await all(store, c, 4)).toEqual([]);
      const reader = await openStoreReader(where, { eventOf });
      expect(await all(reader, c)).toEqual(want);
      await reader.close();
      await store.close();
      store = await openStore(where, { eventOf });
      expect(await all(store, c)).toEqual(want);
      expect(await store.version(c)).toBe(4);
    });

    test('more events than one page come whole and in order', async () => {
      const many = Array.from({ length: 1203 }, (_, i) => note(`${i}`));
      expect(await store.append(c, many)).toEqual({ kind: 'stored', version: 1203 });
      expect(await all(store, c)).toEqual(many.map((event, i) => ({ version: i + 1, event })));
    });

    test('campaigns do not see each other, and one without events does not exist', async () => {
      await store.append(`${c}-b`, [note('1'), note('2')]);
      await store.append(`${c}-a`, [note('1')]);
      const ours = (await store.campaigns()).filter(({ campaign }) => campaign.startsWith(c));
      expect(ours).toEqual([
        { campaign: `${c}-a`, version: 1 },
        { campaign: `${c}-b`, version: 2 },
      ]);
      expect(await all(store, `${c}-none`)).toEqual([]);
      expect(await store.version(`${c}-none`)).toBe(0);
    });

    test('whoever writes after an older version is told the newer one, and has written nothing', async () => {
      await store.append(c, [note('a')], { after: 0 });
      await store.append(c, [note('b')], { after: 1 });
      expect(await store.append(c, [note('x'), note('y')], { after: 1 })).toEqual({ kind: 'conflict', version: 2 });
      expect(await store.append(c, [note('x')], { after: 3 })).toEqual({ kind: 'conflict', version: 2 });
      expect((await all(store, c)).map(({ event }) => event.id)).toEqual(['a', 'b']);
    });

    test('the same write, sent again, is there once, whatever has happened since and whatever time it says', async () => {
      const write = [note('a'), { ...note('b'), at: '2026-01-01T00:00:00Z' }];
      expect(await store.append(c, write, { after: 0 })).toEqual({ kind: 'stored', version: 2 });
      await store.append(c, [note('later')]);
      const again = [
        { text: 'a', id: 'a' },
        { ...note('b'), at: '2026-01-01T00:00:09Z' },
      ];
      expect(await store.append(c, again, { after: 0 })).toEqual({ kind: 'repeated', version: 2 });
      expect((await all(store, c)).map(({ event }) => event)).toEqual([...write, note('later')]);
    });

    test('an id that another event has is refused, alone or among others, and the rest of the batch is written', async () => {
      await store.append(c, [note('a'), note('b')]);
      const refused = expect.objectContaining({ code: 'STORE_ID' }) as unknown;
      const wrong = store.append(c, [note('a', 'something else')]).catch((error: unknown) => error);
      const half = store.append(c, [note('b'), note('new')]).catch((error: unknown) => error);
      const right = store.append(c, [note('c')]);
      expect(await Promise.all([wrong, half, right])).toEqual([refused, refused, { kind: 'stored', version: 3 }]);
      expect((await all(store, c)).map(({ event }) => event)).toEqual([note('a'), note('b'), note('c')]);
    });

    test('of many who write after the same version at once, one has written', async () => {
      await store.append(c, [note('first')]);
      const other = kind.startsWith('SQLite') ? store : await openStore(where, { eventOf });
      const found = await Promise.all(
        Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? store : other).append(c, [note(`${i}`)], { after: 1 })),
      );
      expect(found.filter(({ kind }) => kind === 'stored')).toHaveLength(1);
      expect(found.filter(({ kind }) => kind === 'conflict')).toHaveLength(19);
      expect(await store.version(c)).toBe(2);
      if (other !== store) await other.close();
    });

    test('writes that do not mind the version are all there, once, each with a version of its own', async () => {
      const other = kind.startsWith('SQLite') ? store : await openStore(where, { eventOf });
      const found = await Promise.all(
        Array.from({ length: 300 }, (_, i) => (i % 2 === 0 ? store : other).append(c, [note(`${i}`), note(`${i}+`)])),
      );
      expect(new Set(found.map(({ version }) => version)).size).toBe(300);
      const ids = (await all(store, c)).map(({ event }) => event.id);
      expect([...ids].sort()).toEqual(
        Array.from({ length: 300 }, (_, i) => [`${i}`, `${i}+`])
          .flat()
          .sort(),
      );
      for (const [i, { version }] of found.entries()) expect(ids.slice(version - 2, version)).toEqual([`${i}`, `${i}+`]);
      if (other !== store) await other.close();
    });

    test('what is rewritten is another event in the same place, all of them or none, and other campaigns stay', async () => {
      await store.append(c, [note('a'), note('b'), note('c')]);
      await store.append(`${c}-other`, [note('a')]);
      const seen: number[] = [];
      const changed = await store.rewrite(c, (events) => (event, version) => {
        seen.push(version);
        return event.id === events[1]!.event.id ? { ...event, text: '[erased]' } : event;
      });
      expect([changed, seen]).toEqual([1, [1, 2, 3]]);
      const want = [note('a'), note('b', '[erased]'), note('c')];
      expect((await all(store, c)).map(({ event }) => event)).toEqual(want);
      expect((await all(store, `${c}-other`)).map(({ event }) => event)).toEqual([note('a')]);
      const failed = store.rewrite(c, () => (event) => (event.id === 'c' ? { ...event, id: 'd' } : { ...event, text: 'x' }));
      await expect(failed).rejects.toMatchObject({ code: 'STORE_ENTRY' });
      expect((await all(store, c)).map(({ event }) => event)).toEqual(want);
      expect(await store.append(c, [note('d')], { after: 3 })).toEqual({ kind: 'stored', version: 4 });
    });

    test('what cannot be kept is refused before anything is written', async () => {
      const refused = { code: 'STORE_ENTRY' };
      await expect(store.append(c, [])).rejects.toMatchObject(refused);
      await expect(store.append('', [note('a')])).rejects.toMatchObject(refused);
      await expect(store.append('a\u0000b', [note('a')])).rejects.toMatchObject(refused);
      await expect(store.append(c, [note('a'), note('')])).rejects.toMatchObject(refused);
      await expect(store.append(c, [note('a'), note('\ud800')])).rejects.toMatchObject(refused);
      await expect(store.append(c, [note('a'), note('x'.repeat(201))])).rejects.toMatchObject(refused);
      await expect(store.append(c, [note('a'), note('a')])).rejects.toMatchObject(refused);
      await expect(store.append(c, [note('a', 'x'.repeat(4e6))])).rejects.toMatchObject(refused);
      await expect(store.append(c, [{ text: 'no id' } as unknown as Note])).rejects.toMatchObject(refused);
      expect(await store.version(c)).toBe(0);
    });

    test('an event that the check does not know stops the reading at its place', async () => {
      await store.append(c, [note('a'), note('strange')]);
      const strict = await openStoreReader(where, {
        eventOf: (value, at) => {
          if ((value as Note).id === 'strange') throw new Error(`unknown event at ${at}`);
          return value as Note;
        },
      });
      await expect(all(strict, c)).rejects.toThrow(`${c} 2`);
      await strict.close();
    });

    test('closing waits for writes in hand; a closed store says so', async () => {
      const written = store.append(c, [note('a')]);
      await store.close();
      expect(await written).toEqual({ kind: 'stored', version: 1 });
      await expect(store.append(c, [note('b')])).rejects.toMatchObject({ code: 'STORE_CLOSED' });
      await expect(all(store, c)).rejects.toMatchObject({ code: 'STORE_CLOSED' });
      await expect(store.campaigns()).rejects.toMatchObject({ code: 'STORE_CLOSED' });
      await store.close();
    });

    test('a dump, restored into a new file, is the same store; done again, nothing changes', async () => {
      const many = Array.from({ length: 450 }, (_, i) => note(`${i}`, `text ${i} 🙂`));
      await store.append(c, many);
      await store.append(`${c}-2`, [note('a')]);
      const lines: string[] = [];
      for await (const line of dump(store, [c, `${c}-2`])) lines.push(line);
      expect(lines).toHaveLength(1 + 451);
      const copy = await openStore(join(folder, `${c}-copy.db`), { eventOf });
      expect(await restore(copy, lines.slice(0, 300), { eventOf, at: 'a dump' })).toBe(299); // as if it had been cut off
      for (const _ of [1, 2]) expect(await restore(copy, lines, { eventOf, at: 'a dump' })).toBe(451);
      for (const name of [c, `${c}-2`]) expect(await all(copy, name)).toEqual(await all(store, name));
      expect(await copy.campaigns()).toHaveLength(2);
      await copy.close();
    });
  });
});
