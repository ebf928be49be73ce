/** Data sets out and in again: one form that knows everything, and those of others. */
export type {
  Annotation,
  DataSet,
  Entry,
  EntryEvidence,
  EntryText,
  EntryTurn,
  Protocol,
  Round,
  SenseName,
  SetAsideRound,
} from './entry.ts';
export { lean, SENSES } from './entry.ts';
export type { Exported, Files, Format, Left } from './format.ts';
export { FORMAT_NAMES, FORMATS, type FormatName } from './formats.ts';
export { dialoguesAsSet } from './other.ts';
export { dataSetOf, readDataSet } from './read.ts';
