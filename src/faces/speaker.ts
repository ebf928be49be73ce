import { assignment } from './assignment.ts';
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

/** Mouths seen further apart than this are not compared: their motion in between is not known. */
const LONGEST_STEP = 0.5;
/** Seconds of quiet before and after an utterance that correlation also looks at. */
const MARGIN = 1;
/** Landmarks of a mouth at rest jitter by about this much (in sizes of the face). */
const JITTER = 0.008;
/** A face has to say this much for itself to be as likely as a speaker outside of the picture. */
const OFF_SCREEN = 0.8;
/** Differences of evidence by this much change the odds by e. */
const SCALE = 0.25;
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
 * and an imaginary speaker off screen gives the confidence. At 5 frames a second a mouth is seen about once a syllable: many
 * utterances stay `unknown`, with the reason. `faces` and `sound` are undefined where there were no landmarks or no sound.
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
  return mouths.slice(1).flatMap(({ t: to, opening }, i): Move[] => {
    const { t: from, opening: before } = mouths[i]!;
    const around = to - from <= LONGEST_STEP ? heard(sound, from, to) : undefined;
    return around === undefined
      ? []
      : [{ from, to, motion: Math.abs(opening - before), level: around.level, spoken: around.speech >= 0.5 }];
  });
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

function unknown(reason: Unknown, evidence: readonly Evidence[] = []): Speaker {
  return { track: 'unknown', confidence: 0, reason, evidence };
}

/** A name of the dialogue with the face that it belongs to. */
export interface NameLink {
  readonly speaker: string;
  readonly track: number | 'unknown';
  /** 0–1: how much worse the best linking without this pair would be. 0 for `unknown`. */
  readonly confidence: number;
  /** Utterances in which the mouth of this face spoke for it. */
  readonly utterances: number;
}

/**
 * Links names to faces over a whole dialogue: the one-to-one assignment with the largest sum of evidence, where every utterance of a name
 * counts a face's total less what is expected of a speaker off screen. A name whose faces never move with its words stays `unknown`.
 * Names in order of their first utterance; names are compared as they are written.
 */
export function namesOf(utterances: readonly Utterance[], speaking: readonly Speaker[]): NameLink[] {
  const names = [...new Set(utterances.flatMap(({ speaker }) => (speaker === undefined ? [] : [speaker])))];
  const tracks = [...new Set(speaking.flatMap(({ evidence }) => evidence.map((e) => e.track)))].sort((a, b) => a - b);
  const sums = names.map(() => tracks.map(() => 0));
  const counts = names.map(() => tracks.map(() => 0));
  for (const [i, { speaker }] of utterances.entries()) {
    if (speaker === undefined) continue;
    const row = names.indexOf(speaker);
    for (const { track, total } of speaking[i]!.evidence) {
      sums[row]![tracks.indexOf(track)]! += total - OFF_SCREEN;
      if (total > OFF_SCREEN) counts[row]![tracks.indexOf(track)]!++;
    }
  }
  const pairs = new Map(assignment(sums));
  const worth = (values: readonly (readonly number[])[]) => assignment(values).reduce((sum, [i, j]) => sum + values[i]![j]!, 0);
  const best = worth(sums);
  return names.map((speaker, row) => {
    const column = pairs.get(row);
    if (column === undefined) return { speaker, track: 'unknown', confidence: 0, utterances: 0 };
    const without = worth(sums.map((values, i) => values.map((value, j) => (i === row && j === column ? 0 : value))));
    const confidence = 1 - Math.exp(-(best - without) / (2 * SCALE));
    return { speaker, track: tracks[column]!, confidence, utterances: counts[row]![column]! };
  });
}

/**
 * The speakers again, now that names are linked: an utterance with a linked name goes to that face, also where its own frames were too few
 * or undecided, as long as the face is visible in it; where it is not, the speaker is off screen. Links below `confidence` do not count;
 * an utterance without a linked name keeps its own choice, unless that face belongs to another name.
 */
export function withNames(
  utterances: readonly Utterance[],
  speaking: readonly Speaker[],
  links: readonly NameLink[],
  visible: (track: number, utterance: Utterance) => boolean,
  { confidence: least = SPEAKER_DEFAULTS.confidence }: SpeakerOptions = {},
): Speaker[] {
  const sure = links.filter((l): l is NameLink & { track: number } => l.track !== 'unknown' && l.confidence >= least);
  return utterances.map((utterance, i) => {
    const own = speaking[i]!;
    const link = sure.find((l) => l.speaker === utterance.speaker);
    if (link === undefined) return sure.some((l) => l.track === own.track) ? unknown('not linked', own.evidence) : own;
    if (!visible(link.track, utterance)) return unknown('off-screen', own.evidence);
    if (own.track === link.track) return { ...own, confidence: 1 - (1 - own.confidence) * (1 - link.confidence) };
    return { track: link.track, confidence: link.confidence, by: 'name', evidence: own.evidence };
  });
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
