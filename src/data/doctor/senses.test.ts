import { expect, test } from 'vitest';
import { listened, looked } from './senses.ts';

const place = { file: 'dia0_utt0.mp4', dialogue: '0', utterance: 0 };
const words = (count: number) => ({ text: Array.from({ length: count }, () => 'word').join(' ') });

test.each([
  ['five words in two seconds', 5, { seconds: 2.4, loud: 2, peak: -3 }, []],
  ['silence', 5, { seconds: 2.4, loud: 0, peak: -70 }, ['no-speech']],
  ['silence, however short', 1, { seconds: 0.5, loud: 0, peak: -70 }, ['no-speech']],
  ['a constant hum', 5, { seconds: 2.4, loud: 0, peak: -6 }, ['no-speech']],
  ['half a second of one breath: nothing quiet to compare with', 1, { seconds: 0.5, loud: 0, peak: -6 }, []],
  ['thirty words in a second', 30, { seconds: 2, loud: 1, peak: -3 }, ['speech-rate']],
  ['one word in ten seconds', 1, { seconds: 12, loud: 10, peak: -3 }, ['speech-rate']],
  ['no words', 0, { seconds: 2, loud: 0, peak: -70 }, []],
  ['no sound at all: that is another finding', 5, { seconds: 0, loud: 0, peak: -100 }, []],
])('%s', (_, count, heard, codes) => expect(listened(words(count), heard, place).map(({ code }) => code)).toEqual(codes));

test('the measure is told', () => {
  expect(listened(words(30), { seconds: 2, loud: 1, peak: -3 }, place)).toEqual([
    { code: 'speech-rate', place, severity: 'warning', message: '30 words, 1.0 of 2.0 s loud enough for speech' },
  ]);
});

test.each([
  [{ faces: 2, nobody: 'off-screen' }, ['off-speaker']],
  [{ faces: 2, nobody: undefined }, []],
  [{ faces: 0, nobody: 'off-screen' }, []],
  [{ faces: 2, nobody: 'tie' }, []],
  [{ faces: 2, nobody: 'too few frames' }, []],
])('%j', (seen, codes) => expect(looked(seen, place).map(({ code }) => code)).toEqual(codes));
