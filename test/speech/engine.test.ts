import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engineSpeech, findSpeechModels } from '../../src/speech/index.ts';
import { RATE, wav } from './tones.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-engine-'));
  await mkdir(join(folder, 'asr'));
  for (const name of [
    'asr/base-encoder.int8.onnx',
    'asr/base-encoder.onnx',
    'asr/base-decoder.onnx',
    'asr/base-tokens.txt',
    'silero_vad.onnx',
  ])
    await writeFile(join(folder, name), 'no model');
  await writeFile(join(folder, 'second.wav'), wav(new Float32Array(RATE)));
});
afterAll(() => rm(folder, { recursive: true }));

test('models are found by the names under which they are published; the full one before the one in 8 bits', async () => {
  const at = (name: string) => join(folder, name);
  expect(await findSpeechModels(folder)).toEqual({
    recogniser: {
      kind: 'whisper',
      encoder: at('asr/base-encoder.onnx'),
      decoder: at('asr/base-decoder.onnx'),
      tokens: at('asr/base-tokens.txt'),
    },
    voice: at('silero_vad.onnx'),
  });
});

test('voices and sounds without their models are n/a', async () => {
  const speech = await engineSpeech(folder);
  await expect(speech.hear(join(folder, 'second.wav'), { speakers: true })).rejects.toMatchObject({ code: 'SPEECH_MODELS' });
  await expect(speech.hear(join(folder, 'second.wav'), { events: true })).rejects.toMatchObject({ code: 'SPEECH_MODELS' });
});

test('a damaged model ends the listening process, not ours', async () => {
  const speech = await engineSpeech(folder, { threads: 1 });
  await expect(speech.hear(join(folder, 'second.wav'))).rejects.toMatchObject({ code: 'SPEECH_ENGINE' });
}, 30_000);

const { FAMENET_SPEECH: models, FAMENET_SPEECH_WAV: spoken } = process.env;

/** With a folder of models and a sound file in which somebody says "the museum gave me the job": Whisper base and espeak-ng were used. */
describe.skipIf(models === undefined || spoken === undefined)('a real model', () => {
  test('hears words with times in order', async () => {
    const { segments } = await (await engineSpeech(models!, { language: 'en' })).hear(spoken!);
    const words = segments.flatMap((segment) => segment.words);
    expect(words.map(({ text }) => text.toLowerCase().replace(/\W/g, '')).join(' ')).toContain('museum gave me the job');
    expect(words.every(({ start, end }, i) => start <= end && start >= (words[i - 1]?.start ?? 0))).toBe(true);
  }, 600_000);
});
