/**
 * What the likelihood of an answer loses without a part of its prompt: leave-one-out over modalities and turns (occlusion, Zeiler & Fergus 2014 §4.2; for
 * words Li, Monroe & Jurafsky 2016, "Understanding Neural Networks through Representation Erasure"). It runs the decoder alone, so packed models do.
 */
import { ModelError } from '../base/errors.ts';
import { float32, type Value } from '../graph/index.ts';
import type { LanguageModel } from '../models/index.ts';
import { modalitiesOf, turnPlaces, without, withoutModality } from './evidence-places.ts';
import type { Fame } from './fame.ts';
import { embedStretches, layOut, type Part } from './parts.ts';
import { explainPrompt, type Modality, type Prompted, type Question } from './prompt.ts';

/** Prompts that pass through the decoder side by side: their caches are in memory together. */
const ROWS = 4;

/** Mean log-likelihoods per token, in nats. What was lost is that of the whole prompt less that of the prompt without something; it may be below 0. */
export interface Masking {
  readonly logLikelihood: number;
  /** Turns as the prompt counts them, from 1. */
  readonly turns: readonly { readonly turn: number; readonly lost: number }[];
  /** Absent where a modality was off, or was the only one. */
  readonly modalities: Readonly<Partial<Record<Modality, number>>>;
}

/** A question as it was asked, and the tokens that were answered. */
export interface Answered {
  readonly question: Question;
  readonly prompt: Prompted;
  /** Q_v, with V. */
  readonly Q?: Value | undefined;
  readonly ids: readonly number[];
}

/**
 * Masks each turn, and each modality where others are left. Of a masked turn the line, its number and the name stay and its words go. Without a modality the
 * prompt is the one that leaves it out, instruction included (Table 4's), except that no turn returns that had been dropped for length: one thing changes.
 * The likelihood is the model's own: temperature and repetition penalty are left out. @throws ModelError FAME_NO_ANSWER; StoppedError
 */
export async function masking(m: Fame, { question, prompt, Q, ids }: Answered, signal?: AbortSignal): Promise<Masking> {
  const on = modalitiesOf(prompt);
  const turns = turnPlaces(question, prompt);
  const off = on.length > 1 ? on : [];
  const masked = [
    prompt.parts,
    ...turns.map(({ said }) => without(prompt.parts, said)),
    ...off.map((modality) => partsWithout(m, question, prompt, on, modality)),
  ];
  const embedded: Value[] = [];
  for (const parts of masked) embedded.push(await embedStretches(layOut(parts, m.tokenizer), Q ? { video: Q } : {}, m.language, signal));
  const [whole, ...less] = await likelihoods(m.language, embedded, ids, signal);
  const lost = less.map((l) => whole! - l);
  return {
    logLikelihood: whole!,
    turns: turns.map(({ turn }, i) => ({ turn, lost: lost[i]! })),
    modalities: Object.fromEntries(off.map((modality, i) => [modality, lost[turns.length + i]!])),
  };
}

/** The prompt without a modality, as parts. */
export function partsWithout(m: Fame, q: Question, prompt: Prompted, on: readonly Modality[], off: Modality): readonly Part[] {
  if (off !== 'T') return withoutModality(prompt, off);
  const { parts, receipt } = prompt;
  const videoTokens = parts.reduce((n, p) => n + (p.kind === 'vectors' ? p.count : 0), 0);
  const modalities = on.filter((x) => x !== 'T');
  return explainPrompt(q, {
    tokenizer: m.tokenizer,
    template: receipt.template,
    modalities,
    videoTokens,
    limit: m.language.config.positions,
  }).parts;
}

/**
 * Mean of log p(token) over the tokens of one answer, after each of these embedded prompts [1,T,K]. A few prompts at a time, padded on the left.
 * @throws ModelError FAME_NO_ANSWER, MODEL_CONTEXT, MODEL_TOKEN_ID; StoppedError
 */
export async function likelihoods(
  model: LanguageModel,
  prompts: readonly Value[],
  ids: readonly number[],
  signal?: AbortSignal,
): Promise<number[]> {
  const logs = await tokenLogs(model, prompts, ids, { signal });
  return logs.map((of) => of.reduce((sum, log) => sum + log, 0) / ids.length);
}

/**
 * Log p of each token of one answer after each of these embedded prompts, in nats. `onProgress` hears how many prompts are done.
 * @throws as `likelihoods`
 */
export async function tokenLogs(
  model: LanguageModel,
  prompts: readonly Value[],
  ids: readonly number[],
  { signal, onProgress }: { readonly signal?: AbortSignal | undefined; readonly onProgress?: ((done: number) => void) | undefined } = {},
): Promise<number[][]> {
  if (ids.length === 0)
    throw new ModelError('FAME_NO_ANSWER', 'There is no answer whose evidence could be weighed', {
      expected: 'one token or more',
      got: 'none',
      fix: 'let the model answer first; one that ends at once has said nothing',
    });
  const logs: number[][] = [];
  for (let i = 0; i < prompts.length; i += ROWS) {
    logs.push(...(await sideBySide(model, prompts.slice(i, i + ROWS), ids, signal)));
    onProgress?.(logs.length);
  }
  return logs;
}

async function sideBySide(
  model: LanguageModel,
  prompts: readonly Value[],
  ids: readonly number[],
  signal?: AbortSignal,
): Promise<number[][]> {
  const K = model.config.width;
  const lengths = prompts.map(({ shape }) => shape[1] as number);
  const T = Math.max(...lengths);
  const x = new Float32Array(prompts.length * T * K);
  for (const [b, { data }] of prompts.entries()) x.set(data as Float32Array, (b * T + T - lengths[b]!) * K);
  const asked = signal ? { signal } : {};
  const decoding = model.start(prompts.length);
  try {
    let scores = await decoding.feed(float32([prompts.length, T, K], x), { padding: lengths.map((n) => T - n), ...asked });
    const logs = prompts.map((): number[] => []);
    for (const [i, id] of ids.entries()) {
      for (const [b, logits] of scores.entries()) logs[b]!.push(logProbability(logits, id));
      if (i + 1 < ids.length)
        scores = await decoding.feed(
          await model.embed(
            prompts.map(() => [id]),
            signal,
          ),
          asked,
        );
    }
    return logs;
  } finally {
    await decoding.end();
  }
}

/** Log of the softmax at one place; the largest score is taken off first, so that nothing overflows. */
function logProbability(logits: Float32Array, id: number): number {
  const most = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return logits[id]! - most - Math.log(logits.reduce((sum, v) => sum + Math.exp(v - most), 0));
}
