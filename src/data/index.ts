/** Dialogues and data sets: one typed dialogue and its readers, MELD, ECF and ECEM, and what is wrong with them. */
export { type Counting, countings, dialogueName, joinMeld, locate, type Statement } from './align.ts';
export { BESIDE, dialoguesBeside, joinBeside } from './beside.ts';
export { type Inference, joined, parseCicero, readCicero } from './cicero.ts';
export { type Cleaned, cleanEcem, FINDINGS, type Finding, type FindingCode } from './clean.ts';
export { parseDialogue, parseDialogues, readDialogue, readDialogues } from './dialogue.ts';
export { type EcemRow, EXPLAINED, ecemText, type Place, parseEcem, placeOf, readEcem, videoName } from './ecem.ts';
export { type EcfCause, type EcfDialogue, parseEcf, readEcf } from './ecf.ts';
export { clipName, MELD_PARTS, type Meld, type MeldPart, parseMeld, readMeld } from './meld.ts';
export { isUnreadable, type Repaired, repairText } from './mojibake.ts';
export { parseReccon, readReccon } from './reccon.ts';
export { type Person, reported } from './reported.ts';
export { parseTranscripts, readTranscripts } from './transcripts.ts';
export type { Dialogue, Line, Utterance } from './utterance.ts';
