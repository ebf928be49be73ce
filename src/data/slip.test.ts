import { describe, expect, test } from 'vitest';
import type { Emotion } from '../base/emotion.ts';
import type { Meld } from './meld.ts';
import { type Beside, emotionsNamed, slipped } from './slip.ts';
import type { Utterance } from './utterance.ts';

/** A table of two dialogues of ten utterances; every third is neutral. */
const FEELINGS = [
  'joy',
  'anger',
  'neutral',
  'fear',
  'surprise',
  'neutral',
  'sadness',
  'disgust',
  'neutral',
  'joy',
] as const satisfies readonly Emotion[];
const WORD: Readonly<Record<string, string>> = {
  joy: 'happy',
  anger: 'angry',
  fear: 'scared',
  surprise: 'surprised',
  sadness: 'sad',
  disgust: 'disgusted',
};
const dialogue = (id: string) => ({
  id,
  utterances: FEELINGS.map((emotion, number): Utterance => ({ number, text: `${id} ${number}`, emotion })),
});
const MELD: Meld = { train: new Map(['3', '4'].map((id) => [id, dialogue(id)])) };
const TABLE = [...MELD.train!.values()].flatMap(({ id, utterances }) => utterances.map((utterance) => ({ id, utterance })));

/** All explanations of the table, each `shift(at)` rows below its utterance; a row without one has the mark of a neutral utterance. */
function rows(shift: (at: number) => number): Beside[] {
  return TABLE.flatMap(({ utterance }, at) => {
    const felt = TABLE[at - shift(at)]?.utterance.emotion ?? 'neutral';
    const cause = felt === 'neutral' ? undefined : `The reason he is ${WORD[felt]} is row ${at - shift(at)}.`;
    return cause === undefined && utterance.emotion === 'neutral' ? [] : [{ part: 'train' as const, utterance, cause }];
  });
}
const moves = (given: readonly (Beside | undefined)[]) =>
  slipped(given, MELD).map((spot) => spot && `${spot.dialogue}_${spot.utterance.number}`);

describe('slipped', () => {
  test('a table in order moves nothing', () => expect(new Set(moves(rows(() => 0)))).toEqual(new Set([undefined])));

  test.each([1, -1])('a stretch that is off by %i comes back, across the border of dialogues too', (off) => {
    const given = rows((at) => (at >= 6 && at <= 16 ? off : 0));
    const found = moves(given);
    for (const [i, { cause }] of given.entries()) {
      const at = TABLE.findIndex(({ utterance }) => utterance === given[i]!.utterance);
      const own = TABLE[Number(/row (\d+)/.exec(cause ?? '')?.[1] ?? at)]!;
      const expected = cause !== undefined && own.utterance !== given[i]!.utterance ? `${own.id}_${own.utterance.number}` : undefined;
      expect([at, found[i]]).toEqual([at, expected]);
    }
  });

  test('one or two wrong words prove nothing', () => {
    const given = rows(() => 0);
    const wrong = given.map((row, i) => (i === 3 || i === 4 ? { ...row, cause: 'The reason he is disgusted is this.' } : row));
    expect(new Set(moves(wrong))).toEqual(new Set([undefined]));
  });

  test('rows that MELD does not have are left alone, and the order of rows does not matter', () => {
    const given = rows((at) => (at >= 6 && at <= 16 ? 1 : 0));
    const mixed = [...given.keys()].sort((a, b) => ((a * 7) % given.length) - ((b * 7) % given.length));
    expect(given.length % 7).not.toBe(0); // else the places below are not all different
    const found = moves(given);
    expect(moves([undefined, ...mixed.map((i) => given[i])])).toEqual([undefined, ...mixed.map((i) => found[i])]);
    expect(moves(given).filter(Boolean).length).toBeGreaterThan(5);
  });
});

test.each([
  ['The reason she was happ', ['joy']],
  ['It happened because', undefined],
  ['The reason for her delight was', ['joy', 'surprise']],
  ['What upset him was that she was happy', ['sadness', 'anger', 'disgust', 'fear']],
  ['He’s unhappy', ['sadness', 'anger', 'disgust', 'fear']],
  ['Ross is angry', ['anger', 'disgust']],
  ['The reason he hates it', ['disgust', 'anger']],
  [`${'He said so and so, and then again so and so, and once more, '.repeat(2)}angry`, undefined],
])('%j is of %j', (cause, emotions) => expect(emotionsNamed(cause)).toEqual(emotions));
