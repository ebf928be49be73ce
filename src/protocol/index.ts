/** The annotation protocol of ECEM (Wang et al. 2025, §3.1) as pure functions over an append-only log of events. docs/protocol.md is its picture. */
export { type Standing, standingsFor } from './board.ts';
export {
  ALLOWED,
  type Calibration,
  type CalibrationOptions,
  type CalibrationSummary,
  calibrate,
  calibrationOf,
  derangement,
  errorsAt,
  gateFault,
  type Histogram,
  LEAST_PAIRS,
  type PairScorer,
  shuffledPairs,
  type TextPair,
} from './calibration.ts';
export { carriedOut, folding } from './carry.ts';
export { type Asked, type Command, type CommandOf, type CommandType, type Decision, decide, type Orders } from './decide.ts';
export { ERASED, type Erasure, redacted } from './erase.ts';
export {
  CHOICES,
  type Choice,
  EVENT_VERSION,
  type Event,
  type EventOf,
  type EventType,
  GATE,
  type Happened,
  type Payloads,
  ROLES,
  type Role,
  SEATS,
  type Seat,
} from './events.ts';
export { extend, type Following, fold, follow, type Outcome } from './fold.ts';
export { causesOf, type Pending, passes, pending } from './gate.ts';
export { adviceOn, GUIDELINES, type Guidelines } from './guidelines.ts';
export { STATUSES, type Status, statusOf } from './item.ts';
export { nextFor, type Task } from './next.ts';
export { protocolParagraph } from './paragraph.ts';
export { parseCommand, parseEvent } from './parse.ts';
export { AUTHORS, ECEM, type GatePolicy, type NoGate, type Policy } from './policy.ts';
export { type Agreement, type PersonProgress, type Progress, progressOf } from './progress.ts';
export { type Publication, publicationOf, type Result, results } from './publication.ts';
export { redactions } from './redaction.ts';
export { type Refusal, type Refused, refusalError } from './refusal.ts';
export { type SpeakerErasure, type SpeakerTraces, speakerIn, speakerless } from './speaker.ts';
export type {
  Campaign,
  Discussion,
  Draft,
  ItemState,
  Measured,
  Message,
  Person,
  SetAside,
  Settings,
  Training,
  Vote,
  Written,
} from './state.ts';
export { type Deed, type ItemView, practiceFor, type SeenDraft, viewFor } from './view.ts';
export {
  type Evidence,
  type FaceEvidence,
  type Item,
  MODALITIES,
  type Modality,
  type PictureEvidence,
  type Region,
  type TimeEvidence,
  type Turn,
  type TurnEvidence,
  type Writing,
} from './writing.ts';
