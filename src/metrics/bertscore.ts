import { type Item, type Metric, sign } from './metric.ts';

/** A sentence as an encoder sees it. */
export interface Encoded {
  /** Piece ids, special ones included. */
  readonly pieces: readonly number[];
  /** One vector per piece, [pieces, width], of any length. */
  readonly vectors: Float32Array;
}

/** What turns sentences into vectors; `famenet/models` makes one from a model folder. Metrics know no network. */
export interface SentenceEncoder {
  /** Model, layer and fingerprint of the weights: all that can change a number. */
  readonly name: string;
  readonly width: number;
  /** Ids that carry no word (`<s>`, `</s>`): they are matched against, but weigh nothing. */
  readonly special: ReadonlySet<number>;
  encode(sentences: readonly string[], o: { readonly signal?: AbortSignal | undefined }): Promise<Encoded[]>;
}

/** Scores of unrelated sentences, which rescaling maps to 0. */
export interface Baseline {
  readonly p: number;
  readonly r: number;
  readonly f: number;
}

/** Published with bert_score (`rescale_baseline/en`), by model and layer. Raw scores of unrelated English sentences lie that high. */
export const BASELINES: Readonly<Record<string, Baseline>> = {
  'roberta-large_L16': { p: 0.8341641, r: 0.8341684, f: 0.833912 },
  'roberta-large_L17': { p: 0.83150584, r: 0.8314941, f: 0.83122575 },
  'roberta-large_L18': { p: 0.8314624, r: 0.83146274, f: 0.8311686 },
  'deberta-xlarge-mnli_L40': { p: 0.5169066, r: 0.5170288, f: 0.5150192 },
};

/** Precision, recall and F of one item; of several references the best of each. */
export interface BertStats {
  readonly p: number;
  readonly r: number;
  readonly f: number;
}

/** Of an empty candidate or reference, before rescaling: bert_score's rule. */
const NOTHING: BertStats = { p: 0, r: 0, f: 0 };

interface Context {
  readonly encoded: ReadonlyMap<string, Encoded>;
  readonly weight: (piece: number) => number;
}

export interface BertScoreOptions {
  readonly encoder: SentenceEncoder;
  /** Rare pieces count more: log((N + 1)/(df + 1)) over the references. */
  readonly idf?: boolean;
  readonly baseline?: Baseline;
  readonly part?: keyof BertStats;
}

const PARTS = { p: 'P', r: 'R', f: 'F1' } as const;

/**
 * BERTScore (Zhang et al. 2020): each piece is matched with the most similar one of the other sentence. Arithmetic of bert_score 0.3.13.
 * Raw scores live in a narrow band near 1, rescaled ones have no lower bound: neither can be compared without its signature.
 */
export function bertScore({ encoder, idf = false, baseline, part = 'f' }: BertScoreOptions): Metric<Context, BertStats> {
  return {
    name: `BERTScore-${PARTS[part]}`,
    reads: 'text',
    range: { min: Number.NEGATIVE_INFINITY, max: 1 },
    async prepare(all, o) {
      const sentences = [...new Set(all.flatMap((item) => [item.hyp, ...item.refs]))];
      const found = await encoder.encode(sentences, o);
      const encoded = new Map(sentences.map((s, i) => [s, normalised(found[i] as Encoded, encoder.width)]));
      return { encoded, weight: idf ? idfWeights(all, encoded) : (piece) => (encoder.special.has(piece) ? 0 : 1) };
    },
    segment(item, context) {
      const of = (sentence: string) => context.encoded.get(sentence) as Encoded;
      const wordless = (e: Encoded) => e.pieces.every((piece) => encoder.special.has(piece));
      const match = (hyp: Encoded, ref: Encoded) =>
        wordless(hyp) || wordless(ref) ? NOTHING : pair(hyp, ref, encoder.width, context.weight);
      const each = item.refs.map((ref) => rescaled(match(of(item.hyp), of(ref)), baseline));
      const best = (key: keyof BertStats) => Math.max(...each.map((s) => s[key]));
      return { p: best('p'), r: best('r'), f: best('f') };
    },
    corpus: (stats) => (stats.length === 0 ? 0 : stats.reduce((sum, s) => sum + s[part], 0) / stats.length),
    signature: () =>
      sign('bertscore', {
        model: encoder.name,
        part: PARTS[part],
        idf,
        rescaled: baseline ? `${baseline.p}/${baseline.r}/${baseline.f}` : false,
      }),
  };
}

/** Vectors of length 1, so that a product is a cosine. */
function normalised({ pieces, vectors }: Encoded, width: number): Encoded {
  const out = new Float32Array(vectors.length);
  for (let t = 0; t < pieces.length; t++) {
    let squares = 0;
    for (let k = 0; k < width; k++) squares += (vectors[t * width + k] as number) ** 2;
    const length = Math.sqrt(squares);
    for (let k = 0; k < width; k++) out[t * width + k] = (vectors[t * width + k] as number) / length;
  }
  return { pieces, vectors: out };
}

/** Special pieces stand in every sentence, so their weight is 0 without being named. */
function idfWeights(all: readonly Item[], encoded: ReadonlyMap<string, Encoded>): (piece: number) => number {
  const references = all.flatMap((item) => item.refs);
  const frequency = new Map<number, number>();
  for (const ref of references)
    for (const piece of new Set(encoded.get(ref)?.pieces)) frequency.set(piece, (frequency.get(piece) ?? 0) + 1);
  return (piece) => Math.log((references.length + 1) / ((frequency.get(piece) ?? 0) + 1));
}

/** Greedy matching of one pair. NaN (nothing to weigh) is 0, as in bert_score. */
function pair(hyp: Encoded, ref: Encoded, width: number, weight: (piece: number) => number): BertStats {
  const [n, m] = [hyp.pieces.length, ref.pieces.length];
  const [bestHyp, bestRef] = [new Float64Array(n).fill(-1), new Float64Array(m).fill(-1)];
  for (let i = 0; i < n; i++)
    for (let j = 0; j < m; j++) {
      let cosine = 0;
      for (let k = 0; k < width; k++) cosine += (hyp.vectors[i * width + k] as number) * (ref.vectors[j * width + k] as number);
      if (cosine > (bestHyp[i] as number)) bestHyp[i] = cosine;
      if (cosine > (bestRef[j] as number)) bestRef[j] = cosine;
    }
  const p = weightedMean(bestHyp, hyp.pieces.map(weight));
  const r = weightedMean(bestRef, ref.pieces.map(weight));
  return { p, r, f: p + r === 0 ? 0 : (2 * p * r) / (p + r) };
}

function weightedMean(values: Float64Array, weights: readonly number[]): number {
  const total = weights.reduce((sum, w) => sum + w, 0);
  return total === 0 ? 0 : values.reduce((sum, v, i) => sum + v * (weights[i] as number), 0) / total;
}

/** (x − b)/(1 − b), each part by its own baseline. */
function rescaled(s: BertStats, b: Baseline | undefined): BertStats {
  return b ? { p: (s.p - b.p) / (1 - b.p), r: (s.r - b.r) / (1 - b.r), f: (s.f - b.f) / (1 - b.f) } : s;
}
