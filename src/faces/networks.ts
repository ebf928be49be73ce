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
  /** Threads inside of one operator; the engine's own choice where absent. */
  readonly threads?: number | undefined;
  readonly provider?: Provider | undefined;
}

/** All networks that look at a video, in one thread. */
export interface FaceNetworks {
  /** Also finds what is only likely to be a face: see `sure`. */
  readonly detector: Detector;
  /** A track has a detection of this score; the others in it may be lower. */
  readonly sure: number;
  readonly recogniser: Recogniser;
  readonly landmarks: Landmarks;
  readonly descriptors: Descriptors;
  /** Ends the thread; what runs in it is refused. */
  dispose(): Promise<void>;
}

/** This part of a sure score is enough to go on with a track: faces in motion often fall to 0.3 with `ssd` for a frame. */
const FAINT = 0.6;

/** Only processors gain by whole numbers. */
const ownChoice = ({ provider = 'cpu' }: FaceNetworkOptions): DetectorName => (provider === 'cpu' ? 'ssd8' : 'ssd');

/** Opens them. Throws what `openDetector` and `openRecogniser` throw, above all FACES_WEIGHTS; then nothing stays open. */
export async function openFaceNetworks(o: FaceNetworkOptions = {}): Promise<FaceNetworks> {
  const engine = new Engine();
  const shared = { engine, threads: o.threads, provider: o.provider };
  const sure = o.score ?? TRACKER_DEFAULTS.sure;
  const eyes = openLandmarks(shared);
  try {
    const [detector, recogniser, landmarks, descriptors] = await Promise.all([
      openDetector(o.detector ?? ownChoice(o), { ...shared, weights: o.detectorWeights, score: FAINT * sure }),
      openRecogniser(o.recogniser ?? 'expression', { ...shared, weights: o.recogniserWeights }),
      eyes,
      openDescriptors({ ...shared, landmarks: eyes }),
    ]);
    return { detector, sure, recogniser, landmarks, descriptors, dispose: () => engine.dispose() };
  } catch (cause) {
    await engine.dispose();
    throw cause;
  }
}
