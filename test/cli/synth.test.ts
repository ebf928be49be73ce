import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { probe } from '../../src/media/probe.ts';
import { readReferences } from '../../src/metrics/read.ts';
import { famenet } from '../support/main.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'famenet-synth-'));
});
afterAll(() => rm(root, { recursive: true }));

test('famenet synth --help', async () => {
  expect(await famenet(['synth', '--help'])).toEqual({
    code: 0,
    stderr: '',
    killed: [],
    stdout: `famenet synth: Make films of drawn people whose emotions have known causes, for tests and experiments

Usage
  famenet synth <folder> [options]

Arguments
  <folder>  folder to make; a world that is there already goes on, with more dialogues or after a
            stop

Options
  --dialogues <integer>     how many (1 to 99999; default 10)
  --seed <integer>          the same seed makes the same world (default 0)
  --split                   eight tenths for training, one for development, one for a test with
                            unseen combinations
  --part <train|dev|test>   of a split world, only what belongs to this part: the stories keep their
                            numbers
  --no-video                no films, only words and truth
  --size <320x240|480x360>  pixels of the films (default 320x240)
  --fps <integer>           pictures a second (4 to 30; default 12)
  --json                    one JSON document on stdout, everything else on stderr
  -h, --help                this page

Examples
  famenet synth world --dialogues 20 --seed 1
  famenet synth world --dialogues 2000 --seed 1 --split --size 480x360
  famenet synth test --dialogues 1000 --seed 2 --split --part test
  famenet synth words --dialogues 50000 --seed 1 --split --no-video --json
`,
  });
});

test('one dialogue: the film can be played, the summary says what there is', async () => {
  const folder = join(root, 'one');
  const run = await famenet(['synth', folder, '--dialogues', '1', '--seed', '3', '--fps', '4']);
  expect(run.code).toBe(0);
  const [video] = (await readdir(join(folder, 'films'))).filter((name) => name.endsWith('.mp4')) as [string];
  const found = await probe(join(folder, 'films', video));
  expect(run.stdout).toMatch(`Made world: ${folder}
Dialogues: 1, kinds of situations: 1
Causes: 1 in words, 0 in the picture, 0 in a face
Films: 1, `);
  expect([found.container, found.video?.codec, found.audio?.codec]).toEqual(['mp4', 'h264', 'aac']);
  const again = await famenet(['synth', folder, '--dialogues', '1', '--seed', '3', '--fps', '4', '--json']);
  expect(JSON.parse(again.stdout)).toMatchObject({
    folder,
    dialogues: 1,
    films: { made: 0, kept: 1 },
    kinds: { word: 1, picture: 0, face: 0 },
    recipe: { seed: 3, split: false, film: { width: 320, height: 240, fps: 4 } },
  });
});

test('what it exports is what evaluate reads', async () => {
  const folder = join(root, 'words');
  expect((await famenet(['synth', folder, '--dialogues', '30', '--split', '--no-video'])).code).toBe(0);
  const references = await readReferences(join(folder, 'test.json'));
  expect(references).toHaveLength(3);
  for (const { id, refs, about } of references) {
    expect(id).toMatch(/^000[123]0_\d\.mp4$/);
    expect(refs[0]).toMatch(/^The reason /);
    expect(about).toMatchObject({
      emotion: expect.stringMatching(/^(anger|disgust|fear|joy|sadness|surprise)$/),
      speaker: expect.any(String),
    });
  }
  expect(await readReferences(join(folder, 'truth.jsonl'))).toHaveLength(30);
});

test('famenet synth refuses a folder of something else', async () => {
  expect(await famenet(['synth', root, '--no-video'])).toEqual({
    code: 2,
    stdout: '',
    killed: [],
    stderr: `FameError: This folder holds something else [SYNTH_FOLDER]
  at       ${root}
  expected an empty folder, or a made world to go on with
  got      2 files of something else
  fix      choose another folder, or the same settings
`,
  });
});

test('one part of a split world is what it would be in the whole', async () => {
  const [whole, part] = [join(root, 'whole'), join(root, 'part')];
  const asked = ['--dialogues', '30', '--seed', '4', '--split', '--no-video', '--json'];
  expect((await famenet(['synth', whole, ...asked])).code).toBe(0);
  const { code, stdout } = await famenet(['synth', part, ...asked, '--part', 'test']);
  expect({ code, dialogues: JSON.parse(stdout).dialogues }).toEqual({ code: 0, dialogues: 3 });
  expect(await readFile(join(part, 'test.json'), 'utf8')).toBe(await readFile(join(whole, 'test.json'), 'utf8'));
  const truths = await readFile(join(whole, 'truth.jsonl'), 'utf8');
  expect((await readFile(join(part, 'truth.jsonl'), 'utf8')).split('\n')).toEqual([
    ...truths.split('\n').filter((line) => line.includes('"split":"test"')),
    '',
  ]);
  expect(await readdir(part)).not.toContain('train.json');
  expect(await readFile(join(part, 'README.txt'), 'utf8')).toContain('30 dialogues, of which the 3 of the part test are here');
  expect(await famenet(['synth', join(root, 'none'), '--part', 'test'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--split'),
  });
});
