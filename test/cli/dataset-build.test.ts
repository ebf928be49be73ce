import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { StoppedError } from '../../src/base/errors.ts';
import { buildFilms, readClipsSource, readMeldSource } from '../../src/data/build/index.ts';
import { parseEcem, readDialogues } from '../../src/data/index.ts';
import { MELD_HEADER } from '../../src/data/meld.ts';
import { writeScene } from '../support/clip.ts';
import { famenet } from '../support/main.ts';

/** Milliseconds: seconds of work, on a machine that may have more to do. */
const PATIENCE = 300_000;

let folder: string;
const at = (...names: string[]) => join(folder, ...names);
const here = (text: string) => text.replaceAll(`${folder}/`, '');

const TABLE = `${MELD_HEADER}
1,Hi there!,Ross,joy,positive,0,0,1,1,"00:00:10,000","00:00:11,000"
2,I\u00e2\u20ac\u2122m late.,Joey,neutral,neutral,0,2,1,1,"00:00:11,000","00:00:12,000"
3,Again?,Ross,anger,negative,0,3,1,1,"00:00:12,000","00:00:13,000"
4,Look!,Monica,joy,positive,1,0,1,2,"00:00:10,000","00:00:11,000"
5,At what?,Ross,surprise,negative,1,1,1,2,"00:00:11,000","00:00:12,000"
6,Nobody films me.,Joey,sadness,negative,2,0,1,3,"00:00:10,000","00:00:11,000"
`;

const writeClip = (path: string, seed: number, seconds?: number) => writeScene(path, { seed, seconds });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-build-'));
  await mkdir(at('meld/train_splits'), { recursive: true });
  await writeFile(at('meld/train_sent_emo.csv'), TABLE);
  const clip = (name: string) => at('meld/train_splits', name);
  await writeClip(clip('dia0_utt0.mp4'), 1);
  await writeClip(clip('dia0_utt2.mp4'), 2, 3); // goes on for two seconds after its utterance
  await writeClip(clip('dia0_utt3.mp4'), 3);
  await writeClip(clip('dia1_utt1.mp4'), 4);
  const whole = await readFile(clip('dia1_utt1.mp4'));
  await writeFile(clip('dia1_utt0.mp4'), Buffer.concat([whole.subarray(0, 40), Buffer.alloc(4000, 0x5a)])); // begins as a film does
}, PATIENCE);
afterAll(() => rm(folder, { recursive: true }));

const build = (...more: string[]) => famenet(['dataset', 'build', '--meld', at('meld'), '--out', at('set'), '--seed', '1', ...more]);
const rows = async (file: string): Promise<Record<string, unknown>[]> =>
  (await readFile(file, 'utf8')).split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Record<string, unknown>]));
const hashes = async (of: string): Promise<Record<string, string>> => {
  const names = (await readdir(of, { withFileTypes: true })).filter((one) => one.isFile()).map(({ name }) => name);
  const all = names.sort().map(
    async (name) =>
      [
        name,
        createHash('sha256')
          .update(await readFile(join(of, name)))
          .digest('hex'),
      ] as const,
  );
  return Object.fromEntries(await Promise.all(all));
};

test('famenet dataset build --help', async () => {
  const { code, stdout } = await famenet(['dataset', 'build', '--help']);
  expect(code).toBe(0);
  expect(stdout).toMatchInlineSnapshot(`
    "famenet dataset build: Build a data set to be annotated: films up to each target, and a folder without any clip to publish

    Usage
      famenet dataset build [options]

    Options
      --meld <path>                  MELD's tables, with its folders of clips beside them
      --clips <path>                 clips named dia1_utt0 or 1_0, with their dialogues (JSONL, JSON,
                                     SRT, VTT) beside them
      --out <path>                   folder for what can be published: never a clip, never a film
                                     (required)
      --clips-out <path>             folder for the films (default: the name of --out with .films behind
                                     it)
      --no-clips                     no films: dialogues, targets and manifest only; clips are not
                                     looked at
      --parts <train|dev|test>…      parts of MELD, all that are there unless told
      --gaps <after|drop>            where an earlier clip cannot be used: begin the film after it, or
                                     drop the target (default after)
      --quality <integer>            of the films; 0 is without loss (0 to 51; default 20)
      --split <dialogues|meld|none>  whole dialogues by chance, without leaks; as MELD does; or not at
                                     all (default dialogues)
      --seed <integer>               the same seed splits the same way (default 0)
      --dev <number>                 share of the targets for development (0 to 1; default 0.1)
      --test <number>                share of the targets for the test (0 to 1; default 0.1)
      --jobs <integer>               dialogues that are worked on at once; as many as there are cores,
                                     up to 4, unless told (1 to 64)
      --verify                       build nothing: compare --out, and the films where they are, with
                                     the manifest
      --json                         one JSON document on stdout, everything else on stderr
      -h, --help                     this page

    Examples
      famenet dataset build --meld MELD.Raw --out ecem
      famenet dataset build --clips clips --out set --clips-out films --dev 0.1 --test 0.2 --seed 7
      famenet dataset build --meld MELD --out words --no-clips --split meld
      famenet dataset build --verify --out ecem
    "
  `);
});

describe('build', () => {
  test('films up to each target, what is left out, what is mended, and a folder without a clip', { timeout: PATIENCE }, async () => {
    const { code, stdout, stderr } = await build();
    expect([
      code,
      here(
        stderr
          .split('\n')
          .filter((line) => !line.startsWith('Building'))
          .join('\n'),
      ),
    ]).toEqual([0, 'Wrote set; the films are in set.films\n']);
    expect(stdout).toMatchInlineSnapshot(`
      "3 dialogues, 6 utterances, 3 targets: train 3
      3 films, 0:06 min: 3 made, 0 kept

      what              is        times  why
      clip-length       repaired      1  a clip that is longer or shorter than its utterance
      mojibake          repaired      1  text that was read in a wrong character set
      clip-missing      left out      1  an utterance without its clip
      clip-undecodable  left out      1  a clip that cannot be decoded
      "
    `);
    const films = (await rows(at('set/films.jsonl'))) as unknown as {
      film: string;
      seconds: number;
      parts: { utterance: number; start: number; end: number }[];
    }[];
    expect(
      films.map(({ film, seconds, parts }) => [film, seconds, parts.map(({ utterance, start, end }) => [utterance, start, end])]),
    ).toEqual([
      ['0_0.mp4', 1, [[0, 0, 1]]],
      [
        '0_2.mp4',
        3.5,
        [
          [0, 0, 1],
          [1, 1, 2.5],
          [2, 2.5, 3.5],
        ],
      ],
      ['1_1.mp4', 1, [[1, 0, 1]]],
    ]);
    const repairs = (await rows(at('set/repairs.jsonl'))).map(({ dialogue, utterance, field, code: why }) => [
      dialogue,
      utterance,
      field,
      why,
    ]);
    expect(repairs).toEqual([
      ['0', 1, 'text', 'mojibake'],
      ['0', 1, 'clip', 'clip-length'],
    ]);
    const { leftOut } = JSON.parse(await readFile(at('set/manifest.json'), 'utf8')) as { leftOut: Record<string, unknown>[] };
    expect(leftOut.map(({ dialogue, utterance, code: why }) => [dialogue, utterance, why])).toEqual([
      ['1', 0, 'clip-undecodable'],
      ['2', 0, 'clip-missing'],
    ]);
  });

  test('what it writes can be read: dialogues with times of the films, targets in the format of ECEM', async () => {
    const dialogues = await readDialogues(at('set/dialogues.jsonl'));
    expect(dialogues[0]!.utterances.map(({ text, start, end }) => [text, start, end])).toEqual([
      ['Hi there!', 0, 1],
      ['I’m late.', 1, 2.5],
      ['Again?', 2.5, 3.5],
    ]);
    expect(dialogues[1]!.utterances.every(({ start }) => start === undefined)).toBe(true); // its film begins with the second utterance
    const names = (await readdir(at('set'))).filter((name) => /^(?:train|dev|test)\.json$/.test(name));
    const texts = await Promise.all(names.map((name) => readFile(at('set', name), 'utf8')));
    const targets = texts.flatMap((text) => (text.trim() === '[]' ? [] : parseEcem(text, 'targets')));
    expect(targets.map(({ video, emotion, speaker, cause }) => [video, emotion, speaker, cause]).sort()).toEqual([
      ['0_0.mp4', 'joy', 'Ross', ''],
      ['0_2.mp4', 'anger', 'Ross', ''],
      ['1_1.mp4', 'surprise', 'Ross', ''],
    ]);
  });

  test('the folder for publishing has no byte of a clip or a film, and names no place on this machine', async () => {
    const inside = await hashes(at('set'));
    const clips = { ...(await hashes(at('meld/train_splits'))), ...(await hashes(at('set.films'))) };
    expect(Object.values(inside).filter((hash) => Object.values(clips).includes(hash))).toEqual([]);
    for (const name of Object.keys(inside)) {
      const bytes = await readFile(at('set', name));
      expect([name, bytes.includes('ftyp'), bytes.includes('moov'), bytes.includes(folder)]).toEqual([name, false, false, false]);
    }
    expect(Object.keys(inside)).toContain('rebuild.sh');
  });

  test('a second run makes nothing and changes no byte', { timeout: PATIENCE }, async () => {
    const before = [await hashes(at('set')), await hashes(at('set.films')), (await stat(at('set.films/0_2.mp4'))).mtimeMs];
    const { code, stdout } = await build();
    expect([code, stdout.split('\n')[1]]).toEqual([0, '3 films, 0:06 min: 0 made, 3 kept']);
    expect([await hashes(at('set')), await hashes(at('set.films')), (await stat(at('set.films/0_2.mp4'))).mtimeMs]).toEqual(before);
  });

  test('a run that is stopped keeps what is finished; the next one goes on, to the same bytes', { timeout: PATIENCE }, async () => {
    const { dialogues } = await readMeldSource(at('meld'));
    const options = { folder: at('stopped'), gaps: 'after', quality: 20, parallel: 1 } as const;
    const stop = new AbortController();
    const first = buildFilms(dialogues, { ...options, signal: stop.signal, progress: () => stop.abort(new StoppedError()) });
    await expect(first).rejects.toThrow(StoppedError);
    expect((await readdir(at('stopped'))).sort()).toEqual(['0_0.json', '0_0.mp4', '0_2.json', '0_2.mp4', 'receipts']);
    await writeFile(at('stopped/1_1.mp4.2147483646-0a1b2c3d.tmp'), 'what a killed process leaves');
    const { built, receipts } = await buildFilms(dialogues, options);
    expect([built, receipts.map(({ films }) => films.length)]).toEqual([1, [2, 1, 0]]);
    const ledger = async (folder: string) => JSON.parse(await readFile(at(`${folder}/0_2.json`), 'utf8')) as unknown;
    expect(await ledger('stopped'), 'which frames of which clips').toEqual(await ledger('set.films'));
    expect(await hashes(at('stopped'))).toEqual(await hashes(at('set.films')));
  });

  test('a clip that has changed makes only the films anew that show it', { timeout: PATIENCE }, async () => {
    await writeClip(at('meld/train_splits/dia0_utt3.mp4'), 9);
    const before = await hashes(at('set.films'));
    expect((await build()).stdout).toContain('1 made, 2 kept');
    const after = await hashes(at('set.films'));
    expect(Object.keys(after).filter((name) => after[name] !== before[name])).toEqual(['0_2.json', '0_2.mp4']);
  });
});

describe('--verify', () => {
  const verify = () => famenet(['dataset', 'build', '--verify', '--out', at('set')]);

  test('a folder that is whole, and one with a change, a film in it, and a film gone', { timeout: PATIENCE }, async () => {
    const whole = await verify();
    expect([whole.code, here(whole.stdout), whole.stderr]).toEqual([0, '9 files of set and 3 films of set.films compared\n', '']);
    await writeFile(at('set/README.txt'), 'Something else.\n');
    await copyFile(at('set.films/0_0.mp4'), at('set/0_0.mp4'));
    await rm(at('set.films/1_1.mp4'));
    const { code, stdout, stderr } = await verify();
    expect([code, stdout.split('\n').slice(1)]).toEqual([
      2,
      ['file        got', '0_0.mp4     a film', 'README.txt  changed', '1_1.mp4     missing', ''],
    ]);
    expect(stderr).toContain('[BUILD_VERIFY]');
  });

  test('what has no manifest of ours', async () => {
    await mkdir(at('other'));
    await writeFile(
      at('other/manifest.json'),
      '{"format": "famenet dataset", "version": 1, "files": [{"file": "../secret", "bytes": 1, "sha256": ""}]}',
    );
    expect((await famenet(['dataset', 'build', '--verify', '--out', at('other')])).stderr).toContain('[BUILD_MANIFEST]');
  });
});

describe('clips with dialogues beside them', () => {
  test('clips by name or as the dialogue says, nothing outside the folder; words are mended; --no-clips looks at none', {
    timeout: PATIENCE,
  }, async () => {
    await mkdir(at('clips'));
    const said = (text: string, clip?: string) => ({ speaker: 'Ada', text, emotion: 'joy', ...(clip === undefined ? {} : { clip }) });
    const lines = [
      {
        id: 'a',
        scene: 4,
        utterances: [
          said('It\u00e2\u20ac\u2122s me!'),
          said('Me, too.', 'named.mp4'),
          said('Where?', '../meld/train_splits/dia0_utt0.mp4'),
        ],
      },
      { id: 'b', scene: 4, utterances: [said('Here.')] },
    ];
    await writeFile(at('clips/all.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    for (const name of ['a_0.mkv', 'named.mp4', 'diab_utt0.mp4']) await writeFile(at('clips', name), '');
    const { dialogues, repairs } = await readClipsSource(at('clips'));
    expect(dialogues.map(({ episode, utterances }) => [episode, utterances.map(({ clip }) => clip && here(clip))])).toEqual([
      ['4', ['clips/a_0.mkv', 'clips/named.mp4', undefined]],
      ['4', ['clips/diab_utt0.mp4']],
    ]);
    expect([dialogues[0]!.utterances[0]!.text, repairs.map(({ code }) => code)]).toEqual(['It’s me!', ['mojibake']]);
    const { code, stdout } = await famenet([
      'dataset',
      'build',
      '--clips',
      at('clips'),
      '--out',
      at('words'),
      '--no-clips',
      '--split',
      'none',
    ]);
    expect([code, stdout.split('\n')[0]]).toEqual([0, '2 dialogues, 4 utterances, 4 targets']);
    // rebuild.sh makes the same again, and sees what is not the same
    const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
    const again = () =>
      spawnSync('sh', [at('words/rebuild.sh'), at('clips'), at('again')], {
        env: { ...process.env, FAMENET: `${process.execPath} --import tsx ${main}` },
        encoding: 'utf8',
      });
    expect(again()).toMatchObject({ status: 0 });
    expect(await hashes(at('again'))).toEqual(await hashes(at('words')));
    await writeFile(at('words/dialogues.jsonl'), '');
    expect(again()).toMatchObject({ status: 1 });
    expect((await readdir(at('words'))).sort()).toEqual([
      'README.txt',
      'dialogues.jsonl',
      'ecem.json',
      'manifest.json',
      'rebuild.sh',
      'repairs.jsonl',
    ]);
  });

  test('an id that is no name for a file', async () => {
    await mkdir(at('odd'));
    await writeFile(at('odd/all.jsonl'), '{"id": "../up", "utterances": [{"text": "Hi."}]}\n');
    await expect(readClipsSource(at('odd'))).rejects.toThrow(expect.objectContaining({ code: 'BUILD_SOURCE' }));
  });
});

describe('refused before anything is written', () => {
  test.each([
    ['USAGE_SEVERAL', () => ['--out', at('no')]],
    ['USAGE_SEVERAL', () => ['--meld', at('meld'), '--clips', at('meld'), '--out', at('no')]],
    ['BUILD_FOLDER', () => ['--meld', at('meld'), '--out', at('no'), '--clips-out', at('meld/train_splits')]],
    ['BUILD_FOLDER', () => ['--meld', at('meld'), '--out', at('no'), '--clips-out', at('no/films')]],
    ['BUILD_FOLDER', () => ['--meld', at('meld'), '--out', at('meld')]],
    ['BUILD_FOLDER', () => ['--meld', at('meld'), '--out', at('set.films')]],
    ['BUILD_SPLIT', () => ['--meld', at('meld'), '--out', at('no'), '--dev', '0.7', '--test', '0.7']],
    ['BUILD_SOURCE', () => ['--meld', at('meld'), '--out', at('no'), '--parts', 'dev']],
  ])('%s: %#', async (code, words) => {
    const run = await famenet(['dataset', 'build', ...words()]);
    expect([run.code, run.stderr]).toEqual([2, expect.stringContaining(`[${code}]`)]);
  });

  test('no clip at all, and more than the disk holds', async () => {
    await mkdir(at('bare'));
    await writeFile(at('bare/train_sent_emo.csv'), TABLE);
    expect((await famenet(['dataset', 'build', '--meld', at('bare'), '--out', at('no')])).stderr).toContain('[BUILD_CLIPS]');
    await mkdir(at('bare/train_splits'));
    await writeFile(at('bare/train_splits/dia0_utt0.mp4'), '');
    await truncate(at('bare/train_splits/dia0_utt0.mp4'), 16e12); // takes no room: it is one hole
    expect((await famenet(['dataset', 'build', '--meld', at('bare'), '--out', at('no')])).stderr).toContain('[BUILD_SPACE]');
  });
});
