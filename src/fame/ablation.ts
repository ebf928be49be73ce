/**
 * The paper's Table 4 (§5.4) where the truth is known: which causes are still named when a modality is switched off. The paper scores wordings only; a
 * made world has causes of three kinds, each told by one modality alone, so that here a modality that is not used shows.
 */
import { FameError } from '../base/errors.ts';
import {
  type AnyMetric,
  commonWords,
  contentF1,
  interval,
  type Metric,
  measure,
  type Prediction,
  pair,
  type ResampleOptions,
  rougeL,
  type Segment,
  sign,
  tokenise,
} from '../metrics/index.ts';
import { mean } from '../metrics/metric.ts';
import { type FloorName, floorSegments } from './ablation-floors.ts';
import type { Modality } from './prompt.ts';

/** All combinations of modalities, in the letters that `famenet predict --modalities` takes. */
export const ABLATED = ['V', 'E', 'T', 'VE', 'VT', 'TE', 'VTE'] as const;
export type Ablated = (typeof ABLATED)[number];

/** The kinds of causes, and the modality that alone tells one from its alternatives. */
export const TOLD_BY = { word: 'T', picture: 'V', face: 'E' } as const satisfies Readonly<Record<string, Modality>>;
export type CauseKind = keyof typeof TOLD_BY;
const KINDS = Object.keys(TOLD_BY) as CauseKind[];

/** What a modality adds: all three against the other two. */
const WITHOUT: Readonly<Record<Modality, Ablated>> = { V: 'TE', T: 'VE', E: 'VT' };

/** A cause that is true, of training or of the test. */
export interface TrueCause {
  readonly kind: CauseKind;
  readonly emotion: string;
  /** What tells it from others, whoever it is told of: causes with the same are the same. */
  readonly about: string;
  /** As an explanation says it. */
  readonly cause: string;
}

/** A question of the test. */
export interface AskedCause extends TrueCause {
  /** As in the predictions. */
  readonly id: string;
  /** Whether an explanation names this cause and no other. */
  right(explanation: string): boolean;
}

/** What one trained network said with some modalities. */
export interface Answers {
  /** Names the training. */
  readonly seed: string;
  readonly modalities: Ablated;
  readonly predictions: readonly Prediction[];
}

/** A mean over items and its 95 % interval. */
export interface Bounded {
  readonly score: number;
  readonly low: number;
  readonly high: number;
}

/** One line of the table; a cell for each of the ablation's columns. */
export interface AblationRow<Name extends string> {
  readonly name: Name;
  readonly cells: readonly Bounded[];
  /** The scores of each training by itself, in the order of the seeds. Empty for a floor. */
  readonly bySeed: readonly (readonly number[])[];
}

/** All numbers of an ablation. */
export interface Ablation {
  readonly items: number;
  readonly kinds: Readonly<Record<CauseKind, number>>;
  readonly seeds: readonly string[];
  /** The kinds, all causes together, and two measures of wording. All are 0 to 1. */
  readonly columns: readonly string[];
  readonly rows: readonly AblationRow<Ablated>[];
  /** Differences: what each modality adds to the other two. */
  readonly gains: readonly AblationRow<Modality>[];
  /** What knowing emotion and kind, but not the cause, would score. */
  readonly floors: readonly AblationRow<FloorName>[];
  /** Column and signature. */
  readonly signatures: readonly (readonly [name: string, signature: string])[];
  readonly notes: readonly string[];
}

/** Of each metric (outside), a number for each item. */
type Stats = readonly (readonly number[])[];

/**
 * Scores what networks trained with several seeds said with each combination of modalities. An item counts with the mean over its seeds; intervals draw
 * items with replacement, the same ones for every row, and differences are taken item by item, so they are paired. The words of the template, which
 * content-F1 leaves out, are counted on what was learnt from: the references of a small test are too few for that.
 * @throws FameError FAME_ABLATION where answers of a seed or combination, or causes to learn from or to ask for, are missing; METRIC_IDS
 */
export async function ablation(
  asked: readonly AskedCause[],
  learnt: readonly TrueCause[],
  answers: readonly Answers[],
  { samples = 1000, seed = 12345, signal }: Partial<ResampleOptions> = {},
): Promise<Ablation> {
  const seeds = [...new Set(answers.map((one) => one.seed))];
  refuseGaps(asked, learnt, answers, seeds);
  const common = commonWords(tokenise(learnt.map(asSegment), 'ptb'));
  const metrics: readonly AnyMetric[] = [rightCause(asked), contentF1({ common }), rougeL()] as AnyMetric[];
  const measured = async (segments: readonly Segment[]) => {
    const items = tokenise(segments, 'ptb');
    return Promise.all(metrics.map((metric) => measure(metric, items, { tokenizer: 'ptb', signal })));
  };
  const references = asked.map(({ id, cause }) => ({ id, refs: [cause] }));
  const stats = new Map<Ablated, Stats[]>();
  let named: readonly { readonly signature: string; readonly note: string | undefined }[] = [];
  for (const modalities of ABLATED) {
    for (const one of seeds) {
      const { predictions } = answers.find((given) => given.seed === one && given.modalities === modalities)!;
      const found = await measured(pair(predictions, references, `seed ${one}, ${modalities}`));
      named = found;
      stats.set(modalities, [...(stats.get(modalities) ?? []), found.map((metric) => metric.stats as number[])]);
    }
  }
  const columns = columnsOf(asked);
  const bounded = (of: Stats) =>
    columns.map(({ metric, among }): Bounded => {
      const values = among.map((i) => of[metric]![i]!);
      const { low, high } = interval({ metric: metrics[metric]!, stats: values }, { samples, seed, signal });
      return { score: mean(values), low, high };
    });
  const row = <Name extends string>(name: Name, bySeed: readonly Stats[]): AblationRow<Name> => ({
    name,
    cells: bounded(meanOf(bySeed)),
    bySeed: bySeed.map((of) => columns.map(({ metric, among }) => mean(among.map((i) => of[metric]![i]!)))),
  });
  const floors = floorSegments(asked, learnt);
  return {
    items: asked.length,
    kinds: Object.fromEntries(KINDS.map((kind) => [kind, asked.filter((one) => one.kind === kind).length])) as Record<CauseKind, number>,
    seeds,
    columns: columns.map(({ name }) => name),
    rows: ABLATED.map((modalities) => row(modalities, stats.get(modalities)!)),
    gains: (['V', 'T', 'E'] as const).map((modality) => {
      const without = stats.get(WITHOUT[modality])!;
      return row(
        modality,
        stats.get('VTE')!.map((all, s) => all.map((values, m) => values.map((value, i) => value - without[s]![m]![i]!))),
      );
    }),
    floors: await Promise.all(
      floors.named.map(async ({ name, segments }) => {
        const flat = (await measured(segments.flat())).map((metric) => metric.stats as number[]);
        return { ...row(name, [flat.map((values) => regrouped(values, segments).map(mean))]), bySeed: [] };
      }),
    ),
    signatures: metrics.map(({ name }, m) => [name, `${named[m]!.signature}|bootstrap:${samples}|seed:${seed}`]),
    notes: [...metrics.flatMap(({ name }, m) => (named[m]!.note === undefined ? [] : [`${name}: ${named[m]!.note}`])), ...floors.notes],
  };
}

/** The share of explanations that name their cause: 0 to 1. Written like any other metric, so that it is measured and signed like one. */
function rightCause(asked: readonly AskedCause[]): Metric<void, number> {
  const known = new Map(asked.map((one) => [one.id, one]));
  return {
    name: 'right cause',
    reads: 'text',
    range: { min: 0, max: 1 },
    segment: ({ id, hyp }) => (known.get(id)!.right(hyp) ? 1 : 0),
    corpus: mean,
    comparable: 'other systems on this very made world',
    signature: () => sign('rightCause', { judge: 'made-world' }),
  };
}

const asSegment = ({ cause }: TrueCause, i: number): Segment => ({ id: String(i), hyp: '', refs: [cause] });

/** What each column is the mean of: a metric (its place among them), among some items. */
function columnsOf(asked: readonly AskedCause[]): { readonly name: string; readonly metric: number; readonly among: readonly number[] }[] {
  const all = [...asked.keys()];
  return [
    ...KINDS.map((kind) => ({ name: `${kind} causes`, metric: 0, among: all.filter((i) => asked[i]!.kind === kind) })),
    { name: 'all causes', metric: 0, among: all },
    { name: 'content-F1', metric: 1, among: all },
    { name: 'ROUGE-L', metric: 2, among: all },
  ];
}

/** The mean over seeds of each number. */
const meanOf = (bySeed: readonly Stats[]): Stats =>
  bySeed[0]!.map((values, m) => values.map((_, i) => mean(bySeed.map((of) => of[m]![i]!))));

/** A flat list in the groups that it was flattened from. */
function regrouped(flat: readonly number[], groups: readonly (readonly unknown[])[]): number[][] {
  const rest = [...flat];
  return groups.map(({ length }) => rest.splice(0, length));
}

function refuseGaps(
  asked: readonly AskedCause[],
  learnt: readonly TrueCause[],
  answers: readonly Answers[],
  seeds: readonly string[],
): void {
  const times = (seed: string, modalities: Ablated) => answers.filter((one) => one.seed === seed && one.modalities === modalities).length;
  const gaps = [
    ...(asked.length === 0 ? ['causes to ask for'] : []),
    ...(learnt.length === 0 ? ['causes to learn from'] : []),
    ...(seeds.length === 0 ? ['answers'] : []),
    ...seeds.flatMap((seed) => ABLATED.flatMap((letters) => (times(seed, letters) === 1 ? [] : [`seed ${seed}, ${letters}`]))),
  ];
  if (gaps.length === 0) return;
  throw new FameError('FAME_ABLATION', 'An ablation lacks a part of what it compares', {
    expected: 'causes of a training and of a test, and for each seed the answers of each combination of modalities, once',
    got: `missing or given twice: ${gaps.join('; ')}`,
    fix: 'make the world with --split, and run famenet predict with the modalities that are missing',
  });
}
