import { setImmediate as breathe } from 'node:timers/promises';
import { alphaOf, coincidences } from './agreement.ts';
import type { ResampleOptions } from './bootstrap.ts';
import { type ComparedPair, LEVEL } from './comparison.ts';
import { holm, letters } from './groups.ts';
import { mean, sign, type Work } from './metric.ts';
import { CRITERIA, type Criterion, type Rating, SCALE } from './ratings.ts';
import { boundsOf, signFlip } from './ratings-resampling.ts';
import { METRICS_VERSION } from './score.ts';

/** One system under one criterion. */
export interface RatedSystem {
  /** Mean over items of each item's mean over its raters: every item counts once. Undefined where nothing was rated. */
  readonly mean: number | undefined;
  /** Bounds of the 95 % interval, by bootstrap over items. */
  readonly low?: number;
  readonly high?: number;
  readonly items: number;
  readonly ratings: number;
  /** The highest mean of several systems. */
  readonly best: boolean;
  /** Systems that share a letter are not shown to differ. Empty where nothing was tested. */
  readonly group: string;
}

/** How one rater differs from the others. */
export interface RaterBias {
  readonly rater: string;
  /** Mean of the rater's rating minus the mean of the others' of the same explanation; above 0 is lenient. Undefined where nobody else rated the same. */
  readonly bias: number | undefined;
  /** Explanations that this rater and somebody else have rated. */
  readonly shared: number;
  readonly ratings: number;
}

/** Two systems on the items for which both were rated. */
export interface RatedPair extends ComparedPair {
  readonly items: number;
}

/** What people said by one criterion. */
export interface RatedCriterion {
  readonly name: Criterion;
  readonly signature: string;
  /** How the pairs were tested; undefined where there are none. */
  readonly test?: string;
  /** In the order of the systems. */
  readonly systems: readonly RatedSystem[];
  /** Krippendorff's alpha, ordinal; undefined where nothing can be told of agreement. */
  readonly alpha: { readonly value: number; readonly low?: number; readonly high?: number } | undefined;
  /** Explanations with at least two ratings, which alpha is computed from. */
  readonly shared: number;
  /** In the order of the raters. */
  readonly raters: readonly RaterBias[];
  readonly pairs: readonly RatedPair[];
  readonly notes: readonly string[];
}

/** Human ratings of several systems, summed up. */
export interface RatingsSummary {
  readonly items: number;
  readonly ratings: number;
  /** Sorted by name, as are the raters: the order of the rows means nothing. */
  readonly systems: readonly string[];
  readonly raters: readonly string[];
  readonly criteria: readonly RatedCriterion[];
}

/** One item of one system: who said what. */
type Said = ReadonlyMap<string, number>;

/**
 * Means with 95 % intervals, agreement, the raters' biases and paired tests, criterion by criterion. With `samples` 0 there are no intervals and no
 * tests. The order of the ratings does not matter. Progress is in intervals and tests.
 */
export async function summariseRatings(
  ratings: readonly Rating[],
  { progress, ...options }: ResampleOptions & Work,
): Promise<RatingsSummary> {
  const named = (key: 'item' | 'system' | 'rater') => [...new Set(ratings.map((rating) => rating[key]))].sort();
  const [items, systems, raters] = [named('item'), named('system'), named('rater')];
  const steps = CRITERIA.length * (systems.length + 1 + (systems.length * (systems.length - 1)) / 2);
  let done = 0;
  const step = async () => {
    progress?.(++done, steps);
    await breathe(); // Ctrl-C must be heard between two of them
    options.signal?.throwIfAborted();
  };
  const criteria: RatedCriterion[] = [];
  for (const name of CRITERIA) criteria.push(await summarise(name, ratings, { items, systems, raters }, options, step));
  return { items: items.length, ratings: ratings.length, systems, raters, criteria };
}

interface Names {
  readonly items: readonly string[];
  readonly systems: readonly string[];
  readonly raters: readonly string[];
}

async function summarise(
  name: Criterion,
  ratings: readonly Rating[],
  names: Names,
  options: ResampleOptions,
  step: () => Promise<void>,
): Promise<RatedCriterion> {
  const { items, systems, raters } = names;
  const resampled = options.samples > 0;
  const said = saidBy(name, ratings, names);
  const means = said.map((system) => items.map((item) => meanOf(system.get(item))));
  const rated = means.map((all) => all.filter((value) => value !== undefined));
  const bounds: ReturnType<typeof boundsOf>[] = [];
  for (const values of rated) {
    bounds.push(resampled ? boundsOf(values, mean, options) : undefined);
    await step();
  }
  const alpha = agreementOf(items, said, options);
  await step();
  const pairs = await pairsOf(systems, means, options, step);
  const scores = rated.map((values) => (values.length === 0 ? undefined : mean(values)));
  const differ = new Set(pairs.flatMap(({ corrected, of }) => (corrected < LEVEL ? [of] : [])));
  const ranked = [...systems.keys()].filter((i) => scores[i] !== undefined).sort((a, b) => scores[b]! - scores[a]! || a - b);
  const groups = pairs.length > 0 ? letters(ranked.length, (i, j) => differ.has(pairOf(ranked[i]!, ranked[j]!))) : [];
  const highest = Math.max(...scores.filter((score) => score !== undefined));
  return {
    name,
    signature: sign('ratings', {
      criterion: name,
      scale: `${SCALE.min}-${SCALE.max}`,
      mean: 'of-item-means',
      items: items.length,
      raters: raters.length,
      ...(resampled ? { bootstrap: options.samples, over: 'items', seed: options.seed } : {}),
      v: METRICS_VERSION,
    }),
    ...(pairs.length === 0
      ? {}
      : { test: sign(`sign-flip:${options.samples}`, { seed: options.seed, holm: `${pairs.length}pairs`, level: LEVEL }) }),
    systems: systems.map((_, i) => ({
      mean: scores[i],
      ...(scores[i] === undefined ? {} : bounds[i]),
      items: rated[i]!.length,
      ratings: [...said[i]!.values()].reduce((sum, one) => sum + one.size, 0),
      best: systems.length > 1 && scores[i] === highest,
      group: groups[ranked.indexOf(i)] ?? '',
    })),
    alpha,
    shared: said.flatMap((system) => [...system.values()].filter((one) => one.size > 1)).length,
    raters: raters.map((rater) => biasOf(rater, said)),
    pairs: pairs.map(({ of: _, ...pair }) => pair),
    notes: notesOf(names, said, scores, pairs, options),
  };
}

/** For each system, what was said of each of its items. */
function saidBy(name: Criterion, ratings: readonly Rating[], { systems }: Names): ReadonlyMap<string, Said>[] {
  const places = new Map(systems.map((system, i) => [system, i]));
  const said = systems.map(() => new Map<string, Map<string, number>>());
  // By name, so that sums do not depend on the order of the rows, not even in their last digit.
  const ordered = [...ratings].sort((a, b) => byText(a.item, b.item) || byText(a.rater, b.rater));
  for (const { item, system, rater, scores } of ordered) {
    const score = scores[name];
    if (score === undefined) continue;
    const of = said[places.get(system)!]!;
    of.set(item, (of.get(item) ?? new Map<string, number>()).set(rater, score));
  }
  return said;
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const meanOf = (one: Said | undefined): number | undefined => (one === undefined ? undefined : mean([...one.values()]));

const pairOf = (a: number, b: number) => `${Math.min(a, b)} ${Math.max(a, b)}`;

/** Every pair of systems with items in common, tested on those. */
async function pairsOf(
  systems: readonly string[],
  means: readonly (readonly (number | undefined)[])[],
  options: ResampleOptions,
  step: () => Promise<void>,
): Promise<(RatedPair & { readonly of: string })[]> {
  const found: (Omit<RatedPair, 'corrected'> & { of: string })[] = [];
  for (let i = 0; i < systems.length; i++) {
    for (let j = i + 1; j < systems.length; j++) {
      const differences = means[i]!.flatMap((a, item) => {
        const b = means[j]![item];
        return a === undefined || b === undefined ? [] : [a - b];
      });
      if (options.samples > 0 && differences.length > 0) {
        const [first, second] = [systems[i]!, systems[j]!];
        const p = signFlip(differences, options);
        found.push({ first, second, difference: mean(differences), items: differences.length, p, of: pairOf(i, j) });
      }
      await step();
    }
  }
  const corrected = holm(found.map(({ p }) => p));
  return found.map((pair, i) => ({ ...pair, corrected: corrected[i]! }));
}

/** Alpha of all explanations; its interval draws items, each with all that was said of it. */
function agreementOf(
  items: readonly string[],
  said: readonly ReadonlyMap<string, Said>[],
  options: ResampleOptions,
): RatedCriterion['alpha'] {
  const values = Array.from({ length: SCALE.max - SCALE.min + 1 }, (_, i) => SCALE.min + i);
  // Of each item once: a draw adds them up.
  const together = items.map((item) =>
    coincidences(
      said.flatMap((s) => (s.has(item) ? [[...s.get(item)!.values()]] : [])),
      values,
    ),
  );
  const alphaOfAll = (drawn: readonly Float64Array[]) => {
    const sum = new Float64Array(values.length ** 2);
    for (const one of drawn) for (let i = 0; i < sum.length; i++) sum[i]! += one[i]!;
    return alphaOf(sum, values, 'ordinal');
  };
  const value = alphaOfAll(together);
  if (value === undefined) return undefined;
  return { value, ...(options.samples > 0 ? boundsOf(together, alphaOfAll, options) : {}) };
}

function biasOf(rater: string, said: readonly ReadonlyMap<string, Said>[]): RaterBias {
  const own = said.flatMap((system) => [...system.values()].filter((one) => one.has(rater)));
  const shared = own.filter((one) => one.size > 1);
  const apart = shared.map((one) => {
    const others = [...one].flatMap(([name, score]) => (name === rater ? [] : [score]));
    return one.get(rater)! - mean(others);
  });
  return { rater, bias: apart.length === 0 ? undefined : mean(apart), shared: shared.length, ratings: own.length };
}

function notesOf(
  { items, systems }: Names,
  said: readonly ReadonlyMap<string, Said>[],
  scores: readonly (number | undefined)[],
  pairs: readonly RatedPair[],
  { samples }: ResampleOptions,
): string[] {
  const partly = systems.flatMap((system, i) =>
    scores[i] === undefined || said[i]!.size === items.length ? [] : [`${system} ${said[i]!.size}`],
  );
  const apart = items.filter((item) => new Set(said.flatMap((s) => (s.has(item) ? [[...s.get(item)!.keys()].join('\n')] : []))).size > 1);
  const possible = (systems.length * (systems.length - 1)) / 2;
  return [
    ...(partly.length > 0
      ? [`not all ${items.length} items were rated: ${partly.join(', ')}; means stand for other items, tests only for common ones`]
      : []),
    ...(apart.length > 0
      ? [
          `for ${apart.length} of ${items.length} items the systems were not rated by the same people: differences hold the raters’ biases too`,
        ]
      : []),
    ...(samples > 0 && pairs.length < possible
      ? [`${possible - pairs.length} of ${possible} pairs of systems have no item in common and were not tested`]
      : []),
    ...(samples > 0 && pairs.length / (samples + 1) >= LEVEL
      ? [`${pairs.length} pairs cannot be told apart with ${samples} resamples: take ${20 * pairs.length} or more`]
      : []),
  ];
}
