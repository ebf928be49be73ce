import { expect, test } from 'vitest';
import { parseReccon } from './reccon.ts';

const turn = (number: number, more: object = {}): object => ({
  turn: number,
  speaker: 'A',
  utterance: `Turn ${number} .`,
  emotion: 'neutral',
  ...more,
});
const cause = (evidence: unknown[], spans: unknown[]) => ({
  emotion: 'happines',
  'expanded emotion cause evidence': evidence,
  'expanded emotion cause span': spans,
});

test('turns with their causes, in the form of ECF', () => {
  expect(parseReccon({ tr_1: [[turn(1), turn(2, cause([1, 'b'], ['Turn 1 .', 'b']))]] }, 'r.json')).toEqual([
    {
      id: 'tr_1',
      utterances: [
        { number: 1, speaker: 'A', text: 'Turn 1.', emotion: 'neutral' },
        { number: 2, speaker: 'A', text: 'Turn 2.', emotion: 'joy' },
      ],
      causes: [{ effect: 2, emotion: 'joy', cause: 1, span: 'Turn 1.' }],
    },
  ]);
});

test.each([
  [[], 'r.json', 'dialogues by name'],
  [{ tr_1: [] }, 'r.json, tr_1', 'a list of turns in a list'],
  [{ tr_1: [[{ turn: 1 }]] }, 'r.json, tr_1, turn 1', 'turn, speaker, utterance and emotion'],
])('what makes no sense: %j', (content, at, expected) => {
  expect(() => parseReccon(content, 'r.json')).toThrow(
    expect.objectContaining({ code: 'DIALOGUE_DAMAGED', detail: expect.objectContaining({ at, expected }) }),
  );
});

test('a label that is none', () => {
  expect(() => parseReccon({ tr_1: [[turn(1, { emotion: 'hangry' })]] }, 'r.json')).toThrow(/DIALOGUE_DAMAGED|cannot be understood/);
});
