import type { Point } from './face.ts';
import { heard, type Loudness } from './speech.ts';

/** How wide a mouth is open at a moment. */
export interface Mouth {
  /** Seconds. */
  readonly t: number;
  /** Distance of the inner lips in sizes of the face: 0 closed, about 0.3 wide open. */
  readonly opening: number;
}

/**
 * Opening of the inner lips (iBUG points 61–63 above, 67–65 below) in sizes of the face. The size is taken from the distance of the eyes
 * and from eyes to the base of the nose, so that neither a turned nor a nodding head makes it collapse. undefined unless there are 68 points.
 */
export function mouthOpening(landmarks: readonly Point[]): number | undefined {
  if (landmarks.length !== 68) return undefined;
  const middle = (from: number, to: number): Point => {
    const points = landmarks.slice(from, to);
    return { x: points.reduce((sum, p) => sum + p.x, 0) / points.length, y: points.reduce((sum, p) => sum + p.y, 0) / points.length };
  };
  const apart = (a: Point, b: Point) => Math.hypot(a.x - b.x, a.y - b.y);
  const [right, left] = [middle(36, 42), middle(42, 48)];
  const size = Math.hypot(apart(right, left), apart(middle(36, 48), landmarks[33]!));
  const lips = [61, 62, 63].reduce((sum, upper) => sum + apart(landmarks[upper]!, landmarks[128 - upper]!), 0) / 3;
  return size > 0 ? lips / size : undefined;
}

/** A time in which somebody says something, as the dialogue or a transcript has it. Seconds. */
export interface Utterance {
  readonly start: number;
  readonly end: number;
  /** Who speaks, where the dialogue says it. */
  readonly speaker?: string | undefined;
  /** What is said; only handed on. */
  readonly text?: string | undefined;
}

/** A face with its mouth over time. */
export interface Speaking {
  readonly id: number;
  readonly mouths: readonly Mouth[];
}

/** Why nobody was chosen. */
export type Unknown = 'no sound' | 'no landmarks' | 'no speech' | 'nobody visible' | 'too few frames' | 'off-screen' | 'tie' | 'not linked';

/** What speaks for one face in one utterance. */
export interface Evidence {
  readonly track: number;
  /** Correlation of the mouth's motion with loudness, drawn towards 0 where frames are few; -1 to 1. */
  readonly correlation: number;
  /** Logarithm of the mouth's motion during speech over its motion while nobody speaks; -1 to 2. */
  readonly motion: number;
  /** Sum of both. */
  readonly total: number;
}

export interface Speaker {
  readonly track: number | 'unknown';
  /** 0–1: share of this face among all visible ones and a speaker who is not in the picture. 0 for `unknown`. */
  readonly confidence: number;
  readonly reason?: Unknown;
  /** `mouth`: chosen in this utterance; `name`: from the link of this speaker's name over the whole dialogue. */
  readonly by?: 'mouth' | 'name';
  readonly evidence: readonly Evidence[];
}

export interface SpeakerOptions {
  /** Fewer moving-mouth measurements of a face inside the utterance say nothing. */
  readonly frames?: number;
  /** Below this confidence nobody is chosen. */
  readonly confidence?: number;
  /** An utterance with a smaller share of speech in its sound has none. */
  readonly speech?: number;
}

export const SPEAKER_DEFAULTS = { frames: 4, confidence: 0.5, speech: 0.15 } as const satisfies Required<SpeakerOptions>;

/** Closer than this (seconds) a mouth moves less than its landmarks jitter, so views of it are averaged. */
const MOMENT = 0.1;
/** Mouths seen further apart than this are not compared: their motion in between is not known. */
const LONGEST_STEP = 0.5;
/** Seconds of quiet before and after an utterance that correlation also looks at. */
const MARGIN = 1;
/** Landmarks of a mouth at rest jitter by about this much (in sizes of the face): the median over photos under a moving camera. */
const JITTER = 0.01;
/** A face has to say this much for itself to be as likely as a speaker outside of the picture. */
export const OFF_SCREEN = 0.8;
/** Differences of evidence by this much change the odds by e. */
export const SCALE = 0.25;
/** Correlations of n moments count n / (n + SHRINK): with few moments large ones come by chance. */
const SHRINK = 6;
/** Faces whose confidence differs by less than this are a tie. */
const TIE = 0.15;

/** How much a mouth moved between two frames, and what was heard meanwhile. */
interface Move {
  readonly from: number;
  readonly to: number;
  readonly motion: number;
  readonly level: number;
  readonly spoken: boolean;
}

/**
 * Who speaks in each utterance, by mouths and loudness: for every visible face the correlation of mouth motion and loudness, plus the motion
 * during speech against the same face's motion while nobody speaks (of all faces where its own is not known). A softmax over the faces
 * and an imaginary speaker off screen gives the confidence. At 5 frames a second a mouth is seen about once a syllable and many utterances
 * stay `unknown`, with the reason; at 10 few do (figures: speaker.test.ts). `faces` and `sound` are undefined where there were no
 * landmarks or no sound.
 */
export function speakers(
  utterances: readonly Utterance[],
  faces: readonly Speaking[] | undefined,
  sound: Loudness | undefined,
  options: SpeakerOptions = {},
): Speaker[] {
  const o = { ...SPEAKER_DEFAULTS, ...options };
  if (sound === undefined) return utterances.map(() => unknown('no sound'));
  if (faces === undefined) return utterances.map(() => unknown('no landmarks'));
  const moves = faces.map((face) => ({ id: face.id, moves: movesOf(face, sound) }));
  const rests = moves.map(({ moves: own }) => mean(own.filter((m) => !m.spoken).map((m) => m.motion)));
  const rest = mean(rests.filter((r) => r !== undefined)) ?? JITTER;

  return utterances.map(({ start, end }) => {
    const part = heard(sound, start, end);
    if (part === undefined) return unknown('no sound');
    if (part.speech < o.speech) return unknown('no speech');
    const visible = faces.some(({ mouths }) => mouths.some(({ t }) => t >= start && t <= end));
    if (!visible) return unknown('nobody visible');
    const evidence = moves.flatMap(({ id, moves: own }, i): Evidence[] => {
      const during = own.filter((m) => m.to > start && m.from < end && m.spoken);
      if (during.length < o.frames) return [];
      const near = own.filter((m) => m.to > start - MARGIN && m.from < end + MARGIN);
      const correlation = correlationOf(near) * (near.length / (near.length + SHRINK));
      const ratio = (mean(during.map((m) => m.motion))! + JITTER) / ((rests[i] ?? rest) + JITTER);
      const motion = Math.max(-1, Math.min(2, Math.log(ratio)));
      return [{ track: id, correlation, motion, total: correlation + motion }];
    });
    return chosen(evidence, o);
  });
}

function movesOf({ mouths }: Speaking, sound: Loudness): Move[] {
  const steady = averaged(mouths);
  return steady.slice(1).flatMap(({ t: to, opening }, i): Move[] => {
    const { t: from, opening: before } = steady[i]!;
    const around = to - from <= LONGEST_STEP ? heard(sound, from, to) : undefined;
    return around === undefined
      ? []
      : [{ from, to, motion: Math.abs(opening - before), level: around.level, spoken: around.speech >= 0.5 }];
  });
}

/** One mouth for each MOMENT, the mean of those in it. */
function averaged(mouths: readonly Mouth[]): Mouth[] {
  const moments = new Map<number, Mouth[]>();
  for (const mouth of mouths) {
    const moment = Math.floor(mouth.t / MOMENT + 1e-9);
    moments.set(moment, [...(moments.get(moment) ?? []), mouth]);
  }
  return [...moments.values()].map((some) => ({ t: mean(some.map((m) => m.t))!, opening: mean(some.map((m) => m.opening))! }));
}

function chosen(evidence: readonly Evidence[], o: Required<SpeakerOptions>): Speaker {
  if (evidence.length === 0) return unknown('too few frames');
  const odds = evidence.map(({ total }) => Math.exp((total - OFF_SCREEN) / SCALE));
  const all = odds.reduce((sum, x) => sum + x, 1); // 1: the speaker off screen
  const order = evidence.map((_, i) => i).sort((a, b) => odds[b]! - odds[a]!);
  const [first, second] = [odds[order[0]!]! / all, (odds[order[1] ?? -1] ?? 0) / all];
  if (first < 1 / all) return unknown('off-screen', evidence);
  if (first - second < TIE) return unknown('tie', evidence);
  if (first < o.confidence) return unknown(second > 1 / all ? 'tie' : 'off-screen', evidence);
  return { track: evidence[order[0]!]!.track, confidence: first, by: 'mouth', evidence };
}

/** Nobody was chosen, and why. */
export function unknown(reason: Unknown, evidence: readonly Evidence[] = []): Speaker {
  return { track: 'unknown', confidence: 0, reason, evidence };
}

function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, v) => sum + v, 0) / values.length;
}

/** Pearson's correlation of motion and loudness; 0 where one of them does not change. */
function correlationOf(moves: readonly Move[]): number {
  const [m, l] = [mean(moves.map((x) => x.motion)) ?? 0, mean(moves.map((x) => x.level)) ?? 0];
  let [mm, ll, ml] = [0, 0, 0];
  for (const { motion, level } of moves) {
    mm += (motion - m) ** 2;
    ll += (level - l) ** 2;
    ml += (motion - m) * (level - l);
  }
  return mm > 0 && ll > 0 ? ml / Math.sqrt(mm * ll) : 0;
}
