import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDesk, openStore, type Store } from '../../src/store/index.ts';

type Told = { readonly id: string; readonly word: string };
const eventOf = (value: unknown) => value as Told;
/** Words in their order; the state is what was told so far. */
const words = () => {
  const state: string[] = [];
  return { state, add: ({ word }: Told) => state.push(word) };
};

let folder: string;
let store: Store<Told>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-desk-'));
  store = await openStore(join(folder, 'a.db'), { eventOf });
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const stored = async (campaign: string): Promise<string[]> => {
  const all: string[] = [];
  for await (const { event } of store.read(campaign)) all.push(event.word);
  return all;
};

test('each of many plans sees what those before it have planned, and what is answered is on the disk', async () => {
  const desk = await openDesk(store, 'many', words);
  const counted = await Promise.all(
    Array.from({ length: 50 }, (_, i) => desk.carryOut((state) => [{ id: `n${i}`, word: `${state.length}` }])),
  );
  expect(counted.flat().map(({ word }) => word)).toEqual(Array.from({ length: 50 }, (_, i) => `${i}`));
  expect(await stored('many')).toEqual(desk.state);
});

test('a plan that throws costs the others nothing, and leaves nothing behind', async () => {
  const desk = await openDesk(store, 'throws', words);
  const [one, two, three] = await Promise.allSettled([
    desk.carryOut(() => [{ id: '1', word: 'a' }]),
    desk.carryOut(() => {
      throw new Error('no');
    }),
    desk.carryOut((state) => [{ id: '3', word: `after ${state.join('')}` }]),
  ]);
  expect([one.status, two.status, three.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(await stored('throws')).toEqual(['a', 'after a']);
});

test('a write that the store refuses costs only itself', async () => {
  await store.append('taken', [{ id: 'x', word: 'first' }]);
  const desk = await openDesk(store, 'taken', words);
  const [good, bad] = await Promise.allSettled([
    desk.carryOut(() => [{ id: 'y', word: 'second' }]),
    desk.carryOut(() => [{ id: 'x', word: 'other' }]),
  ]);
  expect(good.status).toBe('fulfilled');
  expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'STORE_ID' } });
  expect(desk.state).toEqual(['first', 'second']);
});

test('where another process was faster, the plan is made again on what it stored', async () => {
  const desk = await openDesk(store, 'others', words);
  await store.append('others', [{ id: 'o', word: 'theirs' }]);
  const [event] = await desk.carryOut((state) => [{ id: 'm', word: `after ${state.at(-1)}` }]);
  expect(event!.word).toBe('after theirs');
  expect(desk.state).toEqual(await stored('others'));
});

test('a store that always moves on ends in DESK_BUSY', async () => {
  const busy: Store<Told> = { ...store, append: async () => ({ kind: 'conflict', version: 9 }) };
  const desk = await openDesk(busy, 'busy', words);
  await expect(desk.carryOut(() => [{ id: 'b', word: 'b' }])).rejects.toMatchObject({ code: 'DESK_BUSY' });
});
