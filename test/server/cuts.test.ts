import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { decode, decodeSound, secondsOf } from '../../src/media/index.ts';
import { GUIDELINES } from '../../src/protocol/index.ts';
import { storyOf, writeFilm } from '../../src/synth/index.ts';
import { item, POLICY } from '../support/campaign.ts';
import { makeFile } from '../support/media.ts';
import { type Served, served } from './served.ts';

/** A film of some seconds, and a sound of two. */
let film: Buffer;
let sound: Buffer;
let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'famenet-cuts-'));
  await writeFilm(join(scratch, 'a.mp4'), storyOf(1, 1), { width: 160, height: 120, fps: 4 });
  film = await readFile(join(scratch, 'a.mp4'));
  const samples = Float32Array.from({ length: 48_000 }, (_, i) => Math.sin(i / 10) / 2);
  await makeFile(join(scratch, 'b.wav'), 'wav', { voice: { codec: 'pcm_s16le', rate: 24_000, channels: 1, pieces: [{ samples, at: 0 }] } });
  sound = await readFile(join(scratch, 'b.wav'));
  return () => rm(scratch, { recursive: true });
}, 300_000);

let it: Served;
let file: string;
const UNTIL = 1.6; // between two pictures: the one of 1.5 s is the last
beforeEach(async () => {
  it = await served({ people: { ann: ['annotator'], bob: ['annotator'], rae: ['rater'] } });
  const { body } = await it.json<{ project: string }>('owner', 'POST', '/projects', { title: 'P', purpose: 'research' });
  file = await upload(body.project, film);
  const open = { title: 'C', name: 'Lea', policy: POLICY, guidelines: GUIDELINES, seed: 1 };
  expect((await it.ask('owner', 'POST', '/campaigns/c', open)).status).toBe(201);
  await does('add-items', { items: [item('i', { clip: file, until: UNTIL }), item('whole', { clip: file }), item('none')] });
  await does('invite', { person: 'ann', name: 'Ann', roles: ['annotator'] });
});
afterEach(async () => {
  expect(it.bugs).toEqual([]);
  await it.end();
});

async function upload(project: string, bytes: Buffer): Promise<string> {
  const { body } = await it.json<{ file: string }>('owner', 'POST', '/files', { project, name: 'a', bytes: bytes.length });
  const sent = await it.ask('owner', 'PATCH', `/files/${body.file}`, bytes, {
    'upload-offset': '0',
    'content-type': 'application/offset+octet-stream',
  });
  expect(sent.status).toBe(200);
  return body.file;
}
const does = async (type: string, orders: object) =>
  expect((await it.ask('owner', 'POST', '/campaigns/c/commands', { type, ...orders })).status).toBe(200);
const watch = (who: string, id: string, headers = {}) => it.ask(who, 'GET', `/campaigns/c/items/${id}/film`, undefined, headers);

test('an annotator gets a film that ends with the utterance: no later picture, no later sound, whatever range is asked for', async () => {
  const answers = await Promise.all([watch('ann', 'i'), watch('ann', 'i')]); // two at once make one
  const [bytes, again] = await Promise.all(answers.map(async (answer) => Buffer.from(await answer.arrayBuffer())));
  expect(bytes!.equals(again!)).toBe(true);
  expect(answers[0]!.headers.get('content-type')).toBe('video/mp4');
  await writeFile(join(scratch, 'cut.mp4'), bytes!);
  const times: number[] = [];
  let end = 0;
  for await (const { pts, duration, timeBase } of decode(join(scratch, 'cut.mp4'))) {
    times.push(secondsOf(pts, timeBase));
    end = secondsOf((pts + duration) as typeof pts, timeBase);
  }
  expect(times).toEqual([0, 0.25, 0.5, 0.75, 1, 1.25, 1.5]);
  expect(end).toBeCloseTo(UNTIL, 3);
  let heard = 0;
  for await (const { pts, samples, rate } of decodeSound(join(scratch, 'cut.mp4'))) heard = (pts + samples.length) / rate;
  expect(heard).toBeGreaterThan(UNTIL - 0.1);
  expect(heard).toBeLessThan(UNTIL + 0.05); // AAC ends with whole packets
  const part = await watch('ann', 'i', { range: 'bytes=10-19' });
  expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 10-19/${bytes!.length}`]);
  expect(Buffer.from(await part.arrayBuffer()).equals(bytes!.subarray(10, 20))).toBe(true);
  expect((await watch('ann', 'i', { range: `bytes=${bytes!.length}-` })).status).toBe(416);
});

test('a film that ends with its utterance is sent as it is; an item without one has none; who is not in the campaign gets nothing', async () => {
  expect(Buffer.from(await (await watch('ann', 'whole')).arrayBuffer()).equals(film)).toBe(true);
  expect((await watch('ann', 'none')).status).toBe(404);
  expect((await watch('bob', 'i')).status).toBe(404);
  expect((await watch('rae', 'i')).status).toBe(403);
});

test('whoever annotates a film gets it by no other way, until the campaign is closed', async () => {
  const content = (who: string) => it.json<{ code: string }>(who, 'GET', `/files/${file}/content`);
  expect(await content('ann')).toMatchObject({ status: 403, body: { code: 'FILE_FUTURE' } });
  expect((await it.ask('bob', 'GET', `/files/${file}/content`)).status).toBe(200);
  expect((await it.ask('owner', 'GET', `/files/${file}/content`)).status).toBe(200);
  const { body: projects } = await it.json<{ project: string }[]>('owner', 'GET', '/projects');
  const turns = [{ speaker: 'Ann', text: 'One.', start: 0, end: 1, emotion: 'joy' }];
  const content2 = JSON.stringify(turns);
  const { body: talk } = await it.json<{ dialogue: string }>('owner', 'POST', '/dialogues', {
    project: projects[0]!.project,
    name: 'd',
    content: content2,
  });
  expect((await it.ask('ann', 'GET', `/dialogues/${talk.dialogue}`)).status).toBe(200);
  await does('add-items', { items: [item('j', { dialogue: talk.dialogue })] });
  expect((await it.ask('ann', 'GET', `/dialogues/${talk.dialogue}`)).status).toBe(403);
  const asked = await it.json('ann', 'POST', '/explanations', { dialogue: talk.dialogue, utterance: 0 });
  expect(asked).toMatchObject({ status: 403, body: { code: 'FILE_FUTURE' } });
  await does('close', {});
  expect((await it.ask('ann', 'GET', `/files/${file}/content`)).status).toBe(200);
});

test('what was cut goes with its file', async () => {
  await (await watch('ann', 'i')).arrayBuffer();
  expect((await readdir(join(it.folder, 'cuts'))).some((name) => name.startsWith(file))).toBe(true);
  expect((await it.ask('owner', 'DELETE', `/files/${file}`)).status).toBe(204);
  expect(await readdir(join(it.folder, 'cuts'))).toEqual([]);
  expect((await watch('ann', 'i')).status).toBe(404);
});

test('of sound alone, too, only the beginning is sent', async () => {
  const { body: projects } = await it.json<{ project: string }[]>('owner', 'GET', '/projects');
  const only = await upload(projects[0]!.project, sound);
  await does('add-items', { items: [item('s', { clip: only, until: 0.5, modalities: ['text', 'sound'] })] });
  const answer = await watch('ann', 's');
  expect(answer.headers.get('content-type')).toBe('audio/wav');
  await writeFile(join(scratch, 'cut.wav'), Buffer.from(await answer.arrayBuffer()));
  let heard = 0;
  for await (const { pts, samples, rate } of decodeSound(join(scratch, 'cut.wav'), { rate: 24_000 })) heard = (pts + samples.length) / rate;
  expect(heard).toBeCloseTo(0.5, 6);
});

test('beside what raters rate, the film ends with its utterance', async () => {
  const { body: projects } = await it.json<{ project: string }[]>('owner', 'GET', '/projects');
  const texts = [{ system: 'one', text: 'x' }];
  const items = [{ id: 'i', context: 'c', clip: file, until: UNTIL, texts }];
  const { body } = await it.json<{ study: string }>('owner', 'POST', '/studies', { project: projects[0]!.project, title: 'S', items });
  const next = await it.json<{ sheet: { film: boolean } }>('rae', 'GET', `/studies/${body.study}/next`);
  expect(next.body.sheet.film).toBe(true);
  expect(JSON.stringify(next.body)).not.toContain(file);
  const answer = await it.ask('rae', 'GET', `/studies/${body.study}/items/i/film`);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'video/mp4']);
  expect((await answer.arrayBuffer()).byteLength).not.toBe(film.length);
});

test('the outline of the sound, too, ends with the utterance; faces are told by number, and looked for only when somebody asks', async () => {
  const { body: outline } = await it.json<{ step: number; peaks: number[] }>('ann', 'GET', '/campaigns/c/items/i/peaks');
  expect(outline.peaks.length * outline.step).toBeGreaterThan(UNTIL - 0.1);
  expect(outline.peaks.length * outline.step).toBeLessThanOrEqual(UNTIL);
  expect((await it.json('ann', 'GET', '/campaigns/c/items/i/faces')).body).toMatchObject({ state: 'none', faces: [] });
  expect((await it.ask('bob', 'POST', '/campaigns/c/items/i/faces')).status).toBe(404);
  expect((await it.json('ann', 'POST', '/campaigns/c/items/none/faces')).status).toBe(404);
  expect((await it.json('ann', 'POST', '/campaigns/c/items/i/faces')).status).toBe(202);
  const faces = async () =>
    (await it.json<{ state: string; faces: { t: number; face: number }[]; problem?: object }>('ann', 'GET', '/campaigns/c/items/i/faces'))
      .body;
  await expect.poll(async () => (await faces()).state, { timeout: 240_000 }).toBe('ready');
  const found = await faces();
  for (const { t } of found.faces) expect(t).toBeLessThan(UNTIL);
  expect(JSON.stringify(found)).not.toMatch(/joy|anger|sadness/);
  expect((await it.server.insight.known(file, undefined))?.video.duration).toBeGreaterThan(UNTIL); // what the server knows is more
});
