import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Line, parseDialogue, parseDialogues, readDialogue, readDialogues } from './dialogue.ts';

const line = (start: number, end: number, text: string, speaker?: string): Line => ({
  ...(speaker === undefined ? {} : { speaker }),
  text,
  start,
  end,
});

describe('JSON', () => {
  test('a list, or an object with one; other keys are ignored', () => {
    const list = [
      { speaker: 'Ross', text: 'Hi.', start: 1, end: 2.5, emotion: 'joy' },
      { text: 'Who is there?', start: 3, end: 4 },
      { speaker: null, start: 5, end: 6 },
    ];
    const expected = [line(1, 2.5, 'Hi.', 'Ross'), line(3, 4, 'Who is there?'), line(5, 6, '')];
    expect(parseDialogue(JSON.stringify(list), 'x')).toEqual(expected);
    expect(parseDialogue(JSON.stringify({ title: 'x', utterances: list }), 'x')).toEqual(expected);
  });
});

test('subtitles are told from JSON by content', () => {
  expect(parseDialogue('1\n00:00:01,000 --> 00:00:02,500\nROSS: Hi', 'x')).toEqual([line(1, 2.5, 'Hi', 'ROSS')]);
  expect(parseDialogue('WEBVTT\n\n00:01.000 --> 00:02.500\nHi', 'x')).toEqual([line(1, 2.5, 'Hi')]);
});

describe('all dialogues of a file', () => {
  const said = { speaker: 'Ann', text: 'Hi.', start: 0, end: 1.5, emotion: 'happy', clip: 'a.mp4' };
  const utterance = { ...said, number: 0, emotion: 'joy' };
  test.each([
    ['a list of utterances', JSON.stringify([said]), [{ id: 'talk', utterances: [utterance] }]],
    ['one dialogue', JSON.stringify({ id: 7, utterances: [said] }), [{ id: '7', utterances: [utterance] }]],
    [
      'a list of dialogues',
      JSON.stringify([{ utterances: [said] }, { id: 'b', utterances: [{ text: 'Who?' }] }]),
      [
        { id: 'talk:1', utterances: [utterance] },
        { id: 'b', utterances: [{ number: 0, text: 'Who?' }] },
      ],
    ],
    [
      'JSON lines',
      `{"id":"a","utterances":[]}\n\n${JSON.stringify({ id: 'b', utterances: [said] })}\n`,
      [
        { id: 'a', utterances: [] },
        { id: 'b', utterances: [utterance] },
      ],
    ],
    [
      'subtitles',
      '1\n00:00:01,000 --> 00:00:02,500\nROSS: Hi',
      [{ id: 'talk', utterances: [{ number: 0, speaker: 'ROSS', text: 'Hi', start: 1, end: 2.5 }] }],
    ],
    [
      'ECF',
      '[{"conversation_ID": 3, "conversation": [{"utterance_ID": 1, "text": "Hi .", "speaker": "Ross", "emotion": "joy"}]}]',
      [{ id: '3', utterances: [{ number: 1, text: 'Hi .', speaker: 'Ross', emotion: 'joy' }], causes: [] }],
    ],
    [
      'MELD',
      'Utterance,Speaker,Emotion,Dialogue_ID,Utterance_ID,StartTime,EndTime\nHi,Ross,joy,4,2,"0:00:01,5","00:00:02,000"',
      [{ id: '4', utterances: [{ number: 2, text: 'Hi', speaker: 'Ross', emotion: 'joy', start: 1.5, end: 2 }] }],
    ],
  ])('%s', (_, content, expected) => expect(parseDialogues(content, 'films/talk.txt')).toEqual(expected));

  test.each([
    ['[{"utterances": [{"text": "a", "start": 1}]}]', 'x, dialogue 1, utterance 1', 'seconds'],
    ['[{"text": "a", "emotion": "bored"}]', 'x, utterance 1', 'anger, disgust'],
    ['{"id":"a","utterances":[]}\n{"id":"b"', 'x:2', 'JSON'],
    ['[{"id":"a","utterances":[]},{"id":"a","utterances":[]}]', 'x', 'id of its own'],
    ['[{"id": 0, "video": "1_0.mp4", "conversations": []}]', 'x', 'CSV'],
  ])('%j is damaged at %s', (content, at, expected) => {
    expect(() => parseDialogues(content, 'x')).toThrow(
      expect.objectContaining({
        code: 'DIALOGUE_DAMAGED',
        detail: expect.objectContaining({ at, expected: expect.stringContaining(expected) }),
      }),
    );
  });
  test('nothing said at all is refused', () => {
    expect(() => parseDialogues('{"id":"a","utterances":[]}', 'x')).toThrow(expect.objectContaining({ code: 'DIALOGUE_EMPTY' }));
  });
});

describe('refusals', () => {
  const refusal = (content: string) => {
    try {
      return parseDialogue(content, 'talk');
    } catch (error) {
      return error;
    }
  };
  test.each([
    ['[{]', 'talk', 'JSON'],
    ['{"lines": []}', 'talk', 'utterances'],
    ['[7]', 'talk, utterance 1', 'an object'],
    ['[{"text": 7, "start": 0, "end": 1}]', 'talk, utterance 1', 'texts'],
    ['[{"text": "a", "start": 0, "end": 1}, {"text": "a", "start": "0", "end": 1}]', 'talk, utterance 2', 'seconds'],
    ['[{"text": "a", "start": 2, "end": 1}]', 'talk, utterance 1', 'an end after it'],
    ['1\n00:00:03,000 --> 00:00:02,000\nHi', 'talk:2', 'an end after it'],
    ['1\n00:03 --> 00:04\nHi', 'talk:2', '00:01:02,500'],
    ['Once upon a time', 'talk', 'JSON, SubRip or WebVTT'],
  ])('%j is damaged at %s', (content, at, expected) => {
    expect(refusal(content)).toMatchObject({
      code: 'DIALOGUE_DAMAGED',
      detail: { at, expected: expect.stringContaining(expected), got: expect.any(String), fix: expect.any(String) },
    });
  });
  test.each(['', ' \n', '[]', '{"utterances": []}', 'WEBVTT\n'])('%j is empty', (content) => {
    expect(refusal(content)).toMatchObject({ code: 'DIALOGUE_EMPTY' });
  });
});

test('readDialogue: a file, by its content', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'famenet-'));
  try {
    await writeFile(join(folder, 'talk.txt'), '\uFEFF1\n00:00:01,000 --> 00:00:02,000\nHi.');
    expect(await readDialogue(join(folder, 'talk.txt'))).toEqual([line(1, 2, 'Hi.')]);
    expect(await readDialogues(join(folder, 'talk.txt'))).toEqual([{ id: 'talk', utterances: [{ number: 0, ...line(1, 2, 'Hi.') }] }]);
    await expect(readDialogue(join(folder, 'none.srt'))).rejects.toMatchObject({ code: 'FILE_MISSING' });
  } finally {
    await rm(folder, { recursive: true });
  }
});
