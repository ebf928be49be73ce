export { alpha, type Level } from './agreement.ts';
export { BASELINES, type Baseline, publishedBaseline, readBaseline } from './baseline.ts';
export { type BertScoreOptions, bertScore, type Encoded, type SentenceEncoder } from './bertscore.ts';
export { type BleuStats, bleu } from './bleu.ts';
export { type BleurtOptions, bleurt, type PairScorer, type SentencePair } from './bleurt.ts';
export { approximateRandomisation, type Comparison, type Interval, interval, pairedBootstrap, type ResampleOptions } from './bootstrap.ts';
export { type CiderOptions, cider, ciderD, type Frequencies, frequenciesOf } from './cider.ts';
export { type CommonWords, commonWords, contentCider, contentF1 } from './content.ts';
export { type EmotionItem, FLOOR_NAMES, FLOOR_VERSION, floor, type Utterance } from './floor.ts';
export { TOKENIZERS, type TokenizerName, tokenise } from './item.ts';
export { meteor } from './meteor.ts';
export { openParaphrases, type Paraphrases } from './meteor-paraphrases.ts';
export type { MeteorStats } from './meteor-score.ts';
export { type AnyMetric, type Item, type Metric, type MissingMetric, type Segment, sign, type Tokens, type Work } from './metric.ts';
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
export { openWordNet, type WordNet } from './wordnet.ts';
