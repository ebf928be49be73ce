import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { truthOf } from './export.ts';
import { writeWorld } from './folder.ts';
import { readTruths } from './judge-truths.ts';
import { storyOf } from './world.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'famenet-truths-'));
});
afterAll(() => rm(root, { recursive: true }));

test('what writeWorld wrote is read', async () => {
  await writeWorld(root, { seed: 3, dialogues: 20, split: true });
  expect(await readTruths(root)).toEqual(Array.from({ length: 20 }, (_, i) => truthOf(storyOf(3, i, { split: true }))));
});

test('FILE_MISSING, and SYNTH_TRUTH for what is no truth of this world', async () => {
  await expect(readTruths(join(root, 'none'))).rejects.toThrow(expect.objectContaining({ code: 'FILE_MISSING' }) as Error);
  const file = join(root, 'truth.jsonl');
  const [first = ''] = (await readFile(file, 'utf8')).split('\n');
  for (const [line, got] of [
    ['{"id": "00001"', '{"id": "00001"'],
    ['[1]', '[1]'],
    [first.replace(/"kind":"\w+"/, '"kind":"smell"'), '"kind": "smell"'],
    [first.replace(/"situation":"\w+"/, '"situation":"constructor"'), '"situation": "constructor"'],
    [first.replace(/"cause":"[^"]+",/, ''), '"cause": nothing'],
  ] as const) {
    await writeFile(file, `${first}\n${line}\n`);
    await expect(readTruths(root)).rejects.toThrow(
      expect.objectContaining({ code: 'SYNTH_TRUTH', detail: expect.objectContaining({ got, at: `${file}, line 2` }) as object }) as Error,
    );
  }
});
