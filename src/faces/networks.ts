import { availableParallelism } from 'node:os';
import { Engine, type Provider } from '../graph/index.ts';
import { type Descriptors, openDescriptors } from './descriptors.ts';
import { type DetectorName, openDetector } from './detectors.ts';
import type { Detector, Recogniser } from './face.ts';
import { type Landmarks, openLandmarks } from './landmarks.ts';
import { openRecogniser, type RecogniserName } from './recognisers.ts';
import { TRACKER_DEFAULTS } from './tracker.ts';

export interface FaceNetworkOptions {
  /** Default `ssd8`; with another provider than the processor `ssd`. */
  readonly detector?: DetectorName | undefined;
  /** Default `expression`. */
  readonly recogniser?: RecogniserName | undefined;
  /** What npm does not bring: for `s3fd` and `ddamfn`. */
  readonly detectorWeights?: string | undefined;
  readonly recogniserWeights?: string | undefined;
  /** A detection with this score (0–1) is a face. Default 0.5. */
  readonly score?: number | undefined;
  /** Threads inside of one operator; half of the processors where absent, since two networks run at once (all of them for `s3fd`). */
  readonly threads?: number | undefined;
  readonly provider?: Provider | undefined;
  /** Come back before they can run, so that somebody can already be asked for pictures; what is wrong is then told at the first one. */
  readonly later?: boolean | undefined;
}

/** All networks that look at a video: one thread for the detector, another for those that read the faces of the picture before. */
export interface FaceNetworks {
  /** Also finds what is only likely to be a face: see `sure`. */
  readonly detector: Detector;
  /** A track has a detection of this score; the others in it may be lower. */
  readonly sure: number;
  readonly recogniser: Recogniser;
  readonly landmarks: Landmarks;
  readonly descriptors: Descriptors;
  /** Ends the threads; what runs in them is refused. */
  dispose(): Promise<void>;
}

/** This part of a sure score is enough to go on with a track: faces in motion often fall to 0.3 with `ssd` for a frame. */
const FAINT = 0.6;

/** Only processors gain by whole numbers. */
const ownChoice = ({ provider = 'cpu' }: FaceNetworkOptions): DetectorName => (provider === 'cpu' ? 'ssd8' : 'ssd');

/** Opens them. Throws what `openDetector` and `openRecogniser` throw, above all FACES_WEIGHTS; then nothing stays open. */
export async function openFaceNetworks(o: FaceNetworkOptions = {}): Promise<FaceNetworks> {
  const [looks, reads] = [new Engine(), new Engine()];
  const name = o.detector ?? ownChoice(o);
  const half = Math.max(1, Math.floor(availableParallelism() / 2));
  const shared = { engine: reads, threads: o.threads ?? half, provider: o.provider, later: o.later };
  const alone = { engine: looks, threads: name === 's3fd' ? o.threads : shared.threads }; // for that one the others wait anyway
  const dispose = async () => void (await Promise.all([looks.dispose(), reads.dispose()]));
  const sure = o.score ?? TRACKER_DEFAULTS.sure;
  const looking = openDetector(name, { ...shared, ...alone, weights: o.detectorWeights, score: FAINT * sure });
  const eyes = openLandmarks(shared);
  eyes.catch(() => {}); // told below, unless the detector fails first
  try {
    const detector = await looking; // first, since the others wait for its faces
    const [recogniser, landmarks, descriptors] = await Promise.all([
      openRecogniser(o.recogniser ?? 'expression', { ...shared, weights: o.recogniserWeights }),
      eyes,
      openDescriptors({ ...shared, landmarks: eyes }),
    ]);
    return { detector, sure, recogniser, landmarks, descriptors, dispose };
  } catch (cause) {
    await dispose();
    throw cause;
  }
}
