import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ecemText } from '../../src/data/index.ts';
import { GUIDELINES } from '../../src/protocol/index.ts';
import type { Erased, Erasing } from '../../src/server/erasures.ts';
import type { Explainer } from '../../src/server/explainer.ts';
import { storyOf, writeFilm } from '../../src/synth/index.ts';
import { item, POLICY, writing } from '../support/campaign.ts';
import { type Served, served } from './served.ts';

/** Her name, what she said, and what was written because of it. */
const HERS = ['Violetta', 'zither', 'mauve'];
const NAME = 'Violetta Quark';
const TALK = [
  { number: 0, speaker: NAME, text: 'My secret is a zither.', emotion: 'fear', start: 0, end: 1 },
  { number: 1, speaker: 'Tom', text: `A what, ${NAME}?`, emotion: 'surprise', start: 1, end: 2 },
  { number: 2, speaker: 'Tom', text: 'Nobody plays here.', emotion: 'sadness', start: 2, end: 3 },
] as const;
const OTHER = [{ speaker: 'Ida', text: 'Good morning.', emotion: 'joy' }];

let film: Buffer;
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'famenet-film-'));
  await writeFilm(join(folder, 'a.mp4'), storyOf(1, 1), { width: 160, height: 120, fps: 4 });
  film = await readFile(join(folder, 'a.mp4'));
  await rm(folder, { recursive: true });
});

/** A network that says what it was told of. */
const ECHO = {
  name: 'echo',
  explain: ({ turns }: { turns: readonly { text: string }[] }) =>
    async function* work() {
      yield 'Because';
      return { text: `Because of: ${turns.map(({ text }) => text).join(' ')}`, receipt: { model: 'echo' } };
    },
  close: async () => {},
} as unknown as Explainer;

let it: Served;
let ids: Record<'project' | 'dialogue' | 'other' | 'file' | 'dataset' | 'study' | 'job' | 'otherJob', string>;
beforeEach(async () => {
  it = await served({ explainer: ECHO, people: { ann: ['annotator'], ben: ['annotator'], rae: ['rater'] } });
  const made = async (path: string, body: object) => (await it.json<Record<string, string>>('owner', 'POST', path, body)).body;
  const { project } = (await made('/projects', { title: `The ${NAME} tapes`, purpose: 'research' })) as { project: string };
  const { dialogue } = await made('/dialogues', { project, name: 'tape', content: JSON.stringify(TALK) });
  const { dialogue: other } = await made('/dialogues', { project, name: 'morning', content: JSON.stringify(OTHER) });
  const { file } = await made('/files', { project, name: 'tape.mp4', bytes: film.length });
  await it.ask('owner', 'PATCH', `/files/${file}`, film, { 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' });
  const set = Buffer.from(
    ecemText([{ id: 0, video: '0_1.mp4', emotion: 'joy', speaker: NAME, text: 'A zither!', cause: 'She found it.' }] as never),
  );
  const { dataset } = await made('/datasets', { project, name: 'tapes.json', bytes: set.length });
  await it.ask('owner', 'PATCH', `/datasets/${dataset}`, set, { 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' });
  const turns = TALK.map(({ emotion: _, ...turn }) => turn);
  const { study } = await made('/studies', {
    project,
    title: 'Study',
    items: [
      { id: 'hers', context: 'x', utterance: 0, turns: turns.slice(0, 1), texts: [{ system: 's', text: 'The mauve zither.' }] },
      { id: 'toms', context: `${NAME}: My zither.\nTom: Oh.`, texts: [{ system: 's', text: `Tom heard ${NAME}.` }] },
    ],
  });
  const { id: job } = await made('/explanations', { dialogue, utterance: 1 });
  const { id: otherJob } = await made('/explanations', { dialogue: other, utterance: 0 });
  for (const one of [job, otherJob])
    await expect.poll(async () => (await it.json<{ state: string }>('owner', 'GET', `/explanations/${one}`)).body.state).toBe('done');
  ids = { project, dialogue, other, file, dataset, study, job, otherJob } as never;
  await it.ask('owner', 'POST', '/campaigns/c', { title: 'C', name: 'Lea', policy: POLICY, guidelines: GUIDELINES, seed: 1 });
  const about = { dialogue: dialogue!, modalities: ['text'], turns } as const;
  await does('owner', 'add-items', {
    items: [
      item('hers', { ...about, utterance: 0, speaker: NAME, text: TALK[0].text, turns: turns.slice(0, 1) }),
      item('toms', { ...about, utterance: 2, speaker: 'Tom', text: TALK[2].text }),
    ],
  });
  for (const person of ['ann', 'ben']) await does('owner', 'invite', { person, name: person, roles: ['annotator'] });
  const on = (turn: number) => ({ evidence: { text: [{ turn }], sound: [], picture: [], faces: [], nothing: [] } });
  await does('ann', 'draft', { item: 'hers', writing: writing('The mauve zither was a secret.', on(0)) });
  await does('ann', 'draft', { item: 'toms', writing: writing(`${NAME} had gone, and it was quiet.`, on(2)) });
}, 120_000);
afterEach(async () => {
  expect(it.bugs).toEqual([]);
  await it.end();
});

async function does(who: string, type: string, orders: object): Promise<void> {
  const { status, body } = await it.json(who, 'POST', '/campaigns/c/commands', { type, ...orders });
  expect([status, body], `${type} of ${who}`).toEqual([200, body]);
}
const erase = (more: object, headers = {}, project = ids.project) =>
  it.json<Erasing & { code?: string }>('owner', 'POST', `/projects/${project}/erasures`, { name: NAME, ...more }, headers);

/** Which of the words are in which files, as bytes. */
async function traces(words: readonly string[] = HERS): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(it.folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const bytes = await readFile(join(entry.parentPath, entry.name));
    found.push(...words.filter((word) => bytes.includes(word)).map((word) => `${word} in ${entry.name}`));
  }
  return found;
}
async function restarted(): Promise<void> {
  await it.close();
  it = await served({ data: it.folder, explainer: ECHO });
}

test('a look says how much there is, changes nothing, and tells no texts', async () => {
  const before = await traces();
  const { status, body } = await erase({ dry: true });
  expect([status, body]).toEqual([
    200,
    {
      found: {
        dialogues: [{ dialogue: ids.dialogue, name: 'tape', turns: 1, mentions: 1 }],
        counts: { turns: 1, mentions: 3, explanations: 1, rated: 1 },
        films: [{ file: ids.file, name: 'tape.mp4', speaks: true }],
        datasets: [{ dataset: ids.dataset, name: 'tapes.json', places: 1 }],
        campaigns: [{ campaign: 'c', title: 'C', own: true, withdrawn: 1, turns: 2, items: 2, texts: 1, mentions: 3 }],
      },
    },
  ]);
  expect(await traces()).toEqual(before);
  expect((await it.json<object[]>('owner', 'GET', `/projects/${ids.project}/erasures`)).body).toEqual([]);
});

test('after an erasure nothing of the person is in any file of the server, nor in what it says; others keep what is theirs', {
  timeout: 120_000,
}, async () => {
  expect((await traces()).length).toBeGreaterThan(4);
  const key = { 'idempotency-key': randomUUID() };
  const more = { files: [ids.file], datasets: [ids.dataset] };
  const done = await erase(more, key);
  expect(done).toMatchObject({ status: 200, body: { erased: { by: 'owner', as: 'erased-1', films: 1, datasets: 1, campaigns: ['c'] } } });
  expect(done.body.found).toMatchObject({ dialogues: [], films: [], datasets: [], campaigns: [] });
  expect(await traces()).toEqual([]);
  expect(await readdir(join(it.folder, 'files'))).toEqual([]);
  expect(await readdir(join(it.folder, 'datasets'))).toEqual([]);
  expect((await erase(more, key)).body.erased).toEqual(done.body.erased); // sent again: nothing more to do

  const seen = async () => {
    const paths = [
      ...[
        `/dialogues/${ids.dialogue}`,
        `/dialogues/${ids.other}`,
        `/transcripts/${ids.dialogue}?as=vtt`,
        '/projects',
        '/files',
        '/datasets',
      ],
      ...['/explanations', `/explanations/${ids.otherJob}`, '/campaigns/c', '/campaigns/c/items', '/campaigns/c/results'],
      ...[`/projects/${ids.project}/erasures`, `/projects/${ids.project}/notice`],
    ];
    const told: Record<string, string> = {};
    for (const path of paths) told[path] = await (await it.ask('owner', 'GET', path)).text();
    told.ann = await (await it.ask('ann', 'GET', '/campaigns/c/items/toms')).text();
    told.rae = await (await it.ask('rae', 'GET', `/studies/${ids.study}/next`)).text();
    return told;
  };
  const now = await seen();
  for (const [path, text] of Object.entries(now)) expect([path, HERS.filter((word) => text.includes(word))]).toEqual([path, []]);
  expect(now[`/transcripts/${ids.dialogue}?as=vtt`]).toContain('<v erased-1>[erased]');
  expect(now[`/dialogues/${ids.dialogue}`]).toContain('A what, erased-1?');
  expect(now[`/dialogues/${ids.dialogue}`]).toContain('"version":2');
  expect(now[`/explanations/${ids.otherJob}`]).toContain('Good morning.');
  expect(now.ann).toContain('erased-1 had gone, and it was quiet.');
  expect(now.rae).toContain('Tom heard erased-1.'); // the other item has nothing left to rate
  expect(JSON.parse(now.rae!)).toMatchObject({ done: 0, of: 1 });
  expect((await it.ask('owner', 'GET', `/explanations/${ids.job}`)).status).toBe(404);
  const { state } = await it.server.campaign('c');
  expect(state.items.get('hers')!.withdrawn).toMatchObject({ reason: '[erased]' });
  expect(state.items.get('toms')!.withdrawn).toBeUndefined();

  await restarted();
  expect(await seen()).toEqual(now);
  expect(await traces()).toEqual([]);
  const [record] = (await it.json<Erased[]>('owner', 'GET', `/projects/${ids.project}/erasures`)).body;
  expect(record).toEqual({
    ...{ at: '2026-11-25T10:00:00.000Z', by: 'owner', as: 'erased-1', campaigns: ['c'], films: 1, datasets: 1 },
    counts: { turns: 1, mentions: 3, explanations: 1, rated: 1 },
  });
});

test('what nobody asked for stays, and the answer says so', async () => {
  const { body } = await erase({ campaigns: [] });
  expect(body.found).toMatchObject({
    films: [{ file: ids.file }],
    datasets: [{ dataset: ids.dataset }],
    campaigns: [{ campaign: 'c', items: 2 }],
  });
  expect(await traces()).toContain(`Violetta in ${ids.dataset}`);
  expect((await it.ask('owner', 'GET', `/files/${ids.file}/content`)).status).toBe(200);
  // asked for later, under another key; the next pseudonym is another
  expect((await erase({ campaigns: ['c'], datasets: [ids.dataset] })).body.erased).toMatchObject({ as: 'erased-2' });
  expect(await traces()).toEqual([]);
});

test('what waited in a browser with the old transcript does not bring it back', async () => {
  await erase({});
  const put = await it.json<{ code: string }>('owner', 'PUT', `/transcripts/${ids.dialogue}`, {
    content: JSON.stringify(TALK),
    version: 1,
  });
  expect([put.status, put.body.code]).toEqual([409, 'TRANSCRIPT_CHANGED']);
});

test('a server that was killed in the middle goes on with it when it starts again', async () => {
  const about = { id: 'f'.repeat(32), at: '2026-11-25T10:00:00.000Z', by: 'owner', project: ids.project, name: NAME, as: 'erased-1' };
  const lists = { dialogues: [ids.dialogue], files: [ids.file], sets: [ids.dataset], campaigns: ['c'] };
  const counts = { turns: 1, mentions: 1, explanations: 1, rated: 0 };
  const removed = { at: about.at, by: 'owner' };
  await it.server.log.carryOut(() => [
    { ...about, ...lists, counts, mentions: true, type: 'name-erased' },
    { ...removed, id: 'e'.repeat(32), type: 'file-removed', file: ids.file },
    { ...removed, id: 'd'.repeat(32), type: 'set-removed', dataset: ids.dataset },
    { ...removed, id: 'c'.repeat(32), type: 'explanation-removed', job: ids.job },
  ]); // as far as the first step, and no further
  expect((await it.json<object>('owner', 'GET', `/dialogues/${ids.dialogue}`)).body).toMatchObject({
    utterances: [{ speaker: 'erased-1' }, {}, {}],
  });
  expect(await traces()).not.toEqual([]);
  await restarted();
  expect(await traces()).toEqual([]);
  expect(it.server.log.state.namings.size).toBe(0);
});

describe('what is refused', () => {
  test('a name that is nowhere, and what is not of the project', async () => {
    const refused = async (more: object) => (await erase(more)).body.code;
    expect(await refused({ name: 'Nobody Atall' })).toBe('ERASE_NOBODY');
    expect(await refused({ files: ['a'.repeat(32)] })).toBe('SERVER_UNKNOWN');
    expect(await refused({ datasets: ['a'.repeat(32)] })).toBe('SERVER_UNKNOWN');
    expect(await refused({ campaigns: ['no-such'] })).toBe('SERVER_UNKNOWN');
    expect((await erase({}, {}, 'a'.repeat(32))).status).toBe(404);
    expect((await it.ask('ann', 'POST', `/projects/${ids.project}/erasures`, { name: NAME })).status).toBe(403);
    expect(await traces()).toContain('zither in server.db-wal');
  });
  test('the command of the campaign from outside: it is done everywhere, or not at all', async () => {
    const orders = { type: 'erase-speaker', speaker: NAME, as: 'erased-1', mentions: true, clips: [] };
    expect((await it.ask('owner', 'POST', '/campaigns/c/commands', orders)).status).toBe(400);
  });
});

test('a person of the campaign whom a lead erases there is gone from the disk, too', async () => {
  await does('owner', 'erase', { person: 'ann', texts: true });
  const bytes = Buffer.concat(await Promise.all(['annotations.db', 'annotations.db-wal'].map((name) => readFile(join(it.folder, name)))));
  expect(bytes.includes('mauve')).toBe(false);
  expect(bytes.includes('"ann"')).toBe(false);
});
