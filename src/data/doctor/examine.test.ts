import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ecemText } from '../ecem.ts';
import { examine } from './examine.ts';

let folder: string;
const at = (name: string) => join(folder, name);
const ECEM = ecemText([{ id: 0, video: '5_0.mp4', emotion: 'joy', speaker: 'Ross', text: 'Hi!', cause: 'The reason he is happ' }]);
const TABLE = 'Utterance,Speaker,Emotion,Dialogue_ID,Utterance_ID,StartTime,EndTime\nHi!,Ross,joy,5,0,"00:00:01,000","00:00:00,000"\n';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-doctor-'));
  await mkdir(at('train_splits'));
  await mkdir(at('elsewhere'));
  await writeFile(at('ecem.json'), ECEM);
  await writeFile(at('ecf.json'), JSON.stringify([{ conversation_ID: 1, conversation: [] }, 7]));
  await writeFile(at('other.json'), '{"a": 1}');
  await writeFile(at('torn.json'), ECEM.slice(0, -20));
  await writeFile(at('train_sent_emo.csv'), TABLE);
  await writeFile(at('columns.csv'), TABLE.replace('StartTime', 'From'));
  await writeFile(at('quotes.csv'), `${TABLE}"`);
  await writeFile(at('other.csv'), 'a,b\n1,2\n');
  await writeFile(at('bytes.json'), Buffer.from([0x5b, 0xff, 0x5d]));
  await writeFile(at('notes.txt'), 'mine');
  await writeFile(at('train_splits/dia5_utt0.mp4'), 'no film');
  await writeFile(at('elsewhere/dia5_utt0.mp4'), 'no film either');
});
afterAll(() => rm(folder, { recursive: true }));

const told = async (path: string) =>
  (await examine(path)).map(({ path: file, kind, symptoms }) => [
    file.slice(folder.length + 1),
    kind,
    symptoms.map(({ code }) => code).join(),
  ]);

test('a folder: every file by its content, the clips of its parts; what is none of these is left alone', async () => {
  expect(await told(folder)).toEqual([
    ['bytes.json', 'unknown', 'damaged'],
    ['columns.csv', 'unknown', 'damaged'],
    ['ecem.json', 'ecem', 'cut-off'],
    ['ecf.json', 'ecf', 'damaged'],
    ['quotes.csv', 'unknown', 'damaged'],
    ['torn.json', 'unknown', 'damaged'],
    ['train_sent_emo.csv', 'meld', 'no-time,dialogue-gap'],
    ['train_splits', 'clips', 'clip-undecodable'],
  ]);
});

test('a file, a folder of clips', async () => {
  expect(await told(at('ecem.json'))).toEqual([['ecem.json', 'ecem', 'cut-off']]);
  expect(await told(at('other.json'))).toEqual([['other.json', 'unknown', '']]);
  expect(await told(at('train_splits'))).toEqual([['train_splits', 'clips', 'clip-undecodable']]);
  expect(await told(at('elsewhere'))).toEqual([['elsewhere', 'clips', 'clip-undecodable']]);
});

test('a table that ECEM needs is asked for', async () => {
  await expect(examine(at('ecem.json'), { meld: {} })).rejects.toMatchObject({ code: 'MELD_PART' });
});

test('depth is no bomb', async () => {
  const deep = `${'['.repeat(2e5)}${']'.repeat(2e5)}`;
  for (const one of [
    `[{"conversations": []}, ${deep}]`,
    `[{"conversation": []}, ${deep}]`,
    `[{"conversations": [], "x": ${deep}}]`,
    deep,
  ]) {
    await writeFile(at('elsewhere/deep.json'), one);
    const [found] = await examine(at('elsewhere/deep.json'));
    expect([found!.kind, found!.symptoms.every(({ code }) => code === 'damaged')]).toEqual([expect.any(String), true]);
  }
  await rm(at('elsewhere/deep.json'));
});

test('what is damaged says why', async () => {
  const [one] = await examine(at('columns.csv'));
  expect(one!.symptoms[0]!.message).toMatch(/^CSV_COLUMNS: .*columns\.csv, line 1, expected the columns Utterance, .*, got Utterance, /);
});
