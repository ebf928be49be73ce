import { type Heard, heardOf } from './heard.ts';
import { type Pair, pairWords } from './pairing.ts';
import { editsOf } from './rules.ts';
import type { Word } from './speech.ts';
import { type Token, tokensOf } from './words.ts';

/** A turn of the transcript that is there already. Seconds; both or neither. */
export interface Turn {
  readonly speaker?: string | undefined;
  readonly text: string;
  readonly start?: number | undefined;
  readonly end?: number | undefined;
}

/** What a change is about. */
export type ChangeKind = 'encoding' | 'spacing' | 'punctuation' | 'case' | 'missing';

/** One proposed change. Each stands for itself: it may be accepted or refused whatever becomes of the others. */
export interface Change {
  /** From 1, in the order of the transcript. */
  readonly id: number;
  /** Which turn, from 0. */
  readonly turn: number;
  /** Characters of the turn's text that are replaced: from this one up to (not with) that one; equal where something is put in. */
  readonly from: number;
  readonly to: number;
  readonly before: string;
  readonly after: string;
  readonly kind: ChangeKind;
  readonly reason: string;
  /** 0 to 1, to sort by: how sure the engine is of these words, times the share of the turn's words that it heard alike. No probability. */
  readonly confidence: number;
  /** Seconds: where to listen. */
  readonly start?: number;
}

/** Where both differ and nothing is changed: a person has to listen. */
export interface Doubt {
  /** `otherwise`: other words were heard; `unheard`: written words were not heard; `nobody`: words were heard that belong to no turn. */
  readonly kind: 'otherwise' | 'unheard' | 'nobody';
  readonly turn?: number;
  readonly written?: string;
  readonly heard?: string;
  readonly start?: number;
}

export interface Repair {
  readonly changes: readonly Change[];
  readonly doubts: readonly Doubt[];
}

/** Text as it was meant (`repairText` of the data room), with the number of marks in it that were guessed. */
export type Mend = (text: string) => { readonly text: string; readonly guesses: number };

/** Seconds by which words may begin before their turn or end behind it. */
const MARGIN = 0.15;

/** A written word: which turn and which word of it. */
interface Place {
  readonly turn: number;
  readonly at: number;
}

/**
 * What is to be corrected in a transcript, by what was heard (§3.1 of the paper: texts that lack words, and wrong punctuation). Both are aligned word
 * by word over the whole conversation. Words that are missing inside of a turn, or at its ends within its times, are put back; punctuation, capitals,
 * spaces and wrong character sets are corrected. Speakers, the number of turns and words that were written stay: where other words were heard,
 * or none, that is a doubt, and no change. Throws SPEECH_LONG.
 */
export function repairTurns(turns: readonly Turn[], words: readonly Word[], mend: Mend): Repair {
  const mended = turns.map(({ text }) => mend(text));
  const tokens = mended.map(({ text }) => tokensOf(text));
  const places: Place[] = tokens.flatMap((list, turn) => list.map((_, at) => ({ turn, at })));
  const keys = places.map(({ turn, at }) => tokens[turn]![at]!.key);
  const heard = heardOf(words);
  const pairs = pairWords(
    keys,
    heard.map(({ key }) => key),
  );
  const partners = turns.map((): (Heard | undefined)[] => []);
  for (const { left, right } of pairs) {
    const place = left === undefined ? undefined : places[left]!;
    if (place === undefined) continue;
    const partner = right === undefined ? undefined : heard[right]!;
    partners[place.turn]![place.at] = partner?.key === keys[left!] ? partner : undefined;
  }
  const { missing, doubts } = gaps({ turns, mended, tokens, places, keys, heard, pairs });
  const found = turns.flatMap((turn, i) => {
    const list = tokens[i]!;
    const alike = list.length === 0 ? 0 : partners[i]!.filter(Boolean).length / list.length;
    const edits = editsOf({
      written: turn.text,
      mended: mended[i]!,
      tokens: list,
      partners: partners[i]!,
      missing: missing.get(i) ?? [],
      alike,
    });
    return edits.map((edit) => ({ turn: i, before: turn.text.slice(edit.from, edit.to), ...edit }));
  });
  return { changes: found.map((change, i) => ({ id: i + 1, ...change })), doubts };
}

/** Words that were heard and are not written, in front of the turn's word `at` (or behind its last). */
export interface Missing {
  readonly at: number;
  readonly words: readonly Heard[];
}

interface Sides {
  readonly turns: readonly Turn[];
  readonly mended: readonly { readonly text: string }[];
  readonly tokens: readonly (readonly Token[])[];
  readonly places: readonly Place[];
  readonly keys: readonly string[];
  readonly heard: readonly Heard[];
  readonly pairs: readonly Pair[];
}

/** Goes through the stretches where both sides differ. Only pure additions next to words that were understood are taken for missing words. */
function gaps({ turns, mended, tokens, places, keys, heard, pairs }: Sides): { missing: Map<number, Missing[]>; doubts: Doubt[] } {
  const missing = new Map<number, Missing[]>();
  const doubts: Doubt[] = [];
  const isHit = ({ left, right }: Pair) => left !== undefined && right !== undefined && keys[left] === heard[right]!.key;
  for (let i = 0; i < pairs.length; ) {
    if (isHit(pairs[i]!)) {
      i++;
      continue;
    }
    let end = i;
    while (end < pairs.length && !isHit(pairs[end]!)) end++;
    const stretch = pairs.slice(i, end);
    const said = stretch.flatMap(({ right }) => (right === undefined ? [] : [heard[right]!]));
    const written = stretch.flatMap(({ left }) => (left === undefined ? [] : [places[left]!]));
    if (written.length > 0) doubts.push(...differences(written, said, mended, tokens));
    else {
      const before = i === 0 ? undefined : places[pairs[i - 1]!.left!];
      const after = end === pairs.length ? undefined : places[pairs[end]!.left!];
      for (const { place, words } of homes(said, before, after, turns)) {
        if (place === undefined) doubts.push({ kind: 'nobody', heard: textOf(words), start: words[0]!.start });
        else missing.set(place.turn, [...(missing.get(place.turn) ?? []), { at: place.at, words }]);
      }
    }
    i = end;
  }
  return { missing, doubts };
}

/** One doubt for each turn that the stretch of written words touches; what was heard goes to the first one. */
function differences(written: readonly Place[], said: readonly Heard[], mended: Sides['mended'], tokens: Sides['tokens']): Doubt[] {
  return [...new Set(written.map(({ turn }) => turn))].map((turn, n) => {
    const here = written.filter((place) => place.turn === turn).map(({ at }) => tokens[turn]![at]!);
    const text = mended[turn]!.text.slice(here[0]!.from, here.at(-1)!.to);
    return n === 0 && said.length > 0
      ? { kind: 'otherwise', turn, written: text, heard: textOf(said), start: said[0]!.start }
      : { kind: 'unheard', turn, written: text };
  });
}

/** Which turn each of the added words belongs to. Between two turns their times decide; words outside of both are nobody's. */
function homes(
  said: readonly Heard[],
  before: Place | undefined,
  after: Place | undefined,
  turns: readonly Turn[],
): { place: Place | undefined; words: Heard[] }[] {
  if (before !== undefined && before.turn === after?.turn) return [{ place: after, words: [...said] }];
  const behind = before && { turn: before.turn, at: before.at + 1 };
  const parts: { place: Place | undefined; words: Heard[] }[] = [];
  for (const word of said) {
    const place = [behind, after].find((one) => one !== undefined && isInside(word, turns[one.turn]!));
    const last = parts.at(-1);
    if (last !== undefined && last.place === place) last.words.push(word);
    else parts.push({ place, words: [word] });
  }
  return parts;
}

const isInside = ({ start, end }: Heard, turn: Turn): boolean =>
  turn.start !== undefined && turn.end !== undefined && start >= turn.start - MARGIN && end <= turn.end + MARGIN;

const textOf = (words: readonly Heard[]): string => words.map(({ text, mark }) => text + mark).join(' ');
