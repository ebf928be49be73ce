/** Public names of `famenet/faces`: who shows which expression when, as viewers would read it. */
export type { Contagion, Following, Onset, Pair } from './contagion.ts';
export { type Descriptors, openDescriptors } from './descriptors.ts';
export { DETECTORS, type DetectorName, type DetectorOptions, openDetector } from './detectors.ts';
export { type Distribution, EMOTIONS, type Emotion } from './emotion.ts';
export type { Box, Detection, Detector, Point, Recogniser } from './face.ts';
export { FACES_FPS, filmOfFaces } from './film.ts';
export { type Landmarks, openLandmarks } from './landmarks.ts';
export type { NameLink } from './names.ts';
export { type FaceNetworkOptions, type FaceNetworks, openFaceNetworks } from './networks.ts';
export { type OverlayOptions, overlayVideo } from './overlay.ts';
export { type AnalyseOptions, analyseFaces } from './pipeline.ts';
export { openRecogniser, RECOGNISERS, type RecogniserName, type RecogniserOptions } from './recognisers.ts';
export {
  type FacesReport,
  type FrameReport,
  type PairReport,
  READING,
  type TrackReport,
  type UtteranceFace,
  type UtteranceReport,
  type VideoReport,
} from './report.ts';
export type { Unknown, Utterance } from './speaker.ts';
export type { Target } from './targets.ts';
export type { Peak } from './timeline.ts';
export { facesOfTargets, facesOfVideo, type VideoFacesOptions } from './video.ts';
