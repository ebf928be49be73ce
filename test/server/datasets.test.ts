import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { applyPatch, examine, filePatch, parsePatch, patchManifest } from '../../src/data/doctor/index.ts';
import { ecemText } from '../../src/data/index.ts';
import type { FindingsPage } from '../../src/server/examination.ts';
import type { JobState } from '../../src/server/jobs.ts';
import type { StatisticsReport } from '../../src/server/set-work.ts';
import { type Served, served } from './served.ts';

const ROWS = [
  { id: 0, video: '0_1.mp4', emotion: 'joy', speaker: 'Monica', text: 'I got the job!', cause: ' She got the job she wanted. ' },
  { id: 1, video: '0_2.mp4', emotion: 'surprise', speaker: 'Joey', text: 'You did?', cause: '"He did not expect it."' },
  {
    id: 2,
    video: '1_0.mp4',
    emotion: 'anger',
    speaker: '<img src=x onerror=alert(1)>',
    text: 'Itâ€™s mine!',
    cause: 'Somebody took his sandwich.',
  },
  { id: 2, video: '1_3.mp4', emotion: 'sadness', speaker: 'Ross', text: 'No.', cause: 'Was it because she left?' },
];
const ECEM = Buffer.from(ecemText(ROWS.map((one) => ({ ...one, speaker: one.speaker.replace(/[<>:]/g, '') })) as never));

let it: Served;
let project: string;
const limits = { dataset: 100_000, quota: 300_000, idle: 300 };
beforeEach(async () => {
  it = await served({ limits });
  project = (await it.json<{ project: string }>('owner', 'POST', '/projects', { title: 'P', purpose: 'research' })).body.project;
});
afterEach(async () => {
  expect(it.bugs).toEqual([]);
  await it.end();
});

interface Shown {
  readonly dataset: string;
  readonly code?: string;
  readonly received?: { readonly kind: string; readonly entries: number; readonly pairs: number; readonly sha256: string };
}
const announce = (bytes: number, name = 'train.json') => it.json<Shown>('owner', 'POST', '/datasets', { project, name, bytes });
const part = (dataset: string, offset: number, bytes: Uint8Array, who = 'owner') =>
  it.json<Shown>(who, 'PATCH', `/datasets/${dataset}`, bytes, {
    'upload-offset': `${offset}`,
    'content-type': 'application/offset+octet-stream',
  });
async function sent(bytes: Uint8Array, name?: string): Promise<Shown> {
  const { body } = await announce(bytes.length, name);
  return (await part(body.dataset, 0, bytes)).body;
}
async function over(job: JobState): Promise<JobState> {
  const seen = async () => (await it.json<JobState>('owner', 'GET', `/tasks/${job.id}`)).body;
  await expect.poll(async () => (await seen()).state, { timeout: 60_000 }).toMatch(/done|failed|stopped/);
  return seen();
}
async function examined(dataset: string, about: object = {}): Promise<FindingsPage> {
  const { status, body } = await it.json<JobState>('owner', 'POST', `/datasets/${dataset}/doctor`, about);
  expect(status).toBe(202);
  expect(await over(body)).toMatchObject({ state: 'done' });
  return findings(dataset);
}
const findings = async (dataset: string, query = '') =>
  (await it.json<FindingsPage>('viewer', 'GET', `/datasets/${dataset}/findings${query}`)).body;
const decide = (dataset: string, ids: readonly string[], decision: string) =>
  it.json<{ decided: string[]; repairs: number; code?: string }>('owner', 'POST', `/datasets/${dataset}/decisions`, {
    findings: ids,
    decision,
  });

describe('on the way in', () => {
  test('a set comes in parts, is known by its content, and lies under its id', { timeout: 60_000 }, async () => {
    const { body } = await announce(ECEM.length, '../../../etc/passwd');
    await part(body.dataset, 0, ECEM.subarray(0, 100));
    const about = await it.ask('owner', 'GET', `/datasets/${body.dataset}`);
    expect(about.headers.get('upload-offset')).toBe('100');
    expect((await part(body.dataset, 0, ECEM)).body.code).toBe('UPLOAD_OFFSET');
    const { received } = (await part(body.dataset, 100, ECEM.subarray(100))).body;
    expect(received).toMatchObject({ kind: 'ecem', entries: 4, sha256: createHash('sha256').update(ECEM).digest('hex') });
    expect(await readdir(join(it.folder, 'datasets'))).toEqual([body.dataset]);
    expect((await it.ask('annotator', 'GET', '/datasets')).status).toBe(403); // what annotators are to write may stand in it
  });

  const WRONG: readonly (readonly [name: string, bytes: Uint8Array, code: string])[] = [
    ['bytes that are no text', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0xfe, 0, 1]), 'SET_TEXT'],
    ['JSON that is cut off', Buffer.from('[{"id": 1, "conv'), 'DATASET_FILE'],
    ['an object without anything in it', Buffer.from('{}'), 'DATASET_FILE'],
    ['a page', Buffer.from('<!doctype html><script>alert(1)</script>'), 'DATASET_FILE'],
  ];
  test.each(WRONG)('%s that is called train.json is refused and does not stay', { timeout: 60_000 }, async (_, bytes, code) => {
    const { body } = await announce(bytes.length);
    const refused = await part(body.dataset, 0, bytes);
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(refused.status).toBeLessThan(500);
    if (code === 'SET_TEXT') expect(refused.body.code).toBe(code);
    expect(JSON.stringify(refused.body)).not.toContain(it.folder);
    expect(await readdir(join(it.folder, 'datasets'))).toEqual([]);
    expect((await it.ask('owner', 'GET', `/datasets/${body.dataset}`)).status).toBe(404);
  });

  test('depth is no way to end the server', { timeout: 60_000 }, async () => {
    const deep = Buffer.from(`[{"conversations":${'['.repeat(40_000)}${']'.repeat(40_000)}}]`);
    const { body } = await announce(deep.length);
    const refused = await part(body.dataset, 0, deep);
    expect(refused.status).toBeLessThan(500);
    expect((await it.ask('owner', 'GET', '/health')).status).toBe(200);
  });

  test('too much is an error each time, also together with films', { timeout: 60_000 }, async () => {
    expect((await announce(limits.dataset + 1)).body.code).toBe('UPLOAD_SIZE');
    const { body } = await announce(1000);
    expect((await part(body.dataset, 0, new Uint8Array(1001))).body.code).toBe('UPLOAD_SIZE');
    expect((await it.json<{ code?: string }>('owner', 'POST', '/files', { project, name: 'a.mp4', bytes: 299_500 })).body.code).toBe(
      'UPLOAD_QUOTA',
    );
    expect((await it.ask('owner', 'POST', '/files', { project, name: 'a.mp4', bytes: 200_000 })).status).toBe(201);
    expect((await announce(99_500)).body.code).toBe('UPLOAD_QUOTA');
  });
});

describe('the doctor', () => {
  test('finds what the command line finds, without a path in it, page by page and by filter', { timeout: 90_000 }, async () => {
    const { dataset } = await sent(ECEM);
    expect((await it.json<{ code: string }>('viewer', 'GET', `/datasets/${dataset}/findings`)).body.code).toBe('SET_REPORT');
    const page = await examined(dataset);
    const file = join(it.folder, 'same.json');
    await writeFile(file, ECEM);
    const [ours] = await examine(file);
    expect(page.total).toBe(ours!.symptoms.length);
    expect(page.findings.map(({ code, severity, message }) => ({ code, severity, message }))).toEqual(
      ours!.symptoms.map(({ code, severity, message }) => ({ code, severity, message })),
    );
    expect(new Set(page.findings.map(({ id }) => id)).size).toBe(page.total);
    expect(page.findings.every(({ place }) => place.file === 'train.json')).toBe(true);
    expect(JSON.stringify(page)).not.toContain(it.folder);
    expect(page.codes.map(({ code }) => code)).toContain('mojibake');
    const one = await findings(dataset, '?code=mojibake');
    expect(one.findings.every(({ code }) => code === 'mojibake')).toBe(true);
    expect((await findings(dataset, '?from=1&count=1')).findings).toEqual([page.findings[1]]);
    expect((await findings(dataset, '?severity=error')).findings.every(({ severity }) => severity === 'error')).toBe(true);
    expect((await it.ask('viewer', 'GET', `/datasets/${dataset}/findings?count=100000`)).status).toBe(400);
  });

  test('what is accepted is in the patch, as the command line writes it, and nothing else; decisions outlive a restart', {
    timeout: 120_000,
  }, async () => {
    const { dataset } = await sent(ECEM);
    const page = await examined(dataset);
    expect((await it.json<{ files: unknown[] }>('viewer', 'GET', `/datasets/${dataset}/patch`)).body.files).toEqual([]);
    const sure = page.findings.filter(({ repair }) => repair !== undefined);
    expect(sure.length).toBeGreaterThanOrEqual(3);
    const everything = await decide(
      dataset,
      sure.map(({ id }) => id),
      'accepted',
    );
    expect(everything.body.repairs).toBe(page.repairs.all);
    const file = join(it.folder, 'train.json');
    await writeFile(file, ECEM);
    const [ours] = await examine(file);
    const manifest = async () => (await it.ask('viewer', 'GET', `/datasets/${dataset}/patch`)).text();
    expect(JSON.parse(await manifest())).toEqual(patchManifest([filePatch(file, await readFile(file), ours!.changes)]));
    const [spaces] = sure.filter(({ code }) => code === 'spaces');
    const refused = await decide(dataset, [spaces!.id], 'refused');
    expect(refused.body.repairs).toBe(page.repairs.all - 1);
    const text = await manifest();
    const { bytes } = applyPatch(parsePatch(text, 'repairs.json'), ECEM, 'train.json');
    expect(Buffer.from(bytes).toString()).toContain(' She got the job she wanted. ');
    expect(Buffer.from(bytes).toString()).toContain('It’s mine!');
    expect((await findings(dataset, '?decision=refused')).findings.map(({ id }) => id)).toContain(spaces!.id);
    await it.close();
    it = await served({ data: it.folder, limits });
    expect(await manifest()).toBe(text);
    expect((await decide(dataset, [spaces!.id], 'open')).body.decided).toContain(spaces!.id);
    expect((await findings(dataset, '?decision=open')).findings.map(({ id }) => id)).toContain(spaces!.id);
    expect((await decide(dataset, ['0'.repeat(16)], 'accepted')).body.code).toBe('SERVER_UNKNOWN');
  });

  test('a set that is removed leaves nothing behind', { timeout: 90_000 }, async () => {
    const { dataset } = await sent(ECEM);
    await examined(dataset);
    expect((await it.ask('owner', 'DELETE', `/datasets/${dataset}`)).status).toBe(204);
    expect(await readdir(join(it.folder, 'datasets'))).toEqual([]);
    expect(await readdir(join(it.folder, 'reports'))).toEqual([]);
    expect((await it.ask('viewer', 'GET', `/datasets/${dataset}/findings`)).status).toBe(404);
  });
});

test('statistics: sums, tables and charts, in which nothing of the set is markup', { timeout: 90_000 }, async () => {
  const dialogue = {
    id: 'd',
    utterances: [{ number: 0, speaker: '"><script>alert(1)</script>', text: '<b>Hey</b>', emotion: 'joy' }],
  };
  const { dataset } = await sent(Buffer.from(JSON.stringify(dialogue)), '<script>.json');
  const counted = await it.json<JobState>('owner', 'POST', `/datasets/${dataset}/statistics`, { is: 'ECEM' });
  expect(await over(counted.body)).toMatchObject({ state: 'done', result: { entries: 1 } });
  const { body } = await it.json<StatisticsReport>('viewer', 'GET', `/datasets/${dataset}/statistics`);
  expect(body.sections.some(({ chart }) => chart === 'emotions')).toBe(true);
  expect(body.sections[0]!.rows.length).toBe(2); // ours and the printed one
  const chart = await it.ask('viewer', 'GET', `/datasets/${dataset}/charts/emotions`);
  expect(chart.headers.get('content-type')).toMatch(/^image\/svg\+xml/);
  expect(await chart.text()).not.toContain('<script');
  expect((await it.ask('viewer', 'GET', `/datasets/${dataset}/charts/secret`)).status).toBe(400);
});
