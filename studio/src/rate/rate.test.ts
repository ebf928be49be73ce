import { expect, test } from 'vitest';
import { CRITERIA as SERVER_CRITERIA, SCALE as SERVER_SCALE } from '../../../src/metrics/ratings.ts';
import { CRITERIA, SCALE } from './criteria.ts';
import { type Given, isWhole, moved, openAfter, rated } from './sheet.ts';
import { besideOf, contextsOf, FileFault, planOf, predictionsOf } from './study.ts';

test("criteria and scale are the server's", () => {
  expect(CRITERIA.map(({ name }) => name)).toEqual(SERVER_CRITERIA);
  expect([SCALE[0], SCALE.at(-1)]).toEqual([SERVER_SCALE.min, SERVER_SCALE.max]);
});

test('a digit rates a row and goes on to the next open one, all round', () => {
  const labels = ['1', '2'];
  let given: Given = {};
  expect(openAfter(labels, given)).toBe(0);
  given = rated(given, { label: '1', criterion: 'coherence' }, 4);
  expect(openAfter(labels, given, 0)).toBe(1);
  given = rated(given, { label: '2', criterion: 'relevance' }, 5);
  expect(openAfter(labels, given, 5)).toBe(1);
  expect(isWhole(labels, given)).toBe(false);
  for (const label of labels) for (const { name } of CRITERIA) given = rated(given, { label, criterion: name }, 3);
  expect(isWhole(labels, given)).toBe(true);
  expect(openAfter(labels, given)).toBeUndefined();
});

test('arrows move, and stop at the ends', () => {
  const labels = ['1', '2'];
  expect(['ArrowDown', 'ArrowRight', 'ArrowUp', 'ArrowLeft'].map((key) => moved(labels, 1, key))).toEqual([2, 4, 0, 0]);
  expect(moved(labels, 5, 'ArrowDown')).toBe(5);
});

test('predictions of several systems become items that all of them explain', () => {
  const one = predictionsOf('{"id":"d_1","cause":"A."}\n{"id":"d_2","cause":"B."}\n', 'fame.jsonl');
  const two = predictionsOf('[{"id":"d_1","text":"C."},{"id":"d_3","text":"D."}]', 'base line.json');
  const plan = planOf([one, two], contextsOf('{"id":"d_1","context":"Ann: Oh."}', 'c.jsonl'));
  expect(plan).toEqual({
    items: [
      {
        id: 'd_1',
        context: 'Ann: Oh.',
        texts: [
          { system: 'fame', text: 'A.' },
          { system: 'base line', text: 'C.' },
        ],
      },
    ],
    missing: ['d_2', 'd_3'],
    twice: [],
  });
  expect(planOf([one, { ...two, system: 'fame' }], new Map()).twice).toEqual(['fame']);
});

test.each([
  ['{"id":"a"', 'x.jsonl:1'],
  ['{"id":"a","cause":"b"}\n7', 'x.jsonl, entry 2'],
  ['{"cause":"b"}', 'x.jsonl, entry 1'],
  ['{"id":"a","cause":7}', 'x.jsonl, entry 1'],
  ['{"id":"a","cause":"b"}\n{"id":"a","cause":"c"}', 'x.jsonl, entry 2'],
  ['', 'x.jsonl'],
])('a file that cannot be used says where: %s', (content, at) => {
  expect(() => predictionsOf(content, 'x.jsonl')).toThrow(FileFault);
  expect(() => predictionsOf(content, 'x.jsonl')).toThrow(at);
});

test('beside an item stand the turns up to its utterance, and the film that ends there', () => {
  const utterances = [
    { number: 0, speaker: 'Ann', text: 'Oh.', start: 0, end: 1 },
    { number: 1, speaker: 'Ben', text: 'No!', start: 1, end: 2.5, emotion: 'anger' as const },
    { number: 2, text: 'Later.' },
  ];
  const dialogue = { name: 'd', utterances };
  const films = new Map([['d', 'f'.repeat(32)]]);
  expect(besideOf('d_1', dialogue, films)).toEqual({
    context: 'Ben: No!',
    turns: [
      { number: 0, speaker: 'Ann', text: 'Oh.', start: 0, end: 1 },
      { number: 1, speaker: 'Ben', text: 'No!', start: 1, end: 2.5 },
    ],
    utterance: 1,
    emotion: 'anger',
    clip: 'f'.repeat(32),
    until: 2.5,
  });
  expect(besideOf('d_1', dialogue, new Map([['d_1', 'e'.repeat(32)]]))).toMatchObject({ clip: 'e'.repeat(32) });
  expect(besideOf('d_2', dialogue, films)).not.toHaveProperty('clip'); // where it ends is not known, so the future might be in it
  expect(besideOf('d_9', dialogue, films)).toBeUndefined();
});
