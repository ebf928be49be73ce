import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Ticks } from './frame.ts';
import { COLUMNS, type FrameEntry, type Ledger, ledgerFileOf, ledgerIfBuilt, readLedger, writeLedger } from './ledger.ts';

let folder: string;
let video: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-ledger-'));
  video = join(folder, 'U_3.mp4');
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => writeFile(video, 'seven b'));

const row = (clip: number, at: number): FrameEntry => [
  clip,
  at as Ticks,
  at as Ticks,
  3003 as Ticks,
  '0123456789abcdef',
  'fedcba9876543210',
];

const LEDGER: Ledger = {
  format: 'famenet ledger',
  version: 1,
  recipe: 'abc',
  video: { bytes: 7, width: 64, height: 48, timeBase: { num: 1, den: 90_000 }, duration: 6006 as Ticks, rate: 48_000, channels: 2 },
  clips: [
    {
      id: 'dia0_utt0',
      fingerprint: 'f',
      width: 64,
      height: 48,
      timeBase: { num: 1, den: 30_000 },
      frames: 2,
      kept: 2,
      dropped: 0,
      from: 0 as Ticks,
      to: 6006 as Ticks,
      seam: { is: 'new', dropped: 0 },
      notes: ['CLIP_NO_SOUND'],
    },
  ],
  columns: COLUMNS,
  frames: [row(0, 0), row(0, 3003)],
};

test('it comes back as it was, stands beside its video, and has a line for each frame', async () => {
  await writeLedger(video, LEDGER);
  expect(await readLedger(video)).toEqual(LEDGER);
  expect(ledgerFileOf(video)).toBe(join(folder, 'U_3.json'));
  expect(ledgerFileOf('a/U_1.MP4')).toBe('a/U_1.json');
  const lines = (await readFile(ledgerFileOf(video), 'utf8')).split('\n');
  expect(lines.filter((line) => line.includes('0123456789abcdef'))).toEqual([
    '    [0,0,0,3003,"0123456789abcdef","fedcba9876543210"],',
    '    [0,3003,3003,3003,"0123456789abcdef","fedcba9876543210"]',
  ]);
});

test('a ledger without frames is one', async () => {
  await writeLedger(video, { ...LEDGER, frames: [] });
  expect((await readLedger(video)).frames).toEqual([]);
});

test.each<[string, (text: string) => string, string]>([
  ['cut off', (text) => text.slice(0, -20), 'FILE_DAMAGED'],
  ['of another format', (text) => text.replace('famenet ledger', 'something'), 'MEDIA_LEDGER'],
  ['of a later version', (text) => text.replace('"version": 1', '"version": 2'), 'MEDIA_LEDGER'],
  ['without its clips', (text) => text.replace('"clips"', '"clops"'), 'MEDIA_LEDGER'],
  ['with a frame of a clip that is not there', (text) => text.replace('[0,3003,', '[1,3003,'), 'MEDIA_LEDGER'],
  ['with a frame at half a tick', (text) => text.replace('[0,3003,', '[0,3003.5,'), 'MEDIA_LEDGER'],
  ['with a long row', (text) => text.replace('"fedcba9876543210"]', '"fedcba9876543210",1]'), 'MEDIA_LEDGER'],
  ['with a short row', (text) => text.replace('[0,3003,', '[0,'), 'MEDIA_LEDGER'],
  ['of a video with other bytes', (text) => text.replace('"bytes": 7', '"bytes": 8'), 'MEDIA_LEDGER'],
])('a ledger %s is refused, and its video counts as not built', async (_, damage, code) => {
  await writeLedger(video, LEDGER);
  expect(await ledgerIfBuilt(video, 'abc')).toEqual(LEDGER);
  const file = ledgerFileOf(video);
  const text = await readFile(file, 'utf8');
  expect(damage(text)).not.toBe(text);
  await writeFile(file, damage(text));
  await expect(readLedger(video)).rejects.toMatchObject({ code });
  expect(await ledgerIfBuilt(video, 'abc')).toBeUndefined();
});

test('a video is built if it is there, with its ledger, by this recipe', async () => {
  await writeLedger(video, LEDGER);
  expect(await ledgerIfBuilt(video, 'another')).toBeUndefined();
  await rm(video);
  expect(await ledgerIfBuilt(video, 'abc')).toBeUndefined();
  await expect(readLedger(video)).rejects.toMatchObject({ code: 'MEDIA_LEDGER', detail: { at: video, got: 'no file' } });
  await rm(ledgerFileOf(video));
  await expect(readLedger(video)).rejects.toMatchObject({ code: 'FILE_MISSING' });
});
