import { EMOTIONS, type Emotion } from '../../base/emotion.ts';
import { random } from '../../base/random.ts';
import { TOKENIZERS, type TokenizerName } from '../../metrics/index.ts';
import type { Entry } from '../exchange/index.ts';
import { explanationsOf } from './lengths.ts';

/** One set beside another: always the first minus the second. */
export interface SetDifference {
  /** In words, with a 95 % interval; undefined where one of them has no explanations. */
  readonly words: Readonly<Record<TokenizerName, { readonly mean: number; readonly low: number; readonly high: number } | undefined>>;
  /** Shares, from -1 to 1, of all emotions that one of them has. */
  readonly shares: readonly { readonly emotion: Emotion; readonly difference: number }[];
  /** Half the sum of all differences of shares: 0 is the same emotions, 1 none in common. */
  readonly apart: number;
  /** How the intervals came: `bootstrap:1000|over:dialogues|seed:12345`. */
  readonly signature: string;
}

export interface DifferenceOptions {
  /** Resamples, at least 1. */
  readonly samples: number;
  readonly seed: number;
}

/**
 * How two sets differ. Intervals are percentiles of a bootstrap that draws dialogues, since explanations of one dialogue resemble each other; entries without a
 * dialogue stand for themselves.
 */
export function differenceOf(a: readonly Entry[], b: readonly Entry[], options: DifferenceOptions): SetDifference {
  const counts = (entries: readonly Entry[], emotion: Emotion) => entries.filter((entry) => entry.emotion === emotion).length;
  const shares = EMOTIONS.flatMap((emotion) => {
    const [one, other] = [counts(a, emotion), counts(b, emotion)];
    return one + other === 0 ? [] : [{ emotion, difference: one / Math.max(1, a.length) - other / Math.max(1, b.length) }];
  });
  return {
    words: { whitespace: wordsBetween(a, b, 'whitespace', options), ptb: wordsBetween(a, b, 'ptb', options) },
    shares,
    apart: shares.reduce((sum, { difference }) => sum + Math.abs(difference), 0) / 2,
    signature: `bootstrap:${options.samples}|over:dialogues|seed:${options.seed}`,
  };
}

/** Words and explanations of a dialogue. */
type Sum = readonly [words: number, texts: number];

function wordsBetween(a: readonly Entry[], b: readonly Entry[], tokenizer: TokenizerName, { samples, seed }: DifferenceOptions) {
  const [one, other] = [sumsOf(a, tokenizer), sumsOf(b, tokenizer)];
  if (one.length === 0 || other.length === 0) return undefined;
  const chance = random(seed);
  const drawn = (sums: readonly Sum[]) => meanOf(sums.map(() => sums[chance.below(sums.length)]!));
  const differences = Float64Array.from({ length: samples }, () => drawn(one) - drawn(other)).sort();
  const cut = Math.floor(samples * 0.025);
  return { mean: meanOf(one) - meanOf(other), low: differences[cut]!, high: differences[samples - 1 - cut]! };
}

function sumsOf(entries: readonly Entry[], tokenizer: TokenizerName): Sum[] {
  const sums = new Map<string | number, Sum>();
  for (const [i, entry] of entries.entries()) {
    const key = entry.dialogue ?? i;
    for (const text of explanationsOf(entry)) {
      const [words, texts] = sums.get(key) ?? [0, 0];
      sums.set(key, [words + TOKENIZERS[tokenizer](text).length, texts + 1]);
    }
  }
  return [...sums.values()];
}

function meanOf(sums: readonly Sum[]): number {
  const [words, texts] = sums.reduce(([w, t], [words, texts]) => [w + words, t + texts], [0, 0]);
  return words / texts;
}
