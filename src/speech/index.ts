/** Speech: what is said in a video, by an engine or from a file; how far off it is, and what it corrects in a transcript that is there already. */
export { applyChanges, type Decided, type Review, readReview, writeReview } from './changes.ts';
export { dialogueOf, linesOf } from './dialogue.ts';
export { type EngineOptions, engineSpeech } from './engine.ts';
export { type Timed, type TimeErrors, timeErrors, WER_SIGNATURE, type WordErrors, wordErrors } from './errors.ts';
export { fileSpeech, type Line, type ParseLines } from './file.ts';
export { type Aligned, alignTurns } from './forced.ts';
export { findSpeechModels, type Recogniser, type SpeechModels } from './models.ts';
export { type Change, type ChangeKind, type Doubt, type Mend, type Repair, repairTurns, type Turn } from './repair.ts';
export type { HearOptions, Receipt, Segment, SoundEvent, Speech, Transcript, Word } from './speech.ts';
export { type Cue, srtOf, vttOf } from './subtitles.ts';
