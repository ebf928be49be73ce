/**
 * What each sentence of an explanation rests on: how much less likely its own tokens are where a turn, a picture, a face or a modality is taken out of the
 * prompt. Leave-one-out as in `masking`, told apart by sentence; it runs the decoder alone, so packed models do. It says what moves the model for these
 * words, not whether they are true, and nothing about the person.
 */
import { float32, type Value } from '../graph/index.ts';
import type { Tokenizer } from '../text/index.ts';
import { promptOf } from './evidence.ts';
import { facePlaces, modalitiesOf, turnPlaces, without, withoutModality } from './evidence-places.ts';
import type { Explanation, Seen } from './explain.ts';
import { facesInWords } from './expressions.ts';
import type { Fame } from './fame.ts';
import { partsWithout, tokenLogs } from './masking.ts';
import { embedStretches, layOut } from './parts.ts';
import type { Modality, Question } from './prompt.ts';

/** A sentence: its letters in the text, and its tokens; ends not included. */
export interface Sentence {
  readonly text: string;
  readonly letters: readonly [from: number, to: number];
  readonly tokens: readonly [from: number, to: number];
}

/** How much something counted for a sentence: mean log-likelihood per token (nats) less that without it; below 0 where the words would be likelier without. */
export type SentencePart<K> = K & { readonly lost: number };

/** A sentence with all that it was weighed against. */
export interface SentenceEvidence {
  readonly text: string;
  readonly letters: readonly [from: number, to: number];
  /** Turns as the prompt counts them, from 1. */
  readonly turns: readonly SentencePart<{ readonly turn: number }>[];
  /** Pictures, each by its own row; what all pictures say together is in `modalities.V`. Seconds. */
  readonly frames: readonly SentencePart<{ readonly t: number }>[];
  /** Faces as the prompt counts them, from 1, with the ids of their tracks in the report. */
  readonly faces: readonly SentencePart<{ readonly face: number; readonly track: number }>[];
  /** Of those that were on, where there were others. */
  readonly modalities: Readonly<Partial<Record<Modality, number>>>;
}

/** Where a sentence ends: a mark with what closes quotes or brackets, then a space. Abbreviations with a point before a small letter do not end one. */
const END = /[.!?…]+["'”’)\]]*\s+(?=["'“‘([]?[^\p{Ll}\s])/gu;

/** The sentences of a text, and which tokens each is made of. A token belongs to the sentence in which it begins. */
export function sentencesOf(text: string, ids: readonly number[], tokenizer: Pick<Tokenizer, 'decode' | 'size'>): Sentence[] {
  const ends = [...text.matchAll(END)].map(({ index, 0: mark }) => index + mark.length);
  const bounds = [0, ...ends, text.length].filter((at, i, all) => i === 0 || at > all[i - 1]!);
  const known = ids.filter((id) => id < tokenizer.size);
  const whole = tokenizer.decode(known);
  const lead = whole.length - whole.trimStart().length; // the template's space before the answer is no part of it
  const begins = ids.map((_, i) => tokenizer.decode(ids.slice(0, i).filter((id) => id < tokenizer.size)).length - lead);
  const tokenAt = (letter: number) => {
    const at = begins.findIndex((begin) => begin >= letter);
    return at < 0 ? ids.length : at;
  };
  return bounds.slice(0, -1).map((from, i) => {
    const to = bounds[i + 1]!;
    const tokens = [i === 0 ? 0 : tokenAt(from), i === bounds.length - 2 ? ids.length : tokenAt(to)] as const;
    return { text: text.slice(from, to).trimEnd(), letters: [from, to] as const, tokens };
  });
}

interface SentenceOptions {
  readonly seen?: Seen | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Hears how many prompts have passed through the decoder, and how many there are. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * Weighs each sentence of an answer. Masked turns keep their number and name and lose their words, as in `masking`; of a face its line goes, of a picture the
 * row of Q_v that is its own. → none where nothing was answered. @throws StoppedError; codes of the decoder
 */
export async function weighedSentences(
  m: Fame,
  q: Question,
  e: Explanation,
  { seen, signal, onProgress }: SentenceOptions = {},
): Promise<SentenceEvidence[]> {
  if (e.ids.length === 0) return [];
  const prompt = promptOf(m, q, e, seen);
  const on = modalitiesOf(prompt);
  const turns = turnPlaces(q, prompt);
  const faces = facePlaces(prompt);
  const tracks = on.includes('E') ? facesInWords(q.faces!, q.turns, q.target, on.includes('T')).tracks : [];
  const times = e.receipt.frames;
  const off = on.length > 1 ? on : [];
  const Q = seen?.Q;
  const rows = (parts: typeof prompt.parts, video = Q) =>
    embedStretches(layOut(parts, m.tokenizer), video ? { video } : {}, m.language, signal);
  const masked = [
    () => rows(prompt.parts),
    ...turns.map(
      ({ said }) =>
        () =>
          rows(without(prompt.parts, said)),
    ),
    ...faces.map(
      ({ line }) =>
        () =>
          rows(without(prompt.parts, line)),
    ),
    ...times.map((_, k) => () => rows(prompt.parts, Q && withoutRow(Q, k))),
    ...off.map((modality) => () => rows(modality === 'T' ? partsWithout(m, q, prompt, on, modality) : withoutModality(prompt, modality))),
  ];
  const embedded: Value[] = [];
  for (const make of masked) embedded.push(await make());
  const [whole, ...less] = await tokenLogs(m.language, embedded, e.ids, {
    signal,
    onProgress: (done) => onProgress?.(done, masked.length),
  });
  return sentencesOf(e.text, e.ids, m.tokenizer).map(({ text, letters, tokens: [from, to] }) => {
    const mean = (logs: readonly number[]) => (to > from ? logs.slice(from, to).reduce((sum, log) => sum + log, 0) / (to - from) : 0);
    const lost = less.map((logs) => mean(whole!) - mean(logs));
    const [T, F] = [turns.length, turns.length + faces.length];
    return {
      text,
      letters,
      turns: turns.map(({ turn }, i) => ({ turn, lost: lost[i]! })),
      faces: faces.map(({ face }, i) => ({ face, track: tracks[face - 1]!, lost: lost[T + i]! })),
      frames: times.map((t, i) => ({ t, lost: lost[F + i]! })),
      modalities: Object.fromEntries(off.map((modality, i) => [modality, lost[F + times.length + i]!])),
    };
  });
}

/** Q_v [1,T+N,K] with zeros where the row of one picture was. */
function withoutRow({ data, shape }: Value, k: number): Value {
  const K = shape[2] as number;
  const less = Float32Array.from(data as Float32Array);
  less.fill(0, k * K, (k + 1) * K);
  return float32(shape as [number, number, number], less);
}
