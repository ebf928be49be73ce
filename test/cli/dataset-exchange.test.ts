import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import '../../src/cli/dataset.ts'; // loaded here, and not on the clock of the first test
import { type Entry, readDataSet } from '../../src/data/exchange/index.ts';
import { parseEvent } from '../../src/protocol/index.ts';
import { openStore } from '../../src/store/index.ts';
import { desk, drafted, voted, writing } from '../support/campaign.ts';
import { famenet } from '../support/main.ts';

let folder: string;
const at = (name: string) => join(folder, name);
const entriesOf = async (name: string): Promise<readonly Entry[]> => (await readDataSet(at(name))).entries;

/** A campaign with one item by majority, one by discussion after a replacement, and one that is not finished. */
async function keepCampaign(file: string): Promise<void> {
  const d = desk({ items: 3 });
  drafted(d, 'i1', 0.9);
  voted(d, 'i1', ['a', 'a', 'neither']);
  d.does('ann', 'draft', { item: 'i2', writing: writing('An early draft') });
  d.does('lea', 'reassign', { item: 'i2', seat: 'draft', from: 'ann', to: 'cleo', reason: 'She is away' });
  d.does('cleo', 'draft', { item: 'i2', writing: writing('=Cleo on i2') });
  d.does('ben', 'draft', { item: 'i2', writing: writing('Ben on i2') });
  d.does('gate', 'measure', { item: 'i2', score: 0.4, signature: 'bertscore|model:made|part:F1|idf:false|rescaled:false' });
  d.does('cleo', 'say', { item: 'i2', text: 'Look at <b>turn 1</b>' });
  const revision = d.does('ben', 'revise', { item: 'i2', writing: writing('Both of us on i2') });
  d.does('cleo', 'accept', { item: 'i2', text: revision.id });
  d.does('ann', 'draft', { item: 'i3', writing: writing('A secret draft') });
  const store = await openStore(file, { eventOf: parseEvent });
  await store.append('c', d.events);
  await store.close();
}

const ROWS = [
  ['480_5.mp4', 'joy', 'Ross', 'Hi!', 'She came.'],
  ['t_3_0.mp4', 'fear', 'Rachel', 'Who is it?', '=SUM("a", b)\nof the knock'],
] as const;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-'));
  const entries = ROWS.map(([video, emotion, speaker, text, cause], id) => ({
    id,
    video,
    conversations: [
      { from: 'human', value: `<video>\nExplain why the emotion of this statement is ${emotion} <${speaker}: ${text}>` },
      { from: 'gpt', value: cause },
    ],
  }));
  await writeFile(at('ecem.json'), `${JSON.stringify(entries, null, 1)}\n`);
  await keepCampaign(at('campaign.db'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('a campaign', () => {
  test('goes out with all that led to its texts, and without a name', async () => {
    const words = ['dataset', 'export', '--db', at('campaign.db'), '--format', 'jsonl', '--out', at('campaign.jsonl')];
    const { code, stdout, stderr } = await famenet(words);
    expect([code, stdout, stderr]).toEqual([0, 'c: 2 of 2 entries in jsonl\n', `Wrote ${at('campaign.jsonl')}\n`]);
    const text = await readFile(at('campaign.jsonl'), 'utf8');
    for (const name of ['ann', 'ben', 'cleo', 'lea', 'vera', 'viktor', 'vito', 'ANN', 'Lea']) expect(text).not.toContain(`"${name}"`);
    expect(text).not.toContain('event-');
    expect(text).not.toContain('A secret draft');
    const { protocol, entries } = await readDataSet(at('campaign.jsonl'));
    expect(protocol).toMatchObject({
      title: 'Test',
      voters: 3,
      gate: { signature: 'bertscore|model:made|part:F1|idf:false|rescaled:false', threshold: 0.75 },
      people: expect.arrayContaining([{ id: 'p1', roles: ['lead'] }]) as unknown,
    });
    expect(protocol!.guidelines[0]!.text).toContain('cause');
    const [majority, discussed] = entries;
    expect(majority!.annotation).toMatchObject({
      how: 'majority',
      text: 'a',
      measured: { score: 0.9, passed: true },
      votes: [{ choice: 'a' }, { choice: 'a' }, { choice: 'neither' }],
    });
    expect(discussed).toMatchObject({ cause: 'Both of us on i2', senses: ['text', 'picture'] });
    expect(discussed!.annotation).toMatchObject({
      how: 'discussion',
      text: 'revision-1',
      messages: [{ text: 'Look at <b>turn 1</b>' }],
      revisions: [{ cause: 'Both of us on i2' }],
      accepted: [{ text: 'revision-1' }, { text: 'revision-1' }],
      setAside: [{ reason: 'She is away', drafts: [{ cause: 'An early draft' }] }],
    });
  });

  test.each(['csv', 'hf'])('comes back from %s as it was', async (format) => {
    const out = at(`campaign.${format}`);
    expect((await famenet(['dataset', 'export', at('campaign.jsonl'), '--format', format, '--out', out])).code).toBe(0);
    expect((await famenet(['dataset', 'import', out, '--out', at('again.jsonl')])).code).toBe(0);
    expect(await entriesOf('again.jsonl')).toEqual(await entriesOf('campaign.jsonl'));
    if (format === 'hf') expect(await readDataSet(at('again.jsonl'))).toEqual(await readDataSet(at('campaign.jsonl')));
  });
});

test.each(['ecem', 'llava', 'jsonl', 'csv', 'hf'])('ECEM through %s and back is the same file', async (format) => {
  const out = at(`through.${format}`);
  expect((await famenet(['dataset', 'export', at('ecem.json'), '--format', format, '--out', out])).code).toBe(0);
  // Its films have ECEM's names, so that LLaVA's form is taken for ECEM's unless one says so.
  const words = ['dataset', 'import', out, '--format', format, '--out', at('back.jsonl')];
  expect((await famenet(words)).stdout).toMatch(/: 2 entries, 2 of them explained\n$/);
  expect((await famenet(['dataset', 'export', at('back.jsonl'), '--format', 'ecem', '--out', at('back.json')])).code).toBe(0);
  const back = JSON.parse(await readFile(at('back.json'), 'utf8')) as unknown;
  expect(back).toEqual(JSON.parse(await readFile(at('ecem.json'), 'utf8')));
});

test('parts are files of a new folder, and come back as parts', async () => {
  const line = (id: string, split: string, speaker: string) =>
    JSON.stringify({ id, split, emotion: 'joy', dialogue: '1', utterance: Number(id), speaker, text: 'Hi', cause: 'x' });
  const head = '{"famenet":"data set","version":1,"name":"parts"}';
  await writeFile(at('parts.jsonl'), [head, line('1', 'train', 'Ross'), line('2', 'dev', 'Joey'), line('3', 'dev', 'a:b')].join('\n'));
  const words = ['dataset', 'export', at('parts.jsonl'), '--format', 'ecem', '--out', at('parts')];
  const { stdout } = await famenet(words);
  expect(stdout).toBe('parts: 2 of 3 entries in ecem\nLeft out (a speaker with : or < or > in the name): 1 (3)\n');
  expect((await readdir(at('parts'))).sort()).toEqual(['dev.json', 'train.json']);
  expect((await entriesOf('parts')).map(({ id, split }) => [id, split])).toEqual([
    ['2', 'dev'],
    ['1', 'train'],
  ]);
  expect((await famenet(words)).stderr).toContain('DATASET_FOLDER');
});

test('no cell of a table begins like a formula', async () => {
  await famenet(['dataset', 'export', at('ecem.json'), '--format', 'csv', '--out', at('cells.csv')]);
  expect(await readFile(at('cells.csv'), 'utf8')).toMatchInlineSnapshot(`
    "id,split,dialogue,utterance,speaker,emotion,text,cause,reasoning,clip,turns,spans,evidence,senses,annotation
    "0","","480","5","Ross","joy","Hi!","She came.","","480_5.mp4","","","","",""
    "1","","t_3","0","Rachel","fear","Who is it?","'=SUM(""a"", b)
    of the knock","","t_3_0.mp4","","","","",""
    "
  `);
});

test('sets that are only read: ECF, RECCON, dialogues of ours', async () => {
  const conversation = [
    { utterance_ID: 1, text: 'I am naked !', speaker: 'Chandler', emotion: 'neutral' },
    { utterance_ID: 2, text: 'Oh !', speaker: 'Joey', emotion: 'surprise' },
  ];
  const ecf = [{ conversation_ID: 1, conversation, 'emotion-cause_pairs': [['2_surprise', '1_I am naked !']] }];
  const turn = { turn: 1, speaker: 'A', utterance: 'I won !', emotion: 'happiness' };
  const reccon = { x_1: [[{ ...turn, 'expanded emotion cause evidence': [1], 'expanded emotion cause span': ['I won !'] }]] };
  const dialogue = { id: 'd', utterances: [{ speaker: 'Ann', text: 'Boo', emotion: 'fear' }, { text: 'Ah' }] };
  for (const [name, content] of Object.entries({ ecf, reccon, dialogue })) await writeFile(at(`${name}.json`), JSON.stringify(content));
  expect(await readDataSet(at('ecf.json'))).toMatchObject({
    utterances: 2,
    entries: [{ id: '1_2', emotion: 'surprise', spans: [{ turn: 1, text: 'I am naked!' }], turns: [{ number: 1 }, { number: 2 }] }],
  });
  expect(await entriesOf('reccon.json')).toMatchObject([{ id: 'x_1_1', emotion: 'joy', spans: [{ turn: 1, text: 'I won!' }] }]);
  expect(await entriesOf('dialogue.json')).toMatchObject([{ id: 'd_0', emotion: 'fear', speaker: 'Ann' }]);
  const words = ['dataset', 'export', at('ecf.json'), '--format', 'ecem', '--out', at('none.json')];
  expect((await famenet(words)).stdout).toBe('ecf: 0 of 1 entries in ecem\nLeft out (no cause): 1 (1_2)\n');
});

test('a folder with parts, as a made world is: what lies beside them is no part', async () => {
  await mkdir(at('world'));
  for (const name of ['train.json', 'dev.json']) await writeFile(at(`world/${name}`), await readFile(at('ecem.json')));
  for (const name of ['dialogues.jsonl', 'truth.jsonl', 'manifest.json']) await writeFile(at(`world/${name}`), '{}');
  expect((await entriesOf('world')).map(({ id, split }) => `${split} ${id}`)).toEqual(['dev 0', 'dev 1', 'train 0', 'train 1']);
});

test.each([
  [['export', '--format', 'csv', '--out', 'NEW'], 'DATASET_SOURCE'],
  [['export', 'ECEM', '--db', 'DB', '--format', 'csv', '--out', 'NEW'], 'DATASET_SOURCE'],
  [['export', 'ECEM', '--format', 'xml', '--out', 'NEW'], 'USAGE_VALUE'],
  [['export', 'ECEM', '--format', 'csv', '--out', 'ECEM'], '--out would overwrite'],
  [['export', 'ECEM', '--format', 'hf', '--out', 'FULL'], 'DATASET_FOLDER'],
  [['export', 'EMPTY', '--format', 'csv', '--out', 'NEW'], 'DATASET_FILE'],
  [['export', 'FULL', '--format', 'csv', '--out', 'NEW'], 'DATASET_FILE'],
  [['import', 'ECEM', '--format', 'jsonl', '--out', 'NEW'], 'DATASET_FILE'],
  [['import', 'ECEM'], 'USAGE_MISSING'],
  [['export', '--db', 'DB', '--campaign', 'other', '--format', 'csv', '--out', 'NEW'], 'ANNOTATE_CAMPAIGN'],
])('%j is refused', async (words, message) => {
  await mkdir(at('full'), { recursive: true });
  await writeFile(at('full/a.txt'), 'x');
  await mkdir(at('empty'), { recursive: true });
  const named: Readonly<Record<string, string>> = {
    ECEM: at('ecem.json'),
    DB: at('campaign.db'),
    NEW: at('new.out'),
    FULL: at('full'),
    EMPTY: at('empty'),
  };
  const { code, stdout, stderr } = await famenet(['dataset', ...words.map((word) => named[word] ?? word)]);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(message);
});

test('famenet dataset export --help, and import', async () => {
  expect((await famenet(['dataset', 'export', '--help'])).stdout).toMatchInlineSnapshot(`
    "famenet dataset export: Write a data set, or what a campaign has published, in a form that others read

    Usage
      famenet dataset export [<data>] [options]

    Arguments
      <data>  file or folder in a format of \`dataset export\`, or dialogues with emotions (ours, MELD,
              ECF, RECCON)

    Options
      --db <text>                     in place of it: file of a store, or postgres://…; what its
                                      campaign has published
      --campaign <text>               with --db: which campaign; may be left out where there is one
      --format <ecem|llava|jsonl|csv|hf>
                                      ecem and llava: conversations; jsonl: ours, with everything; csv:
                                      a table; hf: a folder (required)
      --out <path>                    the file; for hf, and for sets with parts in ecem and llava, a new
                                      folder (required)
      --json                          one JSON document on stdout, everything else on stderr
      -h, --help                      this page

    Examples
      famenet dataset export --db annotations.db --format hf --out published
      famenet dataset export set.jsonl --format llava --out train.json
    "
  `);
  expect((await famenet(['dataset', 'import', '--help'])).stdout).toMatchInlineSnapshot(`
    "famenet dataset import: Read a data set in any form of \`dataset export\`, and dialogues with emotions, into ours (JSONL)

    Usage
      famenet dataset import <data> [options]

    Arguments
      <data>  file or folder

    Options
      --format <ecem|llava|jsonl|csv|hf>
                                      what it is; its content says so where absent
      --name <text>                   of the set; what it says, or the name of its file, where absent
      --out <path>                    the set in our JSONL (required)
      --json                          one JSON document on stdout, everything else on stderr
      -h, --help                      this page

    Examples
      famenet dataset import published --out set.jsonl
      famenet dataset import corrected.csv --format csv --out set.jsonl
    "
  `);
});
