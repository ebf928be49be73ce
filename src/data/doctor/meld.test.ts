import { expect, test } from 'vitest';
import { MELD_HEADER } from '../meld.ts';
import { checkMeld } from './meld.ts';

const HEADER = `${MELD_HEADER}\n`;

interface Planted {
  readonly text?: string;
  readonly speaker?: string;
  readonly label?: string;
  readonly sentiment?: string;
  readonly dialogue?: string;
  readonly utterance?: string;
  readonly from?: string;
  readonly to?: string;
}

const line = (
  { text = 'I am fine.', speaker = 'Ross', label = 'joy', sentiment = 'positive', dialogue = '0', ...more }: Planted,
  i: number,
) =>
  `${i},"${text}",${speaker},${label},${sentiment},${dialogue},${more.utterance ?? i},1,1,"${more.from ?? `00:00:${10 + 2 * i},000`}","${more.to ?? `00:00:${11 + 2 * i},500`}"`;
const found = (rows: readonly Planted[]) =>
  checkMeld(HEADER + rows.map(line).join('\n'), 'f.csv').symptoms.map(
    ({ code, place, message }) => `${code} ${place.line ?? ''}: ${message}`,
  );

test('nothing is wrong with good rows', () =>
  expect(found([{}, {}, { text: 'No!', label: 'surprise', sentiment: 'negative' }])).toEqual([]));

test.each<[string, readonly Planted[], readonly string[]]>([
  ['a label', [{ label: 'hapy' }], ['unknown-label 2: "hapy"; expected anger, disgust, fear, joy, neutral, sadness, surprise']],
  ['a number', [{ utterance: 'x' }], ['bad-id 2: "0", "x"']],
  ['a row twice', [{}, { utterance: '0' }], ['duplicate 3: line 2 has it already: "I am fine."']],
  ['no words', [{ text: '...' }], ['empty-text 2: "..."']],
  ['a sentiment', [{ sentiment: 'negative' }], ['sentiment 2: joy and "negative"']],
  ['a speaker', [{ speaker: 'an' }], ['odd-speaker 2: "an"']],
  ['an end before its start', [{ to: '00:00:09,000' }], ['no-time 2: "00:00:10,000" to "00:00:09,000"']],
  ['a time that is none', [{ to: 'later' }], ['no-time 2: "00:00:10,000" to "later"']],
  ['five minutes', [{ to: '00:05:10,000' }], ['too-long 2: 300 s for 3 words']],
  ['too few words', [{ to: '00:00:30,000' }], ['too-slow 2: 20 s for 3 words']],
  ['too many words', [{ to: '00:00:10,140' }], ['too-fast 2: 140 ms for 3 words']],
  ['an overlap', [{ to: '00:00:13,500' }, {}], ['overlap 3: 1.5 s before dialogue 0, utterance 0 ends']],
  ['subtitles that touch', [{ to: '00:00:12,400' }, {}], []],
  ['another order', [{ from: '00:00:20,000', to: '00:00:21,000' }, {}], ['out-of-order 3: 8 s before dialogue 0, utterance 0 begins']],
  [
    'one time twice',
    [{}, { dialogue: '1', utterance: '0', from: '00:00:10,000', to: '00:00:11,500' }],
    ['same-time 3: that of line 2 (dialogue 0, utterance 0)'],
  ],
  [
    'no times, twice',
    [
      { from: '-', to: '-' },
      { from: '-', to: '-' },
    ],
    ['no-time 2: "-" to "-"', 'no-time 3: "-" to "-"'],
  ],
  ['far apart', [{}, { from: '00:02:00,000', to: '00:02:02,000' }], ['far-apart 3: 108.5 s after dialogue 0, utterance 0']],
  ['numbers left out', [{}, { utterance: '3' }], ['number-gap : no utterance 1, 2']],
  [
    'many numbers left out',
    [{ utterance: '7' }, { dialogue: '9', utterance: '0' }],
    ['number-gap : no utterance 0, 1, 2, 3, 4 and 2 more', 'dialogue-gap : no dialogue 1, 2, 3, 4, 5 and 3 more'],
  ],
  ['letters', [{ text: 'I?m fine.' }], ['lost-mark 2: "I?m fine." → "I’m fine."']],
  ['letters that are gone', [{ text: 'It is ä¼¤å¿.' }], ['unreadable 2: "It is ä¼¤å¿."']],
])('%s', (_, rows, expected) => expect(found(rows)).toEqual(expected));

test('without seasons and episodes, times of two dialogues are not compared', () => {
  const times = '"00:00:01,000","00:00:02,000"';
  const rows = [`Hi!,Ross,joy,0,0,${times}`, `Oh!,Ross,joy,1,0,${times}`, `No!,Ross,joy,1,1,${times}`];
  const table = `Utterance,Speaker,Emotion,Dialogue_ID,Utterance_ID,StartTime,EndTime\n${rows.join('\n')}`;
  expect(checkMeld(table, 'f.csv').symptoms.map(({ code, place }) => [code, place.line])).toEqual([['same-time', 4]]);
});

test('a repair names its cell', () => {
  const { symptoms, changes } = checkMeld(`${HEADER}${line({ speaker: 'MÃ©me' }, 0)}`, 'f.csv');
  const place = { file: 'f.csv', line: 2, dialogue: '0', utterance: 0, field: 'Speaker' };
  expect(symptoms).toEqual([
    { code: 'mojibake', place, severity: 'warning', message: '"MÃ©me" → "Méme"', repair: { before: 'MÃ©me', after: 'Méme' } },
  ]);
  expect(changes).toEqual([{ place, codes: ['mojibake'], at: '0/Speaker', after: 'Méme' }]);
});
