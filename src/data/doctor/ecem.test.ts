import { describe, expect, test } from 'vitest';
import { cleanEcem } from '../clean.ts';
import { type EcemRow, ecemText, parseEcem } from '../ecem.ts';
import type { Meld } from '../meld.ts';
import { checkEcem, isEcem } from './ecem.ts';
import { applyPatch, filePatch, patchManifest } from './patch.ts';

const row = (cause: string, more: Partial<EcemRow> = {}): EcemRow => ({
  id: 0,
  video: '5_0.mp4',
  emotion: 'joy',
  speaker: 'Ross',
  text: 'Hi there!',
  cause,
  ...more,
});
const found = (rows: readonly EcemRow[]) =>
  checkEcem(ecemText(rows), 'f.json').symptoms.map(({ code, place, message }) => `${code} ${place.entry}, ${place.field}: ${message}`);

test('the doctor finds what cleaning finds, under the same code', () => {
  const rows = [
    row(' "Heâ\u0080\u0099s happy â\u0080?at last."'),
    row('-1', { id: 1, video: '5_1.mp4', emotion: 'neutral', text: 'I鈥檓 here' }),
    row('The reason he is sa', { id: 2, video: '5_2.mp4' }),
    row('She is so happy 明明.', { id: 3, video: '5_3.mp4' }),
    row('He is happy again.', { id: 4 }),
  ];
  const { findings } = cleanEcem(rows);
  const { symptoms } = checkEcem(ecemText(rows), 'f.json');
  expect(symptoms.map(({ code, place }) => [code, place.entry, place.field])).toEqual(
    findings.map(({ code, entry, field }) => [code, entry, field]),
  );
  expect(new Set(symptoms.map(({ code }) => code)).size).toBe(9);
  expect(symptoms.filter(({ severity }) => severity === 'error').map(({ code }) => code)).toEqual(
    findings.filter(({ kind }) => kind === 'dropped').map(({ code }) => code),
  );
});

describe('what only the doctor looks for', () => {
  test('an id twice', () => {
    expect(found([row('He is happy.'), row('He is so happy.', { video: '5_1.mp4' })])).toEqual([
      'same-id 2, id: 0 is also the id of entry 1',
    ]);
  });
  test('an explanation twice', () => {
    const twice = [row('He is happy.'), row('He is happy.', { id: 1, video: '5_1.mp4' })];
    expect(found(twice)).toEqual(['same-cause 2, cause: that of entry 1: "He is happy."']);
    const cut = [row('He is happ'), row('He is happ', { id: 1, video: '5_1.mp4' })];
    expect(found(cut).map((line) => line.split(' ')[0])).toEqual(['cut-off', 'cut-off']);
  });
  test.each([
    ['Was he happy that she came?', 1],
    ['Why is he happy?', 1],
    ['He is happy: was it not her?', 0],
    ['Was it? The reason he is happy is that it was.', 0],
  ])('%j', (cause, times) => expect(found([row(cause)])).toHaveLength(times));
  test('he of a speaker who is she to all others', () => {
    const others = Array.from({ length: 9 }, (_, id) =>
      row(`The reason she is happy is number ${id}.`, { id, video: `5_${id}.mp4`, speaker: 'Rachel' }),
    );
    const odd = (cause: string, more: Partial<EcemRow> = {}) =>
      found([...others, row(cause, { id: 9, video: '5_9.mp4', speaker: 'Rachel', ...more })]);
    expect(odd('The reason for his joy is Ross.')).toEqual([
      'other-person 10, cause: "The reason for his joy is Ross.", but 9 of 10 say she of Rachel',
    ]);
    expect(odd('What pleases him is Ross.')).toHaveLength(1);
    expect(odd('The reason for her joy is that he came.')).toEqual([]);
    expect(odd('Joy is what he gave her.')).toEqual([]);
    expect(odd('The reason for his joy is Rachel.', { speaker: 'Ross' })).toEqual([]);
  });
  test.each([
    ["The reason for Joey's joy is that he sings.", 1],
    ['The reason Joey is happy is that he sings.', 1],
    ['The source of Joey’s delight is a song.', 1],
    ['What pleased Joey was a song.', 1],
    ['The reason Phoebe Sr. is happy is that he sings.', 1],
    ['The reason for Joey’s song is joy.', 0], // his song, not his joy
    ['The reason Joey pleases her is that he sings.', 0], // what he does, not what he feels
    ['The reason Phoebe is happy is that Joey sings.', 0], // the speaker
    ['The reason Phoebe is happy is that Joey sings.', 0, 'Phoebe Sr'], // who may be called so, too
    ['The reason Phoebe Sr. is happy is that Joey sings.', 0, 'Phoebe Sr.'],
    ['The reason Frank is happy is that he sings.', 0], // nobody who speaks in the file: perhaps the speaker's other name
  ])('whose feeling is explained: %j', (cause, times, speaker = 'Phoebe') => {
    const speakers = ['Joey', 'Phoebe Sr', 'Phoebe'].map((name, id) => row(`So is ${id}.`, { id, video: `5_${id}.mp4`, speaker: name }));
    expect(found([...speakers, row(cause, { id: 9, video: '5_9.mp4', speaker })])).toHaveLength(times);
  });
  test('whose feeling is explained: the message', () => {
    const rows = [row('So is he.', { speaker: 'Joey' }), row("The reason for Joey's joy is a song.", { id: 1, video: '5_1.mp4' })];
    expect(found(rows)).toEqual(['other-person 2, cause: "The reason for Joey\'s joy is a song.", but Ross speaks']);
  });
});

describe('changes', () => {
  test('the texts of the file that should be others, as their whole; rows that are dropped are repaired, too', () => {
    const text = ecemText([row('Itâ\u0080\u0099s his jo', { text: 'I鈥檓 here' })]);
    expect(checkEcem(text, 'f.json').changes).toEqual([
      {
        place: { file: 'f.json', entry: 1, field: 'question' },
        codes: ['mojibake'],
        at: '0/conversations/0/value',
        after: '<video>\nExplain why the emotion of this statement is joy <Ross: I’m here>',
      },
      { place: { file: 'f.json', entry: 1, field: 'cause' }, codes: ['mojibake'], at: '0/conversations/1/value', after: 'It’s his jo' },
    ]);
  });
});

describe('a stretch that is off by a row', () => {
  const felt = ['joy', 'anger', 'fear', 'sadness', 'joy', 'fear', 'anger', 'sadness', 'neutral'] as const;
  const words = { joy: 'happy', anger: 'angry', fear: 'scared', sadness: 'sad', neutral: '' };
  const lines = felt.map((emotion, number) => ({ number, speaker: 'Ross', text: `Line ${number}.`, emotion }));
  const rows = felt
    .slice(1)
    .map((emotion, i) =>
      row(`He is ${words[felt[i]!]} about line ${i}.`, { id: i, video: `7_${i + 1}.mp4`, emotion, text: `Line ${i + 1}.` }),
    );
  const repaired = (meld: Meld) => {
    const bytes = Buffer.from(ecemText(rows));
    const patch = patchManifest([filePatch('f.json', bytes, checkEcem(bytes.toString(), 'f.json', meld).changes)]);
    return parseEcem(Buffer.from(applyPatch(patch, bytes, 'f.json').bytes).toString(), 'f.json');
  };
  test('film and question move to where the explanation belongs', () => {
    const meld: Meld = { train: new Map([['7', { id: '7', utterances: lines }]]) };
    expect(repaired(meld)).toEqual(cleanEcem(rows, meld).kept);
    expect(repaired(meld)[0]).toMatchObject({ video: '7_0.mp4', emotion: 'joy', text: 'Line 0.' });
  });
  test('unless it belongs to a dialogue that another part may have', () => {
    const [first, ...rest] = lines;
    const meld: Meld = {
      train: new Map([
        ['6', { id: '6', utterances: [first!] }],
        ['7', { id: '7', utterances: rest }],
      ]),
    };
    expect(repaired(meld)[0]).toEqual(rows[0]);
    expect(repaired(meld).slice(1)).toEqual(cleanEcem(rows, meld).kept);
  });
});

test('entries that cannot be read are told, the others are examined; numbers stay those of the file', () => {
  const [good] = JSON.parse(ecemText([row('The reason is tha')])) as unknown[];
  const document = [{ id: 1 }, good, 7, { ...(good as object), video: 'x.mp4' }];
  expect(isEcem(document)).toBe(true);
  const { symptoms, changes } = checkEcem(JSON.stringify(document), 'f.json');
  expect(symptoms.map(({ code, place }) => [code, place.entry])).toEqual([
    ['damaged', 1],
    ['damaged', 3],
    ['damaged', 4],
    ['cut-off', 2],
  ]);
  expect(changes).toEqual([]);
});
