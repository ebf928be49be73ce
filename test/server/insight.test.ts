import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FacesReport } from '../../src/faces/index.ts';
import type { Peaks } from '../../src/server/insight.ts';
import type { JobState } from '../../src/server/jobs.ts';
import { type Served, served } from './served.ts';

/** Milliseconds: seconds of work, on a machine that may have more to do. */
const PATIENCE = 240_000;

interface Example {
  readonly project: string;
  readonly file: string;
  readonly dialogue: string;
}

let it: Served;
let scene: Example;
beforeAll(async () => {
  it = await served();
  const { status, body } = await it.json<Example>('annotator', 'POST', '/examples/chair');
  expect(status).toBe(201);
  scene = body;
}, PATIENCE);
afterAll(async () => {
  expect(it.bugs).toEqual([]);
  await it.end();
});

/** A job's state when it is over. */
async function over(who: string, job: string): Promise<JobState> {
  await (await it.ask(who, 'GET', `/faces/${job}/events`)).text();
  return (await it.json<JobState>(who, 'GET', `/faces/${job}`)).body;
}

test('an example scene is brought once, with its dialogue, into a project of its own; another name is not there', {
  timeout: PATIENCE,
}, async () => {
  expect((await it.json<string[]>('annotator', 'GET', '/examples')).body).toEqual(['chair', 'radio']);
  const again = await Promise.all([0, 1].map(() => it.json<Example>('owner', 'POST', '/examples/chair')));
  expect(again.map(({ body }) => body)).toEqual([scene, scene]);
  const { files, dialogues, projects } = it.server.log.state;
  expect([files.size, dialogues.size, projects.size]).toEqual([1, 1, 1]);
  const film = files.get(scene.file)!;
  const said = dialogues.get(scene.dialogue)!.utterances;
  expect(said.at(-1)!.end).toBeCloseTo(film.received!.duration, 0);
  expect(said.at(-1)!.emotion).not.toBe('neutral');
  for (const name of ['nothing', '../chair', '..%2fsecret'])
    expect(await it.json('owner', 'POST', `/examples/${encodeURIComponent(name)}`)).toMatchObject({ status: 404 });
});

test('what was removed can be brought again', { timeout: PATIENCE }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'famenet-examples-'));
  const other = await served({ data: folder, mode: 'local' });
  try {
    const bring = async () => (await other.json<Example>('local', 'POST', '/examples/chair')).body;
    const first = await bring();
    expect((await other.ask('local', 'DELETE', `/files/${first.file}`)).status).toBe(204);
    const second = await bring();
    expect([second.dialogue, second.file === first.file]).toEqual([first.dialogue, false]);
    expect(await readFile(join(folder, 'files', second.file))).toHaveLength(other.server.log.state.files.get(second.file)!.bytes);
  } finally {
    await other.close();
    await rm(folder, { recursive: true });
  }
});

test('the outline of a sound is loud where somebody speaks, and quiet where nobody does', { timeout: PATIENCE }, async () => {
  const { body } = await it.json<Peaks>('viewer', 'GET', `/files/${scene.file}/peaks`);
  const { duration } = it.server.log.state.files.get(scene.file)!.received!;
  expect(body.peaks.length * body.step).toBeCloseTo(duration, 0);
  expect(body.peaks.every((value) => Number.isInteger(value) && value >= 0 && value <= 255)).toBe(true);
  const loudest = Math.max(...body.peaks);
  expect(loudest).toBeGreaterThan(40);
  expect(body.peaks.filter((value) => value < loudest / 10).length).toBeGreaterThan(body.peaks.length / 10);
  const films = it.server.shelf.films();
  await it.json('viewer', 'GET', `/files/${scene.file}/peaks`);
  expect(it.server.shelf.films()).toBe(films); // known by now
});

test('faces come as a job with progress, and again at once; they are gone with the film', { timeout: PATIENCE }, async () => {
  const look = async (who: string) =>
    (await it.json<JobState>(who, 'POST', '/faces', { file: scene.file, dialogue: scene.dialogue })).body.id;
  const job = await look('annotator');
  const { state, result } = await over('annotator', job);
  expect(state).toBe('done');
  const report = result as FacesReport;
  expect(report.tracks.length).toBeGreaterThanOrEqual(2);
  expect(report.utterances).toHaveLength(it.server.log.state.dialogues.get(scene.dialogue)!.utterances.length);
  expect((await it.ask('viewer', 'GET', `/faces/${job}`)).status).toBe(404); // somebody else's job
  const films = it.server.shelf.films();
  expect((await over('viewer', await look('viewer'))).result).toEqual(result);
  expect(it.server.shelf.films()).toBe(films);
  expect((await it.ask('annotator', 'DELETE', `/files/${scene.file}`)).status).toBe(204);
  expect((await it.ask('annotator', 'GET', `/faces/${job}`)).status).toBe(404);
  expect((await it.json('annotator', 'POST', '/faces', { file: scene.file })).status).toBe(404);
});

test('a project about words only looks at no film', async () => {
  const { project } = (await it.json<{ project: string }>('owner', 'POST', '/projects', { title: 'W', purpose: 'media', textOnly: true }))
    .body;
  const content = JSON.stringify([{ text: 'Oh!', start: 0, end: 1 }]);
  const talk = (await it.json<{ dialogue: string }>('annotator', 'POST', '/dialogues', { project, name: 'w', content })).body.dialogue;
  expect(await it.json('annotator', 'POST', '/faces', { file: '0'.repeat(32), dialogue: talk })).toMatchObject({ status: 404 });
});
