import { ENDS, type Heard, markOf } from './heard.ts';
import type { Change, Missing } from './repair.ts';
import type { Token } from './words.ts';

/** A change of one turn's text. */
export type Edit = Pick<Change, 'from' | 'to' | 'after' | 'kind' | 'reason' | 'confidence' | 'start'>;

/** One turn and what was heard in it. */
export interface Facts {
  /** As the transcript has it. */
  readonly written: string;
  /** The same in the right character set; all places below are places in it. */
  readonly mended: { readonly text: string; readonly guesses: number };
  readonly tokens: readonly Token[];
  /** For each token what was heard in its place, if it was the same word. */
  readonly partners: readonly (Heard | undefined)[];
  readonly missing: readonly Missing[];
  /** Share of the tokens with a partner. */
  readonly alike: number;
}

/** All changes of one turn, as places in what is written, in order. */
export function editsOf(facts: Facts): Edit[] {
  const edits = [...spacing(facts), ...capitals(facts), ...marks(facts), ...additions(facts)];
  return inWritten(
    facts,
    edits.sort((a, b) => a.from - b.from || a.to - b.to),
  );
}

const SPACE_BEFORE = /(\s+)(?=[,;:?!]+(?:\s|$)|\.(?:\s|$))/g;
const NO_SPACE = /(?<=\p{L}[,;?!])(?=\p{L})/gu;

/** `Wait , no` and `Wait,no`: nothing needs to be heard for that. */
function spacing({ mended: { text } }: Facts): Edit[] {
  const fact = { kind: 'spacing', confidence: 1 } as const;
  return [
    ...[...text.matchAll(SPACE_BEFORE)].map(({ 0: space, index }) => ({
      ...fact,
      from: index,
      to: index + space.length,
      after: '',
      reason: 'no space stands before a mark',
    })),
    ...[...text.matchAll(NO_SPACE)].map(({ index }) => ({
      ...fact,
      from: index,
      to: index,
      after: ' ',
      reason: 'a space stands behind a mark',
    })),
  ];
}

/** What stands between a token and the next one, or the end. */
const gapBehind = ({ mended: { text }, tokens }: Facts, at: number): string =>
  text.slice(tokens[at]!.to, tokens[at + 1]?.from ?? text.length);

function capitals(facts: Facts): Edit[] {
  const { mended, tokens, partners, alike } = facts;
  const shouted = tokens.length > 1 && /\p{Lu}.*\p{Lu}/su.test(mended.text) && !/\p{Ll}/u.test(mended.text);
  return tokens.flatMap((token, at) => {
    const heard = partners[at];
    if (heard === undefined) return [];
    const word = mended.text.slice(token.from, token.to);
    const begins = at === 0 || ENDS.test(markOf(gapBehind(facts, at - 1)));
    const named = !heard.opens && /^\p{Lu}/u.test(heard.text);
    const small = word.toLowerCase();
    const after = shouted ? (begins || named ? upper(small) : small) : begins || named ? upper(word) : word;
    if (after === word || (begins && !shouted && !/^\p{Lu}/u.test(heard.text))) return [];
    const reason = shouted ? 'the turn is in capitals only' : begins ? 'a sentence begins here' : 'heard as a name';
    return [
      { from: token.from, to: token.to, after, kind: 'case' as const, reason, confidence: heard.confidence * alike, start: heard.start },
    ];
  });
}

const upper = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** Marks that are heard as a pause or a tone. A comma may be missing or stand for the end of a sentence; of the others only question or not can be heard. */
function marks(facts: Facts): Edit[] {
  const { mended, tokens, partners, missing, alike } = facts;
  return tokens.flatMap((token, at) => {
    const heard = partners[at];
    const gap = gapBehind(facts, at);
    const written = markOf(gap);
    // words that are put in here bring the mark along
    if (heard === undefined || heard.mark === '' || missing.some((one) => one.at === at + 1)) return [];
    const last = at === tokens.length - 1;
    const next = mended.text.slice(tokens[at + 1]?.from ?? token.to);
    const ends = ENDS.test(heard.mark);
    if (ends && !last && !/^\p{Lu}/u.test(next)) return []; // the next word would have to change with it
    const fact = { kind: 'punctuation' as const, confidence: heard.confidence * alike, start: heard.start };
    if (written === '' && /\p{Pd}/u.test(gap)) return []; // a dash is a mark, too
    if (written === '')
      return [{ ...fact, from: token.to, to: token.to, after: heard.mark, reason: last ? 'no mark at the end' : 'a pause is heard here' }];
    const from = token.to + gap.search(/[.,;:?!…]/);
    const to = from + 1;
    if (written.length > 1) return [];
    if (written === ',' && ends) return [{ ...fact, from, to, after: heard.mark, reason: 'a sentence ends here' }];
    if (written === '.' && heard.mark === '?') return [{ ...fact, from, to, after: '?', reason: 'heard as a question' }];
    if (written === '?' && heard.mark === '.') return [{ ...fact, from, to, after: '.', reason: 'not heard as a question' }];
    return [];
  });
}

function additions(facts: Facts): Edit[] {
  const { mended, tokens, partners, missing, alike } = facts;
  return missing.map(({ at, words }) => {
    const [before, next] = [tokens[at - 1], tokens[at]];
    const pause = before === undefined ? '' : (partners[at - 1]?.mark ?? '');
    // behind the word before them where the sentence goes on there, else in front of the next one
    const behind = before !== undefined && (next === undefined || !ENDS.test(pause));
    const gap = before === undefined ? '' : markOf(gapBehind(facts, at - 1));
    const text = words.map((word) => word.text + word.mark).join(' ');
    const place = behind ? before.to : (next?.from ?? mended.text.length);
    const after = behind
      ? `${gap === '' || next === undefined ? pause.replace(/[.?!…]/g, ',') : ''} ${gap === '' ? text : text.replace(/[.,;:?!…]+$/, '')}`
      : `${text} `;
    return {
      from: place,
      to: place,
      after,
      kind: 'missing' as const,
      reason: `heard between ${quoted(facts, at - 1)} and ${quoted(facts, at)}`,
      confidence: (words.reduce((sum, { confidence }) => sum + confidence, 0) / words.length) * alike,
      start: words[0]!.start,
    };
  });
}

const quoted = ({ mended, tokens }: Facts, at: number): string => {
  const token = tokens[at];
  return token === undefined ? (at < 0 ? 'the beginning of the turn' : 'its end') : `"${mended.text.slice(token.from, token.to)}"`;
};

/** A piece between spaces, and where it stands in either text. */
interface Piece {
  readonly text: string;
  readonly from: number;
}

const piecesOf = (text: string): Piece[] => [...text.matchAll(/\S+/g)].map(({ 0: piece, index }) => ({ text: piece, from: index }));

/**
 * Moves edits from the mended text to what is written. In a piece whose characters were mended there is one change with all that is to be done
 * there, since its letters have no places of their own; where even the spaces were mended, that is one change of the whole turn, and the only one.
 */
function inWritten({ written, mended }: Facts, edits: readonly Edit[]): Edit[] {
  if (mended.text === written) return [...edits];
  const [olds, news] = [piecesOf(written), piecesOf(mended.text)];
  const damage = { kind: 'encoding', confidence: mended.guesses === 0 ? 1 : 0.5, reason: 'read in the wrong character set' } as const;
  if (olds.length !== news.length) return [{ ...damage, from: 0, to: written.length, after: mended.text }];
  const out: Edit[] = [];
  let rest = [...edits];
  for (const [i, piece] of news.entries()) {
    const [end, old] = [piece.from + piece.text.length, olds[i]!];
    const here = rest.filter(({ to }) => to <= end);
    rest = rest.filter(({ to }) => to > end);
    if (old.text === piece.text) {
      out.push(...here.map((edit) => ({ ...edit, from: edit.from - piece.from + old.from, to: edit.to - piece.from + old.from })));
      continue;
    }
    const outside = here.filter(({ from }) => from < piece.from);
    const inside = here.filter(({ from }) => from >= piece.from);
    out.push(...outside.map((edit) => ({ ...edit, from: edit.from - piece.from + old.from, to: edit.to - piece.from + old.from })));
    let after = piece.text;
    for (const edit of [...inside].reverse())
      after = after.slice(0, edit.from - piece.from) + edit.after + after.slice(edit.to - piece.from);
    const reasons = [damage.reason, ...inside.map(({ reason }) => reason)].join('; ');
    const confidence = Math.min(damage.confidence, ...inside.map((edit) => edit.confidence));
    out.push({ ...damage, from: old.from, to: old.from + old.text.length, after, reason: reasons, confidence });
  }
  return out;
}
