import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readDialogues } from '../../src/data/dialogue.ts';
import { MELD_HEADER } from '../../src/data/meld.ts';
import { famenet } from '../support/main.ts';

let folder: string;
const at = (name: string) => join(folder, name);

/** What stands in the six rows: one is clean, two can be repaired. */
const ROWS = [
  ['5_0.mp4', 'joy <Ross: Hi there!>', 'The reason he is happy is that she came.'],
  ['5_2.mp4', 'joy <Joey: Yes!>', '"What pleases him is Ross\u00e2\u0080\u0099s idea \u00e2\u0080?at last."'],
  ['5_5.mp4', 'anger <Joey: I鈥檓 late.>', 'The reason he’s angry is that he is late.'],
  ['5_1.mp4', 'neutral <Monica: Hm.>', '-1'],
  ['5_0.mp4', 'joy <Ross: Hi there!>', 'The reason he was happ'],
  ['t_3_0.mp4', 'fear <Rachel: Who is it?>', 'The reason she is afraid is the knock.'],
] as const;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-'));
  const entries = ROWS.map(([video, statement, cause], id) => ({
    id,
    video,
    conversations: [
      { from: 'human', value: `<video>\nExplain why the emotion of this statement is ${statement}` },
      { from: 'gpt', value: cause },
    ],
  }));
  await writeFile(at('ecem.json'), JSON.stringify(entries));
  const header = `${MELD_HEADER}\n`;
  const train = [
    'Hi there!,Ross,joy,positive,5,0',
    'Hm.,Monica,neutral,neutral,5,1',
    'Yes!,Joey,joy,positive,5,4',
    'I’m late.,Joey,anger,negative,5,5',
  ];
  await writeFile(
    at('train_sent_emo.csv'),
    header + train.map((row, i) => `${i},${row},1,1,"00:00:0${i},000","00:00:0${i},500"\n`).join(''),
  );
  await writeFile(at('test_sent_emo.csv'), `${header}0,Who is it?,Rachel,fear,negative,3,0,1,1,"00:00:01,000","00:00:02,000"\n`);
});
afterAll(() => rm(folder, { recursive: true }));

test('famenet dataset clean: what is done is told, the rest is written', async () => {
  const words = ['dataset', 'clean', at('ecem.json'), '--meld', folder, '--out', at('clean.json'), '--findings', at('findings.jsonl')];
  const { code, stdout, stderr } = await famenet(words);
  expect(code).toBe(0);
  expect(stderr).toBe(`Cleaning 100 %  6 of 6 rows\nWrote ${at('clean.json')}, ${at('findings.jsonl')}\n`);
  expect(stdout).toMatchInlineSnapshot(`
    "6 rows: 4 kept (2 of them repaired), 2 dropped
    finding     is        times  what
    mojibake    repaired      2  text that was read in a wrong character set
    lost-mark   repaired      1  a mark lost for good (?), put back from what stands around it
    quoted      repaired      1  an explanation that stands in quotation marks as a whole
    misaligned  repaired      1  a film's name that means another utterance of its dialogue
    neutral     dropped       1  a neutral statement: there is nothing to explain
    no-cause    dropped       1  no explanation, or one that says that there is none
    cut-off     dropped       1  an explanation that ends before its sentence does
    "
  `);
  const kept = JSON.parse(await readFile(at('clean.json'), 'utf8')) as { video: string; conversations: { value: string }[] }[];
  expect(
    kept.map(({ video, conversations: [question, answer] }) => [video, question!.value.split('statement is ')[1], answer!.value]),
  ).toMatchInlineSnapshot(`
    [
      [
        "5_0.mp4",
        "joy <Ross: Hi there!>",
        "The reason he is happy is that she came.",
      ],
      [
        "5_4.mp4",
        "joy <Joey: Yes!>",
        "What pleases him is Ross’s idea — at last.",
      ],
      [
        "5_5.mp4",
        "anger <Joey: I’m late.>",
        "The reason he’s angry is that he is late.",
      ],
      [
        "t_3_0.mp4",
        "fear <Rachel: Who is it?>",
        "The reason she is afraid is the knock.",
      ],
    ]
  `);
  const findings = (await readFile(at('findings.jsonl'), 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  expect(findings).toHaveLength(8);
  expect(findings[3]).toEqual({
    code: 'misaligned',
    kind: 'repaired',
    entry: 2,
    id: 1,
    video: '5_2.mp4',
    field: 'video',
    before: '5_2.mp4',
    after: '5_4.mp4',
  });
});

test('cleaning again finds nothing; --json has the counts', async () => {
  await famenet(['dataset', 'clean', at('ecem.json'), '--meld', folder, '--out', at('once.json')]);
  const { stdout } = await famenet(['dataset', 'clean', at('once.json'), '--meld', folder, '--out', at('twice.json'), '--json']);
  const { counts, took, ...rest } = JSON.parse(stdout) as { counts: Record<string, number>; took: number };
  expect(rest).toEqual({
    file: at('once.json'),
    meld: folder,
    out: at('twice.json'),
    findings: null,
    rows: 4,
    kept: 4,
    dropped: 0,
    repaired: 0,
  });
  expect(Object.values(counts).every((count) => count === 0)).toBe(true);
  expect(took).toBeGreaterThanOrEqual(0);
  expect(await readFile(at('twice.json'), 'utf8')).toBe(await readFile(at('once.json'), 'utf8'));
});

test('without MELD', async () => {
  const { code, stderr, stdout } = await famenet(['dataset', 'clean', at('ecem.json'), '--out', at('alone.json')]);
  expect(code).toBe(0);
  expect(stderr).toContain('Without --meld no row was compared with MELD');
  expect(stdout).not.toContain('misaligned');
});

test('what famenet synth makes is clean, and its dialogues can be read', async () => {
  expect((await famenet(['synth', at('world'), '--dialogues', '12', '--no-video'])).code).toBe(0);
  const { stdout } = await famenet(['dataset', 'clean', at('world/ecem.json'), '--out', at('made.json')]);
  expect(stdout).toMatch(/^12 rows: 12 kept \(0 of them repaired\), 0 dropped\n/);
  expect(JSON.parse(await readFile(at('made.json'), 'utf8'))).toEqual(JSON.parse(await readFile(at('world/ecem.json'), 'utf8')));
  const dialogues = await readDialogues(at('world/dialogues.jsonl'));
  expect(dialogues).toHaveLength(12);
  expect(dialogues[0]!.utterances[0]).toMatchObject({
    number: 0,
    speaker: expect.any(String),
    emotion: expect.any(String),
    start: expect.any(Number),
  });
});

test.each([
  [['dataset'], 'USAGE_VERB'],
  [['dataset', 'clean', 'ECEM'], 'USAGE_MISSING'],
  [['dataset', 'clean', 'ECEM', '--out', 'ECEM'], '--out would overwrite'],
  [['dataset', 'clean', 'ECEM', '--meld', 'FOLDER', '--out', 'TRAIN'], '--out would overwrite'],
  [['dataset', 'clean', 'ECEM', '--out', 'NEW', '--findings', 'ECEM'], '--findings would overwrite'],
  [['dataset', 'clean', 'TRAIN', '--out', 'NEW'], 'ECEM_FILE'],
])('%j is refused', async (words, message) => {
  const named: Readonly<Record<string, string>> = {
    ECEM: at('ecem.json'),
    TRAIN: at('train_sent_emo.csv'),
    NEW: at('new.json'),
    FOLDER: folder,
  };
  const { code, stdout, stderr } = await famenet(words.map((word) => named[word] ?? word));
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(message);
});

test('famenet dataset clean --help', async () => {
  expect((await famenet(['dataset', 'clean', '--help'])).stdout).toMatchInlineSnapshot(`
    "famenet dataset clean: Repair what can be repaired in ECEM, and take out what cannot be used, with a reason for each

    Usage
      famenet dataset clean <file> [options]

    Arguments
      <file>  ECEM as its authors publish it: LLaVA's conversation format

    Options
      --meld <path>      folder of MELD's tables; without it no row is compared with MELD
      --out <path>       the clean rows, in the same format (required)
      --findings <path>  JSONL with every change and every reason to take a row out: place, before,
                         after
      --json             one JSON document on stdout, everything else on stderr
      -h, --help         this page

    Examples
      famenet dataset clean train.json --meld MELD --out train.clean.json
      famenet dataset clean train.json --meld MELD --out train.clean.json --findings train.findings.jsonl --json
    "
  `);
});
