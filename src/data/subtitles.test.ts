import { describe, expect, test } from 'vitest';
import { parseSubtitles } from './subtitles.ts';
import type { Line } from './utterance.ts';

const line = (start: number, end: number, text: string, speaker?: string): Line => ({
  ...(speaker === undefined ? {} : { speaker }),
  text,
  start,
  end,
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
    expect(parseSubtitles(srt, 'x')).toEqual([
      line(1, 2.5, 'Hi everybody.', 'ROSS'),
      line(3723.04, 3725, 'Pivot!', 'Dr. Geller'),
      line(7, 8, 'we said: never again'),
    ]);
  });
  test('blocks without empty lines between, and one without words', () => {
    const srt = '1\n00:00:01,000 --> 00:00:02,000\nHi.\n2\n00:00:03,000 --> 00:00:04,000\n\n3\n00:00:05,000 --> 00:00:06,000\n李: 你好\n';
    expect(parseSubtitles(srt, 'x')).toEqual([line(1, 2, 'Hi.'), line(3, 4, ''), line(5, 6, '你好', '李')]);
  });
  test.each([
    ['Listen to me: go', undefined],
    ['The Other Ross Geller: go', undefined],
    ['http://a.b: go', undefined],
    ['10:30 is late', undefined],
    ['Man 1: go', 'Man 1'],
    ['Zoë: go', 'Zoë'],
  ])('%s: who speaks is %s', (text, speaker) => {
    expect(parseSubtitles(`00:00:01,000 --> 00:00:02,000\n${text}`, 'x')[0]!.speaker).toBe(speaker);
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
    expect(parseSubtitles(vtt, 'x')).toEqual([line(1, 2.5, 'Hi & bye', 'Mary Ann'), line(3, 4, 'Yes. No.'), line(5, 6, '<sighs>', 'Ross')]);
  });
});
