import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Line, parseDialogue, readDialogue } from './dialogue.ts';

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

describe('SubRip', () => {
  test('numbers, Windows line ends, markup, several lines, names', () => {
    const srt = [
      '1',
      '00:00:01,000 --> 00:00:02,500',
      'ROSS: <i>Hi</i>',
      'everybody.',
      '',
      '2',
      '01:02:03,04 --> 01:02:05,000 X1:10 X2:20',
      '{\\an8}- Dr. Geller: Pivot!',
      '',
      '00:00:07.000 --> 00:00:08.000',
      'we said: never again',
    ].join('\r\n');
    expect(parseDialogue(srt, 'x')).toEqual([
      line(1, 2.5, 'Hi everybody.', 'ROSS'),
      line(3723.04, 3725, 'Pivot!', 'Dr. Geller'),
      line(7, 8, 'we said: never again'),
    ]);
  });
  test('blocks without empty lines between, and one without words', () => {
    const srt = '1\n00:00:01,000 --> 00:00:02,000\nHi.\n2\n00:00:03,000 --> 00:00:04,000\n\n3\n00:00:05,000 --> 00:00:06,000\n李: 你好\n';
    expect(parseDialogue(srt, 'x')).toEqual([line(1, 2, 'Hi.'), line(3, 4, ''), line(5, 6, '你好', '李')]);
  });
  test.each([
    ['Listen to me: go', undefined],
    ['The Other Ross Geller: go', undefined],
    ['http://a.b: go', undefined],
    ['10:30 is late', undefined],
    ['Man 1: go', 'Man 1'],
    ['Zoë: go', 'Zoë'],
  ])('%s: who speaks is %s', (text, speaker) => {
    expect(parseDialogue(`00:00:01,000 --> 00:00:02,000\n${text}`, 'x')[0]!.speaker).toBe(speaker);
  });
});

describe('WebVTT', () => {
  test('header, notes, styles, identifiers, short times, settings, voices, entities', () => {
    const vtt = [
      'WEBVTT - a title',
      '',
      'NOTE nobody',
      'reads this',
      '',
      'STYLE',
      '::cue { color: red }',
      '',
      'intro',
      '00:01.000 --> 00:02.500 align:start position:10%',
      '<v.loud Mary Ann>Hi &amp; <b>bye</b></v>',
      '',
      '00:03.000 --> 00:04.000',
      '<v Ross>Yes.</v> <v Joey>No.</v>',
      '',
      '00:05.000 --> 00:06.000',
      'Ross: &lt;sighs&gt;',
    ].join('\n');
    expect(parseDialogue(vtt, 'x')).toEqual([line(1, 2.5, 'Hi & bye', 'Mary Ann'), line(3, 4, 'Yes. No.'), line(5, 6, '<sighs>', 'Ross')]);
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
    await expect(readDialogue(join(folder, 'none.srt'))).rejects.toMatchObject({ code: 'FILE_MISSING' });
  } finally {
    await rm(folder, { recursive: true });
  }
});
