/** Building a data set of emotion causes: cumulative films, targets, splits, and a folder that can be published. */

export type { Film } from './film.ts';
export { claimFolder, holds, type Written, writeFolder } from './folder.ts';
export { buildDialogue, type Receipt } from './job.ts';
export { type Manifest, readManifest, type Settings, type Verified, verifyDataset } from './manifest.ts';
export { GAPS, type Gaps, LEFT_OUT } from './plan.ts';
export { buildFilms, type Ran } from './run.ts';
export { type Repair, readMeldSource, type Source } from './source.ts';
export { readClipsSource } from './source-clips.ts';
export { SIDES, type Side, SPLITS, type SplitOptions, splitOf } from './split.ts';
