import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseRatings } from '../../src/metrics/index.ts';
import { type Served, served } from './served.ts';

let it: Served;
let study: string;
const SYSTEMS = ['oracle-7b', 'baseline', '=cmd()'];
const items = Array.from({ length: 12 }, (_, i) => ({
  id: `item ${i}`,
  context: `<img src=x onerror=alert(1)> ${i}`,
  texts: SYSTEMS.map((system, s) => ({ system, text: `text ${s} of ${i}` })),
}));
beforeEach(async () => {
  it = await served({ people: { rae: ['rater'], rob: ['rater'] } });
  const { body } = await it.json<{ project: string }>('owner', 'POST', '/projects', { title: 'P', purpose: 'research' });
  study = (await it.json<{ study: string }>('owner', 'POST', '/studies', { project: body.project, title: 'S', items })).body.study;
});
afterEach(async () => {
  expect(it.bugs).toEqual([]);
  await it.end();
});

interface Turn {
  readonly done: number;
  readonly of: number;
  readonly sheet?: {
    readonly item: string;
    readonly context: string;
    readonly texts: readonly { readonly label: string; readonly text: string }[];
  };
}
const next = async (who: string) => (await it.json<Turn>(who, 'GET', `/studies/${study}/next`)).body;
/** Rates each text by the number of its system: 1, 2, 3. */
const rate = (who: string, { item, texts }: NonNullable<Turn['sheet']>) => {
  const score = (text: string) => Number(text.split(' ')[1]) + 1;
  const ratings = Object.fromEntries(
    texts.map(({ label, text }) => [label, { coherence: score(text), fluency: score(text), relevance: score(text) }]),
  );
  return it.json<Turn>(who, 'PUT', `/studies/${study}/items/${encodeURIComponent(item)}`, { ratings });
};

test('a rater never learns which system wrote a text, and orders differ', async () => {
  const seen = new Set<string>();
  const order: string[] = [];
  for (const who of ['rae', 'rob'])
    for (let turn = await next(who); turn.sheet !== undefined; turn = (await rate(who, turn.sheet)).body) {
      const told = JSON.stringify(turn);
      for (const system of SYSTEMS) expect(told).not.toContain(system);
      expect(turn.sheet.texts.map(({ label }) => label)).toEqual(['1', '2', '3']);
      seen.add(turn.sheet.texts.map(({ text }) => text.split(' ')[1]).join(''));
      order.push(turn.sheet.item);
      it.wait(1000);
    }
  expect(seen.size).toBeGreaterThan(1); // one order of three on 24 sheets happens once in 10^18 times
  expect(order.slice(0, 12)).not.toEqual(order.slice(12));
  expect([...order.slice(0, 12)].sort()).toEqual([...order.slice(12)].sort());
  for (const path of ['/studies', '/openapi.json']) expect(await (await it.ask('rae', 'GET', path)).text()).not.toContain('oracle-7b');
  // Under each label stood what it was rated for: the table gives every system its own number.
  const csv = await it.ask('owner', 'GET', `/studies/${study}/ratings.csv`);
  const ratings = parseRatings(await csv.text(), 'ratings.csv');
  expect(ratings).toHaveLength(2 * 12 * 3);
  for (const { system, scores } of ratings)
    expect(scores.fluency).toBe(1 + SYSTEMS.map((name) => (name.startsWith('=') ? `'${name}` : name)).indexOf(system));
});

test('what a spreadsheet would run comes as text', async () => {
  await rate('rae', (await next('rae')).sheet!);
  const text = await (await it.ask('owner', 'GET', `/studies/${study}/ratings.csv`)).text();
  expect(text).toMatch(/^item,system,rater,coherence,fluency,relevance\r\n/);
  expect(text).toContain(",'=cmd(),rae,3,3,3\r\n");
  expect(text).not.toMatch(/(^|,)=/m);
});

test('all texts of an item are rated or none, on the scale; the same key counts once', async () => {
  const { sheet } = await next('rae');
  const one = { coherence: 1, fluency: 1, relevance: 1 };
  const put = (ratings: object, headers = {}) =>
    it.json<{ code: string }>('rae', 'PUT', `/studies/${study}/items/${encodeURIComponent(sheet!.item)}`, { ratings }, headers);
  expect((await put({ 1: one })).body.code).toBe('RATING_PART');
  expect((await put({ 1: one, 2: one, 3: one, 4: one })).body.code).toBe('RATING_PART');
  expect((await put({ 1: { ...one, fluency: 6 }, 2: one, 3: one })).body.code).toBe('SERVER_REQUEST');
  expect(await next('rae')).toMatchObject({ done: 0, of: 12 });
  const key = { 'idempotency-key': 'the-same-key-again' };
  expect((await put({ 1: one, 2: one, 3: one }, key)).body).toMatchObject({ done: 1 });
  expect((await put({ 1: one, 2: one, 3: one }, key)).body).toMatchObject({ done: 1 });
  expect((await put({ 1: one, 2: one, 3: { ...one, fluency: 5 } }, key)).body.code).toBe('SERVER_KEY_TWICE');
  expect((await put({ 1: one, 2: one, 3: { ...one, fluency: 2 } })).body).toMatchObject({ done: 1 }); // second thoughts
});

test('an item or a system that comes twice is refused', async () => {
  const { body } = await it.json<{ project: string }[]>('owner', 'GET', '/projects');
  const open = (list: object[]) => it.json('owner', 'POST', '/studies', { project: body[0]!.project, title: 'S', items: list });
  expect(await open([items[0]!, items[0]!])).toMatchObject({ body: { code: 'SERVER_REQUEST' } });
  expect(await open([{ ...items[0]!, texts: [items[0]!.texts[0]!, items[0]!.texts[0]!] }])).toMatchObject({
    body: { code: 'SERVER_REQUEST' },
  });
});
