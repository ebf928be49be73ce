/** What every benchmark prints: figures, ratios of figures of one run, the machine, and what ran. */
import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

/** A figure, or why there is none: `n/a (reason)`. */
export type Figure = number | string;

export interface Report {
  readonly name: string;
  readonly figures: Readonly<Record<string, Figure>>;
  readonly ratios: Readonly<Record<string, Figure>>;
  readonly machine: Readonly<Record<string, string | number>>;
  readonly versions: Readonly<Record<string, string>>;
}

/** What a benchmark is told and gives. `note` goes to stderr. */
export interface Bench {
  readonly about: string;
  run(o: BenchOptions): Promise<Pick<Report, 'figures' | 'ratios' | 'versions'>>;
}

export interface BenchOptions {
  readonly threads: number;
  /** Smaller shapes and fewer runs: a look, not a measurement. */
  readonly quick: boolean;
  /** Also run the other engine (needs bench/peers installed). */
  readonly peers: boolean;
  readonly note: (line: string) => void;
}

export function machine(): Report['machine'] {
  return { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, memoryGiB: Math.round(totalmem() / 2 ** 30) };
}

export function versions(): Report['versions'] {
  const json = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return { famenet: json.version, node: process.versions.node, 'onnxruntime-node': json.dependencies['onnxruntime-node'] };
}

export function printReport(report: Report, json: boolean): void {
  if (json) {
    console.log(JSON.stringify(report, null, 2));
    return;
  }
  for (const part of ['figures', 'ratios'] as const)
    for (const [key, value] of Object.entries(report[part])) console.log(`${part === 'ratios' ? 'ratio ' : ''}${key}: ${value}`);
  console.log(
    Object.entries({ ...report.machine, ...report.versions })
      .map(([k, v]) => `${k} ${v}`)
      .join(' · '),
  );
}

export const round = (x: number, digits = 3): number => Number(x.toFixed(digits));
export const median = (x: readonly number[]): number => x.toSorted((a, b) => a - b)[Math.floor(x.length / 2)] as number;

/** Seconds of one call. */
export async function timed(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return (performance.now() - start) / 1000;
}
