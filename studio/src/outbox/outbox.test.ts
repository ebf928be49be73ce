import { expect, test } from 'vitest';
import type { Problem } from '../api.ts';
import { autosave } from './autosave.ts';
import { inMemory } from './keep.ts';
import { type Answer, type Letter, outbox, pause, verdictOf } from './outbox.ts';

const problem = (status: number): Problem => ({ type: 'urn:famenet:X', title: 'X', code: 'X', status });
const no = (status: number): Answer => ({ ok: false, problem: problem(status) });
const YES: Answer = { ok: true, body: 'done' };

/** An outbox whose server answers as told, and whose clock is turned by hand. */
function made(answers: (letter: Letter, n: number) => Answer | Promise<Answer>, values = new Map<string, unknown>()) {
  let n = 0;
  let ids = 0;
  const sent: Letter[] = [];
  const timers: (() => void)[] = [];
  const box = outbox({
    keep: inMemory(values),
    account: 'ann',
    newId: () => `key-${++ids}-${values.size}`,
    now: () => 1000,
    chance: () => 1,
    later: (_, work) => {
      timers.push(work);
      return () => timers.splice(timers.indexOf(work), 1);
    },
    send: async (letter) => {
      sent.push(letter);
      return answers(letter, n++);
    },
  });
  return { box, sent, timers, values };
}
const letter = (slot: string, body: unknown = slot) => ({ slot, label: slot, method: 'POST' as const, path: '/x', body });
const idle = () => new Promise((resolve) => setTimeout(resolve, 5));

test('a letter is on the disk before it is sent, and gone from there once the server has it', async () => {
  const values = new Map<string, unknown>();
  let onDisk: unknown;
  const { box } = made(() => {
    onDisk = structuredClone(values.get('outbox/ann'));
    return YES;
  }, values);
  const heard: unknown[] = [];
  box.onSent(({ slot }, body) => heard.push([slot, body]));
  const id = await box.add(letter('a'));
  expect(await box.answered(id)).toBe('done');
  expect(onDisk).toMatchObject([{ id, slot: 'a', tries: 1 }]);
  expect(values.get('outbox/ann')).toEqual([]);
  expect(heard).toEqual([['a', 'done']]);
});

test('where the server is not reached, the same letter goes out again under the same key, and later ones wait for it', async () => {
  const { box, sent, timers } = made((_, n) => (n < 2 ? no(0) : YES));
  const id = await box.add(letter('a'));
  const other = await box.add(letter('b'));
  await idle();
  expect(sent.map((one) => one.id)).toEqual([id]);
  expect(box.post().halt).toMatchObject({ why: 'unreachable', until: 1000 + pause(0, 1) });
  timers.shift()!();
  await idle();
  expect(box.post().halt!.until).toBe(1000 + pause(1, 1));
  await box.wake();
  await idle();
  expect(sent.map((one) => one.id)).toEqual([id, id, id, other]);
  expect(box.post()).toEqual({ letters: [], halt: undefined });
});

test('a page that was closed goes on where it was, with the same keys', async () => {
  const before = made(() => no(503));
  const id = await before.box.add(letter('a'));
  await idle();
  before.box.close();
  const after = made(() => YES, before.values);
  await after.box.wake();
  await idle();
  expect(after.sent).toMatchObject([{ id, slot: 'a', tries: 1 }]);
});

test('what the server refuses is kept with its reason, and does not hold up the rest', async () => {
  const { box, sent } = made(({ slot }, n) => (slot === 'a' && n === 0 ? no(409) : YES));
  const id = await box.add(letter('a'));
  const rejected = box.answered(id).then(
    () => 'sent',
    (error) => error,
  );
  await box.add(letter('b'));
  await idle();
  expect(await rejected).toEqual(problem(409));
  expect(box.post().letters).toMatchObject([{ id, refused: { status: 409 } }]);
  await box.retry(id);
  await idle();
  expect(sent.map(({ slot }) => slot)).toEqual(['a', 'b', 'a']);
  expect(box.post().letters).toEqual([]);
});

test('a newer letter takes the place of one that was never tried, never of one that the server may have', async () => {
  let open = (_: Answer) => {};
  const { box, sent } = made(({ slot }) => (slot === 'first' ? new Promise<Answer>((resolve) => (open = resolve)) : YES));
  await box.add(letter('first'));
  await idle();
  await box.add(letter('a', 'old'));
  const last = await box.add(letter('a', 'new'));
  await box.add(letter('first', 'again'));
  expect(box.post().letters.map(({ slot, body }) => [slot, body])).toEqual([
    ['first', 'first'],
    ['a', 'new'],
    ['first', 'again'],
  ]);
  open(YES);
  await idle();
  open(YES);
  await idle();
  expect(sent.map(({ body }) => body)).toEqual(['first', 'new', 'again']);
  expect(sent[1]!.id).toBe(last);
});

test('nobody is logged in: the letter waits', async () => {
  const { box } = made(() => no(401));
  await box.add(letter('a'));
  await idle();
  expect(box.post()).toMatchObject({ halt: { why: 'login' }, letters: [{ slot: 'a' }] });
});

test.each([
  [0, 'again'],
  [401, 'login'],
  [403, 'refused'],
  [409, 'refused'],
  [429, 'again'],
  [500, 'refused'],
  [503, 'again'],
] as const)('status %d: %s', (status, verdict) => expect(verdictOf(no(status))).toBe(verdict));

test('tries come ever more seldom, up to a minute', () => {
  expect([0, 1, 2, 5, 6, 50].map((tries) => pause(tries, 1))).toEqual([1000, 2000, 4000, 32_000, 60_000, 60_000]);
  expect(pause(0, 0)).toBe(500);
});

test('every change is written at once, and the newest says whether it is saved', async () => {
  const written: unknown[] = [];
  const release: (() => void)[] = [];
  const keep = {
    ...inMemory(),
    set: (_: string, value: unknown) => {
      written.push((value as { value: unknown }).value);
      return new Promise<void>((resolve) => release.push(resolve));
    },
  };
  const saved = autosave<string>({ keep, key: 'd', now: () => 7 });
  saved.save('h');
  saved.save('he');
  expect(written).toEqual(['h', 'he']); // before anything was waited for
  release[0]!();
  await idle();
  expect(saved.state()).toEqual({ is: 'saving' });
  release[1]!();
  await saved.settled();
  expect(saved.state()).toEqual({ is: 'saved', at: 7 });
});

test('a page that is closed before the disk has the last letters finds them again', async () => {
  const slips = new Map<string, unknown>();
  const slip = {
    get: (key: string) => slips.get(key),
    set: (key: string, value: unknown) => void slips.set(key, value),
    remove: (key: string) => void slips.delete(key),
  };
  const kept = inMemory();
  let time = 0;
  const now = () => ++time;
  const before = autosave<string>({ keep: kept, key: 'd', slip, now });
  before.save('typed');
  await before.settled();
  expect(slips.size).toBe(0); // the disk has it
  const dying = autosave<string>({ keep: { ...kept, set: () => new Promise(() => {}) }, key: 'd', slip, now });
  dying.save('typed, and more');
  const after = autosave<string>({ keep: kept, key: 'd', slip, now });
  expect((await after.load())?.value).toBe('typed, and more');
  await after.settled();
  expect(slips.size).toBe(0);
  expect((await kept.get<{ value: string }>('d'))?.value).toBe('typed, and more');
});

test('a disk that is full is said, and the next change tries again', async () => {
  let full = true;
  const kept = inMemory();
  const keep = {
    ...kept,
    set: (key: string, value: unknown) => (full ? Promise.reject(new Error('QuotaExceededError')) : kept.set(key, value)),
  };
  const saved = autosave<string>({ keep, key: 'd' });
  saved.save('a');
  await saved.settled();
  expect(saved.state().is).toBe('failed');
  full = false;
  saved.save('ab');
  await saved.settled();
  expect(saved.state().is).toBe('saved');
  expect((await saved.load())?.value).toBe('ab');
});

test('what was sent is dropped, what was typed since is not', async () => {
  const saved = autosave<{ text: string }>({ keep: inMemory(), key: 'd' });
  saved.save({ text: 'sent' });
  saved.save({ text: 'sent, and more' });
  await saved.drop({ text: 'sent' });
  expect((await saved.load())?.value).toEqual({ text: 'sent, and more' });
  await saved.drop({ text: 'sent, and more' });
  expect(await saved.load()).toBeUndefined();
});
