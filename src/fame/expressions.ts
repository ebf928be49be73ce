/**
 * E_cls of equation (10) in words: for each face, which expression viewers would read in it, and when. Only raw readings of frames up to the target's
 * end are used. Smoothed readings, peaks and names know what comes later; so does the answer to who speaks, unless the video ends with the target.
 */
import { EMOTIONS, type Emotion } from '../base/emotion.ts';
import type { FacesReport, TrackReport } from '../faces/index.ts';
import { TIMELINE_DEFAULTS, verdict } from '../faces/timeline.ts';
import type { Turn } from './turns.ts';

/** Faces, and stretches of time of each, that a prompt names at most: with more, they would push the dialogue out of a context of 2048 tokens. */
const MOST_FACES = 4;
const MOST_STRETCHES = 6;
/** Seconds that a video may be longer than its last utterance and still end with it. */
const SLACK = 0.25;

export interface FacesInWords {
  readonly text: string;
  readonly faces: number;
  /** Ids of the tracks that are named, in the order of their numbers. */
  readonly tracks: readonly number[];
  /** Faces that were seen too briefly to be among them. */
  readonly leftOut: number;
  /** Whether it says who speaks. */
  readonly speakers: boolean;
}

interface Expression {
  readonly emotion: Emotion | 'unclear';
  readonly from: number;
  readonly to: number;
  readonly frames: number;
}

/** The faces that were seen up to the end of turn `target` (an index). `numbered`: the prompt shows the turns by number. */
export function facesInWords(report: FacesReport, turns: readonly Turn[], target: number, numbered = true): FacesInWords {
  const end = turns[target]?.end ?? Number.POSITIVE_INFINITY;
  const tracks = report.tracks
    .map((track) => ({ id: track.id, expressions: expressionsOf(track, end), seen: track.frames.filter(({ t }) => t < end).length }))
    .filter(({ seen }) => seen > 0);
  const shown = tracks
    .toSorted((a, b) => b.seen - a.seen || a.id - b.id)
    .slice(0, MOST_FACES)
    .toSorted((a, b) => a.expressions[0]!.from - b.expressions[0]!.from || a.id - b.id);
  const speaking = report.video.duration <= end + SLACK ? spokenBy(report, turns, target) : new Map<number, number[]>();
  const lines = shown.map(({ id, expressions }, i) => {
    const spoke = speechOf(speaking.get(id) ?? [], target, numbered);
    const course = expressions.map((e) => `${e.emotion} ${e.from.toFixed(1)} to ${e.to.toFixed(1)} s`).join(', ');
    return `Face ${i + 1}${spoke === '' ? '' : ` (${spoke})`}: ${course}.`;
  });
  return {
    text: lines.length === 0 ? 'No face was found in the video.' : ['Faces in the video, as viewers would read them:', ...lines].join('\n'),
    faces: shown.length,
    tracks: shown.map(({ id }) => id),
    leftOut: tracks.length - shown.length,
    speakers: shown.some(({ id }) => speechOf(speaking.get(id) ?? [], target, numbered) !== ''),
  };
}

/** What dominates from when to when. A single frame between others is a flicker; it counts where there is nothing else. */
function expressionsOf({ frames }: TrackReport, end: number): Expression[] {
  const all: Expression[] = [];
  for (const { t, emotions } of frames) {
    if (t >= end) break;
    add(all, { emotion: verdict(Float32Array.from(EMOTIONS, (name) => emotions[name])).dominant, from: t, to: t, frames: 1 });
  }
  const steady: Expression[] = [];
  for (const e of all) if (e.frames > 1) add(steady, e);
  const kept = steady.length > 0 ? steady : all;
  const telling = ({ emotion }: Expression) => (emotion === 'neutral' || emotion === 'unclear' ? 0 : 1);
  return kept
    .toSorted((a, b) => telling(b) - telling(a) || b.to - b.from - (a.to - a.from) || a.from - b.from)
    .slice(0, MOST_STRETCHES)
    .toSorted((a, b) => a.from - b.from);
}

/** Puts an expression behind the others, or lengthens the last where it is the same and the face was in view between them. */
function add(list: Expression[], next: Expression): void {
  const last = list.at(-1);
  if (last?.emotion === next.emotion && next.from - last.to <= TIMELINE_DEFAULTS.gap)
    list[list.length - 1] = { ...last, to: next.to, frames: last.frames + next.frames };
  else list.push(next);
}

/** Turns up to the target by the track whose mouth spoke them. */
function spokenBy({ utterances = [] }: FacesReport, turns: readonly Turn[], target: number): Map<number, number[]> {
  const found = new Map<number, number[]>();
  for (const [i, { start, end }] of turns.slice(0, target + 1).entries()) {
    const same = utterances.find((u) => Math.abs(u.start - (start ?? Number.NaN)) < 0.01 && Math.abs(u.end - (end ?? Number.NaN)) < 0.01);
    if (same !== undefined && same.track !== 'unknown') found.set(same.track, [...(found.get(same.track) ?? []), i]);
  }
  return found;
}

function speechOf(spoken: readonly number[], target: number, numbered: boolean): string {
  if (!numbered) return spoken.includes(target) ? 'seems to speak last' : '';
  if (spoken.length === 0) return '';
  return `seems to speak in ${spoken.length === 1 ? 'turn' : 'turns'} ${spoken.map((i) => i + 1).join(', ')}`;
}
