import { type Contagion, type ContagionOptions, contagion, type Pair } from './contagion.ts';
import { type Distribution, type Emotion, named } from './emotion.ts';
import type { Box, Detection } from './face.ts';
import type { Track } from './identity.ts';
import { type NameLink, namesOf, withNames } from './names.ts';
import { type Speaker, speakers, type Unknown, type Utterance } from './speaker.ts';
import type { Loudness } from './speech.ts';
import { type Peak, peaks, type Reading, type Stretch, smoothed, stretches, strongest, summary, verdict, weighted } from './timeline.ts';

/** What is kept of each face in each sampled frame: a few hundred bytes, no pixels. */
export interface Face extends Detection {
  /** In the order of `EMOTIONS`. */
  readonly emotions: Float32Array;
  /** See `mouthOpening`; absent without landmarks. */
  readonly mouth?: number | undefined;
  /** x, y, x, y, … of 68 points, where they were asked for. */
  readonly landmarks?: Float32Array | undefined;
}

type Dominant = Emotion | 'unclear';

/** A face in a frame. Seconds; pixels of the upright picture. */
export interface FrameReport {
  readonly t: number;
  readonly box: readonly [x: number, y: number, width: number, height: number];
  /** The detector's. */
  readonly score: number;
  /** How viewers would read the expression in this frame, and smoothed over the frames around it. */
  readonly emotions: Distribution;
  readonly smoothed: Distribution;
  readonly landmarks?: readonly (readonly [number, number])[];
}

export interface TrackReport {
  readonly id: number;
  readonly from: number;
  readonly to: number;
  readonly frames: readonly FrameReport[];
  /** Over all the time the face was seen. */
  readonly dominant: Dominant;
  readonly dominantScore: number;
  readonly emotions: Distribution;
  /** Seconds for which it was seen. */
  readonly seen: number;
  readonly peaks: readonly Peak[];
}

/** One face during one utterance. */
export interface UtteranceFace {
  readonly track: number;
  readonly seen: number;
  readonly dominant: Dominant;
  readonly dominantScore: number;
  readonly emotions: Distribution;
  readonly strongest?: { readonly t: number; readonly emotion: Emotion; readonly value: number };
}

export interface UtteranceReport {
  readonly start: number;
  readonly end: number;
  readonly speaker?: string;
  readonly text?: string;
  /** Whose mouth spoke. */
  readonly track: number | 'unknown';
  readonly confidence: number;
  readonly reason?: Unknown;
  readonly by?: 'mouth' | 'name';
  /**
   * Whose reading `dominant` is: the speaker's face; or, where that is unknown or not seen, all faces weighted by area and time; or nobody's.
   * A dominant emotion of all faces must not be taken for the speaker's.
   */
  readonly of: 'speaker' | 'all faces' | 'nobody';
  readonly dominant?: Dominant;
  readonly dominantScore?: number;
  readonly emotions?: Distribution;
  readonly faces: readonly UtteranceFace[];
}

export interface PairReport extends Omit<Pair, 'followings'> {
  readonly followings: readonly { readonly emotion: Emotion; readonly from: number; readonly to: number; readonly lag: number }[];
}

export interface VideoReport {
  /** Seconds. */
  readonly duration: number;
  /** Of the file, not of the sampling. */
  readonly fps: number;
  readonly width: number;
  readonly height: number;
}

/** What `famenet faces --json` prints. All times in seconds from the file's zero, all boxes in pixels of the upright picture. */
export interface FacesReport {
  readonly video: VideoReport;
  readonly tracks: readonly TrackReport[];
  readonly utterances?: readonly UtteranceReport[];
  /** Pairs of tracks, leader first: what followed what in time, never what caused what. Pairs about which nothing can be said are left out. */
  readonly contagion: readonly PairReport[];
  /** Names of the dialogue and their faces, where the dialogue has names. */
  readonly speakers?: readonly NameLink[];
  readonly shots: readonly { readonly from: number; readonly to: number }[];
  /** What a reader has to know, in sentences. */
  readonly notes: readonly string[];
  readonly receipt: Readonly<Record<string, unknown>>;
}

/** What the first pass over a video leaves behind. */
export interface Seen {
  readonly video: VideoReport;
  readonly tracks: readonly Track<Face>[];
  readonly shots: readonly { readonly from: number; readonly to: number }[];
  readonly utterances?: readonly Utterance[] | undefined;
  readonly sound?: Loudness | undefined;
  /** Whether faces have mouths. */
  readonly landmarks: boolean;
  readonly contagion?: ContagionOptions | undefined;
  readonly notes: readonly string[];
  readonly receipt: Readonly<Record<string, unknown>>;
}

/** The wording that every report carries. */
export const READING = 'Emotions say how viewers would read an expression, not what a person feels.';
const FOLLOWED = 'Contagion lists whose expression followed whose; the order in time does not say that one caused the other.';

/** A track with all that is computed from its sightings. */
interface Course {
  readonly track: Track<Face>;
  readonly readings: readonly Reading[];
  readonly smooth: readonly Stretch[];
}

/** The second pass: timelines, utterances, contagion and speakers from tracks. Pure; numbers are rounded here and nowhere before. */
export function facesReport(seen: Seen): FacesReport {
  const courses = seen.tracks.map((track) => courseOf(track, seen.shots));
  const { pairs, followings } = contagion(
    courses.map(({ track, smooth }) => ({ id: track.id, stretches: smooth })),
    seen.contagion,
  );
  const pairReports = pairsOf(pairs, followings);
  const spoken = seen.utterances === undefined ? undefined : dialogueOf(seen.utterances, courses, seen);
  return {
    video: { ...seen.video, duration: round(seen.video.duration, 3), fps: round(seen.video.fps, 3) },
    tracks: courses.map(trackReport),
    ...(spoken === undefined ? {} : { utterances: spoken.utterances }),
    contagion: pairReports,
    ...(spoken?.links.length ? { speakers: spoken.links.map((link) => ({ ...link, confidence: round(link.confidence, 3) })) } : {}),
    shots: seen.shots.map(({ from, to }) => ({ from: round(from, 3), to: round(to, 3) })),
    notes: [READING, ...(pairReports.length > 0 ? [FOLLOWED] : []), ...seen.notes],
    receipt: seen.receipt,
  };
}

/** Nothing is smoothed, ranked or followed across a cut: what changes there may be the camera's view of a face. */
function courseOf(track: Track<Face>, shots: Seen['shots']): Course {
  const readings = track.sightings.map(({ t, face }) => ({ t, emotions: face.emotions }));
  const parts = shots.map(({ from, to }) => readings.filter(({ t }) => t >= from && t <= to));
  return { track, readings, smooth: parts.flatMap((part) => stretches(part)).map((stretch) => smoothed(stretch)) };
}

function trackReport({ track, readings, smooth }: Course): TrackReport {
  const flat = smooth.flat();
  const whole = summary(readings)!;
  return {
    id: track.id,
    from: round(track.sightings[0]!.t, 3),
    to: round(track.sightings.at(-1)!.t, 3),
    frames: track.sightings.map(({ t, face }, i) => ({
      t: round(t, 3),
      box: boxReport(face.box),
      score: round(face.score, 4),
      emotions: shares(face.emotions),
      smoothed: shares(flat[i]!.emotions),
      ...(face.landmarks === undefined ? {} : { landmarks: points(face.landmarks) }),
    })),
    ...reading(whole.emotions),
    seen: round(whole.seen, 3),
    peaks: smooth
      .flatMap((stretch) => peaks(stretch))
      .map((peak) => ({
        t: round(peak.t, 3),
        emotion: peak.emotion,
        value: round(peak.value, 4),
        prominence: round(peak.prominence, 4),
        fromNeutral: round(peak.fromNeutral, 4),
      })),
  };
}

function dialogueOf(
  utterances: readonly Utterance[],
  courses: readonly Course[],
  { sound, landmarks }: Seen,
): { utterances: UtteranceReport[]; links: NameLink[] } {
  const faces = courses.map(({ track }) => ({
    id: track.id,
    mouths: track.sightings.flatMap(({ t, face }) => (face.mouth === undefined ? [] : [{ t, opening: face.mouth }])),
  }));
  const byMouth = speakers(utterances, landmarks ? faces : undefined, sound);
  const links = namesOf(utterances, byMouth);
  const inView = (id: number, { start, end }: Utterance) =>
    courses.some(({ track, readings }) => track.id === id && summary(readings, start, end) !== undefined);
  const linked = withNames(utterances, byMouth, links, inView);
  return { utterances: utterances.map((utterance, i) => utteranceReport(utterance, linked[i]!, courses)), links };
}

function utteranceReport(
  { start, end, speaker, text }: Utterance,
  { track, confidence, reason, by }: Speaker,
  courses: readonly Course[],
): UtteranceReport {
  const faces = courses.flatMap(({ track: { id, sightings }, readings }) => {
    const part = summary(readings, start, end);
    if (part === undefined) return [];
    const areas = sightings.filter(({ t }) => t >= start && t <= end).map(({ face }) => face.box.width * face.box.height);
    // A window between two sightings has none of its own: the nearest one shows how large the face is.
    const area = areas.length > 0 ? areas.reduce((sum, a) => sum + a, 0) / areas.length : areaNear(sightings, (start + end) / 2);
    return [{ id, area, ...part, strongest: strongest(readings, start, end) }];
  });
  const own = faces.find(({ id }) => id === track);
  const all = weighted(faces);
  return {
    start: round(start, 3),
    end: round(end, 3),
    ...(speaker === undefined ? {} : { speaker }),
    ...(text === undefined ? {} : { text }),
    track,
    confidence: round(confidence, 3),
    ...(reason === undefined ? {} : { reason }),
    ...(by === undefined ? {} : { by }),
    ...(own !== undefined
      ? { of: 'speaker' as const, ...reading(own.emotions) }
      : all !== undefined
        ? { of: 'all faces' as const, ...reading(all) }
        : { of: 'nobody' as const }),
    faces: faces.map(({ id, seen, emotions, strongest: best }) => ({
      track: id,
      seen: round(seen, 3),
      ...reading(emotions),
      ...(best === undefined ? {} : { strongest: { t: round(best.t, 3), emotion: best.emotion, value: round(best.value, 4) } }),
    })),
  };
}

function areaNear(sightings: Track<Face>['sightings'], t: number): number {
  const nearest = sightings.reduce((best, s) => (Math.abs(s.t - t) < Math.abs(best.t - t) ? s : best));
  return nearest.face.box.width * nearest.face.box.height;
}

function pairsOf(pairs: readonly Pair[], followings: Contagion['followings']): PairReport[] {
  return pairs.flatMap(({ followings: count, correlation, lag, p, pHolm, ...pair }): PairReport[] => {
    if (count === 0 && correlation === undefined) return [];
    const theirs = followings.filter((f) => f.leader === pair.leader && f.follower === pair.follower);
    return [
      {
        ...pair,
        followings: theirs.map(({ emotion, from, to, lag: after }) => ({
          emotion,
          from: round(from, 3),
          to: round(to, 3),
          lag: round(after, 3),
        })),
        ...(correlation === undefined
          ? {}
          : { correlation: round(correlation, 4), lag: round(lag!, 3), p: round(p!, 4), pHolm: round(pHolm!, 4) }),
      },
    ];
  });
}

function reading(emotions: Float32Array): { dominant: Dominant; dominantScore: number; emotions: Distribution } {
  const { dominant, score } = verdict(emotions);
  return { dominant, dominantScore: round(score, 4), emotions: shares(emotions) };
}

const shares = (emotions: Float32Array) => named(Array.from(emotions, (p) => round(p, 4)));

const boxReport = ({ x, y, width, height }: Box) => [round(x, 1), round(y, 1), round(width, 1), round(height, 1)] as const;

function points(flat: Float32Array): [number, number][] {
  return Array.from({ length: flat.length / 2 }, (_, i) => [round(flat[2 * i]!, 1), round(flat[2 * i + 1]!, 1)]);
}

function round(value: number, digits: number): number {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale + 0; // + 0: JSON has no use for -0
}
