import { FameError, UsageError } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import {
  type AnyMetric,
  bertScore,
  bleu,
  bleurt,
  ciderD,
  contentCider,
  contentF1,
  type EmotionItem,
  FLOOR_NAMES,
  floor,
  type Measured,
  type MissingMetric,
  measure,
  meteor,
  openParaphrases,
  openWordNet,
  publishedBaseline,
  type ReferencedItem,
  readBaseline,
  rougeL,
  type Segment,
  type TokenizerName,
  tokenise,
} from '../metrics/index.ts';
import { choice, flag, integer, path, text } from './command.ts';
import type { Out } from './out.ts';

/** Folders, files and settings that some metrics need. */
export interface MetricResources {
  readonly encoder: string | undefined;
  readonly layer: number | undefined;
  readonly idf: boolean;
  readonly rescale: boolean;
  readonly baseline: string | undefined;
  readonly bleurt: string | undefined;
  readonly bleurtGelu: 'tanh' | 'erf';
  readonly paraphrases: string | undefined;
}

/** What `--metrics` may name, and what each stands for. A metric whose model is not there gives a MissingMetric, never another metric. */
const GROUPS: Readonly<Record<string, (r: MetricResources) => Promise<readonly (AnyMetric | MissingMetric)[]>>> = {
  bleu: async () => ([1, 2, 3, 4] as const).map((order) => bleu({ order })),
  meteor: async ({ paraphrases }) => {
    const wordnet = await openWordNet().catch(absent);
    if (wordnet === undefined) return [{ name: 'METEOR', missing: 'no WordNet', fix: '`npm install wordnet`' }];
    return [meteor({ wordnet, ...(paraphrases === undefined ? {} : { paraphrases: await openParaphrases(paraphrases) }) })];
  },
  rouge: async () => [rougeL()],
  cider: async () => [ciderD()],
  content: async () => [contentF1(), contentCider()],
  bertscore: async ({ encoder, layer, idf, rescale, baseline }) => {
    if (encoder === undefined)
      return [
        { name: 'BERTScore', missing: 'no encoder', fix: '`famenet models pull roberta-large`, then --encoder models/roberta-large' },
      ];
    const { openEncoder } = await import('../models/index.ts'); // the engine is loaded only where it is asked for
    const opened = await openEncoder(encoder, layer === undefined ? {} : { layer });
    if (baseline !== undefined) return [bertScore({ encoder: opened, idf, baseline: await readBaseline(baseline, opened.layer) })];
    return [bertScore({ encoder: opened, idf, ...(rescale ? { baseline: publishedBaseline(opened.name) } : {}) })];
  },
  bleurt: async ({ bleurt: directory, bleurtGelu }) => {
    if (directory === undefined) return [{ name: 'BLEURT', missing: 'no checkpoint', fix: BLEURT_FIX }];
    const { openBleurt } = await import('../models/index.ts');
    return [bleurt({ scorer: await openBleurt(directory, { gelu: bleurtGelu }) })];
  },
};

const BLEURT_FIX =
  '`famenet models pull bleurt-20`, `famenet models convert models/bleurt-20 models/bleurt-20-st`, then --bleurt models/bleurt-20-st';

/** Only a WordNet that is not installed is a missing metric; a damaged one is an error. */
function absent(error: unknown): undefined {
  if (error instanceof FameError && error.code === 'WORDNET_MISSING') return undefined;
  throw error;
}

/** The options that say what is measured, how, and with which models: the same for every command that measures. */
export const METRIC_ARGS = {
  metrics: text({ default: Object.keys(GROUPS).join(','), about: `any of ${Object.keys(GROUPS).join(', ')}` }),
  encoder: path({ mustExist: true, is: 'folder', about: 'RoBERTa or BERT folder for BERTScore' }),
  layer: integer({ min: 1, about: "the encoder's layer; the one that bert_score recommends where it knows the model, else the last" }),
  idf: flag({ default: false, about: 'BERTScore counts rare pieces more' }),
  rescale: flag({ default: false, about: 'BERTScore minus what unrelated sentences score, by the published baseline' }),
  baseline: path({ mustExist: true, is: 'file', about: "another baseline to rescale with: bert_score's table LAYER,P,R,F" }),
  bleurt: path({ mustExist: true, is: 'folder', about: 'BLEURT folder: the PyTorch port, converted to safetensors' }),
  bleurtGelu: choice(['tanh', 'erf'], { default: 'tanh', about: "tanh scores as google's BLEURT, erf as its PyTorch port" }),
  paraphrases: path({
    mustExist: true,
    is: 'file',
    env: 'FAMENET_PARAPHRASES',
    about: "METEOR's paraphrase-en.gz; without it METEOR runs without paraphrases and its signature says so",
  }),
  tokenizer: choice(['ptb', 'whitespace'], { default: 'ptb', about: 'ptb as pycocoevalcap, whitespace as nlg-eval' }),
} as const;

/** How often chance is asked, and from which seed. */
export const CHANCE_ARGS = {
  bootstrap: integer({ default: 1000, min: 0, max: 1_000_000, about: 'resamples for 95 % intervals and tests, 0 for neither' }),
  seed: integer({ default: 12345, about: 'of the resamples' }),
} as const;

/** The metrics that `--metrics` names, in that order. Throws USAGE_VALUE, and what opening their models throws. */
export async function chosenMetrics(words: string, resources: MetricResources): Promise<(AnyMetric | MissingMetric)[]> {
  const names = [...new Set(words.split(',').map((word) => word.trim().toLowerCase()))].filter(Boolean);
  const known = Object.keys(GROUPS);
  const strange = names.find((name) => !known.includes(name));
  if (strange !== undefined || names.length === 0) {
    const near = strange === undefined ? undefined : nearest(strange, known);
    throw new UsageError('USAGE_VALUE', `--metrics cannot be ${JSON.stringify(words)}`, {
      at: '--metrics',
      expected: `some of ${known.join(', ')}, parted by commas`,
      got: strange ?? 'nothing',
      fix: near ? `did you mean ${near}?` : '--metrics bleu,rouge,cider,content',
    });
  }
  return (await Promise.all(names.map((name) => GROUPS[name]!(resources)))).flat();
}

/** One row of statistics for each metric, in order. `label` says in the progress what is being scored. */
export async function measureAll(
  metrics: readonly (AnyMetric | MissingMetric)[],
  segments: readonly Segment[],
  { label, tokenizer, out, signal }: { label: string; tokenizer: TokenizerName; out: Out; signal: AbortSignal },
): Promise<(Measured | MissingMetric)[]> {
  const tokens = tokenise(segments, tokenizer);
  const rows: (Measured | MissingMetric)[] = [];
  for (const [i, metric] of metrics.entries()) {
    out.progress({ done: i, total: metrics.length, unit: 'metrics', label });
    const progress = (done: number, total: number) =>
      out.progress({ done, total, unit: 'inputs', label: `${label} by ${'missing' in metric ? '' : metric.name}` });
    rows.push('missing' in metric ? metric : await measure(metric, tokens, { tokenizer, signal, progress }));
  }
  out.progress({ done: metrics.length, total: metrics.length, unit: 'metrics', label });
  return rows;
}

/** Whether the references tell who felt what, so that a floor can be scored. */
export function isEmotionItem(item: ReferencedItem): item is ReferencedItem & EmotionItem {
  return item.about !== undefined;
}

/** The floors as systems that know nothing; undefined where the references do not tell enough. */
export function floorsOf(items: readonly ReferencedItem[]): { name: string; segments: Segment[] }[] | undefined {
  return items.every(isEmotionItem) ? FLOOR_NAMES.map((name) => ({ name, segments: floor(name, items) })) : undefined;
}

/** Why there is no floor. */
export const NO_FLOOR = 'the references do not tell emotion and utterance of every item';
