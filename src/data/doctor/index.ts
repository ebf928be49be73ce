/** The doctor: what is wrong with files of MELD, ECF and ECEM and with folders of clips, and how it is repaired. */
export type { Clip, ClipOptions, Sense } from './clips.ts';
export { type Examined, examine, examineContent } from './examine.ts';
export { applyPatch, type FilePatch, filePatch, type PatchManifest, parsePatch, patchManifest } from './patch.ts';
export { type Heard, type Looked, listened, looked } from './senses.ts';
export { type Change, counted, type Place, type Severity, SYMPTOMS, type Symptom, type SymptomCode } from './symptom.ts';
