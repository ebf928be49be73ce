import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { FameError } from '../../base/errors.ts';
import type { SourceDialogue } from './source.ts';
import { groupsOf, leaksOf, type SplitOptions, splitOf } from './split.ts';

const OPTIONS: SplitOptions = { by: 'dialogues', seed: 1, dev: 0.2, test: 0.2 };

const dialogue = (id: string, texts: readonly string[], episode?: string): SourceDialogue => ({
  id,
  from: { dialogue: id },
  ...(episode === undefined ? {} : { episode }),
  utterances: texts.map((text, place) => ({ place, number: place, text, emotion: 'joy' })),
});

/** Dialogues with few episodes and few words, so that many have something in common. */
const world = fc
  .array(
    fc.record({
      episode: fc.option(fc.nat(8), { nil: undefined }),
      texts: fc.array(fc.constantFrom(...'abcdefgh'), { minLength: 1, maxLength: 3 }),
    }),
    {
      minLength: 1,
      maxLength: 30,
    },
  )
  .map((all) =>
    all.map(({ episode, texts }, i) =>
      dialogue(
        `${i}`,
        texts.map((word) => `${word} and four words more`),
        episode === undefined ? undefined : `${episode}`,
      ),
    ),
  );

describe('split by dialogues', () => {
  test.prop([world, fc.nat(), fc.double({ min: 0, max: 0.5, noNaN: true }), fc.double({ min: 0, max: 0.5, noNaN: true })])(
    'nothing is on two sides, every dialogue has one, and the same seed splits the same way',
    (dialogues, seed, dev, testShare) => {
      const options = { ...OPTIONS, seed, dev, test: testShare };
      const sides = splitOf(dialogues, options);
      expect([...sides.keys()].sort()).toEqual(dialogues.map(({ id }) => id).sort());
      expect(leaksOf(dialogues, sides)).toEqual({ texts: 0, episodes: 0 });
      for (const [i, a] of dialogues.entries())
        for (const b of dialogues.slice(0, i)) {
          const shared = a.utterances.some(({ text }) => b.utterances.some((other) => other.text === text));
          if (shared || (a.episode !== undefined && a.episode === b.episode)) expect(sides.get(a.id)).toBe(sides.get(b.id));
        }
      expect([...splitOf(dialogues, options)]).toEqual([...sides]);
    },
  );

  test('shares are met where dialogues have nothing in common', () => {
    const many = Array.from({ length: 100 }, (_, i) => dialogue(`${i}`, [`utterance ${i} has five words`]));
    const count = (seed: number) => {
      const sides = [...splitOf(many, { ...OPTIONS, seed }).values()];
      return ['train', 'dev', 'test'].map((side) => sides.filter((one) => one === side).length);
    };
    expect([count(1), count(2)]).toEqual([
      [60, 20, 20],
      [60, 20, 20],
    ]);
    expect([...splitOf(many, OPTIONS)]).not.toEqual([...splitOf(many, { ...OPTIONS, seed: 2 })]);
  });

  test('four words are said anywhere; five, whatever the case and the marks, tie dialogues together, also by way of a third one', () => {
    const tied = [
      dialogue('a', ['Oh, what a day!', 'We were on a break!']),
      dialogue('b', ['Oh, what a day!']),
      dialogue('c', ['we were ON a break', 'It is not that common.']),
      dialogue('d', ['It is not that common…']),
    ];
    expect(groupsOf(tied).map((group) => group.map(({ id }) => id))).toEqual([['a', 'c', 'd'], ['b']]);
  });
});

test('as MELD has it, with what it leaks', () => {
  const of = (id: string, part: 'train' | 'test', episode: string) => ({
    ...dialogue(id, ['We were on a break!'], episode),
    from: { part, dialogue: id },
  });
  const both = [of('0', 'train', '1'), of('t_0', 'test', '1'), of('1', 'train', '2')];
  const sides = splitOf(both, { ...OPTIONS, by: 'meld' });
  expect([...sides.values()]).toEqual(['train', 'test', 'train']);
  expect(leaksOf(both, sides)).toEqual({ texts: 1, episodes: 1 });
  expect([...splitOf(both, { ...OPTIONS, by: 'none' })]).toEqual([]);
});

test.each([
  [{ ...OPTIONS, dev: 0.7, test: 0.7 }, 'shares of 1 together at most'],
  [{ ...OPTIONS, by: 'meld' as const }, "MELD's own parts"],
])('what cannot be: %j', (options, expected) => {
  const attempt = () => splitOf([dialogue('a', ['Yes.'])], options);
  expect(attempt).toThrow(FameError);
  expect(attempt).toThrow(expect.objectContaining({ code: 'BUILD_SPLIT', detail: expect.objectContaining({ expected }) }));
});
