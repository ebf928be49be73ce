import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readJsonFile, readTextFile } from './file.ts';

let file: string;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-file-'));
  file = join(folder, 'a.json');
});
afterAll(() => rm(folder, { recursive: true }));

test('text and JSON are read', async () => {
  await writeFile(file, '{"ü":[1]}');
  expect(await readTextFile(file)).toBe('{"ü":[1]}');
  expect(await readJsonFile(file)).toEqual({ ü: [1] });
});

test('what is missing says how to get it', async () => {
  await expect(readTextFile(join(folder, 'none'), { fix: 'pull it' })).rejects.toMatchObject({
    code: 'FILE_MISSING',
    detail: { at: join(folder, 'none'), fix: 'pull it' },
  });
  await expect(readTextFile(join(file, 'inside'))).rejects.toMatchObject({ code: 'FILE_MISSING' });
  await expect(readTextFile(folder)).rejects.toMatchObject({ code: 'EISDIR' }); // left to main, which knows what to say of the file system
});

test.each([
  ['{', 'FILE_DAMAGED'],
  ['[]', 'FILE_DAMAGED'],
  ['null', 'FILE_DAMAGED'],
  [Buffer.from([0xff]), 'FILE_DAMAGED'],
  [' '.repeat(11), 'FILE_LARGE'],
])('%j is %s', async (content, code) => {
  await writeFile(file, content);
  await expect(readJsonFile(file, { maxBytes: 10 })).rejects.toMatchObject({ code });
});
