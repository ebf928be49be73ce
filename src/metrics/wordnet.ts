import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { FameError } from '../base/errors.ts';
import { EXCEPTIONS } from './wordnet-exceptions.ts';

/** Which single words of English share a meaning, as METEOR asks it. */
export interface WordNet {
  /** `3.0`: what the files say of themselves. METEOR 1.5 was made with 3.0; with 3.1 about one score in a thousand differs. */
  readonly version: string;
  /** The dictionary forms of an inflected word: the irregular ones if it has any, else the first that a suffix rule finds, else none. */
  baseForms(word: string): readonly string[];
  /**
   * The synset numbers of a lower-case word and of its base forms, ascending; empty for unknown words. Two words that share one are synonyms.
   * Numbers are offsets into the files of four parts of speech and are not told apart: METEOR does not either.
   */
  synsets(word: string): Int32Array;
}

const NONE = new Int32Array(0);
/** WordNet's "morphy" rules, all parts of speech in one list and in METEOR's order. */
const SUFFIXES: readonly (readonly [ending: string, replacement: string])[] = [
  ...([
    ['s', ''],
    ['ses', 's'],
    ['xes', 'x'],
    ['zes', 'z'],
    ['ches', 'ch'],
    ['shes', 'sh'],
    ['men', 'man'],
    ['ies', 'y'],
  ] as const), // nouns
  ...([
    ['s', ''],
    ['ies', 'y'],
    ['es', 'e'],
    ['es', ''],
    ['ed', 'e'],
    ['ed', ''],
    ['ing', 'e'],
    ['ing', ''],
  ] as const), // verbs
  ...([
    ['er', ''],
    ['est', ''],
    ['er', 'e'],
    ['est', 'e'],
  ] as const), // adjectives
];

/**
 * Reads the index files of WordNet (index.noun, .verb, .adj, .adv; 6 MB), by default those of the npm package `wordnet`, which is WordNet 3.0.
 * Throws WORDNET_MISSING, WORDNET_DAMAGED.
 */
export async function openWordNet({ directory = packageDirectory() }: { directory?: string } = {}): Promise<WordNet> {
  const texts = await Promise.all(
    ['index.noun', 'index.verb', 'index.adj', 'index.adv'].map((name) =>
      // Latin-1: the files are ASCII, and so is a byte a letter.
      readFile(join(directory, name), 'latin1').catch((cause: unknown) => {
        const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
        throw code === 'ENOENT' || code === 'ENOTDIR' ? missing(join(directory, name), cause) : cause;
      }),
    ),
  );
  const version = /WordNet (\d+\.\d+)/.exec(texts[0]?.slice(0, 5000) ?? '')?.[1];
  const synsets = new Map<string, number[]>();
  for (const text of texts) addIndex(synsets, text);
  if (version === undefined || synsets.size < 1000) {
    throw new FameError('WORDNET_DAMAGED', 'The index files of WordNet make no sense', {
      at: directory,
      expected: 'index.noun, index.verb, index.adj and index.adv of WordNet 3.x, with their licence at the top',
      got: version === undefined ? 'no version in index.noun' : `${synsets.size} words`,
      fix: 'npm install wordnet',
    });
  }
  return fromSynsets(version, synsets);
}

/** A WordNet of given words: lower-case word → synset numbers. For tests and for tables made otherwise. */
export function fromSynsets(version: string, synsets: ReadonlyMap<string, readonly number[]>): WordNet {
  const irregular = exceptions();
  const baseForms = (word: string): readonly string[] => irregular.get(word) ?? regularBase(word, synsets);
  return {
    version,
    baseForms,
    synsets(word) {
      const own = synsets.get(word) ?? [];
      const all = new Set(own);
      for (const base of baseForms(word)) for (const id of synsets.get(base) ?? []) all.add(id);
      return all.size === 0 ? NONE : Int32Array.from(all).sort();
    },
  };
}

function regularBase(word: string, known: ReadonlyMap<string, unknown>): readonly string[] {
  if (word.length <= 2 || word.endsWith('ss')) return [];
  for (const [ending, replacement] of SUFFIXES) {
    if (!word.endsWith(ending)) continue;
    const base = word.slice(0, -ending.length) + replacement;
    if (known.has(base)) return [base];
  }
  return [];
}

/** Lines are `lemma pos synset_cnt p_cnt [pointers] sense_cnt tagsense_cnt offset…`; lines that begin with two spaces are the licence. */
function addIndex(synsets: Map<string, number[]>, text: string): void {
  for (let from = 0; from < text.length; ) {
    const newline = text.indexOf('\n', from);
    const end = newline < 0 ? text.length : newline;
    const space = text.indexOf(' ', from);
    const lemma = text.slice(from, Math.min(space < 0 ? end : space, end));
    // METEOR compares single words, and its tokeniser leaves no underscore inside one; but "comics" is an exception of "comic_strip".
    if (lemma !== '' && (!lemma.includes('_') || lemma === 'comic_strip')) {
      const fields = text
        .slice(space + 1, end)
        .trim()
        .split(' ');
      const count = Number(fields[1]);
      const offsets = fields.slice(-count).map(Number);
      const known = synsets.get(lemma);
      if (known) known.push(...offsets);
      else synsets.set(lemma, offsets);
    }
    from = end + 1;
  }
}

let cache: ReadonlyMap<string, readonly string[]> | undefined;

/** Irregular form → bases. */
function exceptions(): ReadonlyMap<string, readonly string[]> {
  if (cache) return cache;
  const found = new Map<string, string[]>();
  for (const group of EXCEPTIONS.trim().split(/;\s+/)) {
    const [patterns = '', bases = ''] = group.split(/:\s+/);
    for (const base of bases.split(/\s+/)) {
      for (const pattern of patterns.split(/\s+/)) {
        const gone = Number.parseInt(pattern, 10);
        const form = base.slice(0, base.length - gone) + pattern.slice(String(gone).length);
        const known = found.get(form);
        if (known) known.push(base);
        else found.set(form, [base]);
      }
    }
  }
  cache = found;
  return found;
}

function packageDirectory(): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('wordnet/package.json')), 'db');
  } catch (cause) {
    throw missing('the npm package wordnet', cause);
  }
}

function missing(at: string, cause: unknown): FameError {
  return new FameError('WORDNET_MISSING', 'WordNet is not here', { at, got: 'no such file', fix: 'npm install wordnet' }, { cause });
}
