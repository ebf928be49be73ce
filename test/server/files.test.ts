import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { storyOf, writeFilm } from '../../src/synth/index.ts';
import { type Served, served } from './served.ts';

let film: Buffer;
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'famenet-film-'));
  await writeFilm(join(folder, 'a.mp4'), storyOf(1, 1), { width: 160, height: 120, fps: 4 });
  film = await readFile(join(folder, 'a.mp4'));
  await rm(folder, { recursive: true });
});

let it: Served;
let project: string;
const limits = { file: 3e6, quota: 4e6, duration: 600, idle: 300 };
beforeEach(async () => {
  it = await served({ limits });
  project = await declared({ title: 'A study', purpose: 'research' });
});
afterEach(async () => {
  expect(it.bugs).toEqual([]);
  await it.end();
});

async function declared(about: object): Promise<string> {
  return (await it.json<{ project: string }>('owner', 'POST', '/projects', about)).body.project;
}
const announce = (bytes: number, name = 'a.mp4', into = project) =>
  it.json<{ file: string; code?: string }>('annotator', 'POST', '/files', { project: into, name, bytes });
const send = (file: string, offset: number, bytes: Uint8Array | ReadableStream, who = 'annotator') =>
  it.json<{ received?: object; code?: string; expected?: string }>(who, 'PATCH', `/files/${file}`, bytes, {
    'upload-offset': `${offset}`,
    'content-type': 'application/offset+octet-stream',
  });
const onDisk = () => readdir(join(it.folder, 'files'));
async function sent(bytes: Uint8Array = film): Promise<string> {
  const { body } = await announce(bytes.length);
  expect(await send(body.file, 0, bytes)).toMatchObject({ status: 200 });
  return body.file;
}

test('a film comes in parts, goes on after a break, and is what it was', async () => {
  const { body } = await announce(film.length, '../../etc/passwd');
  const half = film.length >> 1;
  await send(body.file, 0, film.subarray(0, half));
  const about = await it.ask('annotator', 'GET', `/files/${body.file}`);
  expect(about.headers.get('upload-offset')).toBe(`${half}`);
  expect(await send(body.file, 0, film)).toMatchObject({ status: 409, body: { code: 'UPLOAD_OFFSET', expected: `${half}` } });
  const sha256 = createHash('sha256').update(film).digest('hex');
  expect((await send(body.file, half, film.subarray(half))).body.received).toMatchObject({ container: 'mp4', picture: true, sha256 });
  expect(await onDisk()).toEqual([body.file]); // whatever it is called, its path is its id
  const content = await it.ask('viewer', 'GET', `/files/${body.file}/content`);
  expect(Buffer.from(await content.arrayBuffer()).equals(film)).toBe(true);
  expect(content.headers.get('content-type')).toBe('video/mp4');
  expect(content.headers.get('content-disposition')).toBe(`inline; filename="${body.file}.mp4"`);
});

test('a break in the connection keeps what came', async () => {
  const { body } = await announce(film.length);
  const broken = new ReadableStream({
    start(controller) {
      controller.enqueue(new Uint8Array(film.subarray(0, 1000)));
    },
    pull(controller) {
      controller.error(new Error('the cable was pulled'));
    },
  });
  expect(await send(body.file, 0, broken)).toMatchObject({ status: 400, body: { code: 'UPLOAD_BROKEN' } });
  expect((await it.ask('annotator', 'GET', `/files/${body.file}`)).headers.get('upload-offset')).toBe('1000');
  expect(await send(body.file, 1000, film.subarray(1000))).toMatchObject({ status: 200, body: { received: { container: 'mp4' } } });
});

describe('too much', () => {
  test.each([0, 1, 2])('is an error each time (%s)', async () => {
    expect(await announce(limits.file + 1)).toMatchObject({ status: 413, body: { code: 'UPLOAD_SIZE' } });
    const { body } = await announce(1000);
    expect(await send(body.file, 0, film)).toMatchObject({ status: 413, body: { code: 'UPLOAD_SIZE' } });
    const chunks = new ReadableStream({
      start(controller) {
        for (let i = 0; i < 3; i++) controller.enqueue(new Uint8Array(400));
        controller.close();
      },
    });
    expect(await send(body.file, 0, chunks)).toMatchObject({ status: 413, body: { code: 'UPLOAD_SIZE' } }); // without a length beforehand
    expect(await it.server.shelf.size(body.file)).toBe(0);
  });
  test('in all is refused by the quota, until something is removed', async () => {
    const first = await announce(2.5e6);
    expect(await announce(2.5e6)).toMatchObject({ status: 413, body: { code: 'UPLOAD_QUOTA' } });
    expect((await it.ask('annotator', 'DELETE', `/files/${first.body.file}`)).status).toBe(204);
    expect((await announce(2.5e6)).status).toBe(201);
  });
  test('of time: a film that is too long does not stay', async () => {
    await it.end();
    it = await served({ limits: { ...limits, duration: 1 } });
    project = await declared({ title: 'A', purpose: 'media' });
    const { body } = await announce(film.length);
    expect(await send(body.file, 0, film)).toMatchObject({ status: 413, body: { code: 'MEDIA_LIMIT' } });
    expect(await onDisk()).toEqual([]);
  });
  test('of patience: a connection that says nothing is ended, and what came stays', async () => {
    const { body } = await announce(1000);
    const silent = new ReadableStream({
      start(controller) {
        controller.enqueue(new Uint8Array(10));
      },
    });
    expect(await send(body.file, 0, silent)).toMatchObject({ status: 408, body: { code: 'UPLOAD_SLOW' } });
    expect(await it.server.shelf.size(body.file)).toBe(10);
    expect((await send(body.file, 10, new Uint8Array(10))).status).toBe(200);
  });
});

/** Right names, wrong bytes. */
const WRONG: readonly (readonly [name: string, bytes: string])[] = [
  ['a playlist', '#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n'],
  ['a page', '<html><script>alert(1)</script></html>'],
  ['text', 'just some text, and then more of it'],
  ['a list for concat', "ffconcat version 1.0\nfile '/etc/passwd'\n"],
];
test.each(WRONG)('%s that is called a.mp4 is refused and does not stay', async (_, content) => {
  const bytes = new TextEncoder().encode(content);
  const { body } = await announce(bytes.length);
  const refused = await send(body.file, 0, bytes);
  expect(refused).toMatchObject({ status: 415, body: { code: 'MEDIA_FORMAT' } });
  expect(JSON.stringify(refused.body)).not.toContain(it.folder); // nobody needs to know where it lay
  expect(await onDisk()).toEqual([]);
  expect((await it.ask('annotator', 'GET', `/files/${body.file}`)).status).toBe(404);
});

test('a film that is cut off in the middle of its index is refused', async () => {
  const cut = film.subarray(0, 600);
  const { body } = await announce(cut.length);
  expect((await send(body.file, 0, cut)).status).toBe(422);
  expect(await onDisk()).toEqual([]);
});

test("another's upload cannot be gone on with, or removed", async () => {
  await it.end();
  it = await served({ limits, people: { ann: ['annotator'] } });
  project = await declared({ title: 'A', purpose: 'media' });
  const { body } = await announce(1000);
  expect((await send(body.file, 0, new Uint8Array(10), 'ann')).status).toBe(404);
  expect((await it.ask('ann', 'DELETE', `/files/${body.file}`)).status).toBe(404);
  expect((await it.ask('viewer', 'GET', `/files/${body.file}/content`)).status).toBe(409); // not whole yet
});

/** Paths that would leave the folder, if an id were a path. */
const PATHS = [
  '..%2f..%2fetc%2fpasswd',
  '%2e%2e%2f%2e%2e%2fsecret',
  '....//secret',
  '%00',
  '..',
  'secret',
  'C%3A%5Cwindows',
  'x'.repeat(5000),
];
test.each(PATHS)('no path comes from outside: %s', async (path) => {
  const addresses = [`/files/${path}`, `/files/${path}/content`, `/dialogues/${path}`, `/projects/${path}/notice`];
  const more = [`/datasets/${path}/findings`, `/datasets/${path}/patch`, `/datasets/${path}/charts/lengths`, `/transcripts/${path}`];
  for (const address of [...addresses, ...more, `/calibrations/${path}`, `/tasks/${path}`]) {
    const response = await it.ask('owner', 'GET', address);
    expect([400, 404], address).toContain(response.status);
    expect(await response.text()).not.toMatch(/root:|PRIVATE/);
  }
});

describe('ranges', () => {
  const RANGES: readonly (readonly [range: string, from: number, to: number])[] = [
    ['bytes=0-0', 0, 1],
    ['bytes=10-19', 10, 20],
    ['bytes=100-', 100, 0],
    ['bytes=-50', -50, 0],
    ['bytes=5-999999999999', 5, 0],
    ['bytes=-999999999999', 0, 0],
  ];
  const REFUSED = [
    'bytes=0-1,2-3',
    `bytes=${'0-,'.repeat(1000)}0-`,
    'bytes=9-3',
    'bytes=999999999999-',
    'bytes=-0',
    'bytes=-',
    'lines=1-2',
    'bytes=a-b',
    'bytes=1e3-',
    'bytes=0x10-',
  ];
  test('are exact; what is no range is refused', { timeout: 60_000 }, async () => {
    const file = await sent();
    for (const [range, from, to] of RANGES) {
      const part = await it.ask('viewer', 'GET', `/files/${file}/content`, undefined, { range });
      const expected = film.subarray(from < 0 ? film.length + from : from, to === 0 ? undefined : to);
      expect([part.status, Buffer.from(await part.arrayBuffer()).equals(expected)], range).toEqual([206, true]);
      expect(part.headers.get('content-length')).toBe(`${expected.length}`);
    }
    for (const range of REFUSED) {
      const refused = await it.ask('viewer', 'GET', `/files/${file}/content`, undefined, { range });
      expect([refused.status, ((await refused.json()) as { code: string }).code], range).toEqual([416, 'FILE_RANGE']);
    }
    const other = await it.ask('viewer', 'GET', `/files/${file}/content`, undefined, { range: 'bytes=0-9', 'if-range': '"another"' });
    expect(other.status).toBe(200); // it has changed since: all of it, not a part that does not fit
    await other.body?.cancel();
  });
});

describe('the purpose of a project', () => {
  const REASON = 'The surgeon asked for fatigue warnings on the ward.';
  test.each(['workplace', 'education'])('%s is refused, unless a medical or safety reason is given, which is kept', async (purpose) => {
    const about = { title: 'A', purpose };
    expect(await it.json('owner', 'POST', '/projects', about)).toMatchObject({ status: 403, body: { code: 'PURPOSE_REFUSED' } });
    const short = { ...about, exception: { ground: 'medical', reason: 'because' } };
    expect(await it.json('owner', 'POST', '/projects', short)).toMatchObject({ status: 403, body: { code: 'PURPOSE_REASON' } });
    const made = await declared({ ...about, exception: { ground: 'medical', reason: REASON } });
    expect(it.server.log.state.projects.get(made)).toMatchObject({
      purpose,
      exception: { ground: 'medical', reason: REASON },
      by: 'owner',
    });
    expect(await (await it.ask('viewer', 'GET', `/projects/${made}/notice`)).text()).toContain(REASON);
  });
  test('an exception where nothing is forbidden is none', async () => {
    const about = { title: 'A', purpose: 'research', exception: { ground: 'medical', reason: REASON } };
    expect(await it.json('owner', 'POST', '/projects', about)).toMatchObject({ body: { code: 'PURPOSE_REASON' } });
  });
  test('a project about words takes no film, and its notice says so', async () => {
    const words = await declared({ title: 'Only words', purpose: 'research', textOnly: true });
    expect(await announce(1000, 'a.mp4', words)).toMatchObject({ status: 403, body: { code: 'TEXT_ONLY' } });
    const notice = await it.ask('viewer', 'GET', `/projects/${words}/notice`);
    expect(notice.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(await notice.text()).toMatch(/^NOTICE: Only words\n[\s\S]*No picture and no sound of you is looked at\./);
  });
});

test('no address is ever fetched: nothing that is sent is taken for one', async () => {
  const url = 'http://127.0.0.1:9/secret';
  expect(await announce(10, url)).toMatchObject({ status: 201 }); // a name is only a name
  const dialogue = await it.json('annotator', 'POST', '/dialogues', { project, name: url, content: url });
  expect(dialogue).toMatchObject({ status: 422, body: { code: 'DIALOGUE_DAMAGED' } });
  const sources = await readdir(new URL('../../src/server/', import.meta.url));
  for (const name of sources.filter((one) => !one.endsWith('.test.ts')))
    expect(await readFile(new URL(`../../src/server/${name}`, import.meta.url), 'utf8'), name).not.toMatch(
      /(?<![.\w])fetch\(|\bhttps?\.(get|request)\(|node:https|undici/,
    );
});

test('what is kept can be read by nobody else on the machine', async () => {
  if (process.platform === 'win32') return; // it has no such bits
  await sent();
  for (const name of ['secret', 'files', join('files', (await onDisk())[0]!)])
    expect((await stat(join(it.folder, name))).mode & 0o077, name).toBe(0);
});
