import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { repairText } from '../data/mojibake.ts';
import { applyChanges } from './changes.ts';
import { repairTurns, type Turn } from './repair.ts';
import { spread } from './speech.ts';

/** A turn every three seconds from 0 on, two seconds long, and what was heard in each. */
const talk = (...texts: readonly (readonly [written: string, heard: string])[]) => {
  const turns: Turn[] = texts.map(([text], i) => ({ speaker: `S${i}`, text, start: 3 * i, end: 3 * i + 2 }));
  const words = texts.flatMap(([, heard], i) => spread(heard, 3 * i, 3 * i + 2));
  return { turns, words, ...repairTurns(turns, words, repairText) };
};

/** What is written, what is heard, what becomes of it when all is accepted, and the kinds of the changes. */
const CASES: readonly (readonly [string, string, string, readonly string[]])[] = [
  ['Did you hear the news', 'Did you hear the news?', 'Did you hear the news?', ['punctuation']],
  ['You are sad.', 'You are sad?', 'You are sad?', ['punctuation']],
  ['Well I know', 'Well, I know.', 'Well, I know.', ['punctuation', 'punctuation']],
  ['Yes, He is', 'Yes. He is.', 'Yes. He is.', ['punctuation', 'punctuation']],
  ['I like it - really', 'I like it, really.', 'I like it - really.', ['punctuation']],
  ['i saw joey there.', 'I saw Joey there.', 'I saw Joey there.', ['case', 'case']],
  ['WHAT IS THAT?', 'What is that?', 'What is that?', ['case', 'case', 'case']],
  ['Wait , no!', 'Wait, no!', 'Wait, no!', ['spacing']],
  ['No,no.', 'No, no.', 'No, no.', ['spacing']],
  ['They would call back.', 'They would call you back.', 'They would call you back.', ['missing']],
  ['I know.', 'Well, I know.', 'Well, I know.', ['missing']],
  ['I do.', 'I do, you know.', 'I do, you know.', ['missing']],
  ['Youâ€™re late', "You're late.", 'You’re late.', ['encoding', 'punctuation']],
  ['that isnâ€™t it', "That isn't it.", 'That isn’t it.', ['case', 'encoding', 'punctuation']],
  ['I know, he is.', 'I know. He is.', 'I know, he is.', []],
  ['It is fine.', 'It is fine.', 'It is fine.', []],
  ['He is ill.', 'He is well.', 'He is ill.', []],
  ['Oh my, it is big.', 'it is big.', 'Oh my, it is big.', []],
];

describe('what is changed', () => {
  test.each(CASES)('%s | %s → %s', (written, heard, better, kinds) => {
    const { turns, changes } = talk([written, heard]);
    expect(changes.map(({ kind }) => kind)).toEqual(kinds);
    expect(applyChanges(turns, changes)).toEqual([{ ...turns[0]!, text: better }]);
  });

  test('every change has place, reason and time', () => {
    const { changes } = talk(['They would call back.', 'They would call you back.']);
    expect(changes).toEqual([
      {
        id: 1,
        turn: 0,
        from: 15,
        to: 15,
        before: '',
        after: ' you',
        kind: 'missing',
        reason: 'heard between "call" and "back"',
        confidence: 0.5,
        start: expect.closeTo((2 * 16) / 26, 9),
      },
    ]);
  });

  test('accepted one by one', () => {
    const { turns, changes } = talk(['i saw joey', 'I saw Joey.']);
    const texts = changes.map((change) => applyChanges(turns, [change])[0]!.text);
    expect(texts).toEqual(['I saw joey', 'i saw Joey', 'i saw joey.']);
  });
});

describe('what is left to people', () => {
  test('other words, and words that were not heard', () => {
    const { changes, doubts } = talk(['He is ill.', 'He is well.'], ['Oh my, it is big.', 'It is big.']);
    expect(changes).toEqual([]);
    expect(doubts).toEqual([
      { kind: 'otherwise', turn: 0, written: 'ill', heard: 'well.', start: expect.any(Number) },
      { kind: 'unheard', turn: 1, written: 'Oh my' },
    ]);
  });

  test('no turn is invented: words between two turns, and words without anybody’s time', () => {
    const turns = [
      { text: 'Hello there.', start: 0, end: 1 },
      { text: 'Go away.', start: 8, end: 9 },
    ];
    const words = [...spread('Hello there.', 0, 1), ...spread('Who is it?', 4, 5), ...spread('Go away.', 8, 9)];
    expect(repairTurns(turns, words, repairText)).toEqual({ changes: [], doubts: [{ kind: 'nobody', heard: 'Who is it?', start: 4 }] });
    const untimed = turns.map(({ text }) => ({ text }));
    expect(repairTurns(untimed, words, repairText).changes).toEqual([]);
  });

  test('words between two turns go to the one in whose time they are', () => {
    const turns = [
      { text: 'I do.', start: 0, end: 2 },
      { text: 'Go away.', start: 3, end: 5 },
    ];
    const words = [...spread('I do, you know.', 0, 2), ...spread('So go away.', 3, 5)];
    const { changes } = repairTurns(turns, words, repairText);
    expect(applyChanges(turns, changes).map(({ text }) => text)).toEqual(['I do, you know.', 'So Go away.']);
  });
});

const word = fc.constantFrom('oh', 'Joey', 'you', 'know', 'donâ€™t', 'NO', 'well ,', 'yes.', 'what?', 'i');
property.prop([
  fc.array(fc.tuple(fc.array(word, { maxLength: 6 }), fc.array(word, { maxLength: 6 })), { minLength: 1, maxLength: 4 }),
  fc.nat(),
])('any part of the changes can be accepted: turns and speakers stay, and no written word is lost', (texts, choice) => {
  const { turns, changes } = talk(...texts.map(([a, b]) => [a.join(' '), b.join(' ')] as const));
  const accepted = changes.filter((_, i) => (choice >> (i % 30)) & 1);
  const after = applyChanges(turns, accepted);
  expect(after.map(({ speaker, start, end }) => ({ speaker, start, end }))).toEqual(
    turns.map(({ speaker, start, end }) => ({ speaker, start, end })),
  );
  for (const [i, { text }] of after.entries()) {
    let rest = letters(text);
    for (const letter of letters(turns[i]!.text)) {
      const at = rest.indexOf(letter);
      expect(at).toBeGreaterThanOrEqual(0);
      rest = rest.slice(at + 1);
    }
  }
});

const letters = (text: string): string =>
  repairText(text)
    .text.toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
