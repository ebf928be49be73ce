/** Beam search with the rules of transformers 5 (`_beam_search` in generation/utils.py), so that the same settings find the same text. */
import { ModelError } from '../base/errors.ts';
import type { LanguageModel } from './decoding.ts';
import { embedPrompts, type Prompt } from './generate.ts';
import type { KeptPrompt } from './kept.ts';
import { forbid, likeliest, logProbabilities, penalise } from './sampler.ts';

export interface BeamOptions {
  readonly beams: number;
  readonly maxNew?: number;
  readonly stop?: readonly number[];
  /** Scores are divided by length to this power; above 0 favours longer texts. */
  readonly lengthPenalty?: number;
  /** End as soon as `beams` texts are complete; otherwise when no open beam can beat the worst of them. */
  readonly earlyStopping?: boolean;
  readonly repetitionPenalty?: number;
  /** See `SamplerOptions`. */
  readonly noRepeat?: number;
  /** See `GenerateOptions`. */
  readonly kept?: KeptPrompt | undefined;
  readonly signal?: AbortSignal;
}

/** A complete text: its ids (a closing stop id included) and its score, Σ log p / length^penalty. */
export interface BeamText {
  readonly ids: readonly number[];
  readonly score: number;
}

interface Beam {
  readonly ids: readonly number[];
  /** Σ log p. */
  readonly sum: number;
  /** The row of the cache that it continues. */
  readonly row: number;
}

/** The best texts, best first. @throws ModelError as `generate`; MODEL_SAMPLING for a number of beams that is none */
export async function beamSearch(model: LanguageModel, prompt: Prompt, o: BeamOptions): Promise<BeamText[]> {
  const search = beamTokens(model, prompt, o);
  let next = await search.next();
  while (!next.done) next = await search.next();
  return next.value;
}

/**
 * The same, told while it searches: the ids of the best text but a closing stop id, each as soon as every text that can still win has it in its place. Returns
 * what `beamSearch` returns. @throws as it does
 */
export async function* beamTokens(model: LanguageModel, prompt: Prompt, o: BeamOptions): AsyncGenerator<number, BeamText[], undefined> {
  const { beams: K, maxNew = 256, lengthPenalty = 1, earlyStopping = false, repetitionPenalty = 1, noRepeat = 0 } = o;
  if (!(Number.isInteger(K) && K >= 1))
    throw new ModelError('MODEL_SAMPLING', 'The search setting "beams" is out of range', {
      expected: 'a whole number ≥ 1',
      got: String(K),
      fix: '4 is usual; 1 is greedy',
    });
  const stop = new Set(o.stop ?? []);
  const { x, ids } = await embedPrompts(model, [prompt], o.signal);
  const before = ids[0] as readonly number[];
  const limit = Math.min(maxNew, model.config.positions - (x.shape[1] as number));
  const signal = o.signal ? { signal: o.signal } : {};
  const keep = Math.max(2, 1 + stop.size) * K; // enough that K open beams remain whatever ends
  const kept = await o.kept?.take(x);
  const decoding = kept?.decoding ?? model.start(1);
  let running: Beam[] = [{ ids: [], sum: 0, row: 0 }];
  let finished: BeamText[] = [];
  let told = 0;
  try {
    let scores = limit > 0 ? await decoding.feed(kept?.rest ?? x, signal) : [];
    for (let length = 1; length <= limit; length++) {
      const candidates = running.flatMap((beam, row) =>
        continuations(beam, row, scores[row] as Float32Array, { before, repetitionPenalty, noRepeat, keep }),
      );
      const best = candidates.toSorted((p, q) => q.sum - p.sum).slice(0, keep);
      const ends = (b: Beam) => length === limit || stop.has(b.ids.at(-1) as number);
      const complete = best.slice(0, K).filter(ends); // those below the first K only keep the search alive
      if (!(earlyStopping && finished.length === K))
        finished = mergeTexts(
          finished,
          complete.map((b) => ({ ids: b.ids, score: b.sum / length ** lengthPenalty })),
          K,
        );
      running = best.filter((b) => !ends(b)).slice(0, K);
      if (
        running.length === 0 ||
        (earlyStopping && finished.length === K) ||
        !canImprove(running[0] as Beam, finished, K, length, lengthPenalty)
      )
        break;
      const open = [...finished.slice(0, 1), ...running].map((text) => text.ids);
      for (const sure = agreed(open); told < sure; told++) yield open[0]![told]!;
      await decoding.pick(running.map((b) => b.row));
      scores = await decoding.feed(
        await model.embed(
          running.map((b) => [b.ids.at(-1) as number]),
          o.signal,
        ),
        signal,
      );
    }
    for (const id of finished[0]?.ids.slice(told) ?? []) if (!stop.has(id)) yield id;
    return finished;
  } finally {
    if (!kept) await decoding.end();
  }
}

interface Continuing {
  readonly before: readonly number[];
  readonly repetitionPenalty: number;
  readonly noRepeat: number;
  readonly keep: number;
}

function continuations(beam: Beam, row: number, scores: Float32Array, { before, repetitionPenalty, noRepeat, keep }: Continuing): Beam[] {
  const logp = Float32Array.from(logProbabilities(scores));
  if (repetitionPenalty !== 1) penalise(logp, [...before, ...beam.ids], repetitionPenalty);
  if (noRepeat > 0) forbid(logp, [...before, ...beam.ids], noRepeat);
  return likeliest(logp, keep).map((id) => ({ ids: [...beam.ids, id], sum: Math.fround(beam.sum + (logp[id] as number)), row }));
}

/** How many ids all of them begin with. */
function agreed([first = [], ...others]: readonly (readonly number[])[]): number {
  const end = first.findIndex((id, i) => others.some((ids) => ids[i] !== id));
  return end < 0 ? first.length : end;
}

const mergeTexts = (p: readonly BeamText[], q: readonly BeamText[], K: number): BeamText[] =>
  [...p, ...q].toSorted((x, y) => y.score - x.score).slice(0, K);

/** The heuristic of `early_stopping=False`: could the best open beam, at its present length, beat the worst complete text? */
function canImprove(best: Beam, finished: readonly BeamText[], K: number, length: number, lengthPenalty: number): boolean {
  const worst = finished.length < K ? Number.NEGATIVE_INFINITY : (finished.at(-1) as BeamText).score;
  return best.sum / length ** lengthPenalty > worst;
}
