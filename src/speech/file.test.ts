import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseDialogue } from '../data/dialogue.ts';
import { dialogueOf } from './dialogue.ts';
import { fileSpeech, whisperX } from './file.ts';
import { srtOf, vttOf } from './subtitles.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-heard-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** In the form of WhisperX's JSON: `2014` was not aligned, so it has no times. */
const WHISPERX = JSON.stringify({
  segments: [
    {
      start: 1,
      end: 3,
      text: ' In 2014, yes.',
      speaker: 'SPEAKER_01',
      words: [{ word: 'In', start: 1, end: 1.2, score: 0.9 }, { word: '2014,' }, { word: 'yes.', start: 2.2, end: 2.8, score: 0.5 }],
    },
    { start: 4, end: 5, text: 'Bye now.' },
  ],
  language: 'en',
});

test('WhisperX: words with times, without times, and not at all', () => {
  expect(whisperX(WHISPERX, 'x')).toEqual([
    {
      text: 'In 2014, yes.',
      start: 1,
      end: 3,
      speaker: 'SPEAKER_01',
      words: [
        { text: 'In', start: 1, end: 1.2, exact: true, confidence: 0.9 },
        { text: '2014,', start: 1.2, end: 2.2, exact: false },
        { text: 'yes.', start: 2.2, end: 2.8, exact: true, confidence: 0.5 },
      ],
    },
    {
      text: 'Bye now.',
      start: 4,
      end: 5,
      words: [
        { text: 'Bye', start: 4, end: 4 + 4 / 9, exact: false },
        { text: 'now.', start: 4 + 4 / 9, end: 5, exact: false },
      ],
    },
  ]);
  expect(whisperX('WEBVTT', 'x')).toBeUndefined();
  expect(whisperX('{"utterances": []}', 'x')).toBeUndefined();
});

test.each([['{"segments":[{"text":"hi","start":2,"end":1}]}'], ['{"segments":[{"text":"hi","start":0,"end":1,"words":["hi"]}]}']])(
  '%s is refused',
  (content) => {
    expect(() => whisperX(content, 'f.json')).toThrow(
      expect.objectContaining({ code: 'SPEECH_FILE', detail: expect.objectContaining({ at: 'f.json, segment 1' }) }),
    );
  },
);

test('SubRip and WebVTT come back as they were written, speakers and all; nobody opens the video', async () => {
  const cues = [
    { speaker: 'Joey', text: 'How you & I <3\n\nwere --> there', start: 0.0004, end: 3661.5 },
    { text: 'Bye.', start: 3662, end: 3663 },
  ];
  const lines = [{ speaker: 'Joey', text: 'How you & I <3 were → there', start: 0, end: 3661.5 }, cues[1]!];
  const laughter = { name: 'Laughter', start: 3700, end: 3701, confidence: 0.5 };
  const file = join(folder, 'a.vtt');
  await writeFile(file, vttOf(cues, [laughter]));
  expect(await dialogueOf('no/such/video.mp4', fileSpeech(file, parseDialogue))).toEqual([
    ...lines,
    { text: '[Laughter]', start: 3700, end: 3701 },
  ]);
  expect(srtOf(cues.slice(1), [laughter])).toBe('1\n01:01:02,000 --> 01:01:03,000\nBye.\n\n2\n01:01:40,000 --> 01:01:41,000\n[Laughter]\n');
});

test('receipts say what the file has; what it cannot have is n/a', async () => {
  const file = join(folder, 'b.json');
  await writeFile(file, WHISPERX);
  const speech = fileSpeech(file, parseDialogue);
  const { receipt, events } = await speech.hear('', { speakers: true });
  expect(events).toBeUndefined();
  expect(receipt).toEqual({ by: 'WhisperX JSON', files: [{ file: 'b.json', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }], notes: [] });
  await expect(speech.hear('', { events: true })).rejects.toMatchObject({ code: 'SPEECH_FILE_ASKED' });
  await writeFile(file, '1\n00:00:01,000 --> 00:00:02,000\nhello\n');
  await expect(speech.hear('', { speakers: true })).rejects.toMatchObject({ code: 'SPEECH_FILE_ASKED' });
  expect((await speech.hear('')).receipt.notes).toEqual(['times of words are shared out by letters: the file has only those of its lines']);
});
