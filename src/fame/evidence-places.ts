/** Where turns and faces stand in a prompt: in its letters, to take words out of it, and in its rows, to say which of them counted. */

import type { Tokenizer } from '../text/index.ts';
import { layOut, type Part, type Stretch } from './parts.ts';
import { instructionFor, MODALITIES, type Modality, type Prompted, type Question } from './prompt.ts';
import { TEMPLATES } from './template.ts';
import { disarmed, quotedTurn } from './turns.ts';

/** A stretch of letters in one part of a prompt. */
export interface Place {
  readonly part: number;
  readonly from: number;
  readonly to: number;
}

/** A turn that the prompt shows, counted from 1 as there: its whole line, and in it what was said, without number and name. */
export interface TurnPlace {
  readonly turn: number;
  readonly line: Place;
  readonly said: Place;
}

/** A face that the prompt tells of, counted from 1 as there. */
export interface FacePlace {
  readonly face: number;
  readonly line: Place;
}

/** Rows of the laid-out prompt, `to` not included. */
export interface Rows {
  readonly from: number;
  readonly to: number;
}

/** The modalities that a prompt's receipt names. */
export const modalitiesOf = ({ receipt }: Pick<Prompted, 'receipt'>): Modality[] =>
  MODALITIES.filter((m) => receipt.modalities.split('+').includes(m));

/** The turns that a prompt of this question shows, in their order; none without T. */
export function turnPlaces(q: Question, { parts, receipt }: Prompted): TurnPlace[] {
  if (!modalitiesOf({ receipt }).includes('T')) return [];
  const { roles } = TEMPLATES[receipt.template];
  const part = questionAt(parts);
  const text = textOf(parts[part]);
  let at = 0; // turns stand in their order, so a line that somebody quotes is never taken for an earlier one
  return q.turns.slice(receipt.droppedTurns, q.target + 1).map((turn, i) => {
    const number = receipt.droppedTurns + i + 1;
    const { line } = disarmed(quotedTurn(turn, number), roles);
    const { line: head } = disarmed(quotedTurn({ ...turn, text: '' }, number), roles);
    const from = text.indexOf(`\n${line}\n`, at) + 1;
    at = from + line.length;
    return { turn: number, line: { part, from, to: at }, said: { part, from: from + head.length, to: at } };
  });
}

/** The faces that a prompt tells of; none without E. That part of a prompt is wholly ours: nobody's words are in it. */
export function facePlaces({ parts, receipt }: Prompted): FacePlace[] {
  if (!modalitiesOf({ receipt }).includes('E')) return [];
  const part = parts.length - 2;
  return [...textOf(parts[part]).matchAll(/^Face (\d+)\b.*$/gm)].map(({ 0: line, 1: face, index }) => ({
    face: Number(face),
    line: { part, from: index, to: index + line.length },
  }));
}

/** The parts without the letters of one place. */
export const without = (parts: readonly Part[], { part, from, to }: Place): Part[] =>
  parts.map((p, i) => (i === part && p.kind === 'words' ? { ...p, text: p.text.slice(0, from) + p.text.slice(to) } : p));

/** The parts as a prompt without the video, or without the faces, would have them: what is dropped of a long dialogue stays the same. */
export function withoutModality({ parts, receipt }: Prompted, off: 'V' | 'E'): Part[] {
  const part = questionAt(parts);
  const on = modalitiesOf({ receipt });
  const all = receipt.instruction;
  const fewer = all === '' ? '' : instructionFor(on.filter((m) => m !== off)); // some templates have none
  const faces = on.includes('E') ? parts.length - 2 : -1;
  const last = parts.length - 1;
  return parts.flatMap((p, i) => {
    if (i === part && p.kind === 'words') return [{ ...p, text: fewer + p.text.slice(all.length) }];
    const isVideo = i > part && i < last && i !== faces;
    return (off === 'V' && isVideo) || (off === 'E' && i === faces) ? [] : [p];
  });
}

/**
 * The rows of a place. A row belongs to it where the text up to its end has it and the text up to its beginning has not; at an edge that a token crosses,
 * the token goes to what begins in it.
 */
export function rowsOf(parts: readonly Part[], stretches: readonly Stretch[], place: Place, tokenizer: Tokenizer): Rows {
  const whole = rowIds(stretches);
  const upTo = (letter: number): number => {
    const cut = parts
      .slice(0, place.part + 1)
      .map((p, i) => (i === place.part && p.kind === 'words' ? { ...p, text: p.text.slice(0, letter) } : p));
    const head = rowIds(layOut(cut, tokenizer));
    const differs = head.findIndex((id, i) => id !== whole[i]);
    return differs < 0 ? head.length : differs;
  };
  return { from: upTo(place.from), to: upTo(place.to) };
}

/** One number a row: the id, or −1 in a slot. */
const rowIds = (stretches: readonly Stretch[]): number[] =>
  stretches.flatMap((s) => (s.kind === 'ids' ? [...s.ids] : Array<number>(s.count).fill(-1)));

/** The part with our instruction and the query; before it stands the template's beginning. */
const questionAt = (parts: readonly Part[]): number => parts.findIndex((p) => p.kind === 'words' && !p.control);

const textOf = (part: Part | undefined): string => (part?.kind === 'words' ? part.text : '');
