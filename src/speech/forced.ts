import { heardOf } from './heard.ts';
import { pairWords } from './pairing.ts';
import type { Turn } from './repair.ts';
import type { Segment, Word } from './speech.ts';
import { tokensOf } from './words.ts';

/** A turn with a time for each of its words, and how sure these are. */
export interface Aligned extends Segment {
  /** Share of its words that were heard where they stand; the times of the others are shared out between those. 0: the turn was not found. */
  readonly found: number;
}

/** Seconds for a word that nothing bounds. */
const USUAL = 0.3;

/**
 * Gives an existing text the times at which it is said: forced alignment of the words to those that the engine heard, over the whole conversation
 * (so times of the turns are not needed, and not believed). A word that was heard has the engine's times; words between two such share the time
 * between them by letters. A turn of which nothing was heard keeps its own times, or lies between its neighbours. Text and speakers stay.
 *
 * This is as exact as the engine's own times, from cross-attention or a transducer; there is no acoustic alignment of phones (WhisperX's wav2vec2).
 * @throws FameError SPEECH_LONG.
 */
export function alignTurns(turns: readonly Turn[], words: readonly Word[]): Aligned[] {
  const heard = heardOf(words);
  const written = turns.flatMap(({ text }, turn) =>
    text
      .split(/\s+/)
      .filter(Boolean)
      .map((word) => ({ turn, word, keys: tokensOf(word) })),
  );
  const tokens = written.flatMap(({ keys }, place) => keys.map(({ key }) => ({ key, place })));
  const times = written.map((): { start: number; end: number } | undefined => undefined);
  const pairs = pairWords(
    tokens.map(({ key }) => key),
    heard.map(({ key }) => key),
  );
  for (const { left, right } of pairs) {
    if (left === undefined || right === undefined || tokens[left]!.key !== heard[right]!.key) continue;
    const { place } = tokens[left]!;
    times[place] = { start: times[place]?.start ?? heard[right]!.start, end: heard[right]!.end };
  }
  const known = written.map(({ turn }, i) => ({ turn, time: times[i] }));
  return turns.map((turn, n) => {
    const places = known.flatMap((one, i) => (one.turn === n ? [i] : []));
    const found = places.filter((i) => times[i] !== undefined);
    const [before, after] = bounds(turn, places, found, times);
    const list: Word[] = [];
    for (let i = 0; i < places.length; ) {
      const time = times[places[i]!];
      if (time !== undefined) {
        list.push({ text: written[places[i]!]!.word, ...time, exact: true });
        i++;
        continue;
      }
      let end = i;
      while (end < places.length && times[places[end]!] === undefined) end++;
      const from = list.at(-1)?.end ?? before;
      const to = end < places.length ? times[places[end]!]!.start : after;
      list.push(
        ...shared(
          places.slice(i, end).map((place) => written[place]!.word),
          from,
          Math.max(from, to),
        ),
      );
      i = end;
    }
    return {
      text: turn.text,
      start: list[0]?.start ?? before,
      end: list.at(-1)?.end ?? after,
      ...(turn.speaker === undefined ? {} : { speaker: turn.speaker }),
      words: list,
      found: places.length === 0 ? 0 : found.length / places.length,
    };
  });
}

type Times = readonly ({ readonly start: number; readonly end: number } | undefined)[];

/** Between which times a turn lies: its own words say it, a usual length beyond them; else its own times; else its neighbours. */
function bounds(turn: Turn, places: readonly number[], found: readonly number[], times: Times): [number, number] {
  const [first, last] = [found[0], found.at(-1)];
  const earlier = times.slice(0, places[0] ?? 0).findLast((time) => time !== undefined)?.end ?? 0;
  const later = times.slice((places.at(-1) ?? -1) + 1).find((time) => time !== undefined)?.start;
  if (first !== undefined && last !== undefined) {
    const [start, end] = [times[first]!.start, times[last]!.end];
    const front = places.indexOf(first) * USUAL;
    const back = (places.length - 1 - places.indexOf(last)) * USUAL;
    return [Math.max(Math.min(earlier, start), start - front), Math.min(later ?? Number.POSITIVE_INFINITY, end + back)];
  }
  if (turn.start !== undefined && turn.end !== undefined) return [turn.start, turn.end];
  return [earlier, later ?? earlier + places.length * USUAL];
}

/** A time shared out by letters. */
function shared(words: readonly string[], from: number, to: number): Word[] {
  const all = words.reduce((sum, word) => sum + word.length, 0);
  let before = 0;
  return words.map((text) => {
    const start = from + ((to - from) * before) / all;
    before += text.length;
    return { text, start, end: from + ((to - from) * before) / all, exact: false };
  });
}
