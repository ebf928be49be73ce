import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GUIDELINES } from '../../src/protocol/index.ts';
import { item, POLICY, writing } from '../support/campaign.ts';
import { type Served, served } from './served.ts';

const [ID, NAME, SECRET] = ['violetta.u', 'Violetta Umbrella', 'She lost the mauve umbrella.'];
const people = { [ID]: ['annotator', 'rater'], ben: ['annotator'] } as const;
const POLITE = 'correct horse battery';

let it: Served;
let project: string;
let study: string;
beforeEach(async () => {
  it = await served({ people: { ben: ['annotator'] } });
  const { body } = await it.json<{ token: string }>('owner', 'POST', '/accounts/invitations', { account: ID, roles: people[ID] });
  await it.ask(undefined, 'POST', '/session/join', { token: body.token, name: NAME, password: POLITE });
  const members = [
    { account: ID, roles: ['annotator', 'rater'] },
    { account: 'ben', roles: ['annotator'] },
  ];
  project = (await it.json<{ project: string }>('owner', 'POST', '/projects', { title: 'P', purpose: 'research', members })).body.project;
  await it.ask('owner', 'POST', '/campaigns/c', { title: 'C', name: 'Lea', policy: POLICY, guidelines: GUIDELINES, seed: 1 });
  await does('owner', 'add-items', { items: [item('i'), item('j')] });
  for (const [person, name] of [
    [ID, NAME],
    ['ben', 'Ben'],
  ])
    await does('owner', 'invite', { person, name, roles: ['annotator'] });
  await does(ID, 'draft', { item: 'i', writing: writing(SECRET) });
  await does('ben', 'draft', { item: 'j', writing: writing('It was lost.') });
  const items = [{ id: 'one', context: '', texts: [{ system: 'a', text: 'x' }] }];
  study = (await it.json<{ study: string }>('owner', 'POST', '/studies', { project, title: 'S', items })).body.study;
  await it.ask(ID, 'PUT', `/studies/${study}/items/one`, { ratings: { 1: { coherence: 4, fluency: 4, relevance: 4 } } });
});
afterEach(async () => {
  expect(it.bugs).toEqual([]);
  await it.end();
});

async function does(who: string, type: string, orders: object): Promise<void> {
  const { status, body } = await it.json(who, 'POST', '/campaigns/c/commands', { type, ...orders });
  expect([status, body], `${type} of ${who}`).toEqual([200, body]);
}

/** Which of the words are in which files, as bytes. */
async function traces(words: readonly string[] = [ID, NAME, SECRET]): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(it.folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const bytes = await readFile(join(entry.parentPath, entry.name));
    found.push(...words.filter((word) => bytes.includes(word)).map((word) => `${word} in ${entry.name}`));
  }
  return found;
}

test('after an erasure, the files of the server hold neither name, nor id, nor text; others keep what is theirs', async () => {
  expect((await traces()).length).toBeGreaterThanOrEqual(3);
  const key = { 'idempotency-key': randomUUID() };
  const erased = await it.json('owner', 'DELETE', `/accounts/${ID}?texts=true`, undefined, key);
  expect(erased).toEqual({ status: 200, body: { campaigns: ['c'] } });
  expect(await traces()).toEqual([]);
  expect(await traces(['It was lost.'])).not.toEqual([]);
  expect((await it.ask('owner', 'DELETE', `/accounts/${ID}?texts=true`, undefined, key)).status).toBe(200); // sent again: nothing more to do
  expect((await it.json('owner', 'DELETE', `/accounts/${ID}`)).status).toBe(404);
  const accounts = JSON.stringify((await it.json('owner', 'GET', '/accounts')).body);
  expect(accounts).toContain('"erased-1"');
  expect(accounts).not.toContain(ID);
  // What was counted still counts, under the pseudonym; and so it does after a restart.
  const csv = async () => (await it.ask('owner', 'GET', `/studies/${study}/ratings.csv`)).text();
  expect(await csv()).toContain('one,a,erased-1,4,4,4');
  expect(it.server.log.state.projects.get(project)?.members?.get('erased-1')).toEqual(['annotator', 'rater']);
  const seen = await it.json('ben', 'GET', '/campaigns/c/items/j');
  await it.close();
  it = await served({ data: it.folder });
  expect(await csv()).toContain('one,a,erased-1,4,4,4');
  expect(await it.json('ben', 'GET', '/campaigns/c/items/j')).toEqual(seen);
  expect(await traces()).toEqual([]);
});

test('without the texts, the name and the id go, and what was written stays', async () => {
  await it.json('owner', 'DELETE', `/accounts/${ID}`);
  expect(await traces([ID, NAME])).toEqual([]);
  expect(await traces([SECRET])).not.toEqual([]);
});

test('a server that was killed in the middle goes on with it when it starts again', async () => {
  const about = { id: 'f'.repeat(32), at: '2026-11-25T10:00:00.000Z', by: 'owner', account: ID, as: 'erased-1', texts: true };
  await it.server.log.carryOut(() => [{ ...about, type: 'person-erased' }]); // as far as the first step, and no further
  expect((await it.ask(ID, 'GET', '/session')).status).toBe(401);
  await it.close();
  expect(await traces()).not.toEqual([]);
  it = await served({ data: it.folder });
  expect(await traces()).toEqual([]);
  expect(it.server.log.state.erasures.size).toBe(0);
});

test('whoever gets the id afterwards is somebody else: an old ticket opens nothing', async () => {
  const login = await it.ask(undefined, 'POST', '/session', { account: ID, password: POLITE });
  const cookie = login.headers.get('set-cookie')!.split(';')[0]!;
  const withCookie = () => it.app.request('http://127.0.0.1:4777/session', { headers: { host: '127.0.0.1:4777', cookie } });
  expect((await withCookie()).status).toBe(200);
  await it.ask('owner', 'DELETE', `/accounts/${ID}`);
  expect((await withCookie()).status).toBe(401);
  const { body } = await it.json<{ token: string }>('owner', 'POST', '/accounts/invitations', { account: ID, roles: ['annotator'] });
  await it.ask(undefined, 'POST', '/session/join', { token: body.token, name: 'Another', password: POLITE });
  expect((await withCookie()).status).toBe(401);
});

test('a dialogue that is removed leaves none of its words, and no explanation of it', async () => {
  const content = JSON.stringify([{ speaker: 'Quentin Quark', text: 'My secret is a zither.', emotion: 'fear' }]);
  const { dialogue } = (await it.json<{ dialogue: string }>('owner', 'POST', '/dialogues', { project, name: 'zither.srt', content })).body;
  const question = { utterance: 0, emotion: 'fear' as const, maxNew: 9 };
  const about = { at: '2026-11-25T10:00:00.000Z', by: 'owner', job: 'a'.repeat(32) };
  await it.server.log.carryOut(() => [
    { ...about, id: 'a'.repeat(32), type: 'explanation-asked', project, dialogue, question },
    { ...about, id: 'b'.repeat(32), type: 'explanation-over', state: 'done', result: { text: 'Because of the zither.' } },
  ]);
  expect((await it.ask('owner', 'GET', `/explanations/${about.job}`)).status).toBe(200);
  expect((await traces(['zither', 'Quentin'])).length).toBeGreaterThan(0);
  expect((await it.ask('owner', 'DELETE', `/dialogues/${dialogue}`)).status).toBe(204);
  expect(await traces(['zither', 'Quentin'])).toEqual([]);
  expect((await it.ask('owner', 'GET', `/explanations/${about.job}`)).status).toBe(404);
  await it.close();
  it = await served({ data: it.folder });
  expect((await it.json<object[]>('owner', 'GET', '/dialogues')).body).toEqual([]);
});
