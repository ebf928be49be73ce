/** Many annotators on loopback who write at a steady rate while explanations are made: how long a write takes, whether one is lost, and who is answered when. */
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { GUIDELINES } from '../../src/protocol/index.ts';
import type { Explainer } from '../../src/server/explainer.ts';
import { listen } from '../../src/server/listen.ts';
import { sealed } from '../../src/server/ticket.ts';
import { served } from '../server/served.ts';
import { item, POLICY, writing } from './campaign.ts';

export interface Load {
  readonly annotators: number;
  readonly seconds: number;
  /** Writes of each annotator in a second. */
  readonly perSecond: number;
  readonly explainer: Explainer;
  /** Questions that each of two people puts at the beginning; the first one puts all of theirs before the second. */
  readonly questions: number;
}

export interface Loaded {
  /** Milliseconds of each write, sorted. */
  readonly took: readonly number[];
  readonly statuses: ReadonlyMap<number, number>;
  /** Writes that were sent and are not in the campaign. */
  readonly lost: number;
  /** Seconds from the first write to the last answer. */
  readonly wall: number;
  /** Who was answered, in the order of the answers. */
  readonly answered: readonly string[];
}

const ASKING = ['greedy', 'modest'] as const;
/** When the clock of these servers begins, and their tickets. */
const BEGIN = Date.parse('2026-11-25T10:00:00.000Z');

/** Runs it, and gives everything back. */
export async function loaded({ annotators, seconds, perSecond, explainer, questions }: Load): Promise<Loaded> {
  const people = Array.from({ length: annotators }, (_, i) => `p${i}`);
  const asking = Object.fromEntries(ASKING.map((who) => [who, ['viewer' as const]]));
  const started = performance.now();
  const it = await served({
    explainer,
    people: { ...Object.fromEntries(people.map((person) => [person, ['annotator' as const]])), ...asking },
    clock: () => BEGIN + performance.now() - started,
  });
  const each = seconds * perSecond;
  const answered: string[] = [];
  try {
    const open = { title: 'C', name: 'Lea', policy: POLICY, guidelines: GUIDELINES, seed: 1 };
    const owner = async (path: string, body: object): Promise<void> => {
      const { status } = await it.ask('owner', 'POST', path, body);
      if (status >= 400) throw new Error(`${path}: ${status}`);
    };
    await owner('/campaigns/c', open);
    for (const person of people) {
      const items = Array.from({ length: each }, (_, i) => item(`${person}-${i}`));
      await owner('/campaigns/c/commands', { type: 'add-items', items });
      await owner('/campaigns/c/commands', { type: 'invite', person, name: person, roles: ['annotator'] });
      await setTimeout(120); // as often as an owner may
    }
    const { body: project } = await it.json<{ project: string }>('owner', 'POST', '/projects', { title: 'P', purpose: 'research' });
    const content = JSON.stringify([{ speaker: 'Mira', text: 'Oh no!', emotion: 'sadness' }]);
    const { body: talk } = await it.json<{ dialogue: string }>('owner', 'POST', '/dialogues', { ...project, name: 'talk', content });
    const jobs: { readonly who: string; readonly id: string }[] = [];
    for (const who of ASKING)
      for (let i = 0; i < questions; i++) {
        const { body } = await it.json<{ id: string }>(who, 'POST', '/explanations', {
          dialogue: talk.dialogue,
          utterance: 0,
          maxNew: 500,
        });
        jobs.push({ who, id: body.id });
      }
    const heard = jobs.map(async ({ who, id }) => {
      for await (const { event } of it.server.jobs.follow(who, id, 0, new AbortController().signal) ?? [])
        if (event === 'done') answered.push(who);
    });

    const { port, close } = await listen(it.server, { host: '127.0.0.1', port: 0 });
    (it.server.origins as string[]).push(`http://127.0.0.1:${port}`);
    const took: number[] = [];
    const statuses = new Map<number, number>();
    /** One write over the network, as the studio does it. */
    const drafts = async (person: string, i: number): Promise<void> => {
      const { epoch } = it.server.log.state.accounts.get(person)!;
      const cookie = `famenet=${sealed({ account: person, epoch, until: it.server.clock() + 3600_000 }, it.server.secret)}`;
      const began = performance.now();
      const response = await fetch(`http://127.0.0.1:${port}/campaigns/c/commands`, {
        method: 'POST',
        headers: { cookie, 'x-famenet': '1', 'idempotency-key': randomUUID(), 'content-type': 'application/json' },
        body: JSON.stringify({ type: 'draft', item: `${person}-${i}`, writing: writing(`${person} ${i}`) }),
      });
      await response.text();
      took.push(performance.now() - began);
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
    };
    const began = performance.now();
    await Promise.all(
      people.flatMap((person, p) =>
        Array.from({ length: each }, async (_, i) => {
          await setTimeout((1000 / perSecond / annotators) * p + (i * 1000) / perSecond);
          await drafts(person, i);
        }),
      ),
    );
    const wall = (performance.now() - began) / 1000;
    const { state } = await it.server.campaign('c');
    const kept = new Set([...state.items.values()].flatMap(({ authors }) => [...authors.values()].map((draft) => draft?.writing.cause)));
    const lost = people
      .flatMap((person) => Array.from({ length: each }, (_, i) => `${person} ${i}`))
      .filter((cause) => !kept.has(cause)).length;
    await it.server.jobs.close();
    await Promise.all(heard);
    await close();
    return { took: took.sort((a, b) => a - b), statuses, lost, wall, answered };
  } finally {
    await it.end();
  }
}

/** The time that a share of writes took at most. */
export const quantile = (took: readonly number[], share: number): number => took[Math.floor(share * (took.length - 1))] ?? Number.NaN;
