import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { roomyLlava } from '../support/llava.ts';
import { famenet } from '../support/main.ts';

let root: string;
let model: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'famenet-predict-'));
  model = join(root, 'model');
  await roomyLlava(model, 4096);
});
afterAll(() => rm(root, { recursive: true }));

test('famenet predict --help', async () => {
  expect(await famenet(['predict', '--help'])).toEqual({
    code: 0,
    stderr: '',
    killed: [],
    stdout: `famenet predict: Explain every item of a data set, in the form that evaluate reads

Usage
  famenet predict <dataset> [options]

Arguments
  <dataset>  ECEM, the folder of a made world or a built set (its test part if it is split), or
             dialogues with emotions

Options
  --meld <path>                   folder of MELD's tables, for the turns before each statement of
                                  ECEM
  --films <path>                  folder of the films; where absent films in the data set's folder,
                                  or beside it as build makes them
  --model <path>                  folder of a LLaVA or a language model, as transformers saves it,
                                  or mini (required; or FAMENET_MODEL)
  --vision <path>                 folder of CLIP, where it is not in the model's
  --projector <path>              file or folder of g, where it is not in the model's
  --template <vicuna|llama2|llama3|qwen2|plain|mini>
                                  how the model wants to be asked; the tokenizer's own where absent
  --modalities <VTE|VT|VE|TE|V|T|E>
                                  what is looked at: V video, T words, E faces; where absent what
                                  the model prefers, else VTE
  --frames <integer>              pictures that the model sees of each film; where absent what the
                                  model prefers, else 100 (1 to 1000)
  --max-new <integer>             most new tokens (at least 1; default 256)
  --beams <integer>               search with so many beams; where absent what the model prefers,
                                  else 1 (1 to 64)
  --temperature <number>          0 always takes the likeliest token (0 to 10; default 0)
  --seed <integer>                fixes what is drawn (default 0)
  --cache <path>                  folder for what is seen in films; that of a training run will do
  --out <path>                    JSONL {id, cause}; what is in it already is kept (required)
  --force                         begin anew instead of going on
  --provider <cpu|cuda|webgpu>    where the networks run (default cpu; or FAMENET_PROVIDER)
  --threads <integer>             threads inside one operator; the machine's cores where absent (1
                                  to 256)
  --json                          one JSON document on stdout, everything else on stderr
  -h, --help                      this page

Examples
  famenet predict world --model ./llava --out answers.jsonl
  famenet predict test.json --meld MELD --films films --model ./llava --projector out/best.safetensors --out answers.jsonl
  famenet evaluate --predictions answers.jsonl --references test.json
`,
  });
});

test('it goes on where it was, and the file is the same; another model or setting is refused', async () => {
  const [world, out] = [join(root, 'world'), join(root, 'answers.jsonl')];
  expect((await famenet(['synth', world, '--dialogues', '3', '--no-video'])).code).toBe(0);
  const words = ['predict', world, '--modalities', 'T', '--max-new', '4', '--model', model, '--out', out];
  expect(await famenet(words)).toMatchObject({ code: 0, stdout: '3 items: 3 explained, 0 kept, 0 failed\n' });
  const whole = await readFile(out, 'utf8');
  const lines = whole.split('\n');
  await writeFile(out, `${lines[0]}\n${lines[1]!.slice(0, 9)}`); // killed in the middle of a line
  expect(await famenet(words)).toMatchObject({ code: 0, stdout: '3 items: 2 explained, 1 kept, 0 failed\n' });
  expect(await readFile(out, 'utf8')).toBe(whole);
  expect((await famenet([...words, '--max-new', '5'])).stderr).toContain('[FAME_RUN]');
  await writeFile(out, 'letters\n');
  expect((await famenet(words)).stderr).toContain('[FILE_DAMAGED]');
  expect(await famenet([...words, '--force'])).toMatchObject({ code: 0 });
  expect(await readFile(out, 'utf8')).toBe(whole);
});

test('where nobody says with which modalities, the model does, with its reason; what is named wins', async () => {
  const [world, shy, out] = [join(root, 'asked'), join(root, 'shy'), join(root, 'asked.jsonl')];
  await roomyLlava(shy, 4096);
  await writeFile(join(shy, 'famenet-model.json'), '{"famenet": {"modalities": "T", "why": "it has seen no people", "beams": 2}}');
  expect((await famenet(['synth', world, '--dialogues', '1', '--no-video'])).code).toBe(0);
  const words = ['predict', world, '--max-new', '2', '--model', shy, '--out', out, '--json'];
  const run = await famenet(words);
  expect([run.code, run.stderr]).toEqual([
    0,
    expect.stringContaining('With T, without V and E: it has seen no people. --modalities VTE takes everything.\n'),
  ]);
  expect(JSON.parse(run.stdout)).toMatchObject({
    made: 1,
    receipt: { modalities: 'T', whyModalities: 'it has seen no people', settings: { beams: 2 } },
  });
  expect(JSON.parse(await readFile(`${out}.run.json`, 'utf8'))).toMatchObject({ modalities: 'T' });
  const named = await famenet([...words, '--modalities', 'T']); // the same run, which is there already
  expect(JSON.parse(named.stdout)).toMatchObject({ kept: 1, receipt: expect.not.objectContaining({ whyModalities: expect.anything() }) });
  expect((await famenet([...words, '--modalities', 'VT'])).stderr).toContain('[FAME_RUN]');
});

test('PREDICT_FAILED: what cannot be explained does not lose the others', async () => {
  const [data, out] = [join(root, 'talk.json'), join(root, 'talk.jsonl')];
  await writeFile(
    data,
    JSON.stringify([
      { speaker: 'Mira', text: 'Oh! '.repeat(999), emotion: 'joy' },
      { speaker: 'Pell', text: 'No!', emotion: 'anger' },
    ]),
  );
  const small = join(root, 'small');
  await roomyLlava(small, 700); // the first item takes 878 positions, the second 279
  const words = ['predict', data, '--modalities', 'T', '--template', 'plain', '--model', small, '--max-new', '8', '--out', out];
  const run = await famenet([...words, '--json']);
  expect(run).toMatchObject({ code: 2, stderr: expect.stringContaining('[PREDICT_FAILED]') });
  expect(JSON.parse(run.stdout)).toMatchObject({ items: 2, made: 1, kept: 0, failed: [{ id: 'talk_0', code: 'FAME_LENGTH' }] });
  const lines = (await readFile(out, 'utf8')).trim().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { id: string }).id)).toEqual(['talk_1']);
  const again = await famenet([...words, '--json']);
  expect(JSON.parse(again.stdout)).toMatchObject({ made: 0, kept: 1, failed: [{ code: 'FAME_LENGTH' }] });
  const blind = await famenet(['predict', data, '--modalities', 'V', '--model', small, '--out', join(root, 'blind.jsonl')]);
  expect(blind.stderr).toMatch(/\[FAME_QUESTION\][\s\S]*2 of 2 items could not be explained \[PREDICT_FAILED\]/);
});
