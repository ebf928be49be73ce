/** What an explanation needs of its film: faces and pictures, looked at side by side with the opening of the networks. */
import { StoppedError } from '../base/errors.ts';
import type { Utterance } from '../data/index.ts';
import { filmOfFaces } from '../faces/film.ts';
import type { FaceNetworks } from '../faces/networks.ts';
import type { FacesReport } from '../faces/report.ts';
import type { Provider } from '../graph/protocol.ts';
import type { Film } from '../media/film.ts';
import { type Probe, probe } from '../media/probe.ts';
import type { Seen } from './explain.ts';
import type { Fame } from './fame.ts';

/** What is looked for. */
export interface Looking {
  readonly video: string;
  /** Refuses a film, by what `probe` says of it; what it throws ends the looking. */
  readonly check?: ((about: Probe) => void) | undefined;
  /** Up to the last target, they have times. */
  readonly utterances: readonly Utterance[];
  /** The utterances that are asked about, by index. */
  readonly targets: readonly number[];
  /** Whether they may be several, whatever their number: then they share pictures. */
  readonly all: boolean;
  readonly faces: boolean;
  readonly pictures: boolean;
  /** Pictures that the model sees, and pictures a second that are searched for faces. */
  readonly frames: number;
  readonly fps: number;
  readonly provider?: Provider | undefined;
  readonly threads?: number | undefined;
}

/** By the index of the utterance: nothing in them knows what comes after its end. */
export interface Looked {
  readonly reports: ReadonlyMap<number, FacesReport>;
  readonly seen: ReadonlyMap<number, Seen>;
}

interface LookOptions {
  readonly signal: AbortSignal;
  /** Hears how many pictures were searched for faces. */
  readonly onFaces?: ((done: number, total: number) => void) | undefined;
  /** Hears that the network looks at pictures now. */
  readonly onPictures?: (() => void) | undefined;
}

/**
 * Opens FAME-Net and looks at the film meanwhile. Faces take longest, so the film is read while the code of their networks is still being loaded, FAME-Net
 * is opened when they can begin, and its language model behind it. Where something fails, the rest is stopped; what was opened stays open, since it is the caller's.
 * @throws what `open` throws; ModelError FAME_NO_VISION, FAME_FRAMES; codes of `facesOfTargets` and `decode`; StoppedError
 */
export async function lookAt(
  open: () => Promise<Fame>,
  looking: Looking | undefined,
  options: LookOptions,
): Promise<Looked & { readonly fame: Fame }> {
  const over = new AbortController();
  const stop = { ...options, signal: AbortSignal.any([options.signal, over.signal]) };
  const film = looking?.faces ? filmOfFaces(looking.video, { heard: true, fps: looking.fps, signal: stop.signal }) : undefined;
  const networks = looking?.faces ? networksOf(looking) : undefined;
  const opening = Promise.resolve(networks)
    .catch(() => {}) // told by those who look
    .then(() => {
      if (stop.signal.aborted) throw new StoppedError();
      return open();
    });
  const about =
    looking &&
    (film?.about ?? probe(looking.video, stop)).then((found) => {
      looking.check?.(found);
      return found;
    });
  about?.catch(() => {}); // told by those who look
  const parts = [
    opening,
    looking && networks && facesBefore(looking, networks, { film, about, ...stop }),
    opening.then((fame) => {
      fame.language.ready().catch(() => {}); // begins; what is wrong with it is told when it is asked
      return looking?.pictures && about ? picturesBefore(fame, looking, { about, ...stop }) : undefined;
    }),
  ] as const;
  try {
    const [fame, reports = new Map(), seen = new Map()] = await Promise.all(parts);
    return { fame, reports, seen };
  } catch (error) {
    over.abort();
    await Promise.allSettled(parts);
    throw error;
  }
}

async function networksOf({ provider, threads }: Looking): Promise<FaceNetworks> {
  const { openFaceNetworks } = await import('../faces/networks.ts');
  return openFaceNetworks({ provider, threads, later: true });
}

/** For each target the faces shown before its end, and what was said up to it: later words do not help to say who speaks. */
async function facesBefore(
  { video, utterances, targets, fps }: Looking,
  networks: Promise<FaceNetworks>,
  { film, about, signal, onFaces }: LookOptions & { readonly film: Film | undefined; readonly about: Promise<Probe> | undefined },
): Promise<Map<number, FacesReport>> {
  try {
    const { facesOfTargets } = await import('../faces/video.ts');
    const moments = targets.map((index) => ({
      until: utterances[index]!.end!,
      utterances: utterances.slice(0, index + 1).map((u) => ({ ...u, start: u.start!, end: u.end! })),
    }));
    const reports = await facesOfTargets(video, networks, moments, {
      fps,
      film,
      about,
      signal,
      onProgress: ({ frames, total }) => onFaces?.(frames, total),
    });
    return new Map(targets.map((index, i) => [index, reports[i]!]));
  } finally {
    // Nobody waits until their threads have ended: an answer comes 20 ms sooner.
    networks.then((opened) => opened.dispose()).catch(() => {});
  }
}

/** For each target the pictures shown before its end. */
async function picturesBefore(
  fame: Fame,
  { video, utterances, targets, all, frames: count }: Looking,
  { about, signal, onPictures }: LookOptions & { readonly about: Promise<Probe> },
): Promise<Map<number, Seen>> {
  const { see, seeAll, visionOf } = await import('./explain.ts');
  visionOf(fame);
  const { duration } = await about;
  onPictures?.();
  if (targets.length === 0) return new Map();
  const ends = targets.map((index) => utterances[index]!.end);
  const seen = all
    ? await seeAll(fame, video, ends, { count, duration, signal })
    : [await see(fame, { turns: utterances, target: targets[0]! }, { video, count, duration, signal })];
  return new Map(targets.map((index, i) => [index, seen[i]!]));
}
