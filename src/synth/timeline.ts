import { type Speech, speak } from './sound.ts';
import type { Story, Turn } from './world.ts';

/** A turn with its times, in seconds of the film. Turns follow each other without gaps; a mouth moves from `speaks` on. */
export interface TimedTurn extends Turn {
  readonly start: number;
  readonly end: number;
  readonly speaks: number;
  readonly speech: Speech;
}

export interface Timeline {
  readonly turns: readonly TimedTurn[];
  /** When something happens, or would: at the beginning of the last turn, before anybody speaks. */
  readonly onset: number;
  readonly seconds: number;
}

/** Seconds of quiet before and after what is said. */
const USUAL = { before: 0.3, after: 0.4 } as const;
/** In the last turn there is time to see what happens, and the face, whatever kind of story it is. */
const LAST = { before: 1.4, after: 1 } as const;
/** Utterances have 2 to 12 seconds, a whole number of quarters. */
const [SHORTEST, QUARTER] = [2, 0.25];

/** When everything of a story happens. */
export function timelineOf({ turns }: Pick<Story, 'turns'>): Timeline {
  const timed: TimedTurn[] = [];
  for (const [i, turn] of turns.entries()) {
    const { before, after } = i === turns.length - 1 ? LAST : USUAL;
    const speech = speak(turn.text);
    const start = timed.at(-1)?.end ?? 0;
    const length = Math.max(SHORTEST, Math.ceil((before + speech.seconds + after) / QUARTER) * QUARTER);
    timed.push({ ...turn, start, end: start + length, speaks: start + before, speech });
  }
  const last = timed.at(-1)!;
  return { turns: timed, onset: last.start + 0.2, seconds: last.end };
}

/** Who speaks at a moment, and how far that mouth is open. */
export function speakingAt({ turns }: Timeline, t: number): { readonly by: Turn['by']; readonly opening: number } | undefined {
  const turn = turns.find(({ start, end }) => t >= start && t < end);
  return turn && { by: turn.by, opening: turn.speech.opening(t - turn.speaks) };
}
