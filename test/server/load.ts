/**
 * 50 annotators on loopback, two writes a second each, while explanations are made: how long a write takes, and whether one is lost.
 * `npx tsx test/server/load.ts [SECONDS] [ANNOTATORS]`; not a test, because what it measures is the machine, too.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { GUIDELINES } from '../../src/protocol/index.ts';
import { explainerOf } from '../../src/server/explainer.ts';
import { listen } from '../../src/server/listen.ts';
import { sealed } from '../../src/server/ticket.ts';
import { item, POLICY, writing } from '../support/campaign.ts';
import { roomyLlava } from '../support/llava.ts';
import { ORIGIN, served } from './served.ts';

const [seconds = 60, annotators = 50] = process.argv.slice(2).map(Number);
const PER_SECOND = 2;

const model = await mkdtemp(join(tmpdir(), 'famenet-load-'));
await roomyLlava(model, 1100);
const people = Array.from({ length: annotators }, (_, i) => `p${i}`);
const it = await served({
  explainer: explainerOf('tiny', async () => model),
  people: Object.fromEntries(people.map((person) => [person, ['annotator' as const]])),
  clock: Date.now,
});
const each = seconds * PER_SECOND;
const command = (who: string, type: string, orders: object) => it.ask(who, 'POST', '/campaigns/c/commands', { type, ...orders });
await it.ask('owner', 'POST', '/campaigns/c', { title: 'C', name: 'Lea', policy: POLICY, guidelines: GUIDELINES, seed: 1 });
for (const person of people) {
  await command('owner', 'add-items', { items: Array.from({ length: each }, (_, i) => item(`${person}-${i}`)) });
  await command('owner', 'invite', { person, name: person, roles: ['annotator'] });
  await setTimeout(120); // as often as an owner may
}
const { body: project } = await it.json<{ project: string }>('owner', 'POST', '/projects', { title: 'P', purpose: 'research' });
const content = JSON.stringify([{ speaker: 'Mira', text: 'Oh no!', emotion: 'sadness' }]);
const { body: talk } = await it.json<{ dialogue: string }>('owner', 'POST', '/dialogues', { ...project, name: 'talk', content });
for (let i = 0; i < 4; i++) await it.ask('owner', 'POST', '/explanations', { dialogue: talk.dialogue, utterance: 0, maxNew: 500 });

const { port, close } = await listen(it.server, { host: '127.0.0.1', port: 0 });
const took: number[] = [];
const statuses = new Map<number, number>();
/** One write over the network, as the studio does it. */
async function drafts(person: string, i: number): Promise<void> {
  const cookie = `famenet=${sealed({ account: person, epoch: 0, until: Date.now() + 3600_000 }, it.server.secret)}`;
  const began = performance.now();
  const response = await fetch(`http://127.0.0.1:${port}/campaigns/c/commands`, {
    method: 'POST',
    headers: { cookie, 'x-famenet': '1', 'idempotency-key': randomUUID(), 'content-type': 'application/json' },
    body: JSON.stringify({ type: 'draft', item: `${person}-${i}`, writing: writing(`${person} ${i}`) }),
  });
  await response.text();
  took.push(performance.now() - began);
  statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
}
(it.server.origins as string[]).push(`http://127.0.0.1:${port}`);
const began = performance.now();
await Promise.all(
  people.map(async (person, p) => {
    const first = (1000 / PER_SECOND / annotators) * p;
    const writes = Array.from({ length: each }, async (_, i) => {
      await setTimeout(first + (i * 1000) / PER_SECOND);
      await drafts(person, i);
    });
    await Promise.all(writes);
  }),
);
const wall = (performance.now() - began) / 1000;
const { state } = await it.server.campaign('c');
const kept = [...state.items.values()].flatMap(({ authors }) => [...authors.values()].map((draft) => draft?.writing.cause));
const wanted = people.flatMap((person) => Array.from({ length: each }, (_, i) => `${person} ${i}`));
const lost = wanted.filter((cause) => !kept.includes(cause)).length;
took.sort((a, b) => a - b);
const at = (share: number) => Math.round(took[Math.floor(share * (took.length - 1))]!);
console.log({
  annotators,
  seconds,
  wall: Math.round(wall),
  writes: took.length,
  statuses: Object.fromEntries(statuses),
  lost,
  ms: { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) },
  explanations: { running: it.server.jobs.running(), waiting: it.server.jobs.waiting() },
  at: ORIGIN,
});
await it.server.jobs.close();
await close();
await it.end();
await rm(model, { recursive: true });
