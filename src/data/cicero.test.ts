import { expect, test } from 'vitest';
import { joined, parseCicero } from './cicero.ts';

const row = (more: object = {}): string =>
  JSON.stringify({
    ID: 'daily-dialogue-0404',
    Dialogue: ['A: Dad , why are you taping the windows ?', 'B: Honey , a typhoon is coming .', "A: Really ? Wow , I don ' t have to go ."],
    Target: 'Honey , a typhoon is coming .',
    Question: 'What is or could be the cause of target?',
    Choices: ['He heard it.', 'He saw a film.', 'It was on the radio.'],
    'Correct Answers': [0, 2],
    ...more,
  });

test('the answers that are called correct, and the turn they are about', () => {
  expect(parseCicero(`${row()}\n\n`, 'x.json')).toEqual([
    {
      dialogue: {
        id: 'daily-dialogue-0404',
        utterances: [
          { number: 0, speaker: 'A', text: 'Dad, why are you taping the windows?' },
          { number: 1, speaker: 'B', text: 'Honey, a typhoon is coming.' },
          { number: 2, speaker: 'A', text: "Really? Wow, I don't have to go." },
        ],
      },
      target: 1,
      question: 'What is or could be the cause of target?',
      answers: ['He heard it.', 'It was on the radio.'],
    },
  ]);
});

test('a target that nobody says is left out', () => {
  expect(parseCicero(row({ Target: 'Something else .' }), 'x.json')).toEqual([]);
});

test.each([
  ['no JSON', 'x.json, line 1', 'JSON'],
  [row({ Choices: undefined }), 'x.json, line 1', 'ID, Dialogue, Target, Question, Choices and "Correct Answers"'],
])('a line that makes no sense: %s', (line, at, expected) => {
  expect(() => parseCicero(line, 'x.json')).toThrow(
    expect.objectContaining({ code: 'DIALOGUE_DAMAGED', detail: expect.objectContaining({ at, expected }) }),
  );
});

test('words and punctuation that stand apart', () => {
  expect(joined("I know , it 's late ( again ) !")).toBe("I know, it's late ( again)!");
  expect(joined('so  what')).toBe('so what');
});
