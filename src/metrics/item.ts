import { ptb } from '../text/ptb.ts';
import type { Item, Segment, Tokens } from './metric.ts';

/** How sentences become tokens. */
export type TokenizerName = 'ptb' | 'whitespace';

/**
 * `ptb`: lower case, no punctuation, as pycocoevalcap. `whitespace`: nothing but splitting, as nlg-eval: case and punctuation count.
 * They give different scores, so the name is part of every signature.
 */
export const TOKENIZERS: Readonly<Record<TokenizerName, (sentence: string) => Tokens>> = {
  ptb,
  whitespace: (sentence) => sentence.split(WHITE).filter(Boolean),
};

/** What Python's str.split() takes for white space; JavaScript's \s lacks the separators U+001C–1F and U+0085 and has U+FEFF. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is meant
const WHITE = /[\t-\r\u001C- \u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]+/;

/** Tokenises candidates and references. A sentence that occurs often is done once. */
export function tokenise(segments: readonly Segment[], tokenizer: TokenizerName): Item[] {
  const known = new Map<string, Tokens>();
  const tokens = (sentence: string) => {
    let found = known.get(sentence);
    if (found === undefined) {
      found = TOKENIZERS[tokenizer](sentence);
      known.set(sentence, found);
    }
    return found;
  };
  return segments.map((segment) => ({ ...segment, hypTokens: tokens(segment.hyp), refTokens: segment.refs.map(tokens) }));
}
