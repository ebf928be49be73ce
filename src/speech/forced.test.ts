import { expect, test } from 'vitest';
import { alignTurns } from './forced.ts';
import { pairWords } from './pairing.ts';

const at = (text: string, start: number, end: number) => ({ text, start, end, exact: true });

test('words that were heard have their times, the others share what is between', () => {
  const heard = [at('Oh,', 1, 1.5), at('my', 1.5, 2), at('no.', 4, 4.5), at('Bye', 6, 7)];
  const [first, second] = alignTurns([{ speaker: 'A', text: 'Oh my dear Joey – no!' }, { text: 'Bye now.' }], heard);
  expect(first!.words.map(({ text, start, exact }) => [text, Number(start.toFixed(3)), exact])).toEqual([
    ['Oh', 1, true],
    ['my', 1.5, true],
    ['dear', 2, false],
    ['Joey', 2.889, false],
    ['–', 3.778, false],
    ['no!', 4, true],
  ]);
  expect([first!.speaker, first!.start, first!.end, first!.found]).toEqual(['A', 1, 4.5, 0.5]);
  expect([second!.start, second!.end, second!.found]).toEqual([6, 7.3, 0.5]);
});

test('a turn of which nothing was heard keeps its times, or lies between its neighbours', () => {
  const heard = [at('Hello', 1, 2), at('bye', 8, 9)];
  const turns = [{ text: 'Hello' }, { text: 'Who knows?' }, { text: 'bye' }];
  expect(alignTurns(turns, heard).map(({ start, end, found }) => [start, end, found])).toEqual([
    [1, 2, 1],
    [2, 8, 0],
    [8, 9, 1],
  ]);
  const timed = turns.map((turn, i) => (i === 1 ? { ...turn, start: 3, end: 4 } : turn));
  expect(alignTurns(timed, heard)[1]).toMatchObject({ start: 3, end: 4, found: 0, words: [{ exact: false }, { exact: false }] });
});

test('of alignments with as few edits, words that look alike are partners', () => {
  expect(pairWords(['phoeby', 'go'], ['go', 'phoebe', 'go'])).toEqual([
    { left: undefined, right: 0 },
    { left: 0, right: 1 },
    { left: 1, right: 2 },
  ]);
});

test('what would not fit into memory is refused', () => {
  const long = new Array<string>(13_000).fill('a');
  expect(() => pairWords(long, long)).toThrow(expect.objectContaining({ code: 'SPEECH_LONG' }));
});
