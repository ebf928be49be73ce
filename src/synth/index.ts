/** The made world: small animated scenes of drawn people whose emotions have known causes. */
export { CAST, type Character } from './cast.ts';
export { type Dialogue, dialogueOf, type EcemItem, ecemItem, filmName, type Truth, truthOf } from './export.ts';
export { type FilmSettings, SIZES, type SizeName, soundOf, writeFilm } from './film.ts';
export { type Made, type Recipe, WORLD_VERSION, type WriteOptions, writeWorld } from './folder.ts';
export { causeOf, type Judged, type Judgement, judge, type Named, namedIn } from './judge.ts';
export { readTruths } from './judge-truths.ts';
export { type Scene, type Size, sceneOf } from './scene.ts';
export { type TimedTurn, type Timeline, timelineOf } from './timeline.ts';
export {
  FELT,
  type Felt,
  KINDS,
  type Kind,
  type Modality,
  PARTS,
  type Part,
  partFor,
  partOf,
  type Story,
  storyOf,
  type Turn,
} from './world.ts';
