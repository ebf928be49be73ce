/** From scores to the next token. Order and arithmetic of transformers' logits processors, so that the same settings mean the same. */
import { ModelError } from '../base/errors.ts';
import { type Random, random } from '../base/random.ts';

export interface SamplerOptions {
  /** 0 is greedy; 1 the model's own distribution. */
  readonly temperature?: number;
  /** Keep the likeliest tokens that together reach this probability. */
  readonly topP?: number;
  /** Keep at most so many tokens. */
  readonly topK?: number;
  /** Above 1: scores of tokens that already stand in the text shrink (Keskar et al. 2019). */
  readonly repetitionPenalty?: number;
  /** No run of so many tokens comes twice (transformers' `no_repeat_ngram_size`); 0, the default, forbids nothing. Of an embedded prompt, only the answer counts. */
  readonly noRepeat?: number;
  readonly seed?: number;
}

/**
 * Chooses an id from the scores of the next token; `before` are the ids of the text so far. The scores may be overwritten.
 * @throws ModelError MODEL_NAN
 */
export type Sampler = (scores: Float32Array, before: readonly number[]) => number;

/** @throws ModelError MODEL_SAMPLING for settings out of range */
export function sampler({
  temperature = 0,
  topP = 1,
  topK = 0,
  repetitionPenalty = 1,
  noRepeat = 0,
  seed = 0,
}: SamplerOptions = {}): Sampler {
  const ranges = {
    temperature: temperature >= 0 && Number.isFinite(temperature),
    topP: topP > 0 && topP <= 1,
    topK: topK >= 0 && Number.isInteger(topK),
    repetitionPenalty: repetitionPenalty > 0 && Number.isFinite(repetitionPenalty),
    noRepeat: noRepeat >= 0 && Number.isInteger(noRepeat),
  };
  for (const [name, good] of Object.entries(ranges))
    if (!good)
      throw new ModelError('MODEL_SAMPLING', `The sampling setting "${name}" is out of range`, {
        expected: 'temperature ≥ 0, 0 < topP ≤ 1, topK and noRepeat whole numbers ≥ 0, repetitionPenalty > 0',
        got: String({ temperature, topP, topK, repetitionPenalty, noRepeat }[name as keyof typeof ranges]),
        fix: 'temperature 0 is greedy; topP 1, topK 0, noRepeat 0 and repetitionPenalty 1 change nothing',
      });
  const chance = random(seed);
  return (scores, before) => {
    penalise(scores, before, repetitionPenalty);
    forbid(scores, before, noRepeat);
    return temperature === 0 ? largest(scores) : draw(scores, temperature, topP, topK, chance);
  };
}

/** Divides positive scores of seen tokens by the penalty and multiplies negative ones, once per distinct token. */
export function penalise(scores: Float32Array, before: readonly number[], penalty: number): void {
  if (penalty === 1) return;
  for (const id of new Set(before)) {
    const s = scores[id];
    if (s !== undefined) scores[id] = s < 0 ? s * penalty : s / penalty;
  }
}

/** Gives −Infinity to every token with which the last `n` tokens would be a run that stands in `before` already. */
export function forbid(scores: Float32Array, before: readonly number[], n: number): void {
  if (n === 0 || before.length < n) return;
  const last = before.length - (n - 1); // where the run begins that the next token would complete
  for (let i = 0; i + n <= before.length; i++) {
    let same = true;
    for (let k = 0; same && k < n - 1; k++) same = before[i + k] === before[last + k];
    if (same) scores[before[i + n - 1]!] = Number.NEGATIVE_INFINITY;
  }
}

/** Index of the largest score; the first of equals. −Infinity forbids a token. @throws ModelError MODEL_NAN where one is NaN, or the largest is not finite */
export function largest(scores: Float32Array): number {
  let best = 0;
  let sound = true;
  for (let i = 0; i < scores.length; i++) {
    const s = scores[i] as number;
    if (s > (scores[best] as number)) best = i;
    else if (Number.isNaN(s)) sound = false; // every comparison with NaN is false, so it would pass unseen as token 0
  }
  if (sound && Number.isFinite(scores[best])) return best;
  throw new ModelError('MODEL_NAN', 'The network gave scores that are not numbers', {
    expected: 'a finite score for at least one token, and NaN for none',
    got: sound ? `${scores[best]} as the largest` : `${scores.filter(Number.isNaN).length} NaN of ${scores.length}`,
    fix: 'check the weights with `famenet models verify`; half precision can also overflow: keep the weights in float32 or bfloat16',
  });
}

/** Indices of the `count` largest scores, largest first; of equals the first. As a whole sort gives them, in one pass. */
export function likeliest(scores: Float32Array, count: number): number[] {
  const best: number[] = [];
  for (let i = 0; i < scores.length; i++) {
    const s = scores[i] as number;
    if (best.length === count && !(s > (scores[best.at(-1)!] as number))) continue;
    let at = best.length;
    while (at > 0 && s > (scores[best[at - 1]!] as number)) at--;
    best.splice(at, 0, i);
    if (best.length > count) best.pop();
  }
  return best;
}

/** log p from scores: a new array. */
export function logProbabilities(scores: Float32Array): Float64Array {
  const top = scores[largest(scores)] as number;
  return lessBy(top + Math.log(sumOfExp(scores, top)), scores);
}

// Loops of their own, since `Float64Array.from` with a function takes ten times as long.

function sumOfExp(scores: Float32Array, top: number): number {
  let total = 0;
  for (let i = 0; i < scores.length; i++) total += Math.exp((scores[i] as number) - top);
  return total;
}

function lessBy(z: number, scores: Float32Array): Float64Array {
  const out = new Float64Array(scores.length);
  for (let i = 0; i < out.length; i++) out[i] = (scores[i] as number) - z;
  return out;
}

function draw(scores: Float32Array, temperature: number, topP: number, topK: number, chance: Random): number {
  largest(scores); // refuses what cannot be drawn from
  const kept = topK > 0 ? likeliest(scores, topK) : Array.from(scores.keys()).sort((p, q) => (scores[q] as number) - (scores[p] as number));
  const top = scores[kept[0] as number] as number;
  const weights = kept.map((id) => Math.exp(((scores[id] as number) - top) / temperature));
  const sums = cumulated(weights);
  const total = sums.at(-1) as number;
  const crossing = sums.findIndex((s) => s / total >= topP); // the token that crosses the line is kept
  const nucleus = crossing < 0 ? sums.length : crossing + 1;
  const ticket = (sums[nucleus - 1] as number) * chance.next();
  const at = sums.findIndex((s, i) => i < nucleus && s > ticket);
  return kept[at < 0 ? nucleus - 1 : at] as number;
}

function cumulated(values: readonly number[]): number[] {
  let sum = 0;
  return values.map((v) => {
    sum += v;
    return sum;
  });
}
