import { describe, expect, test } from 'vitest';
import { cleanEcem, FINDINGS } from './clean.ts';
import type { EcemRow } from './ecem.ts';
import { type Meld, parseMeld } from './meld.ts';

const GOOD = 'The reason he is happy is that she came.';
const row = (cause: string, more: Partial<EcemRow> = {}): EcemRow => ({
  id: 0,
  video: '5_0.mp4',
  emotion: 'joy',
  speaker: 'Ross',
  text: 'Hi there!',
  cause,
  ...more,
});
const codes = (rows: readonly EcemRow[], meld?: Meld) => cleanEcem(rows, meld).findings.map(({ code }) => code);

test('a clean row stays as it is', () => {
  const rows = [
    row(GOOD),
    row('“Why?”, she asks, and “no” is no answer!', { video: '5_1.mp4' }),
    row('She said "it is fine."', { video: '5_2.mp4' }),
  ];
  expect(cleanEcem(rows)).toMatchObject({ kept: rows, findings: [], repaired: 0 });
});

describe('explanations that cannot be used', () => {
  test.each([
    ['', 'no-cause'],
    ['-1', 'no-cause'],
    ['N/A', 'no-cause'],
    ['The cause cannot be determined from the video.', 'no-cause'],
    ['The reason for her joy was unclear.', 'no-cause'],
    ['"-2" in English translates to "minus two."', 'no-cause'],
    ['As an AI, I have not seen the video.', 'no-cause'],
    ['The reason he is happ', 'cut-off'],
    ['The reason is that she likes Dr.', 'cut-off'],
    ['He stays ("It is not funny"', 'cut-off'],
    ['He enters with an enthusiastic "And!', 'cut-off'],
    ['What pleases her is明明 that.', 'foreign-words'],
    ['She was happy because the person she likes hasä¼¤å¿.', 'unreadable'],
    ['The reason he was angry was that she left.', 'other-emotion'],
  ])('%j: %s', (cause, code) => {
    const { kept, findings, counts } = cleanEcem([row(cause)]);
    expect(kept).toEqual([]);
    expect(findings).toEqual([
      {
        code,
        kind: 'dropped',
        entry: 1,
        id: 0,
        video: '5_0.mp4',
        field: 'cause',
        before: cause,
        ...(code === 'other-emotion' ? { after: 'joy' } : {}),
      },
    ]);
    expect(counts[findings[0]!.code]).toBe(1);
  });
  test.each([
    'He is happy because she cannot tell him that it is unknown to her yet!',
    'He enjoys the unknown.',
    'He is glad that "it is over."',
    'Is he happy because she came?',
    'He is happy that Chloë is in São Paulo (again).',
    'The reason for his delight was that she had come…',
  ])('%j is kept', (cause) => expect(codes([row(cause)])).toEqual([]));
});

describe('repairs', () => {
  test('every change is told, with what stood there', () => {
    const { kept, findings, repaired } = cleanEcem([
      row(' "Rossâ€™s happy â€?so happy." ', { text: 'Hi鈥檚 there!', speaker: 'Mr. GellerÃ©' }),
    ]);
    expect(kept).toEqual([row('Ross’s happy — so happy.', { text: 'Hi’s there!', speaker: 'Mr. Gelleré' })]);
    expect(repaired).toBe(1);
    expect(findings.map(({ code, field, before, after }) => [code, field, before, after])).toEqual([
      ['mojibake', 'speaker', 'Mr. GellerÃ©', 'Mr. Gelleré'],
      ['mojibake', 'text', 'Hi鈥檚 there!', 'Hi’s there!'],
      ['mojibake', 'cause', ' "Rossâ€™s happy â€?so happy." ', ' "Ross’s happy — so happy." '],
      ['lost-mark', 'cause', ' "Rossâ€™s happy â€?so happy." ', ' "Ross’s happy — so happy." '],
      ['spaces', 'cause', ' "Ross’s happy — so happy." ', '"Ross’s happy — so happy."'],
      ['quoted', 'cause', '"Ross’s happy — so happy."', 'Ross’s happy — so happy.'],
    ]);
  });
  test.each([
    ['"He is happy."', 'He is happy.'],
    ['“He is happy.”', 'He is happy.'],
    ['"He is happy.', 'He is happy.'],
    ['"He is "happy" again."', 'He is "happy" again.'],
    ['"Yes!" makes him happy, and "no."', '"Yes!" makes him happy, and "no."'],
  ])('%j is unquoted: %j', (cause, expected) => expect(cleanEcem([row(cause)]).kept[0]!.cause).toBe(expected));
});

describe('with MELD', () => {
  const said = ['Hi there!,Ross,joy,5,0', 'Hm.,Monica,neutral,5,1', 'No!,Joey,joy,5,4', 'No!,Joey,anger,5,6'];
  const meld: Meld = {
    train: new Map(
      parseMeld(
        `Utterance,Speaker,Emotion,Dialogue_ID,Utterance_ID,StartTime,EndTime\n${said.map((one) => `${one},,`).join('\n')}`,
        'x',
      ).map((one) => [one.id, one]),
    ),
  };
  test('a film that counts places is named by the number', () => {
    const { kept, findings } = cleanEcem([row(GOOD, { video: '5_2.mp4', speaker: 'Joey', text: 'No!' })], meld);
    expect(kept[0]!.video).toBe('5_4.mp4');
    expect(findings).toEqual([
      { code: 'misaligned', kind: 'repaired', entry: 1, id: 0, video: '5_2.mp4', field: 'video', before: '5_2.mp4', after: '5_4.mp4' },
    ]);
    expect(codes(kept, meld)).toEqual([]);
  });
  test('of two that say the same, the one that the other rows of the dialogue count', () => {
    const lines = ['Hi!,Ross,joy,8,0', 'No!,Joey,joy,8,2', 'No!,Joey,joy,8,3', 'Late.,Ross,joy,8,4'];
    const table = parseMeld(
      `Utterance,Speaker,Emotion,Dialogue_ID,Utterance_ID,StartTime,EndTime\n${lines.map((one) => `${one},,`).join('\n')}`,
      'x',
    );
    const eight: Meld = { train: new Map(table.map((one) => [one.id, one])) };
    const no = row(GOOD, { video: '8_2.mp4', speaker: 'Joey', text: 'No!' });
    const named = (late: string) => cleanEcem([no, row(GOOD, { video: late, text: 'Late.' })], eight).kept.map(({ video }) => video);
    expect(named('8_3.mp4')).toEqual(['8_3.mp4', '8_4.mp4']);
    expect(named('8_4.mp4')).toEqual(['8_2.mp4', '8_4.mp4']);
  });
  test.each([
    [row(GOOD, { text: 'Pivot!' }), ['not-in-meld']],
    [row(GOOD, { video: '60_0.mp4' }), ['not-in-meld']],
    [row('The reason he is sad is that she left.', { emotion: 'sadness' }), ['label']],
    [row(GOOD, { video: '5_1.mp4', speaker: 'Monica', text: 'Hm.', emotion: 'neutral' }), ['neutral']],
  ])('%j', (one, expected) => expect(cleanEcem([one], meld)).toMatchObject({ kept: [], findings: expected.map((code) => ({ code })) }));

  test('a second row about an utterance goes, unless the first could not be used', () => {
    const second = { ...row(GOOD), id: 1 };
    expect(cleanEcem([row(GOOD), second], meld)).toMatchObject({ kept: [row(GOOD)], findings: [{ code: 'duplicate', entry: 2, id: 1 }] });
    expect(cleanEcem([row('-1'), second], meld)).toMatchObject({ kept: [second], findings: [{ code: 'no-cause', entry: 1 }] });
  });

  test('explanations of a stretch that is off by a row get their utterances back', () => {
    const felt = ['joy', 'anger', 'fear', 'sadness', 'joy', 'fear', 'anger', 'sadness', 'neutral'] as const;
    const words = { joy: 'happy', anger: 'angry', fear: 'scared', sadness: 'sad', neutral: '' };
    const long: Meld = {
      train: new Map([
        ['7', { id: '7', utterances: felt.map((emotion, number) => ({ number, speaker: 'Ross', text: `Line ${number}.`, emotion })) }],
      ]),
    };
    const rows = felt
      .slice(1)
      .map((emotion, i) =>
        row(`He is ${words[felt[i]!]} about line ${i}.`, { id: i, video: `7_${i + 1}.mp4`, emotion, text: `Line ${i + 1}.` }),
      );
    const { kept, counts } = cleanEcem(rows, long);
    expect(counts).toMatchObject({ slipped: 8, neutral: 0, 'other-emotion': 0, 'other-part': 0 });
    expect(kept).toEqual(
      felt
        .slice(0, -1)
        .map((emotion, i) => row(`He is ${words[emotion]} about line ${i}.`, { id: i, video: `7_${i}.mp4`, emotion, text: `Line ${i}.` })),
    );

    // The same with the first line in a dialogue of its own, of which the file has no row: it may be another part's.
    const [first, ...rest] = long.train!.get('7')!.utterances;
    const parted: Meld = {
      train: new Map([
        ['6', { id: '6', utterances: [first!] }],
        ['7', { id: '7', utterances: rest }],
      ]),
    };
    const apart = cleanEcem(rows, parted);
    expect(apart.counts).toMatchObject({ slipped: 8, 'other-part': 1 });
    expect(apart.kept).toEqual(kept.slice(1));
    expect(apart.findings.find(({ code }) => code === 'other-part')).toMatchObject({ entry: 1, before: '7_1.mp4', after: '6_0.mp4' });
  });
});

test('progress counts rows; counts name every code', () => {
  const seen: number[] = [];
  const { counts } = cleanEcem([row(GOOD), row('-1')], undefined, (done) => seen.push(done));
  expect(seen).toEqual([1, 2]);
  expect(Object.keys(counts)).toEqual(Object.keys(FINDINGS));
});
