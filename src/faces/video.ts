import { basename } from 'node:path';
import { fileClip } from '../media/fileclip.ts';
import type { Film } from '../media/film.ts';
import type { Frame } from '../media/frame.ts';
import type { Limits } from '../media/limits.ts';
import type { Probe } from '../media/probe.ts';
import type { Ending } from '../media/protocol.ts';
import { FACES_FPS, filmOfFaces } from './film.ts';
import { IDENTITY_DEFAULTS } from './identity.ts';
import type { FaceNetworks } from './networks.ts';
import type { AnalyseOptions } from './pipeline.ts';
import type { FacesReport } from './report.ts';
import { analyseTargets, type Target } from './targets.ts';
import { TRACKER_DEFAULTS } from './tracker.ts';

export interface VideoFacesOptions
  extends Pick<AnalyseOptions, 'utterances' | 'keepLandmarks' | 'shots' | 'tracking' | 'identity' | 'contagion' | 'signal'> {
  /** Pictures a second that are looked at. Default 5; with a dialogue 10 find more speakers. */
  readonly fps?: number | undefined;
  readonly limits?: Partial<Limits> | undefined;
  /** Seconds: nothing that is shown or heard from then on has a part in the report; see `facesOfTargets`. The end of the film where absent. */
  readonly until?: number | undefined;
  /** What `probe` says of the file, where somebody looks at it before we do: it may refuse the file. */
  readonly about?: Probe | Promise<Probe> | undefined;
  /** The file, where somebody has opened it for us: `filmOfFaces`, which must have `heard` where there are utterances. */
  readonly film?: Film | undefined;
  /** SHA-256 of the file, where it is known already. */
  readonly fingerprint?: string | undefined;
  /** `total` is what the file's header promises. */
  readonly onProgress?: ((progress: { readonly frames: number; readonly total: number; readonly faces: number }) => void) | undefined;
}

/** Where less makes a face, less makes a track, too: this much more than a face, as with the defaults. */
const SURER = IDENTITY_DEFAULTS.score / TRACKER_DEFAULTS.sure;

/**
 * Everything about the faces of a video file: decoding, sound (where there is a dialogue to be linked) and networks run side by side, so the
 * networks may still be opening. A damaged or truncated file gives what can be decoded, with a note. The receipt says which file it was
 * (SHA-256) and how often it was looked at. Memory does not grow with the length, except for a few hundred bytes a face and the sound.
 * Throws what `decode`, `readSound`, the networks and `analyseFaces` throw.
 */
export async function facesOfVideo(
  path: string,
  networks: FaceNetworks | Promise<FaceNetworks>,
  { until, utterances, ...options }: VideoFacesOptions = {},
): Promise<FacesReport> {
  const [report] = await facesOfTargets(path, networks, [{ until, utterances }], options);
  return report!;
}

/**
 * The same for several moments of a file, a report for each: made of what was shown and heard before it, as if the film ended there. What the file's
 * header says (its size, its notes) stays that of the whole. The film is decoded once, up to the last of the moments, and networks look at it once.
 */
export async function facesOfTargets(
  path: string,
  networks: FaceNetworks | Promise<FaceNetworks>,
  targets: readonly Target[],
  options: Omit<VideoFacesOptions, 'until' | 'utterances'> = {},
): Promise<FacesReport[]> {
  const {
    fps = FACES_FPS,
    limits,
    signal,
    onProgress,
    tracking,
    identity,
    fingerprint: known,
    about: probed,
    film: opened,
    ...rest
  } = options;
  const over = new AbortController(); // when one part fails, nobody waits for the others
  const asked = { ...(limits && { limits }), signal: AbortSignal.any([over.signal, ...(signal ? [signal] : [])]) };
  const heard = targets.some(({ utterances }) => utterances?.length);
  const { about: found, sound: hearing, pictures, giveBack } = opened ?? filmOfFaces(path, { ...asked, fps, heard });
  const begun = [found, probed, hearing, known === undefined ? fileClip(path, asked) : { fingerprint: known }, networks] as const;
  let ending: Ending = { notes: [] };
  async function* frames(): AsyncGenerator<Frame> {
    ending = yield* pictures;
  }
  try {
    const [about, , sound, { fingerprint }, { detector, sure, recogniser, landmarks, descriptors }] = await Promise.all(begun);
    const { duration, video } = about;
    const last = Math.max(...targets.map(({ until = duration }) => Math.min(until, duration)));
    const total = Math.max(1, Math.ceil(last * Math.min(fps, video?.fps ?? fps)));
    const found = await analyseTargets(frames(), targets, {
      ...rest,
      fps,
      detector,
      recogniser,
      landmarks: landmarks.landmarks,
      describe: descriptors.describe,
      tracking: { sure, ...tracking },
      identity: { score: Math.min(IDENTITY_DEFAULTS.score, SURER * sure), ...identity },
      sound: sound?.samples.length ? sound : undefined,
      video: video && { duration, fps: video.fps, width: video.width, height: video.height },
      signal,
      giveBack,
      onProgress: onProgress && (({ frames: done, faces }) => onProgress({ frames: done, total: Math.max(total, done), faces })),
    });
    const atEnd = [...ending.notes, ...(ending.short === undefined ? [] : [ending.short])];
    return found.map(({ report, ended }, i) => ({
      ...report,
      notes: [...report.notes, ...new Set([...about.notes, ...(ended ? atEnd : [])].map(sentence))],
      receipt: {
        video: { file: basename(path), sha256: fingerprint, fps, ...(targets[i]!.until === undefined ? {} : { until: targets[i]!.until }) },
        ...report.receipt,
        landmarks: landmarks.receipt,
        descriptors: descriptors.receipt,
      },
    }));
  } finally {
    over.abort();
    await Promise.allSettled([pictures.return({ notes: [] }), ...begun]);
  }
}

/** What the decoder says of a file in a few words, as the notes of a report have it. */
const sentence = (words: string): string => (words.startsWith('the file') ? `T${words.slice(1)}.` : `The file: ${words}.`);
