import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ecemText } from '../../src/data/index.ts';
import { ROLES } from '../../src/server/events.ts';
import type { Explainer } from '../../src/server/explainer.ts';
import { type Served, served } from './served.ts';

/** A network that says one word at once. */
const QUICK: Explainer = {
  name: 'quick',
  explain: () =>
    async function* work() {
      yield 'Because';
      return { text: 'Because', receipt: { model: 'quick' } };
    },
  close: async () => {},
} as unknown as Explainer;

const TALK = JSON.stringify([{ speaker: 'Mira', text: 'Oh no, the violet umbrella!', emotion: 'sadness', start: 0, end: 1 }]);
const SET = Buffer.from(
  ecemText([{ id: 0, video: '0_1.mp4', emotion: 'joy', speaker: 'Mira', text: 'The violet umbrella!', cause: 'She found it.' }] as never),
);
const EVERYTHING = ROLES.filter((role) => role !== 'owner');

let it: Served;
/** One of each thing of a project that only `insider` is in; ids by the name of the parameter. */
let ids: Record<string, string>;
beforeAll(async () => {
  it = await served({ explainer: QUICK, people: { insider: EVERYTHING, outsider: EVERYTHING, looker: EVERYTHING } });
  const made = async (path: string, body: object, who = 'owner') => (await it.json<Record<string, string>>(who, 'POST', path, body)).body;
  const members = [
    { account: 'insider', roles: EVERYTHING },
    { account: 'looker', roles: ['viewer'] },
  ];
  const { project } = (await made('/projects', { title: 'Closed', purpose: 'research', members })) as { project: string };
  const { file } = await made('/files', { project, name: 'secret.mp4', bytes: 100 }, 'insider');
  const { dialogue } = await made('/dialogues', { project, name: 'secret talk', content: TALK });
  const { study } = await made('/studies', {
    project,
    title: 'secret study',
    items: [{ id: 'i', context: 'violet', texts: [{ system: 's', text: 'violet' }] }],
  });
  const { dataset } = await made('/datasets', { project, name: 'secret.json', bytes: SET.length });
  await it.ask('owner', 'PATCH', `/datasets/${dataset}`, SET, { 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' });
  const asked = await made('/explanations', { dialogue, utterance: 0 }, 'insider');
  const tried = {
    calibration: 'c'.repeat(32),
    project,
    name: 'secret pairs',
    signature: 's',
    seed: 1,
    matched: [0.9, null],
    shuffled: [0.1],
  };
  await it.server.log.carryOut(() => [
    { ...tried, id: 'd'.repeat(32), at: '2026-11-25T10:00:00.000Z', by: 'owner', type: 'gate-calibrated' },
  ]);
  ids = {
    ...{ project, file: file!, dialogue: dialogue!, study: study!, dataset: dataset!, job: asked.id!, calibration: tried.calibration },
    ...{ account: 'insider', item: 'i', chart: 'lengths' },
  };
}, 120_000);
afterAll(async () => {
  expect(it.bugs).toEqual([]);
  await it.end();
});

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { 'x-roles'?: readonly string[] }>>>>;
}
/** Every operation that a project's things have to do with, with its address. */
async function operations() {
  const { body } = await it.json<Document>('owner', 'GET', '/openapi.json');
  const about = new RegExp(`\\{(${Object.keys(ids).join('|')})\\}`, 'g');
  return Object.entries(body.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { 'x-roles': roles = [] }]) => {
      const named = [...path.matchAll(about)].map(([, name]) => name!);
      if (named.length === 0 || path.startsWith('/campaigns') || path.startsWith('/accounts')) return [];
      return [
        {
          key: `${method.toUpperCase()} ${path}`,
          method: method.toUpperCase(),
          roles,
          address: path.replaceAll(about, (_, name) => ids[name]!),
        },
      ];
    }),
  );
}

/** Bodies in their form, so that a refusal is not one of the form. */
const BODIES: Readonly<Record<string, object>> = {
  'PUT /transcripts/{dialogue}': { content: TALK, version: 1 },
  'POST /transcripts/{dialogue}/repairs': { file: 'f' },
  'POST /transcripts/{dialogue}/changes': {
    version: 1,
    changes: [{ id: 1, turn: 0, from: 0, to: 1, before: 'O', after: 'A', kind: 'case', reason: '', confidence: 1 }],
  },
  'PUT /studies/{study}/items/{item}': { ratings: {} },
};
const HEADERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'PATCH /files/{file}': { 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
};

test('for whoever is no member, nothing of a project is there: every operation of the document', { timeout: 120_000 }, async () => {
  const found = (await operations()).filter(({ roles }) => roles.some((role) => role !== 'owner'));
  expect(found.length).toBeGreaterThan(20);
  for (const { key, method, address } of found) {
    const body =
      method === 'GET' || method === 'DELETE' ? undefined : (BODIES[key] ?? (HEADERS[key] === undefined ? {} : new Uint8Array(3)));
    const response = await it.ask('outsider', method, address, body, HEADERS[key]);
    const text = await response.text();
    expect([key, response.status], text).toEqual([key, 404]);
    expect(text, key).not.toMatch(/violet|secret|Closed/);
    it.wait(1000);
  }
  for (const path of ['/projects', '/files', '/dialogues', '/studies', '/datasets', '/calibrations', '/explanations', '/campaigns']) {
    expect(await (await it.ask('outsider', 'GET', path)).json(), path).toEqual([]);
    it.wait(1000);
  }
  const asked = await it.json<{ code: string }>('outsider', 'POST', '/explanations', { dialogue: ids.dialogue, utterance: 0 });
  expect([asked.status, asked.body.code]).toEqual([404, 'SERVER_UNKNOWN']);
  for (const [path, more] of [
    ['/files', { name: 'a.mp4', bytes: 10 }],
    ['/dialogues', { name: 'a', content: TALK }],
  ] as const)
    expect((await it.ask('outsider', 'POST', path, { project: ids.project, ...more })).status, path).toBe(404);
});

test('a member sees what the role in the project allows, and owners everything', async () => {
  for (const path of ['/projects', '/files', '/dialogues', '/datasets', '/calibrations'])
    for (const who of ['insider', 'looker', 'owner'])
      expect(await (await it.ask(who, 'GET', path)).json(), `${path} of ${who}`).toHaveLength(1);
  const [shown] = (await it.json<{ open: boolean; yours: string[]; members?: object[] }[]>('looker', 'GET', '/projects')).body;
  expect(shown).toMatchObject({ open: false, yours: ['viewer'] });
  expect(shown).not.toHaveProperty('members');
  expect((await it.json<{ members: object[] }[]>('owner', 'GET', '/projects')).body[0]!.members).toHaveLength(2);
  // The account may annotate and rate elsewhere; here it only looks.
  const upload = await it.json<{ code: string }>('looker', 'POST', '/files', { project: ids.project, name: 'a.mp4', bytes: 10 });
  expect([upload.status, upload.body.code]).toEqual([403, 'SERVER_ROLE']);
  expect((await it.ask('looker', 'GET', `/studies/${ids.study}/next`)).status).toBe(403);
  expect((await it.ask('insider', 'GET', `/studies/${ids.study}/next`)).status).toBe(200);
  expect((await it.ask('looker', 'GET', `/explanations/${ids.job}`)).status).toBe(404); // somebody else's
});

describe('members', () => {
  test('come and go; without the last one a project stays closed', { timeout: 60_000 }, async () => {
    const { project } = (await it.json<{ project: string }>('owner', 'POST', '/projects', { title: 'Open', purpose: 'media' })).body;
    const sees = async (who: string) =>
      (await it.json<{ project: string; open: boolean }[]>(who, 'GET', '/projects')).body.find((one) => one.project === project);
    expect(await sees('outsider')).toMatchObject({ open: true }); // as all projects were before there were members, and it says so
    const set = (account: string, roles: string[]) =>
      it.json<{ code?: string }>('owner', 'PUT', `/projects/${project}/members/${account}`, { roles });
    expect((await set('looker', ['viewer'])).status).toBe(200);
    expect(await sees('outsider')).toBeUndefined();
    expect(await sees('looker')).toMatchObject({ open: false });
    expect((await set('nobody', ['viewer'])).body.code).toBe('SERVER_UNKNOWN');
    expect((await set('looker', ['owner'])).status).toBe(400);
    expect((await it.ask('owner', 'DELETE', `/projects/${project}/members/looker`)).status).toBe(200);
    expect((await it.ask('owner', 'DELETE', `/projects/${project}/members/looker`)).status).toBe(404);
    expect(await sees('looker')).toBeUndefined();
    expect(await sees('owner')).toMatchObject({ open: false });
  });
  test('whoever is sent away loses the explanations, too', async () => {
    const job = () => it.ask('insider', 'GET', `/explanations/${ids.job}`);
    for (let i = 0; ((await (await job()).json()) as { state: string }).state !== 'done' && i < 50; i++) await setTimeout(20);
    expect((await job()).status).toBe(200);
    await it.ask('owner', 'DELETE', `/projects/${ids.project}/members/insider`);
    expect((await job()).status).toBe(404);
    expect((await it.ask('insider', 'GET', `/explanations/${ids.job}/events`)).status).toBe(404);
  });
});
