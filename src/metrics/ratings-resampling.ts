import { random } from '../base/random.ts';
import type { ResampleOptions } from './bootstrap.ts';
import { mean } from './metric.ts';

/**
 * Bounds of the 95 % interval of any statistic of a list, by percentile bootstrap: members are drawn with replacement. Draws of which there is no
 * statistic (undefined) are left out; undefined where that is all of them.
 */
export function boundsOf<T>(
  members: readonly T[],
  statistic: (drawn: readonly T[]) => number | undefined,
  { samples, seed, signal }: ResampleOptions,
): { low: number; high: number } | undefined {
  const chance = random(seed);
  const found: number[] = [];
  for (let i = 0; i < samples; i++) {
    signal?.throwIfAborted();
    const value = statistic(Array.from({ length: members.length }, () => members[chance.below(members.length)]!));
    if (value !== undefined) found.push(value);
  }
  found.sort((a, b) => a - b);
  const cut = Math.floor(found.length * 0.025);
  return found.length === 0 ? undefined : { low: found[cut]!, high: found[found.length - 1 - cut]! };
}

/**
 * Two-sided p of a mean difference, by turning signs: if two systems were alike, each item's difference could as well have the other sign (Fisher
 * 1935, §21; sampled as approximate randomisation does). The observed signs are one of those that chance can give, hence the ones.
 */
export function signFlip(differences: readonly number[], { samples, seed, signal }: ResampleOptions): number {
  const chance = random(seed);
  const observed = Math.abs(mean(differences));
  let as = 0;
  for (let i = 0; i < samples; i++) {
    signal?.throwIfAborted();
    let sum = 0;
    for (const d of differences) sum += chance.next() < 0.5 ? d : -d;
    const turned = Math.abs(sum / differences.length);
    if (turned >= observed * (1 - 1e-12)) as++; // rounding must not make a tie look smaller
  }
  return (as + 1) / (samples + 1);
}
