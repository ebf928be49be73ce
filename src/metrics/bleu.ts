import { CAPTIONING, type Item, type Metric, sign } from './metric.ts';
import { type Counts, type NgramIndex, ngramIndex, ORDER, wordCount } from './ngrams.ts';

/** What BLEU needs of one item; all orders, whichever is asked for, so that BLEU-1 to BLEU-4 share it. */
export interface BleuStats {
  /** n-grams of the candidate that some reference has too, each at most as often as that reference has it. */
  readonly hits: readonly number[];
  readonly totals: readonly number[];
  readonly hypLength: number;
  /** Length of the reference whose length is closest; of two equally close the shorter. */
  readonly refLength: number;
}

/** Added so that nothing is divided by zero: bleu_scorer.py, `tiny` and `small`. A missing n-gram gives about 1e-4, not 0. */
const TINY = 1e-15;
const SMALL = 1e-9;

/**
 * BLEU (Papineni et al. 2002) as pycocoevalcap computes it: clipped counts, closest reference length, no smoothing but TINY / SMALL.
 * Range 0–1. The corpus score is of summed counts, not the mean of the items.
 */
export function bleu({ order = 4 }: { order?: 1 | 2 | 3 | 4 } = {}): Metric<BleuContext, BleuStats> {
  return {
    name: `BLEU-${order}`,
    reads: 'tokens',
    range: { min: 0, max: 1 },
    prepare: contextOf,
    segment: statistics,
    corpus: (stats) => fromCounts(stats, order),
    comparable: CAPTIONING,
    signature: () => sign('bleu', { order, length: 'closest', smooth: 'none' }),
  };
}

interface BleuContext {
  readonly index: NgramIndex;
  readonly known: Map<Item, BleuStats>;
}

const contexts = new WeakMap<readonly Item[], BleuContext>();

/** The same for BLEU-1 to BLEU-4, so that each item is counted once. */
function contextOf(all: readonly Item[]): BleuContext {
  let context = contexts.get(all);
  if (context === undefined) {
    context = { index: ngramIndex(all), known: new Map() };
    contexts.set(all, context);
  }
  return context;
}

function statistics(item: Item, { index, known }: BleuContext): BleuStats {
  let stats = known.get(item);
  if (stats === undefined) {
    const refs = item.refTokens.map(index.of);
    const hypLength = wordCount(item.hypTokens);
    stats = {
      hits: index.of(item.hypTokens).map((counts, n) =>
        overlap(
          index,
          counts,
          refs.map((ref) => ref[n]!),
        ),
      ),
      totals: Array.from({ length: ORDER }, (_, n) => Math.max(0, hypLength - n)),
      hypLength,
      refLength: closest(item.refTokens.map(wordCount), hypLength),
    };
    known.set(item, stats);
  }
  return stats;
}

function overlap(index: NgramIndex, hyp: Counts, refs: readonly Counts[]): number {
  let hits = 0;
  index.common(hyp, refs, (_, times, most) => {
    hits += Math.min(times, most);
  });
  return hits;
}

function closest(lengths: readonly number[], to: number): number {
  let best = lengths[0] ?? 0;
  for (const length of lengths) {
    const nearer = Math.abs(length - to) - Math.abs(best - to);
    if (nearer < 0 || (nearer === 0 && length < best)) best = length;
  }
  return best;
}

function fromCounts(stats: readonly BleuStats[], order: number): number {
  let [hypLength, refLength, product] = [0, 0, 1];
  const hits = new Array<number>(order).fill(0);
  const totals = new Array<number>(order).fill(0);
  for (const s of stats) {
    hypLength += s.hypLength;
    refLength += s.refLength;
    for (let n = 0; n < order; n++) {
      hits[n]! += s.hits[n]!;
      totals[n]! += s.totals[n]!;
    }
  }
  for (let n = 0; n < order; n++) product *= (hits[n]! + TINY) / (totals[n]! + SMALL);
  const ratio = (hypLength + TINY) / (refLength + SMALL);
  return product ** (1 / order) * (ratio < 1 ? Math.exp(1 - 1 / ratio) : 1);
}
