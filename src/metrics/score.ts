import { createHash } from 'node:crypto';
import { type Interval, interval } from './bootstrap.ts';
import { type TokenizerName, tokenise } from './item.ts';
import type { AnyMetric, Item, MissingMetric, Segment, Work } from './metric.ts';

/** Counted up when any number of any metric here changes; part of every signature. */
export const METRICS_VERSION = 2;

/** One metric of one system on one set: the score, and what bootstrap, paired tests and parts of the set are computed from. */
export interface Measured {
  readonly metric: AnyMetric;
  /** Of each item, in the order of the items. */
  readonly stats: readonly unknown[];
  readonly score: number;
  /** Two scores are comparable if and only if their signatures are equal. */
  readonly signature: string;
  readonly note: string | undefined;
}

/** Our Treebank tokens equal the Java tool's but for rare sentences (test/parity/ptb.test.ts lists kinds): the signature must not claim more. */
const SIGNED: Readonly<Record<TokenizerName, string>> = { ptb: 'ptb-like', whitespace: 'whitespace' };

/** A row of a table. */
export interface Score {
  readonly name: string;
  readonly score: number;
  /** Bounds of the 95 % interval, when a bootstrap was asked for. */
  readonly low?: number;
  readonly high?: number;
  readonly signature: string;
  /** As the metric says it. */
  readonly comparable: string;
  readonly note?: string;
  readonly perItem: readonly number[];
}

export interface ScoreOptions {
  /** Default `ptb`. */
  readonly tokenizer?: TokenizerName;
  /** Number of resamples for 95 % intervals; 0 (default) for none. */
  readonly bootstrap?: number;
  /** Default 12345, as sacreBLEU has it. */
  readonly seed?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Scores one system. `await score([bleu(), rougeL(), ciderD()], [{ id: '1', hyp: '…', refs: ['…'] }], { bootstrap: 1000 })`.
 * A metric that is missing stays in the list, as it is. Of no items every score is 0.
 */
export async function score(
  metrics: readonly (AnyMetric | MissingMetric)[],
  segments: readonly Segment[],
  { tokenizer = 'ptb', bootstrap = 0, seed = 12345, signal }: ScoreOptions = {},
): Promise<(Score | MissingMetric)[]> {
  const items = tokenise(segments, tokenizer);
  const scores: (Score | MissingMetric)[] = [];
  for (const metric of metrics) {
    if ('missing' in metric) {
      scores.push(metric);
      continue;
    }
    const measured = await measure(metric, items, { tokenizer, signal });
    scores.push(scoreOf(measured, bootstrap > 0 ? interval(measured, { samples: bootstrap, seed, signal }) : undefined));
  }
  return scores;
}

/** Statistics and score of one metric. Throws what the metric's `prepare` throws, and the signal's reason. */
export async function measure(
  metric: AnyMetric,
  items: readonly Item[],
  { tokenizer, signal, progress }: { tokenizer: TokenizerName } & Work,
): Promise<Measured> {
  signal?.throwIfAborted();
  const context = await metric.prepare?.(items, { signal, progress });
  const stats = items.map((item) => metric.segment(item, context));
  signal?.throwIfAborted();
  const parts = [
    metric.signature(context),
    ...(metric.reads === 'tokens' ? [`tok:${SIGNED[tokenizer]}`] : []),
    `items:${items.length}`,
    `refs:${referencesOf(items)}`,
    `set:${fingerprint(items)}`,
    `v:${METRICS_VERSION}`,
  ];
  return { metric, stats, score: metric.corpus(stats), signature: parts.join('|'), note: metric.note?.(items, context) };
}

/** The row of a measurement; `among` keeps some of its items (by position), e.g. those of one emotion. */
export function scoreOf({ metric, stats, signature, note }: Measured, bounds?: Interval, among?: readonly number[]): Score {
  const kept = among === undefined ? stats : among.map((i) => stats[i]);
  return {
    name: metric.name,
    score: metric.corpus(kept),
    ...(bounds === undefined ? {} : { low: bounds.low, high: bounds.high }),
    signature: [
      signature,
      ...(among === undefined ? [] : [`among:${among.length}`]),
      ...(bounds === undefined ? [] : [bounds.signature]),
    ].join('|'),
    comparable: metric.comparable,
    ...(note === undefined ? {} : { note }),
    perItem: kept.map((s) => metric.corpus([s])),
  };
}

const fingerprints = new WeakMap<readonly Segment[], string>();

/** First 8 hexadecimal digits of a SHA-256 over ids and references, in the order of the ids: which test set this is. */
export function fingerprint(items: readonly Segment[]): string {
  let found = fingerprints.get(items);
  if (found === undefined) {
    const hash = createHash('sha256');
    const ordered = [...items].sort((a, b) => (a.id < b.id ? -1 : 1));
    hash.update(ordered.map(({ id, refs }) => `${JSON.stringify([id, ...refs])}\n`).join(''));
    found = hash.digest('hex').slice(0, 8);
    fingerprints.set(items, found);
  }
  return found;
}

function referencesOf(items: readonly Item[]): string {
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  for (const { refs } of items) [least, most] = [Math.min(least, refs.length), Math.max(most, refs.length)];
  return items.length === 0 ? '0' : least === most ? `${most}` : `${least}-${most}`;
}
