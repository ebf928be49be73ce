import { setImmediate as breathe } from 'node:timers/promises';
import { FameError } from '../base/errors.ts';
import { approximateRandomisation, interval, pairedBootstrap, type ResampleOptions } from './bootstrap.ts';
import { holm, letters } from './groups.ts';
import type { MissingMetric, Work } from './metric.ts';
import type { Measured } from './score.ts';

/** A system, measured by some metrics on some items; or a floor, which is measured like a system but wins nothing. */
export interface System {
  readonly name: string;
  readonly floor: boolean;
  /** One for each metric, in the same order for every system. */
  readonly rows: readonly (Measured | MissingMetric)[];
}

/** How pairs of systems are tested: by exchanging their outputs, or by drawing items. */
export const TESTS = { randomisation: approximateRandomisation, bootstrap: pairedBootstrap } as const;
export type TestName = keyof typeof TESTS;

/** Two systems are said to differ below this corrected p. */
export const LEVEL = 0.05;

/** One metric of one system. */
export interface ComparedScore {
  readonly score: number;
  /** Bounds of the 95 % interval, where something was resampled. */
  readonly low?: number;
  readonly high?: number;
  /** The highest of the systems; floors win nothing, and of one system there is no best. */
  readonly best: boolean;
  /** Systems and floors that share a letter are not shown to differ. Empty where nothing was tested. */
  readonly group: string;
}

/** Two systems under one metric. */
export interface ComparedPair {
  readonly first: string;
  readonly second: string;
  /** First minus second. */
  readonly difference: number;
  readonly p: number;
  /** Holm's correction over all pairs of this metric. */
  readonly corrected: number;
}

export interface ComparedMetric {
  readonly name: string;
  readonly signature: string;
  readonly comparable: string;
  /** How the pairs were tested; undefined where they were not. */
  readonly test?: string;
  /** In the order of the systems. */
  readonly scores: readonly ComparedScore[];
  readonly pairs: readonly ComparedPair[];
  /** What a reader must know: a floor that no system beats, a number that is 0 by definition. */
  readonly notes: readonly string[];
}

/** Systems side by side. */
export interface SystemComparison {
  readonly items: number;
  readonly systems: readonly { readonly name: string; readonly floor: boolean }[];
  /** How pairs were tested, where they were. */
  readonly by: TestName;
  readonly metrics: readonly (ComparedMetric | MissingMetric)[];
}

export interface CompareOptions extends Work, Omit<ResampleOptions, 'signal'> {
  readonly test: TestName;
}

/**
 * Compares systems metric by metric: 95 % intervals, a paired test of every pair with Holm's correction, and letters for those that are not shown to differ.
 * With `samples` 0 there are only scores. Throws METRIC_PAIRING unless all were measured by the same metrics on one set.
 */
export async function compareSystems(systems: readonly System[], { progress, ...options }: CompareOptions): Promise<SystemComparison> {
  const metrics: (ComparedMetric | MissingMetric)[] = [];
  const rows = systems[0]?.rows ?? [];
  for (const [i, row] of rows.entries()) {
    if ('missing' in row) {
      metrics.push(row);
      continue;
    }
    const done = (part: number) => progress?.(i + part, rows.length);
    metrics.push(
      await compareBy(
        systems,
        systems.map((system) => measuredAt(system, i, row)),
        options,
        done,
      ),
    );
  }
  progress?.(rows.length, rows.length);
  const measured = rows.find((row): row is Measured => !('missing' in row));
  return {
    items: measured?.stats.length ?? 0,
    systems: systems.map(({ name, floor }) => ({ name, floor })),
    by: options.test,
    metrics,
  };
}

async function compareBy(
  systems: readonly System[],
  measured: readonly Measured[],
  { samples, seed, signal, test }: Omit<CompareOptions, 'progress'>,
  done: (part: number) => void,
): Promise<ComparedMetric> {
  const resampling = { samples, seed, signal };
  const bounds = samples > 0 ? measured.map((row) => interval(row, resampling)) : undefined;
  const found: (Omit<ComparedPair, 'corrected'> & { of: string; how: string })[] = [];
  const count = (systems.length * (systems.length - 1)) / 2;
  for (let i = 0; samples > 0 && i < systems.length; i++) {
    for (let j = i + 1; j < systems.length; j++) {
      done(found.length / count);
      const { difference, p, signature } = TESTS[test](measured[i]!, measured[j]!, resampling);
      found.push({ first: systems[i]!.name, second: systems[j]!.name, difference, p, of: `${i} ${j}`, how: signature });
      await breathe(); // a test takes its time; Ctrl-C must be heard between two of them
      signal?.throwIfAborted();
    }
  }
  const corrected = holm(found.map(({ p }) => p));
  const differ = new Set(found.flatMap(({ of }, i) => (corrected[i]! < LEVEL ? [of] : [])));
  const ranked = [...measured.keys()].sort((a, b) => measured[b]!.score - measured[a]!.score);
  const groups = samples > 0 ? letters(ranked.length, (i, j) => differ.has(pairOf(ranked[i]!, ranked[j]!))) : [];
  const rivals = measured.filter((_, i) => !systems[i]!.floor);
  const highest = Math.max(...rivals.map(({ score }) => score));
  const { metric, signature, note } = measured[0]!;
  const [how] = found.map((pair) => pair.how);
  return {
    name: metric.name,
    signature: bounds === undefined ? signature : `${signature}|${bounds[0]!.signature}`,
    comparable: metric.comparable,
    ...(how === undefined ? {} : { test: `${how}|holm:${count}pairs|level:${LEVEL}` }),
    scores: measured.map(({ score }, i) => ({
      score,
      ...(bounds === undefined ? {} : { low: bounds[i]!.low, high: bounds[i]!.high }),
      best: rivals.length > 1 && !systems[i]!.floor && score === highest,
      group: groups[ranked.indexOf(i)] ?? '',
    })),
    pairs: found.map(({ first, second, difference, p }, i) => ({ first, second, difference, p, corrected: corrected[i]! })),
    notes: [
      ...(note === undefined ? [] : [note]),
      ...aboveFloor(systems, measured, samples > 0 ? differ : undefined),
      ...(samples > 0 && count / (samples + 1) >= LEVEL
        ? [`${count} pairs cannot be told apart with ${samples} resamples: take ${20 * count} or more`]
        : []),
    ],
  };
}

const pairOf = (a: number, b: number) => `${Math.min(a, b)} ${Math.max(a, b)}`;

/** Whether the best system is above what knowing nothing scores, for each floor where it is not, or not shown to be. */
function aboveFloor(systems: readonly System[], measured: readonly Measured[], differ: ReadonlySet<string> | undefined): string[] {
  const places = [...systems.keys()];
  const scoreOf = (i: number) => measured[i]!.score;
  const [best] = places.filter((i) => !systems[i]!.floor).sort((a, b) => scoreOf(b) - scoreOf(a));
  if (best === undefined) return [];
  return places
    .filter((i) => systems[i]!.floor)
    .flatMap((floor) => {
      const name = `the floor "${systems[floor]!.name}"`;
      if (scoreOf(floor) >= scoreOf(best)) return [`no system is above ${name}`];
      return differ === undefined || differ.has(pairOf(best, floor)) ? [] : [`no system is shown to be above ${name}`];
    });
}

function measuredAt(system: System, i: number, like: Measured): Measured {
  const row = system.rows[i];
  if (row !== undefined && !('missing' in row) && row.signature === like.signature) return row;
  throw new FameError('METRIC_PAIRING', 'Two systems cannot be compared item by item', {
    at: system.name,
    expected: like.signature,
    got: row === undefined ? 'nothing' : 'missing' in row ? `${row.name}: n/a` : row.signature,
    fix: 'measure both on one set of references',
  });
}
