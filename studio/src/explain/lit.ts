/** What a sentence rests on, as it is lit on the page. */
import type { FacesReport } from '../../../src/faces/report.ts';
import type { Modality } from '../../../src/fame/prompt.ts';
import type { SentenceEvidence } from '../../../src/fame/sentences.ts';
import type { Answer } from '../../../src/server/explainer.ts';
import { trackAt } from './faces.ts';

/** Below this change of the mean log-likelihood (nats), a part is said to make hardly any difference: 2 %, as on the command line. */
export const SLIGHT = 0.02;

/** Something that a sentence rests on, with how much: 0 to 1, where 1 is what counted most. */
export type Rest =
  | { readonly is: 'turn'; readonly turn: number; readonly strength: number; readonly lost: number }
  | { readonly is: 'frame'; readonly t: number; readonly strength: number; readonly lost: number }
  | { readonly is: 'face'; readonly face: number; readonly track: number | undefined; readonly strength: number; readonly lost: number }
  | { readonly is: 'modality'; readonly modality: Modality; readonly strength: number; readonly lost: number };

/** All of it, what counted most first. */
export interface Lit {
  readonly rests: readonly Rest[];
  /** Strengths by turn (from 1), time of a picture, and track of the film. */
  readonly turns: ReadonlyMap<number, number>;
  readonly frames: ReadonlyMap<number, number>;
  readonly tracks: ReadonlyMap<number, number>;
}

export const DARK: Lit = { rests: [], turns: new Map(), frames: new Map(), tracks: new Map() };

/** What is lit for a sentence: whatever makes it at least 2 % less likely where it is left out. */
export function litBy(
  { turns, frames, faces, modalities }: SentenceEvidence,
  answer: Pick<Answer, 'faces'>,
  film: FacesReport | undefined,
): Lit {
  const tracks = new Map(answer.faces.map(({ face, at }) => [face, film && trackAt(film, at)]));
  const all = [
    ...turns.map(({ turn, lost }) => ({ is: 'turn' as const, turn, lost })),
    ...frames.map(({ t, lost }) => ({ is: 'frame' as const, t, lost })),
    ...faces.map(({ face, lost }) => ({ is: 'face' as const, face, track: tracks.get(face), lost })),
    ...(Object.entries(modalities) as [Modality, number][]).map(([modality, lost]) => ({ is: 'modality' as const, modality, lost })),
  ].filter(({ lost }) => lost >= SLIGHT);
  const most = Math.max(...all.map(({ lost }) => lost));
  const rests = all.map((one) => ({ ...one, strength: one.lost / most })).toSorted((a, b) => b.lost - a.lost) as Rest[];
  return {
    rests,
    turns: new Map(rests.flatMap((one) => (one.is === 'turn' ? [[one.turn, one.strength]] : []))),
    frames: new Map(rests.flatMap((one) => (one.is === 'frame' ? [[one.t, one.strength]] : []))),
    tracks: new Map(rests.flatMap((one) => (one.is === 'face' && one.track !== undefined ? [[one.track, one.strength]] : []))),
  };
}

/** A change of the mean log-likelihood in words. */
export function changeText(lost: number): string {
  const ratio = Math.exp(Math.abs(lost));
  const times = ratio > 1000 ? 'more than 1000' : ratio < 10 ? ratio.toFixed(2) : ratio.toFixed(0);
  return `${times} times less likely without`;
}
