import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ecemText } from '../../src/data/index.ts';
import { type ItemView, LEAST_PAIRS, type TextPair } from '../../src/protocol/index.ts';
import type { Tried } from '../../src/server/calibrations.ts';
import type { Scorer } from '../../src/server/gate.ts';
import type { JobState } from '../../src/server/jobs.ts';
import { type Served, served } from './served.ts';

/** Compares texts by the share of their words that are the same: a measure that tells something, and needs no network. */
const words = (rescale: boolean): Scorer => ({
  signature: `words|rescaled:${rescale}`,
  score: async (pairs: readonly TextPair[]) =>
    pairs.map(([a, b]) => {
      const [one, other] = [a, b].map((text) => new Set(text.toLowerCase().split(/\W+/).filter(Boolean))) as [Set<string>, Set<string>];
      return (2 * [...one].filter((word) => other.has(word)).length) / (one.size + other.size);
    }),
});

let it: Served;
let project: string;
beforeEach(async () => {
  it = await served({ measure: async ({ rescale }) => words(rescale), people: { ann: ['annotator'] } });
  project = (await it.json<{ project: string }>('owner', 'POST', '/projects', { title: 'P', purpose: 'research' })).body.project;
});
afterEach(async () => {
  expect(it.bugs).toEqual([]);
  await it.end();
});

async function sent(content: string, name = 'train.json', into = project): Promise<string> {
  const bytes = Buffer.from(content);
  const { dataset } = (await it.json<{ dataset: string }>('owner', 'POST', '/datasets', { project: into, name, bytes: bytes.length })).body;
  const headers = { 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' };
  expect(await it.json('owner', 'PATCH', `/datasets/${dataset}`, bytes, headers)).toMatchObject({ status: 200 });
  return dataset;
}
/** Texts of two people about the same things, `n` of them. */
const references = (n: number) =>
  Array.from({ length: n }, (_, i) => {
    const told = [`umbrella${i} lost${i} street${i} rain${i} again`, `umbrella${i} lost${i} street${i} rain${i} then`];
    return `${JSON.stringify({ id: `${i}`, causes: told })}\n`;
  }).join('');

async function calibrated(n = LEAST_PAIRS): Promise<string> {
  const dataset = await sent(references(n), 'pairs.jsonl');
  expect((await it.json<{ received: object }>('owner', 'GET', `/datasets/${dataset}`)).body.received).toMatchObject({
    kind: 'pairs',
    pairs: n,
  });
  const { status, body } = await it.json<JobState>('owner', 'POST', '/calibrations', { dataset, rescale: true });
  expect(status).toBe(202);
  const state = async () => (await it.json<JobState>('owner', 'GET', `/tasks/${body.id}`)).body;
  await expect.poll(async () => (await state()).state, { timeout: 60_000 }).toMatch(/done|failed/);
  expect(await state()).toMatchObject({ state: 'done', result: { pairs: n, signature: 'words|rescaled:true' } });
  return body.id;
}
const tried = async (id: string, query = '') => (await it.json<Tried>('viewer', 'GET', `/calibrations/${id}${query}`)).body;

const opening = (more: object) => ({ project, title: 'C', gate: { none: 'a pilot' }, training: 0, ...more });
const set = (campaign: string, about: object, headers = {}) =>
  it.json<{ items: number; code: string; opened: boolean }>('owner', 'POST', `/campaigns/${campaign}/setup`, about, headers);

const TALK = [
  { speaker: 'Mira', text: 'Hello.', emotion: 'neutral', start: 0, end: 1 },
  { speaker: 'Noah', text: 'I won!', emotion: 'joy', start: 1, end: 2.5 },
  { speaker: 'Mira', text: 'The end of the story.', emotion: 'surprise', start: 3, end: 4 },
];
async function talked(turns: object = TALK): Promise<string> {
  const about = { project, name: 'talk', content: JSON.stringify(turns) };
  return (await it.json<{ dialogue: string }>('owner', 'POST', '/dialogues', about)).body.dialogue;
}

describe('a gate', () => {
  test('is tried on pairs and on the same shuffled; every threshold can be asked for, also after a restart', {
    timeout: 90_000,
  }, async () => {
    const id = await calibrated();
    const at = await tried(id, '?threshold=0.6');
    expect(at).toMatchObject({ fault: null, summary: { threshold: 0.6, pairs: { matched: LEAST_PAIRS }, passing: { matched: 1 } } });
    expect(at.errors).toEqual({ missed: 0, passed: at.summary.passing.shuffled });
    expect(at.summary.histogram.matched.reduce((sum, n) => sum + n, 0)).toBe(LEAST_PAIRS);
    expect(at.curve[0]!.missed).toBeLessThanOrEqual(at.curve.at(-1)!.missed);
    expect(at.curve[0]!.passed).toBeGreaterThanOrEqual(at.curve.at(-1)!.passed);
    const low = await tried(id, '?threshold=-1');
    expect(low.fault).toMatchObject({ code: 'PROTOCOL_GATE_OPEN' });
    expect((await tried(id, `?threshold=${low.suggested}`)).fault).toBeNull();
    expect((await it.ask('viewer', 'GET', `/calibrations/${id}?threshold=none`)).status).toBe(400);
    await it.close();
    it = await served({ data: it.folder });
    expect(await tried(id, '?threshold=0.6')).toEqual(at);
    expect((await it.json<object[]>('viewer', 'GET', '/calibrations')).body).toMatchObject([{ calibration: id, name: 'pairs.jsonl' }]);
    const without = await it.json<{ code: string }>('owner', 'POST', '/calibrations', { dataset: await sent(references(2)) });
    expect([without.status, without.body.code]).toEqual([409, 'SERVER_MEASURE']); // this one has no model
  });

  test('opens a campaign where the protocol lets it, and none where it does not', { timeout: 90_000 }, async () => {
    const calibration = await calibrated();
    const source = { dialogues: [{ dialogue: await talked() }] };
    const open = (threshold: number) => set('c', opening({ source, gate: { calibration, threshold } }));
    expect(await open(-1)).toMatchObject({ status: 409, body: { code: 'PROTOCOL_GATE_OPEN' } });
    expect((await it.json<object[]>('owner', 'GET', '/campaigns')).body).toEqual([]); // not even a name
    expect(await open(0.6)).toMatchObject({ status: 201, body: { items: 2, opened: true } });
    const { state } = await it.server.campaign('c');
    expect(state.settings?.policy.gate).toMatchObject({
      signature: 'words|rescaled:true',
      threshold: 0.6,
      calibration: { pairs: { matched: 60 } },
    });
    const few = await calibrated(10);
    expect(await set('d', opening({ source, gate: { calibration: few, threshold: 0.6 } }))).toMatchObject({
      body: { code: 'PROTOCOL_GATE_PAIRS' },
    });
    expect(await set('d', opening({ source, gate: { calibration: 'x', threshold: 0.6 } }))).toMatchObject({ status: 404 });
  });
});

describe('items', () => {
  test('of dialogues hold the turns up to their utterance, no later one, and no emotion of another', async () => {
    const dialogue = await talked();
    const about = opening({ source: { dialogues: [{ dialogue }] } });
    expect(await set('c', { ...about, dry: true })).toMatchObject({ status: 201, body: { items: 2, opened: false } });
    expect((await it.json<object[]>('owner', 'GET', '/campaigns')).body).toEqual([]);
    const key = { 'idempotency-key': 'open-it-only-once' };
    const first = await set('c', about, key);
    expect(first).toMatchObject({ status: 201, body: { items: 2, opened: true } });
    expect(await set('c', about, key)).toEqual(first);
    expect(await set('c', about)).toMatchObject({ status: 409, body: { code: 'PROTOCOL_OPENED' } });
    const view = (await it.json<ItemView>('owner', 'GET', `/campaigns/c/items/${dialogue}_1`)).body;
    expect(view.item).toMatchObject({ emotion: 'joy', speaker: 'Noah', text: 'I won!', modalities: ['text'], dialogue, utterance: 1 });
    expect(view.item.turns).toEqual([
      { number: 0, speaker: 'Mira', text: 'Hello.', start: 0, end: 1 },
      { number: 1, speaker: 'Noah', text: 'I won!', start: 1, end: 2.5 },
    ]);
    expect(JSON.stringify(view)).not.toMatch(/The end of the story|neutral/);
  });

  test('of a data set are the ones that the command line opens with', { timeout: 60_000 }, async () => {
    const rows = [{ id: 0, video: '0_1.mp4', emotion: 'joy', speaker: 'Monica', text: 'I got the job!', cause: 'A secret cause.' }];
    const dataset = await sent(ecemText(rows as never));
    expect(await set('c', opening({ source: { dataset }, modalities: ['text', 'sound'] }))).toMatchObject({ body: { items: 1 } });
    const { state } = await it.server.campaign('c');
    expect([...state.items.values()].map(({ item }) => item)).toMatchObject([
      { id: '0_1', emotion: 'joy', modalities: ['text', 'sound'], clip: '0_1.mp4' },
    ]);
    expect(JSON.stringify([...state.items.values()])).not.toContain('A secret cause'); // what others wrote is not told
  });

  test('of ours, with ids that come twice, and none where nobody shows an emotion', { timeout: 60_000 }, async () => {
    const lines = [
      { famenet: 'data set', version: 1, name: 'ours' },
      { id: 'x', emotion: 'joy', text: 'One.' },
      { id: 'x', emotion: 'anger', text: 'Two.' },
      { id: 'y', emotion: 'neutral', text: 'Three.' },
    ];
    const dataset = await sent(lines.map((line) => `${JSON.stringify(line)}\n`).join(''), 'ours.jsonl');
    expect(await set('c', opening({ source: { dataset } }))).toMatchObject({ status: 201, body: { items: 2 } });
    const dialogue = await talked([{ speaker: 'Mira', text: 'Hm.' }]);
    expect(await set('d', opening({ source: { dialogues: [{ dialogue }] } }))).toMatchObject({
      status: 422,
      body: { code: 'SETUP_ITEMS' },
    });
  });

  test("another project's data set, dialogue or film is not there", { timeout: 60_000 }, async () => {
    const other = (await it.json<{ project: string }>('owner', 'POST', '/projects', { title: 'Q', purpose: 'media' })).body.project;
    const dataset = await sent(
      ecemText([{ id: 0, video: '0_1.mp4', emotion: 'joy', speaker: 'M', text: 'Yes!', cause: 'x.' }] as never),
      'a.json',
      other,
    );
    expect((await set('c', opening({ source: { dataset } }))).status).toBe(404);
    expect((await set('c', { ...opening({ source: { dialogues: [{ dialogue: await talked() }] } }), project: other })).status).toBe(404);
    expect((await set('c', opening({ source: { dialogues: [{ dialogue: await talked(), file: '0'.repeat(32) }] } }))).status).toBe(404);
    expect((await set('c', opening({ source: { dialogues: [] } }))).status).toBe(400);
  });
});
