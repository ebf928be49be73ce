import { type Metric, mean, sign, type Work } from './metric.ts';

/** What BLEURT reads together. */
export interface SentencePair {
  readonly reference: string;
  readonly candidate: string;
}

/** What judges pairs; `famenet/models` makes one from a checkpoint folder (`openBleurt`). Metrics know no network. */
export interface PairScorer {
  /** Model, settings and fingerprint of the weights: all that can change a number. */
  readonly name: string;
  /** One number per pair, in order. */
  score(pairs: readonly SentencePair[], o: Work): Promise<readonly number[]>;
}

export interface BleurtOptions {
  readonly scorer: PairScorer;
  /**
   * BLEURT knows one reference. Of several, the best score (default), as for BERTScore and in the WebNLG challenge: one more reference never lowers it. Or the mean.
   */
  readonly references?: 'max' | 'mean';
}

/**
 * BLEURT (Sellam et al. 2020): what a network trained on people's ratings says of a candidate beside its reference. The corpus score is the mean over items.
 * Scores have no bounds and no zero, and each checkpoint has its own scale: numbers of two checkpoints can never be compared.
 */
export function bleurt({ scorer, references = 'max' }: BleurtOptions): Metric<ReadonlyMap<string, number>, number> {
  const over = references === 'max' ? (scores: readonly number[]) => Math.max(...scores) : mean;
  return {
    name: 'BLEURT',
    reads: 'text',
    range: { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY },
    async prepare(all, o) {
      const pairs = new Map(
        all.flatMap(({ hyp, refs }) => refs.map((ref) => [key(ref, hyp), { reference: ref, candidate: hyp }] as const)),
      );
      const scores = await scorer.score([...pairs.values()], o);
      return new Map([...pairs.keys()].map((pair, i) => [pair, scores[i] as number]));
    },
    segment: ({ hyp, refs }, context) => over(refs.map((ref) => context.get(key(ref, hyp)) as number)),
    corpus: mean,
    comparable: 'the same BLEURT checkpoint on these very references, no other one; below 0 is normal for some',
    signature: () => sign('bleurt', { model: scorer.name, over: references }),
  };
}

/** A pair as one string, which no other pair has. */
function key(reference: string, candidate: string): string {
  return JSON.stringify([reference, candidate]);
}
