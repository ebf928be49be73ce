export { alpha, alphaOf, coincidences, type Level } from './agreement.ts';
export { BASELINES, type Baseline, publishedBaseline, readBaseline } from './baseline.ts';
export { type BertScoreOptions, bertScore, type Encoded, type SentenceEncoder } from './bertscore.ts';
export { type BleuStats, bleu } from './bleu.ts';
export { type BleurtOptions, bleurt, type PairScorer, type SentencePair } from './bleurt.ts';
export { approximateRandomisation, type Comparison, type Interval, interval, pairedBootstrap, type ResampleOptions } from './bootstrap.ts';
export { tableChart } from './chart.ts';
export { type CiderOptions, cider, ciderD, type Frequencies, frequenciesOf } from './cider.ts';
export { COMPARABLE_TITLE, type Comparability, comparability } from './comparable.ts';
export {
  type ComparedMetric,
  type ComparedPair,
  type ComparedScore,
  type CompareOptions,
  compareSystems,
  LEVEL,
  type System,
  type SystemComparison,
  TESTS,
  type TestName,
} from './comparison.ts';
export { type CommonWords, commonWords, contentCider, contentF1 } from './content.ts';
export { type EmotionItem, FLOOR_NAMES, FLOOR_VERSION, floor, type Utterance } from './floor.ts';
export { TABLE_FORMATS, type TableFormat } from './formats.ts';
export { holm, letters } from './groups.ts';
export { TOKENIZERS, type TokenizerName, tokenise } from './item.ts';
export { type MeteorOptions, meteor } from './meteor.ts';
export { openParaphrases, type Paraphrases } from './meteor-paraphrases.ts';
export type { MeteorStats } from './meteor-score.ts';
export { type AnyMetric, type Item, type Metric, type MissingMetric, type Segment, sign, type Tokens, type Work } from './metric.ts';
export { AS_PRINTED, HUMAN_TABLE, PAPER_TABLES, type PaperRow, type PaperTable, printedNumber } from './paper.ts';
export { CRITERIA, type Criterion, parseRatings, type Rating, readRatings, SCALE } from './ratings.ts';
export {
  type RatedCriterion,
  type RatedPair,
  type RatedSystem,
  type RaterBias,
  type RatingsSummary,
  summariseRatings,
} from './ratings-summary.ts';
export { ratingsTable } from './ratings-table.ts';
export {
  type Prediction,
  pair,
  parsePredictions,
  parseReferences,
  type Reference,
  type ReferencedItem,
  readPredictions,
  readReferences,
} from './read.ts';
export { rougeL } from './rouge.ts';
export { fingerprint, METRICS_VERSION, type Measured, measure, type Score, type ScoreOptions, score, scoreOf } from './score.ts';
export { type Digits, type Figure, printable, type Table, type TableCell, type TableRow, type TableSection, tableOf } from './table.ts';
export { comparableText, type GridColumn, grid } from './text.ts';
export { openWordNet, type WordNet } from './wordnet.ts';
