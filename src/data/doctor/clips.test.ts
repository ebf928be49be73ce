import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeFile } from '../../../test/support/media.ts';
import { scene } from '../../../test/support/scene.ts';
import { clipName, type Meld } from '../meld.ts';
import { checkClips, type Sense } from './clips.ts';
import { symptom } from './symptom.ts';

let root: string;
let folder: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'famenet-clips-'));
  folder = join(root, 'train_splits');
  await mkdir(folder);
  const drawn = scene({});
  const timeBase = { num: 1, den: 10 };
  const pictures = {
    codec: 'libx264',
    timeBase,
    shown: Array.from({ length: 10 }, (_, i) => ({ picture: drawn.picture(i / 10), pts: i, duration: 1 })),
  };
  const samples = Float32Array.from({ length: 16_000 }, (_, i) => drawn.voice(i / 16_000));
  const voice = { codec: 'aac', rate: 16_000, channels: 1, pieces: [{ samples, at: 0 }] } as const;
  for (const number of [0, 2]) await makeFile(join(folder, clipName('3', number)), 'mp4', { pictures, voice });
  await makeFile(join(folder, clipName('3', 3)), 'mp4', { pictures });
  await makeFile(join(folder, clipName('3', 4)), 'mp4', { voice });
  await writeFile(join(folder, clipName('3', 5)), 'no film');
  await writeFile(join(folder, clipName('3', 6)), '');
  await writeFile(join(folder, '._dia3_utt0.mp4'), 'what a Mac leaves behind');
});
afterAll(() => rm(root, { recursive: true }));

/** Utterance 1 has no clip, 2 lasts five minutes, 4 has no times. */
const meld: Meld = {
  train: new Map([
    [
      '3',
      {
        id: '3',
        utterances: [0, 1, 2, 3, 4, 5, 6].map((number) => ({
          number,
          text: 'Hi.',
          ...(number !== 4 && { start: 10, end: number === 2 ? 310 : 11.2 }),
        })),
      },
    ],
  ]),
  dev: new Map([['3', { id: '3', utterances: [{ number: 0, text: 'Hi.' }] }]]),
};

const told = async (of: string, options: Parameters<typeof checkClips>[1]) =>
  (await checkClips(of, options)).map(({ code, place, message }) => `${code} ${place.utterance ?? '-'}: ${message}`);

test('each fault of a folder is found where it is, and a broken file is no error; senses get what can be decoded', async () => {
  const seen: [number, number][] = [];
  const sensed: unknown[] = [];
  const sense: Sense = async ({ place, utterance }, { duration }) => {
    sensed.push([utterance?.number, Math.round(duration)]);
    return utterance?.number === 0 ? [symptom('no-speech', place, 'heard nothing')] : [];
  };
  const progress = (done: number, total: number) => seen.push([done, total]);
  expect(await told(folder, { meld, senses: [sense], parallel: 2, progress })).toEqual([
    'clip-missing 1: dia3_utt1.mp4',
    'clip-extra -: ._dia3_utt0.mp4',
    'no-speech 0: heard nothing',
    'clip-length 2: 1.0 s; the table gives it 300.0 s',
    'no-sound 3: mp4',
    'no-picture 4: mp4',
    'clip-undecodable 5: MEDIA_FORMAT: bytes of an unknown kind',
    'clip-undecodable 6: MEDIA_EMPTY: 0 bytes',
  ]);
  expect(seen).toEqual([1, 2, 3, 4, 5, 6].map((done) => [done, 6]));
  expect(sensed.sort()).toEqual([0, 2, 3, 4].map((number) => [number, 1]));
});

test('a folder of another name belongs to the part that fits it best; without a table all films are opened', async () => {
  const other = join(root, 'mine');
  await mkdir(other);
  await writeFile(join(other, clipName('3', 0)), 'no film');
  await writeFile(join(other, 'notes.txt'), 'mine');
  expect(await told(other, { meld })).toEqual(['clip-extra -: notes.txt', 'clip-undecodable 0: MEDIA_FORMAT: bytes of an unknown kind']);
  expect(await told(other, {})).toEqual(['clip-undecodable -: MEDIA_FORMAT: bytes of an unknown kind']);
});

test('stops when it is told to', async () => {
  await expect(checkClips(folder, { meld, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'STOPPED' });
});
