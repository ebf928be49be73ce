import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MELD_HEADER, parseMeld, readMeld } from './meld.ts';

const TABLE = [
  MELD_HEADER,
  '1,"I’m on my way, “home”.",Ross,neutral,neutral,0,0,8,21,"00:16:16,059","00:16:21,731"',
  '2,That\u0092s nice!,Dr. Green,Joy,positive,0,3,8,21,"0:16:21,9","0:16:23,442"',
  '4,What?,Monica,surprise,positive,2,1,8,21,"00:20:00,000","00:20:00,000"',
  '3,"Well, we?re\nlate",All,anger,negative,2,0,8,21,,',
].join('\r\n');

describe('a table', () => {
  test("MELD's own numbers, gaps and order; times in the episode; broken quotation marks", () => {
    expect(parseMeld(TABLE, 'x')).toEqual([
      {
        id: '0',
        utterances: [
          { number: 0, speaker: 'Ross', text: 'I’m on my way, “home”.', start: 976.059, end: 981.731, emotion: 'neutral' },
          { number: 3, speaker: 'Dr. Green', text: 'That’s nice!', start: 981.9, end: 983.442, emotion: 'joy' },
        ],
      },
      {
        id: '2',
        utterances: [
          { number: 1, speaker: 'Monica', text: 'What?', emotion: 'surprise' }, // an end that is not after the start
          { number: 0, speaker: 'All', text: 'Well, we’re\nlate', emotion: 'anger' },
        ],
      },
    ]);
  });
  test.each([
    ['1,Hi,Ross,bored,neutral,0,0,8,21,,', 'line 2', 'anger, disgust'],
    ['1,Hi,Ross,joy,neutral,a,0,8,21,,', 'line 2', 'numbers'],
    ['1,Hi,Ross,joy,neutral,0,-1,8,21,,', 'line 2', 'numbers'],
    ['1,Hi,Ross,joy,neutral,0,0,8,21,,\n2,Ho,Ross,joy,neutral,0,0,8,21,,', 'line 3', 'once'],
  ])('%j makes no sense', (rows, at, expected) => {
    expect(() => parseMeld(`${MELD_HEADER}\n${rows}`, 'x.csv')).toThrow(
      expect.objectContaining({
        code: 'MELD_TABLE',
        detail: expect.objectContaining({ at: `x.csv, ${at}`, expected: expect.stringContaining(expected) }),
      }),
    );
  });
});

describe('a folder', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'famenet-meld-'));
    await mkdir(join(folder, 'flat'));
    await writeFile(join(folder, 'flat', 'train_sent_emo.csv'), TABLE);
    // as the archive is laid out, with one clip missing and a file that no row names
    for (const part of ['test/output_repeated_splits_test', 'dev']) await mkdir(join(folder, 'raw', part), { recursive: true });
    await writeFile(join(folder, 'raw/test/test_sent_emo.csv'), TABLE);
    for (const clip of ['dia0_utt3.mp4', 'dia2_utt0.mp4', 'final_videos_testdia0_utt0.mp4'])
      await writeFile(join(folder, 'raw/test/output_repeated_splits_test', clip), '');
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('parts whose tables are there', async () => {
    const meld = await readMeld(join(folder, 'flat'));
    expect(Object.keys(meld)).toEqual(['train']);
    expect(meld.train!.get('2')!.utterances.map(({ number, clip }) => [number, clip])).toEqual([
      [1, undefined],
      [0, undefined],
    ]);
  });
  test('clips that are there', async () => {
    const { test: part } = await readMeld(join(folder, 'raw'));
    const clip = (name: string) => join(folder, 'raw/test/output_repeated_splits_test', name);
    expect([...part!.values()].flatMap(({ utterances }) => utterances.map((one) => one.clip))).toEqual([
      undefined,
      clip('dia0_utt3.mp4'),
      undefined,
      clip('dia2_utt0.mp4'),
    ]);
  });
  test('no table at all', async () => {
    await expect(readMeld(join(folder, 'raw/dev'))).rejects.toMatchObject({
      code: 'FILE_MISSING',
      detail: { expected: expect.stringContaining('train_sent_emo.csv') },
    });
  });
});
