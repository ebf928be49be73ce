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
  FLOOR_VERSION,
  floor,
  interval,
  type Measured,
  type MissingMetric,
  measure,
  meteor,
  openParaphrases,
  openWordNet,
  pair,
  publishedBaseline,
  type ReferencedItem,
  readBaseline,
  readPredictions,
  readReferences,
  rougeL,
  type Score,
  type Segment,
  scoreOf,
  type TokenizerName,
  tokenise,
} from '../metrics/index.ts';
import { choice, command, flag, integer, path, text } from './command.ts';
import type { Out } from './out.ts';

/** Folders, files and settings that some metrics need. */
interface Resources {
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
const GROUPS: Readonly<Record<string, (r: Resources) => Promise<readonly (AnyMetric | MissingMetric)[]>>> = {
  bleu: async () => ([1, 2, 3, 4] as const).map((order) => bleu({ order })),
  meteor: async ({ paraphrases }) => [
    meteor({ wordnet: await openWordNet(), ...(paraphrases === undefined ? {} : { paraphrases: await openParaphrases(paraphrases) }) }),
  ],
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

export default command({
  name: 'evaluate',
  about: 'Score predictions against references, beside what knowing nothing would score',
  examples: [
    'famenet evaluate --predictions answers.jsonl --references test.jsonl',
    'famenet evaluate --predictions answers.json --references ecem.json --metrics bleu,cider,content --by emotion --json',
  ],
  args: {
    predictions: path({ required: true, mustExist: true, about: 'JSONL {id, cause}, ECEM JSON, or a COCO result list' }),
    references: path({ required: true, mustExist: true, about: 'JSONL {id, causes}, ECEM JSON, or COCO annotations' }),
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
    floor: flag({ default: true, about: 'score the bare template too, where the references tell emotion and utterance' }),
    by: choice(['emotion'], { about: 'also score each emotion by itself' }),
    bootstrap: integer({ default: 1000, min: 0, max: 1_000_000, about: 'resamples for 95 % intervals, 0 for none' }),
    seed: integer({ default: 12345, about: 'of the resamples' }),
  },
  async run({ args, out, signal }) {
    const metrics = await chosen(args.metrics, args);
    const [predictions, references] = [await readPredictions(args.predictions), await readReferences(args.references)];
    const items = pair(predictions, references, args.predictions);
    if (args.by === 'emotion' && !items.every(isEmotionItem)) throw noEmotion(items, args.references);
    const evaluated = async (segments: readonly Segment[], label: string) => {
      const tokens = tokenise(segments, args.tokenizer);
      const rows: (Measured | MissingMetric)[] = [];
      for (const [i, metric] of metrics.entries()) {
        out.progress({ done: i, total: metrics.length, unit: 'metrics', label });
        const progress = (done: number, total: number) =>
          out.progress({ done, total, unit: 'inputs', label: `${label} by ${'missing' in metric ? '' : metric.name}` });
        rows.push('missing' in metric ? metric : await measure(metric, tokens, { tokenizer: args.tokenizer, signal, progress }));
      }
      out.progress({ done: metrics.length, total: metrics.length, unit: 'metrics', label });
      return rows;
    };
    const bounded = (row: Measured | MissingMetric, among?: readonly number[]): Score | MissingMetric => {
      if ('missing' in row) return row;
      const stats = among === undefined ? row.stats : among.map((i) => row.stats[i]);
      const bounds = args.bootstrap > 0 ? interval({ ...row, stats }, { samples: args.bootstrap, seed: args.seed, signal }) : undefined;
      return scoreOf(row, bounds, among);
    };
    const measured = await evaluated(items, 'Scoring');
    const scores = measured.map((row) => bounded(row));
    const floors = args.floor && items.every(isEmotionItem) ? await floorScores(items, evaluated) : undefined;
    const groups = args.by === 'emotion' ? emotionsOf(items) : undefined;
    const byEmotion = groups && new Map([...groups].map(([emotion, among]) => [emotion, measured.map((row) => bounded(row, among))]));

    print(out, { items: items.length, scores, floors, byEmotion, groups, tokenizer: args.tokenizer });
    if (args.floor && !floors) out.note(`No floor: ${NO_FLOOR}`);
    out.done({
      items: items.length,
      metrics: documentOf(scores),
      ...(args.floor ? { floor: floors ? { version: FLOOR_VERSION, ...mapped(floors, documentOf) } : { missing: NO_FLOOR } } : {}),
      ...(byEmotion ? { byEmotion: mapped(byEmotion, documentOf, (emotion) => ({ items: groups!.get(emotion)!.length })) } : {}),
    });
  },
});

const NO_FLOOR = 'the references do not tell emotion and utterance of every item';

type Rows = readonly (Score | MissingMetric)[];

async function chosen(words: string, resources: Resources): Promise<(AnyMetric | MissingMetric)[]> {
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

function isEmotionItem(item: ReferencedItem): item is ReferencedItem & EmotionItem {
  return item.about !== undefined;
}

function noEmotion(items: readonly ReferencedItem[], at: string): FameError {
  const bare = items.filter((item) => !isEmotionItem(item));
  return new FameError('METRIC_NO_EMOTION', 'The references do not say who felt what', {
    at,
    expected: '"emotion" and "utterance" in every line, or the question in ECEM’s form',
    got: `neither for ${bare.length} of ${items.length} items, the first of them ${bare[0]?.id}`,
    fix: 'add them, or leave out --by',
  });
}

async function floorScores(
  items: readonly EmotionItem[],
  evaluated: (segments: readonly Segment[], label: string) => Promise<(Measured | MissingMetric)[]>,
): Promise<Map<string, Rows>> {
  const floors = new Map<string, Rows>();
  for (const name of FLOOR_NAMES) {
    const rows = await evaluated(floor(name, items), `Scoring the ${name}`);
    floors.set(
      name,
      rows.map((row) => ('missing' in row ? row : scoreOf(row))),
    );
  }
  return floors;
}

/** Positions of the items of each emotion, the most frequent emotion first. */
function emotionsOf(items: readonly ReferencedItem[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const [i, { about }] of items.entries()) {
    const group = groups.get(about!.emotion);
    if (group) group.push(i);
    else groups.set(about!.emotion, [i]);
  }
  return new Map([...groups].sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1)));
}

function documentOf(rows: Rows): Record<string, unknown> {
  return Object.fromEntries(
    rows.map((row) => {
      if ('missing' in row) return [row.name, { missing: row.missing, fix: row.fix }];
      const { name, perItem: _, ...rest } = row;
      return [name, rest];
    }),
  );
}

function mapped(rows: ReadonlyMap<string, Rows>, document: (rows: Rows) => object, more: (name: string) => object = () => ({})) {
  return Object.fromEntries([...rows].map(([name, row]) => [name, { ...more(name), metrics: document(row) }]));
}

interface Findings {
  readonly items: number;
  readonly scores: Rows;
  readonly floors: ReadonlyMap<string, Rows> | undefined;
  readonly byEmotion: ReadonlyMap<string, Rows> | undefined;
  readonly groups: ReadonlyMap<string, readonly number[]> | undefined;
  readonly tokenizer: TokenizerName;
}

function print(out: Out, { items, scores, floors, byEmotion, groups, tokenizer }: Findings): void {
  out.line(`${items} items. Higher is better; intervals are 95 %.`);
  out.line();
  const shown = (row: Score | MissingMetric | undefined) => (row === undefined ? '' : 'missing' in row ? 'n/a' : row.score.toFixed(4));
  out.table(
    scores.map((row, i) => ({
      metric: row.name,
      score: shown(row),
      ...('missing' in row || row.low === undefined ? { interval: '' } : { interval: `${row.low.toFixed(4)} – ${row.high!.toFixed(4)}` }),
      ...(floors ? Object.fromEntries([...floors].map(([name, rows]) => [name, 'missing' in row ? '' : shown(rows[i])])) : {}),
    })),
  );
  if (byEmotion) {
    out.line();
    out.table(
      [...byEmotion].map(([emotion, rows]) => ({
        emotion,
        items: groups!.get(emotion)!.length,
        ...Object.fromEntries(rows.flatMap((row) => ('missing' in row ? [] : [[row.name, row.score.toFixed(4)]]))),
      })),
    );
  }
  out.line();
  for (const row of scores) out.line('missing' in row ? `${row.name}: n/a (${row.missing}; ${row.fix})` : `${row.name}: ${row.signature}`);
  out.line();
  for (const row of scores) if (!('missing' in row) && row.note) out.line(`! ${row.name}: ${row.note}`);
  for (const line of comparable(scores, tokenizer, floors !== undefined)) out.line(line);
}

/** Which number may stand beside which paper's, and why not. */
function comparable(scores: Rows, tokenizer: TokenizerName, floors: boolean): string[] {
  const has = (start: string) => scores.some((row) => row.name.startsWith(start) && !('missing' in row));
  const tool = tokenizer === 'ptb' ? 'pycocoevalcap, but for some rare tokens (tok:ptb-like)' : 'nlg-eval (tok:whitespace)';
  return [
    'Compare only scores with equal signatures; set: names the test set. A paper’s number on another split stands for other items.',
    ...(has('BLEU') || has('ROUGE') || has('CIDEr')
      ? [`BLEU, ROUGE-L and CIDEr-D are those of ${tool}; papers often print them times 100.`]
      : []),
    ...(has('CIDEr')
      ? [
          'CIDEr-D is what most papers call CIDEr. Its weights come from this very set, so it is never comparable with another set, or a part.',
        ]
      : []),
    ...(has('content') ? ['content-F1 and content-CIDEr leave out the words that most references share; no paper prints them.'] : []),
    ...(has('BERTScore') || has('BLEURT')
      ? ['BERTScore and BLEURT have a scale of their own for every model and setting in their signatures; 0 and 1 mean nothing there.']
      : []),
    ...(floors ? ['The template columns know nothing of the cause: what they score is paid for the phrase.'] : []),
  ];
}
