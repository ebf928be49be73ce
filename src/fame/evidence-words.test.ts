import { expect, test } from 'vitest';
import type { Evidence } from './evidence.ts';
import { ABOUT_MODEL, evidenceInWords } from './evidence-words.ts';

const PLAIN: Evidence = { turns: [{ turn: 2, text: 'Oh no!' }], frames: [], faces: [], modalities: { T: {} } };

test('what was given, in one sentence', () => {
  expect(evidenceInWords(PLAIN)).toEqual(['Given: turn 2.']);
  const seen = { ...PLAIN, frames: [{ t: 0.5 }, { t: 3.25 }], modalities: { V: {}, T: {}, E: {} } };
  expect(evidenceInWords(seen)).toEqual(['Given: turn 2; 2 pictures from 0.5 s to 3.3 s; no faces.']);
});

test('what was weighed, the largest first, as ratios of one token; and the caution', () => {
  const e: Evidence = {
    turns: [
      { turn: 1, text: 'a', lost: 0.01, share: 0.1 },
      { turn: 2, text: 'b', lost: Math.log(3.1), share: 0.5 },
      { turn: 3, text: 'c', lost: -Math.log(2), share: 0.1 },
      { turn: 4, text: 'd', lost: 20, share: 0 },
    ],
    frames: [{ t: 1, share: 0.2 }],
    faces: [],
    modalities: { V: { lost: 0.001, share: 0.2 }, T: { lost: Math.log(40), share: 0.7 } },
    answer: { tokens: 5, logLikelihood: -1, spatial: 0, rest: 0.1 },
  };
  expect(evidenceInWords(e)).toEqual([
    'Given: turns 1 to 4; 1 picture from 1.0 s to 1.0 s.',
    'Without the video the model would find its answer about as likely.',
    'Without the words the model would find each token of its answer 40 times less likely on average.',
    'Without turn 4 the model would find each token of its answer more than 1000 times less likely on average.',
    'Without turn 2 the model would find each token of its answer 3.10 times less likely on average.',
    'Without turn 3 the model would find each token of its answer 2.00 times more likely on average.',
    'Shares of gradient × input: turn 2 50 %, the picture at 1.0 s 20 %, turn 1 10 %, our own words 10 %.',
    ABOUT_MODEL,
  ]);
});
