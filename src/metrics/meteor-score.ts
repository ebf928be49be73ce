import { countChunks } from './meteor-align.ts';
import { type Match, MODULES, type Word } from './meteor-matches.ts';

/** The numbers that METEOR counts for one candidate and its best reference. They add up over a corpus, chunks with an exception: see `addUp`. */
export interface MeteorStats {
  readonly hypLength: number;
  readonly refLength: number;
  /** How many of these words are function words. */
  readonly hypFunction: number;
  readonly refFunction: number;
  /** Matched words by module, in the order of `MODULES`. */
  readonly matched: readonly Matched[];
  readonly chunks: number;
}

export interface Matched {
  readonly hypContent: number;
  readonly refContent: number;
  readonly hypFunction: number;
  readonly refFunction: number;
}

/** What turns counts into a score. `RANK` has the English values of METEOR 1.5 for its default task, "rank". */
export interface Parameters {
  /** Weight of recall against precision. */
  readonly alpha: number;
  /** Exponent and weight of the fragmentation penalty. */
  readonly beta: number;
  readonly gamma: number;
  /** Weight of content words against function words. */
  readonly delta: number;
  /** By module, in the order of `MODULES`. */
  readonly weights: readonly number[];
}
export const RANK: Parameters = { alpha: 0.85, beta: 0.2, gamma: 0.6, delta: 0.75, weights: [1, 0.6, 0.8, 0.6] };

/** Counts one alignment. */
export function countMatches(hyp: readonly Word[], ref: readonly Word[], matches: readonly Match[]): MeteorStats {
  const functionsOf = (words: readonly Word[], from: number, length: number) => {
    let count = 0;
    for (let i = from; i < from + length; i++) if (words[i]!.isFunction) count++;
    return count;
  };
  const matched = MODULES.map(() => ({ hypContent: 0, refContent: 0, hypFunction: 0, refFunction: 0 }));
  for (const match of matches) {
    const m = matched[match.module]!;
    const [hypFunction, refFunction] = [functionsOf(hyp, match.hyp, match.hypLength), functionsOf(ref, match.ref, match.refLength)];
    m.hypFunction += hypFunction;
    m.hypContent += match.hypLength - hypFunction;
    m.refFunction += refFunction;
    m.refContent += match.refLength - refFunction;
  }
  return {
    hypLength: hyp.length,
    refLength: ref.length,
    hypFunction: functionsOf(hyp, 0, hyp.length),
    refFunction: functionsOf(ref, 0, ref.length),
    matched,
    chunks: countChunks(matches),
  };
}

/** Statistics of a corpus. Chunks of a segment that is matched whole and in one piece are left out: such a segment has no fragmentation. */
export function addUp(stats: readonly MeteorStats[]): MeteorStats {
  const matched = MODULES.map(() => ({ hypContent: 0, refContent: 0, hypFunction: 0, refFunction: 0 }));
  const sum = { hypLength: 0, refLength: 0, hypFunction: 0, refFunction: 0, chunks: 0 };
  for (const s of stats) {
    sum.hypLength += s.hypLength;
    sum.refLength += s.refLength;
    sum.hypFunction += s.hypFunction;
    sum.refFunction += s.refFunction;
    if (!isWhole(s)) sum.chunks += s.chunks;
    for (const [i, m] of s.matched.entries()) {
      const total = matched[i]!;
      total.hypContent += m.hypContent;
      total.refContent += m.refContent;
      total.hypFunction += m.hypFunction;
      total.refFunction += m.refFunction;
    }
  }
  return { ...sum, matched };
}

/** The score of statistics of a segment or a corpus, 0–1 (Denkowski & Lavie 2014, equations 1–5). Nothing matched: 0. */
export function scoreOf(s: MeteorStats, { alpha, beta, gamma, delta, weights }: Parameters = RANK): number {
  // Sums go module by module, content words first, as in the reference: the last bit of the score is its own.
  let hypMatched = 0;
  let refMatched = 0;
  for (const [i, weight] of weights.entries()) hypMatched += s.matched[i]!.hypContent * weight * delta;
  for (const [i, weight] of weights.entries()) refMatched += s.matched[i]!.refContent * weight * delta;
  for (const [i, weight] of weights.entries()) hypMatched += s.matched[i]!.hypFunction * weight * (1 - delta);
  for (const [i, weight] of weights.entries()) refMatched += s.matched[i]!.refFunction * weight * (1 - delta);
  const precision = hypMatched / (delta * (s.hypLength - s.hypFunction) + (1 - delta) * s.hypFunction);
  const recall = refMatched / (delta * (s.refLength - s.refFunction) + (1 - delta) * s.refFunction);
  const mean = 1 / ((1 - alpha) / precision + alpha / recall);
  const words = total(s);
  const fragmentation = isWhole(s) ? 0 : s.chunks / ((words.hyp + words.ref) / 2);
  const score = mean * (1 - gamma * fragmentation ** beta);
  return Number.isNaN(score) ? 0 : Math.max(score, 0);
}

/** Whether every word of both sentences is matched, in one chunk. */
function isWhole(s: MeteorStats): boolean {
  const { hyp, ref } = total(s);
  return hyp === s.hypLength && ref === s.refLength && s.chunks === 1;
}

function total(s: MeteorStats): { hyp: number; ref: number } {
  let [hyp, ref] = [0, 0];
  for (const m of s.matched) {
    hyp += m.hypContent + m.hypFunction;
    ref += m.refContent + m.refFunction;
  }
  return { hyp, ref };
}
