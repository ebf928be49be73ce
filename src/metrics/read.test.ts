import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pair, parsePredictions, parseReferences, readPredictions } from './read.ts';

const coded = (code: string, ...words: string[]) =>
  expect.objectContaining({ code, message: expect.stringMatching(words.join('[^]*')) as string }) as Error;
const ecem = (video: string, said: string) => ({
  id: 1,
  video,
  conversations: [
    { from: 'human', value: '<video>\nExplain why the emotion of this statement is joy <Nadia: We won: 3 to 1!>' },
    { from: 'gpt', value: said },
  ],
});

describe('predictions', () => {
  const wanted = [
    { id: 'a', text: 'one' },
    { id: '2', text: '' },
  ];
  test.each([
    ['JSONL', '{"id":"a","cause":"one"}\r\n\n{"id":2,"cause":""}\n'],
    ['ECEM', JSON.stringify([ecem('a', 'one'), ecem('2', '')])],
    ['COCO results', '[{"image_id":"a","caption":"one"},{"image_id":2,"caption":""}]'],
    ['pycocoevalcap dictionaries', '{"a":[{"caption":"one"}],"2":[""]}'],
  ])('%s', (_, text) => expect(new Set(parsePredictions(text, 'p'))).toEqual(new Set(wanted)));

  test('one line of JSONL is not taken for a dictionary', () => {
    expect(parsePredictions('{"id":"a","cause":"one"}', 'p')).toEqual([{ id: 'a', text: 'one' }]);
  });

  test.each([
    ['', 'METRIC_FILE_EMPTY', 'no predictions'],
    ['[]', 'METRIC_FILE_EMPTY', 'no predictions'],
    ['{"id":"a","cause":"x"}\nnot json', 'METRIC_FILE', 'p, line 2'],
    ['{"id":"a","cause":7}', 'METRIC_FILE', 'p, line 1'],
    ['{"id":"a"}', 'METRIC_FILE', 'no sentence'],
    ['{"id":"a","causes":["x","y"]}', 'METRIC_FILE', '2 sentences for "a"'],
    ['[{"cause":"x"}]', 'METRIC_FILE', 'entry 1', 'no usable id'],
    ['[3]', 'METRIC_FILE', 'entry 1'],
    ['7', 'METRIC_FILE', 'p'],
    ['{"a":"x"}', 'METRIC_FILE', '"a"'],
    ['{"id":"a","cause":"x"}\n{"id":"b","cause":"x"}\n{"id":"a","cause":"y"}', 'METRIC_ID_TWICE', 'got +a\n'],
    ['[{"image_id":1,"caption":"x"},{"image_id":1,"caption":"y"}]', 'METRIC_ID_TWICE', 'got +1\n'],
  ])('%j is refused: %s', (text, code, ...words) => expect(() => parsePredictions(text, 'p')).toThrow(coded(code, ...words)));

  test('bytes that are not UTF-8 and files that are not there', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'famenet-'));
    try {
      await writeFile(join(folder, 'bad.jsonl'), Buffer.from([0x7b, 0xff, 0xfe]));
      await expect(readPredictions(join(folder, 'bad.jsonl'))).rejects.toThrow(coded('FILE_DAMAGED', 'UTF-8'));
      await expect(readPredictions(join(folder, 'none.jsonl'))).rejects.toThrow(coded('FILE_MISSING'));
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('references', () => {
  test('JSONL with several, with what the item is about', () => {
    const line = { id: 'a', causes: ['one', 'two'], emotion: 'joy', utterance: 'We won!', speaker: 'Nadia', pronoun: 'she' };
    expect(parseReferences(JSON.stringify(line), 'r')).toEqual([
      { id: 'a', refs: ['one', 'two'], about: { emotion: 'joy', text: 'We won!', speaker: 'Nadia', pronoun: 'she' } },
    ]);
  });

  test('ECEM tells emotion, speaker and utterance in its question', () => {
    expect(parseReferences(JSON.stringify([ecem('a.mp4', 'one')]), 'r')).toEqual([
      { id: 'a.mp4', refs: ['one'], about: { emotion: 'joy', speaker: 'Nadia', text: 'We won: 3 to 1!' } },
    ]);
  });

  test('COCO annotations repeat the id for each reference; nobody else may', () => {
    const annotations = [
      { image_id: 1, id: 11, caption: 'one' },
      { image_id: 2, id: 12, caption: 'x' },
      { image_id: 1, id: 13, caption: 'two' },
    ];
    expect(parseReferences(JSON.stringify({ annotations }), 'r').map(({ refs }) => refs)).toEqual([['one', 'two'], ['x']]);
    expect(() => parseReferences(JSON.stringify([ecem('a', 'one'), ecem('a', 'two')]), 'r')).toThrow(coded('METRIC_ID_TWICE'));
  });

  test('an item without a reference', () => {
    expect(() => parseReferences('{"id":"a","causes":[]}', 'r')).toThrow(coded('METRIC_NO_REFERENCE', 'got +a'));
  });
});

describe('pairing', () => {
  const references = ['a', 'b', 'c'].map((id) => ({ id, refs: ['x'] }));
  test('in the order of the references', () => {
    const pairs = pair(
      [...references].reverse().map(({ id }) => ({ id, text: `of ${id}` })),
      references,
    );
    expect(pairs.map(({ id, hyp }) => [id, hyp])).toEqual([
      ['a', 'of a'],
      ['b', 'of b'],
      ['c', 'of c'],
    ]);
  });

  test('missing and extra ids are listed', () => {
    const run = () =>
      pair(
        [
          { id: 'a', text: '' },
          { id: 'z', text: '' },
        ],
        references,
        'p.jsonl',
      );
    expect(run).toThrow(coded('METRIC_IDS', 'p.jsonl', '2 without a prediction: b, c; 1 without a reference: z'));
    const many = Array.from({ length: 50 }, (_, i) => ({ id: `${i}`, refs: ['x'] }));
    expect(() => pair([], many)).toThrow(coded('METRIC_IDS', '18, 19 and 30 more'));
  });
});
