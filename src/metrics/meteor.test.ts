import { describe, expect, test } from 'vitest';
import { meteor } from './meteor.ts';
import { align, countChunks } from './meteor-align.ts';
import { createLexicon, findMatches, type Match } from './meteor-matches.ts';
import { FUNCTION_WORDS, meteorTokens } from './meteor-normalise.ts';
import type { Item } from './metric.ts';
import { fromSynsets } from './wordnet.ts';

const item = (hyp: string, ...refs: string[]): Item => ({
  id: hyp,
  hyp,
  refs,
  hypTokens: hyp.split(' '),
  refTokens: refs.map((r) => r.split(' ')),
});
const score = (hyp: string, ...refs: string[]) => {
  const metric = meteor();
  return metric.corpus([metric.segment(item(hyp, ...refs), undefined)]);
};

describe('function words', () => {
  test.each(['the', "'s", '.', '“', '—', 'years'])('%s is one', (word) => expect(FUNCTION_WORDS.has(word)).toBe(true));
  test.each(['The', 'cat', '!', ';', "'m"])('%s is none', (word) => expect(FUNCTION_WORDS.has(word)).toBe(false));
  test('there are 93', () => expect(FUNCTION_WORDS.size).toBe(93));
});

describe('words', () => {
  // Checked against the reference's Normalizer, as the 499 sentences of the fixture.
  test.each([
    ["Don't go.", "don 't go ."],
    ["'tis the dogs' o'clock", "' tis the dogs ' o 'clock"],
    ["the 1990's", "the 1990 's"],
    ['U.S. e.g. i.e.', 'us eg ie'],
    ['Mr. Brown', 'mr. brown'],
    ['No. 5, no. Five', 'no. 5 , no . five'],
    ['Ltd. is a company. Yes.', 'ltd. is a company . yes .'],
    ['well-known -x x- – --', 'well known -x x- - -'],
    ['1,000 a,b 1,a', '1,000 a , b 1 , a'],
    ["“so”, ‘so’ ``so''", '" so " , \' so \' " so "'],
    ['what... ..', 'what ... ..'],
    ['$5 (50%)', '$ 5 ( 50 % )'],
    ['ÉTÉ Привет 日本語', 'été привет 日 本 語'],
    ['a\u00a0b', 'a b'],
    [' \t ', ''],
  ])('%j → %j', (sentence, words) => expect(meteorTokens(sentence).join(' ')).toBe(words));
});

describe('matches', () => {
  const wordnet = fromSynsets('test', new Map([['glad', [1, 2]], ['happy', [2]], ['walk', [3]], ['stroll', [3]], ['run', [4]]])); // biome-ignore format: a table
  const lexicon = createLexicon({ wordnet });
  const matches = (hyp: string, ref: string) =>
    findMatches(lexicon(hyp.split(' ')), lexicon(ref.split(' ')), undefined).flatMap((list) =>
      list.map((m) => `${m.module} ${m.ref}-${m.hyp}`),
    );

  test.each([
    ['dog cat', 'cat', ['0 0-1'], 'exact'],
    ['walks', 'walking', ['1 0-0', '2 0-0'], 'stem; synonym too, since both have the base walk'],
    ['happy', 'glad', ['2 0-0'], 'synonym'],
    ['strolled', 'walks', ['2 0-0'], 'synonym by base forms'],
    ['glad happy', 'happy', ['0 0-1', '2 0-0'], 'modules one after another'],
    ['walk walks', 'walk walks', ['0 0-0', '0 1-1'], 'identical sentences: exact only'],
    ['xyz', 'abc', [], 'nothing'],
  ])('%s / %s: %j (%s)', (hyp, ref, expected) => expect(matches(hyp, ref)).toEqual(expected));
});

describe('alignment', () => {
  const one = (ref: number, hyp: number, module = 0): Match => ({ module, ref, refLength: 1, hyp, hypLength: 1 });
  const grid = (length: number, ...matches: Match[]): Match[][] => Array.from({ length }, (_, j) => matches.filter((m) => m.ref === j));
  const text = (matches: readonly Match[]) => matches.map((m) => `${m.ref}-${m.hyp}${m.module ? `m${m.module}` : ''}`).join(' ');

  test.each([
    ['nothing', grid(2), ''],
    ['uncontested', grid(2, one(0, 1), one(1, 0)), '0-1 1-0'],
    ['fewer chunks', grid(3, one(0, 0), one(0, 2), one(1, 3)), '0-2 1-3'],
    ['more words before fewer chunks', grid(3, one(0, 1), one(0, 3), one(1, 1), one(2, 2)), '0-3 1-1 2-2'],
    ['the first of equals', grid(1, one(0, 0, 1), one(0, 0, 2)), ''],
    ['exact before stem', grid(1, one(0, 0, 1), one(0, 1)), '0-1'],
  ])('%s', (_, found, expected) => expect(text(align(found, 4))).toBe(expected));

  test('a contested match of one word that is not exact adds nothing to the search and is skipped for its chunk', () => {
    // Java truncates 0 + 0.5. Two ways to match the only word: neither is better than none, and none has no chunk.
    expect(align([[one(0, 0, 1), one(0, 1, 1)]], 2)).toEqual([]);
    // Alone it is fixed before the search.
    expect(align([[one(0, 0, 1)]], 1)).toHaveLength(1);
  });

  test('a contested paraphrase of two words counts 1', () => {
    const two: Match = { module: 3, ref: 0, refLength: 2, hyp: 0, hypLength: 1 };
    expect(align([[two, one(0, 1, 1)], []], 2)).toEqual([two]);
  });

  test('more than 32 words', () => {
    const found = Array.from({ length: 40 }, (_, j) => [one(j, j), one(j, (j + 1) % 40)]);
    expect(countChunks(align(found, 40))).toBe(1);
    expect(align(found, 40)).toHaveLength(40);
  });
});

describe('METEOR', () => {
  test('by hand: P = 1.5 / 2.25, R = 1, two chunks of four words', () => {
    // content 0.75: good, test; function 0.25: this, is, a. All of the first reference is matched.
    const mean = 1 / (0.15 / (1.5 / 2.25) + 0.85);
    expect(score('this is a good test', 'this is a test')).toBeCloseTo(mean * (1 - 0.6 * 0.5 ** 0.2), 14);
  });

  test('the best reference counts, wherever it stands', () => {
    const best = score('the cat sat', 'the cat sat down');
    expect(score('the cat sat', 'no', 'the cat sat down', 'a dog')).toBe(best);
    expect(score('the cat sat', 'the cat sat down', 'no')).toBe(best);
  });

  test.each([
    ['identical', 1, 'a cat', 'a cat'],
    ['identical, one word in another script', 1, 'привет', 'привет'],
    ['nothing in common', 0, 'a', 'b'],
    ['empty candidate', 0, '', 'b'],
    ['empty reference', 0, 'a', ''],
    ['both empty', 0, '', ''],
    ['punctuation only', 1, '...', '...'],
    ['a separator of the protocol is no word', 1, 'a ||| b', 'a b'],
  ])('%s: %d', (_, expected, hyp, ref) => expect(score(hyp, ref)).toBe(expected));

  test('no reference and no items', () => {
    const metric = meteor();
    expect(metric.corpus([metric.segment(item('a'), undefined)])).toBe(0);
    expect(metric.corpus([])).toBe(0);
  });

  test('the corpus score is of sums; a segment that is whole adds words and no chunk', () => {
    const metric = meteor();
    const [whole, part] = [item('a red cat', 'a red cat'), item('a dog', 'the dog')].map((i) => metric.segment(i, undefined));
    // Whole: 2 content words and 1 function word. Part: 1 content word of 2 words, in 1 chunk.
    const ratio = (3 * 0.75 + 0.25) / (3 * 0.75 + 2 * 0.25);
    const fragmentation = 1 / 4;
    expect(metric.corpus([whole!, part!])).toBeCloseTo(ratio * (1 - 0.6 * fragmentation ** 0.2), 14);
  });

  test('a thousand words', () => {
    const words = Array.from({ length: 1000 }, (_, i) => `word${i % 7}`).join(' ');
    expect(score(words, words)).toBe(1);
  });

  test('the signature names what is missing', () => {
    expect(meteor().signature(undefined)).toBe('meteor|version:1.5|language:en|norm:true|task:rank|synonym:none|paraphrase:none');
    const wordnet = fromSynsets('3.0', new Map());
    expect(meteor({ wordnet }).signature(undefined)).toContain('synonym:wordnet-3.0|paraphrase:none');
  });
});
