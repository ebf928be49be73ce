import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { roomyLlava } from '../support/llava.ts';
import { famenet } from '../support/main.ts';

let root: string;
let model: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'famenet-train-'));
  model = join(root, 'model');
  await roomyLlava(model, 4096);
});
afterAll(() => rm(root, { recursive: true }));

test('famenet train --help', async () => {
  expect(await famenet(['train', '--help'])).toEqual({
    code: 0,
    stderr: '',
    killed: [],
    stdout: `famenet train: Teach the layer between pictures and words (or a small model as a whole) to explain

Usage
  famenet train <dataset> [options]

Arguments
  <dataset>  ECEM, or the folder of a made world or a built set (its train part if it is split)

Options
  --config <path>                 JSON of these options, like {"rate": 1e-4, "lookEvery": 10};
                                  options given here win
  --meld <path>                   folder of MELD's tables, for the turns before each statement of
                                  ECEM
  --films <path>                  folder of the films; where absent films in the data set's folder,
                                  or beside it as build makes them
  --held-out <path>               another data set that is only looked at; a split set's dev part
                                  where absent, else a share
  --share <number>                of the dialogues, this part is put aside and only looked at (0 to
                                  0.9; default 0.1)
  --model <path>                  folder of a LLaVA or a language model, as transformers saves it,
                                  or mini (required; or FAMENET_MODEL)
  --vision <path>                 folder of CLIP, where it is not in the model's
  --projector <path>              file or folder of the g to begin with, where it is not in the
                                  model's
  --fresh <linear|mlp2x_gelu>     begin with a g that has learnt nothing
  --template <vicuna|llama2|llama3|qwen2|plain|mini>
                                  how the model wants to be asked; the tokenizer's own where absent
  --modalities <VTE|VT|VE|TE|V|T|E>
                                  what is looked at: V video, T words, E faces; where absent what
                                  the model prefers, else VTE
  --drop <number>                 chance that a modality is left out of an example, never all of
                                  them: for a model that can be asked with any (0 to 0.9; default 0)
  --partial                       ask examples without a film with their words alone, instead of
                                  leaving them out
  --trainable <projector|all>     what moves: g, or g and the whole language model (default
                                  projector)
  --frames <integer>              pictures that the model sees of each film; where absent what the
                                  model prefers, else 100 (1 to 1000)
  --epochs <number>               how often each example is seen (at least 0; default 3)
  --batch <integer>               examples in a step; they pass one by one (at least 1; default 32)
  --rate <number>                 highest learning rate (at least 0; default 0.00002)
  --warmup <number>               share of the steps in which the rate rises; then it falls as a
                                  cosine (0 to 1; default 0.03)
  --decay <number>                weight decay (at least 0; default 0)
  --clip <number>                 largest gradient norm (at least 0; default 1)
  --look-every <integer>          steps between two looks at what is held out (at least 1; default
                                  50)
  --save-every <integer>          steps between two saved states (at least 1; default 50)
  --patience <integer>            looks without improvement after which it ends; never where absent
                                  (at least 1)
  --seed <integer>                fixes the order of the examples, what is held out and a fresh g
                                  (default 0)
  --cache <path>                  folder for what is seen in films; cache in --out where absent
  --out <path>                    folder of the run; one that was stopped goes on (required)
  --provider <cpu|cuda|webgpu>    where the networks run (default cpu; or FAMENET_PROVIDER)
  --threads <integer>             threads inside one operator; the machine's cores where absent (1
                                  to 256)
  --json                          one JSON document on stdout, everything else on stderr
  -h, --help                      this page

Examples
  famenet train world --model ./llava --out run
  famenet train train.json --meld MELD --films films --held-out dev.json --model ./vicuna --vision ./clip --fresh linear --out run
  famenet train world --model ./small --modalities T --trainable all --rate 1e-3 --out run --json
  famenet train world --config run.json --out run
`,
  });
});

test('a made world of words is learnt, explained and scored', async () => {
  const [world, out, answers] = [join(root, 'words'), join(root, 'run'), join(root, 'words.jsonl')];
  expect((await famenet(['synth', world, '--dialogues', '4', '--no-video'])).code).toBe(0);
  await writeFile(join(root, 'config.json'), '{"modalities": "T", "trainable": "all", "epochs": 9, "batch": 3, "rate": 0.001}');
  const words = ['train', world, '--config', join(root, 'config.json'), '--epochs', '2', '--share', '0.3', '--model', model, '--out', out];
  const trained = await famenet([...words, '--json']);
  expect(trained).toMatchObject({ code: 0 });
  const done = JSON.parse(trained.stdout) as { steps: number; files: { best: string } };
  expect(done, 'what is typed wins over the file').toMatchObject({ steps: 2, examples: 3, heldOut: 1, leftOut: 0, early: false });
  const asked = ['predict', world, '--modalities', 'T', '--max-new', '4', '--model', done.files.best, '--out', answers];
  expect(await famenet(asked)).toMatchObject({ code: 0 });
  const scored = await famenet([
    'evaluate',
    '--predictions',
    answers,
    '--references',
    join(world, 'ecem.json'),
    '--metrics',
    'bleu',
    '--bootstrap',
    '0',
    '--json',
  ]);
  expect(JSON.parse(scored.stdout)).toMatchObject({ items: 4 });
});

test('a made world with a film is seen: train, then predict from the same cache', async () => {
  const [world, out, answers] = [join(root, 'films'), join(root, 'seen'), join(root, 'films.jsonl')];
  expect((await famenet(['synth', world, '--dialogues', '1', '--fps', '4'])).code).toBe(0);
  const shared = ['--modalities', 'V', '--frames', '2', '--model', model, '--cache', join(root, 'cache')];
  const trained = await famenet(['train', world, ...shared, '--epochs', '2', '--batch', '1', '--out', out, '--json']);
  expect(JSON.parse(trained.stdout)).toMatchObject({ steps: 2, examples: 1, parameters: 32 * 16 + 32 + 32 * 32 + 32, films: { made: 1 } });
  const best = join(out, 'best.safetensors');
  expect(await famenet(['predict', world, ...shared, '--projector', best, '--max-new', '3', '--out', answers])).toMatchObject({ code: 0 });
  expect((await readFile(answers, 'utf8')).trimEnd().split('\n')).toHaveLength(1);
});

test('where nobody says with which modalities, the model does', async () => {
  const [world, shy] = [join(root, 'asked'), join(root, 'shy')];
  await roomyLlava(shy, 4096);
  await writeFile(join(shy, 'famenet-model.json'), '{"famenet": {"modalities": "T", "why": "it has seen no people"}}');
  expect((await famenet(['synth', world, '--dialogues', '1', '--no-video'])).code).toBe(0);
  const words = ['--trainable', 'all', '--epochs', '1', '--batch', '1', '--model', shy, '--out', join(root, 'told')];
  const run = await famenet(['train', world, ...words, '--json']);
  expect(run.stderr).toContain('With T, without V and E: it has seen no people.');
  expect(JSON.parse(run.stdout)).toMatchObject({ steps: 1, modalities: 'T', whyModalities: 'it has seen no people' });
});

test('USAGE_OPTION: a name in the file that is no option', async () => {
  await writeFile(join(root, 'wrong.json'), '{"epoch": 2}');
  const run = await famenet(['train', root, '--config', join(root, 'wrong.json'), '--model', model, '--out', join(root, 'no')]);
  expect(run).toMatchObject({ code: 2, stderr: expect.stringContaining('did you mean "epochs"?') });
});
