import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseDialogue } from '../../src/data/index.ts';
import type { JobState } from '../../src/server/jobs.ts';
import { type Change, fileSpeech } from '../../src/speech/index.ts';
import { storyOf, writeFilm } from '../../src/synth/index.ts';
import { type Served, served } from './served.ts';

const SRT = '1\n00:00:00,000 --> 00:00:01,000\nMira: Hello there\n\n2\n00:00:01,500 --> 00:00:03,000\nNoah: I won the prize\n';

let it: Served;
let project: string;
let dialogue: string;
const begin = async (options: Parameters<typeof served>[0] = {}) => {
  it = await served(options);
  project = (await it.json<{ project: string }>('owner', 'POST', '/projects', { title: 'P', purpose: 'research' })).body.project;
  dialogue = (await it.json<{ dialogue: string }>('annotator', 'POST', '/dialogues', { project, name: 'talk', content: SRT })).body
    .dialogue;
};
beforeEach(() => begin());
afterEach(async () => {
  expect(it.bugs).toEqual([]);
  await it.end();
});

const put = (content: string, version: number) =>
  it.json<{ version: number; code: string; utterances: { text: string }[] }>('annotator', 'PUT', `/transcripts/${dialogue}`, {
    content,
    version,
  });

describe('out and in again', () => {
  test.each(['srt', 'vtt', 'json'])('%s comes back as it was', async (form) => {
    const got = await it.ask('viewer', 'GET', `/transcripts/${dialogue}?as=${form}`);
    expect([got.status, got.headers.get('x-transcript-version')]).toEqual([200, '1']);
    expect(got.headers.get('content-disposition')).toBe(`attachment; filename="${dialogue}.${form}"`);
    const before = (await it.json<{ utterances: object[] }>('viewer', 'GET', `/dialogues/${dialogue}`)).body.utterances;
    const again = await put(await got.text(), 1);
    expect(again).toMatchObject({ status: 200, body: { version: 2, utterances: before } });
  });
  test('whoever has read an older one is told, and has changed nothing', async () => {
    expect((await put(SRT.replace('Hello', 'Goodbye'), 1)).body.version).toBe(2);
    const late = await put(SRT.replace('Hello', 'Never'), 1);
    expect([late.status, late.body.code]).toEqual([409, 'TRANSCRIPT_CHANGED']);
    expect(await (await it.ask('viewer', 'GET', `/transcripts/${dialogue}?as=srt`)).text()).toContain('Goodbye');
    expect((await put('no transcript', 2)).body.code).toBe('DIALOGUE_DAMAGED');
    await it.close();
    it = await served({ data: it.folder });
    expect((await put(SRT, 2)).body.version).toBe(3);
  });
  test('subtitles need times', async () => {
    await put(JSON.stringify([{ speaker: 'Mira', text: 'Hello.' }]), 1);
    expect((await it.json<{ code: string }>('viewer', 'GET', `/transcripts/${dialogue}?as=vtt`)).body.code).toBe('TRANSCRIPT_TIMES');
    expect((await it.ask('viewer', 'GET', `/transcripts/${dialogue}`)).status).toBe(200);
  });
});

async function film(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'famenet-film-'));
  await writeFilm(join(folder, 'a.mp4'), storyOf(1, 1), { width: 160, height: 120, fps: 4 });
  const bytes = await readFile(join(folder, 'a.mp4'));
  await rm(folder, { recursive: true });
  const { file } = (await it.json<{ file: string }>('annotator', 'POST', '/files', { project, name: 'a.mp4', bytes: bytes.length })).body;
  const headers = { 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' };
  expect((await it.ask('annotator', 'PATCH', `/files/${file}`, bytes, headers)).status).toBe(200);
  return file;
}
const repairs = (file: string) =>
  it.json<JobState & { code: string; fix: string }>('annotator', 'POST', `/transcripts/${dialogue}/repairs`, { file });

describe('repairs', { timeout: 90_000 }, () => {
  test('without speech models it says so, and how to get them', async () => {
    const { status, body } = await repairs(await film());
    expect([status, body.code]).toEqual([409, 'SERVER_SPEECH']);
    expect(body.fix).toContain('--speech');
  });
  test('are proposed by what was heard, change nothing, and are made one by one', async () => {
    await it.end();
    const heard = join(await mkdtemp(join(tmpdir(), 'famenet-heard-')), 'heard.srt');
    await writeFile(heard, '1\n00:00:00,000 --> 00:00:01,000\nHello there!\n\n2\n00:00:01,500 --> 00:00:03,000\nI won the first prize.\n');
    await begin({ speech: async () => fileSpeech(heard, parseDialogue) });
    const { body } = await repairs(await film());
    const state = async () => (await it.json<JobState>('annotator', 'GET', `/tasks/${body.id}`)).body;
    await expect.poll(async () => (await state()).state, { timeout: 60_000 }).toMatch(/done|failed/);
    const { result } = (await state()) as { result: { version: number; changes: Change[] } };
    expect(result).toMatchObject({ version: 1, errors: expect.anything(), receipt: expect.anything() });
    expect(result.changes.length).toBeGreaterThan(0);
    expect(await (await it.ask('viewer', 'GET', `/transcripts/${dialogue}?as=srt`)).text()).not.toContain('first prize');
    const missing = result.changes.filter(({ kind }) => kind === 'missing');
    const made = await it.json<{ version: number; utterances: { text: string }[] }>(
      'annotator',
      'POST',
      `/transcripts/${dialogue}/changes`,
      {
        version: 1,
        changes: missing,
      },
    );
    expect(made.body.version).toBe(2);
    expect(made.body.utterances.map(({ text }) => text).join(' ')).toContain('first');
    const twice = await it.json<{ code: string }>('annotator', 'POST', `/transcripts/${dialogue}/changes`, {
      version: 2,
      changes: [{ ...missing[0]!, before: 'other' }],
    });
    expect(twice.body.code).toBe('SPEECH_CHANGES');
    await rm(join(heard, '..'), { recursive: true });
  });
  test('a project about words opens no film for them', async () => {
    const words = (await it.json<{ project: string }>('owner', 'POST', '/projects', { title: 'W', purpose: 'research', textOnly: true }))
      .body.project;
    dialogue = (await it.json<{ dialogue: string }>('annotator', 'POST', '/dialogues', { project: words, name: 'w', content: SRT })).body
      .dialogue;
    expect((await repairs('0'.repeat(32))).body.code).toBe('TEXT_ONLY');
    expect(it.server.shelf.films()).toBe(0);
  });
});
