import { FameError } from '../base/errors.ts';
import { random } from '../base/random.ts';
import type { AnyMetric } from './metric.ts';

/** A 95 % interval of a score. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  /** `bootstrap:1000|seed:12345` */
  readonly signature: string;
}

/** How a difference between two systems was judged. */
export interface Comparison {
  /** Score of the first system minus that of the second. */
  readonly difference: number;
  /** Two-sided: how often chance alone gives a difference at least as large. */
  readonly p: number;
  readonly signature: string;
}

export interface ResampleOptions {
  /** Number of resamples, at least 1. */
  readonly samples: number;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

interface Stats {
  readonly metric: AnyMetric;
  readonly stats: readonly unknown[];
}

/** Percentile bootstrap: items are drawn with replacement, statistics (not sentences) are added up anew. Of no items [0, 0]. */
export function interval({ metric, stats }: Stats, options: ResampleOptions): Interval {
  const scores = [...resamples({ metric, stats }, options)].sort((a, b) => a - b);
  const cut = Math.floor(scores.length * 0.025);
  return {
    low: scores[cut]!,
    high: scores[scores.length - 1 - cut]!,
    signature: `bootstrap:${options.samples}|seed:${options.seed}`,
  };
}

/**
 * Paired bootstrap (Koehn 2004, two-sided as in sacreBLEU): both systems on the same resampled items; p is how often the difference
 * strays from its own mean by at least the observed difference. Throws METRIC_PAIRING.
 */
export function pairedBootstrap(a: Stats, b: Stats, options: ResampleOptions): Comparison {
  const observed = difference(a, b);
  const others = resamples(b, options);
  const strays = resamples(a, options).map((score, i) => score - others[i]!);
  const centre = strays.reduce((sum, d) => sum + d, 0) / strays.length;
  return judged(observed, strays, centre, `paired-bootstrap:${options.samples}|seed:${options.seed}`);
}

/**
 * Approximate randomisation (Riezler and Maxwell 2005): if the systems were alike, exchanging their outputs item by item would make
 * no difference; p is how often it makes one at least as large as the observed. Throws METRIC_PAIRING.
 */
export function approximateRandomisation(a: Stats, b: Stats, options: ResampleOptions): Comparison {
  const observed = difference(a, b);
  const chance = random(options.seed);
  const strays: number[] = [];
  for (let i = 0; i < options.samples; i++) {
    options.signal?.throwIfAborted();
    const [one, other]: [unknown[], unknown[]] = [[], []];
    for (let k = 0; k < a.stats.length; k++) {
      const swap = chance.next() < 0.5;
      one.push(swap ? b.stats[k] : a.stats[k]);
      other.push(swap ? a.stats[k] : b.stats[k]);
    }
    strays.push(a.metric.corpus(one) - a.metric.corpus(other));
  }
  return judged(observed, strays, 0, `approximate-randomisation:${options.samples}|seed:${options.seed}`);
}

function difference(a: Stats, b: Stats): number {
  if (a.stats.length !== b.stats.length || a.metric.name !== b.metric.name) {
    throw new FameError('METRIC_PAIRING', 'Two systems cannot be compared item by item', {
      expected: 'the same metric on the same items in the same order',
      got: `${a.metric.name} of ${a.stats.length} items and ${b.metric.name} of ${b.stats.length}`,
      fix: 'measure both on one set of references',
    });
  }
  return a.metric.corpus(a.stats) - b.metric.corpus(b.stats);
}

/** The observed arrangement is one of those that chance can give, hence the ones. Rounding must not make a tie look smaller. */
function judged(observed: number, strays: readonly number[], centre: number, signature: string): Comparison {
  const as = strays.filter((d) => Math.abs(d - centre) >= Math.abs(observed) * (1 - 1e-12)).length;
  return { difference: observed, p: (as + 1) / (strays.length + 1), signature };
}

/** What was last drawn of some statistics: intervals and all pairs of a comparison ask for the same resamples. */
const lastDrawn = new WeakMap<readonly unknown[], { asked: string; metric: AnyMetric; scores: readonly number[] }>();

/** Scores of resamples. Every metric and every system meets the same ones, since they depend on the seed and the number of items only. */
function resamples({ metric, stats }: Stats, { samples, seed, signal }: ResampleOptions): readonly number[] {
  const asked = `${samples}|${seed}`;
  const last = lastDrawn.get(stats);
  if (last?.asked === asked && last.metric === metric) return last.scores;
  const chance = random(seed);
  const scores = Array.from({ length: samples }, () => {
    signal?.throwIfAborted();
    return metric.corpus(Array.from({ length: stats.length }, () => stats[chance.below(stats.length)]));
  });
  lastDrawn.set(stats, { asked, metric, scores });
  return scores;
}
