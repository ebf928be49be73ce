/** What an explanation rests on: what was given, and, where it is asked for, how much each of it counted. Evidence about the model, never about a person. */
import { type Attribution, attribution, type Gradient } from './attribution.ts';
import { facePlaces, modalitiesOf, turnPlaces } from './evidence-places.ts';
import type { Explanation, Seen } from './explain.ts';
import type { Fame } from './fame.ts';
import { type Masking, masking } from './masking.ts';
import { explainPrompt, type Modality, type Prompted, type Question } from './prompt.ts';

/** How much something counted. */
export interface Weight {
  /** Mean log-likelihood per token of the answer (nats) less that without it; below 0 where the answer would be likelier without. See `masking`. */
  readonly lost?: number;
  /** Share of gradient × input, 0–1. See `attribution`. */
  readonly share?: number;
}

/** All that reached the prompt. */
export interface Evidence {
  /** Turns as the prompt counts them, from 1; those that were dropped for length are not among them. */
  readonly turns: readonly (Weight & { readonly turn: number; readonly speaker?: string; readonly text: string })[];
  /** Pictures; seconds. */
  readonly frames: readonly (Pick<Weight, 'share'> & { readonly t: number })[];
  /** Faces as the prompt counts them, from 1, and what it says of them. */
  readonly faces: readonly (Pick<Weight, 'share'> & { readonly face: number; readonly text: string })[];
  /** Those that were on. A share is that of all turns, of pictures and spatial rows, or of all faces. */
  readonly modalities: Readonly<Partial<Record<Modality, Weight>>>;
  /** Where it was weighed. `spatial` and `rest` are the shares that no turn, picture or face has. */
  readonly answer?: { readonly tokens: number; readonly logLikelihood: number; readonly spatial?: number; readonly rest?: number };
}

/** The prompt behind an explanation, laid out again. */
export function promptOf(m: Fame, q: Question, e: Explanation, seen?: Seen): Prompted {
  const modalities = modalitiesOf({ receipt: e.receipt.prompt });
  const limit = m.language.config.positions - e.receipt.settings.maxNew!;
  const videoTokens = seen ? (seen.Q.shape[1] as number) : 0;
  return explainPrompt(q, { tokenizer: m.tokenizer, template: m.template, modalities, videoTokens, limit });
}

/** What was given, without weights: costs nothing. */
export function given(q: Question, prompt: Prompted, times: readonly number[]): Evidence {
  return {
    turns: turnPlaces(q, prompt).map(({ turn }) => {
      const { speaker, text } = q.turns[turn - 1]!;
      return { turn, ...(speaker === undefined ? {} : { speaker }), text };
    }),
    frames: times.map((t) => ({ t })),
    faces: facePlaces(prompt).map(({ face, line: { part, from, to } }) => {
      const p = prompt.parts[part];
      return { face, text: p?.kind === 'words' ? p.text.slice(from, to) : '' };
    }),
    modalities: Object.fromEntries(modalitiesOf(prompt).map((m) => [m, {}])),
  };
}

/**
 * The same with weights: one pass of the decoder for each turn and modality, and, where a gradient is given, one pass forth and back.
 * @throws ModelError FAME_NO_ANSWER where nothing was answered; StoppedError
 */
export async function weighed(
  m: Fame,
  q: Question,
  e: Explanation,
  {
    seen,
    gradient,
    signal,
  }: { readonly seen?: Seen | undefined; readonly gradient?: Gradient | undefined; readonly signal?: AbortSignal } = {},
): Promise<Evidence> {
  const prompt = promptOf(m, q, e, seen);
  const answered = { question: q, prompt, Q: seen?.Q, ids: e.ids };
  const lost = await masking(m, answered, signal);
  const shares = gradient && (await attribution(m, gradient, answered, e.receipt.frames.length, signal));
  return together(given(q, prompt, e.receipt.frames), lost, shares, e.ids.length);
}

function together(plain: Evidence, lost: Masking, shares: Attribution | undefined, tokens: number): Evidence {
  const sum = (list: readonly { readonly share: number }[]) => list.reduce((total, { share }) => total + share, 0);
  const whole = shares && {
    V: shares.frames.reduce((a, b) => a + b, shares.spatial),
    T: sum(shares.turns),
    E: sum(shares.faces),
  };
  const shareOf = (share: number | undefined) => (share === undefined ? {} : { share });
  return {
    turns: plain.turns.map((t, i) => ({ ...t, lost: lost.turns[i]!.lost, ...shareOf(shares?.turns[i]?.share) })),
    frames: plain.frames.map((f, i) => ({ ...f, ...shareOf(shares?.frames[i]) })),
    faces: plain.faces.map((f, i) => ({ ...f, ...shareOf(shares?.faces[i]?.share) })),
    modalities: Object.fromEntries(
      (Object.keys(plain.modalities) as Modality[]).map((m) => {
        const without = lost.modalities[m];
        return [m, { ...(without === undefined ? {} : { lost: without }), ...shareOf(whole?.[m]) }];
      }),
    ),
    answer: { tokens, logLikelihood: lost.logLikelihood, ...(shares ? { spatial: shares.spatial, rest: shares.rest } : {}) },
  };
}
