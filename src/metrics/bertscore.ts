import type { Baseline } from './baseline.ts';
import { type Item, type Metric, sign, type Work } from './metric.ts';

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
  encode(sentences: readonly string[], o: Work): Promise<Encoded[]>;
}

/** Precision, recall and F of one item; of several references the best of each. */
export interface BertStats {
  readonly p: number;
  readonly r: number;
  readonly f: number;
}

/** Of an empty candidate or reference, before rescaling: bert_score's rule. */
const NOTHING: BertStats = { p: 0, r: 0, f: 0 };

/** With the length of each vector: dividing by it in place of a second copy of all vectors halves the memory. */
interface Measurable extends Encoded {
  readonly lengths: Float64Array;
}

interface Context {
  readonly encoded: ReadonlyMap<string, Measurable>;
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
      const encoded = new Map(sentences.map((s, i) => [s, measurable(found[i] as Encoded, encoder.width)]));
      return { encoded, weight: idf ? idfWeights(all, encoded) : (piece) => (encoder.special.has(piece) ? 0 : 1) };
    },
    segment(item, context) {
      const of = (sentence: string) => context.encoded.get(sentence) as Measurable;
      const wordless = (e: Encoded) => e.pieces.every((piece) => encoder.special.has(piece));
      const match = (hyp: Measurable, ref: Measurable) =>
        wordless(hyp) || wordless(ref) ? NOTHING : pair(hyp, ref, encoder.width, context.weight);
      const each = item.refs.map((ref) => rescaled(match(of(item.hyp), of(ref)), baseline));
      const best = (key: keyof BertStats) => Math.max(...each.map((s) => s[key]));
      return { p: best('p'), r: best('r'), f: best('f') };
    },
    corpus: (stats) => (stats.length === 0 ? 0 : stats.reduce((sum, s) => sum + s[part], 0) / stats.length),
    comparable:
      'bert_score with the same model, layer, idf and rescaling on these very references; a raw score is never like a rescaled one',
    signature: () =>
      sign('bertscore', {
        model: encoder.name,
        part: PARTS[part],
        idf,
        rescaled: baseline ? `${baseline.p}/${baseline.r}/${baseline.f}` : false,
      }),
  };
}

function measurable({ pieces, vectors }: Encoded, width: number): Measurable {
  const lengths = Float64Array.from(pieces, (_, t) => {
    let squares = 0;
    for (let k = 0; k < width; k++) squares += (vectors[t * width + k] as number) ** 2;
    return Math.sqrt(squares);
  });
  return { pieces, vectors, lengths };
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
function pair(hyp: Measurable, ref: Measurable, width: number, weight: (piece: number) => number): BertStats {
  const [n, m] = [hyp.pieces.length, ref.pieces.length];
  const [bestHyp, bestRef] = [new Float64Array(n).fill(-1), new Float64Array(m).fill(-1)];
  for (let i = 0; i < n; i++)
    for (let j = 0; j < m; j++) {
      let dot = 0;
      for (let k = 0; k < width; k++) dot += (hyp.vectors[i * width + k] as number) * (ref.vectors[j * width + k] as number);
      const cosine = dot / ((hyp.lengths[i] as number) * (ref.lengths[j] as number));
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
