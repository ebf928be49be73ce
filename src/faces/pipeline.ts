import { ModelError, StoppedError } from '../base/errors.ts';
import { type Frame, type Sound, secondsOf } from '../media/frame.ts';
import type { Picture } from '../media/picture.ts';
import { album, answers, type Describe } from './album.ts';
import { scaleBox } from './boxes.ts';
import { CONTAGION_DEFAULTS, type ContagionOptions } from './contagion.ts';
import type { Box, Detection, Detector, Point, Recogniser } from './face.ts';
import { IDENTITY_DEFAULTS, type IdentityOptions, type Track, tracksOf } from './identity.ts';
import { type Face, type FacesReport, facesReport, type VideoReport } from './report.ts';
import { inShots, SHOT_DEFAULTS, type ShotOptions, type Shown } from './shots.ts';
import { mouthOpening, type Utterance } from './speaker.ts';
import { loudness } from './speech.ts';
import { TRACKER_DEFAULTS, type TrackerOptions, tracker } from './tracker.ts';

export interface AnalyseOptions {
  readonly detector: Detector;
  readonly recogniser: Recogniser;
  /** 68 points (iBUG order) for each box, in pixels of the picture. Without them nobody can be found to speak. */
  readonly landmarks?: ((picture: Picture, boxes: readonly Box[]) => Promise<readonly (readonly Point[])[]>) | undefined;
  /** Without it a face gets a new track after every cut and every long gap. */
  readonly describe?: Describe | undefined;
  /** Mono sound on the clock of the pictures. */
  readonly sound?: Sound | undefined;
  readonly utterances?: readonly Utterance[] | undefined;
  /**
   * What the file says of itself; what is missing is worked out from the frames, and the last frame's end is the duration. Frames may be
   * smaller than the video in proportion: boxes are given in its pixels.
   */
  readonly video?: Partial<VideoReport> | undefined;
  /** Keep all landmarks in the report (1 kB for each face and frame). */
  readonly keepLandmarks?: boolean | undefined;
  readonly shots?: ShotOptions | undefined;
  readonly tracking?: TrackerOptions | undefined;
  readonly identity?: IdentityOptions | undefined;
  readonly contagion?: ContagionOptions | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Hears of each picture that has been looked at, in their order: its memory may be used for something else. */
  readonly giveBack?: ((picture: Picture) => void) | undefined;
  readonly onProgress?: ((progress: { readonly frames: number; readonly t: number; readonly faces: number }) => void) | undefined;
}

/** What was counted on the way. */
interface Counts {
  /** Sampled, and those of them that `inShots` found to be interruptions. */
  frames: number;
  flashes: number;
  faces: number;
  first: Frame | undefined;
  last: Frame | undefined;
}

/**
 * From frames to who shows which expression, when: stages 1 and 2 of the paper (§4.3) on every frame, then tracks, timelines, contagion and
 * speakers. One pass; at most 17 pictures are in memory (12 while a cut is being decided, one being read, four on their way through the networks; usually
 * 6 or 7), and of each face a few hundred bytes stay. Deterministic. An empty video and a video without faces give a report that says so.
 * Throws ModelError FACES_ORDER, FACES_WINDOW, FACES_ANSWER; StoppedError; what the networks and `frames` throw.
 */
export async function analyseFaces(frames: AsyncIterable<Frame>, options: AnalyseOptions): Promise<FacesReport> {
  const { detector, sound, utterances, onProgress } = options;
  for (const utterance of utterances ?? []) checkWindow(utterance);
  const follow = tracker<Face>(options.tracking);
  const views = album<Face>(options.describe);
  const shots: { from: number; to: number; frames: number }[] = [];
  const counts: Counts = { frames: 0, flashes: 0, faces: 0, first: undefined, last: undefined };

  const look = async ({ frame: { picture }, flash }: Shown) => (flash ? [] : facesOf(picture, await detector.detect(picture), options));
  const place = async ({ frame, t, shot, flash }: Shown, faces: readonly Face[]) => {
    shots[shot] ??= { from: t, to: t, frames: 0 };
    shots[shot].to = t;
    // What is seen on an interrupted picture does not belong to the shot around it.
    if (flash) counts.flashes++;
    else {
      shots[shot].frames++;
      const owners = follow.step({ t, frame: counts.frames, shot }, faces);
      await views.add(frame.picture, t, faces, owners);
      counts.faces += faces.length;
    }
    counts.frames++;
    onProgress?.({ frames: counts.frames, t, faces: counts.faces });
  };

  const shown = inShots(inOrder(frames, counts, options.signal), options.shots);
  for await (const { item, begun } of ahead(shown, AHEAD, look)) {
    await place(item, await begun);
    options.giveBack?.(item.frame.picture);
  }

  const { tracklets } = follow;
  const { tracks, leftOut } = tracksOf(
    tracklets,
    tracklets.map(views.of),
    shots.map((shot) => shot.frames),
    options.identity,
  );
  const video = { ...videoOf(counts), ...options.video };
  return facesReport({
    video,
    tracks: enlarged(tracks, video.width / (counts.first?.picture.width ?? video.width)),
    shots,
    utterances,
    sound: sound === undefined || sound.samples.length === 0 ? undefined : loudness(sound),
    landmarks: options.landmarks !== undefined,
    contagion: options.contagion,
    notes: notesOf(options, counts, { shots: shots.length, leftOut, duration: video.duration }),
    receipt: receiptOf(options, counts),
  });
}

/** Pictures that are with the networks or on their way to them while an earlier one finds its place in the tracks: the networks never wait for us. */
const AHEAD = 3;

interface Ahead<T, R> {
  readonly item: T;
  readonly begun: Promise<R>;
}

/** Each item and what was begun with it, in order; `count` are begun before the first is asked for, and one more whenever one has been taken. */
async function* ahead<T, R>(source: AsyncGenerator<T>, count: number, begin: (item: T) => Promise<R>): AsyncGenerator<Ahead<T, R>> {
  const next = async (): Promise<Ahead<T, R> | undefined> => {
    const { done, value: item } = await source.next();
    if (done) return undefined;
    const begun = begin(item);
    begun.catch(() => {}); // awaited by whoever takes it, unless something else fails first
    return { item, begun };
  };
  const coming: Promise<Ahead<T, R> | undefined>[] = [];
  const pull = () => {
    const one = next();
    one.catch(() => {}); // told when it is its turn
    coming.push(one);
  };
  for (let i = 0; i < count; i++) pull();
  try {
    for (let one = await coming.shift(); one !== undefined; one = await coming.shift()) {
      pull();
      yield one;
    }
  } finally {
    await source.return(undefined);
  }
}

/** Tracks in pixels of a video that is `scale` times as large as the pictures were. */
function enlarged(tracks: readonly Track<Face>[], scale: number): readonly Track<Face>[] {
  if (scale === 1) return tracks;
  const face = (small: Face): Face => ({ ...small, box: scaleBox(small.box, scale), landmarks: small.landmarks?.map((v) => v * scale) });
  return tracks.map((track) => ({ ...track, sightings: track.sightings.map((s) => ({ ...s, face: face(s.face) })) }));
}

/** The frames, as long as nobody stops and time goes on. */
async function* inOrder(frames: AsyncIterable<Frame>, counts: Counts, signal: AbortSignal | undefined): AsyncGenerator<Frame> {
  for await (const frame of frames) {
    if (signal?.aborted) throw new StoppedError();
    const [t, before] = [timeOf(frame), counts.last && timeOf(counts.last)];
    if (!Number.isFinite(t) || (before !== undefined && t <= before)) {
      throw new ModelError('FACES_ORDER', 'The frames of a video do not come in order of time', {
        at: `frame ${frame.index}`,
        expected: before === undefined ? 'a time' : `a time after ${before} s`,
        got: `${t} s`,
        fix: 'give each frame once, in order of presentation',
      });
    }
    counts.first ??= { ...frame, picture: { ...frame.picture, data: NO_BYTES } }; // only its numbers are needed later
    counts.last = { ...frame, picture: { ...frame.picture, data: NO_BYTES } };
    yield frame;
  }
}

const NO_BYTES = new Uint8Array(0);
const timeOf = ({ pts, timeBase }: Frame) => secondsOf(pts, timeBase);

/** Everything that is kept of the faces of one picture. */
async function facesOf(picture: Picture, detections: readonly Detection[], options: AnalyseOptions): Promise<Face[]> {
  if (detections.length === 0) return [];
  for (const { box, score } of detections) checkBox(box, score, options.detector.name);
  const boxes = detections.map((d) => d.box);
  const points = options.landmarks && answers('landmarks', boxes.length, await options.landmarks(picture, boxes));
  const asked = boxes.map((box, i) => ({ box, landmarks: points?.[i] }));
  const emotions = answers(options.recogniser.name, boxes.length, await options.recogniser.recognise(picture, asked));
  return detections.map(({ box, score }, i) => ({
    box,
    score,
    emotions: emotions[i]!,
    mouth: points && mouthOpening(points[i]!),
    landmarks: options.keepLandmarks && points ? Float32Array.from(points[i]!.flatMap(({ x, y }) => [x, y])) : undefined,
  }));
}

function checkBox({ x, y, width, height }: Box, score: number, at: string): void {
  if ([x, y, width, height, score].every(Number.isFinite) && width > 0 && height > 0) return;
  throw new ModelError('FACES_ANSWER', 'A network of the faces did not answer as it should', {
    at,
    expected: 'boxes with a place, a size above 0 and a score',
    got: `x ${x}, y ${y}, ${width} × ${height}, score ${score}`,
    fix: 'check its weights with `famenet models verify`',
  });
}

function checkWindow({ start, end }: Utterance): void {
  if (Number.isFinite(start) && Number.isFinite(end) && end > start) return;
  throw new ModelError('FACES_WINDOW', 'An utterance has impossible times', {
    expected: 'an end after its start, in seconds from the beginning of the video',
    got: `${start} to ${end}`,
    fix: 'correct the times of the dialogue, or leave the utterance out',
  });
}

/** As far as the sampled frames tell: `index` counts all pictures of the file, so the rate is the file's. */
function videoOf({ first, last }: Counts): VideoReport {
  if (first === undefined || last === undefined) return { duration: 0, fps: 0, width: 0, height: 0 };
  const length = secondsOf(last.duration, last.timeBase);
  const between = timeOf(last) - timeOf(first);
  return {
    duration: timeOf(last) + length,
    fps: between > 0 ? (last.index - first.index) / between : length > 0 ? 1 / length : 0,
    width: first.picture.width,
    height: first.picture.height,
  };
}

function notesOf(
  { describe, landmarks, sound, utterances = [] }: AnalyseOptions,
  counts: Counts,
  { shots, leftOut, duration }: { readonly shots: number; readonly leftOut: number; readonly duration: number },
): string[] {
  const asked = utterances.length > 0;
  const late = utterances.filter(({ start }) => start >= duration).length;
  return [
    counts.frames === 0 && 'The video gave no frames.',
    counts.frames > 0 && counts.faces === 0 && 'No face was found.',
    leftOut > 0 && `${leftOut} face tracks were too short or too unsure and are left out.`,
    counts.flashes > 0 && `${counts.flashes} frames were interrupted (flashes, single wrong frames) and are left out.`,
    counts.faces > 0 &&
      describe === undefined &&
      shots > 1 &&
      'Faces are not recognised again after cuts: every shot has tracks of its own.',
    late > 0 && `${late} of ${utterances.length} utterances begin after the end of the video: is it the dialogue of this file?`,
    asked && sound === undefined && 'There is no sound, so nobody is known to speak.',
    asked && landmarks === undefined && 'Mouths were not looked at, so nobody is known to speak.',
  ].filter((note) => note !== false);
}

function receiptOf(options: AnalyseOptions, { frames, flashes, faces, first, last }: Counts): Record<string, unknown> {
  const { detector, recogniser, landmarks, describe, sound } = options;
  const between = first && last ? timeOf(last) - timeOf(first) : 0;
  return {
    detector: { name: detector.name, ...detector.receipt },
    recogniser: { name: recogniser.name, ...recogniser.receipt },
    landmarks: landmarks !== undefined,
    descriptors: describe !== undefined,
    frames,
    sampledFps: between > 0 ? Math.round(((frames - 1) / between) * 1000) / 1000 : 0,
    interruptedFrames: flashes,
    facesFound: faces,
    soundSeconds: sound === undefined ? 0 : Math.round((sound.samples.length / sound.rate) * 1000) / 1000,
    settings: {
      shots: { ...SHOT_DEFAULTS, ...options.shots },
      tracking: { ...TRACKER_DEFAULTS, ...options.tracking },
      identity: { ...IDENTITY_DEFAULTS, ...options.identity },
      contagion: { ...CONTAGION_DEFAULTS, ...options.contagion },
    },
  };
}
