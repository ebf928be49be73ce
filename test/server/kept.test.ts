import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Explainer } from '../../src/server/explainer.ts';
import type { JobState } from '../../src/server/jobs.ts';
import { type Served, served } from './served.ts';

/** A network that says what it is told to, when it is told to. */
function network() {
  const waiting: (() => void)[] = [];
  const explainer = {
    name: 'told',
    explain: ({ maxNew }: { maxNew: number }) =>
      async function* work(told: (stage: object) => void, signal: AbortSignal) {
        told({ stage: 'speaking' });
        if (maxNew === 99) throw new Error('a bug of ours');
        if (maxNew > 1)
          await new Promise<void>((resolve) => {
            waiting.push(resolve);
            signal.addEventListener('abort', () => resolve());
          });
        yield 'Because.';
        return { text: 'Because.', finish: 'end', emotion: 'joy', modalities: ['T'], receipt: { frames: 3, odd: undefined } };
      },
    close: async () => {},
  } as unknown as Explainer;
  return { explainer, go: () => waiting.shift()?.() };
}

let it: Served;
let dialogue: string;
beforeEach(async () => {
  it = await served({ explainer: network().explainer });
  const { body } = await it.json<{ project: string }>('owner', 'POST', '/projects', { title: 'P', purpose: 'research' });
  const content = JSON.stringify([{ speaker: 'Mira', text: 'Yes!', emotion: 'joy' }]);
  dialogue = (await it.json<{ dialogue: string }>('owner', 'POST', '/dialogues', { ...body, name: 'talk', content })).body.dialogue;
});
afterEach(() => it.end());

const asks = async (maxNew: number, headers = {}) =>
  (await it.json<JobState>('viewer', 'POST', '/explanations', { dialogue, utterance: 0, maxNew }, headers)).body;
const see = async (id: string) => (await it.json<JobState & { code?: string }>('viewer', 'GET', `/explanations/${id}`)).body;
const settled = (id: string) => expect.poll(async () => (await see(id)).state).toMatch(/done|failed|stopped/);
async function restarted(): Promise<void> {
  await it.close();
  it = await served({ data: it.folder, explainer: network().explainer });
}

test('what was done is there after a restart, with its receipt; what was not says so and is not done twice', {
  timeout: 60_000,
}, async () => {
  const key = { 'idempotency-key': 'the-same-key-again' };
  const { id } = await asks(1, key);
  await settled(id);
  const before = await see(id);
  expect(before).toMatchObject({ state: 'done', result: { text: 'Because.', receipt: { frames: 3 } } });
  const running = await asks(2);
  const waiting = await asks(3);
  expect(it.bugs).toEqual([]);
  await restarted();
  expect(await see(id)).toEqual(before);
  expect(await asks(1, key)).toEqual(before); // asked again under its key, it is answered and not made again
  for (const one of [running, waiting])
    expect(await see(one.id)).toMatchObject({ state: 'failed', problem: { code: 'JOB_INTERRUPTED', fix: 'ask again' } });
  expect(it.server.jobs.running() + it.server.jobs.waiting()).toBe(0);
  const stream = await (await it.ask('viewer', 'GET', `/explanations/${id}/events`, undefined, { 'last-event-id': '2' })).text();
  expect(stream).toMatch(/^event: done$/m);
  expect(stream).toMatch(/^id: 3$/m);
  const list = (await it.json<{ job: string; state: string }[]>('viewer', 'GET', `/explanations?dialogue=${dialogue}`)).body;
  expect(list.map(({ job, state }) => [job, state])).toEqual([
    [waiting.id, 'failed'],
    [running.id, 'failed'],
    [id, 'done'],
  ]);
  expect((await it.json<object[]>('annotator', 'GET', '/explanations')).body).toEqual([]); // everybody's own
});

test('stopped, failed and forgotten ones are that after a restart, too', { timeout: 60_000 }, async () => {
  const stopped = await asks(2);
  await it.ask('viewer', 'DELETE', `/explanations/${stopped.id}`);
  await settled(stopped.id);
  const failed = await asks(99);
  await settled(failed.id);
  expect(it.bugs.splice(0)).toHaveLength(1);
  const gone = await asks(1);
  await settled(gone.id);
  expect((await it.json('viewer', 'DELETE', `/explanations/${gone.id}`)).body).toMatchObject({ state: 'done' });
  expect((await see(gone.id)).code).toBe('SERVER_UNKNOWN');
  const before = [await see(stopped.id), await see(failed.id)];
  expect(before.map(({ state }) => state)).toEqual(['stopped', 'failed']);
  await restarted();
  expect([await see(stopped.id), await see(failed.id)]).toEqual(before);
  expect((await see(gone.id)).code).toBe('SERVER_UNKNOWN');
});

test('a question that is not taken leaves nothing behind', async () => {
  const most = 8;
  await asks(2);
  for (let i = 0; i < most; i++) await asks(3);
  const refused = await it.json<{ code: string }>('viewer', 'POST', '/explanations', { dialogue, utterance: 0, maxNew: 3 });
  expect([refused.status, refused.body.code]).toEqual([429, 'QUEUE_FULL']);
  expect((await it.json<object[]>('viewer', 'GET', '/explanations')).body).toHaveLength(most + 1);
  const key = { 'idempotency-key': 'one-key-two-questions' };
  const first = await it.json<JobState>('annotator', 'POST', '/explanations', { dialogue, utterance: 0, maxNew: 5 }, key);
  const other = await it.json<{ code: string }>('annotator', 'POST', '/explanations', { dialogue, utterance: 0, maxNew: 6 }, key);
  expect([other.status, other.body.code]).toEqual([409, 'SERVER_KEY_TWICE']);
  expect((await it.json<JobState>('annotator', 'GET', `/explanations/${first.body.id}`)).body.state).toBe('waiting');
});
