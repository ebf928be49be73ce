/** What a sentence is to a lexical metric. */
export type Tokens = readonly string[];

/** One thing that was explained: a system's sentence and what people wrote. Raw text, as it stands in the files. */
export interface Segment {
  readonly id: string;
  readonly hyp: string;
  /** At least one. */
  readonly refs: readonly string[];
}

/** A segment with its tokens. Metrics that need raw text (the encoders) read `hyp` and `refs`. */
export interface Item extends Segment {
  readonly hypTokens: Tokens;
  /** One list for each of `refs`, in that order. */
  readonly refTokens: readonly Tokens[];
}

/** How work is stopped, and where it says how far it is: steps done of all (sentences, pairs). */
export interface Work {
  readonly signal?: AbortSignal | undefined;
  readonly progress?: ((done: number, total: number) => void) | undefined;
}

/**
 * A metric: the whole contract. Higher is always better.
 * Statistics are kept apart from the score, so that bootstrap and paired tests resample `S` and never rescore:
 * the score of a resample is `corpus` of the resampled statistics, that of one item `corpus([statistics])`.
 * Statistics may be shared and kept: never write into them. `C` is what one set of items has in common.
 */
export interface Metric<C, S> {
  /** As papers write it: `BLEU-4`, `ROUGE-L`, `CIDEr-D`, `METEOR`. */
  readonly name: string;
  /** Whether it reads the tokens (whose tokeniser then belongs to the signature) or the raw text. */
  readonly reads: 'tokens' | 'text';
  /** Smallest and largest possible score; may be infinite. */
  readonly range: { readonly min: number; readonly max: number };
  /** Document frequencies, embeddings, work for several cores: the only step that may take its time. All items at once, in order. */
  prepare?(all: readonly Item[], options: Work): C | Promise<C>;
  /** Statistics of one item. `context` is what `prepare` gave, or undefined. */
  segment(item: Item, context: C): S;
  /** The score of any number of items; of none, NaN is never the answer but `range.min` or 0. */
  corpus(stats: readonly S[]): number;
  /** All of the metric's own that can change the number, made with `sign()`. What the set adds (tokeniser, items, references) `score` appends. */
  signature(context: C): string;
  /** With which other numbers one of this metric may stand in a table, and with which not: a part of a sentence, `papers that …`. Metrics that share it are named together. */
  readonly comparable: string;
  /** Why a number is what it is although nobody would expect it, for these items: "one item: CIDEr is 0 by definition". */
  note?(all: readonly Item[], context: C): string | undefined;
}

/** A metric whose model or data is not there. It stays in the table as `n/a (missing)`; no other metric takes its place. */
export interface MissingMetric {
  readonly name: string;
  /** Why, in a few words: `no WordNet here`. */
  readonly missing: string;
  /** What to install or pull. */
  readonly fix: string;
}

/** What BLEU and ROUGE-L are comparable with. */
export const CAPTIONING =
  'papers that scored these very references with pycocoevalcap (as captioning papers do; often printed times 100), not sacreBLEU or rouge_score';

/** A metric of whatever kind: what lists of metrics hold. */
export type AnyMetric = Metric<unknown, unknown>;

/** `sign('bleu', {order: 4, ref: 'closest'})` → `bleu|order:4|ref:closest`: names and values that may stand in one line of text. */
export function sign(name: string, parts: Readonly<Record<string, string | number | boolean>>): string {
  return [name, ...Object.entries(parts).map(([key, value]) => `${key}:${value}`)].join('|');
}

/** The arithmetic mean; of nothing 0. */
export function mean(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return values.length === 0 ? 0 : sum / values.length;
}
