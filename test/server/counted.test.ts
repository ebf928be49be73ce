import { afterAll, beforeAll, expect, test } from 'vitest';
import { sectionsOf, summarise } from '../../src/data/stats/index.ts';
import { GUIDELINES } from '../../src/protocol/index.ts';
import type { Counted } from '../../src/server/counted.ts';
import { campaignSet } from '../../src/server/published.ts';
import { item, POLICY, writing } from '../support/campaign.ts';
import { type Served, served } from './served.ts';

let it: Served;
beforeAll(async () => {
  it = await served({ people: { ann: ['annotator'], ben: ['annotator'], lea: ['annotator'] } });
  const policy = { ...POLICY, gate: { none: 'A test measures nothing.' } };
  await it.ask('owner', 'POST', '/campaigns/c', { title: 'Kitchen', name: 'Olga', policy, guidelines: GUIDELINES, seed: 1 });
  const turns = [
    { number: 0, speaker: 'Mira', text: 'Good morning.' },
    { number: 1, speaker: 'Tom', text: 'The window!' },
  ];
  const about = { dialogue: 'kitchen', utterance: 1, speaker: 'Tom', text: 'The window!', turns };
  await does('owner', 'add-items', { items: ['i', 'j'].map((id) => item(id, about)) });
  for (const person of ['ann', 'ben']) await does('owner', 'invite', { person, name: person, roles: ['annotator'] });
  await does('owner', 'invite', { person: 'lea', name: 'Lea', roles: ['lead'] });
});
afterAll(async () => {
  expect(it.bugs).toEqual([]);
  await it.end();
});

async function does(who: string, type: string, orders: object): Promise<void> {
  const { status, body } = await it.json(who, 'POST', '/campaigns/c/commands', { type, ...orders });
  expect([status, body], `${type} of ${who}`).toEqual([200, body]);
}
const counted = (who: string) => it.json<Counted & { code?: string }>(who, 'GET', '/campaigns/c/statistics');
/** Both write, and both accept the first text. */
async function published(id: string): Promise<void> {
  for (const who of ['ann', 'ben']) await does(who, 'draft', { item: id, writing: writing(`${who} on ${id}`) });
  for (const who of ['ann', 'ben']) await does(who, 'accept', { item: id, text: 'a' });
}

test('what a campaign has published is counted as `famenet dataset stats` counts it, as it is now, for its leads', async () => {
  expect(await counted('owner')).toMatchObject({ status: 409, body: { code: 'CAMPAIGN_EMPTY', at: 'c' } });
  await published('i');
  const first = await counted('lea');
  expect(first).toMatchObject({ status: 200, body: { sets: [{ name: 'Kitchen', entries: 1 }] } });
  await published('j');
  const { body } = await counted('lea');
  const sets = [await summarise(campaignSet('Kitchen', (await it.server.campaign('c')).state), { seed: 12345 })];
  expect(body.sets).toEqual(JSON.parse(JSON.stringify(sets)));
  const sections = sectionsOf({ sets, difference: undefined, is: undefined, paper: false, scene: undefined, task: undefined });
  expect(body.sections.map(({ chart: _, ...section }) => section)).toEqual(
    JSON.parse(JSON.stringify(sections.map(({ drawing: _, ...section }) => section))),
  );
  expect(JSON.stringify(body)).not.toMatch(/"ann"|"ben"/); // people by pseudonyms
  for (const { chart } of body.sections.filter((one) => one.chart !== undefined)) {
    const svg = await it.ask('lea', 'GET', `/campaigns/c/charts/${chart}`);
    expect(svg.headers.get('content-type')).toContain('image/svg+xml');
    expect(await svg.text()).toMatch(/^<svg/);
  }
  expect(await counted('ann')).toMatchObject({ status: 403, body: { code: 'SERVER_ROLE' } });
  expect((await it.ask('ann', 'GET', '/campaigns/c/charts/lengths')).status).toBe(403);
  expect((await counted('voter')).status).toBe(404);
  expect((await it.ask('owner', 'GET', '/campaigns/c/charts/nothing')).status).toBe(400);
});
