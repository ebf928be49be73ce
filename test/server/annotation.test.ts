import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GUIDELINES, type ItemView, type Task } from '../../src/protocol/index.ts';
import { item, POLICY, SIGNATURE, writing } from '../support/campaign.ts';
import { type Served, served } from './served.ts';

/** A gate that finds every pair alike; its signature is the campaign's. */
const ALIKE = async (signature: string) => ({ signature, score: async (pairs: readonly unknown[]) => pairs.map(() => 0.9) });

let it: Served;
beforeEach(async () => {
  it = await served({
    people: { ann: ['annotator'], ben: ['annotator'], vera: ['voter'], vito: ['voter'], viktor: ['voter'], zoe: ['annotator'] },
    scorer: ALIKE,
  });
  const open = { title: 'C', name: 'Lea', policy: POLICY, guidelines: GUIDELINES, seed: 1 };
  expect((await it.ask('owner', 'POST', '/campaigns/c', open)).status).toBe(201);
  await does('owner', 'add-items', { items: [item('i'), item('j')] });
  for (const [person, role] of Object.entries({ ann: 'annotator', ben: 'annotator', vera: 'voter', vito: 'voter', viktor: 'voter' }))
    await does('owner', 'invite', { person, name: `<script>alert("${person}")</script>`, roles: [role] });
});
afterEach(async () => {
  expect(it.bugs).toEqual([]);
  await it.end();
});

const send = (who: string, type: string, orders: object, headers = {}) =>
  it.json<{ id: string; view: ItemView | null; code?: string }>(who, 'POST', '/campaigns/c/commands', { type, ...orders }, headers);
async function does(who: string, type: string, orders: object) {
  const done = await send(who, type, orders);
  expect([done.status, done.body], `${type} of ${who}`).toEqual([200, done.body]);
  return done.body;
}
const see = async (who: string, id = 'i') => (await it.json<ItemView>(who, 'GET', `/campaigns/c/items/${id}`)).body;
/** All that somebody can get hold of, as text. */
async function everything(who: string): Promise<string> {
  const paths = ['', '/next', '/items/i', '/items/j', '/progress', '/results'].map((path) => `/campaigns/c${path}`);
  const answers = await Promise.all(
    ['/campaigns', ...paths, '/metrics', '/accounts', '/openapi.json'].map((path) => it.ask(who, 'GET', path)),
  );
  return (await Promise.all(answers.map((answer) => answer.text()))).join('\n');
}

const SECRET = 'The violet umbrella was hers.';

test('from draft to publication over HTTP', async () => {
  expect((await it.json<{ task: Task }>('ann', 'GET', '/campaigns/c/next')).body.task).toEqual({ do: 'draft', item: 'i', taken: false });
  await does('ann', 'draft', { item: 'i', writing: writing('She lost it.') });
  await does('ben', 'draft', { item: 'i', writing: writing('It was lost.') });
  await expect.poll(async () => (await see('vera')).status).toBe('voting'); // the gate's program has looked
  for (const voter of ['vera', 'vito', 'viktor']) {
    await does(voter, 'take', { item: 'i', seat: 'vote' });
    await does(voter, 'vote', { item: 'i', choice: 'a' });
  }
  const view = await see('ann');
  expect(view).toMatchObject({ status: 'published', published: { how: 'majority' }, measured: { score: 0.9, signature: SIGNATURE } });
  const { body } = await it.json<{ cause: string }[]>('owner', 'GET', '/campaigns/c/results');
  expect(body).toHaveLength(1);
});

test('before the gate, nobody gets hold of a draft but who wrote it: no annotator, no voter, no lead, nobody else', async () => {
  await does('ann', 'draft', { item: 'i', writing: writing(SECRET) });
  expect(await everything('ann')).toContain(SECRET);
  for (const who of ['ben', 'vera', 'zoe', 'owner', 'viewer', 'rater']) expect(await everything(who), who).not.toContain(SECRET);
  // Neither is it in what a refusal says.
  const refusals = await Promise.all([
    send('ben', 'say', { item: 'i', text: 'x' }),
    send('ben', 'accept', { item: 'i', text: 'a' }),
    send('vera', 'vote', { item: 'i', choice: 'a' }),
    send('owner', 'draft', { item: 'i', writing: writing('x') }),
  ]);
  for (const { status, body } of refusals) {
    expect(status).toBeGreaterThanOrEqual(400);
    expect(JSON.stringify(body)).not.toContain(SECRET);
  }
});

test('who acts is who is logged in, and nobody from outside says how far drafts agree', async () => {
  await does('ann', 'draft', { item: 'i', writing: writing('x') });
  const forged = await send('ben', 'retract', { item: 'i', by: 'ann', campaign: 'other', id: 'chosen', at: '2020-01-01T00:00:00.000Z' });
  expect(forged.body.code).toMatch(/^PROTOCOL_/);
  expect((await see('ann')).own?.cause).toBe('x');
  for (const type of ['measure', 'open', 'constructor', '__proto__'])
    expect(await send('owner', type, { item: 'i', score: 1, signature: SIGNATURE })).toMatchObject({
      status: 400,
      body: { code: 'SERVER_REQUEST' },
    });
  // What waited in a browser in which somebody else has logged in meanwhile is not taken for theirs.
  expect(await send('ben', 'draft', { item: 'i', writing: writing('x') }, { 'x-famenet-account': 'ann' })).toMatchObject({
    status: 401,
    body: { code: 'SERVER_ACCOUNT' },
  });
  expect((await send('ben', 'draft', { item: 'j', writing: writing('x') }, { 'x-famenet-account': 'ben' })).status).toBe(200);
  expect((await send('zoe', 'draft', { item: 'i', writing: writing('x') })).status).toBe(404); // of a campaign that is not hers
});

test('the same command under the same key counts once; another under that key is refused; keys belong to who sends them', async () => {
  const key = { 'idempotency-key': randomUUID() };
  const first = await send('ann', 'draft', { item: 'i', writing: writing('x') }, key);
  expect(await send('ann', 'draft', { item: 'i', writing: writing('x') }, key)).toEqual(first);
  expect(await send('ann', 'draft', { item: 'i', writing: writing('y') }, key)).toMatchObject({
    status: 409,
    body: { code: 'PROTOCOL_ID_TWICE' },
  });
  const others = await send('ben', 'draft', { item: 'i', writing: writing('z') }, key);
  expect(others.status).toBe(200);
  expect(others.body.id).not.toBe(first.body.id);
});

test('many writes at once: none is lost, none is doubled, and they are there after a restart', async () => {
  await does('owner', 'add-items', { items: Array.from({ length: 40 }, (_, i) => item(`n${i}`)) });
  const asked = Array.from({ length: 40 }, (_, i) =>
    ['ann', 'ben'].map((who) => send(who, 'draft', { item: `n${i}`, writing: writing(`${who} ${i}`) })),
  ).flat();
  expect(new Set((await Promise.all(asked)).map(({ status }) => status))).toEqual(new Set([200]));
  await it.close();
  const again = await served({ data: it.folder });
  try {
    const { state } = await again.server.campaign('c');
    const causes = [...state.items.values()].flatMap(({ authors }) => [...authors.values()].map((draft) => draft?.writing.cause));
    expect(causes.sort()).toEqual(
      Array.from({ length: 40 }, (_, i) => [`ann ${i}`, `ben ${i}`])
        .flat()
        .sort(),
    );
  } finally {
    await again.end();
    it = await served();
  }
});

test('closing an account erases the person from every campaign', async () => {
  await does('ann', 'draft', { item: 'i', writing: writing(SECRET) });
  expect(await it.json('owner', 'DELETE', '/accounts/ann?texts=true')).toMatchObject({ status: 200, body: { campaigns: ['c'] } });
  const { state } = await it.server.campaign('c');
  expect(JSON.stringify([...state.events.values()])).not.toMatch(/violet|alert\(\\"ann/);
  expect((await it.ask('ann', 'GET', '/campaigns')).status).toBe(401);
});
