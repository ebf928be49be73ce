/** Whether a gate tells anything: what it does to pairs that belong together, and to the same texts shuffled. */
import { random } from '../base/random.ts';
import { passes } from './gate.ts';
import type { GatePolicy } from './policy.ts';
import { type Refused, refuse } from './refusal.ts';

/** Two texts about one thing. */
export type TextPair = readonly [string, string];

/** What scores pairs for the gate, in their order. Passed in: this room knows no metric. */
export type PairScorer = (pairs: readonly TextPair[]) => Promise<readonly number[]>;

/** Counts of scores in bins of equal width from `from` to `to`; the last bin holds `to`. Scores that are not numbers are in none. */
export interface Histogram {
  readonly from: number;
  readonly to: number;
  readonly matched: readonly number[];
  readonly shuffled: readonly number[];
}

/** What the first event of a campaign keeps of its gate's calibration. */
export interface CalibrationSummary {
  readonly signature: string;
  readonly threshold: number;
  /** Largest share of shuffled pairs that may pass, 0–1. */
  readonly allowed: number;
  readonly pairs: { readonly matched: number; readonly shuffled: number };
  /** Shares that pass at the threshold, 0–1. */
  readonly passing: { readonly matched: number; readonly shuffled: number };
  readonly histogram: Histogram;
}

/** A summary with the scores behind it, and what follows from them. */
export interface Calibration {
  readonly summary: CalibrationSummary;
  readonly matched: readonly number[];
  readonly shuffled: readonly number[];
  /** The lowest threshold at which no more than the allowed share of shuffled pairs passes. */
  readonly suggested: number;
  /** Why a campaign with this gate would be refused; undefined if it would open. */
  readonly fault: Refused['refused'] | undefined;
}

export interface CalibrationOptions {
  readonly signature: string;
  readonly threshold: number;
  readonly allowed?: number;
  readonly bins?: number;
}

/** A gate must be tried on so many shuffled pairs: of 60 with none passing, the share in all is below 5 % (19 times of 20). */
export const LEAST_PAIRS = 60;
export const ALLOWED = 0.05;
const BINS = 40;
/** Suggested thresholds are rounded up to so many steps to 1: four digits can be written down. */
const STEPS = 1e4;

/** Scores the pairs, and their texts shuffled so that none stays with its own. Throws what the scorer throws. */
export async function calibrate(
  pairs: readonly TextPair[],
  score: PairScorer,
  { seed, ...options }: CalibrationOptions & { readonly seed: number },
): Promise<Calibration> {
  return calibrationOf(await score(pairs), await score(shuffledPairs(pairs, seed)), options);
}

/** The same from scores. */
export function calibrationOf(
  matched: readonly number[],
  shuffled: readonly number[],
  { signature, threshold, allowed = ALLOWED, bins = BINS }: CalibrationOptions,
): Calibration {
  const passing = { matched: shareAbove(matched, threshold), shuffled: shareAbove(shuffled, threshold) };
  const pairs = { matched: matched.length, shuffled: shuffled.length };
  const summary = { signature, threshold, allowed, pairs, passing, histogram: histogramOf(matched, shuffled, bins) };
  return {
    summary,
    matched,
    shuffled,
    suggested: suggestedThreshold(shuffled, allowed),
    fault: gateFault({ signature, threshold, calibration: summary })?.refused,
  };
}

/** The gate's two errors at a threshold, as shares 0–1: matched pairs that do not pass, and shuffled ones that do. */
export function errorsAt(
  { matched, shuffled }: Pick<Calibration, 'matched' | 'shuffled'>,
  threshold: number,
): {
  readonly missed: number;
  readonly passed: number;
} {
  return { missed: matched.length === 0 ? 0 : 1 - shareAbove(matched, threshold), passed: shareAbove(shuffled, threshold) };
}

/** Why no campaign opens with this gate; undefined if one may. */
export function gateFault({ signature, threshold, calibration }: GatePolicy): Refused | undefined {
  const { pairs, passing, allowed } = calibration;
  if (calibration.signature !== signature || calibration.threshold !== threshold)
    return refuse('PROTOCOL_GATE_OTHER', 'The calibration is that of another gate', {
      expected: `${signature}, threshold ${threshold}`,
      got: `${calibration.signature}, threshold ${calibration.threshold}`,
      fix: 'calibrate with this metric and threshold',
    });
  if (pairs.shuffled < LEAST_PAIRS)
    return refuse('PROTOCOL_GATE_PAIRS', 'The gate was tried on too few pairs to say how much it lets through', {
      expected: `${LEAST_PAIRS} shuffled pairs or more`,
      got: `${pairs.shuffled}`,
      fix: 'calibrate with more pairs',
    });
  if (passing.shuffled > allowed)
    return refuse('PROTOCOL_GATE_OPEN', 'The gate lets through pairs that have nothing to do with each other', {
      at: signature,
      expected: `at most ${percent(allowed)} of shuffled pairs above ${threshold}`,
      got: percent(passing.shuffled),
      fix: 'take the suggested threshold, rescale the scores, or take another model',
    });
  return undefined;
}

const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;

/** Pairs of the same texts in which nothing stands beside what it belongs to, nor beside the same words. None of fewer than two pairs. */
export function shuffledPairs(pairs: readonly TextPair[], seed: number): TextPair[] {
  return derangement(pairs.length, seed).flatMap((j, i) => {
    const [[first, second], [, other]] = [pairs[i]!, pairs[j]!];
    return other === second || other === first ? [] : [[first, other] as const];
  });
}

/** An order of 0 … n − 1 in which nothing stays in its place: one cycle through all, by chance (Sattolo 1986). Of one thing there is none: []. */
export function derangement(n: number, seed: number): number[] {
  if (n < 2) return [];
  const chance = random(seed);
  const order = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = chance.below(i); // not i itself: that is all the difference from Fisher–Yates
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

function shareAbove(scores: readonly number[], threshold: number): number {
  return scores.length === 0 ? 0 : scores.filter((score) => passes(score, threshold)).length / scores.length;
}

function suggestedThreshold(shuffled: readonly number[], allowed: number): number {
  const down = shuffled.filter((score) => !Number.isNaN(score)).sort((a, b) => b - a);
  // As many as may pass lie above the next one, which itself does not pass: strictly above is the rule.
  const next = down[Math.floor(allowed * shuffled.length)];
  return next === undefined ? 0 : Math.ceil(next * STEPS) / STEPS;
}

function histogramOf(matched: readonly number[], shuffled: readonly number[], bins: number): Histogram {
  const numbers = [...matched, ...shuffled].filter(Number.isFinite);
  const [low, high] = numbers.reduce(
    ([least, most], x) => [Math.min(least, x), Math.max(most, x)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  const [from, to] = numbers.length === 0 ? [0, 1] : low === high ? [low - 0.5, high + 0.5] : [low, high];
  const counts = (scores: readonly number[]) => {
    const found = new Array<number>(bins).fill(0);
    for (const score of scores) if (Number.isFinite(score)) found[Math.min(bins - 1, Math.floor(((score - from) / (to - from)) * bins))]!++;
    return found;
  };
  return { from, to, matched: counts(matched), shuffled: counts(shuffled) };
}
