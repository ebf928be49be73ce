import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Explained } from '../../src/cli/explain-print.ts';
import { dialogueOf, type Story, storyOf, writeFilm } from '../../src/synth/index.ts';
import { roomyLlava } from '../support/llava.ts';
import { famenet } from '../support/main.ts';

/** Milliseconds: seconds of work, on a machine that may have more to do. */
const PATIENCE = 600_000;
const SIZE = { width: 320, height: 240, fps: 6 } as const;

/** Three turns of Gita and Cleo; the last one is sad. */
const STORY: Story = { ...storyOf(1, 0), turns: storyOf(1, 0).turns.filter((_, i) => i !== 2) };
/** Two turns, the last of them glad: soon looked through. */
const SHORT = storyOf(1, 1);
/** As STORY up to the end of the second turn, and quite another story from there on. */
const OTHER: Story = {
  ...STORY,
  emotion: 'anger',
  turns: STORY.turns.map((turn, i) => (i < 2 ? turn : { ...turn, text: 'Something else happens.', emotion: 'anger' })),
};

let folder: string;
const at = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-explain-'));
  await roomyLlava(at('model'), 1100);
  for (const [name, story] of Object.entries({ film: STORY, other: OTHER, short: SHORT })) {
    await writeFilm(at(`${name}.mp4`), story, SIZE);
    await writeFile(at(`${name}.json`), JSON.stringify(dialogueOf(story)));
  }
  const { utterances } = dialogueOf(STORY);
  await writeFile(at('short-unlabelled.json'), JSON.stringify(dialogueOf(SHORT).utterances.map(({ emotion: _, ...u }) => u)));
  const file = (name: string, list: readonly object[]) => writeFile(at(name), JSON.stringify(list));
  await file(
    'unlabelled.json',
    utterances.map(({ emotion: _, ...u }) => u),
  );
  await file(
    'untimed.json',
    utterances.map(({ start: _, end: __, ...u }) => u),
  );
  await file(
    'episode.json',
    utterances.map((u) => ({ ...u, start: u.start + 600, end: u.end + 600 })),
  );
  for (const name of ['deaf', 'broken']) await mkdir(at(name));
  for (const name of ['base-encoder.onnx', 'base-decoder.onnx', 'base-tokens.txt']) await writeFile(at(`broken/${name}`), 'no model');
  await writeFile(at('two.jsonl'), ['a', 'b'].map((id) => JSON.stringify({ ...dialogueOf(STORY), id })).join('\n'));
}, PATIENCE);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** One run with --json on the tiny model. */
async function document<T = Explained>(...words: string[]): Promise<T> {
  const { code, stdout, stderr } = await famenet(['explain', ...words, '--model', at('model'), '--max-new', '8', '--json']);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as T;
}
const promptOf = ({ receipt }: Explained) => (receipt.prompt as { text: string }).text;

test('famenet explain --help', async () => {
  expect(await famenet(['explain', '--help'])).toEqual({ code: 0, stderr: '', killed: [], stdout: HELP });
});

/** What was typed (files are in the folder of this test), and how the error ends. */
const REFUSALS: readonly (readonly [words: string[], error: RegExp])[] = [
  [['film.mp4'], /\[EXPLAIN_DIALOGUE\][\s\S]*three ways: JSON [\s\S]*\(\.srt\); or WebVTT \(\.vtt\)[\s\S]*--dialogue FILE/],
  [['film.mp4'], /a video alone[\s\S]*models pull parakeet-tdt, then --speech models\/parakeet-tdt \(or FAMENET_SPEECH\)/],
  [['--speech', 'deaf'], /\[EXPLAIN_DIALOGUE\][\s\S]*neither a dialogue nor a video/],
  [['film.mp4', '--speech', 'deaf'], /\[SPEECH_MODELS\][\s\S]*no files/],
  [['absent.mp4', '--speech', 'deaf'], /\[USAGE_PATH\][\s\S]*<video>/],
  [['film.mp4', '--speech', 'broken', '--model', 'absent'], /\[USAGE_PATH\][\s\S]*--model/], // told before anybody listens
  [['film.mp4', '--speech', 'broken', '--model', 'model', '--diarise'], /\[SPEECH_MODELS\][\s\S]*leave out --diarise/],
  [['film.mp4', '--speech', 'broken', '--model', 'model'], /\[SPEECH_ENGINE\]/],
  [['--dialogue', 'two.jsonl'], /\[EXPLAIN_SEVERAL\]/],
  [['--dialogue', 'film.json', '--model', 'absent'], /\[USAGE_PATH\][\s\S]*--model/],
  [['--dialogue', 'film.json', '--modalities', 'VT'], /\[EXPLAIN_VIDEO\][\s\S]*for V\n/],
  [['--dialogue', 'film.json', '--modalities', 'TX'], /\[USAGE_VALUE\][\s\S]*each once/],
  [['--dialogue', 'film.json', '--modalities', 'TT'], /\[USAGE_VALUE\]/],
  [['--dialogue', 'film.json', '--utterance', '4'], /\[USAGE_VALUE\][\s\S]*0 to 2, counted from 0, or last/],
  [['--dialogue', 'film.json', '--emotion', 'angst'], /\[USAGE_VALUE\][\s\S]*auto, anger, /],
  [['--dialogue', 'unlabelled.json', '--model', 'model'], /\[EXPLAIN_EMOTION\][\s\S]*no video to look at[\s\S]*--emotion/],
  [['film.mp4', '--dialogue', 'untimed.json', '--model', 'model'], /\[EXPLAIN_TIMES\][\s\S]*utterance 0/],
  [['film.mp4', '--dialogue', 'episode.json', '--model', 'model'], /\[EXPLAIN_TIMES\][\s\S]*602\.5 s[\s\S]*episode/],
  [['absent.mp4', '--dialogue', 'film.json', '--model', 'model'], /\[USAGE_PATH\][\s\S]*<video>/],
];
test.each(REFUSALS)('explain %j is refused', async (words, error) => {
  const inFolder = words.map((word) => (/\.(mp4|jsonl?)$|^(model|absent|deaf|broken)$/.test(word) ? at(word) : word));
  const { code, stdout, stderr } = await famenet(['explain', ...inFolder]);
  expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(error) });
});

describe('a video with its dialogue', { timeout: PATIENCE }, () => {
  test('text for people: question, answer, evidence, receipt', async () => {
    const words = ['explain', at('short.mp4'), '--dialogue', at('short.json'), '--frames', '3', '--max-new', '8', '--evidence'];
    vi.stubEnv('FAMENET_MODEL', at('model'));
    const { code, stdout } = await famenet(words);
    vi.unstubAllEnvs();
    expect(code).toBe(0);
    const [question, reading, , answer] = stdout.split('\n');
    expect(question).toBe('Turn 2 of 2 (--utterance 1), Ines, 3.5 to 7.3 s: "Wait, look at that!"');
    expect(reading).toMatch(/^Viewers would read the speaker's face as \w+ \(\d+ %\)\. Asked about: joy, as given\.$/);
    expect(answer).not.toBe('');
    expect(stdout).toMatch(/\nGiven: turns 1 to 2; 3 pictures from \d\.\d s to \d\.\d s; 2 faces\.\n/);
    for (const name of ['the video', 'the words', 'the faces']) expect(stdout).toContain(`\nWithout ${name} the model would find `);
    expect(
      stdout.match(/^Without turn [12] the model would find (each token of its answer [\d.]+ times (less|more) likely|its)/gm),
    ).toHaveLength(2);
    expect(stdout).toMatch(/\nShares of gradient × input: .* %, our own words \d+ %\.\n/);
    expect(stdout).toMatch(/\nMade with model, vicuna template, V\+T\+E, 3 pictures through model, the likeliest tokens\. .*\n$/);
  });

  test('--json: the shape, the reading of a face where nobody has said an emotion, and weights', async () => {
    const words = [at('short.mp4'), '--dialogue', at('short-unlabelled.json'), '--frames', '3', '--evidence'];
    const d = await document(...words);
    expect(d).toMatchObject({
      utterance: { index: 1, speaker: 'Ines', text: 'Wait, look at that!', start: 3.5, end: 7.25 },
      emotion: { label: 'joy', source: 'face' },
      finish: 'length',
      receipt: { model: 'model', template: 'vicuna', modalities: 'V+T+E', video: 'short.mp4', dialogue: 'short-unlabelled.json' },
    });
    expect(d.emotion.confidence).toBeGreaterThan(0.4);
    expect(d.cause.length).toBeGreaterThan(0);
    const { turns, frames, faces, modalities, answer } = d.evidence;
    expect(turns.map(({ turn, speaker }) => [turn, speaker])).toEqual([
      [1, 'Eva'],
      [2, 'Ines'],
    ]);
    expect([frames.map(({ t }) => t), faces.length]).toEqual([d.receipt.frames, 2]);
    expect(faces[0]!.text).toMatch(/^Face 1 ?(\(seems to speak in turns? [\d, ]+\))?: \w+ 0\.0 to /);
    for (const m of ['V', 'T', 'E'] as const) expect(modalities[m]).toEqual({ lost: expect.any(Number), share: expect.any(Number) });
    const shares = [...turns, ...frames, ...faces].reduce((sum, { share }) => sum + share!, answer!.spatial! + answer!.rest!);
    expect(shares).toBeCloseTo(1, 9);
    expect(answer!.tokens).toBe(8);
  });

  test('what comes after the utterance changes neither prompt nor answer', async () => {
    const asked = ['--utterance', '1', '--emotion', 'joy', '--frames', '3', '--fps', '2'];
    const [one, other] = [
      await document(at('film.mp4'), '--dialogue', at('film.json'), ...asked),
      await document(at('other.mp4'), '--dialogue', at('other.json'), ...asked),
    ];
    expect(one.evidence.turns).toHaveLength(2);
    expect(one.evidence.faces).toHaveLength(2);
    expect(one.receipt.faces).not.toEqual(other.receipt.faces); // the films do differ
    expect(promptOf(other)).toBe(promptOf(one));
    expect([other.cause, other.receipt.frames, other.evidence]).toEqual([one.cause, one.receipt.frames, one.evidence]);
  });

  test('--all: one look at the film, and each answer as if its utterance were the last', async () => {
    const asked = [at('short.mp4'), '--dialogue', at('short-unlabelled.json'), '--emotion', 'joy', '--modalities', 'TE', '--fps', '2'];
    const { explanations } = await document<{ explanations: Explained[] }>(...asked, '--all');
    expect(explanations.map(({ utterance, emotion }) => [utterance.index, emotion.label])).toEqual([
      [0, 'joy'],
      [1, 'joy'],
    ]);
    expect(explanations.map(({ evidence }) => [evidence.turns.length, evidence.frames.length])).toEqual([
      [1, 0],
      [2, 0],
    ]);
    expect(promptOf(explanations[0]!)).toContain('0.0 to 3.');
    expect(promptOf(explanations[0]!)).not.toContain('look at that');
    expect(explanations[0]!.receipt).toMatchObject({ reused: 0, faces: { video: { until: 3.5 } } });
    expect(explanations[1]!.receipt.reused).toBeGreaterThan(200); // the instruction, and the first turn
    for (const [i, one] of explanations.entries()) {
      const { reused: _, ...receipt } = one.receipt;
      expect({ ...one, receipt }).toEqual(await document(...asked, '--utterance', String(i)));
    }
  });

  test('--all: pictures that several utterances see are looked at once; the receipt says which each has seen', async () => {
    const asked = [at('short.mp4'), '--dialogue', at('short.json'), '--emotion', 'joy', '--modalities', 'V', '--frames', '4'];
    const { explanations } = await document<{ explanations: Explained[] }>(...asked, '--all');
    const times = explanations.map(({ receipt }) => receipt.frames as number[]);
    expect(times.map((list) => list.length)).toEqual([4, 4]);
    for (const [i, end] of [3.5, 7.25].entries()) for (const t of times[i]!) expect(t).toBeLessThan(end);
    expect(explanations.map(({ evidence }) => evidence.frames.map(({ t }) => t))).toEqual(times);
  });

  test('where nobody says with which modalities, the model does, with its reason', async () => {
    await cp(at('model'), at('shy'), { recursive: true });
    await writeFile(at('shy/famenet-model.json'), '{"famenet": {"modalities": "T", "why": "it has seen no people"}}');
    const asked = (...more: string[]) =>
      famenet(['explain', at('short.mp4'), '--dialogue', at('short.json'), '--model', at('shy'), '--max-new', '2', ...more]);
    const { receipt } = JSON.parse((await asked('--json')).stdout) as Explained;
    expect(receipt).toMatchObject({ modalities: 'T', whyModalities: 'it has seen no people' });
    const other = JSON.parse((await asked('--json', '--modalities', 'TV', '--frames', '1')).stdout) as Explained;
    expect(other.receipt.modalities).toBe('V+T');
    expect(Object.keys(other.receipt)).not.toContain('whyModalities');
    await writeFile(at('shy/famenet-model.json'), '{"famenet": {"modalities": "TE", "why": "it has seen no people"}}');
    expect((await asked('--fps', '1')).stdout).toMatch(
      /\nNot asked with V: it has seen no people\. --modalities VTE asks with everything\.\n$/,
    );
  });
});

describe('words alone', () => {
  test('the video is never opened where it is not needed', async () => {
    const asked = ['--dialogue', at('untimed.json'), '--modalities', 'T'];
    const d = await document(at('no-such-film.mp4'), ...asked);
    expect(d).toMatchObject({ utterance: { index: 2 }, emotion: { label: 'sadness', source: 'given', confidence: 1 } });
    expect(d.receipt).toMatchObject({ modalities: 'T', frames: [] });
    expect(Object.keys(d.receipt)).not.toContain('video');
    expect(d.evidence).toEqual({
      turns: dialogueOf(STORY).utterances.map(({ speaker, text }, i) => ({ turn: i + 1, speaker, text })),
      frames: [],
      faces: [],
      modalities: { T: {} },
    });
    expect((await document('--dialogue', at('untimed.json'))).cause).toBe(d.cause);
  });

  test('beams, a drawn answer and another template are other answers', async () => {
    const asked = ['--dialogue', at('untimed.json')];
    const draw = (seed: string) => document(...asked, '--temperature', '2', '--seed', seed);
    expect((await draw('1')).cause).toBe((await draw('1')).cause);
    expect((await draw('1')).cause).not.toBe((await draw('2')).cause);
    expect((await document(...asked, '--beam', '3')).receipt.settings).toMatchObject({ beams: 3 });
    expect(promptOf(await document(...asked, '--template', 'plain'))).toMatch(/^USER: Explain [\s\S]*\nAssistant:$/);
  });

  test('--all leaves neutral utterances out', async () => {
    const all = await document<{ explanations: Explained[]; skipped: object[] }>('--dialogue', at('film.json'), '--all');
    expect(all.explanations.map(({ utterance, emotion }) => [utterance.index, emotion.label])).toEqual([[2, 'sadness']]);
    expect(all.skipped).toEqual([0, 1].map((index) => ({ index, why: 'neutral' })));
  });

  test('--all without any emotion explains nothing and says so', async () => {
    const words = ['explain', '--dialogue', at('unlabelled.json'), '--all', '--model', at('model')];
    const { code, stdout, stderr } = await famenet(words);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^There is nothing to explain/)]);
    expect(stderr).toMatch(/^Left out, as their emotion is not known: 0, 1, 2\./);
  });
});

const { FAMENET_SPEECH: models, FAMENET_SPEECH_WAV: spoken } = process.env;

/** With a folder of models and a sound file in which somebody says "the museum gave me the job", as in test/speech/engine.test.ts. */
describe.skipIf(models === undefined || spoken === undefined)('a real speech model', () => {
  test('without a dialogue the words are heard, and the receipt says by whom', { timeout: PATIENCE }, async () => {
    const d = await document(spoken!, '--speech', models!, '--language', 'en', '--modalities', 'T', '--emotion', 'joy');
    expect(promptOf(d).toLowerCase()).toContain('museum gave me the job');
    const { speech } = d.receipt as { speech: { by: string; words: number; turns: number; files: object[] } };
    expect(speech).toMatchObject({ by: expect.stringMatching(/^sherpa-onnx-node /), turns: d.evidence.turns.length });
    expect([speech.words >= 6, speech.files.length >= 3]).toEqual([true, true]);
    expect(Object.keys(d.receipt)).not.toContain('dialogue');
  });
});

const HELP = `famenet explain: Say why a speaker shows an emotion in a dialogue, and what the answer leans on

Usage
  famenet explain [<video>] [options]

Arguments
  <video>  the video of the dialogue; without it only the words are asked about

Options
  --dialogue <path>               who says what when: JSON, .srt or .vtt, in seconds of the video
  --speech <path>                 folder of speech models, as sherpa-onnx publishes them: they write
                                  the dialogue down where --dialogue is absent (or FAMENET_SPEECH)
  --language <text>               with --speech: two letters that Whisper knows; it finds out where
                                  absent
  --diarise                       with --speech: tell voices apart
  --utterance <text>              which one to explain, from 0, or last (default last)
  --all                           explain every utterance that is not neutral
  --emotion <text>                which emotion; auto takes the dialogue's, else the reading of the
                                  speaker's face (default auto)
  --model <path>                  folder of a LLaVA or a language model, as transformers saves it;
                                  mini comes with famenet (default mini; or FAMENET_MODEL)
  --vision <path>                 folder of CLIP, where it is not in the model's
  --projector <path>              file or folder of g, where it is not in the model's
  --template <vicuna|llama2|llama3|qwen2|plain|mini>
                                  how the model wants to be asked; the tokenizer's own where absent
  --modalities <text>             letters of V (video), T (words) and E (faces); where absent what
                                  the model prefers, else VTE; T without a video
  --frames <integer>              pictures that the model sees, spread up to the end of the
                                  utterance; where absent what the model prefers, else 12 (1 to
                                  1000)
  --fps <number>                  pictures a second that are looked at for faces (0.1 to 120;
                                  default 5)
  --max-new <integer>             most new tokens (at least 1; default 256)
  --beam <integer>                search with so many beams: words appear as soon as all of them
                                  agree; where absent what the model prefers, else 1 (1 to 64)
  --temperature <number>          0 always takes the likeliest token (0 to 10; default 0)
  --seed <integer>                fixes what is drawn (default 0)
  --evidence                      weigh what the answer leans on: each turn and modality left out,
                                  and gradient × input
  --provider <cpu|cuda|webgpu>    where the networks run (default cpu; or FAMENET_PROVIDER)
  --threads <integer>             threads inside one operator; the machine's cores where absent (1
                                  to 256)
  --json                          one JSON document on stdout, everything else on stderr
  -h, --help                      this page

Examples
  famenet explain scene.mp4 --dialogue scene.srt
  famenet explain scene.mp4 --dialogue scene.json --utterance 4 --emotion anger --model ./llava --evidence
  famenet explain scene.mp4 --speech models/parakeet-tdt
  famenet explain --dialogue talk.json --emotion sadness --model ./tinyllama --json
  famenet explain scene.mp4 --dialogue scene.json --all --model ./vicuna --vision ./clip --projector g.safetensors --json
`;
