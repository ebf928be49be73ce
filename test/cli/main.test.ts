import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { VERBS } from '../../src/cli/main.ts';
import { famenet } from '../support/main.ts';

test('famenet --help', async () => {
  expect(await famenet(['--help'])).toEqual({
    code: 0,
    stderr: '',
    killed: [],
    stdout: `famenet: why does a speaker feel an emotion? Multimodal emotion cause explanation in conversations.

Usage
  famenet <command> …

Commands
  annotate    Lead a campaign in which people write why speakers feel so, and agree on it
  compare     Put systems side by side: scores, intervals, and which are not shown to differ
  dataset     Look after the data that is trained on and measured against
  evaluate    Score predictions against references, beside what knowing nothing would score
  explain     Say why a speaker shows an emotion in a dialogue, and what the answer leans on
  faces       Follow the faces of a video and say how viewers would read their expressions
  generate    Continue a prompt or answer a message with a language model
  models      List, download, convert, quantize and verify model files
  predict     Explain every item of a data set, in the form that evaluate reads
  rate        Sum up what people say of explanations
  serve       Serve annotation, ratings, films and explanations to this machine or to a team
  studio      Watch, annotate and judge in the browser: the server with its pages
  synth       Make films of drawn people whose emotions have known causes, for tests and experiments
  train       Teach the layer between pictures and words (or a small model as a whole) to explain
  transcribe  Write down what is said in a video, or correct a transcript by it, change by change

Options
  --json         one JSON document on stdout, everything else on stderr
  -h, --help     help; also after a command: famenet models --help
  -v, --version  the version

Exit codes
  0 done, 1 our fault, 2 yours (the error says what to change), 130 stopped
`,
  });
});

test('famenet models --help', async () => {
  expect(await famenet(['models', '--help'])).toEqual({
    code: 0,
    stderr: '',
    killed: [],
    stdout: `famenet models: List, download, convert, quantize and verify model files

Usage
  famenet models <command> …

Commands
  list      Show the models that famenet knows by name
  pull      Fetch a model, or go on with one that was cut off; what is there and right is kept
  convert   Turn PyTorch weights into safetensors, without running any code in them
  quantize  Write a copy of a model with its linear layers in 8 or 4 bits
  verify    Check that a model folder is whole and unchanged since it was made

More
  famenet models <command> --help
`,
  });
});

/** What was typed, and all that comes back on stderr. stdout stays empty, the exit code is 2. */
const REFUSALS: readonly (readonly [string[], string])[] = [
  [
    [],
    `UsageError: famenet needs to know what to do [USAGE_VERB]
  expected annotate, compare, dataset, evaluate, explain, faces, generate, models, predict, rate, serve, studio, synth, train, transcribe
  fix      famenet --help shows what each does
`,
  ],
  [
    ['modles'],
    `UsageError: famenet has no command "modles" [USAGE_VERB]
  expected annotate, compare, dataset, evaluate, explain, faces, generate, models, predict, rate, serve, studio, synth, train, transcribe
  got      modles
  fix      did you mean "famenet models"?
`,
  ],
  [
    ['models', 'frobnicate'],
    `UsageError: famenet models has no command "frobnicate" [USAGE_VERB]
  expected list, pull, convert, quantize, verify
  got      frobnicate
  fix      famenet models --help shows what each does
`,
  ],
  [
    ['models', 'list', '--jsn'],
    `UsageError: There is no option --jsn [USAGE_OPTION]
  expected --json, --help
  got      --jsn
  fix      did you mean --json?
`,
  ],
  [
    ['models', 'verify', 'no/such/folder'],
    `UsageError: no/such/folder does not exist [USAGE_PATH]
  at       <folder>
  expected an existing folder
  fix      check the spelling; relative paths start at ${process.cwd()}
`,
  ],
  [
    ['models', 'quantize'],
    `UsageError: <folder> is missing [USAGE_MISSING]
  at       <folder>
  expected model folder with config.json and safetensors
  fix      add it after the command
`,
  ],
];
test.each(REFUSALS)('famenet %j', async (words, stderr) =>
  expect(await famenet(words)).toEqual({ code: 2, stdout: '', stderr, killed: [] }),
);

test('a refusal with --json is one document, and the same text', async () => {
  const [text, json] = [await famenet(['modles']), await famenet(['modles', '--json'])];
  expect(json).toMatchObject({ code: 2, stderr: text.stderr });
  expect(json.stdout).toBe(`{
  "error": {
    "code": "USAGE_VERB",
    "what": "famenet has no command \\"modles\\"",
    "expected": "annotate, compare, dataset, evaluate, explain, faces, generate, models, predict, rate, serve, studio, synth, train, transcribe",
    "got": "modles",
    "fix": "did you mean \\"famenet models\\"?"
  }
}
`);
});

test.each(Object.entries(VERBS))('%s is called and described as the first page says', async (name, { about, load }) => {
  const { default: verb } = await load();
  expect([verb.name, verb.about]).toEqual([name, about]);
  expect(verb.help(`famenet ${name}`)).toMatch(/\n(Commands|Examples)\n/);
});

test('as a process: help needs no engine, the exit code is real', () => {
  const script = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
  const run = (...words: string[]) =>
    spawnSync(process.execPath, ['--import', 'tsx', script, ...words], { encoding: 'utf8', env: { ...process.env, NODE_DEBUG: 'esm' } });
  const help = run('--help');
  expect([help.status, help.stdout.split('\n')[0]]).toEqual([0, expect.stringMatching(/^famenet: why/)]);
  expect(help.stderr).not.toMatch(/onnxruntime|huggingface|src\/(graph|weights|models|text)\//);
  expect(run('modles').status).toBe(2);
});
