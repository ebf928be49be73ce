import { describe, expect, test } from 'vitest';
import { countings, joinMeld, locate, type Statement } from './align.ts';
import { type Meld, parseMeld } from './meld.ts';

const table = (rows: readonly string[]) =>
  new Map(
    parseMeld(`Utterance,Speaker,Emotion,Dialogue_ID,Utterance_ID,StartTime,EndTime\n${rows.map((row) => `${row},,`).join('\n')}`, 'x').map(
      (one) => [one.id, one],
    ),
  );
/** Dialogue 5 leaves out numbers 2 and 3; dialogue 60 is missing, as in MELD's train part. */
const MELD: Meld = {
  train: table([
    'Hi there!,Ross,joy,5,0',
    'No.,Monica,anger,5,1',
    'I’m late.,Ross,sadness,5,4',
    'No.,Joey,surprise,5,5',
    'Where is my sandwich?,Joey,anger,5,6',
    'No.,Joey,surprise,5,7',
    'Well of course I know that it is mine,Joey,anger,61,0',
    '…,Ross,joy,61,1',
    '?!,Ross,fear,61,2',
    'Wait!,Ross,anger,62,0',
    'Wait!,Monica,anger,62,1',
  ]),
  test: table(['Hi there!,Rachel,joy,5,0']),
};
const row = (video: string, text: string, speaker = 'Ross', emotion: Statement['emotion'] = 'joy'): Statement => ({
  video,
  text,
  speaker,
  emotion,
});
const found = (...given: [Statement, ('number' | 'place')?]) => {
  const [statement, counting] = given;
  return locate(statement, MELD, counting)?.number;
};

describe('locate', () => {
  test('by what is said: case, punctuation and character sets do not matter', () => {
    expect(found(row('5_4.mp4', "i'm late", 'Ross', 'sadness'))).toBe(4);
    expect(found(row('5_0.mp4', 'I鈥檓 late!!', 'Ross', 'sadness'))).toBe(4);
    expect(found(row('t_5_0.mp4', 'Hi there!', 'Rachel'))).toBe(0);
    expect(found(row('61_1.mp4', '?!', 'Ross', 'fear'))).toBe(2);
  });
  test('of several, the same speaker and emotion, then the number as it is counted', () => {
    expect(found(row('5_5.mp4', 'No.', 'Monica', 'anger'))).toBe(1);
    expect(found(row('62_1.mp4', 'Wait!', 'Ross', 'anger'))).toBe(0);
    expect(found(row('5_5.mp4', 'No.', 'Joey', 'surprise'))).toBe(5);
    expect(found(row('5_5.mp4', 'No.', 'Joey', 'surprise'), 'place')).toBe(7);
    expect(found(row('5_3.mp4', 'No.', 'Joey', 'surprise'), 'place')).toBe(5);
    expect(found(row('5_7.mp4', 'No.', 'Joey', 'surprise'))).toBe(7);
  });
  test('a corrected text at its own number', () => {
    expect(found(row('61_0.mp4', 'Well, of course I know that this is mine', 'Joey', 'anger'))).toBe(0);
    expect(found(row('61_0.mp4', 'Pivot!', 'Joey', 'anger'))).toBeUndefined();
    expect(found(row('61_1.mp4', 'Well, of course I know that this is mine', 'Joey', 'anger'))).toBeUndefined();
  });
  test('dialogues that MELD does not have, and tables that were not read', () => {
    expect(found(row('60_0.mp4', 'Hi there!'))).toBeUndefined();
    expect(() => locate(row('t_5_0.mp4', 'Hi'), { train: MELD.train! })).toThrow(
      expect.objectContaining({ code: 'MELD_PART', detail: expect.objectContaining({ expected: 'test_sent_emo.csv', got: 'train' }) }),
    );
  });
});

test('countings: each dialogue by the rows that fit one way only', () => {
  const byPlace = [row('5_4.mp4', 'Where is my sandwich?', 'Joey', 'anger'), row('5_0.mp4', 'Hi there!')];
  const byNumber = [row('5_6.mp4', 'Where is my sandwich?', 'Joey', 'anger'), row('5_0.mp4', 'Hi there!')];
  expect([...countings(byPlace, MELD)]).toEqual([['5', 'place']]);
  expect([...countings([...byNumber, row('t_5_0.mp4', 'Hi there!', 'Rachel')], MELD)]).toEqual([
    ['5', 'number'],
    ['t_5', 'number'],
  ]);
});

test('joinMeld: what was said until then, and the statement last', () => {
  const joined = joinMeld(row('5_5.mp4', 'No.', 'Joey', 'surprise'), MELD);
  expect(joined.id).toBe('5');
  expect(joined.utterances.map(({ number, text, emotion }) => [number, text, emotion])).toEqual([
    [0, 'Hi there!', 'joy'],
    [1, 'No.', 'anger'],
    [4, 'I’m late.', 'sadness'],
    [5, 'No.', 'surprise'],
  ]);
  expect(joinMeld(row('t_5_0.mp4', 'Hi there!', 'Rachel'), MELD)).toMatchObject({ id: 't_5', utterances: [{ speaker: 'Rachel' }] });
  for (const [video, got] of [
    ['60_0.mp4', 'no such dialogue'],
    ['5_0.mp4', '6 others'],
  ] as const)
    expect(() => joinMeld(row(video, 'Pivot!'), MELD)).toThrow(
      expect.objectContaining({ code: 'MELD_ABSENT', detail: expect.objectContaining({ at: video, got }) }),
    );
});
