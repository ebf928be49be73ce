import { ptb } from '../text/ptb.ts';
import { words } from '../text/space.ts';
import type { Item, Segment, Tokens } from './metric.ts';

/** How sentences become tokens. */
export type TokenizerName = 'ptb' | 'whitespace';

/**
 * `ptb`: lower case, no punctuation, as pycocoevalcap. `whitespace`: nothing but splitting, as nlg-eval: case and punctuation count.
 * They give different scores, so the name is part of every signature.
 */
export const TOKENIZERS: Readonly<Record<TokenizerName, (sentence: string) => Tokens>> = {
  ptb,
  whitespace: words,
};

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
