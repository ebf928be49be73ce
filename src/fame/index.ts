/** Public names of `famenet/fame`: FAME-Net, from pictures, words and faces to an explanation. */
export {
  ABLATED,
  type Ablated,
  type Ablation,
  type AblationRow,
  type Answers,
  type AskedCause,
  ablation,
  type Bounded,
  type CauseKind,
  TOLD_BY,
  type TrueCause,
} from './ablation.ts';
export { answersFile, readAnswers } from './ablation-answers.ts';
export { ablationTable, combined } from './ablation-table.ts';
export { type Attribution, attribution, type Gradient, gradientOf, openGradient } from './attribution.ts';
export { type FilmCache, type FilmCacheOptions, openFilmCache, towerHash } from './cache.ts';
export { type DatasetOptions, type Example, hasPart, heldOutOf, readDataset } from './dataset.ts';
export { type Evidence, given, promptOf, type Weight, weighed } from './evidence.ts';
export { ABOUT_MODEL, evidenceInWords } from './evidence-words.ts';
export { type ExplainOptions, type Explanation, explain, type Seen, see, seeAll, visionOf } from './explain.ts';
export { type FacesInWords, facesInWords } from './expressions.ts';
export { type Fame, type FameOptions, type FameReceipt, languageConfig, openFame } from './fame.ts';
export { FRAMES, type FramesOptions, framesOfEnds, framesUntil, type SharedShown, type Shown } from './frames.ts';
export { type Looked, type Looking, lookAt } from './look.ts';
export { answerFeeds, answerLoss } from './loss.ts';
export { type Answered, likelihoods, type Masking, masking } from './masking.ts';
export { MINI, type ModelCard, miniFolder, modelCard } from './mini.ts';
export { type Pools, pools, type TowerConfig, videoTokens } from './net.ts';
export {
  control,
  embedStretches,
  layOut,
  learnt,
  learntControl,
  learntOf,
  lengthOf,
  type Part,
  type Stretch,
  spelled,
  vectors,
  words,
} from './parts.ts';
export { type PretrainOptions, pretrain, type RunEvent } from './pretrain.ts';
export {
  freshProjector,
  PROJECTOR_RENAMES,
  type Projector,
  type ProjectorForm,
  project,
  projectorHash,
  projectorOf,
  readProjector,
  saveProjector,
  trained,
} from './projector.ts';
export {
  explainPrompt,
  instructionFor,
  MODALITIES,
  type Modality,
  type Prompted,
  type PromptOptions,
  type PromptReceipt,
  type Question,
} from './prompt.ts';
export { type Sentence, type SentenceEvidence, type SentencePart, sentencesOf, weighedSentences } from './sentences.ts';
export { type SightEvent, type SightOptions, trainSight } from './sight.ts';
export { wholePicture } from './sight-folder.ts';
export type { Glimpse, Questions } from './sight-lessons.ts';
export type { Told } from './sight-report.ts';
export { asTurn, stopIds, TEMPLATES, type Template, type TemplateName, templateFor, templateNamed } from './template.ts';
export { TRAIN_DEFAULTS, TRAINABLE, type Trainable, type TrainEvent, type Trained, type TrainOptions, train } from './train.ts';
export { checkRun } from './train-run.ts';
export { type ScreenText, TURN_LETTERS, type Turn } from './turns.ts';
export { openVision, type SharedPicture, type Vision, type VisionOptions } from './vision.ts';
