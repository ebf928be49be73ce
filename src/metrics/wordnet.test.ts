import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromSynsets, openWordNet, type WordNet } from './wordnet.ts';

let wordnet: WordNet;
let folder: string;
beforeAll(async () => {
  wordnet = await openWordNet();
  folder = await mkdtemp(join(tmpdir(), 'wordnet-'));
});
afterAll(() => rm(folder, { recursive: true }));

const synonyms = (a: string, b: string) => wordnet.synsets(a).some((id) => wordnet.synsets(b).includes(id));

describe('WordNet', () => {
  test('is 3.0, of which METEOR was made', () => expect(wordnet.version).toBe('3.0'));

  test.each([
    ['car', 'automobile', true],
    ['cars', 'automobiles', true],
    ['happy', 'glad', true],
    ['purchased', 'bought', true],
    ['home', 'dog', false],
    ['car', 'qwertz', false],
    // By chance the file of nouns and that of verbs have a synset at 59376. METEOR does not tell them apart either.
    ['slip', 'expect', true],
  ])('%s and %s: %s', (a, b, expected) => expect(synonyms(a, b)).toBe(expected));

  test.each([
    ['angrier', ['angry'], 'irregular adjective'],
    ['mice', ['mouse'], 'irregular noun'],
    ['axes', ['ax', 'axis'], 'two bases'],
    ['comics', ['comic_strip', 'comic'], 'a phrase as base'],
    ['boxes', ['box'], 'a rule for nouns'],
    ['women', ['woman'], 'irregular, although a rule gives it too'],
    ['walking', ['walk'], 'a rule for verbs'],
    ['ing', ['e'], 'the rules have no smallest length but three letters'],
    ['as', [], 'too short'],
    ['grass', [], 'ss is no plural'],
    ['mouse', [], 'a base form'],
    ['qwertzed', [], 'unknown'],
  ])('base forms of %s: %j (%s)', (word, bases) => expect([...wordnet.baseForms(word)].sort()).toEqual([...bases].sort()));

  test('a word has the synsets of its base forms too, ascending', () => {
    const small = fromSynsets('test', new Map([['walk', [9, 4]], ['walks', [7]]])); // biome-ignore format: a table
    expect([...small.synsets('walks')]).toEqual([4, 7, 9]);
    expect(small.synsets('runs')).toHaveLength(0);
  });

  test('says what to install when it is not there', async () => {
    await expect(openWordNet({ directory: join(folder, 'none') })).rejects.toMatchObject({
      code: 'WORDNET_MISSING',
      detail: { fix: 'npm install wordnet' },
    });
  });

  test('refuses other files', async () => {
    for (const name of ['noun', 'verb', 'adj', 'adv']) await writeFile(join(folder, `index.${name}`), 'dog n 1 0 1 0 02084071\n');
    await expect(openWordNet({ directory: folder })).rejects.toMatchObject({
      code: 'WORDNET_DAMAGED',
      detail: { at: folder, got: 'no version in index.noun' },
    });
  });
});
