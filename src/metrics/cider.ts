import { type Item, type Metric, mean, sign, type Tokens } from './metric.ts';
import { type Counts, type NgramIndex, ngramIndex, ORDER } from './ngrams.ts';

/** How much an n-gram weighs: what few items have in their references weighs much. */
export interface Frequencies {
  /** What they were counted on, for the signature. */
  readonly of: string;
  /** Number of items. */
  readonly items: number;
  readonly index: NgramIndex;
  /** log(items / number of items that have the n-gram in any reference); an n-gram that none has weighs log(items). */
  weight(gram: number): number;
}

export interface CiderOptions {
  /** Weights from elsewhere instead of from the references of the items that are scored. */
  readonly frequencies?: Frequencies;
}

/** Width of the penalty for another length, in n-grams of order 2: cider_scorer.py, `sigma`. */
const SIGMA = 6;
/** The tool counts "length" on bigrams (`if n == 1`, where n starts at 0). */
const LENGTH_ORDER = 2;

/**
 * CIDEr-D (Vedantam et al. 2015): what pycocoevalcap, nlg-eval and therefore most papers print as "CIDEr". Range 0–10.
 * The weights come from the references of the whole set, so scores of different sets, or of a part of one, are not comparable.
 * Resampling keeps the weights of the set as they are.
 */
export function ciderD(options: CiderOptions = {}): Metric<Frequencies, number> {
  return make('CIDEr-D', 'ciderD', true, options);
}

/** CIDEr without clipping and without the penalty for length, as it was first proposed (vrama91/cider, `cider`). Range 0–10. */
export function cider(options: CiderOptions = {}): Metric<Frequencies, number> {
  return make('CIDEr', 'cider', false, options);
}

function make(name: string, short: string, d: boolean, options: CiderOptions): Metric<Frequencies, number> {
  return {
    name,
    reads: 'tokens',
    range: { min: 0, max: 10 },
    prepare: (all) => options.frequencies ?? frequenciesOf(all, 'these-items'),
    segment(item, frequencies) {
      const hyp = weigh(item.hypTokens, frequencies);
      let sum = 0;
      for (const ref of item.refTokens) sum += similarity(hyp, weigh(ref, frequencies), frequencies, d);
      return (sum / ORDER / item.refTokens.length) * 10;
    },
    corpus: mean,
    comparable: d
      ? 'what pycocoevalcap calls CIDEr, on these very references; never another test set or a part of this one, whose words weigh otherwise'
      : 'vrama91/cider’s plain CIDEr on these very references; papers that print "CIDEr" mostly mean CIDEr-D',
    signature: ({ of, items }) =>
      sign(short, { n: ORDER, ...(d ? { sigma: SIGMA, clip: 'yes' } : { clip: 'no' }), df: of, documents: items }),
    note: (all, { items }) =>
      items === 1 && all.length > 0
        ? 'one item: an n-gram of the only reference set weighs log(1/1) = 0, so CIDEr is 0 by definition'
        : undefined,
  };
}

/** Counts in how many items each n-gram occurs in any reference; candidates never enter. */
export function frequenciesOf(all: readonly Item[], of: string): Frequencies {
  const index = ngramIndex(all);
  for (const { refTokens } of all) for (const ref of refTokens) index.of(ref);
  const documents = new Float64Array(index.size());
  const last = new Int32Array(index.size()).fill(-1); // the item that an n-gram was last seen in
  for (const [i, { refTokens }] of all.entries()) {
    const see = (gram: number) => {
      if (last[gram] === i) return;
      last[gram] = i;
      documents[gram]! += 1;
    };
    for (const ref of refTokens) for (const counts of index.of(ref)) index.each(counts, see);
  }
  const unseen = Math.log(all.length);
  const weights = documents.map((times) => unseen - Math.log(Math.max(1, times)));
  return { of, items: all.length, index, weight: (gram) => weights[gram] ?? unseen };
}

interface Weighed {
  readonly counts: readonly Counts[];
  readonly norms: readonly number[];
  readonly length: number;
}

function weigh(tokens: Tokens, { index, weight }: Frequencies): Weighed {
  const counts = index.of(tokens);
  let length = 0;
  index.each(counts[LENGTH_ORDER - 1]!, (_, times) => {
    length += times;
  });
  const norms = counts.map((one) => {
    let square = 0;
    index.each(one, (gram, times) => {
      square += (times * weight(gram)) ** 2;
    });
    return Math.sqrt(square);
  });
  return { counts, norms, length };
}

/** Sum over the orders. */
function similarity(hyp: Weighed, ref: Weighed, { index, weight }: Frequencies, d: boolean): number {
  const penalty = d ? Math.exp(-((hyp.length - ref.length) ** 2) / (2 * SIGMA ** 2)) : 1;
  let sum = 0;
  for (let n = 0; n < ORDER; n++) {
    let product = 0;
    index.common(hyp.counts[n]!, [ref.counts[n]!], (gram, times, there) => {
      product += (d ? Math.min(times, there) : times) * there * weight(gram) ** 2;
    });
    const norms = hyp.norms[n]! * ref.norms[n]!;
    sum += (norms === 0 ? product : product / norms) * penalty;
  }
  return sum;
}
