import type { Emotion } from '../../base/emotion.ts';
import { TOKENIZERS, type TokenizerName } from '../../metrics/index.ts';
import type { Entry } from '../exchange/index.ts';

/** How long texts are, in words. */
export interface Lengths {
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Between two middle ones, their mean; quartiles likewise by linear interpolation (type 7 of Hyndman and Fan 1996). */
  readonly quartiles: readonly [low: number, median: number, high: number];
}

/** What a word is. The paper does not say how it counted: both are reported. */
export const WORDS: Readonly<Record<TokenizerName, string>> = {
  whitespace: 'between white space, as `len(text.split())` counts in Python',
  ptb: 'Penn Treebank tokens without punctuation, as captioning scores count: "didn\'t" is two',
};

/** An entry's explanations: the text that was written, or else the words that were pointed at, each by itself. */
export function explanationsOf({ cause, spans = [] }: Entry): readonly string[] {
  return cause !== undefined ? [cause] : spans.flatMap(({ text }) => text ?? []);
}

/** Lengths of all explanations and of those of each emotion. Where there is none, undefined or left out. */
export function lengthsOf(
  entries: readonly Entry[],
  tokenizer: TokenizerName,
): { readonly all: Lengths | undefined; readonly each: Readonly<Partial<Record<Emotion, Lengths>>> } {
  const counts = new Map<Emotion, number[]>();
  for (const entry of entries) {
    const found = counts.get(entry.emotion) ?? counts.set(entry.emotion, []).get(entry.emotion)!;
    for (const text of explanationsOf(entry)) found.push(TOKENIZERS[tokenizer](text).length);
  }
  const each = [...counts].flatMap(([emotion, values]) => (values.length === 0 ? [] : [[emotion, summed(values)] as const]));
  const all = [...counts.values()].flat();
  return { all: all.length === 0 ? undefined : summed(all), each: Object.fromEntries(each) };
}

function summed(values: readonly number[]): Lengths {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => {
    const place = share * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
    return low + (high - low) * (place - Math.floor(place));
  };
  return {
    count: sorted.length,
    min: sorted[0]!,
    max: sorted.at(-1)!,
    mean: sorted.reduce((sum, x) => sum + x, 0) / sorted.length,
    quartiles: [at(0.25), at(0.5), at(0.75)],
  };
}
