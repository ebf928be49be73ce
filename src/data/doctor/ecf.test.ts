import { expect, test } from 'vitest';
import { checkEcf, isEcf } from './ecf.ts';

const spoken = [
  { utterance_ID: 1, text: 'I came .', speaker: 'Ross', emotion: 'neutral' },
  { utterance_ID: 2, text: 'You came !', speaker: 'Joey', emotion: 'joy' },
];
const one = (conversation: readonly unknown[], pairs: readonly unknown[] = [['2_joy', '1_I came']], id: unknown = 1) => ({
  conversation_ID: id,
  conversation,
  'emotion-cause_pairs': pairs,
});
const found = (document: readonly unknown[]) =>
  checkEcf(JSON.stringify(document), 'f.json').symptoms.map(
    ({ code, place, message }) => `${code} ${place.entry}.${place.utterance ?? ''}: ${message}`,
  );

test('nothing is wrong with a good conversation', () => expect(found([one(spoken)])).toEqual([]));

test.each<[string, readonly unknown[], readonly string[]]>([
  ['a pair with nobody', [one(spoken, [['2_joy', '7_x']])], ['no-such-utterance 1.2: 2 because of 7']],
  ['another emotion', [one(spoken, [['2_anger', '1_I came']])], ['pair-emotion 1.2: anger; the utterance has joy']],
  ['a neutral one', [one(spoken, [['1_neutral', '1_I came']])], ['pair-neutral 1.1: 1 because of 1']],
  [
    'a pair twice',
    [
      one(spoken, [
        ['2_joy', '1'],
        ['2_joy', '1'],
      ]),
    ],
    ['pair-twice 1.2: 2 because of 1'],
  ],
  ['words that nobody says', [one(spoken, [['2_joy', '1_I left']])], ['span 1.2: "I left"']],
  [
    'a later cause',
    [one([spoken[0], { ...spoken[0], utterance_ID: 2, emotion: 'joy' }, { ...spoken[0], utterance_ID: 3 }], [['2_joy', '3']])],
    ['pair-later 1.2: 2 because of 3'],
  ],
  ['numbers left out', [one([spoken[1]])], ['number-gap 1.: no utterance 1', 'no-such-utterance 1.2: 2 because of 1']],
  ['a number twice', [one([spoken[0], spoken[1], spoken[1]])], ['duplicate 1.2: "You came !"']],
  ['no words', [one([spoken[0], { ...spoken[1], text: ' ' }])], ['empty-text 1.2: " "']],
  ['letters', [one([spoken[0], { ...spoken[1], text: 'Youâ€™re here' }])], ['mojibake 1.2: "Youâ€™re here" → "You’re here"']],
  ['an id twice', [one(spoken), one(spoken)], ['same-id 2.: conversation 1 is also entry 1']],
  [
    'a conversation that is none, between others',
    [one(spoken), { conversation_ID: 2 }, one([{ utterance_ID: 1, text: 'x', emotion: 'hapy' }], [], 3)],
    [
      'damaged 2.: f.json: expected conversation_ID, a list "conversation" and pairs, got {"conversation_ID":2}',
      'damaged 3.: f.json, utterance 1: expected anger, disgust, fear, joy, neutral, sadness, surprise, got "hapy"',
    ],
  ],
])('%s', (_, document, expected) => {
  expect(isEcf(document)).toBe(true);
  expect(found(document)).toEqual(expected);
});

test('a repair names its string', () => {
  const { changes } = checkEcf(JSON.stringify([one([spoken[0], { ...spoken[1], text: 'Youâ€™re' }])]), 'f.json');
  expect(changes).toMatchObject([{ at: '0/conversation/1/text', after: 'You’re', codes: ['mojibake'] }]);
});
