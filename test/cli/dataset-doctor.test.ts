import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MELD_HEADER } from '../../src/data/meld.ts';
import { famenet } from '../support/main.ts';
import { demoPhoto, writeShots } from '../support/moving.ts';

/** Milliseconds: seconds of work, on a machine that may have more to do. */
const PATIENCE = 180_000;

let folder: string;
const at = (name: string) => join(folder, name);
const here = (text: string) => text.replaceAll(`${folder}/`, '');

const ROWS = [
  ['5_0.mp4', 'joy <Ross: Hi there!>', 'The reason he is happy is that she came.'],
  ['5_2.mp4', 'joy <Joey: Yes!>', '"What pleases him is Ross\u00e2\u0080\u0099s idea \u00e2\u0080?at last."'],
  ['5_5.mp4', 'anger <Joey: I鈥檓 late.>', 'Why is he angry?'],
  ['5_1.mp4', 'neutral <Monica: Hm.>', '-1'],
  ['5_0.mp4', 'joy <Ross: Hi there!>', 'The reason he wasâ\u0080\u0099nt happ'],
] as const;

const TABLE = `${MELD_HEADER}
1,Hi there!,Ross,joy,positive,5,0,1,1,"00:00:00,000","00:00:01,500"
2,Hm.,Monica,neutral,neutral,5,1,1,1,"00:00:02,000","00:05:03,000"
3,Yes!,Joey,joy,positive,5,4,1,1,"00:05:03,000","00:05:04,000"
4,I?m late.,Joey,anger,negative,5,5,1,1,"00:05:04,000","00:05:05,500"
`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-doctor-'));
  await mkdir(at('meld'));
  const entries = ROWS.map(([video, statement, cause], id) => ({
    id,
    video,
    conversations: [
      { from: 'human', value: `<video>\nExplain why the emotion of this statement is ${statement}` },
      { from: 'gpt', value: cause },
    ],
  }));
  await writeFile(at('ecem.json'), JSON.stringify(entries));
  await writeFile(at('meld/train_sent_emo.csv'), TABLE);
});
afterAll(() => rm(folder, { recursive: true }));

test('counts with what they mean, examples, what can be repaired', async () => {
  const { code, stdout, stderr } = await famenet(['dataset', 'doctor', at('meld'), at('ecem.json')]);
  expect([code, stderr]).toEqual([0, '']);
  expect(here(stdout)).toMatchInlineSnapshot(`
    "meld/train_sent_emo.csv (MELD): 1 error, 1 warning, 2 notes
    ecem.json (ECEM): 3 errors, 6 warnings, 1 note

    finding       is       times  sure  what
    mojibake      warning      3     3  text that was read in a wrong character set
    lost-mark     warning      2     2  a mark lost for good (?), put back from what stands around it
    quoted        warning      1     1  an explanation that stands in quotation marks as a whole
    misaligned    warning      1     1  a film's name that means another utterance of its dialogue
    neutral       error        1     0  a neutral statement: there is nothing to explain
    no-cause      error        1     0  no explanation, or one that says that there is none
    cut-off       error        1     0  an explanation that ends before its sentence does
    question      note         1     0  an explanation that asks where it should say why
    too-long      error        1     0  an "utterance" of more than a minute: the times are wrong
    number-gap    note         1     0  a dialogue that leaves numbers of utterances out: a number is not a place in the list
    dialogue-gap  note         1     0  a number that no dialogue has

    mojibake
      ecem.json, entry 2, cause: "… pleases him is Rossâs idea â?at last.\\"" → "… pleases him is Ross’s idea — at last.\\""
      ecem.json, entry 3, text: "I鈥檓 late." → "I’m late."
    lost-mark
      meld/train_sent_emo.csv, line 5, dialogue 5, utterance 5, Utterance: "I?m late." → "I’m late."
      ecem.json, entry 2, cause: "… pleases him is Rossâs idea â?at last.\\"" → "… pleases him is Ross’s idea — at last.\\""
    quoted
      ecem.json, entry 2, cause: "\\"What pleases him is Ross’s idea — at last.\\"" → "What pleases him is Ross’s idea — at last."
    misaligned
      ecem.json, entry 2, video: "5_2.mp4" → "5_4.mp4"
    neutral
      ecem.json, entry 4, emotion: "neutral"
    no-cause
      ecem.json, entry 4, cause: "-1"
    cut-off
      ecem.json, entry 5, cause: "The reason he was’nt happ"
    question
      ecem.json, entry 3, cause: "Why is he angry?"
    too-long
      meld/train_sent_emo.csv, line 3, dialogue 5, utterance 1, EndTime: 301 s for 1 word
    number-gap
      meld/train_sent_emo.csv, dialogue 5: no utterance 2, 3
    dialogue-gap
      meld/train_sent_emo.csv: no dialogue 0, 1, 2, 3, 4

    --fix repairs 5 texts: findings counted under "sure".
    "
  `);
});

test('--json: counts and findings, each with a code, a place, a severity and, where sure, a repair', async () => {
  const { code, stdout } = await famenet(['dataset', 'doctor', at('ecem.json'), '--meld', at('meld'), '--json']);
  expect(code).toBe(0);
  const { counts, findings, files, fix, took } = JSON.parse(stdout) as Record<string, unknown> & { findings: object[]; took: number };
  expect(counts).toEqual({ mojibake: 3, 'lost-mark': 1, quoted: 1, misaligned: 1, neutral: 1, 'no-cause': 1, 'cut-off': 1, question: 1 });
  expect(findings).toHaveLength(10);
  expect(findings[0]).toEqual({
    code: 'mojibake',
    place: { file: at('ecem.json'), entry: 2, field: 'cause' },
    severity: 'warning',
    message: '"… pleases him is Ross\u00e2\u0080\u0099s idea \u00e2\u0080?at last.\\"" → "… pleases him is Ross’s idea — at last.\\""',
    repair: { before: ROWS[1][2], after: '"What pleases him is Ross’s idea — at last."' },
  });
  expect(files).toEqual([{ file: at('ecem.json'), kind: 'ecem', findings: 10, repairs: 4 }]);
  expect([fix, took >= 0]).toEqual([null, true]);
});

test('what --fix writes repairs a copy of the same file, once, and no other; then the doctor finds nothing more to repair', async () => {
  const fixed = await famenet(['dataset', 'doctor', at('meld'), at('ecem.json'), '--fix', at('fix.json')]);
  expect(here(fixed.stderr)).toBe('Wrote fix.json\n');
  const manifest = await readFile(at('fix.json'), 'utf8');
  expect(manifest).not.toMatch(/reason|pleases|there/); // no more of the text than what was wrong in it
  await writeFile(at('copy.json'), await readFile(at('ecem.json')));
  const patched = await famenet(['dataset', 'patch', at('fix.json'), at('copy.json'), '--out', at('mended.json')]);
  expect([patched.code, here(patched.stdout), here(patched.stderr)]).toEqual([0, '4 texts of copy.json repaired\n', 'Wrote mended.json\n']);

  const [before, after] = await Promise.all(
    ['ecem.json', 'mended.json'].map(async (name) => JSON.parse(await readFile(at(name), 'utf8')) as unknown[]),
  );
  expect(after![0]).toEqual(before![0]);
  expect(after![1]).toMatchObject({ video: '5_4.mp4', conversations: [{}, { value: 'What pleases him is Ross’s idea — at last.' }] });
  expect(after![2]).toMatchObject({ conversations: [{ value: expect.stringContaining('<Joey: I’m late.>') }, {}] });
  expect(after![4]).toMatchObject({ conversations: [{}, { value: 'The reason he was’nt happ' }] });

  const again = await famenet(['dataset', 'doctor', at('mended.json'), '--meld', at('meld')]);
  expect(again.stdout).toContain('Nothing that --fix could repair.');
  const twice = await famenet(['dataset', 'patch', at('fix.json'), at('mended.json'), '--out', at('twice.json')]);
  expect(here(twice.stdout)).toBe('mended.json is repaired already\n');
  expect(await readFile(at('twice.json'), 'utf8')).toBe(await readFile(at('mended.json'), 'utf8'));
  const table = await famenet(['dataset', 'patch', at('fix.json'), at('meld/train_sent_emo.csv'), '--out', at('table.csv'), '--json']);
  expect(JSON.parse(table.stdout)).toMatchObject({ repairs: 1 });
  expect(await readFile(at('table.csv'), 'utf8')).toBe(TABLE.replace('I?m', 'I’m'));
});

test('what cleaning does with a file is what it does with the repaired file', async () => {
  await famenet(['dataset', 'doctor', at('ecem.json'), '--meld', at('meld'), '--fix', at('own.json')]);
  await famenet(['dataset', 'patch', at('own.json'), at('ecem.json'), '--out', at('own-mended.json')]);
  for (const [file, out] of [
    ['ecem.json', 'a.json'],
    ['own-mended.json', 'b.json'],
  ] as const)
    expect((await famenet(['dataset', 'clean', at(file), '--meld', at('meld'), '--out', at(out)])).code).toBe(0);
  expect(await readFile(at('a.json'), 'utf8')).toBe(await readFile(at('b.json'), 'utf8'));
});

test('a clean file, one that is none of these, and without MELD', async () => {
  await writeFile(at('clean.json'), JSON.stringify([JSON.parse(await readFile(at('ecem.json'), 'utf8'))[0]]));
  const clean = await famenet(['dataset', 'doctor', at('clean.json'), '--meld', at('meld')]);
  expect(here(clean.stdout)).toBe('clean.json (ECEM): 0 errors, 0 warnings, 0 notes\n');
  await writeFile(at('none.txt'), 'nothing');
  expect(here((await famenet(['dataset', 'doctor', at('none.txt')])).stdout)).toBe(
    'none.txt (not understood): 0 errors, 0 warnings, 0 notes\n',
  );
  expect((await famenet(['dataset', 'doctor', at('clean.json')])).stderr).toContain('Without --meld nothing was compared with MELD');
});

test.each([
  [['doctor'], 'USAGE_MISSING'],
  [['doctor', 'NEW'], 'USAGE_PATH'],
  [['doctor', 'ECEM', '--fix', 'ECEM'], '--fix would overwrite'],
  [['doctor', 'MELD', '--fix', 'TABLE'], '--fix would overwrite'],
  [['patch', 'ECEM', 'ECEM', '--out', 'NEW'], 'PATCH_DAMAGED'],
  [['patch', 'FIX', 'TABLE', '--out', 'TABLE'], '--out would overwrite'],
  [['patch', 'FIX', 'CLEAN', '--out', 'NEW'], 'PATCH_OTHER_FILE'],
])('%j is refused', async (words, message) => {
  const named: Readonly<Record<string, string>> = {
    ECEM: at('ecem.json'),
    MELD: at('meld'),
    TABLE: at('meld/train_sent_emo.csv'),
    CLEAN: at('clean.json'),
    FIX: at('fix.json'),
    NEW: at('new.json'),
  };
  const { code, stdout, stderr } = await famenet(['dataset', ...words.map((word) => named[word] ?? word)]);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(message);
});

describe('clips', () => {
  beforeAll(async () => {
    await mkdir(at('film/train_splits'), { recursive: true });
    await writeFile(at('film/train_sent_emo.csv'), TABLE.replace('Hi there!', `Hi ${'there '.repeat(40)}`));
    const view = { x: 0.5, y: 0.33, width: 0.95 };
    const shot = { photo: await demoPhoto(6, 960), from: view, to: { ...view, width: 0.9 }, seconds: 1.5 };
    const voice = (t: number) => (Math.sin(6 * Math.PI * t) > 0 ? 0.3 : 0.001) * Math.sin(400 * Math.PI * t);
    await writeShots(at('film/train_splits/dia5_utt0.mp4'), [shot], { width: 320, height: 180, fps: 10, voice });
    await writeFile(at('film/train_splits/dia5_utt1.mp4'), 'no film');
  }, PATIENCE);

  test(
    '--listen and --look: a voice that cannot be these words, and faces that do not speak',
    async () => {
      const { code, stdout, stderr } = await famenet([
        'dataset',
        'doctor',
        at('film/train_splits'),
        '--meld',
        at('film'),
        '--listen',
        '--look',
      ]);
      expect([code, here(stderr)]).toEqual([0, 'Clips of film/train_splits 100 %  2 of 2 clips\n']);
      expect(here(stdout)).toMatchInlineSnapshot(`
        "film/train_splits (clips): 3 errors, 1 warning, 1 note

        finding           is       times  sure  what
        clip-missing      error        2     0  an utterance without its clip
        clip-undecodable  error        1     0  a clip that cannot be decoded
        speech-rate       warning      1     0  words that do not fit the time in which there is sound
        off-speaker       note         1     0  faces, but none of them speaks while the utterance lasts

        clip-missing
          film/train_splits/dia5_utt4.mp4, dialogue 5, utterance 4: dia5_utt4.mp4
          film/train_splits/dia5_utt5.mp4, dialogue 5, utterance 5: dia5_utt5.mp4
        clip-undecodable
          film/train_splits/dia5_utt1.mp4, dialogue 5, utterance 1: MEDIA_FORMAT: bytes of an unknown kind
        speech-rate
          film/train_splits/dia5_utt0.mp4, dialogue 5, utterance 0: 41 words, 0.9 of 1.5 s loud enough for speech
        off-speaker
          film/train_splits/dia5_utt0.mp4, dialogue 5, utterance 0: 4 faces, and the sound fits none of their mouths

        Nothing that --fix could repair.
        "
      `);
    },
    PATIENCE,
  );
});

test('famenet dataset doctor --help', async () => {
  expect((await famenet(['dataset', 'doctor', '--help'])).stdout).toMatchInlineSnapshot(`
    "famenet dataset doctor: Say what is wrong with files of MELD, ECF and ECEM and with folders of clips, and write the repairs down

    Usage
      famenet dataset doctor <paths>… [options]

    Arguments
      <paths>  files, or folders with files and clips; what they are says their content

    Options
      --meld <path>  folder of MELD's tables, to compare rows and clips with; the first of the paths
                     that has some, unless told
      --fix <path>   write every sure repair into a manifest that \`famenet dataset patch\` applies to a
                     copy of the same file
      --listen       decode the sound of every clip: is there speech, and can it be these words?
      --look         follow the faces of every clip: does one of them speak? (slow)
      --json         one JSON document on stdout, everything else on stderr
      -h, --help     this page

    Examples
      famenet dataset doctor train.json --meld MELD
      famenet dataset doctor MELD train.json dev.json --fix repairs.json
      famenet dataset doctor MELD/train_splits --meld MELD --listen --json > findings.json
    "
  `);
});

test('famenet dataset patch --help', async () => {
  expect((await famenet(['dataset', 'patch', '--help'])).stdout).toMatchInlineSnapshot(`
    "famenet dataset patch: Repair your own copy of a file with a manifest that the doctor has written

    Usage
      famenet dataset patch <manifest> <file> [options]

    Arguments
      <manifest>  what \`famenet dataset doctor --fix\` wrote
      <file>      the file to repair; recognised by its SHA-256, whatever its name

    Options
      --out <path>  the repaired file (required)
      --json        one JSON document on stdout, everything else on stderr
      -h, --help    this page

    Examples
      famenet dataset patch repairs.json train.json --out train.fixed.json
    "
  `);
});
