/** Reports about several moments of one film, each made of what was shown and heard before it. Networks look at each picture once for all of them. */
import { type Frame, type Sound, secondsOf, type Ticks } from '../media/frame.ts';
import type { Picture } from '../media/picture.ts';
import type { Box } from './face.ts';
import { type AnalyseOptions, analyseFaces } from './pipeline.ts';
import type { FacesReport } from './report.ts';
import type { Utterance } from './speaker.ts';

/** A moment, and who is known to speak up to it. */
export interface Target {
  /** Seconds: nothing that is shown or heard from then on has a part in the report. The end of the film where absent. */
  readonly until?: number | undefined;
  readonly utterances?: readonly Utterance[] | undefined;
}

export interface TargetsOptions extends Omit<AnalyseOptions, 'utterances'> {
  /** How often the film was sampled, if at regular moments: a picture that was chosen for a moment after a target's end is left out of its report. */
  readonly fps?: number | undefined;
}

/** `ended`: the film was over before `until`. */
export interface TargetReport {
  readonly report: FacesReport;
  readonly ended: boolean;
}

/**
 * One report a target. The costly part (detection, expressions, landmarks, descriptors) is done once a picture; shots, tracks, smoothing and speakers are
 * found anew for each target, since what comes later would change them. A report is what a film that is cut off at `until` gives: frames from then on
 * change nothing in it. Pictures are kept until the slowest target has seen them. Throws what `analyseFaces` throws.
 */
export async function analyseTargets(
  frames: AsyncIterable<Frame>,
  targets: readonly Target[],
  { fps, sound, video, onProgress, giveBack, ...options }: TargetsOptions,
): Promise<TargetReport[]> {
  const looking = targets.length > 1 ? { ...options, ...once(options) } : options;
  const ends = targets.map(({ until = Number.POSITIVE_INFINITY }) => until);
  const longest = ends.indexOf(Math.max(...ends));
  const paths = branches(frames[Symbol.asyncIterator](), targets.length);
  const last = lastOf(targets.length, giveBack);
  return Promise.all(
    targets.map(async ({ utterances }, i): Promise<TargetReport> => {
      const [until, path] = [ends[i]!, paths[i]!];
      const cut = until < Number.POSITIVE_INFINITY;
      const state = { ended: true };
      const report = await analyseFaces(cut ? before(path, until, fps, state) : path, {
        ...looking,
        utterances,
        sound: sound && cut ? soundBefore(sound, until) : sound,
        video: video && cut ? knownAt(video, until) : video,
        onProgress: i === longest ? onProgress : undefined,
        giveBack: (picture) => last.had(i, picture),
      });
      last.ended(i);
      return { report, ended: state.ended };
    }),
  );
}

/** How fast pictures follow each other is worked out from those before: the file's own rate is that of the whole. */
const knownAt = ({ fps: _, ...video }: NonNullable<AnalyseOptions['video']>, until: number): AnalyseOptions['video'] =>
  video.duration === undefined ? video : { ...video, duration: Math.min(until, video.duration) };

/**
 * Frames shown before `until`. A frame at the edge was chosen because no other came before the next moment of the sampling, which only a later frame
 * tells: such a frame is left out, and how long the last one stays is cut off, too.
 */
async function* before(
  frames: AsyncIterable<Frame>,
  until: number,
  fps: number | undefined,
  state: { ended: boolean },
): AsyncGenerator<Frame> {
  let first: Ticks | undefined;
  for await (const frame of frames) {
    const { pts, timeBase, duration } = frame;
    first ??= pts;
    const { num, den } = timeBase;
    const moment = fps === undefined ? 0 : Math.max(0, Math.ceil((pts - first - 0.5) * ((fps * num) / den))) / fps; // as `sample: { fps }` chooses
    if (secondsOf(pts, timeBase) >= until || secondsOf(first, timeBase) + moment >= until) {
      state.ended = false;
      return;
    }
    yield { ...frame, duration: Math.min(duration, Math.ceil((until * den) / num) - pts) as Ticks };
  }
}

/** What was heard before a moment. */
const soundBefore = ({ samples, rate, start }: Sound, until: number): Sound => ({
  samples: samples.subarray(0, Math.max(0, Math.floor((until - start) * rate))),
  rate,
  start,
});

/** An item of a stream, and behind it the next one, once somebody has asked for it. */
interface Link<T> {
  readonly item: Promise<IteratorResult<T, unknown>>;
  next?: Link<T>;
}

/** The same items on several ways, each at its own pace; an item is read once, and forgotten when the last way is past it. */
export function branches<T>(source: AsyncIterator<T, unknown>, count: number): AsyncGenerator<T>[] {
  const start: Link<T> = { item: source.next() };
  return Array.from({ length: count }, () => along(source, start));
}

async function* along<T>(source: AsyncIterator<T, unknown>, start: Link<T>): AsyncGenerator<T> {
  for (let link = start; ; link = link.next) {
    const got = await link.item;
    if (got.done) return;
    yield got.value;
    link.next ??= { item: source.next() };
  }
}

/** Gives a picture back when all that still look have had it. Each of the `count` has them in the same order, from the first on. */
export function lastOf(count: number, giveBack: ((picture: Picture) => void) | undefined) {
  const numbers = Array<number>(count).fill(0); // of pictures that each has had
  const waiting: Picture[] = [];
  let gone = 0;
  const release = () => {
    for (const all = Math.min(...numbers); gone < all && waiting.length > 0; gone++) {
      const picture = waiting.shift()!;
      giveBack?.(picture);
    }
  };
  return {
    had(who: number, picture: Picture): void {
      if (numbers[who] === gone + waiting.length) waiting.push(picture); // nobody else has had it yet
      numbers[who]!++;
      release();
    },
    ended(who: number): void {
      numbers[who] = Number.POSITIVE_INFINITY;
      release();
    },
  };
}

type Networks = Pick<AnalyseOptions, 'detector' | 'recogniser' | 'landmarks' | 'describe'>;

/** Networks whose answer about a picture and boxes in it is kept as long as the picture is. */
function once({ detector, recogniser, landmarks, describe }: Networks): Networks {
  const detect = remembered((picture) => detector.detect(picture), places);
  return {
    detector: { ...detector, detect: (picture) => detect(picture, []) },
    recogniser: {
      ...recogniser,
      recognise: remembered(
        (picture, faces) => recogniser.recognise(picture, faces),
        (faces) => places(faces.map(({ box }) => box)),
      ),
    },
    landmarks: landmarks && remembered(landmarks, places),
    describe: describe && remembered(describe, places),
  };
}

const places = (boxes: readonly Box[]): string => boxes.map(({ x, y, width, height }) => `${x},${y},${width},${height}`).join(';');

function remembered<About, Answer>(
  ask: (picture: Picture, about: About) => Promise<Answer>,
  keyOf: (about: About) => string,
): (picture: Picture, about: About) => Promise<Answer> {
  const known = new WeakMap<Picture, Map<string, Promise<Answer>>>();
  return (picture, about) => {
    const answers = known.get(picture) ?? new Map<string, Promise<Answer>>();
    known.set(picture, answers);
    const key = keyOf(about);
    const answer = answers.get(key) ?? ask(picture, about);
    answers.set(key, answer);
    return answer;
  };
}
