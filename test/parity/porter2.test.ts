import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { porter2 } from '../../src/text/porter2.ts';

/** `word stem`: what the Snowball stemmer inside METEOR's jar makes of words of WordNet with all endings, of exceptions and of nonsense. */
const pairs = readFileSync(new URL('../fixtures/meteor/stems.txt', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => line.split(' ') as [string, string]);

describe('Porter2', () => {
  test('gives the stems of the reference', () => {
    expect(pairs.length).toBeGreaterThan(1500);
    const wrong = pairs.filter(([word, stem]) => porter2(word) !== stem).map(([word, stem]) => `${word}: ${porter2(word)}, not ${stem}`);
    expect(wrong).toEqual([]);
  });

  // One row a rule of the algorithm's page.
  test.each([
    ['skies', 'sky', 'an exception'],
    ['news', 'news', 'a word that stays'],
    ['innings', 'inning', 'finished after the plural'],
    ["'twas", 'twas', 'an apostrophe in front'],
    ["dog's", 'dog', 'possessive'],
    ['caresses', 'caress', '1a sses'],
    ['ties', 'tie', '1a ies after one letter'],
    ['cries', 'cri', '1a ies after more'],
    ['gas', 'gas', '1a s right after the only vowel'],
    ['gaps', 'gap', '1a s'],
    ['agreed', 'agre', '1b eed in R1, then e'],
    ['feed', 'feed', '1b eed before R1'],
    ['luxuriated', 'luxuri', '1b at gets its e, 4 takes it'],
    ['hopping', 'hop', '1b double consonant'],
    ['hoping', 'hope', '1b short word'],
    ['cry', 'cri', '1c'],
    ['say', 'say', '1c y after a vowel'],
    ['by', 'by', 'two letters'],
    ['generously', 'generous', 'R1 after gener'],
    ['apologist', 'apologist', 'no -ogist: Snowball before 3.0'],
    ['geologi', 'geolog', '2 ogi after l'],
    ['happily', 'happili', '2 li after i stays'],
    ['national', 'nation', '3 tional'],
    ['adoption', 'adopt', '4 ion after t'],
    ['rate', 'rate', '5 e after a short syllable'],
    ['controll', 'control', '5 ll in R2'],
    ['youth', 'youth', 'y in front is a consonant'],
    ['', '', 'nothing'],
    ['日本語', '日本語', 'another script'],
  ])('%s → %s (%s)', (word, stem) => {
    expect(porter2(word)).toBe(stem);
  });
});
