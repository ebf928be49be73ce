import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyChanges, readReview, writeReview } from './changes.ts';
import type { Change } from './repair.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-changes-'));
});
afterAll(() => rm(folder, { recursive: true }));

const change: Change = {
  id: 1,
  turn: 0,
  from: 2,
  to: 2,
  before: '',
  after: '!',
  kind: 'punctuation',
  reason: 'no mark at the end',
  confidence: 0.5,
};

test('a list is written undecided, and read back as it was decided', async () => {
  const file = join(folder, 'changes.json');
  await writeReview(file, 'scene.srt', { changes: [change], doubts: [{ kind: 'nobody', heard: 'hey', start: 1 }] });
  const written = await readReview(file);
  expect(written).toEqual({
    format: 'famenet-transcript-review/1',
    transcript: 'scene.srt',
    changes: [{ accept: null, ...change }],
    doubts: [{ kind: 'nobody', heard: 'hey', start: 1 }],
  });
  await writeFile(file, (await readFile(file, 'utf8')).replace('"accept": null', '"accept": true'));
  expect((await readReview(file)).changes[0]!.accept).toBe(true);
});

test.each([
  ['{}', { expected: 'a list as --review writes it (famenet-transcript-review/1)' }],
  [
    '{"format":"famenet-transcript-review/1","changes":[{"accept":"yes"}]}',
    { expected: expect.stringContaining('accept: true, false or null') },
  ],
])('%s is refused', async (content, detail) => {
  const file = join(folder, 'bad.json');
  await writeFile(file, content);
  await expect(readReview(file)).rejects.toMatchObject({ code: 'SPEECH_REVIEW', detail });
});

test('changes for another transcript are refused', () => {
  const other = { ...change, from: 0, to: 2, before: 'Hi', after: 'Ho' };
  expect(() => applyChanges([{ text: 'He' }], [other])).toThrow(expect.objectContaining({ code: 'SPEECH_CHANGES' }));
  expect(() => applyChanges([], [change])).toThrow(expect.objectContaining({ code: 'SPEECH_CHANGES' }));
});
