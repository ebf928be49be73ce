/**
 * The whole way from a sound file to words, turns and sounds through sherpa-onnx, with networks of our own that hear tones (fixtures/speech-tiny): the
 * native library, our process, what it is told and what it answers, and the command line. Nothing here says how well people are heard.
 */
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FameError, StoppedError } from '../../src/base/errors.ts';
import { engineSpeech, findSpeechModels, type Transcript } from '../../src/speech/index.ts';
import type { Message } from '../../src/speech/protocol.ts';
import type { Voice } from '../../src/speech/tokens.ts';
import { famenet } from '../support/main.ts';
import { makeFile } from '../support/media.ts';
import { scene as drawn } from '../support/scene.ts';
import { mixed, RATE, type Said, TONES, type Tone, turn, wav, wordsOf } from './tones.ts';

/** Two voices in turns, laughter between, and one who begins before the other has ended. */
const SCENE = {
  seconds: 16,
  turns: [turn('low', 0.5, 5), turn('high', 3, 4), turn('low', 8, 6), turn('high', 9.35, 7), turn('low', 13, 4)],
  laughter: { of: 'Laughter', start: 5.2, end: 7.1 },
} as const satisfies { seconds: number; turns: readonly Said[]; laughter: Tone };
const OVERLAP = { from: 9.35, to: SCENE.turns[2].end };
/** Seconds that a turn may be off. */
const CLOSE = 0.3;

let folder: string;
const at = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-tones-'));
  await writeFile(at('scene.wav'), wav(scene()));
});
afterAll(() => rm(folder, { recursive: true }));

const scene = () => mixed(SCENE.seconds, [...SCENE.turns.flatMap(wordsOf), SCENE.laughter]);

const hear = async (file: string, options: { speakers?: boolean | number; events?: boolean }, models = TONES): Promise<Transcript> =>
  (await engineSpeech(models, { threads: 1 })).hear(at(file), options);

/** What the listening process says of who speaks when, before words are put beside it. */
async function voicesIn(samples: Float32Array, voices = -1): Promise<readonly Voice[]> {
  const listener = fileURLToPath(new URL('../../src/speech/listener.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', listener], { stdio: ['pipe', 'ignore', 'inherit', 'pipe'] });
  const request = {
    models: await findSpeechModels(TONES),
    rate: RATE,
    samples: samples.length,
    language: '',
    events: false,
    threads: 1,
    voices,
  };
  child.stdin!.write(`${JSON.stringify(request)}\n`);
  child.stdin!.end(Buffer.from(samples.buffer));
  const messages: Message[] = [];
  for await (const line of createInterface({ input: child.stdio[3] as Readable })) messages.push(JSON.parse(line) as Message);
  expect(messages.at(-1)).toEqual({ is: 'end' });
  return messages.flatMap((message) => (message.is === 'voices' ? message.voices : []));
}

/** Whose turns are whose: each name of a speaker for one voice only. */
function namesOf(voices: readonly Voice[], turns: readonly Said[]): string[] {
  const named = turns.map(({ of, start, end }) => {
    const one = voices.find((voice) => Math.abs(voice.start - start) < CLOSE && Math.abs(voice.end - end) < CLOSE);
    return `${of} ${one?.speaker ?? 'nobody'}`;
  });
  return [...new Set(named)].sort();
}

test('who speaks when: two voices in their turns, also where one begins before the other has ended', async () => {
  const voices = await voicesIn(scene());
  expect(voices).toHaveLength(SCENE.turns.length);
  expect(new Set(voices.map(({ speaker }) => speaker)).size).toBe(2);
  expect(namesOf(voices, SCENE.turns)).toEqual(
    expect.arrayContaining([expect.stringMatching(/^high [12]$/), expect.stringMatching(/^low [12]$/)]),
  );
  expect(namesOf(voices, SCENE.turns)).toHaveLength(2);
});

describe('how many voices there are', () => {
  const turns = [turn('high', 0.5, 3), turn('mid', 2.5, 3), turn('low', 5, 3), turn('high', 7, 3)];
  const speakers = async (seconds: number, voices?: number) => {
    const found = await voicesIn(mixed(seconds, turns.flatMap(wordsOf)), voices);
    return turns.map(({ start }) => found.find((voice) => Math.abs(voice.start - start) < CLOSE)?.speaker);
  };

  /** sherpa-onnx takes another way for up to ten seconds, which is what the segmentation looks at in one go. */
  test.each([8.5, 12])('in %d seconds three are found, numbered as they begin to speak', async (seconds) => {
    expect(await speakers(seconds)).toEqual(['1', '2', '3', '1']);
  });

  test.each([8.5, 12])('in %d seconds two where two were asked for, and one where one was', async (seconds) => {
    const two = await speakers(seconds, 2);
    expect([new Set(two).size, two[0]]).toEqual([2, two[3]]);
    expect(await speakers(seconds, 1)).toEqual(['1', '1', '1', '1']);
  });

  test('as many as there are where more were asked for than speak', async () => {
    expect(await speakers(12, 20)).toEqual(['1', '2', '3', '1']);
  });
});

test('words with their times, each beside the voice that says it; laughter between', async () => {
  const { segments, events, receipt } = await hear('scene.wav', { speakers: true, events: true });
  const said = SCENE.turns.flatMap((one) => wordsOf(one)).sort((a, b) => a.start - b.start);
  const words = segments.flatMap(({ words: inside, speaker }) => inside.map((word) => ({ ...word, speaker })));
  expect(words.map(({ text }) => text)).toEqual(said.map(({ of }) => of));
  expect(Math.max(...words.map(({ start }, i) => Math.abs(start - said[i]!.start)))).toBeLessThan(0.1);
  expect(words.every(({ exact, confidence }) => exact && confidence! > 0.9)).toBe(true);
  const alone = words.filter(({ start }) => start < OVERLAP.from - 0.1 || start > OVERLAP.to);
  expect([...new Set(alone.map(({ text, speaker }) => `${text} ${speaker}`))]).toHaveLength(2);
  for (const { start, end } of [SCENE.turns[0], SCENE.turns[1], SCENE.turns[4]]) {
    const segment = segments.find((one) => Math.abs(one.start - start) < CLOSE);
    expect(Math.abs((segment?.end ?? 0) - end)).toBeLessThan(CLOSE);
  }
  // Windows of two seconds, one a second: an event is up to a second longer on either side than the sound.
  expect(events).toEqual([{ name: 'Laughter', start: 4, end: 8, confidence: expect.closeTo(0.9, 1) }]);
  expect(receipt.files.map(({ file }) => file).sort()).toEqual([
    'class_labels_indices.csv',
    'decoder.onnx',
    'embedding.onnx',
    'encoder.onnx',
    'joiner.onnx',
    'segmentation.onnx',
    'tagging.onnx',
    'tokens.txt',
  ]);
});

test('sounds by their names, two at once; noise is none', async () => {
  const tones: Tone[] = [
    { of: 'Applause', start: 1, end: 4 },
    { of: 'Crying, sobbing', start: 3, end: 6 },
  ];
  await writeFile(at('sounds.wav'), wav(mixed(9, tones)));
  const { segments, events } = await hear('sounds.wav', { events: true });
  expect(segments).toEqual([]);
  expect(events!.map(({ name }) => name)).toEqual(['Applause', 'Crying, sobbing']);
  for (const [i, { start, end }] of tones.entries()) {
    expect(Math.abs(events![i]!.start - start)).toBeLessThanOrEqual(1);
    expect(Math.abs(events![i]!.end - end)).toBeLessThanOrEqual(1);
  }
});

test("a tagger of zipformer's kind, by its name", async () => {
  const models = await mkdtemp(join(folder, 'models-'));
  await cp(TONES, models, { recursive: true });
  await rm(join(models, 'tagging.onnx'));
  const { events, receipt } = await hear('scene.wav', { events: true }, models);
  expect(events).toEqual([{ name: 'Laughter', start: 4, end: 8, confidence: expect.closeTo(0.9, 1) }]);
  expect(receipt.files.map(({ file }) => file)).toContain('zipformer-tagging.onnx');
});

test('nobody speaks: no turns, and no error', async () => {
  await writeFile(at('quiet.wav'), wav(mixed(12, [])));
  expect(await hear('quiet.wav', { speakers: true, events: true })).toMatchObject({ segments: [], events: [] });
});

test("a video whose sound begins later: all times are the video's", async () => {
  const pictures = {
    codec: 'libx264',
    timeBase: { num: 1, den: 25 },
    shown: [0, 1].map((pts) => ({ picture: drawn({ width: 64, height: 48 }).picture(pts), pts, duration: 1 })),
  };
  const late = 2;
  const sound = mixed(8, [...wordsOf(turn('mid', 1, 3)), { of: 'Applause', start: 4, end: 7 }]);
  const voice = { codec: 'flac', rate: RATE, channels: 1, pieces: [{ samples: sound, at: late * RATE }] } as const;
  await makeFile(at('late.mkv'), 'matroska', { pictures, voice });
  const { segments, events } = await hear('late.mkv', { speakers: true, events: true });
  expect(segments).toMatchObject([{ text: 'mid mid mid', speaker: '1' }]);
  expect(Math.abs(segments[0]!.start - (late + 1))).toBeLessThan(0.1);
  expect(Math.abs(segments[0]!.words[2]!.start - (late + 1.74))).toBeLessThan(0.1);
  expect(events).toMatchObject([{ name: 'Applause', start: late + 3, end: late + 8 }]);
});

test('stopped in the middle: the process is gone, and nothing is given', async () => {
  const stop = new AbortController();
  const speech = await engineSpeech(TONES, { threads: 1 });
  const done: number[] = [];
  const heard = speech.hear(at('scene.wav'), {
    speakers: true,
    events: true,
    signal: stop.signal,
    onProgress: (seconds, total) => {
      done.push(seconds, total);
      stop.abort();
    },
  });
  await expect(heard).rejects.toBeInstanceOf(StoppedError);
  expect(done).toEqual([SCENE.seconds, SCENE.seconds]);
});

test('the command line: rows for people, all of it as JSON, subtitles with sounds', async () => {
  const asked = ['transcribe', at('scene.wav'), '--model', TONES, '--diarise', '--events', '--threads', '1'];
  const rows = await famenet(asked);
  expect([rows.code, rows.stdout.split('\n')[0]]).toEqual([0, 'at    speaker  text']);
  expect(rows.stdout).toMatch(/^0:00 +[12] +low low low low low$/m);
  expect(rows.stdout).toMatch(/^0:03 +[12] +high high high high$/m);
  expect(rows.stdout).toMatch(/^0:04 +\[Laughter, 0\.\d\d\]$/m);
  const json = JSON.parse((await famenet([...asked, '--speakers', '2', '--json'])).stdout);
  expect(new Set(json.heard.segments.map(({ speaker }: { speaker: string }) => speaker)).size).toBe(2);
  expect(json.heard.events.map(({ name }: { name: string }) => name)).toEqual(['Laughter']);
  const srt = await famenet([...asked, '--srt']);
  expect(srt.stdout).toContain('00:00:04,000 --> 00:00:08,000\n[Laughter]\n');
});

describe('a damaged file ends the listening process, not ours, and says what to do', () => {
  const half = (bytes: Buffer) => bytes.subarray(0, bytes.length >> 1);
  const replaced = (from: string, to: string) => (bytes: Buffer) => Buffer.from(bytes.toString('latin1').replace(from, to), 'latin1');
  test.each([
    ['a segmentation that breaks off', 'segmentation.onnx', half],
    ['a segmentation without its window', 'segmentation.onnx', replaced('window_size', 'window_sice')],
    ['a segmentation that fails as it runs', 'segmentation.onnx', replaced('160000', '000100')],
    ['an embedding that breaks off', 'embedding.onnx', half],
    ['an embedding of an unknown kind', 'embedding.onnx', replaced('wespeaker', 'wespeaked')],
    ['a tagger that breaks off', 'tagging.onnx', half],
    ['fewer classes than the tagger has', 'class_labels_indices.csv', (bytes: Buffer) => bytes.subarray(0, bytes.lastIndexOf('3,'))],
    ['an encoder that breaks off', 'encoder.onnx', half],
  ])('%s', async (_what, name, damage) => {
    const models = await mkdtemp(join(folder, 'models-'));
    await cp(TONES, models, { recursive: true });
    await writeFile(join(models, name), damage(await readFile(join(TONES, name))));
    const error: FameError = await hear('scene.wav', { speakers: true, events: true }, models).catch((cause) => cause);
    expect(error).toMatchObject({ code: 'SPEECH_ENGINE', detail: { fix: expect.stringContaining('famenet models verify') } });
    expect(error.detail.got).toMatch(/^(exit code \d+|SIG\w+): ./); // how it ended, and its last words
    expect(error.detail.got).not.toMatch(/[^\P{Cc}\n]/u); // without what colours a terminal
  });
});

test('the command line says of a damaged file what is wrong, and ends with an error', async () => {
  const models = await mkdtemp(join(folder, 'models-'));
  await cp(TONES, models, { recursive: true });
  await writeFile(join(models, 'embedding.onnx'), 'no model');
  const { code, stderr } = await famenet(['transcribe', at('scene.wav'), '--model', models, '--diarise', '--threads', '1']);
  expect(code).not.toBe(0);
  expect(stderr).toContain('[SPEECH_ENGINE]');
});

describe('short sounds', () => {
  test('a laugh of half a second is heard', async () => {
    await writeFile(at('laugh.wav'), wav(mixed(0.7, [{ of: 'Laughter', start: 0.05, end: 0.68 }])));
    const { events } = await hear('laugh.wav', { speakers: true, events: true });
    expect(events).toEqual([{ name: 'Laughter', start: 0, end: expect.closeTo(0.7, 2), confidence: expect.any(Number) }]);
  });

  test('a single word of a quarter of a second has no voice: turns below 0.3 s are none', async () => {
    await writeFile(at('word.wav'), wav(mixed(12, wordsOf(turn('high', 5, 1)))));
    const { segments } = await hear('word.wav', { speakers: true });
    expect(segments).toMatchObject([{ text: 'high' }]);
    expect(segments[0]!.speaker).toBeUndefined();
  });

  test('less sound than a recogniser needs is no error', async () => {
    await writeFile(at('blink.wav'), wav(mixed(0.02, [])));
    expect(await hear('blink.wav', { speakers: true, events: true })).toMatchObject({ segments: [], events: [] });
  });

  test('nor are a few milliseconds that are left behind 28 seconds', async () => {
    const long = new Float32Array(28.005 * RATE);
    long.set(mixed(3, wordsOf(turn('low', 1, 2))));
    await writeFile(at('long.wav'), wav(long));
    const { segments } = await hear('long.wav', {});
    expect(segments.map(({ text }) => text)).toEqual(['low low']);
  });
});
