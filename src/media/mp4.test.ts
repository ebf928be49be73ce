import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Coded, soundEncoder, type Track } from './codec.ts';
import type { Ticks } from './frame.ts';
import { openMp4 } from './mp4.ts';

let folder: string;
let track: Track;
let packets: Coded[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-mp4-'));
  const encoder = await soundEncoder({ rate: 48_000, channels: 1 });
  packets = [...(await encoder.encode(new Float32Array(48_000).fill(0.5))), ...(await encoder.end())];
  encoder.close();
  track = encoder;
});
afterAll(() => rm(folder, { recursive: true }));

async function write(path: string): Promise<void> {
  const file = await openMp4(path, [track]);
  for (const packet of packets) await file.write(0, packet);
  await file.close();
  await file.abort();
}

/** The names of the outermost boxes of an mp4, in their order. */
function boxes(file: Buffer): string[] {
  const names: string[] = [];
  for (let at = 0; at + 8 <= file.length; at += file.readUInt32BE(at)) names.push(file.toString('latin1', at + 4, at + 8));
  return names;
}

test('the index stands before the data, and equal packets give equal bytes', async () => {
  await write(join(folder, 'a.mp4'));
  await write(join(folder, 'b.mp4'));
  const [a, b] = [await readFile(join(folder, 'a.mp4')), await readFile(join(folder, 'b.mp4'))];
  const names = boxes(a);
  expect(names[0]).toBe('ftyp');
  expect(names.indexOf('moov')).toBeLessThan(names.indexOf('mdat'));
  expect(a.equals(b)).toBe(true);
  expect(a.includes('Lavf')).toBe(false); // nor does the version of FFmpeg show
});

test.each(['http:U_0.mp4', 'a b %d ü.mp4', '-.mp4', 'new/folder/U_0.mp4'])('%s is only a name', async (name) => {
  const before = process.cwd();
  process.chdir(folder);
  try {
    await write(name); // relative: a name that looks like an address stands at the very beginning
  } finally {
    process.chdir(before);
  }
  expect(boxes(await readFile(join(folder, name)))).toContain('moov');
});

test('until it is closed there is no file of that name; aborted, there is nothing at all', async () => {
  const place = join(folder, 'aborted');
  await mkdir(place);
  const file = await openMp4(join(place, 'U_0.mp4'), [track]);
  for (const packet of packets) await file.write(0, packet);
  expect((await readdir(place)).every((name) => name.endsWith('.tmp'))).toBe(true);
  await file.abort();
  await file.abort();
  expect(await readdir(place)).toEqual([]);
});

test('packets that go back in time end the file, and the older one stays', async () => {
  const path = join(folder, 'older', 'U_0.mp4');
  await mkdir(join(folder, 'older'));
  await writeFile(path, 'older');
  const file = await openMp4(path, [track]);
  await file.write(0, { ...packets[0]!, pts: 5000 as Ticks });
  await expect(
    (async () => {
      for (const packet of packets) await file.write(0, packet);
    })(),
  ).rejects.toMatchObject({ code: 'MEDIA_WRITE', detail: { at: path } });
  expect(await readFile(path, 'utf8')).toBe('older');
  expect(await readdir(join(folder, 'older'))).toEqual(['U_0.mp4']);
});

test('a folder where the file should be, or a file where the folder should be, is told and left alone', async () => {
  const folderInTheWay = join(folder, 'in the way');
  await mkdir(folderInTheWay);
  await expect(write(folderInTheWay)).rejects.toMatchObject({ code: 'MEDIA_WRITE', detail: { at: folderInTheWay } });
  await writeFile(join(folder, 'file'), '');
  await expect(write(join(folder, 'file', 'U_0.mp4'))).rejects.toMatchObject({ code: 'MEDIA_WRITE' });
  expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  expect(await readdir(folderInTheWay)).toEqual([]);
});
