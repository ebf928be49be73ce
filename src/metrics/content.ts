import { createHash } from 'node:crypto';
import { porter2 } from '../text/porter2.ts';
import { ciderD, type Frequencies } from './cider.ts';
import { type Item, type Metric, mean, sign, type Tokens } from './metric.ts';

/** A word in more than this part of the references belongs to the template, not to the content. */
const COMMON = 0.05;
/** And in at least so many: in fewer than 20 references every word is in more than 5 % of them. */
const AT_LEAST = 2;
/** Fewer references than this say little about which words are common. */
const FEW = 40;

const CONTENT = 'other systems on these very references: no paper prints it';

/** Words of the template: they say nothing about one particular cause. */
export interface CommonWords {
  /** Lower case, sorted. */
  readonly words: readonly string[];
  /** Number of references they were counted on. */
  readonly references: number;
  /** First 8 hexadecimal digits of the SHA-256 of the words, one a line. */
  readonly hash: string;
}

/** The words that occur in more than 5 % of all references (and in at least two). Give them to score other items with the same list. */
export function commonWords(items: readonly Item[]): CommonWords {
  const counts = new Map<string, number>();
  let references = 0;
  for (const { refTokens } of items) {
    for (const ref of refTokens) {
      references++;
      for (const word of new Set(ref.map((token) => token.toLowerCase()))) counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
  const words = [...counts].flatMap(([word, n]) => (n > COMMON * references && n >= AT_LEAST ? [word] : [])).sort();
  return { words, references, hash: createHash('sha256').update(words.join('\n')).digest('hex').slice(0, 8) };
}

/** What one item's content is compared by. */
interface ContentContext {
  readonly common: CommonWords;
  reduce(tokens: Tokens): Tokens;
}

/**
 * F1 of the content: lower-cased tokens without the words of the template, stemmed (Porter2), compared as multisets; the best reference
 * of each item, averaged. Range 0–1. Lexical scores of emotion causes mostly reward "The reason she was … is that"; this one cannot.
 * An item whose references hold nothing but common words scores 0, for every system alike.
 */
export function contentF1({ common }: { common?: CommonWords } = {}): Metric<ContentContext, number> {
  return {
    name: 'content-F1',
    reads: 'tokens',
    range: { min: 0, max: 1 },
    prepare: (all) => contextOf(common ?? commonWords(all)),
    segment(item, { reduce }) {
      const hyp = reduce(item.hypTokens);
      return Math.max(0, ...item.refTokens.map((ref) => f1(hyp, reduce(ref))));
    },
    corpus: mean,
    comparable: CONTENT,
    signature: (context) => sign('contentF1', signed(context.common)),
    note: (all, context) => noteOn(all, context),
  };
}

/** CIDEr-D of the same reduced sentences: words that few items share count more, whole phrases count too. Range 0–10. */
export function contentCider({ common }: { common?: CommonWords } = {}): Metric<ContentContext & { frequencies: Frequencies }, number> {
  const inner = ciderD();
  const reduced = (item: Item, { reduce }: Pick<ContentContext, 'reduce'>): Item => ({
    ...item,
    hypTokens: reduce(item.hypTokens),
    refTokens: item.refTokens.map(reduce),
  });
  return {
    name: 'content-CIDEr',
    reads: 'tokens',
    range: inner.range,
    async prepare(all, options) {
      const context = contextOf(common ?? commonWords(all));
      const items = all.map((item) => reduced(item, context));
      return { ...context, frequencies: await inner.prepare!(items, options) };
    },
    segment: (item, context) => inner.segment(reduced(item, context), context.frequencies),
    corpus: (stats) => inner.corpus(stats),
    comparable: CONTENT,
    signature: (context) => sign('contentCiderD', { ...signed(context.common), n: 4, sigma: 6, df: 'these-items' }),
    note: (all, context) => inner.note!(all, context.frequencies) ?? noteOn(all, context),
  };
}

function contextOf(common: CommonWords): ContentContext {
  const dropped = new Set(common.words);
  const stems = new Map<string, string>();
  const stem = (word: string) => {
    let known = stems.get(word);
    if (known === undefined) {
      known = porter2(word);
      stems.set(word, known);
    }
    return known;
  };
  const known = new WeakMap<Tokens, Tokens>();
  return {
    common,
    reduce(tokens) {
      let reduced = known.get(tokens);
      if (reduced === undefined) {
        reduced = tokens
          .map((token) => token.toLowerCase())
          .filter((word) => !dropped.has(word))
          .map(stem);
        known.set(tokens, reduced);
      }
      return reduced;
    },
  };
}

function signed({ words, references, hash }: CommonWords) {
  return { drop: '>5%', words: words.length, list: hash, of: `${references}refs`, stem: 'porter2', case: 'lc' };
}

function f1(a: Tokens, b: Tokens): number {
  const left = new Map<string, number>();
  for (const word of b) left.set(word, (left.get(word) ?? 0) + 1);
  let both = 0;
  for (const word of a) {
    const n = left.get(word) ?? 0;
    if (n === 0) continue;
    both++;
    left.set(word, n - 1);
  }
  return both === 0 ? 0 : (2 * both) / (a.length + b.length);
}

function noteOn(all: readonly Item[], { common, reduce }: ContentContext): string | undefined {
  if (common.references < FEW) return `only ${common.references} references to find the words of the template in: compare with care`;
  const bare = all.filter((item) => item.refTokens.every((ref) => reduce(ref).length === 0)).length;
  return bare === 0 ? undefined : `${bare} of ${all.length} items have references of common words only and score 0`;
}
