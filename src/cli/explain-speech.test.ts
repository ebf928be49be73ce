import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseDialogue } from '../data/index.ts';
import { fileSpeech } from '../speech/index.ts';
import { toldOf } from './explain-speech.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-told-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** What the words of a file give, as if they were heard in a film. */
async function told(segments: readonly object[]) {
  const file = join(folder, 'heard.json');
  await writeFile(file, JSON.stringify({ segments }));
  return toldOf(await fileSpeech(file, parseDialogue).hear('film.mp4'), 'film.mp4');
}

test('what was heard is a dialogue: turns with times, voices that are not taken for numbers of turns, and who says so', async () => {
  const { utterances, from } = await told([
    { start: 0.5, end: 1.5, text: ' Oh, no!', speaker: '2' },
    { start: 2, end: 4, text: 'The museum gave me the job.', speaker: 'Ross' },
    { start: 5, end: 6, text: 'What?' },
  ]);
  expect(utterances).toEqual([
    { number: 0, speaker: 'Speaker 2', text: 'Oh, no!', start: 0.5, end: 1.5 },
    { number: 1, speaker: 'Ross', text: 'The museum gave me the job.', start: 2, end: 4 },
    { number: 2, text: 'What?', start: 5, end: 6 },
  ]);
  expect(from.speech).toMatchObject({ by: 'WhisperX JSON', files: [{ file: 'heard.json' }], turns: 3, words: 9 });
});

test('EXPLAIN_SILENT: nobody speaks', async () => {
  await expect(told([])).rejects.toMatchObject({ code: 'EXPLAIN_SILENT', detail: { at: 'film.mp4' } });
  const receipt = { by: 'sherpa', files: [], seconds: 2.04, notes: ['the file has no sound'] };
  expect(() => toldOf({ segments: [], events: undefined, receipt }, 'film.mp4')).toThrow(/none in 2\.0 s of sound; the file has no sound/);
});
